/**
 * The named things of CAmkES files as symbols: what each declares, where, and inside of what. A symbol is
 * made from the tree of one file alone; `type`, the other end of its reference, is filled in when names
 * are resolved. Nameless things (a composition in an assembly) are symbols, too, with an empty name.
 */
import type { Span } from '../text/source-text.js';
import type { Place } from '../text/source-line.js';
import type { CamkesFile } from './read-file.js';
import type {
  Assembly,
  AttributeMember,
  Component,
  Composition,
  Configuration,
  ConnectionMember,
  Connector,
  Group,
  HasMember,
  InstanceMember,
  InterfaceMember,
  Method,
  Parameter,
  Procedure,
  Struct,
} from './tree.js';

export type Declaring =
  | { readonly kind: 'assembly'; readonly node: Assembly }
  | { readonly kind: 'component'; readonly node: Component }
  | { readonly kind: 'composition'; readonly node: Composition }
  | { readonly kind: 'configuration'; readonly node: Configuration }
  | { readonly kind: 'connector'; readonly node: Connector }
  | { readonly kind: 'procedure'; readonly node: Procedure }
  | { readonly kind: 'struct'; readonly node: Struct }
  | { readonly kind: 'instance'; readonly node: InstanceMember }
  | { readonly kind: 'connection'; readonly node: ConnectionMember }
  | { readonly kind: 'group'; readonly node: Group }
  | { readonly kind: 'interface'; readonly node: InterfaceMember }
  | { readonly kind: 'has'; readonly node: HasMember }
  | { readonly kind: 'attribute'; readonly node: AttributeMember }
  | { readonly kind: 'method'; readonly node: Method }
  | { readonly kind: 'parameter'; readonly node: Parameter };

export type SymbolKind = Declaring['kind'];

export type CamkesSymbol<Kind extends SymbolKind = SymbolKind> = SymbolFacts &
  Extract<Declaring, { readonly kind: Kind }>;

interface SymbolFacts {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly file: CamkesFile;
  readonly container: CamkesSymbol | undefined;
  /** In the order of the source. */
  readonly members: readonly CamkesSymbol[];
  readonly membersByName: ReadonlyMap<string, readonly CamkesSymbol[]>;
  /** Whether a macro of a missing header may stand for more members. */
  readonly isOpen: boolean;
  /** An instance's component, an interface's procedure, a connection's connector, an attribute's struct. */
  type: CamkesSymbol | undefined;
}

/** The name's place, for a message or a jump. */
export const placeOfName = ({ file, nameSpan }: CamkesSymbol): Place =>
  file.source.placeOf(nameSpan);

export const placeOfWhole = ({ file, span }: CamkesSymbol): Place => file.source.placeOf(span);

/** As a reader would call it: "dataport", "mutex", "component". */
export function nounOf(symbol: CamkesSymbol): string {
  switch (symbol.kind) {
    case 'has':
      return symbol.node.kind.replace('_', ' ');
    case 'interface':
      return 'interface';
    default:
      return symbol.kind;
  }
}

export const articleOf = (noun: string): string => (/^[aeiou]/.test(noun) ? 'an' : 'a');

/** The names around it and its own, joined by dots: `Sensor.data`. */
export function pathOf(symbol: CamkesSymbol): string {
  const names: string[] = [];
  for (let at: CamkesSymbol | undefined = symbol; at !== undefined; at = at.container)
    if (at.name !== '') names.unshift(at.name);
  return names.join('.');
}

/** These symbols and all inside of them, containers first. */
export function allSymbols(items: readonly CamkesSymbol[]): CamkesSymbol[] {
  const all: CamkesSymbol[] = [];
  const queue = [...items].reverse();
  for (let symbol = queue.pop(); symbol !== undefined; symbol = queue.pop()) {
    all.push(symbol);
    for (const member of [...symbol.members].reverse()) queue.push(member);
    if (symbol.type?.container === symbol) queue.push(symbol.type);
  }
  return all;
}

export function membersOfKind<Kind extends SymbolKind>(
  symbol: CamkesSymbol,
  kind: Kind,
): CamkesSymbol<Kind>[] {
  return symbol.members.filter((member): member is CamkesSymbol<Kind> => member.kind === kind);
}

export function memberNamed<Kind extends SymbolKind>(
  symbol: CamkesSymbol,
  name: string,
  kind: Kind,
): CamkesSymbol<Kind> | undefined {
  return symbol.membersByName
    .get(name)
    ?.find((member): member is CamkesSymbol<Kind> => member.kind === kind);
}

/** The instances of a composition, those of its groups included. */
export const instancesIn = (composition: CamkesSymbol): CamkesSymbol<'instance'>[] =>
  composition.members.flatMap((member) =>
    member.kind === 'group'
      ? membersOfKind(member, 'instance')
      : member.kind === 'instance'
        ? [member]
        : [],
  );
