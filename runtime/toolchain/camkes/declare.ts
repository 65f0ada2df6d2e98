/**
 * Makes the symbols of a file's tree, containers first. Members are not looked up here, and nothing is
 * reported: two members of one name are two symbols.
 */
import { appendTo } from './multi-map.js';
import type { CamkesFile } from './read-file.js';
import type { CamkesSymbol, Declaring } from './symbol.js';
import type {
  Assembly,
  Component,
  ComponentMember,
  Composition,
  Connector,
  InstanceMember,
  Item,
  Name,
  Procedure,
  Struct,
} from './tree.js';

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

const noMembers: readonly CamkesSymbol[] = [];
const noNames: ReadonlyMap<string, readonly CamkesSymbol[]> = new Map();

/** What has no members; most symbols have none. */
function leaf(
  declaring: Declaring,
  name: Name | undefined,
  file: CamkesFile,
  container: CamkesSymbol | undefined,
): CamkesSymbol {
  const { kind, node } = declaring;
  const { span } = node;
  // Written out, because copying the properties of a union is slow.
  const symbol = {
    kind,
    node,
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
  return symbol as CamkesSymbol;
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
  const facts = {
    members: [],
    membersByName: new Map<string, CamkesSymbol[]>(),
    isOpen: isOpen === 'open',
  };
  return Object.assign(leaf(declaring, name, file, container), facts);
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
