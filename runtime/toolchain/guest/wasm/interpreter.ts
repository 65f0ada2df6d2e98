/**
 * Runs functions of a decoded module, in bounded time and memory of the host, which the host's own engine would not
 * promise. Surprising choice: a value may be unknown (`undefined`), such as the address of a symbol before the linker
 * has placed it. What is computed of it is unknown as well, and where it would decide on the way to go or on a place
 * in memory, the run stops: so what is known at its end is so for each value that the unknown ones may have.
 * Semantics: core specification 4.4.
 */
import type { TrapReason } from '../../../image/debug-information.js';
import type { FunctionBody, ValueType, WasmInstruction, WasmModule } from './module.js';
import { accesses, op } from './opcodes.js';
import type { Access } from './opcodes.js';
import { divisionTrap, integerOperations, isDivision } from './integer-operations.js';
import type { SparseMemory } from './sparse-memory.js';
import {
  forgetBytes,
  isMemory,
  loadNumber,
  readBytes,
  storeNumber,
  writeBytes,
} from './sparse-memory.js';

/** An i32 is a number from -2^31 on, an i64 a big integer from -2^63 on. */
export type WasmValue = number | bigint | undefined;

export interface Running {
  readonly module: WasmModule;
  readonly globals: WasmValue[];
  readonly memory: SparseMemory;
  /** What a function of the outside gives; a string is why nobody knows. */
  readonly answer: (
    imported: { readonly module: string; readonly name: string },
    values: readonly WasmValue[],
    calls: RunningCalls,
  ) => { readonly value: WasmValue } | Ending;
  /** Before a global is set; what it gives ends the run. */
  readonly watch?: (global: number, value: WasmValue, calls: RunningCalls) => Ending | undefined;
  /** Instructions that may still be run; locals and bytes that are moved cost some, too. */
  fuel: number;
  /** By function, when it was called first. */
  readonly prepared: Map<number, PreparedBody>;
}

/** Offsets in the module of the instructions that are being executed: that of the innermost function first. */
export type RunningCalls = Iterable<number>;

export type Ending =
  | { readonly kind: 'trap'; readonly reason: TrapReason }
  /** What it would do next is not known, or too much. */
  | { readonly kind: 'stopped' };

export type Ran = { readonly kind: 'returned'; readonly value: WasmValue } | Ending;

const stopped: Ending = { kind: 'stopped' };
const trap = (reason: TrapReason): Ending => ({ kind: 'trap', reason });

export const newRunning = (
  module: WasmModule,
  outside: Pick<Running, 'memory' | 'answer' | 'watch' | 'fuel'>,
): Running => ({
  ...outside,
  module,
  globals: module.globals.map(({ type, initial }) => (type === 'i64' ? initial : Number(initial))),
  prepared: new Map(),
});

/** What is looked up once for each function. */
interface PreparedBody {
  readonly instructions: readonly WasmInstruction[];
  readonly locals: readonly ValueType[];
  /** By position: of a constant its value. */
  readonly constants: readonly WasmValue[];
  /** By position: of a block where its `end` is; of an `if` or `else`, where it goes on if the other half is run. */
  readonly ends: Int32Array;
  readonly elses: Int32Array;
}

function prepare({ instructions, locals }: FunctionBody): PreparedBody {
  const ends = new Int32Array(instructions.length);
  const elses = new Int32Array(instructions.length);
  const open: number[] = [];
  instructions.forEach(({ opcode }, position) => {
    if (opcode === op.block || opcode === op.loop || opcode === op.if) open.push(position);
    if (opcode === op.else) elses[open.at(-1) ?? 0] = position;
    if (opcode !== op.end) return;
    const begin = open.pop();
    if (begin === undefined) return;
    ends[begin] = position;
    const otherwise = elses[begin] ?? 0;
    if (otherwise !== 0) ends[otherwise] = position;
  });
  const constants = instructions.map(({ opcode, value }) =>
    opcode === op.i32Const ? Number(value) : opcode === op.i64Const ? value : undefined,
  );
  return { instructions, locals, constants, ends, elses };
}

const accessTable = Array.from({ length: 256 }, (_, opcode) => accesses.get(opcode));

interface Label {
  /** Where a branch to it goes on. */
  readonly target: number;
  /** Of the stack below the block. */
  readonly height: number;
  readonly hasValue: boolean;
  /** A branch to it does not leave it. */
  readonly isLoop: boolean;
}

interface Frame {
  readonly body: PreparedBody;
  readonly locals: WasmValue[];
  readonly labels: Label[];
  /** Of the stack below what the function pushes. */
  readonly height: number;
  readonly hasResult: boolean;
  next: number;
}

/** So deep no program goes that could go on. */
const mostFrames = 10_000;

