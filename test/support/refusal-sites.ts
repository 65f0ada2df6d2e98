/**
 * What the kernel can refuse, read from its sources: for each invocation, the calls that make a refusal, found by
 * following its decode function, with the clauses of a switch that are for it. So a test can say that none is
 * without a script.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { labelRows, type LabelName } from '../../runtime/abi/labels.js';

/** One way to be refused: a place in the sources, reached by one path of calls. */
export interface RefusalSite {
  readonly label: LabelName;
  /** File and line. */
  readonly place: string;
  readonly error: string;
  readonly sentence: RegExp;
  /** In how many ways its condition can hold: the parts between `||`. */
  readonly causes: number;
}

const folders = ['runtime/kernel/invocations', 'runtime/kernel/capabilities'];

/** Where the decoding of a label begins. */
const roots: readonly (readonly [RegExp, string])[] = [
  [/^Untyped/, 'decodeUntyped'],
  [/^TCB/, 'decodeTcb'],
  [/^CNode/, 'decodeCNode'],
  [/IssueIRQHandler/, 'decodeIrqControl'],
  [/^IRQ/, 'decodeIrqHandler'],
  [/^Domain/, 'decodeDomain'],
  [/^SchedControl/, 'decodeSchedControl'],
  [/^SchedContext/, 'decodeSchedContext'],
  [/^RISCVPageTable/, 'decodePageTable'],
  [/^RISCVPage/, 'decodePage'],
  [/^RISCVASIDControl/, 'decodeAsidControl'],
  [/^RISCVASIDPool/, 'decodeAsidPool'],
];

export function refusalSites(): readonly RefusalSite[] {
  const sources = readSources();
  return labelRows.flatMap(({ name }) => {
    const root = roots.find(([labels]) => labels.test(name))?.[1] ?? '';
    const found: RefusalSite[] = [];
    const start = sources.functions.find((declared) => declared.name?.text === root);
    if (start !== undefined) follow(sources, name, start, [], found);
    return found;
  });
}

interface Sources {
  readonly functions: readonly ts.FunctionDeclaration[];
  /** Small functions that are nothing but a refusal. */
  readonly makers: readonly ts.VariableDeclaration[];
}

function readSources(): Sources {
  const functions: ts.FunctionDeclaration[] = [];
  const makers: ts.VariableDeclaration[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node)) functions.push(node);
    if (ts.isVariableDeclaration(node) && madeBy(node) !== undefined) makers.push(node);
    node.forEachChild(collect);
  };
  for (const folder of folders) {
    for (const file of readdirSync(folder)) {
      const name = path.join(folder, file);
      collect(ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.ES2023, true));
    }
  }
  return { functions, makers };
}

const elementary = ['refuse', 'illegal', 'truncated'];

/** The refusal that the function is. */
function madeBy(declared: ts.VariableDeclaration): ts.CallExpression | undefined {
  const made = declared.initializer;
  if (made === undefined || !ts.isArrowFunction(made)) return undefined;
  const body = ts.isBlock(made.body)
    ? made.body.statements.find(ts.isReturnStatement)?.expression
    : made.body;
  return body !== undefined && ts.isCallExpression(body) && isElementary(body) ? body : undefined;
}

const isElementary = (call: ts.CallExpression): boolean =>
  ts.isIdentifier(call.expression) && elementary.includes(call.expression.text);

function follow(
  sources: Sources,
  label: LabelName,
  declared: ts.FunctionDeclaration,
  calls: readonly ts.FunctionDeclaration[],
  found: RefusalSite[],
): void {
  if (calls.includes(declared)) return;
  const visit = (node: ts.Node): void => {
    if (ts.isSwitchStatement(node)) {
      visit(node.expression);
      clausesFor(node, label).forEach(visit);
      return;
    }
    if (ts.isIfStatement(node) && isOfAnotherLabel(node.expression, label)) return;
    if (ts.isVariableDeclaration(node) && sources.makers.includes(node)) return;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      const maker = own(sources.makers, node, name);
      const made = isElementary(node) ? node : maker === undefined ? undefined : madeBy(maker);
      if (made !== undefined) {
        found.push(...sitesOf(label, node, made));
        return;
      }
      const next = own(sources.functions, node, name);
      if (next !== undefined) follow(sources, label, next, [...calls, declared], found);
    }
    node.forEachChild(visit);
  };
  if (declared.body !== undefined) visit(declared.body);
}

