/**
 * Loads, stores, globals and whole-memory instructions. An address of the module is an address of the machine. An
 * access that promises less than its natural alignment is made of smaller ones, because the hart may trap.
 */
import type { WasmInstruction } from '../wasm/module.js';
import { accesses, op } from '../wasm/opcodes.js';
import type { Access } from '../wasm/opcodes.js';
import { at } from './at.js';
import { callRoutine } from './build-call.js';
import { pop, push } from './builder.js';
import type { Builder } from './builder.js';
import { addNode, binary, binaryImmediate, constant, constantOf } from './fold.js';
import type { GraphNode, LoadOp, Region, StoreOp } from './graph.js';
import { staticWord } from './known-sizes.js';
import { heapEndSymbol } from './module-context.js';
import { pushWide } from './build-numeric.js';
import { signExtended, zeroExtended } from './wide.js';

/** False for an instruction of another kind. */
export function compileMemory(builder: Builder, instruction: WasmInstruction): boolean {
  const access = accesses.get(instruction.opcode);
  if (access !== undefined) {
    const alignmentBytes = Math.min(access.sizeBytes, 2 ** instruction.alignmentBits);
    if (access.kind === 'load') compileLoad(builder, access, instruction.index, alignmentBytes);
    else compileStore(builder, access, instruction.index, alignmentBytes);
    return true;
  }
  switch (instruction.opcode) {
    case op.globalGet:
    case op.globalSet:
      compileGlobal(builder, instruction);
      return true;
    case op.memoryCopy:
    case op.memoryFill: {
      const [size] = pop(builder);
      const [second] = pop(builder);
      const [target] = pop(builder);
      const name = instruction.opcode === op.memoryCopy ? '__guest_copy' : '__guest_fill';
      callRoutine(builder, name, [target, second, size], 0);
      return true;
    }
    case op.memorySize: {
      // The arena is fixed: its end, in pages of 64 KiB, rounded up.
      const end = addNode(builder, 'address', [], { symbol: heapEndSymbol });
      const last = binaryImmediate(builder, 'add', end, -1);
      const page = binaryImmediate(builder, 'srl', last, 16);
      push(builder, binaryImmediate(builder, 'add', page, 1));
      return true;
    }
    case op.memoryGrow:
      builder.stack.pop();
      push(builder, constant(builder, -1));
      return true;
    default:
      return false;
  }
}

interface Place {
  readonly base: GraphNode;
  readonly offset: number;
  readonly region: Region;
}

/** A base and an offset that all instructions of one access can hold, the last byte of it included. */
function placeOf(builder: Builder, address: GraphNode, offset: number, sizeBytes: number): Place {
  let base = address;
  let region: Region = 'plain';
  let total = offset | 0;
  for (let steps = 0; steps < 4; steps++) {
    const inner = base.op === 'add' ? constantOf(at(base.args, 1)) : undefined;
    if (base.op === 'region') region = base.region;
    else if (inner === undefined) break;
    total = (total + (inner ?? 0)) | 0;
    base = at(base.args, 0);
  }
  const known = constantOf(base);
  if (known !== undefined) {
    base = constant(builder, 0);
    total = (total + known) | 0;
  }
  if (total >= -2048 && total + sizeBytes <= 2048) return { base, offset: total, region };
  // The part that `lui` makes is the same for many places near each other.
  let low = (total << 20) >> 20;
  if (low + sizeBytes > 2048) low = 0;
  const upper = constant(builder, (total - low) | 0);
  return { base: binary(builder, 'add', base, upper), offset: low, region };
}

const loads: Readonly<Record<1 | 2 | 4, readonly [unsigned: LoadOp, signed: LoadOp]>> = {
  1: ['lbu', 'lb'],
  2: ['lhu', 'lh'],
  4: ['lw', 'lw'],
};
const stores: Readonly<Record<1 | 2 | 4, StoreOp>> = { 1: 'sb', 2: 'sh', 4: 'sw' };

function compileLoad(
  builder: Builder,
  { type, sizeBytes, isSigned }: Access,
  offset: number,
  alignmentBytes: number,
): void {
  const [address] = pop(builder);
  const place = placeOf(builder, address, offset, sizeBytes);
  const known = sizeBytes === 4 && place.region === 'fixed' ? fixedWord(builder, place) : undefined;
  if (known !== undefined) {
    push(builder, constant(builder, known));
    return;
  }
  if (sizeBytes === 8) {
    const low = loadWord(builder, place, 4, alignmentBytes, 'unsigned');
    const next = { ...place, offset: place.offset + 4 };
    push(builder, low, loadWord(builder, next, 4, alignmentBytes, 'unsigned'));
    return;
  }
  const sign = isSigned ? 'signed' : 'unsigned';
  const word = loadWord(builder, place, sizeBytes, alignmentBytes, sign);
  if (type === 'i32') push(builder, word);
  else pushWide(builder, isSigned ? signExtended(builder, word) : zeroExtended(builder, word));
}

