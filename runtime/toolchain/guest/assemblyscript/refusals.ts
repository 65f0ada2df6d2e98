/**
 * What a guest program may not do though AssemblyScript could: touch memory past the types, take functions from
 * outside, compute in floating point on a board without a unit for it. It is found in the syntax tree, so that it is
 * told also of functions that nothing calls; a name is left alone in a file that declares it itself.
 */
import { CommonFlags, LiteralKind, NodeKind } from 'assemblyscript';
import type { Declaration, Decorator, Identifier, Node, Source } from 'assemblyscript';
import type { Report } from './report.js';
import { walk, type Ancestors } from './walk.js';

/** Names of the global scope that reach raw memory. */
const rawNames =
  /^(load|store|changetype|unchecked|memory|heap|atomic|v128|[if]\d+x\d+|call_indirect|offsetof|__.+)$/;
const rawMembers = /^(load|store|atomic)/;
const numberNamespaces = /^([iu](8|16|32|64)|[iu]size|f32|f64|bool)$/;
const rawDecorators = /^(unmanaged|unsafe|builtin|global)$/;
const floatTypes = /^(f32|f64|number|Float32Array|Float64Array)$/;
const floatNames =
  /^(Math|Mathf|NativeMath|NativeMathf|parseFloat|parseInt|NaN|Infinity|isNaN|isFinite|F32|F64|Number|Float32Array|Float64Array)$/;

export interface RefusalOptions {
  readonly hasFloatingPoint: boolean;
  /** What may be imported by a bare name. */
  readonly moduleNames: ReadonlySet<string>;
}

export function refusalsIn(source: Source, options: RefusalOptions, report: Report): void {
  const declared = namesDeclaredIn(source);
  walk(source.statements, ({ node, ancestors }) => {
    const kind = kindOf(node);
    if (kind === 'identifier' && isUse(node, ancestors) && !declared.has((node as Identifier).text))
      checkName(node as Identifier, options, report);
    if (kind === 'member') checkMember(node as Member, report);
    if (kind === 'decorator') checkDecorator(node as Decorator, report);
    if (kind === 'declaration') checkDeclaration(node as Declaration, report);
    if (kind === 'try') report(tryKeyword(node), 'exception', caught);
    if (kind === 'throw') checkThrow(node as Node & { readonly value: Node }, report);
    if (kind === 'float' && !options.hasFloatingPoint) report(node.range, 'floating-point', noUnit);
    if (kind === 'import') checkImport(node as ImportStatement, options, report);
  });
}

/** Lines that touch raw memory, in a source that may. */
export function unsafeLinesIn(source: Source, lineOf: (node: Node) => number): number {
  const lines = new Set<number>();
  const declared = namesDeclaredIn(source);
  walk(source.statements, ({ node, ancestors }) => {
    const kind = kindOf(node);
    const isRaw =
      (kind === 'identifier' &&
        isUse(node, ancestors) &&
        rawNames.test((node as Identifier).text) &&
        !declared.has((node as Identifier).text)) ||
      (kind === 'member' && isRawMember(node as Member)) ||
      (kind === 'decorator' && /^(unmanaged|external)$/.test(decoratorName(node as Decorator)));
    if (isRaw) lines.add(lineOf(node));
  });
  return lines.size;
}

interface Member extends Node {
  readonly expression: Node;
  readonly property: Identifier;
}

interface ImportStatement extends Node {
  readonly path: (Node & { readonly value: string }) | null;
}

const caught =
  'Nothing can be caught in a guest program: what is thrown ends the component. Return a value that tells of the failure, such as null or an enumeration.';
const noUnit =
  'The board has no floating-point unit, and this is a floating-point number. Use i32 or i64, in a smaller unit: 1500 ms for 1.5 s.';

type Kind =
  'identifier' | 'member' | 'decorator' | 'declaration' | 'try' | 'throw' | 'float' | 'import';

function kindOf(node: Node): Kind | undefined {
  switch (node.kind) {
    case NodeKind.Identifier:
      return 'identifier';
    case NodeKind.PropertyAccess:
      return 'member';
    case NodeKind.Decorator:
      return 'decorator';
    case NodeKind.FunctionDeclaration:
    case NodeKind.VariableDeclaration:
    case NodeKind.ClassDeclaration:
      return 'declaration';
    case NodeKind.Try:
      return 'try';
    case NodeKind.Throw:
      return 'throw';
    case NodeKind.Import:
    case NodeKind.Export:
      return 'import';
    case NodeKind.Literal:
      return (node as Node & { readonly literalKind: number }).literalKind === LiteralKind.Float
        ? 'float'
        : undefined;
    default:
      return undefined;
  }
}

