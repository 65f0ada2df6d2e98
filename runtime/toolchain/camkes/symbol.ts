/**
 * The named things of CAmkES files as symbols: what each declares, where, and inside of what. A symbol is
 * made from the tree of one file alone; `type`, the other end of its reference, is filled in when names
 * are resolved. Nameless things (a composition in an assembly) are symbols, too, with an empty name.
 */
import { appendTo } from './multi-map.js';
import type { Span } from '../text/source-text.js';
import type { Place } from '../text/source-line.js';
import type { CamkesFile } from './read-file.js';
import type {
  Assembly,
  AttributeMember,
  Component,
  ComponentMember,
  Composition,
  Configuration,
  ConnectionMember,
  Connector,
  Group,
  HasMember,
  InstanceMember,
  InterfaceMember,
  Item,
  Method,
  Name,
  Parameter,
  Procedure,
  Struct,
} from './tree.js';

type Declaring =
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

/** The symbol of a top-level item with all that is inside of it; undefined for an import and the like. */
export function declareItem(item: Item, file: CamkesFile): CamkesSymbol | undefined {
  switch (item.kind) {
    case 'assembly':
      return declareAssembly(item, file);
    case 'component':
      return declareComponent(item, file, undefined);
    case 'composition':
      return declareComposition(item, file, undefined);
    case 'configuration':
      return leaf({ kind: 'configuration', node: item }, item.name, file, undefined);
    case 'connector':
      return declareConnector(item, file, undefined);
    case 'procedure':
      return declareProcedure(item, file);
    case 'struct':
      return declareStruct(item, file);
    case 'import':
    case 'include':
    case 'opaque':
      return undefined;
  }
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

const noMembers: readonly CamkesSymbol[] = [];
const noNames: ReadonlyMap<string, readonly CamkesSymbol[]> = new Map();

/** What has no members; most symbols have none. */
function leaf(
  declaring: Declaring,
  name: Name | undefined,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
): CamkesSymbol {
  const { span } = declaring.node;
  return {
    ...declaring,
    name: name?.text ?? '',
    nameSpan: name?.span ?? { start: span.start, end: span.start },
    span,
    file,
    container,
    members: noMembers,
    membersByName: noNames,
    isOpen: false,
    type: undefined,
  };
}

type Growing = CamkesSymbol & {
  readonly members: CamkesSymbol[];
  readonly membersByName: Map<string, CamkesSymbol[]>;
};

/** What has members, which are added to it. */
function make(
  declaring: Declaring,
  name: Name | undefined,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
  isOpen: 'open' | 'closed' = 'closed',
): Growing {
  return {
    ...leaf(declaring, name, file, container),
    members: [],
    membersByName: new Map<string, CamkesSymbol[]>(),
    isOpen: isOpen === 'open',
  };
}

function add(container: Growing, member: CamkesSymbol): void {
  container.members.push(member);
  appendTo(container.membersByName, member.name, member);
}

const openness = (members: readonly { readonly kind: string }[]): 'open' | 'closed' =>
  members.some(({ kind }) => kind === 'opaque') ? 'open' : 'closed';

function declareAssembly(node: Assembly, file: CamkesFile): CamkesSymbol {
  const { members } = node;
  const symbol = make({ kind: 'assembly', node }, node.name, file, undefined, openness(members));
  for (const member of members) {
    if (member.kind === 'composition') add(symbol, declareComposition(member, file, symbol));
    if (member.kind === 'configuration')
      add(symbol, leaf({ kind: 'configuration', node: member }, member.name, file, symbol));
  }
  return symbol;
}

function declareComponent(
  node: Component,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
): CamkesSymbol {
  const isOpen = openness(node.members);
  const symbol = make({ kind: 'component', node }, node.name, file, container, isOpen);
  for (const member of node.members) {
    const declared = declareMember(member, file, symbol);
    if (declared !== undefined) add(symbol, declared);
  }
  return symbol;
}

function declareMember(
  member: ComponentMember,
  file: CamkesFile,
  component: CamkesSymbol,
): CamkesSymbol | undefined {
  switch (member.kind) {
    case 'uses':
    case 'provides':
    case 'emits':
    case 'consumes':
    case 'dataport':
      return leaf({ kind: 'interface', node: member }, member.name, file, component);
    case 'mutex':
    case 'semaphore':
    case 'binary_semaphore':
    case 'copyregion':
      return leaf({ kind: 'has', node: member }, member.name, file, component);
    case 'attribute':
      return leaf({ kind: 'attribute', node: member }, member.name, file, component);
    case 'composition':
      return declareComposition(member, file, component);
    case 'configuration':
      return leaf({ kind: 'configuration', node: member }, member.name, file, component);
    default:
      return undefined;
  }
}

function declareComposition(
  node: Composition,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
): CamkesSymbol {
  const isOpen = openness(node.members);
  const symbol = make({ kind: 'composition', node }, node.name, file, container, isOpen);
  for (const member of node.members) {
    if (member.kind === 'instance') add(symbol, declareInstance(member, file, symbol));
    if (member.kind === 'connection') {
      const connection = leaf({ kind: 'connection', node: member }, member.name, file, symbol);
      if (member.inline !== undefined)
        connection.type = declareConnector(member.inline, file, connection);
      add(symbol, connection);
    }
    if (member.kind === 'group') {
      const isOpenGroup = openness(member.instances);
      const group = make({ kind: 'group', node: member }, member.name, file, symbol, isOpenGroup);
      for (const each of member.instances)
        if (each.kind === 'instance') add(group, declareInstance(each, file, group));
      add(symbol, group);
    }
  }
  return symbol;
}

function declareInstance(
  node: InstanceMember,
  file: CamkesFile,
  container: CamkesSymbol,
): CamkesSymbol {
  const symbol = leaf({ kind: 'instance', node }, node.name, file, container);
  if (node.inline !== undefined) symbol.type = declareComponent(node.inline, file, symbol);
  return symbol;
}

function declareConnector(
  node: Connector,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
): CamkesSymbol {
  const symbol = make({ kind: 'connector', node }, node.name, file, container);
  for (const each of node.attributes)
    add(symbol, leaf({ kind: 'attribute', node: each }, each.name, file, symbol));
  return symbol;
}

function declareProcedure(node: Procedure, file: CamkesFile): CamkesSymbol {
  const isOpen = openness(node.members);
  const symbol = make({ kind: 'procedure', node }, node.name, file, undefined, isOpen);
  for (const member of node.members) {
    if (member.kind === 'attribute')
      add(symbol, leaf({ kind: 'attribute', node: member }, member.name, file, symbol));
    if (member.kind !== 'method') continue;
    const method = make({ kind: 'method', node: member }, member.name, file, symbol);
    for (const each of member.parameters)
      add(method, leaf({ kind: 'parameter', node: each }, each.name, file, method));
    add(symbol, method);
  }
  return symbol;
}

function declareStruct(node: Struct, file: CamkesFile): CamkesSymbol {
  const symbol = make({ kind: 'struct', node }, node.name, file, undefined);
  for (const field of node.fields)
    add(symbol, leaf({ kind: 'attribute', node: field }, field.name, file, symbol));
  return symbol;
}
