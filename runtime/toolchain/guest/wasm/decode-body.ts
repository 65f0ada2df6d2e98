/**
 * One function body to checked instructions (core specification 5.4, 3.3 and the algorithm of 7.3). What can never
 * run is left out, so that whoever reads the result never meets a stack of unknown types. The first mistake ends it.
 */
import type { ByteReader } from './byte-reader.js';
import { readByte, readCount, readLong, readSigned, readUnsigned } from './byte-reader.js';
import type {
  FunctionBody,
  FunctionType,
  ValueType,
  WasmInstruction,
  WasmProblem,
} from './module.js';
import { accesses, isFloating, numericShapes, op } from './opcodes.js';
import { readValueType } from './value-type.js';

/** What a body may refer to. */
export interface BodyContext {
  readonly types: readonly FunctionType[];
  /** For each type the smallest index of an equal one. */
  readonly signatures: readonly number[];
  /** By function index. */
  readonly functionTypes: readonly FunctionType[];
  readonly globals: readonly { readonly type: ValueType; readonly isMutable: boolean }[];
  readonly hasTable: boolean;
}

export type BodyResult =
  | { readonly ok: true; readonly body: FunctionBody }
  | { readonly ok: false; readonly problem: WasmProblem };

/** A few bytes can declare billions of locals. */
export const mostLocals = 20_000;

export function decodeBody(
  reader: ByteReader,
  type: FunctionType,
  context: BodyContext,
): BodyResult {
  const start = reader.offset;
  const locals = readLocals(reader, type);
  if ('code' in locals) return { ok: false, problem: locals };
  const checker = new Checker(locals, context, type.result);
  while (checker.frames.length > 0) {
    const offset = reader.offset;
    if (reader.offset >= reader.end) reader.isBroken = true;
    const problem = reader.isBroken
      ? malformed(offset, 'its code ends before its last `end`')
      : decodeInstruction(reader, checker, offset);
    if (problem !== undefined) return { ok: false, problem };
    if (reader.isBroken)
      return { ok: false, problem: malformed(offset, 'its code ends too early') };
  }
  return { ok: true, body: { locals, instructions: checker.instructions, offset: start } };
}

function readLocals(reader: ByteReader, type: FunctionType): ValueType[] | WasmProblem {
  const locals = [...type.parameters];
  for (let groups = readCount(reader); groups > 0; groups--) {
    const offset = reader.offset;
    const count = readUnsigned(reader);
    const valueType = readValueType(reader);
    if (valueType === 'floating') return floating(offset);
    if (valueType === undefined) return malformed(offset, 'a local has an unknown type');
    if (locals.length + count > mostLocals) {
      const message = `A function has more than ${mostLocals} locals; split it into smaller ones.`;
      return { offset, code: 'function-too-large', message };
    }
    for (let index = 0; index < count; index++) locals.push(valueType);
  }
  return locals;
}

export const malformed = (offset: number, what: string): WasmProblem => ({
  offset,
  code: 'malformed-module',
  message: `The WebAssembly module is damaged at byte ${offset}: ${what}.`,
});

export const floating = (offset: number): WasmProblem => ({
  offset,
  code: 'floating-point',
  message:
    'This needs floating point (f32, f64), which the board has no unit for; write it with integers or fixed-point numbers.',
});

interface Frame {
  readonly opcode: number;
  readonly result: ValueType | undefined;
  /** Of the stack below the block. */
  readonly height: number;
  /** The rest up to `end` or `else` can never run. */
  isDead: boolean;
  /** All of the block is in code that can never run. */
  readonly isSkipped: boolean;
}

class Checker {
  readonly instructions: WasmInstruction[] = [];
  readonly stack: ValueType[] = [];
  readonly frames: Frame[] = [];
  readonly locals: readonly ValueType[];
  readonly context: BodyContext;
  readonly result: ValueType | undefined;
  problem: string | undefined;

  constructor(locals: readonly ValueType[], context: BodyContext, result: ValueType | undefined) {
    this.locals = locals;
    this.context = context;
    this.result = result;
    this.frames.push({ opcode: op.block, result, height: 0, isDead: false, isSkipped: false });
  }

  get frame(): Frame {
    return this.frames[this.frames.length - 1] ?? deadFrame;
  }

  get isDead(): boolean {
    return this.frame.isDead;
  }

  fail(problem: string): void {
    this.problem ??= problem;
  }

  pop(type: ValueType): void {
    if (this.isDead) return;
    if (this.stack.length <= this.frame.height) this.fail(`an ${type} is missing on the stack`);
    else if (this.stack.pop() !== type) this.fail(`a value on the stack is not of type ${type}`);
  }

  popAny(): ValueType {
    if (this.stack.length <= this.frame.height) this.fail('a value is missing on the stack');
    return this.stack.pop() ?? 'i32';
  }

  push(type: ValueType | undefined): void {
    if (!this.isDead && type !== undefined) this.stack.push(type);
  }

  emit(instruction: Partial<WasmInstruction> & { opcode: number; offset: number }): void {
    if (!this.isDead) this.instructions.push({ ...plain, ...instruction });
  }

