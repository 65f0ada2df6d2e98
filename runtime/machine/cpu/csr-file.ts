/**
 * The control and status registers: which exist, what a read shows, what a write keeps (WARL), and
 * the six instructions that reach them. Counters are the clock or the retired count plus a 64-bit
 * offset, so nothing is counted per instruction. Privileged spec chapters 2, 3.1 and 4.1.
 */
import { hartWord } from '../memory/layout.js';
import {
  allInterrupts,
  cause,
  delegableExceptions,
  interrupt,
  misaValue,
  mstatus,
  mstatusWritable,
  sstatusMask,
  supervisorInterrupts,
} from './csr-bits.js';
import type { HartCore } from './hart-core.js';
import { legalPmpConfig, pmpAddressIsLocked, pmpConfig, pmpConfigByte, pmpEntries } from './pmp.js';
import { fetchedWord } from './fetch.js';
import { flushEverything, flushTranslations } from './tlb.js';
import { dueInterrupt, raise } from './trap.js';

/** How a write goes on: the next instruction may be fetched and accessed as before, or not. */
type Written = 'same' | 'changed';

/** CSRs that are a word of the block as it is: number, word, and the bits that a write keeps. */
const plainCsrs: readonly (readonly [number: number, word: number, writable: number])[] = [
  [0x105, hartWord.stvec, ~2],
  // Cycle, time and instret; the counters 3…31 are hardwired to 0, and so are their enables.
  [0x106, hartWord.scounteren, 7],
  [0x10a, hartWord.senvcfg, 1],
  [0x140, hartWord.sscratch, -1],
  // "On an implementation with IALIGN=16, sepc[0] is always zero."
  [0x141, hartWord.sepc, ~1],
  [0x142, hartWord.scause, -1],
  [0x143, hartWord.stval, -1],
  [0x302, hartWord.medeleg, delegableExceptions],
  [0x305, hartWord.mtvec, ~2],
  [0x306, hartWord.mcounteren, 7],
  [0x30a, hartWord.menvcfg, 1],
  [0x340, hartWord.mscratch, -1],
  [0x341, hartWord.mepc, ~1],
  [0x342, hartWord.mcause, -1],
  [0x343, hartWord.mtval, -1],
];

/** The same by number, for the hot path: the word, or 0 (x0, which no CSR is) for any other CSR. */
const plainWord = new Uint8Array(0x1000);
const plainWritable = new Int32Array(0x1000);
for (const [number, word, writable] of plainCsrs) {
  plainWord[number] = word;
  plainWritable[number] = writable;
}

const machineIdentity = { mvendorid: 0xf11, mhartid: 0xf14, mconfigptr: 0xf15 } as const;

/**
 * mstatush, menvcfgh, mcountinhibit, the counters 3…31 and their events, and the PMP entries 16…63
 * exist, read 0 and ignore writes. So do tselect and tdata1…3: type 0 says that there is no trigger.
 */
const isHardwiredZero = (number: number): boolean =>
  number === 0x310 ||
  number === 0x31a ||
  number === 0x320 ||
  (number >= 0x323 && number <= 0x33f) ||
  (number >= 0xb03 && number <= 0xb1f) ||
  (number >= 0xb83 && number <= 0xb9f) ||
  (number >= 0xc03 && number <= 0xc1f) ||
  (number >= 0xc83 && number <= 0xc9f) ||
  (number >= 0x7a0 && number <= 0x7a3) ||
  (number >= 0x3a4 && number <= 0x3af) ||
  (number >= 0x3c0 && number <= 0x3ef) ||
  (number >= machineIdentity.mvendorid && number <= machineIdentity.mconfigptr);

const pendingInterrupts = (block: Int32Array): number =>
  block[hartWord.lines]! | block[hartWord.mipSoftware]!;

