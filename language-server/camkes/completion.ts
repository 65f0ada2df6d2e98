/** Completion in CAmkES: what can stand here, by the block around and the statement so far. */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import type { Token } from '../../runtime/toolchain/camkes/token.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { Workspace } from '../workspace.js';
import { contextAt, type BlockKind, type CompletionContext } from './completion-context.js';
import { endItems } from './completion-ends.js';
import { pathItems } from './completion-paths.js';
import { macroItems, settingItems } from './completion-settings.js';
import { typeItems, type TypeCompletion } from './completion-types.js';
import { fitsEnd, interfacesOf } from './connector-ends.js';
import type { DeclaredNames } from './declared-names.js';
import { keywordDocs } from './keyword-docs.js';
import { queryItems } from './queries.js';
import type { CamkesView } from './view.js';

export function completionsAt(
  view: CamkesView,
  workspace: Workspace,
  names: DeclaredNames,
  position: Position,
): CompletionItem[] {
  const { source } = view.file;
  const offset = source.offsetOf(view.path, position);
  const context = offset === undefined ? undefined : contextAt(source.text, offset);
  if (context === undefined) return [];
  const first = context.statement.at(-1)?.text;
  if (first === 'import') return pathItems(view, workspace, context, position);
  if (context.quote !== undefined)
    return context.blocks.at(-1) === 'value' ? queryItems(view, context, position) : [];
  const completion = { view, names, files: workspace.documents, position };
  const block = context.blocks.at(-1);
  switch (block) {
    case undefined:
      return context.statement.length === 0 ? words(topWords) : [];
    case 'assembly':
      return assemblyItems(completion, context);
    case 'component':
      return componentItems(completion, context);
    case 'composition':
    case 'group':
      return compositionItems(completion, context, block);
    case 'configuration':
      return settingItems(view, position, context.statement);
    case 'connector':
      return connectorItems(context.statement);
    case 'procedure':
      return procedureItems(completion, context.statement);
    case 'struct':
      return context.statement.length === 0 ? attributeTypes(completion) : [];
    case 'schedule':
      return context.statement.length === 0 ? [] : words(['ticks', 'us']);
    case 'value':
      return macroItems(view);
  }
}

const topWords = [
  'import',
  'assembly',
  'component',
  'procedure',
  'connector',
  'composition',
  'configuration',
  'struct',
];
const componentWords = [
  'control',
  'hardware',
  'uses',
  'provides',
  'emits',
  'consumes',
  'dataport',
  'maybe',
  'has',
  'attribute',
  'include',
  'composition',
  'configuration',
];

function assemblyItems(
  { view, position }: TypeCompletion,
  { statement }: CompletionContext,
): CompletionItem[] {
  const [first] = statement;
  if (first === undefined) return words(['composition', 'configuration', 'schedule']);
  const { text } = first;
  if (statement.length > 1 || (text !== 'composition' && text !== 'configuration')) return [];
  return view.analysis.symbols
    .scopeAt(view.path, position)
    .visible(text)
    .filter(({ name }) => name !== '')
    .map(({ name }) => ({ label: name, kind: CompletionItemKind.Module }));
}

function componentItems(
  completion: TypeCompletion,
  { statement }: CompletionContext,
): CompletionItem[] {
  const rest = statement[0]?.text === 'maybe' ? statement.slice(1) : statement;
  const [first] = rest;
  if (first === undefined)
    return words(rest === statement ? componentWords : ['uses', 'consumes', 'dataport']);
  if (rest.length > 1)
    return isAfter(rest, '=') || isAfter(rest, '(') ? macroItems(completion.view) : [];
  switch (first.text) {
    case 'uses':
    case 'provides':
      return typeItems(completion, 'procedure');
    case 'emits':
    case 'consumes':
      return usedTypes(completion.view, 'event');
    case 'dataport':
      return [
        ...words(['Buf']),
        { label: 'Buf(4096)', kind: CompletionItemKind.Snippet, insertText: 'Buf(4096)' },
        ...usedTypes(completion.view, 'dataport').filter(({ label }) => label !== 'Buf'),
      ];
    case 'has':
      return words(['mutex', 'semaphore', 'binary_semaphore', 'copyregion']);
    case 'attribute':
      return attributeTypes(completion);
    default:
      return [];
  }
}

