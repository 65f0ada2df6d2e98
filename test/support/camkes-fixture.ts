/**
 * CAmkES systems in tests: files as text in which a mistake that is to be found is marked with its rule,
 * `from c.«unknown-interface:out»`. What is found must be what is marked, no more and no less.
 */
import assert from 'node:assert/strict';
import {
  analyzeCamkes,
  type CamkesAnalysis,
  type CamkesOptions,
} from '../../runtime/toolchain/camkes/analyze.js';
import type { Diagnostic, Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

export type Sources = string | Readonly<Record<string, string>>;

export interface Checked extends CamkesAnalysis {
  /** The texts without their marks. */
  readonly texts: ReadonlyMap<string, string>;
}

export const filesOf = (texts: ReadonlyMap<string, string>): SourceFiles => ({
  readText: (path) => texts.get(path),
  readBytes: () => undefined,
});

export const plainOptions: CamkesOptions = {
  dialect: undefined,
  importPaths: ['lib'],
  includePaths: [],
  defines: {},
};

/** Analyzes the first file and compares all diagnostics with the marks. */
export function checkCamkes(sources: Sources, options: Partial<CamkesOptions> = {}): Checked {
  const marked = Object.entries(typeof sources === 'string' ? { 'a.camkes': sources } : sources);
  const texts = new Map<string, string>();
  const expected: string[] = [];
  for (const [path, text] of marked) {
    const { plain, marks } = withoutMarks(text);
    texts.set(path, plain);
    expected.push(...marks.map((mark) => `${path}:${mark}`));
  }
  const analysis = analyzeCamkes(marked[0]?.[0] ?? '', filesOf(texts), {
    ...plainOptions,
    ...options,
  });
  // What is only worth knowing is left out of a test that is not about it.
  const isAbout = ({ severity, code }: Diagnostic): boolean =>
    (severity !== 'information' && !/^unused-(?!import$)/.test(code)) ||
    expected.some((each) => each.includes(` ${code} `));
  const found = analysis.diagnostics.filter(isAbout).map((each) => textOf(each, texts));
  assert.deepEqual(
    found.sort(),
    expected.sort(),
    analysis.diagnostics.map(({ message }) => message).join('\n'),
  );
  return { ...analysis, texts };
}

/** The one diagnostic of a rule. */
export function diagnosticOf({ diagnostics }: CamkesAnalysis, code: string): Diagnostic {
  const found = diagnostics.filter((each) => each.code === code);
  assert.equal(found.length, 1, `${code}: ${diagnostics.map((each) => each.code).join(' ')}`);
  return found[0]!;
}

export const messageOf = (analysis: CamkesAnalysis, code: string): string =>
  diagnosticOf(analysis, code).message;

/** The file after the fix with this title, of any diagnostic. */
export function fixed({ diagnostics, texts }: Checked, title: string, path = 'a.camkes'): string {
  const fixes = diagnostics.flatMap((each) => each.fixes ?? []);
  const fix = fixes.find((each) => each.title === title);
  assert.ok(fix, `no fix "${title}", but ${fixes.map((each) => each.title).join(', ')}`);
  let text = texts.get(path) ?? '';
  const edits = fix.edits
    .filter(({ file }) => file === path)
    .map(({ range, newText }) => ({
      start: offsetOf(text, range.start),
      end: offsetOf(text, range.end),
      newText,
    }))
    .sort((left, right) => right.start - left.start);
  for (const { start, end, newText } of edits)
    text = text.slice(0, start) + newText + text.slice(end);
  return text;
}

export const titlesOf = ({ diagnostics }: CamkesAnalysis): string[] =>
  diagnostics.flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));

export function offsetOf(text: string, { line, character }: Position): number {
  return text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
}

/** Where the first occurrence of `around` has its `at`: `positionIn(text, 'from c.data', 'data')`. */
export function positionIn(text: string, around: string, at = around): Position {
  const start = text.indexOf(around);
  assert.notEqual(start, -1, around);
  const before = text.slice(0, start + around.indexOf(at));
  const lines = before.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function textOf({ file, range, code }: Diagnostic, texts: ReadonlyMap<string, string>): string {
  const text = texts.get(file) ?? '';
  const said = text.slice(offsetOf(text, range.start), offsetOf(text, range.end));
  return `${file}:${range.start.line + 1}: ${code} "${said}"`;
}

function withoutMarks(text: string): { plain: string; marks: string[] } {
  const marks: string[] = [];
  let plain = '';
  let rest = text;
  for (;;) {
    const open = /«([a-z-]+):([^»]*)»/.exec(rest);
    if (open === null) return { plain: plain + rest, marks };
    const [whole, code = '', said = ''] = open;
    plain += rest.slice(0, open.index);
    marks.push(`${plain.split('\n').length}: ${code} "${said}"`);
    plain += said;
    rest = rest.slice(open.index + whole.length);
  }
}
