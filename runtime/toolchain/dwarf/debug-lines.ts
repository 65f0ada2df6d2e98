/** The line tables of a file, from whatever holds its sections by name. */
import { readCompilationDirectories } from './compilation-directories.js';
import type { LineTables } from './line-program.js';
import { readLineTables } from './line-program.js';

export function readDebugLines(section: (name: string) => Uint8Array | undefined): LineTables {
  const strings = section('.debug_str');
  const lineStrings = section('.debug_line_str');
  return readLineTables({
    line: section('.debug_line') ?? new Uint8Array(0),
    lineStrings,
    strings,
    compilationDirectories: readCompilationDirectories({
      info: section('.debug_info'),
      abbreviations: section('.debug_abbrev'),
      strings,
      lineStrings,
      stringOffsets: section('.debug_str_offsets'),
    }),
  });
}
