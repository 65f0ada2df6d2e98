/**
 * `.macro`, `.irp` and `.irpc`: how a body with `\name` in it becomes lines. Substitution works on
 * text, as in GNU as, so `l\size\()u` makes a mnemonic; every piece remembers its place.
 */
import { closingQuote, endOfQuoted } from '../text/quoted.js';
import {
  appendSlice,
  appendText,
  newLine,
  sliceLine,
  type LineBuilder,
  type Place,
  type SourceLine,
} from '../text/source-line.js';

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly SourceLine[];
  /** The name in the `.macro` line. */
  readonly place: Place;
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'optional' | 'required' | 'rest';
  readonly initial: SourceLine;
}

export interface MacroProblem {
  readonly code: string;
  readonly message: string;
}

/** An argument's value, taken over with its places. */
export type Arguments = ReadonlyMap<string, SourceLine>;

/** Present for a macro: its lines are shown at the use. A repeated block is shown where it is written. */
export interface MacroUse {
  readonly use: Place;
  readonly macro: string;
  readonly definition: Place;
}

const emptyLine: SourceLine = { text: '', pieces: [] };

/** The parameters after the name in a `.macro` line: `a, b=1, c:req, rest:vararg`; commas are optional. */
export function parseParameters(line: SourceLine, start: number): Parameter[] {
  const parameters: Parameter[] = [];
  const pattern = /[\s,()]*([\w.$]+)(?:\s*:\s*(req|vararg))?(\s*=\s*)?/y;
  pattern.lastIndex = start;
  for (let match = pattern.exec(line.text); match !== null; match = pattern.exec(line.text)) {
    const [, name = '', qualifier, equals] = match;
    let initial = emptyLine;
    if (equals !== undefined) {
      const end = endOfArgument(line.text, pattern.lastIndex);
      initial = unquoted(sliceLine(line, pattern.lastIndex, end));
      pattern.lastIndex = end;
    }
    const kind = qualifier === 'req' ? 'required' : qualifier === 'vararg' ? 'rest' : 'optional';
    parameters.push({ name, kind, initial });
  }
  return parameters;
}

/** Binds the text after a macro's name to its parameters. */
export function bindArguments(
  macro: Macro,
  line: SourceLine,
  start: number,
): { readonly values: Arguments; readonly problem: MacroProblem | undefined } {
  const values = new Map<string, SourceLine>();
  let problem: MacroProblem | undefined;
  let position = 0;
  let at = skipSpace(line.text, start);
  while (at < line.text.length) {
    const named = /^([\w.$]+)\s*=(?!=)/.exec(line.text.slice(at, at + 200));
    const byName = named && macro.parameters.find(({ name }) => name === named[1]);
    if (named && byName) at = skipSpace(line.text, at + named[0].length);
    const parameter = byName ?? macro.parameters[position];
    if (byName === undefined || byName === null) position += 1;
    if (parameter === undefined) {
      problem ??= {
        code: 'macro-arguments',
        message: `The macro \`${macro.name}\` takes ${macro.parameters.length === 0 ? 'no arguments' : `at most ${macro.parameters.length} argument${macro.parameters.length === 1 ? '' : 's'}`}, but more were found.`,
      };
      break;
    }
    const end =
      parameter.kind === 'rest' ? line.text.trimEnd().length : endOfArgument(line.text, at);
    const value = sliceLine(line, at, Math.max(end, at));
    values.set(parameter.name, parameter.kind === 'rest' ? value : unquoted(value));
    at = skipSpace(line.text, Math.max(end, at));
    if (line.text.charAt(at) === ',') at = skipSpace(line.text, at + 1);
  }
  for (const { name, kind, initial } of macro.parameters) {
    const value = values.get(name);
    if (value !== undefined && value.text !== '') continue;
    values.set(name, initial);
    if (kind === 'required') {
      problem ??= {
        code: 'macro-arguments',
        message: `The macro \`${macro.name}\` needs a value for \`${name}\`, and none was found.`,
      };
    }
  }
  return { values, problem };
}