/** What a name means at a call: what its own file has, or else what another exports. */
function own<T extends ts.FunctionDeclaration | ts.VariableDeclaration>(
  all: readonly T[],
  at: ts.Node,
  name: string,
): T | undefined {
  const named = all.filter(
    (each) => each.name !== undefined && ts.isIdentifier(each.name) && each.name.text === name,
  );
  const isHere = (each: T): boolean => each.getSourceFile() === at.getSourceFile();
  return named.find(isHere) ?? named.find((each) => isExported(each));
}

const isExported = (node: ts.FunctionDeclaration | ts.VariableDeclaration): boolean =>
  (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;

const isLabel = (node: ts.Expression): node is ts.StringLiteral =>
  ts.isStringLiteral(node) && labelRows.some(({ name }) => name === node.text);

/** Of a switch over labels, the clauses that the label gets into; of any other, all. */
function clausesFor(node: ts.SwitchStatement, label: LabelName): readonly ts.Node[] {
  const { clauses } = node.caseBlock;
  if (!clauses.some((clause) => ts.isCaseClause(clause) && isLabel(clause.expression))) {
    return clauses;
  }
  const start = clauses.findIndex(
    (clause) =>
      ts.isCaseClause(clause) && isLabel(clause.expression) && clause.expression.text === label,
  );
  if (start < 0) return clauses.filter(ts.isDefaultClause);
  // An empty clause shares what the next one has.
  const end = clauses.findIndex((clause, index) => index >= start && clause.statements.length > 0);
  return clauses.slice(start, end + 1);
}

/** `name !== 'CNodeCopy'`, for CNodeCopy. */
const isOfAnotherLabel = (condition: ts.Expression, label: LabelName): boolean =>
  ts.isBinaryExpression(condition) &&
  condition.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken &&
  isLabel(condition.right) &&
  condition.right.text === label;

function sitesOf(
  label: LabelName,
  call: ts.CallExpression,
  made: ts.CallExpression,
): readonly RefusalSite[] {
  const file = call.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(call.getStart()).line + 1;
  const name = made.expression.getText();
  const error =
    name === 'illegal'
      ? 'IllegalOperation'
      : name === 'truncated'
        ? 'TruncatedMessage'
        : (made.arguments[0]?.getText().replaceAll("'", '') ?? '');
  const isShort = name === 'truncated';
  const sentences = sentencesOf(made, isShort).filter((each) => /[a-z]{3}/.test(each));
  const patterns = sentences.length > 0 ? sentences : sentencesOf(call, isShort);
  return patterns.map((pattern) => ({
    label,
    place: `${path.normalize(file.fileName)}:${String(line)}`,
    error,
    sentence: new RegExp(`${pattern}$`),
    causes: causesOf(call),
  }));
}

/** The sentences that are written in the last argument, each as a pattern. */
function sentencesOf(call: ts.CallExpression, isShort: boolean): readonly string[] {
  const patterns: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) {
      const rest = node.templateSpans.map(({ literal }) => `.*${escaped(literal.text)}`);
      patterns.push(escaped(node.head.text) + rest.join(''));
    } else if (ts.isStringLiteralLike(node)) patterns.push(escaped(node.text));
    else node.forEachChild(collect);
  };
  const last = call.arguments.at(-1);
  if (last !== undefined) collect(last);
  return isShort ? patterns.map((pattern) => `it needs ${pattern}`) : patterns;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function causesOf(call: ts.Node): number {
  let inner = call;
  for (let outer = call.parent; !ts.isFunctionDeclaration(outer); outer = outer.parent) {
    if (ts.isArrowFunction(outer) || ts.isSourceFile(outer)) return 1;
    if (ts.isIfStatement(outer) && outer.thenStatement === inner) return parts(outer.expression);
    inner = outer;
  }
  return 1;
}

function parts(condition: ts.Expression): number {
  if (ts.isParenthesizedExpression(condition)) return parts(condition.expression);
  const isOr =
    ts.isBinaryExpression(condition) && condition.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return isOr ? parts(condition.left) + parts(condition.right) : 1;
}
