/** Collects diagnostics. Bounded, so that a broken file or a runaway macro cannot flood the reader. */
import type { Diagnostic, RelatedPlace } from '../text/diagnostic.js';
import { diagnosticAt, type Place } from '../text/source-line.js';

const mostDiagnostics = 500;

export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  error(place: Place, code: string, message: string, related?: readonly RelatedPlace[]): void;
  warning(place: Place, code: string, message: string, related?: readonly RelatedPlace[]): void;
  information(place: Place, code: string, message: string): void;
  add(diagnostics: readonly Diagnostic[]): void;
}

export function createReport(): Report {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const add = (diagnostic: Diagnostic): void => {
    if (diagnostics.length >= mostDiagnostics) return;
    const { start, end } = diagnostic.range;
    // A repeated block or a macro reports the same thing at the same use each time round.
    const key = `${diagnostic.file}:${start.line}:${start.character}:${end.line}:${end.character}:${diagnostic.code}:${diagnostic.message}`;
    if (seen.has(key)) return;
    seen.add(key);
    diagnostics.push(diagnostic);
    if (diagnostics.length === mostDiagnostics) {
      diagnostics.push({
        ...diagnostic,
        severity: 'information',
        code: 'too-many-problems',
        message: `More than ${mostDiagnostics} problems were found; the rest is not shown.`,
      });
    }
  };
  return {
    diagnostics,
    error: (place, code, message, related) => {
      add(diagnosticAt(place, 'error', code, message, related));
    },
    warning: (place, code, message, related) => {
      add(diagnosticAt(place, 'warning', code, message, related));
    },
    information: (place, code, message) => {
      add(diagnosticAt(place, 'information', code, message));
    },
    add: (all) => {
      all.forEach(add);
    },
  };
}
