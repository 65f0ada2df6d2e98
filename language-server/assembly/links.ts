/** Links from `.include`, `.incbin` and `#include` to their files. */
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import { noRange } from '../../runtime/toolchain/text/diagnostic.js';
import type { Link } from '../language.js';
import type { ClassifiedLine } from './classified-line.js';

const naming = /^\s*(?:\.include|\.incbin|#\s*include)\s+"([^"]+)"/;

/** The assembler looks beside the program's file, the preprocessor beside the including one. */
export function linksOf(
  path: string,
  root: string,
  lines: readonly ClassifiedLine[],
  files: SourceFiles,
): Link[] {
  return lines.flatMap(({ text }, line): Link[] => {
    const match = naming.exec(text);
    const name = match?.[1];
    if (match === null || name === undefined) return [];
    const candidates = [path, root].map((from) =>
      name.startsWith('/') ? name : joinPath(folderOf(from), name),
    );
    const file = candidates.find((candidate) => files.readBytes(candidate) !== undefined);
    if (file === undefined) return [];
    const end = match[0].length - 1;
    const range = {
      start: { line, character: end - name.length },
      end: { line, character: end },
    };
    return [{ range, target: { file, range: noRange }, tooltip: file }];
  });
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1) || '.';
