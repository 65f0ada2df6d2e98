/**
 * How a name is found: from the inside out, and down through the parts of a dotted name. A step into an
 * instance is a step into its component. The outermost scope is all files' items in the order of their
 * imports; a name of an item further down is found, too, and said to be a forward reference.
 */
import { appendTo } from './multi-map.js';
import type { Reference } from './tree.js';
import type { CamkesSymbol, SymbolKind } from './symbol.js';

export interface GlobalScope {
  readonly byName: ReadonlyMap<string, readonly CamkesSymbol[]>;
  /** The position of each item in the order in which the reference tools see them. */
  readonly order: ReadonlyMap<CamkesSymbol, number>;
  /** Instances, groups and connections of all assemblies, which see each other. */
  readonly assemblies: CamkesSymbol[];
}

export interface Scope {
  readonly global: GlobalScope;
  /** The top-level item that the name stands in; undefined for a place outside of all. */
  readonly item: CamkesSymbol | undefined;
  /** From the inside out, without the global scope. */
  readonly containers: readonly CamkesSymbol[];
}

export type Lookup =
  /** One symbol for each part of the name. */
  | { readonly kind: 'found'; readonly path: readonly CamkesSymbol[]; readonly isForward: boolean }
  /** It hangs on something that could not be resolved, which was reported there. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'missing';
      /** The index of the part that is not there. */
      readonly part: number;
      /** What the part was looked for in; undefined for the first one. */
      readonly inside: CamkesSymbol | undefined;
      /** The symbols of the parts before it. */
      readonly path: readonly CamkesSymbol[];
    }
  /** There is such a name, but for another kind of thing. */
  | { readonly kind: 'other'; readonly path: readonly CamkesSymbol[] };

export function globalScopeOf(items: readonly CamkesSymbol[]): GlobalScope {
  const byName = new Map<string, CamkesSymbol[]>();
  const order = new Map<CamkesSymbol, number>();
  for (const item of items) {
    order.set(item, order.size);
    if (item.name !== '') appendTo(byName, item.name, item);
  }
  const assemblies = items
    .filter(({ kind }) => kind === 'assembly')
    .flatMap(({ members }) => members.filter(({ kind }) => kind === 'composition'));
  return { byName, order, assemblies };
}

/** The chain of containers of a symbol, itself first. */
export function scopeOf(global: GlobalScope, inside: CamkesSymbol): Scope {
  const containers: CamkesSymbol[] = [];
  let item = inside;
  for (let at: CamkesSymbol | undefined = inside; at !== undefined; at = at.container) {
    containers.push(at);
    item = at;
  }
  return { global, item, containers };
}

/** What a step into a symbol sees; undefined where that could not be resolved. */
export const insideOf = (symbol: CamkesSymbol): CamkesSymbol | undefined =>
  symbol.kind === 'instance' ? symbol.type : symbol;

export function lookUp(
  scope: Scope,
  parts: Reference['parts'],
  isWanted: (kind: SymbolKind) => boolean,
): Lookup {
  const first = parts[0]?.text ?? '';
  if (first === '') return { kind: 'unknown' };
  let failure: Lookup = { kind: 'missing', part: 0, inside: undefined, path: [] };
  let forward: Lookup | undefined;
  for (const { symbol, isForward } of candidates(scope, first)) {
    const result = descend(symbol, parts, isWanted);
    if (result.kind === 'found' && !isForward) return result;
    if (result.kind === 'found') forward ??= { ...result, isForward: true };
    else if (rank(result) > rank(failure)) failure = result;
  }
  return forward ?? failure;
}

/** How much a failed search tells: something that is not resolved explains all, a longer way more than a shorter. */
function rank(lookup: Lookup): number {
  if (lookup.kind === 'unknown') return Infinity;
  if (lookup.kind === 'missing') return lookup.part * 2;
  return lookup.kind === 'other' ? lookup.path.length * 2 - 1 : -1;
}

function* candidates(
  { global, item, containers }: Scope,
  name: string,
): Iterable<{ symbol: CamkesSymbol; isForward: boolean }> {
  for (const container of containers)
    for (const symbol of container.membersByName.get(name) ?? [])
      yield { symbol, isForward: false };
  const here = (item && global.order.get(item)) ?? Infinity;
  for (const symbol of global.byName.get(name) ?? [])
    yield { symbol, isForward: (global.order.get(symbol) ?? 0) >= here };
  if (item?.kind !== 'assembly') return;
  for (const composition of global.assemblies) {
    if (containers.includes(composition)) continue;
    const assembly = composition.container;
    const isForward = assembly !== undefined && (global.order.get(assembly) ?? 0) >= here;
    for (const symbol of composition.membersByName.get(name) ?? []) yield { symbol, isForward };
  }
}

function descend(
  head: CamkesSymbol,
  parts: Reference['parts'],
  isWanted: (kind: SymbolKind) => boolean,
): Lookup {
  const path = [head];
  let at = head;
  for (let part = 1; part < parts.length; part += 1) {
    const inside = insideOf(at);
    if (inside === undefined) return { kind: 'unknown' };
    const isLast = part === parts.length - 1;
    const found = inside.membersByName.get(parts[part]?.text ?? '') ?? [];
    const next = (isLast ? found.find(({ kind }) => isWanted(kind)) : undefined) ?? found[0];
    if (next === undefined)
      return inside.isOpen ? { kind: 'unknown' } : { kind: 'missing', part, inside: at, path };
    path.push(next);
    at = next;
  }
  return isWanted(at.kind) ? { kind: 'found', path, isForward: false } : { kind: 'other', path };
}

/** The names of some kind that can be said here, those further down included. */
export function visibleNames(
  { global, item, containers }: Scope,
  isWanted: (kind: SymbolKind) => boolean,
): CamkesSymbol[] {
  const visible = [
    ...containers.map(({ members }) => members),
    ...global.byName.values(),
    ...(item?.kind === 'assembly' ? global.assemblies : []).flatMap((composition) =>
      containers.includes(composition) ? [] : [composition.members],
    ),
  ].flat();
  return visible.filter(({ kind, name }) => name !== '' && isWanted(kind));
}
