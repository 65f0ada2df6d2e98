/**
 * One CAmkES or IDL file: preprocessed, then parsed. As the reference tools do, each file is preprocessed by
 * itself. Surprising choices: a missing header is a warning, and names that it may define are no mistakes;
 * text of a header in which the parser finds a mistake is C, and is left out.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { preprocess, type Preprocessed } from '../preprocess/preprocess.js';
import type { SourceFiles } from '../text/source-files.js';
import type { SourceLine } from '../text/source-line.js';
import { sourceTextOf, type SourceText } from '../text/source-text.js';
import { parseCamkes, type ParsedCamkes } from './parse.js';
import type { CamkesTree } from './tree.js';

export interface CamkesReadOptions {
  readonly defines: Readonly<Record<string, string>>;
  readonly includePaths: readonly string[];
}

export interface CamkesFile {
  readonly path: string;
  readonly source: SourceText;
  readonly tree: CamkesTree;
  readonly preprocessed: Preprocessed;
  readonly diagnostics: readonly Diagnostic[];
  /** A header was missing, so names that only it may define are taken as macros. */
  readonly isIncomplete: boolean;
}

/** What `cpp` defines on every machine. */
const predefined: Readonly<Record<string, string>> = {
  __STDC__: '1',
  __STDC_HOSTED__: '1',
  __STDC_VERSION__: '201710L',
  __GNUC__: '12',
};

/** A file that does not exist is an empty one with a diagnostic. */
export function readCamkesFile(
  path: string,
  files: SourceFiles,
  options: CamkesReadOptions,
): CamkesFile {
  const text = files.readText(path);
  const preprocessed = preprocess(path, text ?? '', files, {
    defines: { ...predefined, ...options.defines },
    includePaths: options.includePaths,
    comments: 'slashes',
    unknown: 'tolerated',
  });
  const { isIncomplete } = preprocessed;
  const { source, parsed } = parseLines(path, preprocessed.lines, isIncomplete);
  return {
    path,
    source,
    tree: parsed.tree,
    preprocessed,
    diagnostics: [
      ...(text === undefined ? [missingFile(path)] : []),
      ...preprocessed.diagnostics,
      ...parsed.diagnostics,
    ],
    isIncomplete,
  };
}

function missingFile(path: string): Diagnostic {
  return {
    file: path,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: 'error',
    code: 'file-missing',
    message: `There is no file \`${path}\`, or it cannot be read.`,
  };
}

function parseLines(
  path: string,
  lines: readonly SourceLine[],
  isIncomplete: boolean,
): { readonly source: SourceText; readonly parsed: ParsedCamkes } {
  const options = isIncomplete ? ({ unknownMacros: 'possible' } as const) : {};
  const source = sourceTextOf(path, lines);
  const parsed = parseCamkes(source, options);
  const headers = new Set(
    parsed.diagnostics.map(({ file }) => file).filter((file) => isHeader(file, path)),
  );
  if (headers.size === 0) return { source, parsed };
  const without = sourceTextOf(
    path,
    lines.map((line) => (headers.has(fileOf(line)) ? { ...line, text: '' } : line)),
  );
  const { tree, diagnostics } = parseCamkes(without, options);
  return {
    source: without,
    parsed: { tree, diagnostics: diagnostics.filter(({ file }) => !isHeader(file, path)) },
  };
}

const isHeader = (file: string, path: string): boolean =>
  file !== path && !/\.(?:camkes|idl4)$/.test(file);

/** The file that a line stands in; what a macro put there stands where the macro is used. */
function fileOf({ pieces }: SourceLine): string {
  const [first] = pieces;
  if (first === undefined) return '';
  return first.kind === 'written' ? first.file : first.use.file;
}
