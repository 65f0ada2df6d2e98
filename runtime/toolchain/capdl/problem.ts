/**
 * What is wrong with a capDL text, by offsets: of a block while it is parsed, of the whole text afterwards.
 * It becomes a diagnostic with lines and columns only at the end, because a declaration that is kept
 * while the text before it changes keeps its problems, too.
 */
import type { Diagnostic, Fix, RelatedPlace, Severity } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import type { SourceText, Span } from '../text/source-text.js';

export interface Problem extends Span {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly related?: readonly RelatedSpan[];
  readonly fixes?: readonly ProblemFix[];
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
