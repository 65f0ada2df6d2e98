/**
 * The assembler for RISC-V in the syntax of GNU as: text in, object file and diagnostics out. Total:
 * any text gives an object file, and every expansion is bounded. Surprising choice: an instruction's
 * immediate must be known where it stands, but the size of a branch is found only at the end.
 */
import { findCsr } from '../../isa/csrs.js';
import type { Instruction } from '../../isa/instruction.js';
import { findRegister } from '../../isa/registers.js';
import type { ObjectFile } from '../object-file.js';
import { preprocess } from '../preprocess/preprocess.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import { markedLinesOf, type Place, type SourceLine } from '../text/source-line.js';
import { createAssemblyState, type AssemblyState } from './assembly-state.js';
import { architectureMacros } from './architecture-macros.js';
import { createConditionals, type Conditionals } from './conditionals.js';
import {
  conditionDirectives,
  controlDirectives,
  elseDirectives,
  useMacro,
  type ControlContext,
} from './control-directives.js';
import { Cursor, type TokenRole } from './cursor.js';
import { dataDirectives } from './data-directives.js';
import { defineEqual, defineLabel } from './define.js';
import { expectEnd } from './directive.js';
import { parseExpression } from './expression.js';
import { createInput, directiveOf, type Input } from './input.js';
import { assembleInsn } from './insn.js';
import { assembleInstruction } from './instruction.js';
import { layOut } from './layout.js';
import { newTextBudget, type Macro, type TextBudget } from './macro.js';
import { makeObject } from './object.js';
import { createReport, type Report } from './report.js';
import { sectionDirectives } from './section-directives.js';
import {
  recordOfBody,
  viewStatement,
  type OutputPosition,
  type StatementRecord,
  type StatementView,
  type SymbolView,
} from './statement-view.js';
import { nearestName } from '../text/suggest.js';
import { symbolDirectives } from './symbol-directives.js';
import type { AssemblySymbol, SymbolUse } from './symbol.js';
import { placeOfToken, tokenize, type Token } from './token.js';

export interface AssembleOptions {
  /** As `-march` of GNU as; `rv32imac_zicsr_zifencei` when left out. */
  readonly march?: string;
  /** Macros of the preprocessor, as `-D`. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Folders for `#include`, `.include` and `.incbin`, after the including file's own. */
  readonly includePaths?: readonly string[];
  /** Whether `#include`, `#define` and the like are obeyed; by the file's ending `.S` when left out. */
  readonly preprocess?: boolean;
}

export interface Assembled {
  readonly object: ObjectFile;
  readonly diagnostics: Diagnostic[];
  /** Every statement, made when first asked for. */
  readonly statements: StatementView[];
  /** Every symbol and macro, made when first asked for. */
  readonly symbols: SymbolView[];
  /** Every file that was read or looked for with success, the source first. */
  readonly files: string[];
}

const defaultArchitecture = 'rv32imac_zicsr_zifencei';

