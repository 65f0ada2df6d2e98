/** How long a statement became where that cannot be read from it: a pseudo-instruction or a macro. */
import type { InlayHint } from 'vscode-languageserver/node';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Analysis } from './analyses.js';

export function hintsIn({ path, program }: Analysis, { start, end }: Range): InlayHint[] {
  const lengths = new Map<string, { readonly at: Range['end']; bytes: number; count: number }>();
  for (const { file, range, rows, output } of program.assembled.statements) {
    const { line } = range.end;
    if (file !== path || line < start.line || line > end.line || rows.length === 0) continue;
    const key = `${line}:${range.end.character}`;
    const known = lengths.get(key) ?? { at: range.end, bytes: 0, count: 0 };
    known.bytes += output?.bytes.length ?? 0;
    known.count += rows.length;
    lengths.set(key, known);
  }
  return [...lengths.values()]
    .filter(({ count }) => count > 1)
    .map(({ at, bytes, count }) => ({
      position: at,
      label: `${count} instructions, ${bytes} bytes`,
      paddingLeft: true,
    }));
}
