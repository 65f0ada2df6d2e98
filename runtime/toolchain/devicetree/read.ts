/**
 * Reads a device tree from a file: a `.dts` source with all that it includes, or a flattened `.dtb`. Which of the two it
 * is, the first bytes say. Surprising choice: `#address-cells` at the start of a line is no directive of the
 * preprocessor but text, and `/include/` is put in before the source is parsed.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import { diagnosticAt, placeOf, type SourceLine } from '../text/source-line.js';
import { sourceTextOf } from '../text/source-text.js';
import { preprocess } from '../preprocess/preprocess.js';
import type { DeviceTree } from './device-tree.js';
import { isFlattenedTree, readFlattenedTree } from './flattened.js';
import { readDeviceSource } from './source.js';

export interface DeviceTreeOptions {
  readonly defines: Readonly<Record<string, string>>;
  readonly includePaths: readonly string[];
  /** Sources that are read behind the file, as one with it; not behind a flattened tree. */
  readonly overlays?: readonly string[];
}

export interface DeviceTreeFile {
  readonly path: string;
  /** Undefined when nothing could be made of the file. */
  readonly tree: DeviceTree | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function readDeviceTree(
  path: string,
  files: SourceFiles,
  options: DeviceTreeOptions,
): DeviceTreeFile {
  const bytes = files.readBytes(path);
  const isFlattened = bytes !== undefined && (isFlattenedTree(bytes) || path.endsWith('.dtb'));
  if (isFlattened) return { path, ...readFlattenedTree(path, bytes) };
  const text = files.readText(path);
  if (text === undefined) return { path, tree: undefined, diagnostics: [missing(path)] };
  const run: Run = { files, options, diagnostics: [], included: 0 };
  const lines = linesOfSource(run, path, text, 0);
  for (const overlay of options.overlays ?? []) {
    const more = files.readText(overlay);
    if (more === undefined) run.diagnostics.push(missing(overlay));
    else for (const line of linesOfSource(run, overlay, more, 0)) lines.push(line);
  }
  const source = sourceTextOf(path, lines);
  const { tree, diagnostics } = readDeviceSource(source, files);
  return { path, tree, diagnostics: [...run.diagnostics, ...diagnostics] };
}

function missing(path: string): Diagnostic {
  return {
    file: path,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: 'error',
    code: 'file-missing',
    message: `There is no device tree \`${path}\`, or it cannot be read.`,
  };
}

interface Run {
  readonly files: SourceFiles;
  readonly options: DeviceTreeOptions;
  readonly diagnostics: Diagnostic[];
  included: number;
}

const deepestInclude = 32;
const mostIncludes = 1_000;

function linesOfSource(run: Run, path: string, text: string, depth: number): SourceLine[] {
  const { lines, diagnostics } = preprocess(path, text, run.files, {
    defines: run.options.defines,
    includePaths: run.options.includePaths,
    comments: 'slashes',
    unknown: 'text',
  });
  for (const diagnostic of diagnostics) run.diagnostics.push(diagnostic);
  const all: SourceLine[] = [];
  for (const line of lines) {
    const match = /^\s*\/include\/\s*"([^"]*)"\s*$/.exec(line.text);
    if (match === null) all.push(line);
    else for (const each of includedLines(run, path, line, match[1] ?? '', depth)) all.push(each);
  }
  return all;
}

function includedLines(
  run: Run,
  from: string,
  line: SourceLine,
  name: string,
  depth: number,
): SourceLine[] {
  const place = placeOf(line, line.text.indexOf('"'), line.text.trimEnd().length);
  run.included += 1;
  if (depth >= deepestInclude || run.included > mostIncludes) {
    const message = `\`${name}\` is included inside itself, or there are more than ${String(mostIncludes)} inclusions.`;
    run.diagnostics.push(diagnosticAt(place, 'error', 'include-recursion', message));
    return [];
  }
  const folders = [joinPath(from, '..'), ...run.options.includePaths];
  for (const folder of folders) {
    const path = joinPath(folder, name);
    const text = run.files.readText(path);
    if (text !== undefined) return linesOfSource(run, path, text, depth + 1);
  }
  const looked = folders.map((folder) => `\`${joinPath(folder, name)}\``).join(', ');
  const message = `There is no file \`${name}\`; looked for: ${looked}.`;
  run.diagnostics.push(diagnosticAt(place, 'error', 'include-missing', message));
  return [];
}