/** As machine mode reads it; undefined for a number that is no CSR here. Signed. */
export function readCsr(core: HartCore, number: number): number | undefined {
  const { block } = core;
  const plain = plainWord[number]!;
  if (plain !== 0) return block[plain]!;
  switch (number) {
    case 0x100:
      return block[hartWord.mstatus]! & sstatusMask;
    case 0x104:
      return block[hartWord.mie]! & block[hartWord.mideleg]!;
    case 0x144:
      return pendingInterrupts(block) & block[hartWord.mideleg]!;
    case 0x180:
      return block[hartWord.satp]!;
    case 0x300:
      return block[hartWord.mstatus]!;
    case 0x301:
      return misaValue;
    case 0x303:
      return block[hartWord.mideleg]!;
    case 0x304:
      return block[hartWord.mie]!;
    case 0x344:
      return pendingInterrupts(block);
    case 0xb00:
    case 0xc00:
      return counterWord(core.clock.now(), block, hartWord.cycleOffset, 0);
    case 0xb80:
    case 0xc80:
      return counterWord(core.clock.now(), block, hartWord.cycleOffset, 1);
    case 0xb02:
    case 0xc02:
      return counterWord(core.retired, block, hartWord.instretOffset, 0);
    case 0xb82:
    case 0xc82:
      return counterWord(core.retired, block, hartWord.instretOffset, 1);
    case 0xc01:
      return core.clock.ticks() | 0;
    case 0xc81:
      return Math.floor(core.clock.ticks() / 0x100000000) | 0;
    case machineIdentity.mhartid:
      return core.id;
    default:
      break;
  }
  if (number >= 0x3a0 && number < 0x3a0 + pmpEntries / 4)
    return block[hartWord.pmpcfg + number - 0x3a0]!;
  if (number >= 0x3b0 && number < 0x3b0 + pmpEntries)
    return block[hartWord.pmpaddr + number - 0x3b0]!;
  return isHardwiredZero(number) ? 0 : undefined;
}

/** As machine mode writes it, for a number that `readCsr` knows and that is not read-only. */
export function writeCsr(core: HartCore, number: number, value: number): Written {
  const { block } = core;
  const plain = plainWord[number]!;
  if (plain !== 0) {
    block[plain] = value & plainWritable[number]!;
    return 'same';
  }
  switch (number) {
    case 0x100:
      return writeMstatus(core, (block[hartWord.mstatus]! & ~sstatusMask) | (value & sstatusMask));
    case 0x104:
      block[hartWord.mie] =
        (block[hartWord.mie]! & ~block[hartWord.mideleg]!) | (value & block[hartWord.mideleg]!);
      return 'same';
    case 0x144: {
      // "If implemented, SSIP is writable in sip"; STIP and SEIP are read-only there.
      const writable = block[hartWord.mideleg]! & (1 << interrupt.ssip);
      block[hartWord.mipSoftware] = (block[hartWord.mipSoftware]! & ~writable) | (value & writable);
      return 'same';
    }
    case 0x180:
      block[hartWord.satp] = value;
      flushTranslations(core);
      return 'changed';
    case 0x300:
      return writeMstatus(core, value & mstatusWritable);
    case 0x303:
      block[hartWord.mideleg] = value & supervisorInterrupts;
      return 'same';
    case 0x304:
      block[hartWord.mie] = value & allInterrupts;
      return 'same';
    case 0x344:
      block[hartWord.mipSoftware] = value & supervisorInterrupts;
      return 'same';
    case 0xb00:
      writeCounter(core, core.clock.now(), hartWord.cycleOffset, 0, value);
      return 'same';
    case 0xb80:
      writeCounter(core, core.clock.now(), hartWord.cycleOffset, 1, value);
      return 'same';
    case 0xb02:
      writeCounter(core, core.retired, hartWord.instretOffset, 0, value);
      return 'same';
    case 0xb82:
      writeCounter(core, core.retired, hartWord.instretOffset, 1, value);
      return 'same';
    default:
      break;
  }
  if (number >= 0x3a0 && number < 0x3a0 + pmpEntries / 4)
    return writePmpConfig(core, number - 0x3a0, value);
  if (number >= 0x3b0 && number < 0x3b0 + pmpEntries) {
    const entry = number - 0x3b0;
    if (pmpAddressIsLocked(block, entry)) return 'same';
    block[hartWord.pmpaddr + entry] = value;
    core.pmp.update(block);
    flushEverything(core);
    return 'changed';
  }
  return 'same';
}

export type CsrOperation = 'readwrite' | 'set' | 'clear';

/**
 * One of the six CSR instructions. `source` is the register's value or the immediate, `sourceField` the
 * rs1 field of the word, `rd` the destination or the sink. True when the hart goes on behind the
 * instruction as before; false when it goes on at `pc`, afresh.
 */
