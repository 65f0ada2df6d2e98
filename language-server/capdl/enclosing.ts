/** What is around a position: the nodes of the tree, the section, the file. */
import { blockIndexAt, nodesAt } from '../../runtime/toolchain/capdl/tree-nodes.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Span } from '../../runtime/toolchain/text/source-text.js';
import { growing } from '../growing.js';
import { offsetOf, rangeOf, type Specification } from './specifications.js';

export function enclosingRanges(specification: Specification, position: Position): Range[] {
  const { source, tree } = specification;
  const offset = offsetOf(specification, position);
  if (offset === undefined) return [];
  const spans = nodesAt(tree, offset)
    .map(({ span }) => span)
    .reverse();
  const section = sectionAround(specification, offset);
  if (section !== undefined) spans.push(section);
  spans.push({ start: 0, end: source.text.length });
  return growing(spans.map((span) => rangeOf(specification, span)));
}

function sectionAround({ tree }: Specification, offset: number): Span | undefined {
  const at = blockIndexAt(tree, offset);
  const { blocks } = tree;
  let first = at;
  while (first > 0 && blocks[first]?.block.node.kind !== 'sectionStart') first -= 1;
  let last = at;
  while (last < blocks.length - 1 && blocks[last]?.block.node.kind !== 'sectionEnd') last += 1;
  const [start, end] = [blocks[first], blocks[last]];
  if (start?.block.node.kind !== 'sectionStart' || end === undefined) return undefined;
  return { start: start.start + start.block.node.start, end: end.start + end.block.length };
}
