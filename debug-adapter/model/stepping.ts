/**
 * The step verbs for one thread. Other threads run as the kernel likes: a step over a system call ends
 * when the same thread comes back from it. A step that cannot know where it ends stops early rather
 * than run away.
 */
import { virtAddr, type VirtAddr } from '../../runtime/base/address.js';
import type { SourcePlace } from '../../runtime/image/debug-information.js';
import type { LineRow } from '../../runtime/image/system-image.js';
import { firstStatementIn, linesFrom } from '../../runtime/image/lookup.js';
import { translate } from '../../runtime/inspect/address-space.js';
import { locate } from '../../runtime/inspect/modules.js';
import { lineFor } from '../../runtime/inspect/symbols.js';
import {
  currentThread,
  hasKernel,
  readPc,
  readRegister,
  spaceOf,
} from '../../runtime/inspect/thread-state.js';
import { decodedAt, isCall, unwind, type FrameView } from '../../runtime/inspect/unwind.js';
import type { Platform } from '../../runtime/platform.js';
import type { Goal, Legs } from './goal.js';
import { commonCalls, standpointOf, type Standpoint } from './standpoint.js';

const stackPointer = 2;
const mcause = 0x342;

/** One instruction of the thread; a system call counts as one, however long it blocks. */
export function* stepInstruction(platform: Platform, thread: number): Goal {
  yield* oneInstruction(platform, thread);
  return 0;
}

/** Like `stepInstruction`, but a call runs until it returns. */
export function* nextInstruction(platform: Platform, thread: number): Goal {
  yield* oneInstructionOver(platform, thread);
  return 0;
}

function* oneInstruction(platform: Platform, thread: number): Legs {
  const from = readPc(platform, thread);
  while (true) {
    if (currentThread(platform) !== thread) {
      yield { kind: 'switch', thread };
      if (readPc(platform, thread) !== from) return;
      continue;
    }
    const { instructions } = platform.machine;
    yield { kind: 'one' };
    if (platform.machine.instructions !== instructions) return;
    if (isInKernel(platform)) {
      yield* untilBack(platform, thread, from);
      if (readPc(platform, thread) !== from) return;
      continue;
    }
    // It trapped. Where the thread was, it goes on: an interrupt came first, and the step is still to do.
    if (currentThread(platform) !== thread || readPc(platform, thread) === from) continue;
    // The handler of a bare program is part of the step, except for interrupts.
    if (hasKernel(platform) || !tookInterrupt(platform)) return;
    yield* runTo(platform, thread, from, 0);
  }
}

function* oneInstructionOver(platform: Platform, thread: number): Legs {
  const callee = calledFrom(platform, thread);
  if (callee === undefined) yield* oneInstruction(platform, thread);
  else yield* stepOver(platform, thread, callee);
}

/**
 * Until another source line begins, here or in a caller; calls run until they return, also those that were replaced by
 * the body of the function.
 */
export function* nextLine(
  platform: Platform,
  thread: number,
  ahead: number,
  isSource: (file: string) => boolean,
): Goal {
  return yield* stepLine(platform, thread, standpointOf(platform, thread, ahead), {
    step: oneInstructionOver,
    enters: () => false,
    isSource,
  });
}

/**
 * As `nextLine`, but enters a called function, if its source is known. What is compiled around the calls of components has
 * no source: the step goes through it to the function behind, if that is in the same program.
 */
export function* stepIntoLine(
  platform: Platform,
  thread: number,
  ahead: number,
  isSource: (file: string) => boolean,
): Goal {
  const enters = ({ line }: Standpoint): boolean => line !== undefined && isSource(line.file);
  const start = standpointOf(platform, thread, ahead);
  if (start.ahead > 0) {
    const inside = standpointOf(platform, thread, start.ahead - 1);
    if (enters(inside)) return inside.ahead;
  }
  return yield* stepLine(platform, thread, start, {
    step: (...at) => stepIntoSource(...at, isSource),
    enters,
    isSource,
  });
}

/** Until the function that runs now returns; undefined when its caller cannot be told. */
export function stepOut(
  platform: Platform,
  thread: number,
  ahead: number,
  isSource: (file: string) => boolean,
): Goal | undefined {
  const start = standpointOf(platform, thread, ahead);
  if (start.calls.length > 0) return leaveReplacedCall(platform, thread, start);
  const [inner, outer] = unwind(platform, thread);
  if (inner === undefined || outer === undefined) return undefined;
  return returnTo(platform, thread, { from: start, frame: outer, sp: inner.callerSp, isSource });
}

interface Return {
  readonly from: Standpoint;
  readonly frame: FrameView;
  readonly sp: number;
  readonly isSource: (file: string) => boolean;
}

