/**
 * The CSRs of the naive executor: a list of plain values and one function pair that reads and writes them
 * by number. Where the privileged manual leaves a choice, the comment says which one the machine makes.
 */
import { bits } from '../../runtime/base/bits.js';

export type Mode = 0 | 1 | 3;

const supervisorBits = 0x222;
const interruptBits = 0xaaa;
const sstatusBits = 0x000c_0122;
const mstatusBits = 0x007e_19aa;
/** Every exception but an environment call from machine mode. */
const delegableBits = 0xb3ff;
const counterBits = 7;
const word = 0xffff_ffffn;

export class NaiveCsrs {
  mstatus = 0;
  medeleg = 0;
  mideleg = 0;
  mie = 0;
  mip = 0;
  mtvec = 0;
  mcounteren = 0;
  menvcfg = 0;
  mscratch = 0;
  mepc = 0;
  mcause = 0;
  mtval = 0;
  stvec = 0;
  scounteren = 0;
  senvcfg = 0;
  sscratch = 0;
  sepc = 0;
  scause = 0;
  stval = 0;
  satp = 0;
  readonly pmpcfg = new Uint8Array(16);
  readonly pmpaddr = new Uint32Array(16);
  mcycle = 0n;
  minstret = 0n;
  /** Steps since reset, which no write changes. */
  steps = 0;
  /** Set by a write to a counter: it does not count at the end of this instruction. */
  cycleWritten = false;
  instretWritten = false;
  readonly cyclesPerTick: number;

  constructor(cyclesPerTick: number) {
    this.cyclesPerTick = cyclesPerTick;
  }

  /** Bits high:low of mstatus. */
  status(high: number, low: number): number {
    return bits(this.mstatus, high, low);
  }

  setStatus(high: number, low: number, value: number): void {
    const mask = ((1 << (high - low + 1)) - 1) << low;
    this.mstatus = (this.mstatus & ~mask) | (value << low);
  }

  /** At the end of a step: every step takes a cycle, and only an instruction that did not trap retires. */
  countStep(retired: boolean): void {
    this.steps += 1;
    if (!this.cycleWritten) this.mcycle += 1n;
    if (retired && !this.instretWritten) this.minstret += 1n;
    this.cycleWritten = false;
    this.instretWritten = false;
  }

  /** Whether an instruction in `mode` may access the CSR; if not, the instruction is illegal. 2.1, 3.1.6.5, 3.1.11. */
  permits(number: number, mode: Mode, isWrite: boolean): boolean {
    if (mode < bits(number, 9, 8)) return false;
    if (isWrite && bits(number, 11, 10) === 3) return false;
    if (number === 0x180 && mode === 1 && this.status(20, 20) === 1) return false;
    if (number >= 0xc00 && number <= 0xc9f) {
      const counter = number & 31;
      if (mode < 3 && bits(this.mcounteren, counter, counter) === 0) return false;
      if (mode === 0 && bits(this.scounteren, counter, counter) === 0) return false;
    }
    return this.read(number) !== undefined;
  }

  /** As a signed word; undefined where there is no such CSR. */
  read(number: number): number | undefined {
    if (number >= 0x3a0 && number <= 0x3af) {
      const first = (number - 0x3a0) * 4;
      return [0, 1, 2, 3].reduce(
        (value, index) => value | ((this.pmpcfg[first + index] ?? 0) << (index * 8)),
        0,
      );
    }
    if (number >= 0x3b0 && number <= 0x3ef) return (this.pmpaddr[number - 0x3b0] ?? 0) | 0;
    if (isHardwiredZero(number)) return 0;
    switch (number) {
      case 0x100:
        return this.mstatus & sstatusBits;
      case 0x104:
        return this.mie & this.mideleg;
      case 0x105:
        return this.stvec;
      case 0x106:
        return this.scounteren;
      case 0x10a:
        return this.senvcfg;
      case 0x140:
        return this.sscratch;
      case 0x141:
        return this.sepc;
      case 0x142:
        return this.scause;
      case 0x143:
        return this.stval;
      case 0x144:
        return this.mip & this.mideleg;
      case 0x180:
        return this.satp;
      case 0x300:
        return this.mstatus;
      case 0x301:
        // RV32 with A, C, I, M, S and U.
        return 0x4014_1105;
      case 0x302:
        return this.medeleg;
      case 0x303:
        return this.mideleg;
      case 0x304:
        return this.mie;
      case 0x305:
        return this.mtvec;
      case 0x306:
        return this.mcounteren;
      case 0x30a:
        return this.menvcfg;
      case 0x340:
        return this.mscratch;
      case 0x341:
        return this.mepc;
      case 0x342:
        return this.mcause;
      case 0x343:
        return this.mtval;
      case 0x344:
        return this.mip;
      case 0xb00:
      case 0xc00:
        return Number(this.mcycle & word) | 0;
      case 0xb80:
      case 0xc80:
        return Number((this.mcycle >> 32n) & word) | 0;
      case 0xb02:
      case 0xc02:
        return Number(this.minstret & word) | 0;
      case 0xb82:
      case 0xc82:
        return Number((this.minstret >> 32n) & word) | 0;
      case 0xc01:
        return Math.floor(this.steps / this.cyclesPerTick) | 0;
      case 0xc81:
        return Math.floor(this.steps / this.cyclesPerTick / 2 ** 32) | 0;
      default:
        return undefined;
    }
  }

