/**
 * What one function does to the stack, read from its instructions: how far the stack pointer goes down, and whom it
 * calls while it is how far down. Any code has that, whoever compiled or wrote it. A small part of the registers is
 * followed, constants and the stack pointer, so that frames of any size and calls by a known address are seen; a jump out
 * of the function is a part of it. Each instruction is looked at once.
 */
import { expand } from '../../isa/compressed.js';
import { decode, instructionLength } from '../../isa/decode.js';
import type { Decoded } from '../../isa/instruction.js';

export interface Code {
  /** The 32 bits at an address; undefined where no code is. */
  readonly wordAt: (address: number) => number | undefined;
  /** gp, which programs set once. */
  readonly globalPointer: number | undefined;
  /** The function that has an address, for jumps by a table. */
  readonly rangeOf: (address: number) => FunctionRange | undefined;
}

export interface FunctionRange {
  readonly start: number;
  readonly end: number;
  /** A jump to an address in memory may also be a call that does not come back. */
  readonly mayLeave: boolean;
}

export interface FunctionUse {
  /** How far it takes the stack pointer down itself. */
  readonly frameBytes: number;
  readonly calls: readonly StackCall[];
  /** Where the size of a frame is computed: what is told then is the least. */
  readonly isDynamic: boolean;
}

export interface StackCall {
  readonly at: number;
  /** How far down the stack pointer is. */
  readonly downBytes: number;
  /** Undefined where it comes from memory. */
  readonly target: number | undefined;
  /** Of a call by guest TypeScript's table of functions: the number that it compared the entry's with. */
  readonly signature: number | undefined;
}

type Value =
  /** Behind a place that is reached by several ways it may be another one on another way. */
  | { readonly kind: 'constant'; readonly value: number; readonly isDoubtful?: true }
  | { readonly kind: 'stack'; readonly offset: number }
  /** What was loaded, with a number added. */
  | { readonly kind: 'loaded'; readonly less: number };

interface State {
  readonly registers: readonly (Value | undefined)[];
  readonly signature: number | undefined;
}

/** A function of more instructions than this is no function. */
const mostInstructions = 100_000;
/** After so many, every branch goes both ways. */
const mostRounds = 8;
const [ra, sp, gp] = [1, 2, 3];
const callerSaved = [1, 5, 6, 7, ...range(10, 17), ...range(28, 31)];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

interface Walk {
  readonly code: Code;
  readonly seen: Set<number>;
  /** Reached by several ways, as far as is known. */
  readonly joins: Set<number>;
  /** Whether a branch whose registers are known goes one way alone, and whether one did. */
  readonly decides: boolean;
  isDecided: boolean;
  readonly open: { readonly address: number; readonly state: State }[];
  readonly calls: StackCall[];
  frameBytes: number;
  isDynamic: boolean;
}

/** Which places are reached by several ways shows on the way; so what was decided before that is walked again. */
export function walkFunction(entry: number, code: Code): FunctionUse {
  const joins = new Set<number>();
  for (let round = 1; ; round += 1) {
    const known = joins.size;
    const decides = round < mostRounds;
    const { frameBytes, calls, isDynamic, isDecided } = walkOnce(entry, code, { joins, decides });
    if (!isDecided || joins.size === known) return { frameBytes, calls, isDynamic };
  }
}

function walkOnce(
  entry: number,
  code: Code,
  { joins, decides }: Pick<Walk, 'joins' | 'decides'>,
): Walk {
  const registers: (Value | undefined)[] = Array.from({ length: 32 }, () => undefined);
  registers[0] = { kind: 'constant', value: 0 };
  registers[sp] = { kind: 'stack', offset: 0 };
  if (code.globalPointer !== undefined)
    registers[gp] = { kind: 'constant', value: code.globalPointer };
  const walk: Walk = {
    code,
    seen: new Set(),
    joins,
    decides,
    isDecided: false,
    open: [{ address: entry, state: { registers, signature: undefined } }],
    calls: [],
    frameBytes: 0,
    isDynamic: false,
  };
  for (let next = walk.open.pop(); next !== undefined; next = walk.open.pop())
    walkFrom(walk, next.address, next.state);
  return walk;
}

