/**
 * The instructions that a statement became, read back from the object file's bytes: what is shown is
 * what will run, pseudo-instructions, macros and compression included.
 */
import { decode, instructionLength } from '../../runtime/isa/decode.js';
import type { Decoded } from '../../runtime/isa/instruction.js';
import type { Assembled } from '../../runtime/toolchain/assembly/assemble.js';
import type { ObjectFile } from '../../runtime/toolchain/object-file.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';

export interface EmittedInstruction {
  readonly section: string;
  readonly offset: number;
  readonly word: number;
  readonly bytes: Uint8Array;
  readonly decoded: Decoded;
  /** What the linker still has to fill in, with the symbol's name. */
  readonly relocations: readonly { readonly type: string; readonly symbol: string }[];
}

/** `at` is the mnemonic, or the name of the macro that is used. */
export function emittedInstructions(
  { statements, object }: Assembled,
  file: string,
  at: Range,
): EmittedInstruction[] {
  return statements
    .filter((statement) => statement.file === file && covers(statement.range, at))
    .flatMap(({ output, rows }) =>
      output === undefined || rows.length === 0 ? [] : decodeAll(object, output),
    );
}

function decodeAll(
  object: ObjectFile,
  output: { readonly section: string; readonly offset: number; readonly bytes: Uint8Array },
): EmittedInstruction[] {
  const emitted: EmittedInstruction[] = [];
  const { section, bytes } = output;
  let at = 0;
  while (at + 2 <= bytes.length) {
    const word = wordAt(bytes, at);
    const length = instructionLength(word);
    const decoded = decode(word);
    if (decoded === undefined || at + length > bytes.length) break;
    const offset = output.offset + at;
    emitted.push({
      section,
      offset,
      word: length === 2 ? word & 0xffff : word,
      bytes: bytes.slice(at, at + length),
      decoded,
      relocations: relocationsAt(object, section, offset),
    });
    at += length;
  }
  return emitted;
}

/** Little-endian; bytes beyond the end are 0, which a 16-bit instruction at the end does not notice. */
function wordAt(bytes: Uint8Array, offset: number): number {
  let word = 0;
  for (let index = 3; index >= 0; index -= 1) word = (word << 8) | (bytes[offset + index] ?? 0);
  return word;
}

function relocationsAt(
  object: ObjectFile,
  section: string,
  at: number,
): EmittedInstruction['relocations'] {
  const relocations = object.sections.find(({ name }) => name === section)?.relocations ?? [];
  return (
    relocations
      // R_RISCV_RELAX only permits the linker to shorten something; it fills in nothing.
      .filter(({ offset, type }) => offset === at && type !== 'R_RISCV_RELAX')
      .map(({ type, symbol }) => ({ type, symbol: object.symbols[symbol]?.name ?? '' }))
  );
}

function covers({ start, end }: Range, { start: from }: Range): boolean {
  const startsBefore =
    start.line < from.line || (start.line === from.line && start.character <= from.character);
  const endsAfter =
    end.line > from.line || (end.line === from.line && end.character > from.character);
  return startsBefore && endsAfter;
}
