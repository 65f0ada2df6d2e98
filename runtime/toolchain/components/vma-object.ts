/**
 * `camkes_vmas`, as C sources see it: which pieces the address space of a program has. What the program itself is made of
 * the linker says; stacks, buffers, dataports and holes are the regions that the compiler of the assembly gave to it.
 */
import { assemble } from '../assembly/assemble.js';
import type { Region } from '../camkes/compile/address-space.js';
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import type { ObjectFile } from '../object-file.js';
import { withoutLines } from './runtime-library.js';

interface Piece {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  readonly isCached: boolean;
}

/** None for a program of which no source asks for it. */
export function vmaObjects(
  { key, regions }: ProgramBindings,
  objects: readonly ObjectFile[],
): ObjectFile[] {
  const isWanted = objects.some(({ symbols }) =>
    symbols.some(
      ({ name, definition }) =>
        definition.kind === 'undefined' && /(^|\.)camkes_vmas(_size)?$/.test(name),
    ),
  );
  if (!isWanted) return [];
  const pieces = [...programPieces(regions), ...regions.flatMap(piecesOf)];
  const lines = ['.section .rodata.camkes_vmas, "a"', '.balign 4'];
  lines.push('.globl camkes_vmas, camkes_vmas_size', 'camkes_vmas:');
  pieces.forEach(({ start, end, ...piece }, index) => {
    const { isReadable, isWritable, isExecutable, isCached } = piece;
    const flags = [isReadable, isWritable, isExecutable, isCached].map((flag) => (flag ? 1 : 0));
    lines.push(`.word ${start}, ${end}`, `.byte ${flags.join(', ')}`);
    lines.push(`.word .Lname${String(index)}`);
  });
  lines.push('camkes_vmas_size:', `.word ${String(pieces.length)}`);
  pieces.forEach(({ name }, index) => {
    lines.push(`.Lname${String(index)}:`, `.asciz ${JSON.stringify(name)}`);
  });
  const path = `${key}.vmas.S`;
  const text = `${lines.join('\n')}\n`;
  const readText = (wanted: string): string | undefined => (wanted === path ? text : undefined);
  return [withoutLines(assemble(path, { readText, readBytes: () => undefined }).object)];
}

const plain = { isReadable: true, isWritable: false, isExecutable: false, isCached: true };

/** Behind it are the regions, those of small pages first (`region-object.ts`). */
function programPieces(regions: readonly Region[]): Piece[] {
  const [first] = [...regions].sort((left, right) => left.pageBits - right.pageBits);
  const end = first?.symbol ?? '__bss_end';
  return [
    { ...plain, name: '.text', start: '__executable_start', end: '_etext', isExecutable: true },
    { ...plain, name: '.rodata', start: '_etext', end: '__DATA_BEGIN__' },
    { ...plain, name: '.data', start: '__DATA_BEGIN__', end: '_edata', isWritable: true },
    { ...plain, name: '.bss', start: '__bss_start', end, isWritable: true },
  ];
}

/** Pages of one kind are one piece: those of a stack, and the ones around it that nothing is mapped at. */
function piecesOf({ symbol, pageBits, pages }: Region): Piece[] {
  const pieces: (Piece & { readonly first: number; readonly last: number })[] = [];
  for (const [index, { capability }] of pages.entries()) {
    const facts = {
      isReadable: capability?.rights?.read === true,
      isWritable: capability?.rights?.write === true,
      isExecutable: false,
      isCached: capability !== undefined && capability.cached !== false,
    };
    const before = pieces.at(-1);
    const isSame =
      before?.isReadable === facts.isReadable &&
      before.isWritable === facts.isWritable &&
      before.isCached === facts.isCached;
    const first = isSame ? before.first : index;
    if (isSame) pieces.pop();
    const at = (page: number): string => `${symbol} + ${String(page * 2 ** pageBits)}`;
    const piece = { name: symbol, start: at(first), end: at(index + 1) };
    pieces.push({ ...piece, ...facts, first, last: index });
  }
  return pieces;
}
