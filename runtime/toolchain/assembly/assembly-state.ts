/**
 * What the assembler knows while it walks through a file: where bytes go, which extensions are on,
 * which symbols exist. Directives and instructions change it; layout and the object file read it.
 */
import type { Place } from '../text/source-line.js';
import { placeOf } from '../text/source-line.js';
import type { Cursor } from './cursor.js';
import { createEvaluation, type Evaluation } from './evaluate.js';
import type { ExpressionNames } from './expression.js';
import type { Report } from './report.js';
import {
  defaultSection,
  extend,
  newFragment,
  putLittleEndian,
  type AssemblySection,
  type Fragment,
  type Tail,
} from './section.js';
import { createSymbolTable, type AssemblySymbol, type SymbolTable } from './symbol.js';

export interface AssemblyState {
  readonly report: Report;
  readonly symbols: SymbolTable;
  readonly evaluation: Evaluation;
  readonly names: ExpressionNames;
  readonly sections: AssemblySection[];
  readonly sectionsByName: Map<string, AssemblySection>;
  readonly sectionStack: SectionPosition[];
  readonly optionStack: AssemblyOptions[];
  current: SectionPosition;
  previous: SectionPosition | undefined;
  fragment: Fragment;
  options: AssemblyOptions;
  /** Of code, by -march: `.option norvc` in a program for a hart with C needs no wider alignment. */
  readonly instructionAlignmentBits: 1 | 2;
  /** Set by `.loc`: instructions then belong to this line of a source in another language. */
  location: { readonly file: string; readonly line: number; readonly column: number } | undefined;
  readonly fileNames: Map<number, string>;
  totalBytes: number;
  isOverflowing: boolean;
}

export interface SectionPosition {
  readonly section: AssemblySection;
  readonly subsection: number;
}

export interface AssemblyOptions {
  /** Lower-case single letters and `z…` names. */
  readonly extensions: ReadonlySet<string>;
  readonly isPositionIndependent: boolean;
}

/** No embedded program comes near this; a wrong `.space` or a runaway `.rept` does. */
const mostBytes = 64 * 1024 * 1024;

export function createAssemblyState(report: Report, march: string): AssemblyState {
  const symbols = createSymbolTable();
  const sections: AssemblySection[] = [];
  const sectionsByName = new Map<string, AssemblySection>();
  const text = addSection(sections, sectionsByName, '.text');
  addSection(sections, sectionsByName, '.data');
  addSection(sections, sectionsByName, '.bss');
  const current = { section: text, subsection: 0 };
  const extensions = parseArchitecture(march) ?? new Set();
  const state: AssemblyState = {
    report,
    symbols,
    evaluation: createEvaluation(symbols),
    names: {
      here: () => labelHere(state, symbols.anonymous('.L0 ')),
      numeric: symbols.numeric,
    },
    sections,
    sectionsByName,
    sectionStack: [],
    optionStack: [],
    current,
    previous: undefined,
    fragment: openFragment(current),
    options: { extensions, isPositionIndependent: false },
    instructionAlignmentBits: extensions.has('c') ? 1 : 2,
    location: undefined,
    fileNames: new Map(),
    totalBytes: 0,
    isOverflowing: false,
  };
  return state;
}

/**
 * `rv32imac_zicsr`; version numbers are skipped, but for i2p0, which had the CSR instructions and fence.i
 * in it: GCC with -misa-spec=2.2 names neither. Undefined when it is no RV32 architecture.
 */
export function parseArchitecture(march: string): Set<string> | undefined {
  const match = /^rv32([a-z0-9_]+)$/.exec(march.toLowerCase());
  if (match === null) return undefined;
  const extensions = new Set<string>(['i']);
  for (const [index, part] of (match[1] ?? '').split('_').entries()) {
    const name = part.replace(/\d+(p\d+)?$/, '');
    if (index > 0 && (name.length > 1 || part === '')) {
      if (name !== '') extensions.add(name);
      continue;
    }
    for (const letter of part.replace(/\d+(p\d+)?/g, '')) extensions.add(letter);
  }
  if (/^rv32i2p0/i.test(march)) ['zicsr', 'zifencei'].forEach((one) => extensions.add(one));
  if (extensions.delete('g')) {
    for (const one of ['m', 'a', 'f', 'd', 'zicsr', 'zifencei']) extensions.add(one);
  }
  return extensions;
}