export function runFunction(running: Running, index: number, values: readonly WasmValue[]): Ran {
  return new Interpreter(running).run(index, values);
}

class Interpreter {
  readonly running: Running;
  readonly stack: WasmValue[] = [];
  readonly frames: Frame[] = [];

  constructor(running: Running) {
    this.running = running;
  }

  *calls(): Generator<number> {
    for (let depth = this.frames.length - 1; depth >= 0; depth--) {
      const { body, next = 0 } = this.frames[depth] ?? {};
      const instruction = body?.instructions[next - 1];
      if (instruction !== undefined) yield instruction.offset;
    }
  }

  run(index: number, values: readonly WasmValue[]): Ran {
    this.stack.push(...values);
    let ending = this.call(index);
    while (ending === undefined) {
      const frame = this.frames.at(-1);
      if (frame === undefined) return { kind: 'returned', value: this.stack.pop() };
      ending = this.runFrame(frame);
    }
    return ending;
  }

  /** Until the function calls another one or comes to its end. */
  runFrame(frame: Frame): Ending | undefined {
    const { running, stack, frames } = this;
    const { instructions } = frame.body;
    // Each call and each return changes their number.
    const depth = frames.length;
    while (frames.length === depth) {
      const instruction = instructions[frame.next];
      if (instruction === undefined || running.fuel <= 0) return stopped;
      running.fuel -= 1;
      const position = frame.next;
      frame.next += 1;
      const { opcode, index } = instruction;
      switch (opcode) {
        case op.localGet:
          stack.push(frame.locals[index]);
          continue;
        case op.localSet:
          frame.locals[index] = stack.pop();
          continue;
        case op.localTee:
          frame.locals[index] = stack[stack.length - 1];
          continue;
        case op.i32Const:
        case op.i64Const:
          stack.push(frame.body.constants[position]);
          continue;
      }
      const operation = integerOperations[opcode];
      if (operation !== undefined) {
        if (isDivision(opcode)) {
          const ending = this.checkDivision(opcode);
          if (ending !== undefined) return ending;
        }
        operation(stack);
        continue;
      }
      const ending = this.step(frame, instruction, position);
      if (ending !== undefined) return ending;
    }
    return undefined;
  }

  /** What is neither a number's nor a local's. */
  step(frame: Frame, instruction: WasmInstruction, position: number): Ending | undefined {
    const { running, stack } = this;
    const { opcode, index } = instruction;
    const access = accessTable[opcode];
    if (access !== undefined) return this.access(access, index);
    switch (opcode) {
      case op.block:
      case op.loop:
      case op.if:
        return this.enter(frame, instruction, position);
      case op.else:
        // The first half has come to its end.
        frame.next = frame.body.ends[position] ?? 0;
        return undefined;
      case op.end:
        if (frame.labels.pop() === undefined) this.leave(frame);
        return undefined;
      case op.br:
        this.branch(frame, index);
        return undefined;
      case op.brIf: {
        const condition = stack.pop();
        if (condition === undefined) return stopped;
        if (condition !== 0) this.branch(frame, index);
        return undefined;
      }
      case op.brTable: {
        const chosen = stack.pop();
        if (typeof chosen !== 'number') return stopped;
        const { labels } = instruction;
        this.branch(frame, labels[Math.min(chosen >>> 0, labels.length - 1)] ?? 0);
        return undefined;
      }
      case op.return:
        this.leave(frame);
        return undefined;
      case op.unreachable:
        return trap('unreachable');
      case op.call:
        return this.call(index);
      case op.callIndirect:
        return this.callThroughTable(index);
      case op.drop:
        stack.pop();
        return undefined;
      case op.select: {
        const condition = stack.pop();
        const [otherwise, value] = [stack.pop(), stack.pop()];
        stack.push(condition === undefined ? undefined : condition !== 0 ? value : otherwise);
        return undefined;
      }
      case op.globalGet:
        stack.push(running.globals[index]);
        return undefined;
      case op.globalSet: {
        const value = stack.pop();
        const ending = running.watch?.(index, value, this.calls());
        running.globals[index] = value;
        return ending;
      }
      case op.memoryCopy:
      case op.memoryFill:
        return this.move(opcode);
      default:
        // `memory.size` and `memory.grow`: how much there is, the linker says.
        return stopped;
    }
  }

  enter(frame: Frame, { opcode, result }: WasmInstruction, position: number): Ending | undefined {
    const { stack } = this;
    const { ends, elses } = frame.body;
    const end = ends[position] ?? 0;
    const condition = opcode === op.if ? stack.pop() : 1;
    if (condition === undefined) return stopped;
    if (condition === 0) {
      const otherwise = elses[position] ?? 0;
      frame.next = otherwise === 0 ? end + 1 : otherwise + 1;
      if (otherwise === 0) return undefined;
    }
    const isLoop = opcode === op.loop;
    frame.labels.push({
      target: isLoop ? position + 1 : end + 1,
      height: stack.length,
      hasValue: !isLoop && result !== undefined,
      isLoop,
    });
    return undefined;
  }

