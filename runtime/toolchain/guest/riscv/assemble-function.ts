/**
 * Code blocks in order to bytes. Branches begin in their shortest form and grow until every target is in reach;
 * they never shrink again, so it ends. All encoding is that of `isa/`.
 */
import { invariant } from '../../../base/invariant.js';
import { compress, encode } from '../../../isa/encode.js';
import type { Relocation, RelocationType } from '../../object-file.js';
import { at } from './at.js';
import { returnAddress } from './calling-convention.js';
import type { CodeBlock, PlacedInstruction } from './instruction-list.js';
import { instruction, rowOf } from './instruction-list.js';
import { trapInstruction } from './trap-kinds.js';

export interface AssembledFunction {
  readonly bytes: Uint8Array;
  readonly relocations: readonly (Omit<Relocation, 'symbol'> & { readonly symbol: string })[];
  /** Offsets of traps, with their kinds. */
  readonly traps: readonly {
    readonly offset: number;
    readonly kind: number;
    readonly wasmOffset: number;
  }[];
  /** From which byte on the code comes from which WebAssembly instruction. */
  readonly origins: readonly { readonly offset: number; readonly wasmOffset: number }[];
  readonly tables: readonly { readonly symbol: string; readonly targets: readonly number[] }[];
  /** Of the first byte of each instruction of a block, and of the block's end. */
  readonly offsets: ReadonlyMap<CodeBlock, readonly number[]>;
  /** Where the function returns, after the frame is gone: offsets of the last instructions. */
  readonly isTooLarge: boolean;
}

/** What a block ends with. */
interface Tail {
  readonly kind: 'none' | 'jump' | 'branch' | 'branchAndJump' | 'fixed';
  readonly branch?: { readonly name: string; readonly rs1: number; readonly rs2: number };
  readonly target?: CodeBlock;
  readonly jump?: CodeBlock;
  readonly fixed?: PlacedInstruction;
  readonly trap?: number;
}

const nearBranch = 2;
const wideBranch = 4;
/** An inverted branch over a jump. */
const farBranch = 8;

export function assembleFunction(
  blocks: readonly CodeBlock[],
  encodings: Map<string, number>,
): AssembledFunction {
  const pieces = blocks.map((block) =>
    block.instructions.map((each) => encodeInstruction(each, encodings)),
  );
  const tails = blocks.map((block, index) => tailOf(block, blocks[index + 1]));
  const sizes = tails.map((tail) => ({
    branch: tail.branch === undefined ? 0 : canBeNear(tail.branch) ? nearBranch : wideBranch,
    jump: tail.jump === undefined ? 0 : nearBranch,
    fixed:
      tail.trap !== undefined
        ? 2
        : tail.fixed === undefined
          ? 0
          : sizeOf(encodeInstruction(tail.fixed, encodings)),
  }));
  const bodySizes = pieces.map((words) => words.reduce((sum, word) => sum + sizeOf(word), 0));
  const starts = new Map<CodeBlock, number>();
  const place = (): number => {
    let offset = 0;
    blocks.forEach((block, index) => {
      starts.set(block, offset);
      const size = at(sizes, index);
      offset += at(bodySizes, index) + size.branch + size.jump + size.fixed;
    });
    return offset;
  };
  let total = place();
  for (let grown = true; grown; total = place()) {
    grown = false;
    blocks.forEach((block, index) => {
      const size = at(sizes, index);
      const tail = at(tails, index);
      const branchAt = (starts.get(block) ?? 0) + at(bodySizes, index);
      const jumpAt = branchAt + size.branch;
      if (tail.target !== undefined && size.branch > 0) {
        const distance = (starts.get(tail.target) ?? 0) - branchAt;
        const needed = !reaches(distance, 13)
          ? farBranch
          : !reaches(distance, 9)
            ? wideBranch
            : size.branch;
        if (needed > size.branch) {
          size.branch = needed;
          grown = true;
        }
      }
      if (tail.jump !== undefined && size.jump === nearBranch)
        if (!reaches((starts.get(tail.jump) ?? 0) - jumpAt, 12)) {
          size.jump = 4;
          grown = true;
        }
    });
  }
  return write({ blocks, pieces, tails, sizes, starts, total, encodings });
}

