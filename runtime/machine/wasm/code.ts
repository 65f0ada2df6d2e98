/**
 * WebAssembly instructions as a tree that reads like the program: `add(get(a), constant(4))`. Branches
 * name the block or loop they go to, and `encode` counts the nesting between. Everything is i32 unless
 * it says otherwise. WebAssembly core specification 2.4 (instructions) and 5.4 (their bytes).
 */
import { invariant } from '../../base/invariant.js';

/** Bytes, and the parts whose bytes depend on the blocks around them. */
export type Code = number | readonly Code[] | Block | Branch | BranchTable;

interface Block {
  readonly kind: 'block' | 'loop' | 'if';
  /** What a branch names: behind the end of a block, back to the head of a loop. */
  readonly label: Label;
  readonly body: Code;
  /** Of an `if` only. */
  readonly otherwise: Code | undefined;
  readonly type: number;
}

interface Branch {
  readonly kind: 'br';
  readonly to: Label;
}

interface BranchTable {
  readonly kind: 'brTable';
  readonly index: Code;
  readonly targets: readonly Label[];
  readonly otherwise: Label;
}

/** The identity of a block; the name is for messages about our own mistakes. */
export interface Label {
  readonly name: string;
}

export const label = (name: string): Label => ({ name });

const i32 = 0x7f;
const noResult = 0x40;
const end = 0x0b;

export const block = (at: Label, body: Code): Code => structured('block', at, body);
export const loop = (at: Label, body: Code): Code => structured('loop', at, body);
export const when = (condition: Code, body: Code, otherwise?: Code): Code => [
  condition,
  structured('if', label('if'), body, otherwise),
];
/** The value of one of two expressions, of which only that one is evaluated. */
export const choose = (condition: Code, yes: Code, no: Code): Code => [
  condition,
  { kind: 'if', label: label('if'), body: yes, otherwise: no, type: i32 },
];
export const branch = (to: Label): Code => ({ kind: 'br', to });
export const branchTable = (index: Code, targets: readonly Label[], otherwise: Label): Code => ({
  kind: 'brTable',
  index,
  targets,
  otherwise,
});

function structured(kind: Block['kind'], at: Label, body: Code, otherwise?: Code): Code {
  return { kind, label: at, body, otherwise, type: noResult };
}

export const unreachable: Code = 0x00;
export const drop = (value: Code): Code => [value, 0x1a];
export const call = (functionIndex: number, ...parameters: readonly Code[]): Code => [
  parameters,
  0x10,
  unsignedLeb(functionIndex),
];

export const constant = (value: number): Code => [0x41, signedLeb(value | 0)];
export const get = (local: number): Code => [0x20, unsignedLeb(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsignedLeb(local)];
/** Sets the local, and is its new value. */
export const tee = (local: number, value: Code): Code => [value, 0x22, unsignedLeb(local)];
export const getGlobal = (global: number): Code => [0x23, unsignedLeb(global)];

/** Bytes of memory from `address + offset`; the alignment hint is the natural one. */
const access =
  (opcode: number, alignment: number) =>
  (address: Code, offset = 0): Code => [address, opcode, alignment, unsignedLeb(offset)];
const storing =
  (opcode: number, alignment: number) =>
  (address: Code, value: Code, offset = 0): Code => [
    address,
    value,
    opcode,
    alignment,
    unsignedLeb(offset),
  ];

export const load32 = access(0x28, 2);
/** An i64, as the value of `store64`. */
export const load64 = access(0x29, 3);
export const load8s = access(0x2c, 0);
export const load8u = access(0x2d, 0);
export const load16s = access(0x2e, 1);
export const load16u = access(0x2f, 1);
export const store32 = storing(0x36, 2);
export const store64 = storing(0x37, 3);
export const store8 = storing(0x3a, 0);
export const store16 = storing(0x3b, 1);

const binary =
  (opcode: number) =>
  (left: Code, right: Code): Code => [left, right, opcode];

export const isZero = (value: Code): Code => [value, 0x45];
export const equal = binary(0x46);
export const notEqual = binary(0x47);
export const lessSigned = binary(0x48);
export const lessUnsigned = binary(0x49);
export const lessOrEqualSigned = binary(0x4c);
export const greaterOrEqualSigned = binary(0x4e);
export const greaterOrEqualUnsigned = binary(0x4f);
export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const divideSigned = binary(0x6d);
export const divideUnsigned = binary(0x6e);
export const remainderSigned = binary(0x6f);
export const remainderUnsigned = binary(0x70);
export const and = binary(0x71);
export const or = binary(0x72);
export const xor = binary(0x73);
export const shiftLeft = binary(0x74);
export const shiftRightSigned = binary(0x75);
export const shiftRightUnsigned = binary(0x76);

/** The upper 32 bits of the 64-bit product; each operand is read as signed or not. */
export const multiplyHigh = (
  left: Code,
  isLeftSigned: boolean,
  right: Code,
  isRightSigned: boolean,
): Code => {
  const extend = (isSigned: boolean): number => (isSigned ? 0xac : 0xad);
  const i64Multiply = 0x7e;
  const i64ShiftRightUnsigned = 0x88;
  const wrap = 0xa7;
  const by32: Code = [0x42, 32];
  return [
    left,
    extend(isLeftSigned),
    right,
    extend(isRightSigned),
    i64Multiply,
    by32,
    i64ShiftRightUnsigned,
    wrap,
  ];
};

export function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The bytes of a function's body, its final `end` included. */
export function encode(code: Code): number[] {
  const bytes: number[] = [];
  const open: Label[] = [];
  const depthOf = (to: Label): number => {
    const index = open.lastIndexOf(to);
    invariant(index >= 0, 'WASM-1', () => `a branch goes to '${to.name}', which is not around it`);
    return open.length - 1 - index;
  };
  const emit = (part: Code): void => {
    if (typeof part === 'number') {
      bytes.push(part);
      return;
    }
    if (!('kind' in part)) {
      for (const inner of part) emit(inner);
      return;
    }
    switch (part.kind) {
      case 'br':
        bytes.push(0x0c, ...unsignedLeb(depthOf(part.to)));
        return;
      case 'brTable':
        emit(part.index);
        bytes.push(0x0e, ...unsignedLeb(part.targets.length));
        for (const target of part.targets) bytes.push(...unsignedLeb(depthOf(target)));
        bytes.push(...unsignedLeb(depthOf(part.otherwise)));
        return;
      case 'block':
      case 'loop':
      case 'if':
        bytes.push(part.kind === 'block' ? 0x02 : part.kind === 'loop' ? 0x03 : 0x04, part.type);
        open.push(part.label);
        emit(part.body);
        if (part.otherwise !== undefined) {
          bytes.push(0x05);
          emit(part.otherwise);
        }
        open.pop();
        bytes.push(end);
        return;
    }
  };
  emit(code);
  bytes.push(end);
  return bytes;
}
