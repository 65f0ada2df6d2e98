/**
 * A whole CAmkES system from its root file: imports, names, hierarchy, settings, connections. The stages
 * are those of the reference tools, but none stops at a mistake: what could not be understood is left
 * out of the later ones, so that each mistake is told once. A file without an assembly is read as well.
 * languages.md 2(a).
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { DeviceTreeFile } from '../devicetree/read.js';
import type { SourceFiles } from '../text/source-files.js';
import { checkAssembly, checkHasAssembly } from './check-assembly.js';
import { checkConnections } from './check-connections.js';
import { checkDeclarations } from './check-declarations.js';
import { checkConnectorsKnown, checkDialect } from './check-dialect.js';
import { checkDuplicates } from './check-duplicates.js';
import { checkImports } from './check-imports.js';
import { checkSettingNames, checkSettledSettings } from './check-settings.js';
import { checkDefaults } from './check-values.js';
import { checkUnused } from './check-unused.js';
import type { CompiledAs } from './compiled-as.js';
import { connectorRow } from './connectors.js';
import { flatten } from './flatten.js';
import { headerTypesOf } from './header-types.js';
import { readImportGraph, type ImportLink, type ImportOptions } from './import-graph.js';
import { attributeDeclaration, liftAll, newLift } from './lift.js';
import { mergeConnections } from './merge-connections.js';
import type { CamkesFile } from './read-file.js';
import { newReport } from './report.js';
import { resolveCompositions } from './resolve-composition.js';
import { declareNames, resolveTypes, type Names, type ResolveOptions } from './resolve.js';
import { newAnswers, type AnsweredQuery } from './settle-query.js';
import { settleSettings } from './settings.js';
import type { CamkesSymbol } from './symbol.js';
import { createSymbolIndex, type SymbolIndex } from './symbol-index.js';
import type { CamkesSystem, Dialect } from './system.js';
import { systemOf } from './make-system.js';
import type { CompileOptions } from './compile.js';
import { checkSystem } from './system-checks.js';

export interface CamkesOptions extends ImportOptions, ResolveOptions, CompilationOptions {
  /** Undefined: whichever the files are written in, and nothing is said about it. */
  readonly dialect: Dialect | undefined;
  /** Whether a root without an assembly is a mistake: it is when a system is to be built. */
  readonly needsAssembly?: boolean;
  /** What the connectors of the project are compiled as. */
  readonly compiledAs?: CompiledAs;
  /** That of the board, read when a query asks for it; without it the values of queries are not known. */
  readonly deviceTree?: () => DeviceTreeFile | undefined;
}

/** Of the build that the system is for: some checks need to know how it compiles. */
type CompilationOptions = Pick<CompileOptions, 'architecture' | 'isMcs' | 'defaultStackBytes'>;

export interface CamkesAnalysis {
  /** By path; the root is the first. Library files have paths that begin with `builtin:/`. */
  readonly files: ReadonlyMap<string, CamkesFile>;
  /** Undefined without an assembly. With errors it holds what was understood. */
  readonly system: CamkesSystem | undefined;
  /** Of all files, sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly symbols: SymbolIndex;
  readonly imports: readonly ImportLink[];
  /** Undefined when no query asks for one. */
  readonly deviceTree: DeviceTreeFile | undefined;
  /** Queries of the device tree with the nodes that they found. */
  readonly queries: readonly AnsweredQuery[];
  /** Given, or read off the files. */
  readonly dialect: Dialect;
}

export function analyzeCamkes(
  root: string,
  files: SourceFiles,
  options: CamkesOptions,
): CamkesAnalysis {
  const graph = readImportGraph(root, files, options);
  const report = newReport();
  for (const { diagnostics } of [graph, ...graph.files.values()])
    for (const diagnostic of diagnostics) report.diagnostics.push(diagnostic);

  const names = declareNames(graph, report, options);
  resolveTypes(names);
  const dialect = options.dialect ?? dialectOf(names, options.compiledAs);
  checkDuplicates(names);
  const compositions = resolveCompositions(names);
  const lift = newLift(report, {
    isComposite: (component) => (compositions.parts.get(component)?.compositions.length ?? 0) > 0,
    headerTypes: headerTypesOf(names, files, { ...options, root }),
  });
  liftAll(lift, names.ownSymbols);
  checkConnections({ names, compositions, lift, dialect });

  checkDeclarations(names);
  checkDefaults(report, names.ownSymbols, (symbol) => attributeDeclaration(lift, symbol));
  checkSettingNames({ names, compositions, lift, dialect: options.dialect });

  const assemblies = names.items.filter(({ kind }) => kind === 'assembly');
  const flat = flatten(names, compositions, lift, assemblies);
  const answers = newAnswers(options.deviceTree);
  const settings = settleSettings(lift, flat, answers);
  report.diagnostics.push(...(answers.deviceTree()?.diagnostics ?? []));
  const connections = mergeConnections(lift, flat);
  const whole = { names, compositions, lift, flat, connections, dialect };
  if (options.needsAssembly === true) checkHasAssembly(whole, root);
  checkAssembly(whole);
  checkSettledSettings(names, flat, settings);
  checkImports(names);
  checkUnused(names, compositions, flat, connections);
  checkDialect(names, options.dialect);
  checkConnectorsKnown(names, lift, options.compiledAs);
  const system = names.hasAssembly
    ? systemOf({
        names,
        lift,
        dialect,
        flat,
        settings,
        connections,
        compiledAs: options.compiledAs,
      })
    : undefined;
  if (system !== undefined) {
    // What a missing file would have set is not known.
    const checks = checkSystem(system, options);
    report.diagnostics.push(
      ...checks.filter(({ code }) => !graph.hasMissing || code !== 'missing-setting'),
    );
  }
  return {
    files: graph.files,
    system,
    diagnostics: sorted(report.diagnostics, [...graph.files.keys()]),
    symbols: createSymbolIndex(names),
    imports: graph.imports,
    deviceTree: answers.deviceTree(),
    queries: answers.answered,
    dialect,
  };
}

/** Sparrow when something is used that only Sparrow has. */
function dialectOf({ references, items }: Names, compiledAs: CompiledAs | undefined): Dialect {
  const knownName = ({ kind, name }: CamkesSymbol): string =>
    (kind === 'connector' ? compiledAs?.get(name) : undefined) ?? name;
  const isSparrow =
    references.some(({ symbol }) => connectorRow(knownName(symbol))?.dialect === 'sparrow') ||
    items.some(({ members }) =>
      members.some(({ kind, node }) => kind === 'has' && node.kind === 'copyregion'),
    );
  return isSparrow ? 'sparrow' : 'upstream';
}

/** By file in the order of reading, then from top to bottom. A header that several files include speaks once. */
function sorted(diagnostics: readonly Diagnostic[], order: readonly string[]): Diagnostic[] {
  const rank = new Map(order.map((path, index) => [path, index]));
  const rankOf = ({ file }: Diagnostic): number => rank.get(file) ?? order.length;
  const distinct = new Map(
    diagnostics.map((diagnostic) => {
      const { file, range, code, message } = diagnostic;
      return [JSON.stringify([file, range, code, message]), diagnostic];
    }),
  );
  return [...distinct.values()].sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      left.file.localeCompare(right.file) ||
      left.range.start.line - right.range.start.line ||
      left.range.start.character - right.range.start.character,
  );
}
