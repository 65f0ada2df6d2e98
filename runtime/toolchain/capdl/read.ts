/**
 * Reads capDL: the tree, every problem in one run, and the specification, which is made when it is asked for.
 * Total. A file that is edited is kept up to date by `document.ts`.
 */
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { plainSourceText, type SourceText } from '../text/source-text.js';
import { buildSpec } from './build-spec.js';
import type { CapdlDialect } from './check-dialect.js';
import type { Linked } from './linked.js';
import { linkTree, type LinkedTree } from './linker.js';
import { parseText } from './parse.js';
import { diagnosticOf } from './problem.js';
import type { CapdlSpec } from './spec.js';
import { capdlSymbols, type CapdlSymbols } from './symbols.js';
import type { CapdlTree } from './tree.js';

export interface CapdlOptions {
  /** Which capDL-tool the file is for; undefined: what either of them reads is fine. */
  readonly dialect?: CapdlDialect | undefined;
}

export interface CapdlAnalysis {
  readonly source: SourceText;
  readonly tree: CapdlTree;
  readonly linked: Linked;
  /** Undefined without an architecture. What could not be read is left out of it. */
  readonly spec: CapdlSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: CapdlSymbols;
}

export function readCapdl(
  path: string,
  files: SourceFiles,
  options: CapdlOptions = {},
): CapdlAnalysis {
  const text = files.readText(path);
  const analysis = analyzeCapdl(path, text ?? '', { ...options, files });
  if (text !== undefined) return analysis;
  const message = 'The file cannot be read.';
  return {
    ...analysis,
    diagnostics: [{ file: path, range: noRange, severity: 'error', code: 'missing-file', message }],
  };
}

export interface AnalyzeOptions extends CapdlOptions {
  /** Without them it is not looked whether the files of `fill` exist. */
  readonly files?: SourceFiles;
}

export function analyzeCapdl(
  path: string,
  text: string,
  options: AnalyzeOptions = {},
): CapdlAnalysis {
  const source = plainSourceText(path, text, { lineMarkers: true });
  const tree = parseText(source.text);
  const linking = linkTree(tree, { ...options, path, text: source.text });
  for (;;) {
    const { done, value } = linking.next();
    if (done === true) return analysisOf(source, tree, value);
  }
}

/** What is made of a tree when it is asked for. */
export function analysisOf(
  source: SourceText,
  tree: CapdlTree,
  { linked, problems }: LinkedTree,
): CapdlAnalysis {
  let diagnostics: readonly Diagnostic[] | undefined;
  let spec: { readonly built: CapdlSpec | undefined } | undefined;
  let symbols: CapdlSymbols | undefined;
  return {
    source,
    tree,
    linked,
    get spec() {
      return (spec ??= { built: buildSpec(linked, source) }).built;
    },
    get diagnostics() {
      return (diagnostics ??= problems.map((problem) => diagnosticOf(source, problem)));
    },
    get symbols() {
      return (symbols ??= capdlSymbols(source, tree, linked));
    },
  };
}