/** With one bit less than said, so that distances may still grow by what alignment adds. */
const reaches = (distance: number, bits: number): boolean =>
  distance >= -(2 ** (bits - 1)) && distance < 2 ** (bits - 1);

const sizeOf = (word: number): number => ((word & 3) === 3 ? 4 : 2);

function encodeInstruction(each: PlacedInstruction, encodings: Map<string, number>): number {
  const { row, rd, rs1, rs2, imm, relocation } = each;
  const key = `${row.name} ${rd} ${rs1} ${rs2} ${imm} ${relocation === undefined ? '' : 'r'}`;
  const known = encodings.get(key);
  if (known !== undefined) return known;
  const operands = { rd, rs1, rs2, imm, csr: 0, ordering: 0 };
  const short = relocation === undefined ? compress(row, operands) : undefined;
  const encoded = short === undefined ? encode(row, operands) : { ok: true as const, value: short };
  invariant(encoded.ok, 'GUEST-3', () => (encoded.ok ? '' : encoded.error.message));
  encodings.set(key, encoded.value);
  return encoded.value;
}

function tailOf(block: CodeBlock, next: CodeBlock | undefined): Tail {
  const { exit } = block;
  switch (exit.kind) {
    case 'jump':
      return exit.to === next ? { kind: 'none' } : { kind: 'jump', jump: exit.to };
    case 'branch': {
      const { then, otherwise } = exit;
      const branch = normalBranch(exit);
      if (then === otherwise)
        return then === next ? { kind: 'none' } : { kind: 'jump', jump: then };
      if (otherwise === next) return { kind: 'branch', branch, target: then };
      if (then === next) return { kind: 'branch', branch: invert(branch), target: otherwise };
      // The jump is the longer way; a loop is likelier to go on than to end.
      const takesThen = (then.loop?.depth ?? 0) >= (otherwise.loop?.depth ?? 0);
      return takesThen
        ? { kind: 'branchAndJump', branch, target: then, jump: otherwise }
        : { kind: 'branchAndJump', branch: invert(branch), target: otherwise, jump: then };
    }
    case 'switch':
      return {
        kind: 'fixed',
        fixed: instruction('jalr', block.exitOffset, { rs1: exit.register }),
      };
    case 'return':
      return {
        kind: 'fixed',
        fixed: instruction('jalr', block.exitOffset, { rs1: returnAddress }),
      };
    case 'trap':
      return { kind: 'fixed', trap: exit.trap };
  }
}

type Branch = NonNullable<Tail['branch']>;

/** x0 stands on the right where it makes no difference, because compressed branches have it there. */
function normalBranch({ name, rs1, rs2 }: Branch): Branch {
  return rs1 === 0 && (name === 'beq' || name === 'bne')
    ? { name, rs1: rs2, rs2: 0 }
    : { name, rs1, rs2 };
}

const inverses: Readonly<Record<string, string>> = {
  beq: 'bne',
  bne: 'beq',
  blt: 'bge',
  bge: 'blt',
  bltu: 'bgeu',
  bgeu: 'bltu',
};

const invert = ({ name, rs1, rs2 }: Branch): Branch => ({ name: inverses[name] ?? name, rs1, rs2 });

const canBeNear = ({ name, rs1, rs2 }: Branch): boolean =>
  (name === 'beq' || name === 'bne') && rs2 === 0 && rs1 >= 8 && rs1 <= 15;

