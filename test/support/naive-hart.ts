/**
 * A second hart: RV32IMAC with Zicsr, three modes, Sv32 and PMP, written straight from the manuals and as
 * slow as that is. It shares the decoder's operand extraction with the machine and nothing else (not the
 * `execute` column), so that a wrong row or a wrong interpreter shows up as a disagreement.
 */
import { decode } from '../../runtime/isa/decode.js';
import type { Decoded } from '../../runtime/isa/instruction.js';
import { NaiveCsrs } from './naive-csrs.js';
import type { Mode } from './naive-csrs.js';
import { NaiveMemory, type DeviceRange } from './naive-memory.js';
import { NaiveTrap } from './naive-trap.js';

export interface NaiveHartOptions {
  readonly ramBase: number;
  readonly ramBytes: number;
  /** Steps in one tick of the time CSR. */
  readonly cyclesPerTick: number;
  /** Of the machine that it is compared with. */
  readonly devices?: readonly DeviceRange[];
}

const illegalInstruction = 2;

export class NaiveHart {
  /** x0…x31, signed; x0 stays 0. */
  readonly x = new Int32Array(32);
  /** Unsigned. */
  pc: number;
  mode: Mode = 3;
  /** In wfi: nothing happens until an enabled interrupt is pending. */
  waiting = false;
  /** Instructions retired since reset, whatever was written to minstret. */
  retired = 0;
  readonly csrs: NaiveCsrs;
  readonly memory: NaiveMemory;
  /** Index into RAM of the word that lr.w reserved. */
  private reservation: number | undefined;
  private next = 0;

  constructor({ ramBase, ramBytes, cyclesPerTick, devices }: NaiveHartOptions) {
    this.pc = ramBase;
    this.csrs = new NaiveCsrs(cyclesPerTick);
    this.memory = new NaiveMemory(ramBase, new Uint8Array(ramBytes), this.csrs, devices);
  }

  /** Executes one instruction or takes one trap; false when it waits for an interrupt instead. */
  step(): boolean {
    const { mip, mie } = this.csrs;
    if (this.waiting && (mip & mie) === 0) return false;
    this.waiting = false;
    const interrupt = this.interruptToTake();
    if (interrupt !== undefined) {
      this.takeTrap(interrupt, 0, { isInterrupt: true });
      this.csrs.countStep(false);
      return true;
    }
    try {
      this.executeOne();
      this.csrs.countStep(true);
      this.retired += 1;
    } catch (trap) {
      if (!(trap instanceof NaiveTrap)) throw trap;
      this.takeTrap(trap.code, trap.trapValue, { isInterrupt: false });
      this.csrs.countStep(false);
    }
    return true;
  }

  /** 3.1.9: machine interrupts before delegated ones, each group by rank. */
  private interruptToTake(): number | undefined {
    const { mip, mie, mideleg } = this.csrs;
    const isPending = (code: number): boolean => ((mip & mie) >>> code) % 2 === 1;
    const isDelegated = (code: number): boolean => (mideleg >>> code) % 2 === 1;
    const ranked = [11, 3, 7, 9, 1, 5].filter(isPending);
    const machineOn = this.mode < 3 || this.csrs.status(3, 3) === 1;
    const supervisorOn = this.mode < 1 || (this.mode === 1 && this.csrs.status(1, 1) === 1);
    const machine = machineOn ? ranked.find((code) => !isDelegated(code)) : undefined;
    return machine ?? (supervisorOn ? ranked.find(isDelegated) : undefined);
  }

