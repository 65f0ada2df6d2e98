/**
 * Fixes that write a member into a component: the interface that the other end of a connection calls for, or an
 * attribute that is set. It goes behind members of its kind, and the import that its type needs comes with it.
 */
import type { Fix, FixEdit } from '../text/diagnostic.js';
import { isBuiltin } from './builtin-library.js';
import { importEdit, importSpelling } from './declaration-fixes.js';
import type { ImportGraph } from './import-graph.js';
import type { CamkesFile } from './read-file.js';
import { editOf, fixOf } from './report.js';
import type { Names } from './resolve.js';
import type { CamkesSymbol } from './symbol.js';
import type { ComponentMember, InterfaceMember, SettingValue } from './tree.js';

type Side = 'from' | 'to';

/** `partner` is at the other side. */
export function interfaceFix(
  names: Names,
  component: CamkesSymbol,
  name: string,
  side: Side,
  partner: CamkesSymbol<'interface'> | undefined,
): Fix | undefined {
  if (partner === undefined) return undefined;
  return memberFix(names, component, kindAt(side, partner.node.kind), name, partner);
}

/** The same interface as another one: what is exported, and what it is exported as. */
export const sameInterfaceFix = (
  names: Names,
  component: CamkesSymbol,
  name: string,
  other: CamkesSymbol<'interface'> | undefined,
): Fix | undefined => other && memberFix(names, component, other.node.kind, name, other);

/** Gives an interface the type of another one. */
export function typeFix(
  names: Names,
  { node, file, name, container }: CamkesSymbol<'interface'>,
  other: CamkesSymbol<'interface'>,
): Fix | undefined {
  const text = typeText(other);
  const from = node.type.span.start;
  // The size of a `Buf(4096)` ends with a bracket.
  const end = node.size === undefined ? node.type.span.end : closingAfter(file, node.size.span.end);
  if (text === '' || end === undefined || isBuiltin(file.path)) return undefined;
  const of = container === undefined || container.name === '' ? '' : ` of \`${container.name}\``;
  return fixOf(`Make \`${name}\`${of} a \`${text}\``, [
    editOf(file, { start: from, end }, text),
    ...typeImports(names, file, other),
  ]);
}

export function attributeFix(
  component: CamkesSymbol,
  name: string,
  type: string | undefined,
): Fix | undefined {
  if (type === undefined) return undefined;
  const isArray = type.endsWith('[]');
  const text = `attribute ${type.replace('[]', '')} ${name}${isArray ? '[]' : ''};`;
  return fixOf(`Declare \`${text.slice(0, -1)}\` in component \`${component.name}\``, [
    insertion(component, 'attribute', text),
  ]);
}

/** The type of an attribute that can have the value; undefined where that is not clear. */
export function typeOfValue(value: SettingValue): string | undefined {
  if (value.kind !== 'expression') return undefined;
  const { expression } = value;
  switch (expression.kind) {
    case 'string':
      return 'string';
    case 'list':
      return expression.items.every(({ kind }) => kind === 'string') ? 'string[]' : 'int[]';
    case 'dictionary':
      return undefined;
    case 'number':
      return expression.text.includes('.') ? undefined : 'int';
    default:
      return 'int';
  }
}

function memberFix(
  names: Names,
  component: CamkesSymbol,
  kind: InterfaceMember['kind'],
  name: string,
  like: CamkesSymbol<'interface'>,
): Fix | undefined {
  const type = typeText(like);
  if (type === '' || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const text = `${kind} ${type} ${name};`;
  return fixOf(`Declare \`${text.slice(0, -1)}\` in component \`${component.name}\``, [
    insertion(component, kind, text),
    ...typeImports(names, component.file, like),
  ]);
}

function kindAt(side: Side, partner: InterfaceMember['kind']): InterfaceMember['kind'] {
  if (partner === 'dataport') return 'dataport';
  const isProcedure = partner === 'uses' || partner === 'provides';
  return side === 'from' ? (isProcedure ? 'uses' : 'emits') : isProcedure ? 'provides' : 'consumes';
}

function typeText({ node: { type, size }, file }: CamkesSymbol<'interface'>): string {
  if (size === undefined) return type.text;
  return `${type.text}(${file.source.text.slice(size.span.start, size.span.end)})`;
}

function closingAfter({ source: { text } }: CamkesFile, offset: number): number | undefined {
  const rest = /^\s*\)/.exec(text.slice(offset, offset + 200));
  return rest === null ? undefined : offset + rest[0].length;
}

/** An import of the procedure, where the file does not reach it. */
function typeImports(
  { graph, options }: Names,
  file: CamkesFile,
  { type }: CamkesSymbol,
): (FixEdit | undefined)[] {
  if (type === undefined || reaches(graph, file.path, type.file.path)) return [];
  const paths = options.spelledPaths ?? options.importPaths;
  return [importEdit(file, importSpelling(type.file.path, file.path, paths))];
}

function reaches({ imports }: ImportGraph, from: string, to: string): boolean {
  const reached = new Set([from]);
  for (const path of reached)
    for (const link of imports)
      if (link.from.path === path && link.target !== undefined) reached.add(link.target);
  return reached.has(to);
}

const sections = {
  flag: ['control', 'hardware', 'include'],
  interface: ['uses', 'provides', 'emits', 'consumes', 'dataport'],
  attribute: ['attribute', 'mutex', 'semaphore', 'binary_semaphore', 'copyregion'],
};

/** Behind the last member of the kind, or of its section, or what comes before that; else first in the braces. */
function insertion(component: CamkesSymbol, kind: string, text: string): FixEdit | undefined {
  const { file } = component;
  if (component.kind !== 'component' || isBuiltin(file.path)) return undefined;
  const { members, span, name } = component.node;
  const last = (kinds: readonly string[]): ComponentMember | undefined =>
    members.findLast((member) => kinds.includes(member.kind));
  const isInterface = sections.interface.includes(kind);
  const before =
    last([kind]) ??
    (isInterface ? undefined : last(sections.attribute)) ??
    last(sections.interface) ??
    last(sections.flag);
  const brace = file.source.text.indexOf('{', name?.span.end ?? span.start) + 1;
  const at = before?.span.end ?? brace;
  if (at <= 0 || at > span.end) return undefined;
  const indent = indentOf(file, component, before);
  const end = file.source.text.slice(at, span.end);
  const closes = before === undefined && /^\s*\}/.test(end) && !/^\s*\n/.test(end);
  return editOf(file, { start: at, end: at }, `${indent}${text}${closes ? '\n' : ''}`);
}

/** A line of its own with the indentation of the member before, or a space in a component on one line. */
function indentOf(
  file: CamkesFile,
  component: CamkesSymbol,
  before: ComponentMember | undefined,
): string {
  const columnOf = (offset: number) =>
    file.source.placeOf({ start: offset, end: offset }).range.start;
  const own = columnOf(component.span.start);
  if (before === undefined) return `\n${' '.repeat(own.character + 4)}`;
  const other = columnOf(before.span.start);
  return other.line === own.line ? ' ' : `\n${' '.repeat(other.character)}`;
}