export function csrInstruction(
  core: HartCore,
  operation: CsrOperation,
  number: number,
  source: number,
  sourceField: number,
  rd: number,
): boolean {
  const { block } = core;
  const writes = operation === 'readwrite' || sourceField !== 0;
  const old = isAccessible(core, number, writes) ? readCsr(core, number) : undefined;
  if (old === undefined) {
    raise(core, cause.illegalInstruction, fetchedWord(core));
    return false;
  }
  let written: Written = 'same';
  if (writes) {
    // "The value used in the read-modify-write … is only the software-writable" part of mip.
    const base = number === 0x344 ? block[hartWord.mipSoftware]! : old;
    const value =
      operation === 'readwrite' ? source : operation === 'set' ? base | source : base & ~source;
    written = writeCsr(core, number, value);
    if (dueInterrupt(core) >= 0) core.leaveInterpreter();
  }
  block[rd] = old;
  if (written === 'same') return true;
  block[hartWord.pc]! += 4;
  return false;
}

/** "Attempts to access a non-existent CSR, or without appropriate privilege level, or to write a read-only register": illegal. */
function isAccessible(core: HartCore, number: number, writes: boolean): boolean {
  const privilege = core.block[hartWord.privilege]!;
  if (privilege < ((number >>> 8) & 3)) return false;
  // "csr[11:10] indicate whether the register is read/write (00, 01, or 10) or read-only (11)."
  if (writes && number >>> 10 === 3) return false;
  if (number === 0x180 && privilege === 1) {
    return (core.block[hartWord.mstatus]! & mstatus.tvm) === 0;
  }
  if ((number >= 0xc00 && number <= 0xc1f) || (number >= 0xc80 && number <= 0xc9f)) {
    return isCounterEnabled(core.block, number & 31, privilege);
  }
  return true;
}

/** "When the CY, TM, IR, or HPMn bit in the mcounteren register is clear, attempts to read … cause an illegal instruction exception". */
function isCounterEnabled(block: Int32Array, counter: number, privilege: number): boolean {
  let enabled = -1;
  if (privilege < 3) enabled &= block[hartWord.mcounteren]!;
  if (privilege < 1) enabled &= block[hartWord.scounteren]!;
  return ((enabled >>> counter) & 1) !== 0;
}

function writeMstatus(core: HartCore, value: number): Written {
  const { block } = core;
  const old = block[hartWord.mstatus]!;
  // MPP is WARL: 2 is no privilege, and leaves it as it was.
  const isReserved = (value & mstatus.mpp) === 2 << mstatus.mppShift;
  const legal = isReserved ? (value & ~mstatus.mpp) | (old & mstatus.mpp) : value;
  block[hartWord.mstatus] = legal;
  if (((old ^ legal) & mstatus.mxr) !== 0) flushTranslations(core);
  core.selectBanks();
  return ((old ^ legal) & (mstatus.mxr | mstatus.sum | mstatus.mprv | mstatus.mpp)) !== 0
    ? 'changed'
    : 'same';
}

function writePmpConfig(core: HartCore, register: number, value: number): Written {
  const { block } = core;
  let word = 0;
  for (let index = 0; index < 4; index++) {
    const old = pmpConfigByte(block, register * 4 + index);
    const isLocked = (old & pmpConfig.l) !== 0;
    word |= (isLocked ? old : legalPmpConfig(value >>> (index * 8))) << (index * 8);
  }
  block[hartWord.pmpcfg + register] = word;
  core.pmp.update(block);
  flushEverything(core);
  return 'changed';
}

/** Word 0 or 1 (low, high) of a count below 2^53 plus a 64-bit offset. */
function counterWord(count: number, block: Int32Array, offset: number, word: 0 | 1): number {
  const low = (count >>> 0) + (block[offset]! >>> 0);
  if (word === 0) return low | 0;
  const carry = low > 0xffffffff ? 1 : 0;
  return (Math.floor(count / 0x100000000) + block[offset + 1]! + carry) | 0;
}

/**
 * "Any CSR write takes effect after the writing instruction has otherwise completed": the writing
 * instruction does not count, and the next one reads what was written. A debugger's write is no instruction.
 */
function writeCounter(
  core: HartCore,
  count: number,
  offset: number,
  word: 0 | 1,
  value: number,
): void {
  const { block } = core;
  const low = word === 0 ? value : counterWord(count, block, offset, 0);
  const high = word === 1 ? value : counterWord(count, block, offset, 1);
  const from = core.running ? count + 1 : count;
  const lowOffset = (low >>> 0) - (from >>> 0);
  const borrow = lowOffset < 0 ? 1 : 0;
  block[offset] = lowOffset | 0;
  block[offset + 1] = (high - Math.floor(from / 0x100000000) - borrow) | 0;
}