  branch(frame: Frame, depth: number): void {
    const { stack } = this;
    const label = frame.labels[frame.labels.length - 1 - depth];
    if (label === undefined) {
      this.leave(frame);
      return;
    }
    const value = label.hasValue ? stack.pop() : undefined;
    stack.length = label.height;
    if (label.hasValue) stack.push(value);
    frame.labels.length -= label.isLoop ? depth : depth + 1;
    frame.next = label.target;
  }

  leave(frame: Frame): void {
    const { stack } = this;
    const value = frame.hasResult ? stack.pop() : undefined;
    stack.length = frame.height;
    if (frame.hasResult) stack.push(value);
    this.frames.pop();
  }

  call(index: number): Ending | undefined {
    const { running, stack, frames } = this;
    const called = running.module.functions[index];
    if (called === undefined || called.definition.kind === 'refused') return stopped;
    const { definition, type } = called;
    const values = stack.splice(stack.length - type.parameters.length);
    if (definition.kind === 'import') {
      const answered = running.answer(definition, values, this.calls());
      if ('kind' in answered) return answered;
      if (type.result !== undefined) stack.push(answered.value);
      return undefined;
    }
    const { locals } = definition.body;
    running.fuel -= locals.length;
    if (frames.length >= mostFrames || running.fuel <= 0) return stopped;
    let body = running.prepared.get(index);
    if (body === undefined) {
      body = prepare(definition.body);
      running.prepared.set(index, body);
    }
    for (let local = values.length; local < locals.length; local++)
      values.push(locals[local] === 'i64' ? 0n : 0);
    frames.push({
      body,
      locals: values,
      labels: [],
      height: stack.length,
      hasResult: type.result !== undefined,
      next: 0,
    });
    return undefined;
  }

  callThroughTable(signature: number): Ending | undefined {
    const { functions, table, tableSize } = this.running.module;
    const entry = this.stack.pop();
    if (typeof entry !== 'number') return stopped;
    if (entry >>> 0 >= tableSize) return trap('tableIndex');
    const index = table.get(entry);
    if (index === undefined) return trap('nullFunction');
    return functions[index]?.typeIndex === signature ? this.call(index) : trap('wrongSignature');
  }

  checkDivision(opcode: number): Ending | undefined {
    const [right, left] = [this.stack.at(-1), this.stack.at(-2)];
    if (left === undefined || right === undefined) return stopped;
    const reason = divisionTrap(opcode, left, right);
    return reason === undefined ? undefined : trap(reason);
  }

  access({ kind, type, sizeBytes, isSigned }: Access, offset: number): Ending | undefined {
    const { stack } = this;
    const { memory } = this.running;
    const value = kind === 'store' ? stack.pop() : undefined;
    const base = stack.pop();
    if (typeof base !== 'number') return stopped;
    const address = (base >>> 0) + offset;
    if (kind === 'store') {
      const isDone =
        value === undefined
          ? forgetBytes(memory, address, sizeBytes)
          : storeNumber(memory, address, sizeBytes, value);
      return isDone ? undefined : stopped;
    }
    if (!isMemory(memory, address, sizeBytes)) return stopped;
    const found = loadNumber(memory, address, sizeBytes);
    stack.push(found === undefined ? undefined : extended(found, type, sizeBytes, isSigned));
    return undefined;
  }

  move(opcode: number): Ending | undefined {
    const { stack, running } = this;
    const { memory } = running;
    const [size, source, destination] = [stack.pop(), stack.pop(), stack.pop()];
    if (typeof size !== 'number' || typeof source !== 'number' || typeof destination !== 'number')
      return stopped;
    const sizeBytes = size >>> 0;
    running.fuel -= sizeBytes;
    if (sizeBytes === 0) return undefined;
    if (running.fuel <= 0) return stopped;
    const bytes =
      opcode === op.memoryFill
        ? new Uint8Array(sizeBytes).fill(source)
        : readBytes(memory, source >>> 0, sizeBytes);
    return bytes !== undefined && writeBytes(memory, destination >>> 0, bytes)
      ? undefined
      : stopped;
  }
}

function extended(
  found: number | bigint,
  type: ValueType,
  sizeBytes: number,
  isSigned: boolean,
): number | bigint {
  if (typeof found === 'bigint') return found;
  const unused = 32 - 8 * sizeBytes;
  const word = isSigned ? (found << unused) >> unused : found;
  if (type === 'i32') return word;
  return BigInt(isSigned ? word : word >>> 0);
}