/** The values of an `.irp` line, separated by commas or spaces. */
export function splitArguments(line: SourceLine, start: number): SourceLine[] {
  const values: SourceLine[] = [];
  let at = skipSpace(line.text, start);
  while (at < line.text.length) {
    const end = endOfArgument(line.text, at);
    values.push(unquoted(sliceLine(line, at, end)));
    at = skipSpace(line.text, end);
    if (line.text.charAt(at) === ',') {
      at = skipSpace(line.text, at + 1);
      if (at >= line.text.length) values.push(emptyLine);
    }
  }
  return values;
}

/** What all macros and repeated blocks of a file may still make. Real ones make some hundred kilobytes. */
export interface TextBudget {
  characters: number;
}

export const newTextBudget = (): TextBudget => ({ characters: 4 * 1024 * 1024 });

/** A macro that doubles its argument and calls itself soon makes lines that no memory holds. */
const longestLine = 256 * 1024;

/** A body with its arguments put in; undefined when that makes too much text. */
export function substituteAll(
  body: readonly SourceLine[],
  values: Arguments,
  count: number,
  use: MacroUse | undefined,
  budget: TextBudget,
): SourceLine[] | undefined {
  const lines: SourceLine[] = [];
  for (const one of body) {
    const line = substitute(one, values, count, use);
    budget.characters -= line.text.length;
    if (budget.characters < 0 || line.text.length > longestLine) return undefined;
    lines.push(line);
  }
  return lines;
}

/** One line of a body with its arguments put in. `count` is the value of `\@`. */
function substitute(
  line: SourceLine,
  values: Arguments,
  count: number,
  use: MacroUse | undefined,
): SourceLine {
  const builder = newLine();
  const { text } = line;
  let copied = 0;
  for (let at = text.indexOf('\\'); at >= 0;) {
    const found = replacementAt(text, at, values, count);
    if (found === undefined) {
      at = text.indexOf('\\', at + 1);
      continue;
    }
    appendBody(builder, line, copied, at, use);
    if (typeof found.value === 'string') appendText(builder, found.value);
    else appendSlice(builder, found.value, 0, found.value.text.length);
    copied = found.end;
    at = text.indexOf('\\', found.end);
  }
  if (copied === 0 && use === undefined) return line;
  appendBody(builder, line, copied, text.length, use);
  return builder;
}

function replacementAt(
  text: string,
  at: number,
  values: Arguments,
  count: number,
): { readonly value: SourceLine | string; readonly end: number } | undefined {
  const next = text.charAt(at + 1);
  if (next === '@') return { value: `${count}`, end: at + 2 };
  if (next === '(' && text.charAt(at + 2) === ')') return { value: '', end: at + 3 };
  const name = /^[\w.$]+/.exec(text.slice(at + 1, at + 100))?.[0];
  const value = name === undefined ? undefined : values.get(name);
  return name === undefined || value === undefined
    ? undefined
    : { value, end: at + 1 + name.length };
}

function appendBody(
  builder: LineBuilder,
  line: SourceLine,
  start: number,
  end: number,
  use: MacroUse | undefined,
): void {
  if (end <= start && builder.pieces.length > 0) return;
  if (use === undefined) {
    appendSlice(builder, line, start, end);
    return;
  }
  builder.pieces.push({
    kind: 'expanded',
    start: builder.text.length,
    use: use.use,
    macro: use.macro,
    definition: use.definition,
    body: line,
    bodyStart: start,
  });
  builder.text += line.text.slice(start, end);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

/** An argument ends at a comma, or at a space that stands between two values: `a0 4(sp)`, but not `1 + 2`. */
function endOfArgument(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') {
      at = endOfQuoted(text, at);
      continue;
    }
    if (character === ',') return at;
    if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(depth - 1, 0);
    else if (depth === 0 && /\s/.test(character)) {
      const next = skipSpace(text, at);
      const before = text.charAt(at - 1);
      const after = text.charAt(next);
      if (next >= text.length || after === ',') return at;
      if (/[\w.$)"'\\]/.test(before) && /[\w.$"'\\%]/.test(after)) return at;
      at = next;
      continue;
    }
    at += 1;
  }
  return at;
}

function unquoted(value: SourceLine): SourceLine {
  const { text } = value;
  if (!text.startsWith('"')) return value;
  return closingQuote(text, 0) === text.length - 1 ? sliceLine(value, 1, text.length - 1) : value;
}
