/** Gives symbols their definitions, and reports a second one with the place of the first. */
import type { RelatedPlace } from '../text/diagnostic.js';
import { labelHere, type AssemblyState } from './assembly-state.js';
import type { Cursor } from './cursor.js';
import { evaluate, isNumber, type Value } from './evaluate.js';
import type { Expression } from './expression.js';
import type { AssemblySymbol } from './symbol.js';
import { placeOfToken, type Token } from './token.js';

export function defineLabel(state: AssemblyState, cursor: Cursor, token: Token): void {
  if (token.kind === 'number') {
    defineNumeric(state, cursor, token);
    return;
  }
  const name = token.kind === 'string' ? token.text.slice(1, -1) : token.text;
  const symbol = state.symbols.find(name);
  if (symbol.definition.kind !== 'undefined') {
    relatedDefinition(state, cursor, token, symbol);
    return;
  }
  labelHere(state, symbol);
  symbol.place = placeOfToken(cursor.statement, token);
}

function defineNumeric(state: AssemblyState, cursor: Cursor, token: Token): void {
  if (!/^\d+$/.test(token.text)) {
    cursor.problemAt(
      token,
      'bad-label',
      `\`${token.text}\` is not a label: a name begins with a letter, \`.\`, \`_\` or \`$\`, and a numeric label has digits only.`,
    );
    return;
  }
  const symbol = labelHere(state, state.symbols.defineNumeric(token.text));
  symbol.place = placeOfToken(cursor.statement, token);
}

/** Two definitions: the second is wrong, the first is shown beside it. */
export function relatedDefinition(
  state: AssemblyState,
  cursor: Cursor,
  token: Token,
  symbol: AssemblySymbol,
): void {
  const related: RelatedPlace[] = [];
  if (symbol.place !== undefined) {
    const { file, range } = symbol.place;
    related.push({ file, range, message: `\`${symbol.name}\` is first defined here.` });
  }
  if (cursor.hasFailed()) return;
  state.report.error(
    placeOfToken(cursor.statement, token),
    'duplicate-symbol',
    `\`${symbol.name}\` is already defined.`,
    related,
  );
}

export function defineEqual(
  state: AssemblyState,
  cursor: Cursor,
  token: Token,
  name: string,
  expression: Expression,
  { redefinable }: { redefinable: boolean },
): void {
  const symbol = state.symbols.find(name);
  const { kind } = symbol.definition;
  const isFree = kind === 'undefined' || (kind === 'equal' && redefinable && symbol.redefinable);
  if (!isFree) {
    relatedDefinition(state, cursor, token, symbol);
    return;
  }
  const value = evaluate(expression, state.evaluation);
  if (!value.ok && value.error.code !== 'not-constant') {
    cursor.problemAt(value.error.token, value.error.code, value.error.message);
    return;
  }
  symbol.definition = {
    kind: 'equal',
    // What is known now is kept, so that a name that changes later (`n = n + 1`) means its value here.
    expression: value.ok ? expressionOf(value.value, expression) : expression,
  };
  symbol.redefinable = redefinable;
  symbol.place = placeOfToken(cursor.statement, token);
}

function expressionOf(value: Value, written: Expression): Expression {
  if (isNumber(value)) return { kind: 'number', value: value.number };
  if (
    value.add !== undefined &&
    value.subtract === undefined &&
    value.add.definition.kind === 'label'
  ) {
    const symbol: Expression = { kind: 'symbol', symbol: value.add };
    if (value.number === 0n) return symbol;
    return {
      kind: 'binary',
      operator: '+',
      left: symbol,
      right: { kind: 'number', value: value.number },
    };
  }
  return written;
}
