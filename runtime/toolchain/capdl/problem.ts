/**
 * What is wrong with a capDL text, by offsets: of a block while it is parsed, of the whole text afterwards.
 * It becomes a diagnostic with lines and columns only at the end, because a declaration that is kept
 * while the text before it changes keeps its problems, too.
 */
import type { Diagnostic, Fix, RelatedPlace, Severity } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceText, Span } from '../text/source-text.js';
import type { PlacedBlock } from './tree.js';

export interface Problem extends Span {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related?: readonly RelatedSpan[];
  readonly fixes?: readonly ProblemFix[];
  /** The text ended too early: what else is missing there is not told. */
  readonly isOfEnd?: true;
}

export interface RelatedSpan extends Span {
  readonly message: string;
}

export interface ProblemFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly isPreferred?: boolean;
}

export interface TextEdit extends Span {
  readonly text: string;
}

/** A span of a block: where it is in the text is known when somebody asks, because blocks move. */
export interface PlacedSpan extends Span {
  readonly in: PlacedBlock;
}

/** A problem that stays with its block while the text around it is edited. */
export interface PlacedProblem extends PlacedSpan {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related?: readonly (PlacedSpan & { readonly message: string })[];
  readonly fixes?: readonly PlacedFix[];
  /** Of a name that nobody declares: the message ends with the nearest one, or with `otherwise`. */
  readonly guess?: NameGuess;
}

export const placedProblem = (
  { in: block, start, end }: PlacedSpan,
  severity: Severity,
  code: string,
  message: string,
): PlacedProblem => ({ in: block, start, end, severity, code, message });

export interface PlacedFix extends Pick<ProblemFix, 'title' | 'isPreferred'> {
  readonly edits: readonly (PlacedSpan & { readonly text: string })[];
}

export interface NameGuess {
  readonly name: string;
  readonly among: 'objects' | 'arrays' | 'capabilities';
  readonly otherwise: string;
  /** Whether the nearest name can just be written instead. */
  readonly fix: 'none' | 'possible' | 'preferred';
}

/** A span of a block as one of the text, which holds until the next edit. */
export const inText = ({ in: { start: at }, start, end }: PlacedSpan): Span => ({
  start: at + start,
  end: at + end,
});

/** A problem with offsets of the text; `near` is what a name that nobody declares may mean. */
export function problemInText(problem: PlacedProblem, near?: string): Problem {
  const { severity, code, related, guess } = problem;
  const span = inText(problem);
  const known = problem.fixes?.map(({ edits, ...fix }) => ({
    ...fix,
    edits: edits.map((edit) => ({ ...inText(edit), text: edit.text })),
  }));
  const fixes = near === undefined || guess === undefined ? known : guessedFix(span, guess, near);
  return {
    ...span,
    severity,
    code,
    message: problem.message + endOfMessage(guess, near),
    ...(related === undefined
      ? {}
      : { related: related.map((each) => ({ ...inText(each), message: each.message })) }),
    ...(fixes === undefined ? {} : { fixes }),
  };
}

function endOfMessage(guess: NameGuess | undefined, near: string | undefined): string {
  if (guess === undefined) return '';
  return near === undefined ? guess.otherwise : `; did you mean \`${near}\`?`;
}

function guessedFix(span: Span, { fix }: NameGuess, near: string): ProblemFix[] | undefined {
  if (fix === 'none') return undefined;
  const title = `Change to \`${near}\``;
  const edits = [{ ...span, text: near }];
  return [fix === 'preferred' ? { title, edits, isPreferred: true } : { title, edits }];
}

/** The same problem with all of its offsets moved. */
export function movedProblem(problem: Problem, by: number): Problem {
  if (by === 0) return problem;
  const moved = <Type extends Span>(span: Type): Type => ({
    ...span,
    start: span.start + by,
    end: span.end + by,
  });
  return {
    ...moved(problem),
    ...(problem.related === undefined ? {} : { related: problem.related.map(moved) }),
    ...(problem.fixes === undefined
      ? {}
      : { fixes: problem.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(moved) })) }),
  };
}

export function diagnosticOf(source: SourceText, problem: Problem): Diagnostic {
  const { severity, code, message } = problem;
  const related = (problem.related ?? []).map((span): RelatedPlace => {
    const { file, range } = source.placeOf(span);
    return { file, range, message: span.message };
  });
  const diagnostic = diagnosticAt(source.placeOf(problem), severity, code, message, related);
  return problem.fixes === undefined
    ? diagnostic
    : { ...diagnostic, fixes: problem.fixes.map((fix) => fixOf(source, fix)) };
}

function fixOf(source: SourceText, { title, edits, isPreferred }: ProblemFix): Fix {
  return {
    title,
    edits: edits.map((edit) => {
      const { file, range } = source.placeOf(edit);
      return { file, range, newText: edit.text };
    }),
    ...(isPreferred === undefined ? {} : { isPreferred }),
  };
}
