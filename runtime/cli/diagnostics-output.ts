/**
 * Diagnostics as text for people and problem matchers, as JSON, and as SARIF 2.1.0 for code review tools.
 * Text counts lines and columns from one, as editors show them; JSON from zero, as the protocol does.
 */
import type { Diagnostic, Range } from '../toolchain/text/diagnostic.js';
import { wholePath } from './disk.js';
import { printError, printJson } from './output.js';

export type DiagnosticFormat = 'human' | 'json' | 'sarif';
export const diagnosticFormats: readonly DiagnosticFormat[] = ['human', 'json', 'sarif'];

/** Text goes to stderr, a document to stdout. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat = 'human',
): void {
  switch (format) {
    case 'human':
      for (const diagnostic of diagnostics) printError(formatDiagnostic(diagnostic));
      break;
    case 'json':
      printJson({ diagnostics: diagnostics.map(jsonDiagnostic) });
      break;
    case 'sarif':
      printJson(sarifLog(diagnostics));
  }
}

/** Files, also of related places, by their whole paths: for a tool that knows nothing of the current folder. */
export const withWholePaths = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  file: wholePath(diagnostic.file),
  related: (diagnostic.related ?? []).map((place) => ({ ...place, file: wholePath(place.file) })),
});

/** `hello.S:12:5: error: There is no instruction adi. [unknown-instruction]`, related places below it. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, range, offset, severity, message, code, related = [] } = diagnostic;
  const place = offset === undefined ? placeText(file, range) : `${file}:byte ${offset}`;
  return [
    `${place}: ${severity}: ${message} [${code}]`,
    ...related.map((other) => `${placeText(other.file, other.range)}: note: ${other.message}`),
  ].join('\n');
}

const placeText = (file: string, { start }: Range): string =>
  `${file}:${start.line + 1}:${start.character + 1}`;

export function jsonDiagnostic(diagnostic: Diagnostic): unknown {
  const { file, range, severity, code, message, related = [], offset } = diagnostic;
  return {
    file,
    range,
    ...(offset === undefined ? {} : { offset }),
    severity,
    code,
    message,
    related,
  };
}

function sarifLog(diagnostics: readonly Diagnostic[]): unknown {
  const rules = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cantrip',
            rules: rules.map((id) => ({ id })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.code,
          level: sarifLevels[diagnostic.severity],
          message: { text: diagnostic.message },
          locations: [{ physicalLocation: sarifPlace(diagnostic) }],
          relatedLocations: (diagnostic.related ?? []).map((place) => ({
            physicalLocation: sarifPlace(place),
            message: { text: place.message },
          })),
        })),
      },
    ],
  };
}

const sarifLevels = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
} as const;

function sarifPlace({
  file,
  range,
  offset,
}: Pick<Diagnostic, 'file' | 'range' | 'offset'>): unknown {
  const region =
    offset === undefined
      ? {
          startLine: range.start.line + 1,
          startColumn: range.start.character + 1,
          endLine: range.end.line + 1,
          endColumn: range.end.character + 1,
        }
      : { byteOffset: offset, byteLength: 0 };
  return { artifactLocation: { uri: encodeURI(file) }, region };
}
