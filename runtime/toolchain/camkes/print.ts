/**
 * A tree as text: what is parsed from it is the same tree again, apart from places. Comments and directives are not in
 * the tree; format.ts keeps them. Surprising choice: parentheses are written where precedence needs them and
 * nowhere else.
 */
import { precedenceOf } from './parse-expression.js';
import type {
  AttributeMember,
  CamkesTree,
  Component,
  Composition,
  ConnectionMember,
  Connector,
  ConnectorEnd,
  Expression,
  HasMember,
  InstanceMember,
  InterfaceMember,
  Item,
  Method,
  Name,
  Procedure,
  Setting,
  TypeName,
} from './tree.js';

export const widestLine = 100;
const indentation = '    ';

export function printCamkes(tree: CamkesTree): string {
  let text = '';
  let before: Item | undefined;
  for (const item of tree.items) {
    const isApart = before !== undefined && !(before.kind === 'import' && item.kind === 'import');
    text += `${isApart ? '\n' : ''}${printNode(item, '')}\n`;
    before = item;
  }
  return text;
}

/** One item or member, without a line end; lines after its first begin with `indent`. */
export function printNode(node: TreeNode, indent: string): string {
  switch (node.kind) {
    case 'import':
    case 'include':
      return node.style === 'angle'
        ? `${node.kind} <${node.path}>;`
        : `${node.kind} "${node.path}";`;
    case 'opaque':
      return `${node.name.text}()`;
    case 'assembly':
      return named('assembly', node.name) + block(node.members, indent);
    case 'composition-reference':
      return `composition ${node.reference.text};`;
    case 'configuration-reference':
      return `configuration ${node.reference.text};`;
    case 'schedule':
      return printSchedule(node, indent);
    case 'component':
      return named('component', node.name) + block(node.members, indent);
    case 'composition':
      return named('composition', node.name) + block(node.members, indent);
    case 'group':
      return named('group', node.name) + block(node.instances, indent);
    case 'configuration':
      return named('configuration', node.name) + block(node.settings, indent);
    case 'procedure':
      return named('procedure', node.name) + printProcedureBody(node, indent);
    case 'connector':
      return named('connector', node.name) + printConnectorBody(node, indent);
    case 'struct':
      return `struct ${node.name?.text ?? ''} ${printFields(node.fields, indent)}`;
    case 'control':
    case 'hardware':
      return `${node.kind};`;
    case 'mutex':
    case 'semaphore':
    case 'binary_semaphore':
    case 'copyregion':
      return printHas(node);
    case 'uses':
    case 'provides':
    case 'emits':
    case 'consumes':
    case 'dataport':
      return printInterface(node);
    case 'attribute':
      return `attribute ${printAttribute(node, indent)};`;
    case 'instance':
      return printInstance(node, indent);
    case 'connection':
      return printConnection(node, indent);
    case 'export':
      return `export ${node.source.text} -> ${node.destination.text};`;
    case 'setting':
      return printSetting(node);
    case 'method':
      return printMethod(node, indent);
  }
}

export type TreeNode =
  | Item
  | Component['members'][number]
  | Composition['members'][number]
  | Extract<Item, { kind: 'assembly' }>['members'][number]
  | Setting
  | Method;

const named = (word: string, name: Name | undefined): string =>
  name === undefined ? `${word} ` : `${word} ${name.text} `;

function block(members: readonly TreeNode[], indent: string): string {
  return lines(
    members.map((member) => printNode(member, indent + indentation)),
    indent,
  );
}

function lines(members: readonly string[], indent: string): string {
  if (members.length === 0) return '{}';
  const inner = indent + indentation;
  return `{\n${members.map((member) => inner + member + '\n').join('')}${indent}}`;
}

function printProcedureBody({ members }: Procedure, indent: string): string {
  const inner = indent + indentation;
  return lines(
    members.map((member) =>
      member.kind === 'attribute' ? printAttribute(member, inner) : printNode(member, inner),
    ),
    indent,
  );
}

function printConnectorBody({ ends, attributes }: Connector, indent: string): string {
  const inner = indent + indentation;
  return lines(
    [...ends.map(printConnectorEnd), ...attributes.map((one) => printNode(one, inner))],
    indent,
  );
}

function printConnectorEnd({ kind, isHardware, type, threads }: ConnectorEnd): string {
  const hardware = isHardware ? ' hardware' : '';
  const count =
    threads === undefined
      ? ''
      : ` with ${printExpression(threads)} ${isOne(threads) ? 'thread' : 'threads'}`;
  return `${kind}${hardware} ${type ?? ''}${count};`;
}

const isOne = (expression: Expression): boolean =>
  expression.kind === 'number' && expression.text === '1';

