/** Links from imports and inclusions to their files. */
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import { noRange } from '../../runtime/toolchain/text/diagnostic.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { Link } from '../language.js';
import { rangeOf, type CamkesView } from './view.js';

export function linksOf({ analysis, file, program, path }: CamkesView, files: SourceFiles): Link[] {
  const links: Link[] = [];
  for (const { from, node, target } of analysis.imports) {
    if (from.path !== path || target === undefined) continue;
    const range = rangeOf(from, node.pathSpan);
    if (range !== undefined)
      links.push({ range, target: { file: target, range: noRange }, tooltip: target });
  }
  return [...links, ...inclusionsOf(file, program.project.includePaths, files)];
}

/** The preprocessor's own way: a quoted name beside the file first, then along the include paths. */
function inclusionsOf(
  { path }: CamkesFile,
  includePaths: readonly string[],
  files: SourceFiles,
): Link[] {
  const lines = (files.readText(path) ?? '').split(/\r\n|\n|\r/);
  return lines.flatMap((text, line): Link[] => {
    const match = /^(\s*#\s*include\s*)(["<])([^">]+)[">]/.exec(text);
    const [, before = '', quote, name = ''] = match ?? [];
    if (match === null) return [];
    const folders = [...(quote === '"' ? [joinPath(path, '..')] : []), ...includePaths];
    const target = folders
      .map((folder) => joinPath(folder, name))
      .find((candidate) => files.readText(candidate) !== undefined);
    if (target === undefined) return [];
    const start = before.length + 1;
    const range = {
      start: { line, character: start },
      end: { line, character: start + name.length },
    };
    return [{ range, target: { file: target, range: noRange }, tooltip: target }];
  });
}
