/** Whether the files that frames are filled from exist: before a system is built they do not, so it is a warning. */
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { placed, type Reporter } from './linked.js';
import { parameterOf } from './object-parameters.js';
import type { ObjectNode, PlacedBlock, WordNode } from './tree.js';

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

export function checkFiles(
  blocks: Iterable<{ readonly placed: PlacedBlock; readonly files: readonly FilledFrom[] }>,
  { path, files }: { path: string; files: SourceFiles },
  reporter: Reporter,
): void {
  const folder = joinPath(path, '..');
  const asked = new Set<string>();
  for (const { placed: at, files: names } of blocks) {
    for (const { file, node } of names) {
      if (asked.has(file)) continue;
      asked.add(file);
      if ([joinPath(folder, file), file].some((each) => files.readBytes(each) !== undefined))
        continue;
      reporter.add({
        ...placed(at, node),
        severity: 'warning',
        code: 'missing-file',
        message: `There is no file \`${file}\` to fill the frame from; is the program built?`,
      });
    }
  }
}
