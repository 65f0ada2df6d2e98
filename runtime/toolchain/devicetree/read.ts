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
  const run: Run = { files, options, diagnostics: [], refused: new Set(), included: 0 };
  const lines = linesOfSource(run, [path], text);
  for (const overlay of options.overlays ?? []) {
    const more = files.readText(overlay);
    if (more === undefined) run.diagnostics.push(missing(overlay));
    else for (const line of linesOfSource(run, [overlay], more)) lines.push(line);
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
  /** Places of inclusions that were too many: a place is told once, however often it is read. */
  readonly refused: Set<string>;
  included: number;
}

const deepestInclude = 32;
const mostIncludes = 1_000;

/** `chain` is the file, and in front of it those that it is included by. */
function linesOfSource(run: Run, chain: readonly string[], text: string): SourceLine[] {
  const path = chain.at(-1) ?? '';
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
    else for (const each of includedLines(run, chain, line, match[1] ?? '')) all.push(each);
  }
  return all;
}

function includedLines(
  run: Run,
  chain: readonly string[],
  line: SourceLine,
  name: string,
): SourceLine[] {
  const place = placeOf(line, line.text.indexOf('"'), line.text.trimEnd().length);
  const refuse = (): SourceLine[] => {
    const { start } = place.range;
    const key = `${String(start.line)} ${String(start.character)} ${place.file}`;
    if (run.refused.has(key)) return [];
    run.refused.add(key);
    const message = `\`${name}\` is included inside itself, or there are more than ${String(mostIncludes)} inclusions.`;
    run.diagnostics.push(diagnosticAt(place, 'error', 'include-recursion', message));
    return [];
  };
  run.included += 1;
  if (chain.length > deepestInclude || run.included > mostIncludes) return refuse();
  const folders = [joinPath(chain.at(-1) ?? '', '..'), ...run.options.includePaths];
  for (const folder of folders) {
    const path = joinPath(folder, name);
    // No condition is in the way of `/include/`: it would go on for ever.
    if (chain.includes(path)) return refuse();
    const text = run.files.readText(path);
    if (text !== undefined) return linesOfSource(run, [...chain, path], text);
  }
  const looked = folders.map((folder) => `\`${joinPath(folder, name)}\``).join(', ');
  const message = `There is no file \`${name}\`; looked for: ${looked}.`;
  run.diagnostics.push(diagnosticAt(place, 'error', 'include-missing', message));
  return [];
}
