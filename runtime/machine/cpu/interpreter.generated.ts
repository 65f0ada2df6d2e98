/**
 * Generated from the `execute` column of isa/table.ts by cpu/interpreter-source.ts, which says how it
 * works; a test holds the two together, and rewrites this file under UPDATE_GOLDEN=1.
 */
/* eslint-disable */
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.js';
import { csrInstruction } from './csr-file.js';
import { decodeInPlace, fetchPage, fetchSingle, reachBreakpoint } from './fetch.js';
import type { HartCore } from './hart-core.js';
import {
  amo,
  load,
  loadReserved,
  store,
  storeConditional,
  storedToFlaggedLine,
} from './memory-access.js';
import {
  ebreak,
  ecall,
  illegalInstruction,
  mret,
  sfenceVma,
  sret,
  wfi,
} from './system-instruction.js';

/** Executes from the block's pc until `core.remaining` cycles are used up or taken away. */
export function interpret(core: HartCore): void {
  const x = core.block;
  const i8 = core.signedBytes;
  const u8 = core.bytes;
  const i16 = core.signedHalves;
  const u16 = core.halves;
  const i32 = core.words;
  const lines = core.lines;
  const tlb = core.tlb;
  const d = core.code.entries;
  let n = core.remaining;
  let bank = core.dataBank;
  let ip = 0;
  let page = 0;
  let delta = 0;
  for (; n > 0; n--) {
    const w = d[ip]!;
    switch (w & 255) {
      case 0: {
        x[33] = (ip + delta) | 0;
        decodeInPlace(core, ip, page);
        n++;
        break;
      }
      case 2: {
        x[33] = (ip + delta) | 0;
        ip = 0;
        n++;
        break;
      }
      case 1: {
        const pc = x[33]!;
        const t = core.fetchBank + ((pc >>> 11) & 2046);
        if (tlb[t] === (pc & ~4094)) page = tlb[t + 1]!;
        else {
          core.remaining = n;
          page = fetchPage(core);
          n = core.remaining;
          // The trap is a step, and goes on here.
          if (page < 0) break;
        }
        ip = page + (pc & 4095);
        delta = (pc - ip) | 0;
        bank = core.dataBank;
        if (page === 16) page = -8192;
        n++;
        break;
      }
      case 3: {
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        page = fetchSingle(core);
        n = core.remaining;
        if (page < 0) {
          ip = 0;
          break;
        }
        const pc = x[33]!;
        ip = page + (pc & 4095);
        delta = (pc - ip) | 0;
        bank = core.dataBank;
        if (page === 16) page = -8192;
        n++;
        break;
      }
      case 4: {
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        page = reachBreakpoint(core);
        // Neither a stop nor the look-up is a step; a trap of the fetch is one.
        n = page < 0 && core.stop === undefined ? core.remaining : core.remaining + 1;
        if (page < 0) {
          ip = 0;
          break;
        }
        const pc = x[33]!;
        ip = page + (pc & 4095);
        delta = (pc - ip) | 0;
        bank = core.dataBank;
        if (page === 16) page = -8192;
        break;
      }
      case 5: {
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        illegalInstruction(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 6: { // lui
        x[(w >>> 8) & 63] = d[ip + 1]!;
        ip += 4;
        break;
      }
      case 7: { // auipc
        x[(w >>> 8) & 63] = (((ip + delta) | 0) + d[ip + 1]!) | 0;
        ip += 4;
        break;
      }
      case 8: { // jal
        x[(w >>> 8) & 63] = (ip + delta + 4) | 0;
        ip += d[ip + 1]!;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 9: { // jalr
        const t = ((x[(w >>> 14) & 63]! + d[ip + 1]!) | 0) & ~1;
        x[(w >>> 8) & 63] = (ip + delta + 4) | 0;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 10: { // beq
        if (x[(w >>> 14) & 63]! === x[(w >>> 20) & 63]!) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 11: { // bne
        if (x[(w >>> 14) & 63]! !== x[(w >>> 20) & 63]!) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 12: { // blt
        if (x[(w >>> 14) & 63]! < x[(w >>> 20) & 63]!) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 13: { // bge
        if (x[(w >>> 14) & 63]! >= x[(w >>> 20) & 63]!) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 14: { // bltu
        if (x[(w >>> 14) & 63]! >>> 0 < x[(w >>> 20) & 63]! >>> 0) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 15: { // bgeu
        if (x[(w >>> 14) & 63]! >>> 0 >= x[(w >>> 20) & 63]! >>> 0) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 4;
        break;
      }
      case 16: { // lb
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4095)) {
          x[(w >>> 8) & 63] = i8[(a + tlb[t + 1]!) | 0]!;
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, -1, (w >>> 8) & 63) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 17: { // lh
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4094)) {
          x[(w >>> 8) & 63] = i16[(a + tlb[t + 1]!) >> 1]!;
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, -2, (w >>> 8) & 63) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 18: { // lw
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4092)) {
          x[(w >>> 8) & 63] = i32[(a + tlb[t + 1]!) >> 2]!;
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 4, (w >>> 8) & 63) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 19: { // lbu
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4095)) {
          x[(w >>> 8) & 63] = u8[(a + tlb[t + 1]!) | 0]!;
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 1, (w >>> 8) & 63) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 20: { // lhu
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4094)) {
          x[(w >>> 8) & 63] = u16[(a + tlb[t + 1]!) >> 1]!;
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 2, (w >>> 8) & 63) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 21: { // sb
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4095)) {
          const o = (a + tlb[t + 1]!) | 0;
          u8[o] = x[(w >>> 20) & 63]!;
          if (lines[o >> 6] !== 0) {
            x[33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining;
          }
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 1, x[(w >>> 20) & 63]!) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 22: { // sh
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4094)) {
          const o = (a + tlb[t + 1]!) | 0;
          u16[o >> 1] = x[(w >>> 20) & 63]!;
          if (lines[o >> 6] !== 0) {
            x[33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining;
          }
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 2, x[(w >>> 20) & 63]!) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 23: { // sw
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4092)) {
          const o = (a + tlb[t + 1]!) | 0;
          i32[o >> 2] = x[(w >>> 20) & 63]!;
          if (lines[o >> 6] !== 0) {
            x[33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining;
          }
          ip += 4;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 4, x[(w >>> 20) & 63]!) ? ip + 4 : 0;
          n = core.remaining;
        }
        break;
      }
      case 24: { // addi
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        ip += 4;
        break;
      }
      case 25: { // slti
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! < d[ip + 1]! ? 1 : 0;
        ip += 4;
        break;
      }
      case 26: { // sltiu
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! >>> 0 < d[ip + 1]! >>> 0 ? 1 : 0;
        ip += 4;
        break;
      }
      case 27: { // xori
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! ^ d[ip + 1]!;
        ip += 4;
        break;
      }
      case 28: { // ori
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! | d[ip + 1]!;
        ip += 4;
        break;
      }
      case 29: { // andi
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! & d[ip + 1]!;
        ip += 4;
        break;
      }
      case 30: { // slli
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! << d[ip + 1]!;
        ip += 4;
        break;
      }
      case 31: { // srli
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! >>> d[ip + 1]!) | 0;
        ip += 4;
        break;
      }
      case 32: { // srai
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! >> d[ip + 1]!;
        ip += 4;
        break;
      }
      case 33: { // add
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! + x[(w >>> 20) & 63]!) | 0;
        ip += 4;
        break;
      }
      case 34: { // sub
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! - x[(w >>> 20) & 63]!) | 0;
        ip += 4;
        break;
      }
      case 35: { // sll
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! << x[(w >>> 20) & 63]!;
        ip += 4;
        break;
      }
      case 36: { // slt
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! < x[(w >>> 20) & 63]! ? 1 : 0;
        ip += 4;
        break;
      }
      case 37: { // sltu
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! >>> 0 < x[(w >>> 20) & 63]! >>> 0 ? 1 : 0;
        ip += 4;
        break;
      }
      case 38: { // xor
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! ^ x[(w >>> 20) & 63]!;
        ip += 4;
        break;
      }
      case 39: { // srl
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! >>> x[(w >>> 20) & 63]!) | 0;
        ip += 4;
        break;
      }
      case 40: { // sra
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! >> x[(w >>> 20) & 63]!;
        ip += 4;
        break;
      }
      case 41: { // or
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! | x[(w >>> 20) & 63]!;
        ip += 4;
        break;
      }
      case 42: { // and
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! & x[(w >>> 20) & 63]!;
        ip += 4;
        break;
      }
      case 43: // fence.tso
      case 44: // fence
      case 72: { // fence.i
        ip += 4;
        break;
      }
      case 45: { // ecall
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ecall(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 46: // ebreak
      case 100: { // c.ebreak
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ebreak(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 47: { // mul
        x[(w >>> 8) & 63] = Math.imul(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 48: { // mulh
        x[(w >>> 8) & 63] = mulh(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 49: { // mulhsu
        x[(w >>> 8) & 63] = mulhsu(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 50: { // mulhu
        x[(w >>> 8) & 63] = mulhu(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 51: { // div
        x[(w >>> 8) & 63] = div(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 52: { // divu
        x[(w >>> 8) & 63] = divu(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 53: { // rem
        x[(w >>> 8) & 63] = rem(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 54: { // remu
        x[(w >>> 8) & 63] = remu(x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!);
        ip += 4;
        break;
      }
      case 55: { // lr.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = loadReserved(core, x[(w >>> 14) & 63]!, (w >>> 8) & 63) ? ip + 4 : 0;
        n = core.remaining;
        break;
      }
      case 56: { // sc.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = storeConditional(core, x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 57: { // amoswap.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'swap', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 58: { // amoadd.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'add', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 59: { // amoxor.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'xor', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 60: { // amoand.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'and', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 61: { // amoor.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'or', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63) ? ip + 4 : 0;
        n = core.remaining;
        break;
      }
      case 62: { // amomin.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'min', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 63: { // amomax.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'max', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 64: { // amominu.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'minu', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 65: { // amomaxu.w
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'maxu', x[(w >>> 14) & 63]!, x[(w >>> 20) & 63]!, (w >>> 8) & 63)
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 66: { // csrrw
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'readwrite',
          d[ip + 1]!,
          x[(w >>> 14) & 63]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 67: { // csrrs
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'set',
          d[ip + 1]!,
          x[(w >>> 14) & 63]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 68: { // csrrc
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'clear',
          d[ip + 1]!,
          x[(w >>> 14) & 63]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 69: { // csrrwi
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'readwrite',
          d[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 70: { // csrrsi
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'set',
          d[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 71: { // csrrci
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'clear',
          d[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? ip + 4
          : 0;
        n = core.remaining;
        break;
      }
      case 73: { // mret
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        mret(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 74: { // sret
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        sret(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 75: { // wfi
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        wfi(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 76: { // sfence.vma
        x[33] = (ip + delta) | 0;
        core.remaining = n;
        sfenceVma(core);
        n = core.remaining;
        ip = 0;
        break;
      }
      case 77: // c.addi4spn
      case 81: // c.addi
      case 84: { // c.addi16sp
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        ip += 2;
        break;
      }
      case 78: // c.lw
      case 97: { // c.lwsp
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4092)) {
          x[(w >>> 8) & 63] = i32[(a + tlb[t + 1]!) >> 2]!;
          ip += 2;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 4, (w >>> 8) & 63) ? ip + 2 : 0;
          n = core.remaining;
        }
        break;
      }
      case 79: // c.sw
      case 103: { // c.swsp
        const a = (x[(w >>> 14) & 63]! + d[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (tlb[t] === (a & ~4092)) {
          const o = (a + tlb[t + 1]!) | 0;
          i32[o >> 2] = x[(w >>> 20) & 63]!;
          if (lines[o >> 6] !== 0) {
            x[33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining;
          }
          ip += 2;
        } else {
          x[33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 4, x[(w >>> 20) & 63]!) ? ip + 2 : 0;
          n = core.remaining;
        }
        break;
      }
      case 80: { // c.nop
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]!;
        ip += 2;
        break;
      }
      case 82: { // c.jal
        x[(w >>> 8) & 63] = (ip + delta + 2) | 0;
        ip += d[ip + 1]!;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 83: // c.li
      case 85: { // c.lui
        x[(w >>> 8) & 63] = d[ip + 1]!;
        ip += 2;
        break;
      }
      case 86: { // c.srli
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! >>> d[ip + 1]!) | 0;
        ip += 2;
        break;
      }
      case 87: { // c.srai
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! >> d[ip + 1]!;
        ip += 2;
        break;
      }
      case 88: { // c.andi
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! & d[ip + 1]!;
        ip += 2;
        break;
      }
      case 89: { // c.sub
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! - x[(w >>> 20) & 63]!) | 0;
        ip += 2;
        break;
      }
      case 90: { // c.xor
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! ^ x[(w >>> 20) & 63]!;
        ip += 2;
        break;
      }
      case 91: { // c.or
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! | x[(w >>> 20) & 63]!;
        ip += 2;
        break;
      }
      case 92: { // c.and
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! & x[(w >>> 20) & 63]!;
        ip += 2;
        break;
      }
      case 93: { // c.j
        ip += d[ip + 1]!;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 94: { // c.beqz
        if (x[(w >>> 14) & 63]! === 0) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 2;
        break;
      }
      case 95: { // c.bnez
        if (x[(w >>> 14) & 63]! !== 0) {
          ip += d[ip + 1]!;
          if ((ip - page) >>> 0 >= 4096) {
            x[33] = (ip + delta) | 0;
            ip = 0;
          }
        } else ip += 2;
        break;
      }
      case 96: { // c.slli
        x[(w >>> 8) & 63] = x[(w >>> 14) & 63]! << d[ip + 1]!;
        ip += 2;
        break;
      }
      case 98: { // c.jr
        const t = x[(w >>> 14) & 63]! & ~1;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 99: { // c.mv
        x[(w >>> 8) & 63] = x[(w >>> 20) & 63]!;
        ip += 2;
        break;
      }
      case 101: { // c.jalr
        const t = x[(w >>> 14) & 63]! & ~1;
        x[(w >>> 8) & 63] = (ip + delta + 2) | 0;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          x[33] = (ip + delta) | 0;
          ip = 0;
        }
        break;
      }
      case 102: { // c.add
        x[(w >>> 8) & 63] = (x[(w >>> 14) & 63]! + x[(w >>> 20) & 63]!) | 0;
        ip += 2;
        break;
      }
      default:
        throw new Error(`no instruction has the number ${w & 255}`);
    }
  }
  if (ip !== 0) x[33] = (ip + delta) | 0;
  core.remaining = n;
}
