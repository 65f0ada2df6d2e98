/**
 * Where each name is declared and used, by file and position: what definition, references, rename, hover
 * and completion ask. A name that came out of a macro is shown at the use of the macro, and says so; it
 * cannot be renamed there.
 */
import { appendTo } from './multi-map.js';
import type { Position, Range } from '../text/diagnostic.js';
import type { Place } from '../text/source-line.js';
import type { Span } from '../text/source-text.js';
import type { CamkesFile } from './read-file.js';
import type { Names, SymbolReference } from './resolve.js';
import { scopeOf, visibleNames, type Scope } from './scope.js';
import {
  allSymbols,
  placeOfName,
  placeOfWhole,
  type CamkesSymbol,
  type SymbolKind,
} from './symbol.js';

export interface Mention {
  readonly symbol: CamkesSymbol;
  readonly place: Place;
  readonly role: 'declaration' | SymbolReference['role'];
}

export interface SymbolIndex {
  /** Every declared thing, containers before what is in them; nameless ones, too. */
  readonly symbols: readonly CamkesSymbol[];
  /** The declaration or use at a position; the narrowest where several are. */
  readonly mentionAt: (file: string, position: Position) => Mention | undefined;
  readonly symbolAt: (file: string, position: Position) => CamkesSymbol | undefined;
  /** Uses without the declaration. */
  readonly referencesOf: (symbol: CamkesSymbol) => readonly Mention[];
  readonly declarationOf: (symbol: CamkesSymbol) => {
    readonly name: Place;
    readonly whole: Place;
  };
  /** All declarations and uses of a file, from top to bottom. */
  readonly mentionsIn: (file: string) => readonly Mention[];
  /** What is around a position, and what can be named there. */
  readonly scopeAt: (file: string, position: Position) => NameScope;
}

export interface NameScope {
  /** From the inside out: composition, component, … Empty outside of every item. */
  readonly containers: readonly CamkesSymbol[];
  /** Things of a kind that can be named here. */
  readonly visible: <Kind extends SymbolKind>(kind: Kind) => readonly CamkesSymbol<Kind>[];
}

export function createSymbolIndex(names: Names): SymbolIndex {
  const symbols = allSymbols(names.items);
  const byFile = new Map<string, Mention[]>();
  const bySymbol = new Map<CamkesSymbol, Mention[]>();
  const add = (mention: Mention): void => {
    appendTo(byFile, mention.place.file, mention);
  };
  let isIndexed = false;
  const index = (): void => {
    if (isIndexed) return;
    isIndexed = true;
    for (const symbol of symbols)
      if (symbol.name !== '') add({ symbol, place: placeOfName(symbol), role: 'declaration' });
    for (const { symbol, file, span, role } of names.references) {
      const mention: Mention = { symbol, place: file.source.placeOf(span), role };
      add(mention);
      appendTo(bySymbol, symbol, mention);
    }
    for (const mentions of byFile.values()) mentions.sort(byStart);
  };
  const mentionsIn = (file: string): readonly Mention[] => {
    index();
    return byFile.get(file) ?? [];
  };
  const mentionAt = (file: string, position: Position): Mention | undefined =>
    narrowestAt(mentionsIn(file), position);
  return {
    symbols,
    mentionAt,
    mentionsIn,
    symbolAt: (file, position) => mentionAt(file, position)?.symbol,
    referencesOf: (symbol) => {
      index();
      return bySymbol.get(symbol) ?? [];
    },
    declarationOf: (symbol) => ({ name: placeOfName(symbol), whole: placeOfWhole(symbol) }),
    scopeAt: (file, position) => scopeAt(names, file, position),
  };
}

const byStart = ({ place: left }: Mention, { place: right }: Mention): number =>
  left.range.start.line - right.range.start.line ||
  left.range.start.character - right.range.start.character;

function narrowestAt(mentions: readonly Mention[], position: Position): Mention | undefined {
  let best: Mention | undefined;
  // A name is on one line, so only those of the line can hold the position.
  for (let at = firstOfLine(mentions, position.line); at < mentions.length; at += 1) {
    const mention = mentions[at];
    if (mention === undefined || mention.place.range.start.line > position.line) break;
    if (!contains(mention.place.range, position)) continue;
    if (best === undefined || widthOf(mention) < widthOf(best)) best = mention;
  }
  return best;
}

function firstOfLine(mentions: readonly Mention[], line: number): number {
  let low = 0;
  let high = mentions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mentions[middle]?.place.range.start.line ?? Infinity) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

const widthOf = ({ place: { range } }: Mention): number =>
  range.end.line > range.start.line ? Infinity : range.end.character - range.start.character;

const contains = ({ start, end }: Range, { line, character }: Position): boolean =>
  (line > start.line || (line === start.line && character >= start.character)) &&
  (line < end.line || (line === end.line && character <= end.character));

function scopeAt(names: Names, path: string, position: Position): NameScope {
  const innermost = innermostAt(names, path, position);
  const scope: Scope =
    innermost === undefined
      ? { global: names.global, item: undefined, containers: [] }
      : scopeOf(names.global, innermost);
  return {
    containers: scope.containers,
    visible: <Kind extends SymbolKind>(kind: Kind) =>
      visibleNames(scope, (each) => each === kind).filter(
        (each): each is CamkesSymbol<Kind> => each.kind === kind,
      ),
  };
}

function innermostAt(
  { items, graph }: Names,
  path: string,
  position: Position,
): CamkesSymbol | undefined {
  const offsets = new Map<CamkesFile, number | undefined>();
  for (const file of graph.files.values()) {
    const isShown = file.path === path || file.preprocessed.files.includes(path);
    if (isShown) offsets.set(file, file.source.offsetOf(path, position));
  }
  let inside = items;
  let innermost: CamkesSymbol | undefined;
  for (;;) {
    const next = inside.find(({ file, span }) => holds(span, offsets.get(file)));
    if (next === undefined) return innermost;
    innermost = next;
    inside = next.type?.container === next ? [next.type, ...next.members] : next.members;
  }
}

const holds = ({ start, end }: Span, offset: number | undefined): boolean =>
  offset !== undefined && offset > start && offset < end;
