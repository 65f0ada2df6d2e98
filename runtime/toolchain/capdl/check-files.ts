/** Whether the files that frames are filled from exist: before a system is built they do not, so it is a warning. */
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { placed } from './linked.js';
import type { BlockLink } from './link-state.js';
import { parameterOf } from './object-parameters.js';
import type { PlacedProblem } from './problem.js';
import type { ObjectNode, WordNode } from './tree.js';

export interface FilledFrom {
  readonly file: string;
  readonly node: WordNode;
}

/** The names of files in a declaration. */
export function filledFrom(node: ObjectNode): readonly FilledFrom[] {
  const value = node.parameters.length === 0 ? undefined : parameterOf(node, 'fill')?.value;
  if (value?.kind !== 'fills' || value.items.length === 0) return none;
  return value.items.flatMap(({ words: [, , type, name] }) =>
    type?.text === 'CDL_FrameFill_FileData' && name !== undefined
      ? [{ file: name.text.replace(/^"(.*)"$/, '$1'), node: name }]
      : [],
  );
}

const none: readonly never[] = [];

/** Asked anew each time: files come while a system is built. It is said where a file is named first. */
export function* missingFiles(
  named: ReadonlyMap<string, ReadonlySet<BlockLink>>,
  { path, files }: { path: string; files: SourceFiles },
): Iterable<PlacedProblem> {
  const folder = joinPath(path, '..');
  for (const [file, blocks] of named) {
    if ([joinPath(folder, file), file].some((each) => files.readBytes(each) !== undefined))
      continue;
    let first: BlockLink | undefined;
    for (const link of blocks)
      if (first === undefined || link.placed.start < first.placed.start) first = link;
    const node = first?.files.find((each) => each.file === file)?.node;
    if (first === undefined || node === undefined) continue;
    yield {
      ...placed(first.placed, node),
      severity: 'warning',
      code: 'missing-file',
      message: `There is no file \`${file}\` to fill the frame from; is the program built?`,
    };
  }
}