function walkFrom(walk: Walk, start: number, begin: State): void {
  const registers = [...begin.registers];
  let { signature } = begin;
  let address = start;
  while (walk.seen.size < mostInstructions) {
    if (walk.seen.has(address)) {
      walk.joins.add(address);
      return;
    }
    walk.seen.add(address);
    if (walk.joins.has(address)) doubt(registers);
    const word = walk.code.wordAt(address);
    const decoded = word === undefined ? undefined : decode(word);
    if (word === undefined || decoded === undefined) return;
    const next = address + instructionLength(word);
    const wide = expand(decoded);
    const { row, rd, rs1, rs2, imm } = wide;
    const state = (): State => ({ registers: [...registers], signature });
    const call = (target: number | undefined): void => {
      walk.calls.push({ at: address, downBytes: downOf(walk, registers), target, signature });
    };
    switch (row.name) {
      case 'jal':
        if (rd === 0) {
          walk.open.push({ address: (address + imm) >>> 0, state: state() });
          return;
        }
        call((address + imm) >>> 0);
        forget(registers);
        break;
      case 'jalr': {
        const from = registers[rs1];
        const target = from?.kind === 'constant' ? (from.value + imm) >>> 0 : undefined;
        if (rd === 0) {
          if (rs1 === ra) return;
          if (target !== undefined) walk.open.push({ address: target, state: state() });
          else jumpByTable(walk, address, state(), () => call(undefined));
          return;
        }
        call(target);
        forget(registers);
        break;
      }
      case 'beq':
      case 'bne': {
        const [left, right] = [registers[rs1], registers[rs2]];
        const isTaken = walk.decides ? outcomeOf(row.name, left, right) : undefined;
        signature = signatureIn(left, right) ?? signatureIn(right, left) ?? signature;
        if (isTaken !== undefined) walk.isDecided = true;
        if (isTaken !== false) walk.open.push({ address: (address + imm) >>> 0, state: state() });
        if (isTaken === true) return;
        break;
      }
      case 'blt':
      case 'bge':
      case 'bltu':
      case 'bgeu':
        walk.open.push({ address: (address + imm) >>> 0, state: state() });
        break;
      default:
        perform(walk, registers, wide, address);
    }
    address = next;
  }
}

function outcomeOf(
  name: string,
  left: Value | undefined,
  right: Value | undefined,
): boolean | undefined {
  if (left?.kind !== 'constant' || right?.kind !== 'constant') return undefined;
  if (left.isDoubtful === true || right.isDoubtful === true) return undefined;
  return (left.value === right.value) === (name === 'beq');
}

function doubt(registers: (Value | undefined)[]): void {
  for (const [index, value] of registers.entries())
    if (value?.kind === 'constant' && index !== 0 && index !== gp)
      registers[index] = { ...value, isDoubtful: true };
}

/** What a loaded word was compared with. */
function signatureIn(left: Value | undefined, right: Value | undefined): number | undefined {
  if (left?.kind !== 'loaded' || right?.kind !== 'constant') return undefined;
  return right.value + left.less;
}

/** How far down the stack pointer is now. */
function downOf(walk: Walk, registers: readonly (Value | undefined)[]): number {
  const pointer = registers[sp];
  if (pointer?.kind !== 'stack') {
    walk.isDynamic = true;
    return walk.frameBytes;
  }
  return -pointer.offset;
}

/** A call leaves these as it likes. */
function forget(registers: (Value | undefined)[]): void {
  for (const register of callerSaved) registers[register] = undefined;
}

/** In a function of known bounds all of it may follow; anything else is a call that does not come back. */
function jumpByTable(walk: Walk, address: number, state: State, call: () => void): void {
  const found = walk.code.rangeOf(address);
  if (found?.mayLeave !== false) call();
  if (found === undefined) return;
  for (let at = found.start; at < found.end;) {
    const word = walk.code.wordAt(at);
    if (word === undefined) return;
    if (!walk.seen.has(at)) walk.open.push({ address: at, state });
    at += instructionLength(word);
  }
}

function perform(
  walk: Walk,
  registers: (Value | undefined)[],
  { row, rd, rs1, rs2, imm }: Decoded,
  address: number,
): void {
  if (rd === 0) return;
  const value = valueOf(row.name, registers[rs1], registers[rs2], imm, address);
  registers[rd] = value;
  if (rd !== sp) return;
  if (value?.kind === 'stack') walk.frameBytes = Math.max(walk.frameBytes, -value.offset);
  else walk.isDynamic = true;
}

function valueOf(
  name: string,
  left: Value | undefined,
  right: Value | undefined,
  imm: number,
  address: number,
): Value | undefined {
  switch (name) {
    case 'lui':
      return { kind: 'constant', value: imm | 0 };
    case 'auipc':
      return { kind: 'constant', value: (address + imm) | 0 };
    case 'addi':
      return sumOf(left, imm);
    case 'xori':
      // A comparison with a number: what is left is zero when both are the same.
      return left?.kind === 'loaded' ? { kind: 'loaded', less: imm } : undefined;
    case 'add':
      if (right?.kind === 'constant') return sumOf(left, right.value);
      return left?.kind === 'constant' ? sumOf(right, left.value) : undefined;
    case 'lw':
      return { kind: 'loaded', less: 0 };
    default:
      return undefined;
  }
}

function sumOf(value: Value | undefined, add: number): Value | undefined {
  switch (value?.kind) {
    case 'constant':
      return { ...value, value: (value.value + add) | 0 };
    case 'stack':
      return { kind: 'stack', offset: value.offset + add };
    case 'loaded':
      return { kind: 'loaded', less: value.less - add };
    case undefined:
      return undefined;
  }
}