  /** Everything up to the end of the block can never run. */
  die(): void {
    this.stack.length = Math.min(this.stack.length, this.frame.height);
    this.frame.isDead = true;
  }

  /** Checks what a branch to a label takes, and leaves it. */
  label(depth: number): void {
    const target = this.frames[this.frames.length - 1 - depth];
    if (target === undefined) {
      this.fail('a branch names a block that it is not in');
      return;
    }
    const type = target.opcode === op.loop ? undefined : target.result;
    if (type === undefined || this.isDead) return;
    if (this.stack.length <= this.frame.height || this.stack[this.stack.length - 1] !== type)
      this.fail(`a branch needs an ${type} on the stack`);
  }

  /** At the end of a block: exactly its result is left. */
  close(): void {
    const { result, height, isDead } = this.frame;
    if (!isDead) {
      if (result !== undefined) this.pop(result);
      if (this.stack.length !== height)
        this.fail('values are left on the stack at the end of a block');
    }
    this.stack.length = height;
  }
}

const deadFrame: Frame = {
  opcode: op.block,
  result: undefined,
  height: 0,
  isDead: true,
  isSkipped: true,
};

const plain: Omit<WasmInstruction, 'opcode' | 'offset'> = {
  index: 0,
  alignmentBits: 0,
  value: 0n,
  result: undefined,
  labels: [],
};

function decodeInstruction(
  reader: ByteReader,
  checker: Checker,
  offset: number,
): WasmProblem | undefined {
  const first = readByte(reader);
  const opcode = first === 0xfc ? 0xfc00 + Math.min(readUnsigned(reader), 0xff) : first;
  if (isFloating(opcode) && (!checker.isDead || !skipFloating(reader, opcode)))
    return floating(offset);
  if (!isFloating(opcode)) {
    const refused = decodeKnown(reader, checker, { opcode, offset });
    if (refused !== undefined) return refused;
  }
  return checker.problem === undefined ? undefined : malformed(offset, checker.problem);
}

/** The operands of an instruction that can never run; always succeeds. */
function skipFloating(reader: ByteReader, opcode: number): boolean {
  if (opcode === 0x2a || opcode === 0x2b || opcode === 0x38 || opcode === 0x39) {
    readUnsigned(reader);
    readUnsigned(reader);
  }
  const constantBytes = opcode === 0x43 ? 4 : opcode === 0x44 ? 8 : 0;
  for (let index = 0; index < constantBytes; index++) readByte(reader);
  return true;
}

function decodeKnown(
  reader: ByteReader,
  checker: Checker,
  at: { readonly opcode: number; readonly offset: number },
): WasmProblem | undefined {
  const { opcode } = at;
  const shape = numericShapes.get(opcode);
  if (shape !== undefined) {
    for (let index = shape.takes.length - 1; index >= 0; index--)
      checker.pop(shape.takes[index] ?? 'i32');
    checker.emit(at);
    checker.push(shape.gives);
    return undefined;
  }
  const access = accesses.get(opcode);
  if (access !== undefined) {
    const alignmentBits = readUnsigned(reader);
    const index = readUnsigned(reader);
    if (2 ** alignmentBits > access.sizeBytes)
      checker.fail('an access promises more alignment than its size');
    if (access.kind === 'store') checker.pop(access.type);
    checker.pop('i32');
    checker.emit({ ...at, index, alignmentBits });
    if (access.kind === 'load') checker.push(access.type);
    return undefined;
  }
  switch (opcode) {
    case op.nop:
      return undefined;
    case op.unreachable:
      checker.emit(at);
      checker.die();
      return undefined;
    case op.block:
    case op.loop:
    case op.if:
      return openBlock(reader, checker, at);
    case op.else:
      openElse(checker, at);
      return undefined;
    case op.end:
      closeBlock(checker, at);
      return undefined;
    case op.br: {
      const index = readUnsigned(reader);
      checker.label(index);
      checker.emit({ ...at, index });
      checker.die();
      return undefined;
    }
    case op.brIf: {
      const index = readUnsigned(reader);
      checker.pop('i32');
      checker.label(index);
      checker.emit({ ...at, index });
      return undefined;
    }
    case op.brTable: {
      const labels: number[] = [];
      for (let count = readCount(reader) + 1; count > 0; count--) labels.push(readUnsigned(reader));
      checker.pop('i32');
      for (const label of labels) checker.label(label);
      checker.emit({ ...at, labels });
      checker.die();
      return undefined;
    }
    case op.return:
      if (checker.result !== undefined) checker.pop(checker.result);
      checker.emit(at);
      checker.die();
      return undefined;
    default:
      return decodeValue(reader, checker, at) ?? undefined;
  }
}