const printFields = (fields: readonly AttributeMember[], indent: string): string =>
  lines(
    fields.map((field) => `${printAttribute(field, indent + indentation)};`),
    indent,
  );

function printAttribute({ type, name, isArray, value }: AttributeMember, indent: string): string {
  const initial = value === undefined ? '' : ` = ${printExpression(value)}`;
  return `${printType(type, indent)} ${name.text}${isArray ? '[]' : ''}${initial}`;
}

const printType = ({ text, fields }: TypeName, indent: string): string =>
  fields === undefined ? text : printFields(fields, indent);

function printHas({ kind, name, size }: HasMember): string {
  const suffix = size === undefined ? '' : `(${printExpression(size)})`;
  return `has ${kind} ${name.text}${suffix};`;
}

function printInterface({ kind, optional, type, size, name }: InterfaceMember): string {
  const maybe = optional === undefined ? '' : 'maybe ';
  const suffix = size === undefined ? '' : `(${printExpression(size)})`;
  return `${maybe}${kind} ${type.text}${suffix} ${name.text};`;
}

function printInstance({ type, inline, name }: InstanceMember, indent: string): string {
  const written = inline === undefined ? type.text : block(inline.members, indent);
  return `component ${written} ${name.text};`;
}

function printConnection(connection: ConnectionMember, indent: string): string {
  const { connector, inline, name, ends } = connection;
  const written = inline === undefined ? connector.text : printConnectorBody(inline, indent);
  const head = `connection ${written} ${name.text}(`;
  const shown = ends.map(({ kind, reference }) => `${kind} ${reference.text}`);
  const line = `${head}${shown.join(', ')});`;
  const last = line.slice(line.lastIndexOf('\n') + 1);
  if (indent.length + last.length <= widestLine || ends.length < 2) return line;
  const inner = `\n${indent}${indentation}`;
  return `${head}${shown.map((end) => inner + end).join(',')});`;
}

function printSchedule(
  { entries }: Extract<TreeNode, { kind: 'schedule' }>,
  indent: string,
): string {
  const shown = entries.map(({ domain, duration, unit }) => {
    const suffix = unit === undefined ? '' : ` ${unit}`;
    return `(${printExpression(domain)}, ${printExpression(duration)}${suffix})`;
  });
  return `schedule ${lines([`[${shown.join(', ')}]`], indent)}`;
}

function printSetting({ instance, attribute, value }: Setting): string {
  return `${instance.text}.${attribute.text} ${printSettingValue(value)};`;
}

function printSettingValue(value: Setting['value']): string {
  const keys = (list: readonly Expression[]): string =>
    list.map((key) => `[${printExpression(key)}]`).join('');
  switch (value.kind) {
    case 'expression':
      return `= ${printExpression(value.expression)}`;
    case 'reference':
      return `<- ${value.reference.text}${keys(value.keys)}`;
    case 'query':
      return `= ${value.name.text}(${value.arguments.map(printExpression).join(', ')})${keys(value.keys)}`;
  }
}

function printMethod({ returns, name, parameters }: Method, indent: string): string {
  const shown = parameters.map(({ direction, type, isArray, name: own }) => {
    const way = direction === undefined ? '' : `${direction} `;
    return `${way}${printType(type, indent)} ${own.text}${isArray ? '[]' : ''}`;
  });
  return `${printType(returns, indent)} ${name.text}(${shown.join(', ')});`;
}

/** A value on one line. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'boolean':
      return expression.value ? 'true' : 'false';
    case 'string':
      return `"${expression.value}"`;
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`;
    case 'dictionary':
      return `{${expression.entries
        .map(({ key, value }) => `${printExpression(key)}: ${printExpression(value)}`)
        .join(', ')}}`;
    case 'unary':
      return expression.operator + closeTo(expression.operand, closest);
    case 'binary': {
      const rank = precedenceOf[expression.operator];
      const left = closeTo(expression.left, rank);
      return `${left} ${expression.operator} ${closeTo(expression.right, rank + 1)}`;
    }
    case 'conditional':
      return `${closeTo(expression.condition, 1)} ? ${printExpression(expression.whenTrue)} : ${closeTo(expression.whenFalse, 1)}`;
    case 'unknown':
      return expression.name;
  }
}

/** Closer than any operator between two operands. */
const closest = 11;

/** In parentheses, if it would fall apart beside an operator of this rank. */
function closeTo(expression: Expression, rank: number): string {
  const own =
    expression.kind === 'binary'
      ? precedenceOf[expression.operator]
      : expression.kind === 'conditional'
        ? 0
        : closest;
  const text = printExpression(expression);
  return own < rank ? `(${text})` : text;
}
