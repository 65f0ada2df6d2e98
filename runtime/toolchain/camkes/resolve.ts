/**
 * Resolves the names of all files: types of members first, then what compositions and configurations say.
 * Every reference that was found is recorded, for the editor; every one that was not is reported once,
 * and what hangs on it is left alone. Stage 4 of the reference tools, languages.md 2(a).
 */
import type { Span } from '../text/source-text.js';
import { nearestName } from '../text/suggest.js';
import { isBuiltin } from './builtin-library.js';
import { renamedConnector } from './connectors.js';
import { declareItem } from './declare.js';
import { importFix, skeletonFix, type ImportFixOptions } from './declaration-fixes.js';
import type { ImportGraph } from './import-graph.js';
import type { CamkesFile } from './read-file.js';
import { givesAdvice, listOf, relatedTo, replaceFix, reportIn, type Report } from './report.js';
import {
  globalScopeOf,
  lookUp,
  scopeOf,
  visibleNames,
  type GlobalScope,
  type Lookup,
  type Scope,
} from './scope.js';
import { allSymbols, articleOf, nounOf, type CamkesSymbol, type SymbolKind } from './symbol.js';
import type { Reference, TypeName } from './tree.js';

export interface SymbolReference {
  readonly symbol: CamkesSymbol;
  readonly file: CamkesFile;
  readonly span: Span;
  /** What the name says there: `setting-prefix` is the `mmio` of `uart.mmio_paddr`. */
  readonly role: 'type' | 'end' | 'export' | 'setting' | 'setting-prefix' | 'use';
}

export interface ResolveOptions extends ImportFixOptions {
  readonly allowForwardReferences?: boolean;
}

export interface Names {
  readonly graph: ImportGraph;
  readonly global: GlobalScope;
  /** Top-level items in the order in which the reference tools see them. */
  readonly items: readonly CamkesSymbol[];
  /** All but those of the built-in library, which needs no checks; what is inside of items, too. */
  readonly ownItems: readonly CamkesSymbol[];
  readonly ownSymbols: readonly CamkesSymbol[];
  readonly references: SymbolReference[];
  readonly report: Report;
  readonly options: ResolveOptions;
  /** A system is only whole with an assembly; a file without one is a part of some other system. */
  readonly hasAssembly: boolean;
}

export function declareNames(graph: ImportGraph, report: Report, options: ResolveOptions): Names {
  const items: CamkesSymbol[] = [];
  for (const { item, file } of graph.items) {
    const symbol = declareItem(item, file);
    if (symbol !== undefined) items.push(symbol);
  }
  const hasAssembly = items.some(({ kind }) => kind === 'assembly');
  const global = globalScopeOf(items);
  const ownItems = items.filter(({ file }) => !isBuiltin(file.path));
  const ownSymbols = allSymbols(ownItems);
  return {
    graph,
    global,
    items,
    ownItems,
    ownSymbols,
    references: [],
    report,
    options,
    hasAssembly,
  };
}

/** Fills in `type` of every symbol that has one. */
export function resolveTypes(names: Names): void {
  for (const symbol of allSymbols(names.items)) resolveTypeOf(names, symbol);
}

function resolveTypeOf(names: Names, symbol: CamkesSymbol): void {
  if (symbol.type !== undefined) return;
  switch (symbol.kind) {
    case 'instance':
      symbol.type = resolveName(names, symbol, symbol.node.type, 'component');
      break;
    case 'connection':
      symbol.type = resolveName(names, symbol, symbol.node.connector, 'connector');
      break;
    case 'interface':
      if (symbol.node.kind === 'uses' || symbol.node.kind === 'provides')
        symbol.type = resolveName(names, symbol, symbol.node.type, 'procedure');
      break;
    case 'attribute':
      // The reference tools never look at the types of a connector's attributes.
      if (symbol.container?.kind !== 'connector')
        symbol.type = resolveAttributeType(names, symbol, symbol.node.type);
      break;
    default:
      break;
  }
}

const nativeTypes: ReadonlySet<string> = new Set([
  'int',
  'integer',
  'signed',
  'signed int',
  'signed integer',
  'unsigned',
  'unsigned int',
  'unsigned integer',
  'char',
  'signed char',
  'unsigned char',
  'string',
  'int64_t',
  'uint64_t',
]);

function resolveAttributeType(
  names: Names,
  symbol: CamkesSymbol,
  type: TypeName,
): CamkesSymbol | undefined {
  if (type.fields !== undefined || nativeTypes.has(type.text)) return undefined;
  if (type.text.startsWith('struct ')) {
    const name = type.text.slice('struct '.length);
    reportIn(names.report, symbol.file, type.span, {
      code: 'invalid-type',
      message: `An attribute's type cannot be \`${type.text}\`: write \`${name}\` alone for a struct that is declared.`,
      fixes: [replaceFix(symbol.file, type.span, name)],
    });
    return undefined;
  }
  return type.reference === undefined
    ? undefined
    : resolveName(names, symbol, type.reference, 'struct');
}

