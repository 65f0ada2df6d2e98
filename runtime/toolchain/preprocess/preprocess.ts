/**
 * The C preprocessor, as far as assembly and CAmkES use it: inclusion, macros, conditions, messages.
 * Its result is lines whose pieces know where they come from, not one text. Text that no macro touches
 * passes through as it is, with its columns. Total: nesting, inclusion and expansion are bounded.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import {
  appendSlice,
  appendText,
  diagnosticAt,
  linesOf,
  markedLinesOf,
  newLine,
  placeOf,
  sliceLine,
  type Place,
  type SourceLine,
} from '../text/source-line.js';
import { cTokenize, placeOfCToken, type CToken } from './c-token.js';
import { evaluateCondition } from './condition.js';
import { logicalLines, type LogicalLines } from './logical-lines.js';
import { expandTokens, textOf, type CMacro, type Expander } from './macro-table.js';

export interface PreprocessOptions {
  readonly defines: Readonly<Record<string, string>>;
  /** Where `#include` looks after the including file's own folder; `<…>` looks only here. */
  readonly includePaths: readonly string[];
  /** Whether `#` inside a line begins a comment, as in assembly, or is text. */
  readonly comments: 'hash' | 'slashes';
  /**
   * `tolerated`: a header that is not there is a warning, and a directive that is none a hint. By default
   * both are errors. `text`: such a line is text like any other, as `#address-cells` of a device tree is.
   */
  readonly unknown?: 'tolerated' | 'text';
}

export interface Preprocessed {
  readonly lines: readonly SourceLine[];
  readonly diagnostics: readonly Diagnostic[];
  /** Included files in the order of their first inclusion. */
  readonly files: readonly string[];
  /** Those in force at the end. */
  readonly macros: ReadonlyMap<string, CMacro>;
  /** Where macros are used, for hover and go to definition. */
  readonly uses: readonly MacroUse[];
  /** A header was not found, so that macros may be missing. */
  readonly isIncomplete: boolean;
}

export interface MacroUse {
  readonly macro: CMacro;
  /** The name where it is used. */
  readonly place: Place;
  /** As written; undefined for an object-like macro. */
  readonly arguments: readonly string[] | undefined;
  /** What the use became, with macros in it expanded; cut off after some thousand characters. */
  readonly text: string;
}

const deepestInclude = 64;

/** Files that include each other twice would double with each level. */
const mostIncludes = 2_000;
const mostTokens = 500_000;
const mostLines = 1_000_000;
const mostUses = 100_000;

interface Level {
  readonly place: Place;
  readonly isOuterActive: boolean;
  isActive: boolean;
  wasTaken: boolean;
  otherwise: Place | undefined;
}

interface Run {
  readonly files: SourceFiles;
  readonly options: PreprocessOptions;
  readonly lines: SourceLine[];
  readonly diagnostics: Diagnostic[];
  readonly filesRead: Set<string>;
  readonly macros: Map<string, CMacro>;
  readonly uses: MacroUse[];
  readonly expander: Expander;
  /** The file that is being read. */
  current: OpenFile | undefined;
  counter: number;
  includes: number;
  /** Places of inclusions that were too many: a place is told once, however often it is read. */
  readonly refused: Set<string>;
  isIncomplete: boolean;
}

interface OpenFile {
  readonly path: string;
  readonly reader: LogicalLines;
  readonly levels: Level[];
  readonly depth: number;
}

export function preprocess(
  path: string,
  text: string,
  files: SourceFiles,
  options: PreprocessOptions,
): Preprocessed {
  const run: Run = createRun(files, options);
  for (const [name, value] of Object.entries(options.defines)) {
    run.macros.set(name, {
      name,
      parameters: undefined,
      rest: undefined,
      body: cTokenize({ text: value, pieces: [] }),
      place: undefined,
    });
  }
  readFile(run, path, text, 0);
  return {
    lines: run.lines,
    diagnostics: run.diagnostics,
    files: [...run.filesRead],
    macros: run.macros,
    uses: run.uses,
    isIncomplete: run.isIncomplete,
  };
}

