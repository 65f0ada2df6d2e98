/**
 * Who called whom, without unwind tables. A function's prologue says how far it moved sp and where it
 * put ra; its epilogue says what is already undone. A return address counts only if it follows a call
 * in executable memory of the image; at the first doubt the walk ends, so that no frame is invented.
 * RISC-V ELF psABI, chapter "Integer Calling Convention".
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { ImageSymbol } from '../image/system-image.js';
import { expand } from '../isa/compressed.js';
import { decode } from '../isa/decode.js';
import type { Decoded } from '../isa/instruction.js';
import type { Platform } from '../platform.js';
import { translate, type AddressSpace } from './address-space.js';
import { instructionAt } from './disassembly.js';
import { readNumber } from './memory.js';
import { locate } from './modules.js';
import { hartOf, hasKernel, readPc, readRegister, spaceOf } from './thread-state.js';

export interface FrameView {
  readonly pc: VirtAddr;
  /** sp before the function that runs here was called: what stays when it returns. */
  readonly callerSp: number;
  /** Where to look up symbol and line: in outer frames the call, which is before pc. */
  readonly lookupAddress: VirtAddr;
}

const ra = 1;
const sp = 2;
const fp = 8;
/** Instructions of a prologue or epilogue; longer ones are not recognised. */
const longestSequence = 64;
const mostFrames = 1000;

/** Innermost first. Lazy: each frame is computed when it is asked for. */
export function* unwind(platform: Platform, thread: number): Generator<FrameView, void> {
  const space = spaceOf(platform, thread);
  let state: Registers = {
    pc: readPc(platform, thread),
    sp: readRegister(platform, thread, sp),
    ra: readRegister(platform, thread, ra),
    fp: readRegister(platform, thread, fp),
  };
  const trapped = trappedAt(platform, space, thread, state.pc);
  if (trapped !== undefined) {
    yield { pc: state.pc, callerSp: state.sp ?? 0, lookupAddress: state.pc };
    state = { ...state, pc: trapped };
  }
  for (let depth = 0; depth < mostFrames; depth += 1) {
    const lookupAddress = depth === 0 ? state.pc : virtAddr(state.pc - 1);
    const frame = frameOf(platform, space, state, lookupAddress, depth === 0);
    yield { pc: state.pc, callerSp: frame.caller.sp ?? 0, lookupAddress };
    const { caller } = frame;
    if (!isReturnAddress(platform, space, caller.pc)) return;
    // Without a saved ra the function is a leaf, and only the innermost frame can be one.
    const isSame = caller.pc === state.pc && caller.sp === state.sp;
    if (isSame || (caller.sp ?? 0) < (state.sp ?? 0)) return;
    state = caller;
  }
}

const mtvec = 0x305;
const mepc = 0x341;

/** Where a bare program was when it trapped into a handler that is not there. */
function trappedAt(
  platform: Platform,
  space: AddressSpace,
  thread: number,
  pc: VirtAddr,
): VirtAddr | undefined {
  if (hasKernel(platform) || instructionAt(platform, space, pc) !== undefined) return undefined;
  const hart = hartOf(platform, thread);
  const vector = hart?.readCsr(mtvec);
  const from = hart?.readCsr(mepc);
  if (vector === undefined || from === undefined) return undefined;
  return virtAddr(vector & ~3) === pc ? virtAddr(from) : undefined;
}

interface Registers {
  readonly pc: VirtAddr;
  readonly sp: number | undefined;
  /** Undefined in outer frames: a caller's ra is whatever it saved. */
  readonly ra: number | undefined;
  readonly fp: number | undefined;
}

interface Frame {
  readonly caller: Registers;
}

/** What a stretch of straight code did to the stack. Offsets are from sp before it. */
interface StackEffect {
  readonly spChange: number;
  readonly savedRa: number | undefined;
  readonly savedFp: number | undefined;
  /** fp = sp before the function plus this; undefined while fp is not set up. */
  readonly fpOffset: number | undefined;
}

const noCaller = virtAddr(0);

