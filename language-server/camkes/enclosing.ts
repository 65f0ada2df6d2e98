/** What is around a position: the nodes of the tree, then the file. */
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import { growing } from '../growing.js';
import { nodesAround, rangeOf, type CamkesView } from './view.js';

export function enclosingRanges(view: CamkesView, text: string, position: Position): Range[] {
  const nodes = nodesAround(view, position).reverse();
  const lines = text.split(/\r\n|\n|\r/);
  const last = lines.length - 1;
  return growing([
    ...nodes.flatMap(({ span }) => rangeOf(view.file, span) ?? []),
    {
      start: { line: 0, character: 0 },
      end: { line: last, character: lines[last]?.length ?? 0 },
    },
  ]);
}
