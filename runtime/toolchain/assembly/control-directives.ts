/** Directives that choose, repeat and make statements: conditions, macros, repetition, inclusion, messages. */
import { linesOf, placeOf, sliceLine, type Place, type SourceLine } from '../text/source-line.js';
import type { Conditionals } from './conditionals.js';
import type { Cursor } from './cursor.js';
import { candidatePaths, describeMissing } from './data-directives.js';
import {
  bytesOfString,
  expectEnd,
  numberOf,
  placeBetween,
  readName,
  readRange,
  type DirectiveContext,
} from './directive.js';
import { parseExpression } from './expression.js';
import type { Input } from './input.js';
import {
  bindArguments,
  parseParameters,
  splitArguments,
  substituteAll,
  type Arguments,
  type Macro,
  type TextBudget,
} from './macro.js';
import { placeOfToken } from './token.js';

export interface ControlContext extends DirectiveContext {
  readonly input: Input;
  readonly conditionals: Conditionals;
  readonly macros: Map<string, Macro>;
  /** How often macros were used: the value of `\@`. */
  readonly macroUses: { count: number };
  readonly textBudget: TextBudget;
  /** Statements that are not assembled where they stand: bodies, for the editor. */
  readonly onBody: (body: readonly SourceLine[]) => void;
}

export type ControlHandler = (context: ControlContext) => void;

const repeatOpening = /^\.(?:rept|irpc?|rep)$/;
const repeatClosing = /^\.endr$/;
const macroOpening = /^\.macro$/;
const macroClosing = /^\.endm$/;

/** How often one block is repeated; the statements of the whole file are bounded by the input. */
const mostRepeats = 1_000_000;

export const conditionDirectives: Readonly<Record<string, (context: ControlContext) => boolean>> = {
  '.if': compare((value) => value !== 0n),
  '.ifne': compare((value) => value !== 0n),
  '.ifeq': compare((value) => value === 0n),
  '.ifgt': compare((value) => value > 0n),
  '.ifge': compare((value) => value >= 0n),
  '.iflt': compare((value) => value < 0n),
  '.ifle': compare((value) => value <= 0n),
  '.ifdef': (context) => isDefined(context),
  '.ifndef': (context) => !isDefined(context),
  '.ifnotdef': (context) => !isDefined(context),
  '.ifb': (context) => isBlank(context),
  '.ifnb': (context) => !isBlank(context),
  '.ifc': (context) => isSameText(context),
  '.ifnc': (context) => !isSameText(context),
  '.ifeqs': (context) => isSameString(context),
  '.ifnes': (context) => !isSameString(context),
};

export const elseDirectives: Readonly<Record<string, ControlHandler>> = {
  '.elseif': (context) => {
    const { conditionals, cursor, directive } = context;
    const place = placeOfToken(cursor.statement, directive);
    const condition = conditionals.needsCondition && compare((value) => value !== 0n)(context);
    conditionals.elseIf(place, condition);
  },
  '.else': ({ conditionals, cursor, directive }) => {
    conditionals.otherwise(placeOfToken(cursor.statement, directive));
    expectEnd(cursor);
  },
  '.endif': ({ conditionals, cursor, directive }) => {
    conditionals.close(placeOfToken(cursor.statement, directive));
    expectEnd(cursor);
  },
};

export const controlDirectives: Readonly<Record<string, ControlHandler>> = {
  '.macro': defineMacro,
  '.endm': stray('.macro', 'unbalanced-macro'),
  '.endr': stray('.rept', 'unbalanced-repeat'),
  '.exitm': ({ input, cursor, directive }) => {
    expectEnd(cursor);
    if (!input.leaveExpansion()) {
      cursor.problemAt(
        directive,
        'unbalanced-macro',
        '`.exitm` was found outside of a macro or a repeated block.',
      );
    }
  },
  '.purgem': (context) => {
    const { macros, cursor } = context;
    const token = cursor.peek();
    const name = readName(context, 'the name of a macro');
    if (name !== undefined && !macros.delete(name.toLowerCase())) {
      cursor.problemAt(token, 'unknown-macro', `There is no macro \`${name}\` to remove.`);
    }
    expectEnd(cursor);
  },
  '.rept': repeat,
  '.rep': repeat,
  '.irp': (context) => {
    repeatOver(context, (line, start) => splitArguments(line, start));
  },
  '.irpc': (context) => {
    repeatOver(context, (line, start) => {
      const text = line.text.trimEnd();
      const [value = sliceLine(line, start, text.length)] = splitArguments(line, start);
      return Array.from(value.text, (_, index) => sliceLine(value, index, index + 1));
    });
  },
  '.include': include,
  '.err': ({ cursor, directive }) => {
    cursor.problemAt(directive, 'error-directive', '`.err` was reached.');
  },
  '.error': (context) => {
    message(context, 'error');
  },
  '.warning': (context) => {
    message(context, 'warning');
  },
  '.print': (context) => {
    message(context, 'information');
  },
  '.abort': ({ cursor, directive }) => {
    cursor.problemAt(directive, 'error-directive', '`.abort` was reached.');
  },
  '.altmacro': unsupported,
  '.fail': (context) => {
    const value = readRange(context, 'The number of `.fail`', -0x80000000, 0x7fffffff);
    const { state, cursor } = context;
    const place = placeBetween(cursor, 0);
    if (value === undefined) return;
    if (value >= 500)
      state.report.warning(place, 'warning-directive', `.fail ${value} was reached.`);
    else cursor.problemAtPlace(place, 'error-directive', `.fail ${value} was reached.`);
  },
};