export function findSection(state: AssemblyState, name: string): AssemblySection {
  return state.sectionsByName.get(name) ?? addSection(state.sections, state.sectionsByName, name);
}

export function switchSection(state: AssemblyState, position: SectionPosition): void {
  state.previous = state.current;
  state.current = position;
  state.fragment = openFragment(position);
}

function addSection(
  sections: AssemblySection[],
  byName: Map<string, AssemblySection>,
  name: string,
): AssemblySection {
  const section: AssemblySection = {
    name,
    index: sections.length,
    ...defaultSection(name),
    alignmentBits: 0,
    subsections: new Map(),
  };
  sections.push(section);
  byName.set(name, section);
  return section;
}

/** The fragment at the end of a subsection. */
function openFragment({ section, subsection }: SectionPosition): Fragment {
  let fragments = section.subsections.get(subsection);
  if (fragments === undefined) {
    fragments = [];
    section.subsections.set(subsection, fragments);
  }
  let last = fragments.at(-1);
  if (last === undefined) {
    last = newFragment(section);
    fragments.push(last);
  }
  return last;
}

/** Ends the fragment with a part of unknown size. */
export function closeFragment(state: AssemblyState, tail: Tail): void {
  state.fragment.tail = tail;
  const next = newFragment(state.current.section);
  state.current.section.subsections.get(state.current.subsection)?.push(next);
  state.fragment = next;
}

export function labelHere(state: AssemblyState, symbol: AssemblySymbol): AssemblySymbol {
  symbol.definition = { kind: 'label', fragment: state.fragment, offset: state.fragment.size };
  return symbol;
}

/** Room for bytes in the current section; undefined (with one report) when the output grows beyond reason. */
export function reserve(state: AssemblyState, count: number, cursor: Cursor): number | undefined {
  if (state.totalBytes + count > mostBytes) {
    state.isOverflowing = true;
    cursor.problem(
      'output-too-large',
      `With this statement the output grows beyond ${mostBytes / (1024 * 1024)} MiB.`,
    );
    return undefined;
  }
  // A nobits section costs nothing, but its size must stay in the address space.
  state.totalBytes += state.current.section.kind === 'nobits' ? 0 : count;
  if (state.fragment.size + count > 0x7fffffff) {
    cursor.problem('output-too-large', 'With this statement the section grows beyond 2 GiB.');
    return undefined;
  }
  return extend(state.fragment, count);
}

export function putData(
  state: AssemblyState,
  sizeBytes: number,
  value: bigint | number,
  cursor: Cursor,
): void {
  const offset = reserve(state, sizeBytes, cursor);
  if (offset === undefined) return;
  if (state.current.section.kind === 'nobits') {
    if (BigInt(value) !== 0n) problemInNobits(state, cursor);
    return;
  }
  putLittleEndian(state.fragment.bytes, offset, sizeBytes, value);
}

export function problemInNobits(state: AssemblyState, cursor: Cursor): void {
  cursor.problem(
    'data-in-nobits',
    `\`${state.current.section.name}\` holds no bytes in the file, only zeros at run time; put this into .data or .text.`,
  );
}

/** Notes that the instruction about to be emitted belongs to the statement's line. */
export function noteLine(state: AssemblyState, cursor: Cursor): void {
  const { lines, size } = state.fragment;
  const { location } = state;
  if (location !== undefined) {
    lines.push({ offset: size, ...location });
    return;
  }
  const { file, range } = placeOfStatement(cursor);
  lines.push({
    offset: size,
    file,
    line: range.start.line + 1,
    column: range.start.character + 1,
  });
}

function placeOfStatement(cursor: Cursor): Place {
  const { tokens, line } = cursor.statement;
  return placeOf(line, tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? line.text.length);
}