function* returnTo(
  platform: Platform,
  thread: number,
  { from, frame, sp, isSource }: Return,
): Goal {
  yield* runTo(platform, thread, frame.pc, sp);
  if (isShown(from.line, isSource) && !isShown(lineOf(platform, thread), isSource))
    yield* leaveUnshownCode(platform, thread, isSource);
  return outermostOf(platform, thread, { function: undefined, calls: [] }).ahead;
}

/**
 * Who calls a handler is code that was made for the interface: nobody wants to see it, and the step ends where a
 * function with a source begins again, or a caller that has one goes on. Until then the thread may wait for long.
 */
function* leaveUnshownCode(
  platform: Platform,
  thread: number,
  isSource: (file: string) => boolean,
): Legs {
  const space = spaceOf(platform, thread);
  const [, ...callers] = unwind(platform, thread);
  const returns = callers.filter(({ pc }) => isShown(lineFor(platform, space, pc), isSource));
  const begins = functionsWithSource(platform, thread, isSource);
  const stops = [...begins, ...returns.map(({ pc }) => pc)].flatMap(
    (address) => translate(platform, space, address)?.physical ?? [],
  );
  while (stops.length > 0) {
    yield { kind: 'until', stops };
    if (currentThread(platform) === thread) return;
  }
}

/** Nothing returns from a call that was replaced: its code ends where that of the function around it goes on. */
function* leaveReplacedCall(platform: Platform, thread: number, start: Standpoint): Goal {
  const outer = { ...start, calls: start.calls.slice(0, -1) };
  while (true) {
    yield* oneInstructionOver(platform, thread);
    const now = outermostOf(platform, thread, outer);
    const isInCall = commonCalls(start, now) === start.calls.length;
    if (!isInCall && !isInside(now, outer)) return now.ahead;
  }
}

/** Where the thread is now, before all the calls that begin there and that it was not in, as far as it is known where they stand. */
function outermostOf(
  platform: Platform,
  thread: number,
  before: Pick<Standpoint, 'function' | 'calls'>,
): Standpoint {
  let now = standpointOf(platform, thread, 0);
  now = standpointOf(platform, thread, now.calls.length - commonCalls(before, now));
  while (now.line === undefined && now.ahead > 0)
    now = standpointOf(platform, thread, now.ahead - 1);
  return now;
}

/** Whether a point is in calls that the other one is outside of, in the same function. */
const isInside = (
  now: Pick<Standpoint, 'function' | 'calls'>,
  outer: Pick<Standpoint, 'function' | 'calls'>,
): boolean =>
  now.function !== undefined &&
  now.function === outer.function &&
  now.calls.length > outer.calls.length &&
  commonCalls(outer, now) === outer.calls.length;

interface LineStep {
  readonly step: (platform: Platform, thread: number) => Legs;
  /** Whether the step ends in a replaced call that begins, or goes over it. */
  readonly enters: (inside: Standpoint) => boolean;
  readonly isSource: (file: string) => boolean;
}

function* stepLine(
  platform: Platform,
  thread: number,
  start: Standpoint,
  { step, enters, isSource }: LineStep,
): Goal {
  let { line } = start;
  const firstAddress = readPc(platform, thread);
  while (true) {
    const before = readPc(platform, thread);
    yield* step(platform, thread);
    const pc = readPc(platform, thread);
    const now = outermostOf(platform, thread, start);
    // In the middle of what was called, a step over goes on.
    if (isInside(now, start) && !enters(now)) continue;
    const isCall =
      now.ahead > 0 &&
      now.function === start.function &&
      commonCalls(start, now) === start.calls.length;
    if (isShown(start.line, isSource) && !isShown(now.line, isSource)) {
      yield* leaveUnshownCode(platform, thread, isSource);
      return outermostOf(platform, thread, { function: undefined, calls: [] }).ahead;
    }
    if (line === undefined || now.line === undefined) return now.ahead;
    const begins = beginsLine(platform, thread, now.line);
    if (!isSameLine(now.line, line) && begins) return now.ahead;
    if (isCall) {
      const inside = standpointOf(platform, thread, now.ahead - 1);
      if (enters(inside)) return inside.ahead;
    }
    if (!isSameLine(now.line, line)) {
      // A return into the middle of a line: the rest of that line belongs to this step.
      line = now.line;
    } else if (pc <= before && (pc === firstAddress || (begins && now.ahead === 0))) {
      // A jump back to where the line begins is the next pass of a loop: one pass, one step.
      return now.ahead;
    }
  }
}

function* stepIntoSource(
  platform: Platform,
  thread: number,
  isSource: (file: string) => boolean,
): Legs {
  const callee = calledFrom(platform, thread);
  const hadSource = lineOf(platform, thread) !== undefined;
  yield* oneInstruction(platform, thread);
  const line = lineOf(platform, thread);
  const hasSource = line !== undefined && isSource(line.file);
  if (callee === undefined || !hadSource || hasSource) return;
  yield* runToSource(platform, thread, callee, isSource);
}

