/**
 * Completion of the ends of a connection: instances with an interface that fits this end of this connector,
 * then their interfaces. What is connected already comes last, because most interfaces are connected once.
 */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { membersOfKind } from '../../runtime/toolchain/camkes/symbol.js';
import type { NameScope } from '../../runtime/toolchain/camkes/symbol-index.js';
import type { Token } from '../../runtime/toolchain/camkes/token.js';
import type { ConnectionEnd, ConnectionMember } from '../../runtime/toolchain/camkes/tree.js';
import type { TreeNode } from '../../runtime/toolchain/camkes/tree-nodes.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import { checksTypes, fitsEnd, interfacesOf, type EndOf } from './connector-ends.js';
import { detailOf } from './outline.js';
import { nodesAround, type CamkesView } from './view.js';

export function endItems(
  view: CamkesView,
  position: Position,
  statement: readonly Token[],
): CompletionItem[] | undefined {
  const open = statement.findIndex(({ text }) => text === '(');
  if (statement[0]?.text !== 'connection' || open < 0) return undefined;
  const inside = statement.slice(open + 1);
  const word = inside.findLastIndex(({ text }) => text === 'from' || text === 'to' || text === ',');
  const side = inside[word]?.text;
  if (side !== 'from' && side !== 'to') return endWords();
  const written = inside.slice(word + 1).filter(({ text }) => text !== '.');
  const scope = view.analysis.symbols.scopeAt(view.path, position);
  const connector = scope.visible('connector').find(({ name }) => name === statement[1]?.text);
  const others = otherEnds(view, position, scope);
  const types = checksTypes(connector) ? typesOf(others) : new Set<string>();
  const fits = (end: EndOf): boolean =>
    fitsEnd(connector, side, end) && (types.size === 0 || types.has(end.interface.node.type.text));
  if (written.length === 0) return startItems(view, scope, fits);
  const instance = instanceOf(
    scope,
    written.map(({ text }) => text),
  );
  if (instance === undefined) return [];
  if (instance.kind === 'group')
    return membersOfKind(instance, 'instance').map((each) => instanceItem(each));
  if (instance.type === undefined) return [];
  const all = interfacesOf(instance.type);
  const fitting = all.filter(fits);
  const shown = fitting.length > 0 ? fitting : all.filter((end) => fitsEnd(connector, side, end));
  const used = connectedOf(view, instance.name);
  return shown.map((end) => interfaceItem(end, end.interface.name, used.has(end.interface.name)));
}

function endWords(): CompletionItem[] {
  return ['from', 'to'].map((label) => ({ label, kind: CompletionItemKind.Keyword }));
}

/** Instances, their interfaces in one go, and the interfaces of the component around. */
function startItems(
  view: CamkesView,
  scope: NameScope,
  fits: (end: EndOf) => boolean,
): CompletionItem[] {
  const items: CompletionItem[] = [];
  for (const instance of scope.visible('instance')) {
    if (instance.type === undefined || instance.container?.kind === 'group') continue;
    const fitting = interfacesOf(instance.type).filter(fits);
    if (fitting.length === 0) continue;
    const used = connectedOf(view, instance.name);
    items.push(instanceItem(instance));
    for (const end of fitting) {
      const { name } = end.interface;
      items.push(interfaceItem(end, `${instance.name}.${name}`, used.has(name)));
    }
  }
  for (const group of scope.visible('group'))
    items.push({ label: group.name, kind: CompletionItemKind.Module });
  const component = scope.containers.find(({ kind }) => kind === 'component');
  if (component !== undefined)
    for (const end of interfacesOf(component).filter(fits))
      items.push(interfaceItem(end, end.interface.name, false));
  return items;
}

function instanceOf(scope: NameScope, parts: readonly string[]): CamkesSymbol | undefined {
  const named = (name: string | undefined) => (symbol: CamkesSymbol) => symbol.name === name;
  const [first, second] = parts;
  const group = scope.visible('group').find(named(first));
  if (group === undefined) return scope.visible('instance').find(named(first));
  return second === undefined ? group : group.members.find(named(second));
}

/** The ends that the connection has besides the one that is being written. */
function otherEnds(view: CamkesView, position: Position, scope: NameScope): EndOf[] {
  const { source } = view.file;
  const offset = source.offsetOf(view.path, position) ?? 0;
  const connection = nodesAround(view, position).find(
    (node: TreeNode): node is ConnectionMember => node.kind === 'connection',
  );
  return (connection?.ends ?? [])
    .filter(({ span }) => offset < span.start || offset > span.end)
    .flatMap((end) => resolveEnd(scope, end) ?? []);
}

function resolveEnd(scope: NameScope, { reference }: ConnectionEnd): EndOf | undefined {
  const parts = reference.parts.map(({ text }) => text);
  const last = parts.at(-1);
  const component =
    parts.length === 1
      ? scope.containers.find(({ kind }) => kind === 'component')
      : instanceOf(scope, parts.slice(0, -1))?.type;
  return component && interfacesOf(component).find((end) => end.interface.name === last);
}

const typesOf = (ends: readonly EndOf[]): Set<string> =>
  new Set(ends.map((end) => end.interface.node.type.text));

/** Names of the interfaces of an instance that some connection has as an end. */
function connectedOf({ analysis }: CamkesView, instance: string): Set<string> {
  const names = new Set<string>();
  for (const { from, to } of analysis.system?.connections ?? [])
    for (const end of [...from, ...to])
      if (end.instance.name === instance) names.add(end.interface.name);
  return names;
}

function instanceItem(instance: CamkesSymbol): CompletionItem {
  const { name, type } = instance;
  return {
    label: name,
    kind: CompletionItemKind.Variable,
    detail: type?.name ?? '',
    commitCharacters: ['.'],
  };
}

function interfaceItem(end: EndOf, label: string, isUsed: boolean): CompletionItem {
  return {
    label,
    kind: CompletionItemKind.Field,
    detail: detailOf(end.interface) + (isUsed ? ', connected' : ''),
    sortText: `${isUsed ? '~' : ' '}${label}`,
  };
}
