/**
 * Completion in a configuration: instances and connections, then what can be set of them with its type and
 * what it does, then values.
 */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import {
  settingsOfComponent,
  settingsOfConnector,
  type KnownSetting,
} from '../../runtime/toolchain/camkes/known-setting.js';
import type { AttributeDeclaration } from '../../runtime/toolchain/camkes/system.js';
import type { Token } from '../../runtime/toolchain/camkes/token.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import { componentOf, describeSetting, knownSetting } from './settings-here.js';
import type { CamkesView } from './view.js';

export function settingItems(
  view: CamkesView,
  position: Position,
  statement: readonly Token[],
): CompletionItem[] {
  const operator = statement.findIndex(({ text }) => text === '=' || text === '<-');
  const dots = statement.filter(({ text }) => text === '.').length;
  const [name, , attribute] = statement.map(({ text }) => text);
  if (name === undefined) return subjects(view, position);
  if (operator < 0) return dots === 1 && statement.length === 2 ? attributes(view, name) : [];
  if (statement[operator]?.text === '=') return values(view, name, attribute ?? '');
  const after = statement.slice(operator + 1);
  const source = after[0]?.text;
  return source === undefined ? subjects(view, position) : attributes(view, source);
}

function subjects(view: CamkesView, position: Position): CompletionItem[] {
  const scope = view.analysis.symbols.scopeAt(view.path, position);
  const inside = [...scope.visible('instance'), ...scope.visible('connection')];
  return inside.map(({ name, kind, type }) => ({
    label: name,
    kind: kind === 'instance' ? CompletionItemKind.Variable : CompletionItemKind.Event,
    detail: type?.name ?? '',
    commitCharacters: ['.'],
  }));
}

function attributes(view: CamkesView, name: string): CompletionItem[] {
  const { analysis } = view;
  const component = componentOf(analysis.system, name);
  if (component !== undefined) {
    const own = component.attributes.map(attributeItem);
    const declared = new Set(own.map(({ label }) => label));
    const known = settingsOfComponent(component, analysis.dialect)
      .filter((setting) => !declared.has(setting.name))
      .map((setting) => knownItem(view, setting));
    return [...own, ...known];
  }
  const connection = analysis.system?.connections.find((each) => each.name === name);
  if (connection === undefined) return [];
  return [
    ...connection.connector.attributes.map(attributeItem),
    ...settingsOfConnector(connection.connector.name).map((setting) => knownItem(view, setting)),
  ];
}

function attributeItem({ name, type, isArray }: AttributeDeclaration): CompletionItem {
  return {
    label: name,
    kind: CompletionItemKind.Property,
    detail: type + (isArray ? '[]' : ''),
    sortText: ` ${name}`,
  };
}

function knownItem(view: CamkesView, setting: KnownSetting): CompletionItem {
  return {
    label: setting.name,
    kind: CompletionItemKind.Property,
    detail: setting.row.types.join(' or '),
    documentation: { kind: 'markdown', value: describeSetting(setting, view) },
  };
}

function values(view: CamkesView, name: string, attribute: string): CompletionItem[] {
  const items = macroItems(view);
  const known = knownSetting(view, name, attribute);
  const declared = componentOf(view.analysis.system, name)?.attributes.find(
    (each) => each.name === attribute,
  );
  for (const word of known?.row.words ?? [])
    items.push({ label: `"${word}"`, kind: CompletionItemKind.EnumMember });
  if (known?.row.types.includes('boolean') === true || declared?.type === 'bool')
    for (const word of ['true', 'false'])
      items.push({ label: word, kind: CompletionItemKind.Keyword });
  return items;
}

/** Macros without parameters that the file's headers, or itself, define. */
export function macroItems({ file }: CamkesView): CompletionItem[] {
  const items: CompletionItem[] = [];
  for (const { name, parameters, body, place } of file.preprocessed.macros.values()) {
    if (place === undefined || body.length === 0) continue;
    items.push({
      label: name,
      kind: CompletionItemKind.Constant,
      detail: body
        .map(({ text }) => text)
        .join(' ')
        .slice(0, 80),
      sortText: `~${name}`,
      ...(parameters === undefined ? {} : { insertText: `${name}(` }),
    });
  }
  return items;
}