  /** 3.1.6.1, 3.1.7, 3.1.8. pc is still the address of the instruction that trapped or was interrupted. */
  private takeTrap(
    code: number,
    trapValue: number,
    { isInterrupt }: { readonly isInterrupt: boolean },
  ): void {
    const { csrs } = this;
    const delegation = isInterrupt ? csrs.mideleg : csrs.medeleg;
    const cause = isInterrupt ? code | 0x8000_0000 : code;
    const isDelegated = this.mode < 3 && (delegation >>> code) % 2 === 1;
    if (isDelegated) {
      csrs.scause = cause;
      csrs.sepc = this.pc | 0;
      csrs.stval = trapValue | 0;
      csrs.setStatus(5, 5, csrs.status(1, 1));
      csrs.setStatus(1, 1, 0);
      csrs.setStatus(8, 8, this.mode === 1 ? 1 : 0);
      this.mode = 1;
    } else {
      csrs.mcause = cause;
      csrs.mepc = this.pc | 0;
      csrs.mtval = trapValue | 0;
      csrs.setStatus(7, 7, csrs.status(3, 3));
      csrs.setStatus(3, 3, 0);
      csrs.setStatus(12, 11, this.mode);
      this.mode = 3;
    }
    const vector = isDelegated ? csrs.stvec : csrs.mtvec;
    const offset = isInterrupt && vector % 2 !== 0 ? 4 * code : 0;
    this.pc = ((vector & ~3) + offset) >>> 0;
  }

  private executeOne(): void {
    const low = this.memory.read(this.pc, 2, this.mode, 'fetch');
    const isWide = low % 4 === 3;
    const high = isWide ? this.memory.read((this.pc + 2) >>> 0, 2, this.mode, 'fetch') : 0;
    const word = low | (high << 16);
    const decoded = decode(word);
    if (decoded === undefined) throw new NaiveTrap(illegalInstruction, word);
    this.next = (this.pc + (isWide ? 4 : 2)) >>> 0;
    this.perform(decoded, word);
    this.pc = this.next;
  }

  private set(register: number, value: number): void {
    if (register !== 0) this.x[register] = value;
  }

  /** 3.1.6.3: with mstatus.MPRV, loads and stores are as in the mode of mstatus.MPP. */
  private get dataMode(): Mode {
    return this.csrs.status(17, 17) === 1 ? (this.csrs.status(12, 11) as Mode) : this.mode;
  }

  private load(address: number, size: 1 | 2 | 4): number {
    return this.memory.read(address >>> 0, size, this.dataMode, 'load');
  }

  private store(address: number, size: 1 | 2 | 4, value: number): void {
    this.memory.write(address >>> 0, size, value, this.dataMode);
  }

  private jump(target: number): void {
    this.next = (target & ~1) >>> 0;
  }