function createRun(files: SourceFiles, options: PreprocessOptions): Run {
  const macros = new Map<string, CMacro>();
  const run: Run = {
    files,
    options,
    lines: [],
    diagnostics: [],
    filesRead: new Set(),
    macros,
    uses: [],
    current: undefined,
    counter: 0,
    includes: 0,
    refused: new Set(),
    isIncomplete: false,
    expander: {
      macros,
      more: () => {
        const line = run.current?.reader.read();
        if (line === undefined) return undefined;
        const [first, ...others] = cTokenize(line);
        return first === undefined ? [] : [{ ...first, spaceBefore: true }, ...others];
      },
      opensOnNextLine: () => /^\s*\(/.test(run.current?.reader.peek()?.text ?? ''),
      report: ({ place, code, message, definition }) => {
        const related = definition
          ? [
              {
                file: definition.file,
                range: definition.range,
                message: 'The macro is defined here.',
              },
            ]
          : [];
        run.diagnostics.push(diagnosticAt(place, 'error', code, message, related));
      },
      dynamic: (token) => dynamicMacro(run, token),
      onUse: (macro, token, call) => {
        if (token.origin !== undefined || run.uses.length >= mostUses) return undefined;
        const use = {
          macro,
          place: placeOfCToken(token),
          arguments: call?.values.map((value) => textOf(value)),
          text: '',
        };
        run.uses.push(use);
        return (text) => {
          use.text = text;
        };
      },
      budget: { tokens: mostTokens, isExceeded: false },
    },
  };
  return run;
}

function dynamicMacro(run: Run, token: CToken): string | undefined {
  switch (token.text) {
    case '__LINE__':
      return `${placeOfCToken(token).range.start.line + 1}`;
    case '__FILE__':
      return JSON.stringify(placeOfCToken(token).file);
    case '__COUNTER__':
      run.counter += 1;
      return `${run.counter - 1}`;
    default:
      return undefined;
  }
}

function readFile(run: Run, path: string, text: string, depth: number): void {
  const outer = run.current;
  // A file that was preprocessed before names the places of its lines.
  const isMarked = run.options.unknown === 'tolerated' && /^# \d/m.test(text);
  const reader = logicalLines(isMarked ? markedLinesOf(text, path) : linesOf(text, path), {
    hashComments: run.options.comments === 'hash',
  });
  const file: OpenFile = { path, reader, levels: [], depth };
  run.current = file;
  for (let line = reader.read(); line !== undefined; line = reader.read()) {
    if (run.lines.length > mostLines) break;
    readLine(run, file, line);
  }
  if (reader.openComment !== undefined) {
    const { line, start } = reader.openComment;
    error(
      run,
      placeOf(line, start, start + 2),
      'comment-unterminated',
      'This `/*` comment is never closed with `*/`.',
    );
  }
  for (const { place } of file.levels) {
    error(run, place, 'unbalanced-conditional', 'This condition has no `#endif` in its file.');
  }
  run.current = outer;
}

function readLine(run: Run, file: OpenFile, line: SourceLine): void {
  const directive = /^\s*#\s*([A-Za-z_]\w*|\d+)?/.exec(line.text);
  if (directive !== null && !isText(run, directive[1])) {
    readDirective(run, file, line, directive[1] ?? '', directive[0].length);
    return;
  }
  if (file.levels.at(-1)?.isActive === false) return;
  run.lines.push(expandLine(run, line));
}

const directives: ReadonlySet<string> = new Set(
  'if ifdef ifndef elif else endif define undef include import error warning line pragma ident'.split(
    ' ',
  ),
);

const isText = ({ options }: Run, name: string | undefined): boolean =>
  options.unknown === 'text' && name !== undefined && !/^\d/.test(name) && !directives.has(name);

const identifier = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/g;

function expandLine(run: Run, line: SourceLine): SourceLine {
  if (!mentionsMacro(run, line.text)) return line;
  const expanded = expandTokens(cTokenize(line), run.expander);
  return lineOfTokens(expanded, line);
}

function mentionsMacro(run: Run, text: string): boolean {
  identifier.lastIndex = 0;
  for (let match = identifier.exec(text); match !== null; match = identifier.exec(text)) {
    if (run.macros.has(match[0]) || match[0].startsWith('__')) return true;
  }
  return false;
}

/** Puts tokens next to each other as they were written, and apart where two would run into one. */
function lineOfTokens(tokens: readonly CToken[], line: SourceLine): SourceLine {
  const builder = newLine();
  let previous: CToken | undefined;
  for (const token of tokens) {
    const isFar =
      previous !== undefined &&
      (token.spaceBefore || (previous.line !== token.line && runsTogether(previous, token)));
    if (isFar) appendText(builder, ' ');
    if (
      token.origin === undefined &&
      token.text === token.line.text.slice(token.start, token.end)
    ) {
      appendSlice(builder, token.line, token.start, token.end);
    } else {
      appendExpanded(builder, token);
    }
    previous = token;
  }
  if (builder.pieces.length === 0) appendSlice(builder, line, 0, 0);
  return builder;
}

const runsTogether = (left: CToken, right: CToken): boolean =>
  /[\w$]$/.test(left.text) && /^[\w$]/.test(right.text);

function appendExpanded(builder: ReturnType<typeof newLine>, token: CToken): void {
  const { origin } = token;
  builder.pieces.push({
    kind: 'expanded',
    start: builder.text.length,
    use: origin?.use ?? placeOfCToken(token),
    macro: origin?.macro ?? token.text,
    ...(origin?.definition ? { definition: origin.definition } : {}),
    ...(origin && token.line.pieces.length > 0 ? { body: token.line } : {}),
    bodyStart: token.start,
  });
  builder.text += token.text;
}

function readDirective(
  run: Run,
  file: OpenFile,
  line: SourceLine,
  name: string,
  after: number,
): void {
  const place = placeOf(line, line.text.indexOf('#'), after);
  switch (name) {
    case 'if':
    case 'ifdef':
    case 'ifndef':
    case 'elif':
    case 'else':
    case 'endif':
      readConditional(run, file, line, name, after, place);
      return;
    default:
  }
  if (file.levels.at(-1)?.isActive === false) return;
  switch (name) {
    case 'define':
      define(run, line, after, place);
      return;
    case 'undef': {
      const [token] = cTokenize(line, after);
      if (token?.kind === 'identifier') run.macros.delete(token.text);
      else error(run, place, 'syntax', '`#undef` needs the name of a macro.');
      return;
    }
    case 'include':
    case 'import':
      include(run, file, line, after, place);
      return;
    case 'error':
    case 'warning': {
      const text = line.text.slice(after).trim();
      const whole = placeOf(line, line.text.indexOf('#'), line.text.trimEnd().length);
      const severity = name === 'error' ? 'error' : 'warning';
      run.diagnostics.push(
        diagnosticAt(
          whole,
          severity,
          `${name}-directive`,
          text === '' ? `\`#${name}\` was reached.` : text,
        ),
      );
      return;
    }
    case 'line':
    case 'pragma':
    case 'ident':
    case '':
      return;
    default:
      unknownDirective(run, name, place);
  }
}

function unknownDirective(run: Run, name: string, place: Place): void {
  // `# 12 "file.h"` is a line marker; any other `#` in assembly begins a comment.
  if (/^\d/.test(name) || run.options.comments === 'hash') return;
  const message = `\`#${name}\` is not a preprocessor directive.`;
  const severity = run.options.unknown === 'tolerated' ? 'hint' : 'error';
  run.diagnostics.push(diagnosticAt(place, severity, 'unknown-directive', message));
}

function readConditional(
  run: Run,
  file: OpenFile,
  line: SourceLine,
  name: string,
  after: number,
  place: Place,
): void {
  const { levels } = file;
  const level = levels.at(-1);
  const isOuterActive = level?.isActive ?? true;
  if (name === 'if' || name === 'ifdef' || name === 'ifndef') {
    const condition = isOuterActive && conditionOf(run, line, name, after, place);
    levels.push({
      place,
      isOuterActive,
      isActive: condition,
      wasTaken: condition || !isOuterActive,
      otherwise: undefined,
    });
    return;
  }
  if (level === undefined) {
    error(
      run,
      place,
      'unbalanced-conditional',
      `\`#${name}\` was found without an \`#if\` before it.`,
    );
    return;
  }
  if (name === 'endif') {
    levels.pop();
    return;
  }
  if (level.otherwise !== undefined) {
    const { file: first, range } = level.otherwise;
    run.diagnostics.push(
      diagnosticAt(
        place,
        'error',
        'unbalanced-conditional',
        `\`#${name}\` was found after the \`#else\` of the same \`#if\`.`,
        [{ file: first, range, message: 'The `#else` is here.' }],
      ),
    );
  }
  if (name === 'else') level.otherwise = place;
  const condition =
    !level.wasTaken && (name === 'else' || conditionOf(run, line, 'if', after, place));
  level.isActive = level.isOuterActive && condition;
  level.wasTaken ||= condition;
}

function conditionOf(
  run: Run,
  line: SourceLine,
  name: 'if' | 'ifdef' | 'ifndef',
  after: number,
  place: Place,
): boolean {
  const tokens = cTokenize(line, after);
  if (name !== 'if') {
    const [token] = tokens;
    if (token?.kind !== 'identifier') {
      error(run, place, 'syntax', `\`#${name}\` needs the name of a macro.`);
      return false;
    }
    return isDefined(run, token.text) === (name === 'ifdef');
  }
  const expander: Expander = {
    ...run.expander,
    more: () => undefined,
    opensOnNextLine: () => false,
  };
  const expanded = expandTokens(replaceDefined(run, tokens), expander);
  const { value, problem } = evaluateCondition(expanded);
  if (problem !== undefined) {
    error(
      run,
      problem.token ? placeOfCToken(problem.token) : place,
      'bad-condition',
      problem.message,
    );
  }
  return value !== 0n;
}

const isDefined = (run: Run, name: string): boolean =>
  run.macros.has(name) || name === '__LINE__' || name === '__FILE__' || name === '__COUNTER__';

function replaceDefined(run: Run, tokens: readonly CToken[]): CToken[] {
  const out: CToken[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const isCall = tokens[index + 1]?.text === '(';
    const name = tokens[index + (isCall ? 2 : 1)];
    if (token.text !== 'defined' || name?.kind !== 'identifier') {
      out.push(token);
      continue;
    }
    out.push({ ...token, kind: 'number', text: isDefined(run, name.text) ? '1' : '0' });
    index += isCall ? 3 : 1;
  }
  return out;
}

function define(run: Run, line: SourceLine, after: number, place: Place): void {
  const tokens = cTokenize(line, after);
  const [name, open] = tokens;
  if (name?.kind !== 'identifier' || name.text === 'defined') {
    error(
      run,
      name ? placeOfCToken(name) : place,
      'syntax',
      '`#define` needs a name that begins with a letter or `_`.',
    );
    return;
  }
  let body = tokens.slice(1);
  let parameters: string[] | undefined;
  let rest: string | undefined;
  if (open?.text === '(' && !open.spaceBefore) {
    const close = tokens.findIndex(({ text }) => text === ')');
    const list = tokens.slice(2, Math.max(close, 2));
    parameters = [];
    for (const [index, token] of list.entries()) {
      if (token.text === '...') {
        const named = list[index - 1];
        rest = named?.kind === 'identifier' ? named.text : '__VA_ARGS__';
        if (named?.kind !== 'identifier') parameters.push(rest);
      } else if (token.kind === 'identifier') parameters.push(token.text);
      else if (token.text !== ',') {
        error(
          run,
          placeOfCToken(token),
          'syntax',
          `\`${token.text}\` was found where a parameter's name was expected.`,
        );
        return;
      }
    }
    if (close < 0) {
      error(run, placeOfCToken(open), 'syntax', 'The parameters have no closing `)`.');
      return;
    }
    body = tokens.slice(close + 1);
  }
  const definition: CMacro = {
    name: name.text,
    parameters,
    rest,
    body,
    place: placeOfCToken(name),
  };
  const before = run.macros.get(name.text);
  if (before?.place !== undefined && !isSame(before, definition)) {
    const { file, range } = before.place;
    run.diagnostics.push(
      diagnosticAt(
        placeOfCToken(name),
        'warning',
        'duplicate-macro',
        `\`${name.text}\` is already defined with another value, which is lost.`,
        [{ file, range, message: `\`${name.text}\` is first defined here.` }],
      ),
    );
  }
  run.macros.set(name.text, definition);
}

const isSame = (left: CMacro, right: CMacro): boolean =>
  left.parameters?.join() === right.parameters?.join() &&
  left.body.length === right.body.length &&
  left.body.every(({ text }, index) => text === right.body[index]?.text);

function include(run: Run, file: OpenFile, line: SourceLine, after: number, place: Place): void {
  let target = sliceLine(line, after, line.text.length);
  if (!/^\s*[<"]/.test(target.text)) target = expandLine(run, target);
  const match = /^\s*(?:"([^"]*)"|<([^>]*)>)/.exec(target.text);
  const quoted = match?.[1];
  const name = quoted ?? match?.[2];
  if (match === null || name === undefined) {
    error(run, place, 'syntax', '`#include` needs a file name: `"file.h"` or `<file.h>`.');
    return;
  }
  const start = after + match[0].length - match[0].trimStart().length;
  const at = placeOf(line, Math.min(start, line.text.length), line.text.trimEnd().length);
  run.includes += 1;
  if (file.depth >= deepestInclude || run.includes > mostIncludes) {
    const { start: first } = at.range;
    const key = `${first.line} ${first.character} ${at.file}`;
    if (run.refused.has(key)) return;
    run.refused.add(key);
    const excess =
      run.includes > mostIncludes
        ? `there are more than ${mostIncludes} inclusions`
        : `files are nested more than ${deepestInclude} deep`;
    const message = `\`${name}\` is included inside itself, or ${excess}.`;
    error(run, at, 'include-recursion', message);
    return;
  }
  const found = name.startsWith('/')
    ? [name]
    : [
        ...(quoted === undefined ? [] : [joinPath(file.path, '..', name)]),
        ...run.options.includePaths.map((folder) => joinPath(folder, name)),
      ];
  const candidates = [...new Set(found)];
  for (const path of candidates) {
    const text = run.files.readText(path);
    if (text === undefined) continue;
    run.filesRead.add(path);
    readFile(run, path, text, file.depth + 1);
    return;
  }
  const looked =
    candidates.length === 0
      ? 'no include path is set'
      : candidates.map((path) => `\`${path}\``).join(', ');
  run.isIncomplete = true;
  const message = `There is no file \`${name}\`; looked for: ${looked}.`;
  const severity = run.options.unknown === 'tolerated' ? 'warning' : 'error';
  run.diagnostics.push(diagnosticAt(at, severity, 'include-missing', message));
}

function error(run: Run, place: Place, code: string, message: string): void {
  run.diagnostics.push(diagnosticAt(place, 'error', code, message));
}
