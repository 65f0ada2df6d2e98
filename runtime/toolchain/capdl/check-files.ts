/** Whether the files that frames are filled from exist: before a system is built they do not, so it is a warning. */
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { placed, type Reporter } from './linked.js';
import { parameterOf } from './object-parameters.js';
import type { CapdlTree } from './tree.js';

/** What is known of files by name; a document keeps it from one edit to the next. */
export type KnownFiles = Map<string, boolean>;

export function checkFiles(
  tree: CapdlTree,
  { path, files, known }: { path: string; files: SourceFiles; known: KnownFiles },
  reporter: Reporter,
): void {
  const folder = joinPath(path, '..');
  const said = new Set<string>();
  for (const { start, block } of tree.blocks) {
    if (block.node.kind !== 'object') continue;
    const value = parameterOf(block.node, 'fill')?.value;
    if (value?.kind !== 'fills') continue;
    for (const { words } of value.items) {
      const [, , type, name] = words;
      if (type?.text !== 'CDL_FrameFill_FileData' || name === undefined) continue;
      const file = name.text.replace(/^"(.*)"$/, '$1');
      let exists = known.get(file);
      if (exists === undefined) {
        exists = [joinPath(folder, file), file].some((each) => files.readBytes(each) !== undefined);
        known.set(file, exists);
      }
      if (exists || said.has(file)) continue;
      said.add(file);
      reporter.add({
        ...placed(start, name),
        severity: 'warning',
        code: 'missing-file',
        message: `There is no file \`${file}\` to fill the frame from; is the program built?`,
      });
    }
  }
}
