/** Definitions of preprocessor macros, and their expansion (C11 6.10.3). */
import type { Place, SourceLine } from '../text/source-line.js';
import {
  cTokenize,
  isHidden,
  placeOfCToken,
  type CToken,
  type HiddenSet,
  type TokenOrigin,
} from './c-token.js';

export interface CMacro {
  readonly name: string;
  /** Undefined for an object-like macro. */
  readonly parameters: readonly string[] | undefined;
  /** The name under which the last arguments go together; the last of `parameters`. */
  readonly rest: string | undefined;
  readonly body: readonly CToken[];
  /** Undefined for a predefined macro. */
  readonly place: Place | undefined;
}

export interface ExpansionProblem {
  readonly place: Place;
  readonly code: string;
  readonly message: string;
  readonly definition: Place | undefined;
}

export interface Expander {
  readonly macros: ReadonlyMap<string, CMacro>;
  /** More tokens of the file, when a macro's arguments go on in the next line. */
  readonly more: () => CToken[] | undefined;
  /** Whether the next line begins with `(`: then it belongs to the macro's name at the end of this one. */
  readonly opensOnNextLine: () => boolean;
  readonly report: (problem: ExpansionProblem) => void;
  /** `__LINE__`, `__FILE__`, `__COUNTER__`. */
  readonly dynamic: (token: CToken) => string | undefined;
  /** Called where a macro is used; what it gives back is told the text that the use became. */
  readonly onUse: (
    macro: CMacro,
    token: CToken,
    call: MacroCall | undefined,
  ) => ((text: string) => void) | undefined;
  /** Tokens that may still be made; counts down over the whole run. */
  readonly budget: { tokens: number; isExceeded: boolean };
}

/** The arguments of a function-like macro, before they are expanded, and its `)`. */
export interface MacroCall {
  readonly values: readonly CToken[][];
  readonly close: CToken;
}

const deepestArguments = 60;

/** A use whose text is being made: it is over when as much work is left as there was before it. */
interface OpenUse {
  readonly finish: (text: string) => void;
  readonly from: number;
  readonly workLeft: number;
}

export function expandTokens(tokens: readonly CToken[], expander: Expander, depth = 0): CToken[] {
  const out: CToken[] = [];
  const work = [...tokens].reverse();
  const uses: OpenUse[] = [];
  const begin = (macro: CMacro, token: CToken, call: MacroCall | undefined): void => {
    const finish = expander.onUse(macro, token, call);
    if (finish !== undefined) uses.push({ finish, from: out.length, workLeft: work.length });
  };
  const endUses = (): void => {
    for (
      let use = uses.at(-1);
      use !== undefined && work.length <= use.workLeft;
      use = uses.at(-1)
    ) {
      use.finish(textOf(out, use.from));
      uses.pop();
    }
  };
  for (let token = work.pop(); token !== undefined; endUses(), token = work.pop()) {
    if (token.kind !== 'identifier' || isHidden(token, token.text)) {
      out.push(token);
      continue;
    }
    const macro = expander.macros.get(token.text);
    if (macro === undefined) {
      const value = expander.dynamic(token);
      out.push(value === undefined ? token : { ...token, kind: 'number', text: value });
      continue;
    }
    if (!spend(expander, token, macro.body.length + 1)) {
      out.push(token);
      continue;
    }
    if (macro.parameters === undefined) {
      begin(macro, token, undefined);
      const origin = originOf(macro, token, token);
      pushAll(work, substituteBody(macro, [], origin, token, expander, depth));
      continue;
    }
    const call = readArguments(macro, token, work, expander, depth);
    if (call === undefined) {
      out.push(token);
      continue;
    }
    begin(macro, token, call);
    const origin = originOf(macro, token, call.close);
    pushAll(work, substituteBody(macro, call.values, origin, token, expander, depth));
  }
  return out;
}

/** Enough to be shown. */
const longestText = 4_000;

/** Tokens as text, from one on. */
export function textOf(tokens: readonly CToken[], from = 0): string {
  let text = '';
  for (let index = from; index < tokens.length && text.length < longestText; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const isApart = token.spaceBefore || (/[\w$]$/.test(text) && /^[\w$]/.test(token.text));
    text += (isApart && text !== '' ? ' ' : '') + token.text;
  }
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function spend(expander: Expander, token: CToken, count: number): boolean {
  const { budget } = expander;
  budget.tokens -= count;
  if (budget.tokens > 0) return true;
  if (!budget.isExceeded) {
    budget.isExceeded = true;
    expander.report({
      place: placeOfCToken(token),
      code: 'expansion-too-large',
      message: `The expansion of \`${token.text}\` makes too much text; it is left as it is.`,
      definition: undefined,
    });
  }
  return false;
}

function pushAll(work: CToken[], tokens: readonly CToken[]): void {
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (token !== undefined) work.push(token);
  }
}

const originOf = (macro: CMacro, first: CToken, last: CToken): TokenOrigin => ({
  use: placeOfCToken(first, last),
  macro: macro.name,
  definition: macro.place,
});