export function assemble(
  path: string,
  files: SourceFiles,
  options: AssembleOptions = {},
): Assembled {
  const report = createReport();
  const start: Place = {
    file: path,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
  const march = options.march ?? defaultArchitecture;
  const state = createAssemblyState(report, march);
  if (state.options.extensions.size === 0) {
    report.error(
      start,
      'unknown-architecture',
      `\`${march}\` is not an RV32 architecture, such as \`${defaultArchitecture}\`.`,
    );
  }
  const filesRead = new Set<string>([path]);
  const records: StatementRecord[] = [];
  const lines = readSource(path, files, options, { report, filesRead, start, state });
  const macros = new Map<string, Macro>();
  walk({ path, files, options, state, lines, start, filesRead, records, macros });
  const uses = collectUses(state, records);
  reportUndefined(state, uses);
  const evaluation = layOut(state);
  const object = makeObject(path, state, evaluation);
  let statements: StatementView[] | undefined;
  let symbols: SymbolView[] | undefined;
  return {
    object,
    diagnostics: [...report.diagnostics],
    get statements() {
      statements ??= records.map((record) =>
        viewStatement(record, (index) => object.sections[index]?.bytes ?? new Uint8Array(0)),
      );
      return statements;
    },
    get symbols() {
      symbols ??= viewSymbols(state, macros, uses);
      return symbols;
    },
    files: [...filesRead],
  };
}

function readSource(
  path: string,
  files: SourceFiles,
  options: AssembleOptions,
  context: { report: Report; filesRead: Set<string>; start: Place; state: AssemblyState },
): readonly SourceLine[] {
  const text = files.readText(path);
  if (text === undefined) {
    context.report.error(
      context.start,
      'file-missing',
      `There is no file \`${path}\`, or it cannot be read.`,
    );
    return [];
  }
  if (!(options.preprocess ?? /\.(?:S|sx)$/.test(path))) return markedLinesOf(text, path);
  const { extensions } = context.state.options;
  const result = preprocess(path, text, files, {
    defines: { ...architectureMacros(extensions), ...options.defines },
    includePaths: options.includePaths ?? [],
    comments: 'hash',
  });
  context.report.add(result.diagnostics);
  result.files.forEach((file) => context.filesRead.add(file));
  return result.lines;
}

/** What all statements share. */
interface Walk {
  readonly path: string;
  readonly files: SourceFiles;
  readonly options: AssembleOptions;
  readonly state: AssemblyState;
  readonly lines: readonly SourceLine[];
  readonly start: Place;
  readonly filesRead: Set<string>;
  readonly records: StatementRecord[];
  readonly macros: Map<string, Macro>;
}

interface Progress extends Walk {
  readonly input: Input;
  readonly conditionals: Conditionals;
  readonly macroUses: { count: number };
  readonly textBudget: TextBudget;
}

/** One statement while it is assembled: where it begins, and what it has become so far. */
interface Step {
  readonly cursor: Cursor;
  readonly first: OutputPosition;
  readonly rows: Instruction[];
}

/** Goes through every statement once, in order. */
function walk(all: Walk): void {
  const { state, records } = all;
  const { report } = state;
  const conditionals = createConditionals(report);
  const input = createInput(report, conditionals);
  const progress: Progress = {
    ...all,
    input,
    conditionals,
    macroUses: { count: 0 },
    textBudget: newTextBudget(),
  };
  input.enter({ kind: 'file', lines: all.lines, file: all.path, place: all.start });
  for (let line = input.read(); line !== undefined; line = input.read()) {
    if (!conditionals.isActive && !isConditional(line.text)) continue;
    const statement = tokenize(line);
    if (statement.tokens.length === 0) continue;
    const cursor = new Cursor(statement, report);
    const first = { fragment: state.fragment, offset: state.fragment.size };
    const rows: Instruction[] = [];
    assembleStatement(progress, { cursor, first, rows });
    const { fragment } = state;
    records.push({
      statement,
      roles: cursor.roles,
      rows,
      first,
      last: { fragment, offset: fragment.size },
      origin: line.pieces[0]?.kind === 'expanded' ? 'expanded' : 'assembled',
    });
    if (state.isOverflowing) break;
  }
}

/** Every place that names a symbol, from the roles that parsing gave the tokens. */
function collectUses(
  state: AssemblyState,
  records: readonly StatementRecord[],
): Map<AssemblySymbol, SymbolUse[]> {
  const uses = new Map<AssemblySymbol, SymbolUse[]>();
  for (const { statement, roles } of records) {
    for (const [index, token] of statement.tokens.entries()) {
      if (roles[index] !== 'symbol') continue;
      const symbol = state.symbols.all.get(token.text);
      if (symbol === undefined) continue;
      const known = uses.get(symbol);
      if (known === undefined) uses.set(symbol, [{ statement, token }]);
      else known.push({ statement, token });
    }
  }
  for (const symbol of state.symbols.generated) {
    if (symbol.uses.length > 0) uses.set(symbol, symbol.uses);
  }
  return uses;
}

/** Names that only this file could define. Others are the linker's to find. */
function reportUndefined(state: AssemblyState, uses: Map<AssemblySymbol, SymbolUse[]>): void {
  for (const [symbol, [first]] of uses) {
    if (symbol.definition.kind !== 'undefined' || first === undefined) continue;
    const place = placeOfToken(first.statement, first.token);
    symbol.firstUse = () => place;
    if (!symbol.name.startsWith('.L')) {
      // An undefined name that something refers to is external, as if declared `.globl`.
      if (symbol.binding === 'unspecified') symbol.binding = 'global';
      continue;
    }
    const { text } = first.token;
    const message = symbol.generated
      ? `\`${text}\` refers to the next label \`${text.slice(0, -1)}:\`, but there is none below this line.`
      : `\`${symbol.name}\` is not defined; a name that begins with \`.L\` is local to its file.`;
    state.report.error(place, 'undefined-symbol', message);
  }
}

function viewSymbols(
  state: AssemblyState,
  macros: ReadonlyMap<string, Macro>,
  uses: ReadonlyMap<AssemblySymbol, SymbolUse[]>,
): SymbolView[] {
  const bare = ({ file, range }: Place): Pick<Place, 'file' | 'range'> => ({ file, range });
  const symbols = [...state.symbols.all.values(), ...state.symbols.generated]
    .filter((symbol) => !symbol.generated || symbol.place !== undefined)
    .map((symbol): SymbolView => ({
      name: symbol.name,
      ...(symbol.place ? { definition: bare(symbol.place) } : {}),
      uses: (uses.get(symbol) ?? []).map(({ statement, token }) =>
        bare(placeOfToken(statement, token)),
      ),
      kind: kindOfSymbol(symbol),
    }));
  const views = [...macros.values()].map(({ name, place }): SymbolView => ({
    name,
    definition: bare(place),
    uses: [],
    kind: 'macro',
  }));
  return [...symbols, ...views];
}

function kindOfSymbol({ definition }: AssemblySymbol): SymbolView['kind'] {
  if (definition.kind === 'undefined') return 'undefined';
  return definition.kind === 'equal' ? 'constant' : 'label';
}

const roleOfName = (name: string): TokenRole | undefined => {
  if (findRegister(name) !== undefined) return 'register';
  return findCsr(name) !== undefined && !/^\d/.test(name) ? 'csr' : undefined;
};

function isConditional(text: string): boolean {
  const directive = directiveOf(text);
  return (
    directive !== undefined &&
    (Object.hasOwn(conditionDirectives, directive) || Object.hasOwn(elseDirectives, directive))
  );
}

function assembleStatement(progress: Progress, step: Step): void {
  const { cursor } = step;
  const { state, conditionals } = progress;
  const { isActive } = conditionals;
  for (let token = cursor.peek(); token !== undefined; token = cursor.peek()) {
    if (cursor.peek(1)?.text === ':' && token.kind !== 'punctuation') {
      cursor.next('label');
      if (isActive) defineLabel(state, cursor, token);
      cursor.next('punctuation');
      continue;
    }
    if (token.kind !== 'name') reportStray(cursor, token);
    else if (cursor.peek(1)?.text === '=' && isActive) assign(cursor, state, token);
    else {
      cursor.next();
      assembleNamed(progress, step, token);
    }
    return;
  }
}

function assign(cursor: Cursor, state: AssemblyState, token: Token): void {
  cursor.next('symbol');
  cursor.next('punctuation');
  // `==` is an older spelling of `.equiv`.
  const redefinable = !cursor.take('=');
  const expression = parseExpression(cursor, state.names);
  expectEnd(cursor);
  if (cursor.hasFailed()) return;
  if (token.text === '.') {
    cursor.problemAt(token, 'syntax', 'Write `.org` or `.space` to move the position `.`.');
    return;
  }
  defineEqual(state, cursor, token, token.text, expression, { redefinable });
}

function assembleNamed(progress: Progress, step: Step, token: Token): void {
  const { conditionals, macros, state } = progress;
  const { cursor, rows } = step;
  const name = token.text.toLowerCase();
  const macro = macros.get(name);
  if (macro === undefined && !name.startsWith('.')) {
    if (conditionals.isActive) assembleInstruction({ state, cursor, rows }, token);
    return;
  }
  const context = contextOf(progress, step, token);
  if (Object.hasOwn(conditionDirectives, name)) {
    cursor.mark(token, 'directive');
    const place = placeOfToken(cursor.statement, token);
    if (!conditionals.isActive) conditionals.openInactive(place);
    else conditionals.open(place, conditionDirectives[name]?.(context) ?? false);
  } else if (Object.hasOwn(elseDirectives, name)) {
    cursor.mark(token, 'directive');
    elseDirectives[name]?.(context);
  } else if (!conditionals.isActive) return;
  else if (macro !== undefined) useMacro(context, macro);
  else {
    cursor.mark(token, 'directive');
    assembleDirective(context, name, token);
  }
}

/** For directives and macros alone: most statements are instructions and need less. */
function contextOf(progress: Progress, { cursor, first }: Step, directive: Token): ControlContext {
  const { state, files, options, filesRead, input, conditionals, records } = progress;
  return {
    state,
    cursor,
    files,
    includePaths: options.includePaths ?? [],
    file: input.file,
    filesRead,
    directive,
    input,
    conditionals,
    macros: progress.macros,
    macroUses: progress.macroUses,
    textBudget: progress.textBudget,
    onBody: (body) => {
      for (const one of body) records.push(recordOfBody(one, first, roleOfName));
    },
  };
}

function assembleDirective(context: ControlContext, name: string, token: Token): void {
  const { cursor } = context;
  if (Object.hasOwn(controlDirectives, name)) controlDirectives[name]?.(context);
  else if (Object.hasOwn(dataDirectives, name)) dataDirectives[name]?.(context);
  else if (Object.hasOwn(sectionDirectives, name)) sectionDirectives[name]?.(context);
  else if (Object.hasOwn(symbolDirectives, name)) symbolDirectives[name]?.(context);
  else if (name === '.insn') assembleInsn(context);
  else if (isIgnored(name)) cursor.skipAll();
  else {
    const guess = nearestName(name, knownDirectives);
    cursor.problemAt(
      token,
      'unknown-directive',
      `\`${token.text}\` is not a directive${guess === undefined ? '.' : `; did you mean \`${guess}\`?`}`,
    );
  }
}

/** Unwinding tables, versions and notes for other tools: read over. */
const isIgnored = (name: string): boolean => name.startsWith('.cfi_') || ignored.has(name);

const ignored: ReadonlySet<string> = new Set([
  '.ident',
  '.variant_cc',
  '.symver',
  '.version',
  '.addrsig',
  '.addrsig_sym',
  '.noaltmacro',
  '.title',
  '.sbttl',
  '.list',
  '.nolist',
  '.eject',
  '.psize',
  '.line',
  '.ln',
  '.loc_mark_labels',
]);

const knownDirectives: readonly string[] = [
  ...Object.keys(conditionDirectives),
  ...Object.keys(elseDirectives),
  ...Object.keys(controlDirectives),
  ...Object.keys(dataDirectives),
  ...Object.keys(sectionDirectives),
  ...Object.keys(symbolDirectives),
  ...ignored,
  '.insn',
];

function reportStray(cursor: Cursor, token: Token): void {
  const message =
    token.text === '/'
      ? 'A comment begins with `#`, or stands between `/*` and `*/`; `//` is for files that end in `.S`.'
      : `${cursor.found()} was found where a label, an instruction or a directive was expected.`;
  cursor.problem('syntax', message);
}