function frameOf(
  platform: Platform,
  space: AddressSpace,
  state: Registers,
  lookupAddress: VirtAddr,
  isInnermost: boolean,
): Frame {
  const start = functionStart(platform, space, lookupAddress);
  const word = (address: number | undefined): number | undefined =>
    address === undefined ? undefined : readNumber(platform, space, virtAddr(address), 4);
  const unknown: Frame = { caller: { pc: noCaller, sp: state.sp, ra: undefined, fp: state.fp } };

  const epilogue = isInnermost ? epilogueFrom(platform, space, state.pc) : undefined;
  if (epilogue !== undefined && state.sp !== undefined) {
    const restored = epilogue.savedRa;
    const pc = restored === undefined ? state.ra : word(state.sp + restored);
    const caller = {
      pc: virtAddr(pc ?? 0),
      sp: state.sp + epilogue.spChange,
      ra: undefined,
      fp: epilogue.savedFp === undefined ? state.fp : word(state.sp + epilogue.savedFp),
    };
    return { caller };
  }
  if (start === undefined) {
    // Outside the image, as after a jump through a bad pointer: ra is all there is.
    return isInnermost && state.ra !== undefined
      ? { caller: { ...unknown.caller, pc: virtAddr(state.ra) } }
      : unknown;
  }

  const prologue = prologueOf(platform, space, start.address, state.pc);
  const entrySp =
    prologue.fpOffset !== undefined && state.fp !== undefined
      ? state.fp - prologue.fpOffset
      : state.sp === undefined
        ? undefined
        : state.sp - prologue.spChange;
  if (entrySp === undefined) return unknown;
  const savedAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : word(entrySp + offset);
  // A function that has called and saved nothing has lost its way back.
  const wasOverwritten =
    prologue.savedRa === undefined &&
    (state.ra === undefined ||
      (isInside(platform, space, start, state.ra) &&
        calledFrom(platform, space, state.ra) !== start.address));
  if (wasOverwritten) return { caller: { ...unknown.caller, sp: entrySp } };
  const pc = prologue.savedRa === undefined ? state.ra : savedAt(prologue.savedRa);
  const callerFp = prologue.savedFp === undefined ? state.fp : savedAt(prologue.savedFp);
  return { caller: { pc: virtAddr(pc ?? 0), sp: entrySp, ra: undefined, fp: callerFp } };
}

/** Reads the first straight stretch of a function, as far as it has executed. */
function prologueOf(
  platform: Platform,
  space: AddressSpace,
  start: VirtAddr,
  end: VirtAddr,
): StackEffect {
  let spChange = 0;
  let savedRa: number | undefined;
  let savedFp: number | undefined;
  let fpOffset: number | undefined;
  for (const { address, decoded } of straightCode(platform, space, start)) {
    if (address >= end) break;
    const { name } = decoded.row;
    if (name === 'addi' && decoded.rd === sp && decoded.rs1 === sp) {
      // Moving sp up again is an epilogue, not part of a prologue.
      if (decoded.imm > 0) break;
      spChange += decoded.imm;
    } else if (name === 'addi' && decoded.rd === fp && decoded.rs1 === sp) {
      fpOffset = spChange + decoded.imm;
    } else if (name === 'sw' && decoded.rs1 === sp) {
      if (decoded.rs2 === ra) savedRa = spChange + decoded.imm;
      if (decoded.rs2 === fp) savedFp = spChange + decoded.imm;
    }
  }
  return { spChange, savedRa, savedFp, fpOffset };
}

/** What is left to undo when straight code leads from here to a `ret`; undefined when it does not. */
function epilogueFrom(
  platform: Platform,
  space: AddressSpace,
  pc: VirtAddr,
): StackEffect | undefined {
  let spChange = 0;
  let savedRa: number | undefined;
  let savedFp: number | undefined;
  for (const { decoded } of straightCode(platform, space, pc)) {
    const { name } = decoded.row;
    if (isReturn(decoded)) return { spChange, savedRa, savedFp, fpOffset: undefined };
    if (name === 'addi' && decoded.rd === sp) {
      if (decoded.rs1 !== sp || decoded.imm < 0) return undefined;
      spChange += decoded.imm;
    } else if (name === 'lw' && decoded.rs1 === sp) {
      if (decoded.rd === ra) savedRa = spChange + decoded.imm;
      if (decoded.rd === fp) savedFp = spChange + decoded.imm;
    } else if (name === 'sw' && decoded.rs1 === sp && decoded.rs2 === ra) {
      return undefined;
    } else if (decoded.rd === ra && writesRegister(name)) {
      return undefined;
    }
  }
  return undefined;
}

