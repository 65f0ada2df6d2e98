/** One document as a part of its main system: what most requests about a place begin with. */
import type { CamkesAnalysis } from '../../runtime/toolchain/camkes/analyze.js';
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import type { TreeNode } from '../../runtime/toolchain/camkes/tree-nodes.js';
import { nodesAt } from '../../runtime/toolchain/camkes/tree-nodes.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Span } from '../../runtime/toolchain/text/source-text.js';
import type { CamkesProgram, Systems } from './systems.js';

export interface CamkesView {
  readonly path: string;
  readonly program: CamkesProgram;
  readonly analysis: CamkesAnalysis;
  readonly file: CamkesFile;
}

export function viewOf(systems: Systems, path: string): CamkesView {
  const program = systems.mainProgramOf(path);
  const { analysis } = program;
  return { path, program, analysis, file: analysis.files.get(path) ?? systems.fileOf(path) };
}

/** The nodes around a place of the document, the outermost first. */
export function nodesAround({ file, path }: CamkesView, position: Position): TreeNode[] {
  const offset = file.source.offsetOf(path, position);
  return offset === undefined ? [] : nodesAt(file.tree, offset);
}

/** Where a span stands in its own file; undefined for text of a header or out of a macro. */
export function rangeOf({ source, path }: CamkesFile, span: Span): Range | undefined {
  const place = source.placeOf(span);
  return place.file === path && place.expansion === undefined ? place.range : undefined;
}

export const holds = ({ start, end }: Range, at: Position): boolean =>
  !isBefore(at, start) && !isBefore(end, at);

export const isBefore = (one: Position, other: Position): boolean =>
  one.line < other.line || (one.line === other.line && one.character < other.character);