function compare(holds: (value: bigint) => boolean): (context: ControlContext) => boolean {
  return ({ state, cursor }) => {
    const start = cursor.position();
    const expression = parseExpression(cursor, state.names);
    expectEnd(cursor);
    const value = numberOf(state, cursor, expression, start);
    return value !== undefined && holds(value);
  };
}

function isDefined(context: ControlContext): boolean {
  const name = readName(context, 'the name of a symbol');
  expectEnd(context.cursor);
  const symbol = name === undefined ? undefined : context.state.symbols.all.get(name);
  return symbol !== undefined && symbol.definition.kind !== 'undefined';
}

const isBlank = ({ cursor }: ControlContext): boolean => {
  const blank = cursor.atEnd();
  cursor.skipAll();
  return blank;
};

/** `.ifc a, b`: the texts around the comma, as written but for outer blanks and quotes `'`. */
function isSameText({ cursor }: ControlContext): boolean {
  const text = cursor.rest();
  cursor.skipAll();
  const quoted = /^\s*'([^']*)'\s*,\s*'([^']*)'\s*$/.exec(text);
  if (quoted !== null) return quoted[1] === quoted[2];
  const comma = text.indexOf(',');
  if (comma < 0) {
    cursor.problem('syntax', 'Two texts with a comma between them were expected.');
    return false;
  }
  return text.slice(0, comma).trim() === text.slice(comma + 1).trim();
}

function isSameString(context: ControlContext): boolean {
  const { cursor } = context;
  const strings: string[] = [];
  do {
    const token = cursor.peek();
    if (token?.kind !== 'string') {
      cursor.problem('syntax', `${cursor.found()} was found where a string was expected.`);
      return false;
    }
    cursor.next('string');
    strings.push(bytesOfString(context, token).join());
  } while (cursor.take(','));
  expectEnd(cursor);
  return strings.length === 2 && strings[0] === strings[1];
}

function stray(opening: string, code: string): ControlHandler {
  return ({ cursor, directive }) => {
    cursor.problemAt(
      directive,
      code,
      `\`${directive.text}\` was found without a \`${opening}\` before it.`,
    );
  };
}

function unsupported({ cursor, directive }: ControlContext): void {
  cursor.skipAll();
  cursor.problemAt(
    directive,
    'unsupported-directive',
    `\`${directive.text}\` is not supported; use \`\\name\` arguments and numeric labels.`,
  );
}

function defineMacro(context: ControlContext): void {
  const { cursor, input, macros, directive, onBody, state } = context;
  const { line } = cursor.statement;
  const token = cursor.peek();
  const name = readName(context, 'the name of a macro');
  const body = input.readBlock(macroOpening, macroClosing);
  if (body === undefined) {
    cursor.problemAt(directive, 'unbalanced-macro', 'This `.macro` has no `.endm`.');
    return;
  }
  onBody(body);
  if (name === undefined || token === undefined) return;
  cursor.mark(token, 'macro');
  const key = name.toLowerCase();
  const place = placeOfToken(cursor.statement, token);
  const before = macros.get(key);
  if (before !== undefined) {
    state.report.error(place, 'duplicate-macro', `The macro \`${name}\` is already defined.`, [
      {
        file: before.place.file,
        range: before.place.range,
        message: `\`${name}\` is first defined here.`,
      },
    ]);
    cursor.skipAll();
    return;
  }
  macros.set(key, { name, parameters: parseParameters(line, token.end), body, place });
  cursor.skipAll();
}

/** Goes on with the body of the macro. */
export function useMacro(context: ControlContext, macro: Macro): void {
  const { cursor, input, directive: token, macroUses, state } = context;
  cursor.mark(token, 'macro');
  const { line } = cursor.statement;
  const use = placeOf(line, token.start, line.text.trimEnd().length);
  const { values, problem } = bindArguments(macro, line, token.end);
  cursor.skipAll();
  if (problem !== undefined) {
    state.report.error(use, problem.code, problem.message, [
      {
        file: macro.place.file,
        range: macro.place.range,
        message: `\`${macro.name}\` is defined here.`,
      },
    ]);
    return;
  }
  const count = macroUses.count;
  macroUses.count += 1;
  const macroUse = { use, macro: macro.name, definition: macro.place };
  const lines = substituteAll(macro.body, values, count, macroUse, context.textBudget);
  if (lines === undefined) {
    reportTooMuchText(cursor, use, `The macro \`${macro.name}\``);
    return;
  }
  if (!input.enter({ kind: 'macro', lines, place: use })) {
    cursor.problemAtPlace(
      { file: use.file, range: use.range },
      'macro-recursion',
      `The macro \`${macro.name}\` is used too deep inside itself or others; it needs a condition that ends the recursion.`,
    );
    leaveAllExpansions(input);
  }
}

/** A macro that uses itself twice would else go on beside every level, 2^200 times. */
function leaveAllExpansions(input: Input): void {
  while (input.leaveExpansion());
}

function repeat(context: ControlContext): void {
  const { cursor, directive } = context;
  const count = readRange(context, 'The count of `.rept`', 0, mostRepeats);
  expectEnd(cursor);
  const body = readRepeated(context);
  if (body === undefined || count === undefined) return;
  const place = placeOfToken(cursor.statement, directive);
  if (count > 0) enterRepeated(context, place, body, count);
}

function readRepeated({
  cursor,
  input,
  directive,
  onBody,
}: ControlContext): SourceLine[] | undefined {
  const body = input.readBlock(repeatOpening, repeatClosing);
  if (body === undefined) {
    cursor.problemAt(
      directive,
      'unbalanced-repeat',
      `This \`${directive.text}\` has no \`.endr\`.`,
    );
    return undefined;
  }
  onBody(body);
  return body;
}

const emptyLine: SourceLine = { text: '', pieces: [] };

function enterRepeated(
  { cursor, input }: ControlContext,
  place: Place,
  lines: readonly SourceLine[],
  times: number,
): void {
  if (lines.length === 0) return;
  if (!input.enter({ kind: 'repeat', lines, times, place })) {
    cursor.problemAtPlace(
      place,
      'macro-recursion',
      'Repeated blocks and macros are nested too deeply here.',
    );
    leaveAllExpansions(input);
  }
}

function repeatOver(
  context: ControlContext,
  valuesOf: (line: SourceLine, start: number) => SourceLine[],
): void {
  const { cursor, directive, macroUses, textBudget } = context;
  const { line } = cursor.statement;
  const name = readName(context, 'the name of a parameter');
  cursor.take(',');
  const start = cursor.peek()?.start ?? line.text.length;
  const values = valuesOf(line, start);
  cursor.skipAll();
  const body = readRepeated(context);
  if (body === undefined || name === undefined) return;
  const lines: SourceLine[] = [];
  for (const value of values.length === 0 ? [emptyLine] : values) {
    const bound: Arguments = new Map([[name, value]]);
    const round = substituteAll(body, bound, macroUses.count, undefined, textBudget);
    if (round === undefined) {
      reportTooMuchText(cursor, placeOfToken(cursor.statement, directive), 'This block');
      return;
    }
    for (const one of round) lines.push(one);
  }
  enterRepeated(context, placeOfToken(cursor.statement, directive), lines, 1);
}

function reportTooMuchText(cursor: Cursor, place: Place, what: string): void {
  cursor.problemAtPlace(
    place,
    'expansion-too-large',
    `${what} makes too much text here; it needs a condition that ends it, or shorter arguments.`,
  );
}

function include(context: ControlContext): void {
  const { cursor, files, includePaths, file, input, filesRead } = context;
  const token = cursor.peek();
  const name = readName(context, 'a file name in quotes');
  expectEnd(cursor);
  if (name === undefined || token === undefined || cursor.hasFailed()) return;
  cursor.mark(token, 'string');
  const place = placeOfToken(cursor.statement, token);
  for (const path of candidatePaths(name, file, includePaths)) {
    const text = files.readText(path);
    if (text === undefined) continue;
    filesRead.add(path);
    if (
      input.fileDepth > 64 ||
      !input.enter({ kind: 'file', lines: linesOf(text, path), file: path, place })
    ) {
      cursor.problemAtPlace(
        place,
        'include-recursion',
        `\`${name}\` is included inside itself, or files are nested too deeply.`,
      );
    }
    return;
  }
  cursor.problemAtPlace(place, 'include-missing', describeMissing(name, file, includePaths));
}

function message(context: ControlContext, severity: 'error' | 'warning' | 'information'): void {
  const { cursor, state, directive } = context;
  const token = cursor.peek();
  const text =
    token?.kind === 'string'
      ? String.fromCodePoint(...bytesOfString(context, token).slice(0, 1000))
      : `\`${directive.text}\` was reached.`;
  if (token?.kind === 'string') cursor.next('string');
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  const place = placeBetween(cursor, 0);
  if (severity === 'error') cursor.problemAtPlace(place, 'error-directive', text);
  else if (severity === 'warning') state.report.warning(place, 'warning-directive', text);
  else state.report.information(place, 'print-directive', text);
}