  write(number: number, value: number): void {
    if (number >= 0x3a0 && number <= 0x3a3) {
      for (let index = 0; index < 4; index++) {
        this.writeProtection((number - 0x3a0) * 4 + index, (value >>> (index * 8)) & 0xff);
      }
      return;
    }
    if (number >= 0x3b0 && number <= 0x3bf) {
      this.writeProtectionAddress(number - 0x3b0, value);
      return;
    }
    switch (number) {
      case 0x100:
        this.mstatus = merge(this.mstatus, value, sstatusBits);
        break;
      case 0x104:
        this.mie = merge(this.mie, value, this.mideleg);
        break;
      case 0x105:
        // Modes 2 and 3 are reserved: bit 1 stays 0.
        this.stvec = value & ~2;
        break;
      case 0x106:
        this.scounteren = value & counterBits;
        break;
      case 0x10a:
        this.senvcfg = value & 1;
        break;
      case 0x140:
        this.sscratch = value;
        break;
      case 0x141:
        this.sepc = value & ~1;
        break;
      case 0x142:
        this.scause = value;
        break;
      case 0x143:
        this.stval = value;
        break;
      case 0x144:
        this.mip = merge(this.mip, value, this.mideleg & 2);
        break;
      case 0x180:
        this.satp = value;
        break;
      case 0x300: {
        const oldMode = this.status(12, 11);
        this.mstatus = value & mstatusBits;
        // There is no mode 2: such a write leaves the field as it was.
        if (this.status(12, 11) === 2) this.setStatus(12, 11, oldMode);
        break;
      }
      case 0x302:
        this.medeleg = value & delegableBits;
        break;
      case 0x303:
        this.mideleg = value & supervisorBits;
        break;
      case 0x304:
        this.mie = value & interruptBits;
        break;
      case 0x305:
        this.mtvec = value & ~2;
        break;
      case 0x306:
        this.mcounteren = value & counterBits;
        break;
      case 0x30a:
        this.menvcfg = value & 1;
        break;
      case 0x340:
        this.mscratch = value;
        break;
      case 0x341:
        this.mepc = value & ~1;
        break;
      case 0x342:
        this.mcause = value;
        break;
      case 0x343:
        this.mtval = value;
        break;
      case 0x344:
        this.mip = merge(this.mip, value, supervisorBits);
        break;
      case 0xb00:
        this.mcycle = (this.mcycle & ~word) | BigInt(value >>> 0);
        this.cycleWritten = true;
        break;
      case 0xb80:
        this.mcycle = (this.mcycle & word) | (BigInt(value >>> 0) << 32n);
        this.cycleWritten = true;
        break;
      case 0xb02:
        this.minstret = (this.minstret & ~word) | BigInt(value >>> 0);
        this.instretWritten = true;
        break;
      case 0xb82:
        this.minstret = (this.minstret & word) | (BigInt(value >>> 0) << 32n);
        this.instretWritten = true;
        break;
    }
  }

  /** 3.7.1: a locked entry ignores writes; "the combination R=0 and W=1 is reserved", so W is dropped. */
  private writeProtection(entry: number, value: number): void {
    if (((this.pmpcfg[entry] ?? 0) & 0x80) !== 0) return;
    const isReserved = (value & 3) === 2;
    this.pmpcfg[entry] = value & 0x9f & (isReserved ? ~2 : ~0);
  }

  /** A locked entry that matches up to its address (mode 1) also locks the address below, where it begins. */
  private writeProtectionAddress(entry: number, value: number): void {
    const above = this.pmpcfg[entry + 1] ?? 0;
    if (((this.pmpcfg[entry] ?? 0) & 0x80) !== 0) return;
    if ((above & 0x98) === 0x88) return;
    this.pmpaddr[entry] = value;
  }
}

const merge = (old: number, value: number, mask: number): number => (old & ~mask) | (value & mask);

/** CSRs that exist, because the manual wants them, but hold nothing on this machine. */
function isHardwiredZero(number: number): boolean {
  const isHardwareCounter = (first: number): boolean => number >= first + 3 && number <= first + 31;
  return (
    (number >= 0xf11 && number <= 0xf15) ||
    // Debug triggers, of which there are none.
    (number >= 0x7a0 && number <= 0x7a3) ||
    number === 0x310 ||
    number === 0x31a ||
    number === 0x320 ||
    [0x320, 0xb00, 0xb80, 0xc00, 0xc80].some(isHardwareCounter)
  );
}
