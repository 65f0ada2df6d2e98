/** What a use of a macro became, as text. */
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';

const mostCharacters = 2_000;

export function expansionAt(
  { path, preprocessed }: CamkesFile,
  { start }: Range,
): string | undefined {
  const lines: string[] = [];
  for (const { text, pieces } of preprocessed.lines) {
    let from: number | undefined;
    let to = 0;
    for (const [index, piece] of pieces.entries()) {
      if (piece.kind !== 'expanded' || piece.use.file !== path) continue;
      const use = piece.use.range.start;
      if (use.line !== start.line || use.character !== start.character) continue;
      from ??= piece.start;
      to = pieces[index + 1]?.start ?? text.length;
    }
    if (from !== undefined) lines.push(text.slice(from, to));
  }
  const whole = lines.join('\n').trim();
  if (lines.length === 0) return undefined;
  return whole.length > mostCharacters ? `${whole.slice(0, mostCharacters)}…` : whole;
}