/** Until a function with a source begins, or the call returns. */
function* runToSource(
  platform: Platform,
  thread: number,
  callee: Callee,
  isSource: (file: string) => boolean,
): Legs {
  const space = spaceOf(platform, thread);
  const stops = [callee.returnsTo, ...functionsWithSource(platform, thread, isSource)].flatMap(
    (address) => translate(platform, space, address)?.physical ?? [],
  );
  while (stops.length > 0) {
    yield { kind: 'until', stops };
    if (currentThread(platform) !== thread) continue;
    if (readPc(platform, thread) !== callee.returnsTo) return;
    if (readRegister(platform, thread, stackPointer) >= callee.sp) return;
  }
}

function functionsWithSource(
  platform: Platform,
  thread: number,
  isSource: (file: string) => boolean,
): VirtAddr[] {
  const pc = readPc(platform, thread);
  const at = locate(platform, spaceOf(platform, thread), pc);
  if (at === undefined) return [];
  const { image } = at;
  return image.symbols.flatMap((symbol) => {
    const row = symbol.kind === 'function' ? firstStatementIn(image, symbol) : undefined;
    return row === undefined || !isSource(row.file)
      ? []
      : [virtAddr(pc + row.address - at.address)];
  });
}

interface Callee {
  readonly returnsTo: VirtAddr;
  /** sp at the call: a recursive call returns to the same place with a lower one. */
  readonly sp: number;
}

/** What a step over has to wait for; undefined when the next instruction is no call. */
function calledFrom(platform: Platform, thread: number): Callee | undefined {
  const pc = readPc(platform, thread);
  const decoded = decodedAt(platform, spaceOf(platform, thread), pc);
  if (decoded === undefined) return undefined;
  // Without our kernel the handler of an environment call is the program's own code.
  const isBareCall = !hasKernel(platform) && decoded.row.name === 'ecall';
  if (!isCall(decoded) && !isBareCall) return undefined;
  return {
    returnsTo: virtAddr(pc + decoded.row.lengthBytes),
    sp: readRegister(platform, thread, stackPointer),
  };
}

const stepOver = (platform: Platform, thread: number, callee: Callee): Legs =>
  runTo(platform, thread, callee.returnsTo, callee.sp);

/** Until this thread is about to execute `address` with sp at or above `lowestSp`. */
function* runTo(platform: Platform, thread: number, address: VirtAddr, lowestSp: number): Legs {
  while (true) {
    const found = translate(platform, spaceOf(platform, thread), address);
    if (found === undefined) return;
    yield { kind: 'until', stops: [found.physical] };
    const isThere = currentThread(platform) === thread && readPc(platform, thread) === address;
    if (isThere && readRegister(platform, thread, stackPointer) >= lowestSp) return;
  }
}

/** A kernel that is not ours executes on the hart, and what it has of the thread is not yet what will be. */
const isInKernel = (platform: Platform): boolean =>
  hasKernel(platform) && platform.machine.harts[0]?.privilege !== 0;

/** Until such a kernel has come back to the thread: to the instruction that trapped, or behind it. */
function* untilBack(platform: Platform, thread: number, from: VirtAddr): Legs {
  const space = spaceOf(platform, thread);
  const length = decodedAt(platform, space, from)?.row.lengthBytes ?? 0;
  const places = [from, virtAddr(from + length)];
  const stops = places.flatMap((place) => translate(platform, space, place)?.physical ?? []);
  while (stops.length > 0) {
    yield { kind: 'until', stops };
    const isBack = !isInKernel(platform) && currentThread(platform) === thread;
    if (isBack && places.includes(readPc(platform, thread))) return;
  }
}

function tookInterrupt(platform: Platform): boolean {
  return ((platform.machine.harts[0]?.readCsr(mcause) ?? 0) | 0) < 0;
}

const lineOf = (platform: Platform, thread: number): LineRow | undefined =>
  lineFor(platform, spaceOf(platform, thread), readPc(platform, thread));

const isShown = (line: SourcePlace | undefined, isSource: (file: string) => boolean): boolean =>
  line !== undefined && isSource(line.file);

const isSameLine = (a: SourcePlace, b: SourcePlace): boolean =>
  a.line === b.line && a.file === b.file;

/** Whether a statement of the line begins where the thread is; calls that begin there have lines of their callers. */
function beginsLine(platform: Platform, thread: number, line: SourcePlace): boolean {
  const at = locate(platform, spaceOf(platform, thread), readPc(platform, thread));
  return at !== undefined && linesFrom(at.image, at.address).some((row) => isSameLine(row, line));
}