function compositionItems(
  completion: TypeCompletion,
  { statement }: CompletionContext,
  block: BlockKind,
): CompletionItem[] {
  const [first] = statement;
  if (first === undefined)
    return words(
      block === 'group' ? ['component'] : ['component', 'connection', 'group', 'export'],
    );
  const { view, position } = completion;
  if (statement.length === 1 && first.text === 'component')
    return typeItems(completion, 'component');
  if (statement.length === 1 && first.text === 'connection')
    return typeItems(completion, 'connector');
  const ends = endItems(view, position, statement);
  if (ends !== undefined) return ends;
  return first.text === 'export' ? exportItems(completion, statement) : [];
}

/** `export inner.interface -> own` */
function exportItems(
  { view, position }: TypeCompletion,
  statement: readonly Token[],
): CompletionItem[] {
  const scope = view.analysis.symbols.scopeAt(view.path, position);
  const last = statement.at(-1)?.text;
  if (statement.some(({ text }) => text === '->')) {
    const component = scope.containers.find(({ kind }) => kind === 'component');
    return (component === undefined ? [] : interfacesOf(component)).map((end) => ({
      label: end.interface.name,
      kind: CompletionItemKind.Field,
    }));
  }
  if (last === 'export')
    return scope.visible('instance').map(({ name, type }) => ({
      label: name,
      kind: CompletionItemKind.Variable,
      detail: type?.name ?? '',
      commitCharacters: ['.'],
    }));
  const instance = scope.visible('instance').find(({ name }) => name === statement[1]?.text);
  if (last !== '.' || instance?.type === undefined) return [];
  return interfacesOf(instance.type).map((end) => ({
    label: end.interface.name,
    kind: CompletionItemKind.Field,
    detail: fitsEnd(undefined, 'from', end) ? 'from' : 'to',
  }));
}

function connectorItems(statement: readonly Token[]): CompletionItem[] {
  const [first] = statement;
  if (first === undefined) return words(['from', 'to', 'attribute']);
  if (first.text === 'attribute') return statement.length === 1 ? words(valueTypes) : [];
  const rest = statement.filter(({ text }) => text !== 'hardware').slice(1);
  if (rest.length > 0)
    return words(rest.length === 1 ? ['with'] : rest.length === 3 ? ['threads'] : []);
  const ends = ['Procedure', 'Procedures', 'Event', 'Events', 'Dataport', 'Dataports'];
  return words([...(statement.length === 1 ? ['hardware'] : []), ...ends]);
}

const valueTypes = [
  'int',
  'unsigned int',
  'int64_t',
  'uint64_t',
  'char',
  'unsigned char',
  'string',
];

function procedureItems(completion: TypeCompletion, statement: readonly Token[]): CompletionItem[] {
  const last = statement.at(-1)?.text;
  if (last === undefined) return words(['void', ...valueTypes, 'include']);
  if (last === '(' || last === ',') return words(['in', 'out', 'inout', 'refin', ...valueTypes]);
  const isDirection = ['in', 'out', 'inout', 'refin'].includes(last);
  return isDirection ? [...words(valueTypes), ...typeItems(completion, 'struct')] : [];
}

const attributeTypes = (completion: TypeCompletion): CompletionItem[] => [
  ...words(valueTypes),
  ...typeItems(completion, 'struct'),
];

/** Names that interfaces of the system have as their type; nothing declares those of events and dataports. */
function usedTypes({ analysis }: CamkesView, kind: 'event' | 'dataport'): CompletionItem[] {
  const types = new Set<string>();
  for (const symbol of analysis.symbols.symbols) {
    if (symbol.kind !== 'interface') continue;
    const isEvent = symbol.node.kind === 'emits' || symbol.node.kind === 'consumes';
    const isOfKind = kind === 'event' ? isEvent : symbol.node.kind === 'dataport';
    if (isOfKind && symbol.node.type.text !== '') types.add(symbol.node.type.text);
  }
  return [...types].map((label) => ({ label, kind: CompletionItemKind.TypeParameter }));
}

const isAfter = (statement: readonly Token[], text: string): boolean =>
  statement.at(-1)?.text === text;

function words(labels: readonly string[]): CompletionItem[] {
  return labels.map((label) => {
    const doc = Object.hasOwn(keywordDocs, label) ? keywordDocs[label] : undefined;
    return {
      label,
      kind: CompletionItemKind.Keyword,
      ...(doc === undefined ? {} : { documentation: doc }),
    };
  });
}
