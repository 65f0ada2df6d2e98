/**
 * What a front end says about a source: a value with a place, the same for the build, the command
 * line and the language server. Positions count from zero; `character` counts UTF-16 code units,
 * as the language server protocol does.
 */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface RelatedPlace {
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Diagnostic {
  readonly file: string;
  readonly range: Range;
  readonly severity: Severity;
  /** A stable kebab-case name of the rule: `unknown-instruction`, `undefined-symbol`. */
  readonly code: string;
  /** A sentence: what was found, what was expected, what to do. */
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  /** What an editor offers to do about it. */
  readonly fixes?: readonly Fix[];
  /** For a binary file: the byte offset of the fault, which then stands in place of a line. */
  readonly offset?: number;
}

/** A change that mends what a diagnostic says; its edits do not overlap. */
export interface Fix {
  /** In the imperative: "Import UARTDriver.camkes". */
  readonly title: string;
  readonly edits: readonly FixEdit[];
  /** The one that is nearly always right. */
  readonly isPreferred?: boolean;
}

export interface FixEdit {
  readonly file: string;
  readonly range: Range;
  readonly newText: string;
}

export const noRange: Range = {
  start: { line: 0, character: 0 },
  end: { line: 0, character: 0 },
};