/** The size in the header of an object that is known. */
function fixedWord({ module }: Builder, { base, offset }: Place): number | undefined {
  if (offset === sizeOffset && base.op === 'global' && base.symbol !== undefined)
    return module.objectSizes.get(base.symbol);
  const address = staticAddress(base);
  return address === undefined ? undefined : staticWord(module.module, address + offset);
}

const sizeOffset = -4;

function staticAddress(base: GraphNode): number | undefined {
  const [left, right] = base.args;
  const upper = right && constantOf(right);
  const lower = left && constantOf(left);
  if (base.op === 'add' && lower !== undefined && upper !== undefined) return lower + upper;
  return constantOf(base);
}

function loadWord(
  builder: Builder,
  { base, offset, region }: Place,
  sizeBytes: 1 | 2 | 4,
  alignmentBytes: number,
  sign: 'signed' | 'unsigned',
): GraphNode {
  const stepBytes = Math.min(sizeBytes, alignmentBytes) === 1 ? 1 : alignmentBytes === 2 ? 2 : 4;
  const isWhole = stepBytes >= sizeBytes;
  let word: GraphNode | undefined;
  for (let at = 0; at < sizeBytes; at += stepBytes) {
    const isLast = at + stepBytes >= sizeBytes;
    const row = loads[isWhole ? sizeBytes : stepBytes];
    const load = row[sign === 'signed' && isLast ? 1 : 0];
    const part = addNode(builder, load, [base], { imm: offset + at, region });
    const placed = binaryImmediate(builder, 'sll', part, 8 * at);
    word = word === undefined ? placed : binary(builder, 'or', word, placed);
    if (isWhole) break;
  }
  return word ?? base;
}

function compileStore(
  builder: Builder,
  { sizeBytes }: Access,
  offset: number,
  alignmentBytes: number,
): void {
  const words = pop(builder);
  const [address] = pop(builder);
  const place = placeOf(builder, address, offset, sizeBytes);
  if (sizeBytes === 8) {
    storeWord(builder, place, at(words, 0), { sizeBytes: 4, alignmentBytes });
    const next = { ...place, offset: place.offset + 4 };
    storeWord(builder, next, at(words, 1), { sizeBytes: 4, alignmentBytes });
  } else storeWord(builder, place, words[0], { sizeBytes, alignmentBytes });
}

function storeWord(
  builder: Builder,
  { base, offset, region }: Place,
  word: GraphNode,
  { sizeBytes, alignmentBytes }: { readonly sizeBytes: 1 | 2 | 4; readonly alignmentBytes: number },
): void {
  const smallest = Math.min(sizeBytes, alignmentBytes);
  const stepBytes = smallest === 1 ? 1 : smallest === 2 ? 2 : 4;
  for (let at = 0; at < sizeBytes; at += stepBytes) {
    const part = binaryImmediate(builder, 'srl', word, 8 * at);
    addNode(builder, stores[stepBytes], [base, part], { imm: offset + at, region });
  }
}

/** A global that can change is a word or two of memory; one that cannot is a number. */
function compileGlobal(builder: Builder, { opcode, index }: WasmInstruction): void {
  const { module } = builder;
  const { type, isMutable, initial } = at(module.module.globals, index);
  const count = type === 'i64' ? 2 : 1;
  const numbers = Array.from({ length: count }, (_, word) => word);
  if (!isMutable) {
    const word = (at: number): number => Number(BigInt.asIntN(32, initial >> BigInt(32 * at)));
    push(builder, ...numbers.map((at) => constant(builder, word(at))));
    return;
  }
  const symbol = at(module.globalSymbols, index);
  // The rest of the address of the second word may not carry into the part that `lui` makes: a global of two words
  // is aligned to eight bytes.
  const base = addNode(builder, 'high', [], { symbol });
  if (opcode === op.globalGet) {
    const known = builder.knownGlobals.get(index);
    const load = builder.stableGlobals.has(index) ? 'global' : 'lw';
    const words =
      known ?? numbers.map((at) => addNode(builder, load, [base], { symbol, imm: 4 * at }));
    if (!builder.usesHomes) builder.knownGlobals.set(index, words);
    push(builder, ...words);
    return;
  }
  const words = pop(builder);
  words.forEach((word, at) => {
    addNode(builder, 'sw', [base, word], { symbol, imm: 4 * at });
  });
  if (!builder.usesHomes) builder.knownGlobals.set(index, words);
}