  private perform(decoded: Decoded, word: number): void {
    const { rd, imm } = decoded;
    const a = this.x[decoded.rs1] ?? 0;
    const b = this.x[decoded.rs2] ?? 0;
    const branchIf = (condition: boolean): void => {
      if (condition) this.jump(this.pc + imm);
    };
    switch (decoded.row.name) {
      case 'lui':
      case 'c.lui':
      case 'c.li':
        this.set(rd, imm);
        break;
      case 'auipc':
        this.set(rd, this.pc + imm);
        break;
      case 'jal':
      case 'c.jal':
      case 'c.j':
        this.set(rd, this.next);
        this.jump(this.pc + imm);
        break;
      case 'jalr':
      case 'c.jalr':
      case 'c.jr':
        this.set(rd, this.next);
        this.jump(a + imm);
        break;
      case 'beq':
      case 'c.beqz':
        branchIf(a === b);
        break;
      case 'bne':
      case 'c.bnez':
        branchIf(a !== b);
        break;
      case 'blt':
        branchIf(a < b);
        break;
      case 'bge':
        branchIf(a >= b);
        break;
      case 'bltu':
        branchIf(a >>> 0 < b >>> 0);
        break;
      case 'bgeu':
        branchIf(a >>> 0 >= b >>> 0);
        break;
      case 'lb':
        this.set(rd, (this.load(a + imm, 1) << 24) >> 24);
        break;
      case 'lh':
        this.set(rd, (this.load(a + imm, 2) << 16) >> 16);
        break;
      case 'lw':
      case 'c.lw':
      case 'c.lwsp':
        this.set(rd, this.load(a + imm, 4));
        break;
      case 'lbu':
        this.set(rd, this.load(a + imm, 1));
        break;
      case 'lhu':
        this.set(rd, this.load(a + imm, 2));
        break;
      case 'sb':
        this.store(a + imm, 1, b);
        break;
      case 'sh':
        this.store(a + imm, 2, b);
        break;
      case 'sw':
      case 'c.sw':
      case 'c.swsp':
        this.store(a + imm, 4, b);
        break;
      case 'addi':
      case 'c.addi':
      case 'c.nop':
      case 'c.addi16sp':
      case 'c.addi4spn':
        this.set(rd, a + imm);
        break;
      case 'slti':
        this.set(rd, a < imm ? 1 : 0);
        break;
      case 'sltiu':
        this.set(rd, a >>> 0 < imm >>> 0 ? 1 : 0);
        break;
      case 'xori':
        this.set(rd, a ^ imm);
        break;
      case 'ori':
        this.set(rd, a | imm);
        break;
      case 'andi':
      case 'c.andi':
        this.set(rd, a & imm);
        break;
      case 'slli':
      case 'c.slli':
        this.set(rd, a * 2 ** imm);
        break;
      case 'srli':
      case 'c.srli':
        this.set(rd, Math.floor((a >>> 0) / 2 ** imm));
        break;
      case 'srai':
      case 'c.srai':
        this.set(rd, Math.floor(a / 2 ** imm));
        break;
      case 'add':
      case 'c.add':
        this.set(rd, a + b);
        break;
      case 'c.mv':
        this.set(rd, b);
        break;
      case 'sub':
      case 'c.sub':
        this.set(rd, a - b);
        break;
      case 'sll':
        this.set(rd, a * 2 ** (b & 31));
        break;
      case 'slt':
        this.set(rd, a < b ? 1 : 0);
        break;
      case 'sltu':
        this.set(rd, a >>> 0 < b >>> 0 ? 1 : 0);
        break;
      case 'xor':
      case 'c.xor':
        this.set(rd, a ^ b);
        break;
      case 'srl':
        this.set(rd, Math.floor((a >>> 0) / 2 ** (b & 31)));
        break;
      case 'sra':
        this.set(rd, Math.floor(a / 2 ** (b & 31)));
        break;
      case 'or':
      case 'c.or':
        this.set(rd, a | b);
        break;
      case 'and':
      case 'c.and':
        this.set(rd, a & b);
        break;
      case 'fence':
      case 'fence.tso':
      case 'fence.i':
        break;
      case 'mul':
        this.set(rd, lowWord(BigInt(a) * BigInt(b)));
        break;
      case 'mulh':
        this.set(rd, lowWord((BigInt(a) * BigInt(b)) >> 32n));
        break;
      case 'mulhsu':
        this.set(rd, lowWord((BigInt(a) * BigInt(b >>> 0)) >> 32n));
        break;
      case 'mulhu':
        this.set(rd, lowWord((BigInt(a >>> 0) * BigInt(b >>> 0)) >> 32n));
        break;
      case 'div':
        this.set(rd, b === 0 ? -1 : Math.trunc(a / b));
        break;
      case 'divu':
        this.set(rd, b === 0 ? -1 : Math.trunc((a >>> 0) / (b >>> 0)));
        break;
      case 'rem':
        this.set(rd, b === 0 ? a : a % b);
        break;
      case 'remu':
        this.set(rd, b === 0 ? a : (a >>> 0) % (b >>> 0));
        break;
      case 'lr.w': {
        if (a % 4 !== 0) throw new NaiveTrap(4, a);
        const value = this.load(a, 4);
        this.reservation = this.memory.places(a >>> 0, 4, this.dataMode, 'load')[0];
        this.set(rd, value);
        break;
      }
      case 'sc.w': {
        if (a % 4 !== 0) throw new NaiveTrap(6, a);
        const [place] = this.memory.places(a >>> 0, 4, this.dataMode, 'store');
        const succeeds = place === this.reservation;
        if (succeeds) this.store(a, 4, b);
        this.reservation = undefined;
        this.set(rd, succeeds ? 0 : 1);
        break;
      }
      case 'amoswap.w':
        this.modify(rd, a, () => b);
        break;
      case 'amoadd.w':
        this.modify(rd, a, (old) => old + b);
        break;
      case 'amoxor.w':
        this.modify(rd, a, (old) => old ^ b);
        break;
      case 'amoand.w':
        this.modify(rd, a, (old) => old & b);
        break;
      case 'amoor.w':
        this.modify(rd, a, (old) => old | b);
        break;
      case 'amomin.w':
        this.modify(rd, a, (old) => Math.min(old, b));
        break;
      case 'amomax.w':
        this.modify(rd, a, (old) => Math.max(old, b));
        break;
      case 'amominu.w':
        this.modify(rd, a, (old) => Math.min(old >>> 0, b >>> 0));
        break;
      case 'amomaxu.w':
        this.modify(rd, a, (old) => Math.max(old >>> 0, b >>> 0));
        break;
      case 'csrrw':
        this.accessCsr(decoded, word, { reads: rd !== 0, change: () => a });
        break;
      case 'csrrwi':
        this.accessCsr(decoded, word, { reads: rd !== 0, change: () => imm });
        break;
      case 'csrrs':
        this.accessCsr(decoded, word, {
          reads: true,
          ...(decoded.rs1 !== 0 && { change: (old) => old | a }),
        });
        break;
      case 'csrrsi':
        this.accessCsr(decoded, word, {
          reads: true,
          ...(imm !== 0 && { change: (old) => old | imm }),
        });
        break;
      case 'csrrc':
        this.accessCsr(decoded, word, {
          reads: true,
          ...(decoded.rs1 !== 0 && { change: (old) => old & ~a }),
        });
        break;
      case 'csrrci':
        this.accessCsr(decoded, word, {
          reads: true,
          ...(imm !== 0 && { change: (old) => old & ~imm }),
        });
        break;
      case 'ecall':
        throw new NaiveTrap(8 + this.mode, 0);
      case 'ebreak':
      case 'c.ebreak':
        throw new NaiveTrap(3, this.pc);
      case 'mret':
        this.returnFromMachine(word);
        break;
      case 'sret':
        this.returnFromSupervisor(word);
        break;
      case 'wfi':
        if (this.mode === 0 || (this.mode === 1 && this.csrs.status(21, 21) === 1)) illegal(word);
        this.waiting = true;
        break;
      case 'sfence.vma':
        if (this.mode === 0 || (this.mode === 1 && this.csrs.status(20, 20) === 1)) illegal(word);
        break;
      default:
        throw new Error(`the naive executor does not know ${decoded.row.name}`);
    }
  }