/** Whether an identifier stands for a value or a type, and is no name that is given here. */
function isUse(node: Node, ancestors: Ancestors | undefined): boolean {
  const parent = ancestors?.node;
  if (parent === undefined) return true;
  if (parent.kind === NodeKind.PropertyAccess) return (parent as Member).property !== node;
  if (parent.kind === NodeKind.Decorator) return false;
  return (parent as Partial<Declaration>).name !== node;
}

/** Every name that a declaration of the file gives, wherever it holds: a rough scope that errs to silence. */
function namesDeclaredIn(source: Source): Set<string> {
  const names = new Set<string>();
  walk(source.statements, ({ node }) => {
    const { name } = node as Partial<Declaration>;
    const isName = typeof name === 'object' && name.kind === NodeKind.Identifier;
    if (isName && node.kind !== NodeKind.NamedType && node.kind !== NodeKind.Decorator)
      names.add(name.text);
  });
  return names;
}

function checkName(
  { text, range }: Identifier,
  { hasFloatingPoint }: RefusalOptions,
  report: Report,
): void {
  if (rawNames.test(text))
    report(
      range,
      'raw-memory',
      `${text} touches memory past the types, which only the support library may do. Use a class, an array or a DataView.`,
    );
  else if (hasFloatingPoint) return;
  else if (floatTypes.test(text))
    report(
      range,
      'floating-point',
      `${text} is in floating point, and the board has no unit for it. Use i32 or i64, in a smaller unit.`,
    );
  else if (floatNames.test(text))
    report(
      range,
      'floating-point',
      `${text} works in floating point, and the board has no unit for it. ${insteadOf(text)}`,
    );
}

function insteadOf(name: string): string {
  if (/^(parseInt|Number)$/.test(name)) return 'Use I32.parseInt or I64.parseInt.';
  return /^(Math|Mathf)$/.test(name)
    ? 'For whole numbers there are min, max and abs, as functions without Math.'
    : 'Use i32 or i64.';
}

function isRawMember({ expression, property }: Member): boolean {
  return (
    expression.kind === NodeKind.Identifier &&
    numberNamespaces.test((expression as Identifier).text) &&
    rawMembers.test(property.text)
  );
}

function checkMember(member: Member, report: Report): void {
  if (!isRawMember(member)) return;
  const name = `${(member.expression as Identifier).text}.${member.property.text}`;
  report(
    member.range,
    'raw-memory',
    `${name} touches memory past the types, which only the support library may do. Use a class, an array or a DataView.`,
  );
}

const decoratorName = ({ name }: Decorator): string =>
  name.kind === NodeKind.Identifier
    ? (name as Identifier).text
    : name.range.source.text.slice(name.range.start, name.range.end);

function checkDecorator(decorator: Decorator, report: Report): void {
  const name = decoratorName(decorator);
  if (rawDecorators.test(name))
    report(
      decorator.range,
      'raw-memory',
      `@${name} gives up the safety of the types, which only the support library may do. Leave it out.`,
    );
  else if (/^external\b/.test(name)) report(decorator.range, 'foreign-function', foreign);
}

const foreign =
  'This takes a function from outside of the program, which only the support library may do. What a component uses is in its CAmkES file, and is imported from "camkes".';

function checkDeclaration({ flags, name, range, decorators }: Declaration, report: Report): void {
  const isExternal = decorators?.some((each) => decoratorName(each).startsWith('external'));
  if ((flags & CommonFlags.Declare) !== 0 && isExternal !== true)
    report(name.range.start < range.start ? range : name.range, 'foreign-function', foreign);
}

function tryKeyword({ range }: Node): Node['range'] {
  return { start: range.start, end: range.start + 'try'.length, source: range.source };
}

function checkThrow({ value }: Node & { readonly value: Node }, report: Report): void {
  if (value.kind === NodeKind.New) return;
  report(
    value.range,
    'thrown-value',
    'What is thrown ends the component with its message, so it is to have one: `throw new Error("…")`.',
  );
}

function checkImport(
  { path }: ImportStatement,
  { moduleNames }: RefusalOptions,
  report: Report,
): void {
  if (path === null || path.value.startsWith('.') || moduleNames.has(path.value)) return;
  const names = [...moduleNames].map((name) => `"${name}"`).join(', ');
  report(
    path.range,
    'unknown-import',
    `There is no module "${path.value}". A guest program imports its own files, by paths that begin with a dot, and ${names}.`,
  );
}
