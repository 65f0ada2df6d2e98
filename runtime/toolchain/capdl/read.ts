/**
 * Reads capDL: the tree, every problem in one run, and the specification, which is made when it is asked for.
 * Total. Problems of single declarations are kept with their block, so that an edit checks again only what it
 * touched; what depends on several declarations is always looked at anew.
 */
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { plainSourceText, type SourceText } from '../text/source-text.js';
import { buildSpec } from './build-spec.js';
import { checkCapabilities } from './check-capabilities.js';
import { declarationProblems } from './check-declaration.js';
import { checkDialect, type CapdlDialect } from './check-dialect.js';
import { checkFiles, type KnownFiles } from './check-files.js';
import { checkMappings } from './check-mappings.js';
import { checkMemory } from './check-memory.js';
import { checkThreads } from './check-threads.js';
import { checkUsage } from './check-usage.js';
import { linkCapabilities } from './link-capabilities.js';
import { linkObjects } from './link-objects.js';
import { linkArchitecture, linkDomains, linkInterrupts } from './link-sections.js';
import { newReporter, type Linked } from './linked.js';
import { parseText, syntaxProblems } from './parse.js';
import { diagnosticOf, movedProblem, type Problem } from './problem.js';
import type { CapdlArchitecture, CapdlSpec } from './spec.js';
import { capdlSymbols, type CapdlSymbols } from './symbols.js';
import type { Block, CapdlTree } from './tree.js';

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
  return analyzeTree(source, parseText(source.text), options, newKeptChecks());
}

/** What is kept from one version of a text to the next. */
export interface KeptChecks {
  readonly declarations: WeakMap<Block, KeptProblems>;
  readonly files: KnownFiles;
}

interface KeptProblems {
  readonly architecture: CapdlArchitecture | undefined;
  readonly problems: readonly Problem[];
}

export const newKeptChecks = (): KeptChecks => ({ declarations: new WeakMap(), files: new Map() });

export function analyzeTree(
  source: SourceText,
  tree: CapdlTree,
  { dialect, files }: AnalyzeOptions,
  kept: KeptChecks,
): CapdlAnalysis {
  const reporter = newReporter();
  const architecture = linkArchitecture(tree, reporter);
  for (const { start, block } of tree.blocks) {
    if (block.node.kind !== 'object') continue;
    for (const problem of keptProblems(block, architecture, kept)) {
      reporter.add(movedProblem(problem, start));
    }
  }
  const objects = linkObjects(tree, reporter);
  const table = linkCapabilities(tree, objects);
  const linked: Linked = {
    architecture,
    objects: objects.objects,
    arrays: objects.arrays,
    capabilities: table.capabilities,
    capabilityNames: table.names,
    derivations: table.derivations,
    irqs: linkInterrupts(tree, objects),
    domains: linkDomains(tree, reporter),
  };
  checkCapabilities(linked, reporter);
  checkMappings(linked, objects, reporter);
  checkMemory(linked, reporter);
  checkThreads(linked, reporter);
  if (dialect !== undefined) checkDialect(tree, linked, dialect, reporter);
  if (files !== undefined) {
    checkFiles(tree, { path: source.path, files, known: kept.files }, reporter);
  }
  const syntax = syntaxProblems(tree);
  // After a fault in the syntax much is unused that would not be.
  if (syntax.length === 0) checkUsage(linked, reporter);
  const problems = [...syntax, ...reporter.problems].sort((a, b) => a.start - b.start);
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

function keptProblems(
  block: Block,
  architecture: CapdlArchitecture | undefined,
  { declarations }: KeptChecks,
): readonly Problem[] {
  const known = declarations.get(block);
  if (known?.architecture === architecture && known !== undefined) return known.problems;
  const { node } = block;
  const problems = node.kind === 'object' ? declarationProblems(node, architecture) : [];
  declarations.set(block, { architecture, problems });
  return problems;
}
