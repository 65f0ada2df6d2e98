/**
 * The systems as they would be after an edit, which nobody sees yet: what a rename is checked against. A name
 * that hides another, or that is taken where one would not look, shows as a mistake that was not there before.
 */
import type { CamkesAnalysis } from '../../runtime/toolchain/camkes/analyze.js';
import { appendTo } from '../../runtime/toolchain/camkes/multi-map.js';
import { compileSystem } from '../../runtime/toolchain/camkes/read-system.js';
import type { Diagnostic, FixEdit, Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { RenamedProgram } from './renamed-objects.js';
import type { CamkesProgram, Systems } from './systems.js';

export function renamedPrograms(
  systems: Systems,
  programs: Iterable<CamkesProgram>,
  edits: readonly FixEdit[],
): RenamedProgram[] {
  const texts = editedTexts(systems, edits);
  return [...programs]
    .filter(({ files }) => files.some((file) => texts.has(file)))
    .map((program) => ({ program, renamed: systems.analyzedWith(program, texts) }));
}

/** The first mistake that there was not before. */
export function newProblemOf({ program, renamed }: RenamedProgram): Diagnostic | undefined {
  const before = new Map<string, number>();
  const known = errorsOf(program, program.analysis);
  for (const { code } of known) before.set(code, (before.get(code) ?? 0) + 1);
  return errorsOf(program, renamed).find(({ code }) => {
    const left = (before.get(code) ?? 0) - 1;
    before.set(code, left);
    return left < 0;
  });
}

function errorsOf({ project }: CamkesProgram, analysis: CamkesAnalysis): Diagnostic[] {
  const made = compileSystem({ project, analysis })?.diagnostics ?? [];
  return [...analysis.diagnostics, ...made].filter(({ severity }) => severity === 'error');
}

function editedTexts(systems: Systems, edits: readonly FixEdit[]): Map<string, string> {
  const byFile = new Map<string, FixEdit[]>();
  for (const edit of edits) appendTo(byFile, edit.file, edit);
  const texts = new Map<string, string>();
  for (const [file, changes] of byFile) {
    const text = systems.textOf(file) ?? '';
    const offsetOf = offsetsIn(text);
    let edited = '';
    let at = 0;
    const placed = changes
      .map(({ range, newText }) => ({
        start: offsetOf(range.start),
        end: offsetOf(range.end),
        newText,
      }))
      .sort((left, right) => left.start - right.start);
    for (const { start, end, newText } of placed) {
      edited += text.slice(at, start) + newText;
      at = end;
    }
    texts.set(file, edited + text.slice(at));
  }
  return texts;
}

function offsetsIn(text: string): (position: Position) => number {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return ({ line, character }) => (starts[line] ?? text.length) + character;
}