  /** Unprivileged manual 8.4: everything about an atomic operation that fails is a store fault. */
  private modify(rd: number, address: number, operation: (old: number) => number): void {
    if (address % 4 !== 0) throw new NaiveTrap(6, address);
    this.memory.places(address >>> 0, 4, this.dataMode, 'store');
    const old = this.load(address, 4) | 0;
    this.store(address, 4, operation(old));
    this.set(rd, old);
  }

  private accessCsr(
    { csr, rd }: Decoded,
    word: number,
    { reads, change }: { readonly reads: boolean; readonly change?: (old: number) => number },
  ): void {
    if (!this.csrs.permits(csr, this.mode, change !== undefined)) illegal(word);
    const old = this.csrs.read(csr) ?? 0;
    if (change !== undefined) this.csrs.write(csr, change(old));
    if (reads) this.set(rd, old);
  }

  /** 3.3.2 and 3.1.6.1. */
  private returnFromMachine(word: number): void {
    const { csrs } = this;
    if (this.mode !== 3) illegal(word);
    this.mode = csrs.status(12, 11) as Mode;
    csrs.setStatus(3, 3, csrs.status(7, 7));
    csrs.setStatus(7, 7, 1);
    csrs.setStatus(12, 11, 0);
    if (this.mode !== 3) csrs.setStatus(17, 17, 0);
    this.next = csrs.mepc >>> 0;
  }

  private returnFromSupervisor(word: number): void {
    const { csrs } = this;
    if (this.mode === 0 || (this.mode === 1 && csrs.status(22, 22) === 1)) illegal(word);
    this.mode = csrs.status(8, 8) === 1 ? 1 : 0;
    csrs.setStatus(1, 1, csrs.status(5, 5));
    csrs.setStatus(5, 5, 1);
    csrs.setStatus(8, 8, 0);
    csrs.setStatus(17, 17, 0);
    this.next = csrs.sepc >>> 0;
  }
}

const lowWord = (value: bigint): number => Number(BigInt.asIntN(32, value));

function illegal(word: number): never {
  throw new NaiveTrap(illegalInstruction, word);
}
