/** Assembles text that stands in a test, and shows diagnostics as short lines. */
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import type {
  Assembled,
  AssembleOptions,
} from '../../../../runtime/toolchain/assembly/assemble.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';

export function assembleText(
  text: string,
  {
    files = {},
    ...options
  }: AssembleOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): Assembled {
  const all: Readonly<Record<string, string>> = { 'main.S': text, ...files };
  return assemble(
    'main.S',
    {
      readText: (path) => all[path],
      readBytes: (path) =>
        all[path] === undefined ? undefined : new TextEncoder().encode(all[path]),
    },
    options,
  );
}

/** `2:5-9 unknown-instruction`: lines and columns count from one, as an editor shows them. */
export const short = ({ file, range: { start, end }, code }: Diagnostic): string =>
  `${file === 'main.S' ? '' : `${file}:`}${start.line + 1}:${start.character + 1}-${end.line === start.line ? '' : `${end.line + 1}:`}${end.character + 1} ${code}`;

export const problems = (
  text: string,
  options?: Parameters<typeof assembleText>[1],
): readonly string[] => assembleText(text, options).diagnostics.map(short);

/** The bytes of a section in hexadecimal. */
export function hexOf(assembled: Assembled, section = '.text'): string {
  const found = assembled.object.sections.find(({ name }) => name === section);
  return Buffer.from(found?.bytes ?? []).toString('hex');
}