/** The arguments after the name at the end of `work`; undefined when there is no `(`, or no `)`. */
function readArguments(
  macro: CMacro,
  name: CToken,
  work: CToken[],
  expander: Expander,
  depth: number,
): MacroCall | undefined {
  if (work.length === 0 && depth === 0 && expander.opensOnNextLine()) {
    pushAll(work, expander.more() ?? []);
  }
  if (work.at(-1)?.text !== '(') return undefined;
  const parameters = macro.parameters ?? [];
  const taken: CToken[] = [];
  const values: CToken[][] = [[]];
  let nesting = 0;
  let isFirstParenthesis = true;
  for (;;) {
    let token = work.pop();
    if (token === undefined) {
      const more = depth === 0 ? expander.more() : undefined;
      if (more === undefined) {
        pushAll(work, taken);
        expander.report({
          place: placeOfCToken(name),
          code: 'macro-arguments',
          message: `The arguments of \`${macro.name}\` have no closing \`)\`.`,
          definition: macro.place,
        });
        return undefined;
      }
      pushAll(work, more);
      continue;
    }
    taken.push(token);
    if (isFirstParenthesis) {
      isFirstParenthesis = false;
      continue;
    }
    if (token.text === '(') nesting += 1;
    else if (token.text === ')') {
      if (nesting === 0) {
        return checkCount(macro, name, values, expander) ? { values, close: token } : undefined;
      }
      nesting -= 1;
    } else if (token.text === ',' && nesting === 0) {
      const isInRest = macro.rest !== undefined && values.length >= parameters.length;
      if (!isInRest) {
        values.push([]);
        continue;
      }
    }
    const current = values.at(-1);
    if (current?.length === 0 && token.spaceBefore) token = { ...token, spaceBefore: false };
    current?.push(token);
  }
}

function checkCount(macro: CMacro, name: CToken, values: CToken[][], expander: Expander): boolean {
  const wanted = macro.parameters?.length ?? 0;
  if (wanted === 0 && values.length === 1 && values[0]?.length === 0) {
    values.length = 0;
    return true;
  }
  if (macro.rest !== undefined && values.length === wanted - 1) {
    values.push([]);
    return true;
  }
  if (values.length === wanted) return true;
  expander.report({
    place: placeOfCToken(name),
    code: 'macro-arguments',
    message: `The macro \`${macro.name}\` takes ${wanted} argument${wanted === 1 ? '' : 's'}, but ${values.length} ${values.length === 1 ? 'was' : 'were'} found.`,
    definition: macro.place,
  });
  return false;
}

function substituteBody(
  macro: CMacro,
  values: readonly CToken[][],
  origin: TokenOrigin,
  use: CToken,
  expander: Expander,
  depth: number,
): CToken[] {
  const hidden: HiddenSet = { name: macro.name, rest: use.hidden };
  const expanded: (CToken[] | undefined)[] = [];
  const out: CToken[] = [];
  const { body } = macro;
  const parameterOf = (token: CToken | undefined): number =>
    token?.kind === 'identifier' ? (macro.parameters?.indexOf(token.text) ?? -1) : -1;
  const inBody = (token: CToken): CToken => ({ ...token, hidden, origin });
  for (let index = 0; index < body.length; index += 1) {
    const token = body[index];
    if (token === undefined) break;
    if (token.text === '#' && macro.parameters !== undefined) {
      const parameter = parameterOf(body[index + 1]);
      if (parameter >= 0) {
        index += 1;
        out.push({ ...inBody(token), kind: 'string', text: stringize(values[parameter] ?? []) });
        continue;
      }
    }
    if (token.text === '##' && index > 0 && index + 1 < body.length) {
      index += 1;
      paste(out, index, macro, values, inBody, parameterOf);
      continue;
    }
    const parameter = parameterOf(token);
    if (parameter < 0) {
      out.push(inBody(token));
      continue;
    }
    const isPasted = body[index + 1]?.text === '##';
    let value = values[parameter] ?? [];
    if (!isPasted) {
      value = expanded[parameter] ??=
        depth < deepestArguments ? expandTokens(value, expander, depth + 1) : value;
      if (!spend(expander, use, value.length)) break;
    } else if (value.length === 0) {
      // An empty left side of ## leaves the right side alone.
      out.push({ ...inBody(token), kind: 'punctuation', text: '' });
      continue;
    }
    for (const [position, one] of value.entries()) {
      const spaceBefore = position === 0 ? token.spaceBefore : one.spaceBefore;
      out.push({ ...one, spaceBefore, hidden: join(one.hidden, hidden) });
    }
  }
  const first = out[0];
  if (first !== undefined) out[0] = { ...first, spaceBefore: use.spaceBefore };
  return out.filter(({ text }) => text !== '');
}

/** An argument's own tokens are hidden from the macro only as far as they were before. */
const join = (own: HiddenSet | undefined, added: HiddenSet): HiddenSet =>
  own === undefined ? added : { name: added.name, rest: own };

function paste(
  out: CToken[],
  index: number,
  macro: CMacro,
  values: readonly CToken[][],
  inBody: (token: CToken) => CToken,
  parameterOf: (token: CToken | undefined) => number,
): void {
  const token = macro.body[index];
  const left = out.pop();
  if (token === undefined || left === undefined) return;
  const parameter = parameterOf(token);
  const right = parameter < 0 ? [inBody(token)] : (values[parameter] ?? []);
  const [first, ...others] = right;
  // `, ## __VA_ARGS__` drops the comma when there is nothing after it; otherwise nothing is joined.
  if (left.text === ',' && macro.rest !== undefined && token.text === macro.rest) {
    if (first !== undefined) out.push(left, ...right);
    return;
  }
  if (first === undefined) {
    out.push(left);
    return;
  }
  const text = left.text + first.text;
  const [joined] = cTokenize(syntheticLine(text));
  out.push({ ...left, kind: joined?.text === text ? joined.kind : left.kind, text }, ...others);
}

const syntheticLine = (text: string): SourceLine => ({ text, pieces: [] });

function stringize(tokens: readonly CToken[]): string {
  let text = '';
  for (const [index, token] of tokens.entries()) {
    if (index > 0 && token.spaceBefore) text += ' ';
    text += token.kind === 'string' ? token.text.replace(/["\\]/g, '\\$&') : token.text;
  }
  return `"${text}"`;
}