/** Calls, locals, globals, constants and whole-memory instructions. */
function decodeValue(
  reader: ByteReader,
  checker: Checker,
  at: { readonly opcode: number; readonly offset: number },
): WasmProblem | undefined {
  const { opcode, offset } = at;
  switch (opcode) {
    case op.call:
    case op.callIndirect: {
      const index = readUnsigned(reader);
      const { context } = checker;
      if (opcode === op.callIndirect) {
        readUnsigned(reader);
        checker.pop('i32');
        if (!context.hasTable) checker.fail('an indirect call has no table');
      }
      const type = (opcode === op.call ? context.functionTypes : context.types)[index];
      if (type === undefined) return malformed(offset, 'a call names a function that is not there');
      for (let at = type.parameters.length - 1; at >= 0; at--)
        checker.pop(type.parameters[at] ?? 'i32');
      const signature = context.signatures[index] ?? index;
      checker.emit({ ...at, index: opcode === op.call ? index : signature });
      checker.push(type.result);
      return undefined;
    }
    case op.drop:
      if (!checker.isDead) checker.emit({ ...at, result: checker.popAny() });
      return undefined;
    case op.select:
    case op.selectTyped: {
      if (opcode === op.selectTyped)
        for (let count = readCount(reader); count > 0; count--)
          if (readValueType(reader) === 'floating' && !checker.isDead) return floating(offset);
      checker.pop('i32');
      if (checker.isDead) return undefined;
      const type = checker.popAny();
      checker.pop(type);
      checker.emit({ ...at, opcode: op.select, result: type });
      checker.push(type);
      return undefined;
    }
    case op.localGet:
    case op.localSet:
    case op.localTee: {
      const index = readUnsigned(reader);
      const type = checker.locals[index];
      if (type === undefined) return malformed(offset, 'a local is not there');
      if (opcode !== op.localGet) checker.pop(type);
      checker.emit({ ...at, index });
      if (opcode !== op.localSet) checker.push(type);
      return undefined;
    }
    case op.globalGet:
    case op.globalSet: {
      const index = readUnsigned(reader);
      const global = checker.context.globals[index];
      if (global === undefined) return malformed(offset, 'a global is not there');
      if (opcode === op.globalSet) {
        if (!global.isMutable) checker.fail('a constant global is set');
        checker.pop(global.type);
      }
      checker.emit({ ...at, index });
      if (opcode === op.globalGet) checker.push(global.type);
      return undefined;
    }
    case op.i32Const: {
      checker.emit({ ...at, value: BigInt(readSigned(reader)) });
      checker.push('i32');
      return undefined;
    }
    case op.i64Const:
      checker.emit({ ...at, value: readLong(reader) });
      checker.push('i64');
      return undefined;
    case op.memorySize:
      readByte(reader);
      checker.emit(at);
      checker.push('i32');
      return undefined;
    case op.memoryGrow:
      readByte(reader);
      checker.pop('i32');
      checker.emit(at);
      checker.push('i32');
      return undefined;
    case op.memoryCopy:
    case op.memoryFill:
      readByte(reader);
      if (opcode === op.memoryCopy) readByte(reader);
      for (let count = 0; count < 3; count++) checker.pop('i32');
      checker.emit(at);
      return undefined;
    default:
      return {
        offset,
        code: 'unsupported-instruction',
        message: `The WebAssembly instruction 0x${opcode.toString(16)} is not one that is compiled here (1.0 with sign extension, memory.copy and memory.fill).`,
      };
  }
}

function openBlock(
  reader: ByteReader,
  checker: Checker,
  at: { readonly opcode: number; readonly offset: number },
): WasmProblem | undefined {
  const byte = reader.bytes[reader.offset] ?? 0;
  let result: ValueType | undefined;
  if (byte === 0x40) reader.offset++;
  else {
    const type = readValueType(reader);
    if (type === 'floating' && !checker.isDead) return floating(at.offset);
    if (type === undefined) {
      const message = 'A block with several values is not compiled here (multi-value).';
      return { offset: at.offset, code: 'unsupported-instruction', message };
    }
    result = type === 'floating' ? undefined : type;
  }
  if (at.opcode === op.if) checker.pop('i32');
  const isSkipped = checker.isDead;
  checker.emit({ ...at, result });
  const height = checker.stack.length;
  checker.frames.push({ opcode: at.opcode, result, height, isDead: isSkipped, isSkipped });
  return undefined;
}

function openElse(
  checker: Checker,
  at: { readonly opcode: number; readonly offset: number },
): void {
  const { frame } = checker;
  if (frame.opcode !== op.if) checker.fail('an `else` has no `if`');
  checker.close();
  checker.frames.pop();
  const { result, height, isSkipped } = frame;
  checker.frames.push({ opcode: op.else, result, height, isDead: isSkipped, isSkipped });
  checker.emit(at);
}

function closeBlock(
  checker: Checker,
  at: { readonly opcode: number; readonly offset: number },
): void {
  const { frame } = checker;
  if (frame.opcode === op.if && frame.result !== undefined && !frame.isSkipped)
    checker.fail('an `if` with a value has no `else`');
  checker.close();
  checker.frames.pop();
  if (frame.isSkipped) return;
  // The end of a block is emitted even where its own last instruction cannot be reached: a branch may lead here.
  checker.instructions.push({ ...plain, ...at });
  if (frame.result !== undefined) checker.stack.push(frame.result);
}
