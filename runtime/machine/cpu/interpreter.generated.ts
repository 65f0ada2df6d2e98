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
  // One view for registers, code, translations and words: the engine loads its base once an instruction.
  const m = core.words;
  const xs = core.block.byteOffset >> 2;
  const i8 = core.signedBytes;
  const u8 = core.bytes;
  const i16 = core.signedHalves;
  const u16 = core.halves;
  const lines = core.lines;
  const reload = core.code.reloadEntry | 0;
  const scratch = core.code.scratchPage | 0;
  let n = core.remaining | 0;
  let bank = core.dataBank | 0;
  let ip = reload;
  let page = 0;
  let delta = 0;
  for (; n > 0; n = (n - 1) | 0) {
    const w = m[ip]!;
    switch (w & 255) {
      case 0: {
        m[xs + 33] = (ip + delta) | 0;
        decodeInPlace(core, ip, page);
        n = (n + 1) | 0;
        break;
      }
      case 2: {
        m[xs + 33] = (ip + delta) | 0;
        ip = reload;
        n = (n + 1) | 0;
        break;
      }
      case 1: {
        const pc = m[xs + 33]!;
        const t = core.fetchBank + ((pc >>> 11) & 2046);
        if (m[t] === (pc & ~4094)) page = m[t + 1]!;
        else {
          core.remaining = n;
          page = fetchPage(core) | 0;
          n = core.remaining | 0;
          // The trap is a step, and goes on here.
          if (page < 0) break;
        }
        ip = (page + (pc & 4095)) | 0;
        delta = (pc - ip) | 0;
        bank = core.dataBank | 0;
        if (page === scratch) page = -8192;
        n = (n + 1) | 0;
        break;
      }
      case 3: {
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        page = fetchSingle(core) | 0;
        n = core.remaining | 0;
        if (page < 0) {
          ip = reload;
          break;
        }
        const pc = m[xs + 33]!;
        ip = (page + (pc & 4095)) | 0;
        delta = (pc - ip) | 0;
        bank = core.dataBank | 0;
        if (page === scratch) page = -8192;
        n = (n + 1) | 0;
        break;
      }
      case 4: {
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        page = reachBreakpoint(core) | 0;
        // Neither a stop nor the look-up is a step; a trap of the fetch is one.
        n = (page < 0 && core.stop === undefined ? core.remaining : core.remaining + 1) | 0;
        if (page < 0) {
          ip = reload;
          break;
        }
        const pc = m[xs + 33]!;
        ip = (page + (pc & 4095)) | 0;
        delta = (pc - ip) | 0;
        bank = core.dataBank | 0;
        if (page === scratch) page = -8192;
        break;
      }
      case 5: {
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        illegalInstruction(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 6: { // lui
        m[xs + ((w >>> 8) & 63)] = m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 7: { // auipc
        m[xs + ((w >>> 8) & 63)] = (((ip + delta) | 0) + m[ip + 1]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 8: { // jal
        m[xs + ((w >>> 8) & 63)] = (ip + delta + 4) | 0;
        ip = (ip + m[ip + 1]!) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 9: { // jalr
        const t = ((m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0) & ~1;
        m[xs + ((w >>> 8) & 63)] = (ip + delta + 4) | 0;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 10: { // beq
        if (m[xs + ((w >>> 14) & 63)]! === m[xs + ((w >>> 20) & 63)]!) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 11: { // bne
        if (m[xs + ((w >>> 14) & 63)]! !== m[xs + ((w >>> 20) & 63)]!) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 12: { // blt
        if (m[xs + ((w >>> 14) & 63)]! < m[xs + ((w >>> 20) & 63)]!) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 13: { // bge
        if (m[xs + ((w >>> 14) & 63)]! >= m[xs + ((w >>> 20) & 63)]!) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 14: { // bltu
        if (m[xs + ((w >>> 14) & 63)]! >>> 0 < m[xs + ((w >>> 20) & 63)]! >>> 0) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 15: { // bgeu
        if (m[xs + ((w >>> 14) & 63)]! >>> 0 >= m[xs + ((w >>> 20) & 63)]! >>> 0) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 4) | 0;
        break;
      }
      case 16: { // lb
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4095)) {
          m[xs + ((w >>> 8) & 63)] = i8[(a + m[t + 1]!) | 0]!;
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, -1, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 17: { // lh
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4094)) {
          m[xs + ((w >>> 8) & 63)] = i16[(a + m[t + 1]!) >> 1]!;
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, -2, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 18: { // lw
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4092)) {
          m[xs + ((w >>> 8) & 63)] = m[(a + m[t + 1]!) >> 2]!;
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 4, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 19: { // lbu
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4095)) {
          m[xs + ((w >>> 8) & 63)] = u8[(a + m[t + 1]!) | 0]!;
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 1, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 20: { // lhu
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4094)) {
          m[xs + ((w >>> 8) & 63)] = u16[(a + m[t + 1]!) >> 1]!;
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 2, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 21: { // sb
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4095)) {
          const o = (a + m[t + 1]!) | 0;
          u8[o] = m[xs + ((w >>> 20) & 63)]!;
          if (lines[o >> 6] !== 0) {
            m[xs + 33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining | 0;
          }
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 1, m[xs + ((w >>> 20) & 63)]!) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 22: { // sh
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4094)) {
          const o = (a + m[t + 1]!) | 0;
          u16[o >> 1] = m[xs + ((w >>> 20) & 63)]!;
          if (lines[o >> 6] !== 0) {
            m[xs + 33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining | 0;
          }
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 2, m[xs + ((w >>> 20) & 63)]!) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 23: { // sw
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4092)) {
          const o = (a + m[t + 1]!) | 0;
          m[o >> 2] = m[xs + ((w >>> 20) & 63)]!;
          if (lines[o >> 6] !== 0) {
            m[xs + 33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining | 0;
          }
          ip = (ip + 4) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 4, m[xs + ((w >>> 20) & 63)]!) ? (ip + 4) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 24: { // addi
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 25: { // slti
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! < m[ip + 1]! ? 1 : 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 26: { // sltiu
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! >>> 0 < m[ip + 1]! >>> 0 ? 1 : 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 27: { // xori
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! ^ m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 28: { // ori
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! | m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 29: { // andi
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! & m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 30: { // slli
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! << m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 31: { // srli
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! >>> m[ip + 1]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 32: { // srai
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! >> m[ip + 1]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 33: { // add
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! + m[xs + ((w >>> 20) & 63)]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 34: { // sub
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! - m[xs + ((w >>> 20) & 63)]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 35: { // sll
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! << m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 36: { // slt
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! < m[xs + ((w >>> 20) & 63)]! ? 1 : 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 37: { // sltu
        m[xs + ((w >>> 8) & 63)] =
          m[xs + ((w >>> 14) & 63)]! >>> 0 < m[xs + ((w >>> 20) & 63)]! >>> 0 ? 1 : 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 38: { // xor
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! ^ m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 39: { // srl
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! >>> m[xs + ((w >>> 20) & 63)]!) | 0;
        ip = (ip + 4) | 0;
        break;
      }
      case 40: { // sra
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! >> m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 41: { // or
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! | m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 42: { // and
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! & m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 4) | 0;
        break;
      }
      case 43: // fence.tso
      case 44: // fence
      case 72: { // fence.i
        ip = (ip + 4) | 0;
        break;
      }
      case 45: { // ecall
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ecall(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 46: // ebreak
      case 100: { // c.ebreak
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ebreak(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 47: { // mul
        m[xs + ((w >>> 8) & 63)] = Math.imul(
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
        );
        ip = (ip + 4) | 0;
        break;
      }
      case 48: { // mulh
        m[xs + ((w >>> 8) & 63)] = mulh(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 49: { // mulhsu
        m[xs + ((w >>> 8) & 63)] = mulhsu(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 50: { // mulhu
        m[xs + ((w >>> 8) & 63)] = mulhu(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 51: { // div
        m[xs + ((w >>> 8) & 63)] = div(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 52: { // divu
        m[xs + ((w >>> 8) & 63)] = divu(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 53: { // rem
        m[xs + ((w >>> 8) & 63)] = rem(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 54: { // remu
        m[xs + ((w >>> 8) & 63)] = remu(m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!);
        ip = (ip + 4) | 0;
        break;
      }
      case 55: { // lr.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = loadReserved(core, m[xs + ((w >>> 14) & 63)]!, (w >>> 8) & 63) ? (ip + 4) | 0 : reload;
        n = core.remaining | 0;
        break;
      }
      case 56: { // sc.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = storeConditional(
          core,
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 57: { // amoswap.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'swap',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 58: { // amoadd.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'add',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 59: { // amoxor.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'xor',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 60: { // amoand.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'and',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 61: { // amoor.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(core, 'or', m[xs + ((w >>> 14) & 63)]!, m[xs + ((w >>> 20) & 63)]!, (w >>> 8) & 63)
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 62: { // amomin.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'min',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 63: { // amomax.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'max',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 64: { // amominu.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'minu',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 65: { // amomaxu.w
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = amo(
          core,
          'maxu',
          m[xs + ((w >>> 14) & 63)]!,
          m[xs + ((w >>> 20) & 63)]!,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 66: { // csrrw
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'readwrite',
          m[ip + 1]!,
          m[xs + ((w >>> 14) & 63)]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 67: { // csrrs
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'set',
          m[ip + 1]!,
          m[xs + ((w >>> 14) & 63)]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 68: { // csrrc
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'clear',
          m[ip + 1]!,
          m[xs + ((w >>> 14) & 63)]!,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 69: { // csrrwi
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'readwrite',
          m[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 70: { // csrrsi
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'set',
          m[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 71: { // csrrci
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        ip = csrInstruction(
          core,
          'clear',
          m[ip + 1]!,
          (w >>> 14) & 63,
          (w >>> 14) & 63,
          (w >>> 8) & 63,
        )
          ? (ip + 4) | 0
          : reload;
        n = core.remaining | 0;
        break;
      }
      case 73: { // mret
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        mret(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 74: { // sret
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        sret(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 75: { // wfi
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        wfi(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 76: { // sfence.vma
        m[xs + 33] = (ip + delta) | 0;
        core.remaining = n;
        sfenceVma(core);
        n = core.remaining | 0;
        ip = reload;
        break;
      }
      case 77: // c.addi4spn
      case 81: // c.addi
      case 84: { // c.addi16sp
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        ip = (ip + 2) | 0;
        break;
      }
      case 78: // c.lw
      case 97: { // c.lwsp
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4092)) {
          m[xs + ((w >>> 8) & 63)] = m[(a + m[t + 1]!) >> 2]!;
          ip = (ip + 2) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = load(core, a, 4, (w >>> 8) & 63) ? (ip + 2) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 79: // c.sw
      case 103: { // c.swsp
        const a = (m[xs + ((w >>> 14) & 63)]! + m[ip + 1]!) | 0;
        const t = bank + 8192 + ((a >>> 11) & 2046);
        if (m[t] === (a & ~4092)) {
          const o = (a + m[t + 1]!) | 0;
          m[o >> 2] = m[xs + ((w >>> 20) & 63)]!;
          if (lines[o >> 6] !== 0) {
            m[xs + 33] = (ip + delta) | 0;
            core.remaining = n;
            storedToFlaggedLine(core, o);
            n = core.remaining | 0;
          }
          ip = (ip + 2) | 0;
        } else {
          m[xs + 33] = (ip + delta) | 0;
          core.remaining = n;
          ip = store(core, a, 4, m[xs + ((w >>> 20) & 63)]!) ? (ip + 2) | 0 : reload;
          n = core.remaining | 0;
        }
        break;
      }
      case 80: { // c.nop
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 82: { // c.jal
        m[xs + ((w >>> 8) & 63)] = (ip + delta + 2) | 0;
        ip = (ip + m[ip + 1]!) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 83: // c.li
      case 85: { // c.lui
        m[xs + ((w >>> 8) & 63)] = m[ip + 1]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 86: { // c.srli
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! >>> m[ip + 1]!) | 0;
        ip = (ip + 2) | 0;
        break;
      }
      case 87: { // c.srai
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! >> m[ip + 1]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 88: { // c.andi
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! & m[ip + 1]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 89: { // c.sub
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! - m[xs + ((w >>> 20) & 63)]!) | 0;
        ip = (ip + 2) | 0;
        break;
      }
      case 90: { // c.xor
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! ^ m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 91: { // c.or
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! | m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 92: { // c.and
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! & m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 93: { // c.j
        ip = (ip + m[ip + 1]!) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 94: { // c.beqz
        if (m[xs + ((w >>> 14) & 63)]! === 0) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 2) | 0;
        break;
      }
      case 95: { // c.bnez
        if (m[xs + ((w >>> 14) & 63)]! !== 0) {
          ip = (ip + m[ip + 1]!) | 0;
          if ((ip - page) >>> 0 >= 4096) {
            m[xs + 33] = (ip + delta) | 0;
            ip = reload;
          }
        } else ip = (ip + 2) | 0;
        break;
      }
      case 96: { // c.slli
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 14) & 63)]! << m[ip + 1]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 98: { // c.jr
        const t = m[xs + ((w >>> 14) & 63)]! & ~1;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 99: { // c.mv
        m[xs + ((w >>> 8) & 63)] = m[xs + ((w >>> 20) & 63)]!;
        ip = (ip + 2) | 0;
        break;
      }
      case 101: { // c.jalr
        const t = m[xs + ((w >>> 14) & 63)]! & ~1;
        m[xs + ((w >>> 8) & 63)] = (ip + delta + 2) | 0;
        ip = (t - delta) | 0;
        if ((ip - page) >>> 0 >= 4096) {
          m[xs + 33] = (ip + delta) | 0;
          ip = reload;
        }
        break;
      }
      case 102: { // c.add
        m[xs + ((w >>> 8) & 63)] = (m[xs + ((w >>> 14) & 63)]! + m[xs + ((w >>> 20) & 63)]!) | 0;
        ip = (ip + 2) | 0;
        break;
      }
      default:
        throw new Error(`no instruction has the number ${w & 255}`);
    }
  }
  if (ip !== reload) m[xs + 33] = (ip + delta) | 0;
  core.remaining = n;
}