/** Instructions from `start` up to and including the first that may go elsewhere. */
function* straightCode(
  platform: Platform,
  space: AddressSpace,
  start: VirtAddr,
): Generator<{ readonly address: VirtAddr; readonly decoded: Decoded }, void> {
  let at: number = start;
  for (let count = 0; count < longestSequence; count += 1) {
    const decoded = decodedAt(platform, space, virtAddr(at));
    if (decoded === undefined) return;
    yield { address: virtAddr(at), decoded: expand(decoded) };
    if (leavesStraightLine(decoded)) return;
    at += decoded.row.lengthBytes;
  }
}

/** True for an address that a call would have left in ra: executable, in the image, after a call. */
export function isReturnAddress(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): boolean {
  if (address < 4 || address % 2 !== 0) return false;
  if (locate(platform, space, virtAddr(address - 2)) === undefined) return false;
  if (translate(platform, space, virtAddr(address - 2))?.rights.endsWith('x') !== true)
    return false;
  return [2, 4].some((length) => {
    const decoded = decodedAt(platform, space, virtAddr(address - length));
    return decoded?.row.lengthBytes === length && isCall(decoded);
  });
}

/** Where the call before a return address went, if the code says it: a recursive call is no lost way back. */
function calledFrom(
  platform: Platform,
  space: AddressSpace,
  returnAddress: number,
): number | undefined {
  const call = [2, 4]
    .map((length) => decodedAt(platform, space, virtAddr(returnAddress - length)))
    .find((decoded, index) => decoded?.row.lengthBytes === 2 + 2 * index && isCall(decoded));
  if (call === undefined) return undefined;
  const address = returnAddress - call.row.lengthBytes;
  const { row, rs1, imm } = expand(call);
  if (row.name === 'jal') return (address + imm) >>> 0;
  const upper = decodedAt(platform, space, virtAddr(address - 4));
  if (upper?.row.name !== 'auipc' || upper.rd !== rs1) return undefined;
  return (address - 4 + upper.imm + imm) >>> 0;
}

export function decodedAt(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): Decoded | undefined {
  const word = instructionAt(platform, space, address);
  const decoded = word && decode(word.value);
  return decoded?.row.lengthBytes === word?.bytes.length ? decoded : undefined;
}

/** "jal" and "jalr" that put the way back into ra or t0, the link registers of the psABI. */
export function isCall(decoded: Decoded): boolean {
  const { row, rd } = expand(decoded);
  return (row.name === 'jal' || row.name === 'jalr') && (rd === ra || rd === 5);
}

export function isReturn(decoded: Decoded): boolean {
  const { row, rd, rs1 } = expand(decoded);
  return row.name === 'jalr' && rd === 0 && (rs1 === ra || rs1 === 5);
}

const elsewhere: ReadonlySet<string> = new Set(['jal', 'jalr', 'mret', 'sret', 'ecall', 'ebreak']);

function leavesStraightLine(decoded: Decoded): boolean {
  const { row } = expand(decoded);
  return row.format === 'B' || elsewhere.has(row.name);
}

/** Stores and branches have no destination; their rd is 0 anyway. */
const writesRegister = (name: string): boolean => name !== 'sw' && name !== 'sh' && name !== 'sb';

interface FunctionStart {
  /** In the address space of the thread. */
  readonly address: VirtAddr;
  readonly symbol: ImageSymbol;
}

/**
 * The symbol that a function begins with: the nearest function or global below. Local labels inside
 * a function do not count, unless there is nothing else.
 */
function functionStart(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): FunctionStart | undefined {
  const located = locate(platform, space, address);
  if (located === undefined) return undefined;
  const inImage = located.address;
  const below = located.image.symbols.filter(
    ({ kind, address: at }) => at <= inImage && (kind === 'function' || kind === 'label'),
  );
  const symbol =
    below.findLast(({ kind, binding }) => kind === 'function' || binding !== 'local') ??
    below.at(-1);
  return symbol && { symbol, address: virtAddr(address - (inImage - symbol.address)) };
}

function isInside(
  platform: Platform,
  space: AddressSpace,
  start: FunctionStart,
  address: number,
): boolean {
  const found = functionStart(platform, space, virtAddr(address - 1));
  return found?.symbol === start.symbol;
}