interface Writing {
  readonly blocks: readonly CodeBlock[];
  readonly pieces: readonly (readonly number[])[];
  readonly tails: readonly Tail[];
  readonly sizes: readonly {
    readonly branch: number;
    readonly jump: number;
    readonly fixed: number;
  }[];
  readonly starts: ReadonlyMap<CodeBlock, number>;
  readonly total: number;
  readonly encodings: Map<string, number>;
}

function write(writing: Writing): AssembledFunction {
  const { blocks, pieces, tails, sizes, starts, total, encodings } = writing;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const relocations: { offset: number; type: RelocationType; symbol: string; addend: number }[] =
    [];
  const traps: { offset: number; kind: number; wasmOffset: number }[] = [];
  const origins: { offset: number; wasmOffset: number }[] = [];
  const tables: { symbol: string; targets: number[] }[] = [];
  const offsets = new Map<CodeBlock, number[]>();
  let isTooLarge = false;
  let offset = 0;
  const put = (word: number): void => {
    if (sizeOf(word) === 2) view.setUint16(offset, word, true);
    else view.setUint32(offset, word, true);
    offset += sizeOf(word);
  };
  const from = (wasmOffset: number): void => {
    if (origins[origins.length - 1]?.wasmOffset !== wasmOffset)
      origins.push({ offset, wasmOffset });
  };
  const putBranch = ({ name, rs1, rs2 }: Branch, distance: number, size: number): void => {
    const row = rowOf(name);
    const operands = { rd: 0, rs1, rs2, imm: distance, csr: 0, ordering: 0 };
    const word = size === nearBranch ? compress(row, operands) : undefined;
    put(word ?? encodeFitting(row, operands));
  };
  const putJump = (distance: number, size: number): void => {
    const operands = { rd: 0, rs1: 0, rs2: 0, imm: distance, csr: 0, ordering: 0 };
    const row = rowOf('jal');
    if (!reaches(distance, 21)) isTooLarge = true;
    const safe = reaches(distance, 21) ? operands : { ...operands, imm: 0 };
    const word = size === nearBranch ? compress(row, safe) : undefined;
    put(word ?? encodeFitting(row, safe));
  };
  blocks.forEach((block, index) => {
    const places: number[] = [];
    block.instructions.forEach((each, at) => {
      from(each.offset);
      places.push(offset);
      const { relocation } = each;
      if (relocation !== undefined) relocations.push({ ...relocation, offset, addend: each.imm });
      put(pieces[index]?.[at] ?? 0);
    });
    places.push(offset);
    offsets.set(block, places);
    const { branch, target, jump, fixed, trap } = at(tails, index);
    const size = at(sizes, index);
    if (branch !== undefined || jump !== undefined || fixed !== undefined || trap !== undefined)
      from(block.exitOffset);
    if (branch !== undefined && target !== undefined) {
      const distance = (starts.get(target) ?? 0) - offset;
      if (size.branch === farBranch) {
        putBranch(invert(branch), farBranch, wideBranch);
        putJump(distance - wideBranch, wideBranch);
      } else putBranch(branch, distance, size.branch);
    }
    if (jump !== undefined) putJump((starts.get(jump) ?? 0) - offset, size.jump);
    if (fixed !== undefined) put(encodeInstruction(fixed, encodings));
    if (trap !== undefined) {
      traps.push({ offset, kind: trap, wasmOffset: block.exitOffset });
      put(trapInstruction(trap));
    }
    if (block.exit.kind === 'switch') {
      const targets = block.exit.targets.map((each) => starts.get(each) ?? 0);
      tables.push({ symbol: block.exit.table, targets });
    }
  });
  return { bytes, relocations, traps, origins, tables, offsets, isTooLarge };
}

function encodeFitting(
  row: PlacedInstruction['row'],
  operands: Parameters<typeof compress>[1],
): number {
  const encoded = encode(row, operands);
  invariant(encoded.ok, 'GUEST-3', () => (encoded.ok ? '' : encoded.error.message));
  return encoded.value;
}