/** A name for a thing of one kind; what was found is recorded, what was not is reported. */
export function resolveName(
  names: Names,
  from: CamkesSymbol,
  reference: Reference,
  kind: SymbolKind,
): CamkesSymbol | undefined {
  const scope = scopeOf(names.global, from.container ?? from);
  const lookup = lookUp(scope, reference.parts, (each) => each === kind);
  if (lookup.kind === 'found') {
    recordPath(names, from.file, reference, lookup.path, 'type');
    if (lookup.isForward) reportForward(names, from.file, reference, lookup);
    return lookup.path.at(-1);
  }
  if (lookup.kind !== 'unknown') reportUnknown(names, from, scope, reference, kind, lookup);
  return undefined;
}

export function recordPath(
  { references }: Names,
  file: CamkesFile,
  reference: Reference,
  path: readonly CamkesSymbol[],
  role: SymbolReference['role'],
): void {
  for (const [index, symbol] of path.entries()) {
    const span = reference.parts[index]?.span;
    if (span !== undefined) references.push({ symbol, file, span, role });
  }
}

export function reportForward(
  { report, options }: Names,
  file: CamkesFile,
  reference: Reference,
  { path }: { readonly path: readonly CamkesSymbol[] },
): void {
  const head = path[0];
  if (options.allowForwardReferences === true || head === undefined) return;
  reportIn(report, file, reference.span, {
    code: 'forward-reference',
    message: `\`${reference.text}\` is declared after its use here; CAmkES reads files from top to bottom, so the ${nounOf(head)} has to come first.`,
    related: [relatedTo(head, `\`${head.name}\` is declared here.`)],
  });
}

/** What a name of this kind may have meant. */
export const namesAround = (
  { report }: Names,
  scope: Scope,
  ...kinds: readonly SymbolKind[]
): readonly CamkesSymbol[] =>
  givesAdvice(report) ? visibleNames(scope, (kind) => kinds.includes(kind)) : [];

const codeOf = (kind: SymbolKind): string =>
  kind === 'struct' ? 'unknown-type' : `unknown-${kind}`;

function reportUnknown(
  names: Names,
  from: CamkesSymbol,
  scope: Scope,
  reference: Reference,
  kind: SymbolKind,
  lookup: Extract<Lookup, { kind: 'missing' | 'other' }>,
): void {
  const { report } = names;
  const { file } = from;
  if (lookup.kind === 'other') {
    const other = lookup.path.at(-1);
    const wanted = kind === 'struct' ? 'type' : kind;
    reportIn(report, file, reference.span, {
      severity: severityOfUnknown(names, file),
      code: codeOf(kind),
      message: `\`${reference.text}\` is ${other === undefined ? 'something else' : `${articleOf(nounOf(other))} ${nounOf(other)}`}; ${articleOf(wanted)} ${wanted} is expected here.`,
      related: other === undefined ? [] : [relatedTo(other, `\`${other.name}\` is declared here.`)],
    });
    return;
  }
  const name = reference.parts[lookup.part];
  if (name === undefined) return;
  const known = namesAround(names, scope, kind).map((each) => each.name);
  const near =
    (kind === 'connector' ? renamedConnector(name.text) : undefined) ??
    nearestName(name.text, [...known, ...(kind === 'struct' ? nativeTypes : [])]);
  const imports = importFix(names, file, kind, name.text);
  const what = kind === 'struct' ? 'a type that an attribute can have' : kind;
  const message =
    kind === 'struct'
      ? `\`${name.text}\` is not ${what}: that is a number type, \`string\`, or a struct that is declared before.`
      : `There is no ${what} \`${name.text}\`${names.hasAssembly ? '' : ' in this file or in what it imports'}.`;
  const advice =
    near === undefined
      ? imports === undefined
        ? ''
        : ` ${imports.hint}`
      : ` Did you mean \`${near}\`?`;
  reportIn(report, file, name.span, {
    severity: severityOfUnknown(names, file),
    code: codeOf(kind),
    message: message + advice,
    fixes: [
      ...(imports?.fixes ?? []),
      near === undefined ? undefined : replaceFix(file, name.span, near),
      skeletonFix(scope.item, kind, name.text),
    ],
  });
}

/**
 * A name may be declared by a file that was not found, by a macro of a header that was not, or, for a file
 * that is a part of some system, by what is imported before it there.
 */
export function severityOfUnknown(
  { graph, hasAssembly }: Names,
  file: CamkesFile,
): 'error' | 'warning' | 'hint' {
  if (graph.hasMissing) return 'hint';
  return hasAssembly && !file.isIncomplete ? 'error' : 'warning';
}

export const namesIn = (symbol: CamkesSymbol, kind: SymbolKind): string[] =>
  symbol.members.filter((each) => each.kind === kind).map(({ name }) => name);

export const listNames = (symbol: CamkesSymbol, kind: SymbolKind): string =>
  listOf(namesIn(symbol, kind));
