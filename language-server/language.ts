/**
 * What the server asks of a language. Each request of the protocol is a file in `features/`, which asks
 * through this interface and knows no language; each language is a folder, which knows no connection.
 * Places are paths and ranges here: URIs are made at the edge. What a language does not have, it leaves
 * out, and the request is then answered with nothing for its documents.
 */
import type {
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  InlayHint,
  SignatureHelp,
  SymbolKind,
} from 'vscode-languageserver/node';
import type { Result } from '../runtime/base/result.js';
import type { CapdlSpec } from '../runtime/toolchain/capdl/spec.js';
import type { ComponentDiagram } from '../runtime/toolchain/diagram/component-diagram.js';
import type { Diagnostic, FixEdit, Position, Range } from '../runtime/toolchain/text/diagnostic.js';

export interface Language {
  /** The programs that a document belongs to, each with all that is to say about any of its files. */
  readonly programsOf: (file: string) => readonly Program[];
  /** Resolved when they are those of the present text, where that is found out elsewhere. */
  readonly settled?: (file: string) => Promise<void>;
  /**
   * The work that answers about a long file need, piece by piece; the same until the file changes. An answer
   * that is asked for earlier does the rest of it at once.
   */
  readonly work?: (file: string) => Iterator<undefined, void>;
  readonly outline?: (file: string) => readonly DocumentSymbol[];
  readonly hover?: (file: string, position: Position) => HoverText | undefined;
  readonly completions?: (file: string, position: Position) => readonly CompletionItem[];
  readonly signature?: (file: string, position: Position) => SignatureHelp | undefined;
  readonly nameAt?: (file: string, position: Position) => NameAt | undefined;
  readonly typeDefinitions?: (file: string, position: Position) => readonly FilePlace[];
  readonly implementations?: (file: string, position: Position) => readonly FilePlace[];
  /** Undefined where nothing can be renamed; a failure is the sentence that says why. */
  readonly renaming?: (file: string, position: Position) => Result<Renaming, string> | undefined;
  readonly colours?: (file: string, range?: Range) => readonly Colour[];
  readonly folds?: (file: string) => readonly FoldingRange[];
  /** What is around a position, the smallest first; each contains the one before. */
  readonly enclosing?: (file: string, position: Position) => readonly Range[];
  /** The whole text, formatted. */
  readonly formatted?: (file: string) => string | undefined;
  readonly hints?: (file: string, range: Range) => readonly InlayHint[];
  readonly lenses?: (file: string) => readonly Lens[];
  readonly links?: (file: string) => readonly Link[];
  readonly callItems?: (file: string, position: Position) => readonly CallItem[];
  readonly callsTo?: (item: CallItem) => readonly Call[];
  readonly callsFrom?: (item: CallItem) => readonly Call[];
  /** The whole system that a file is a part of; a failure is the sentence that says why there is none. */
  readonly systemOf?: (file: string) => Result<SystemSource, string>;
  /** Edits that put the imports of a document in order; beside the fixes that diagnostics carry. */
  readonly organizedImports?: (file: string) => readonly FixEdit[];
}

/** What is analysed together: an assembly with all that it imports, a program with its includes. */
export interface Program {
  readonly root: string;
  /** Every file that was read; the root is among them. */
  readonly files: readonly string[];
  /** A file by itself, of which no whole system is known: it cannot say what others use. */
  readonly isPart?: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the views of a system are made from; each part is computed when it is asked for. */
export interface SystemSource {
  /** The file with the assembly, or the specification. */
  readonly root: string;
  /** Only an assembly has components. */
  readonly diagram?: () => ComponentDiagram;
  readonly spec: () => CapdlSpec;
}

export interface FilePlace {
  readonly file: string;
  readonly range: Range;
}

export interface HoverText {
  readonly range: Range;
  readonly markdown: string;
}

/** A name in the text, and what it stands for. */
export interface NameAt {
  readonly range: Range;
  readonly definitions: readonly FilePlace[];
  /** Every place of the name, its definitions among them. */
  readonly places: () => readonly FilePlace[];
}

export interface Renaming {
  readonly range: Range;
  readonly name: string;
  /** Every edit of every file, or a sentence that says what is wrong with the new name. */
  readonly editsFor: (newName: string) => Result<readonly FixEdit[], string>;
}

export const colourTypes = [
  'macro',
  'function',
  'variable',
  'class',
  'interface',
  'type',
  'struct',
  'property',
  'event',
  'method',
  'parameter',
  'enumMember',
  'namespace',
] as const;
export const colourModifiers = ['readonly', 'declaration', 'defaultLibrary'] as const;

export interface Colour {
  readonly range: Range;
  readonly type: (typeof colourTypes)[number];
  readonly modifiers: readonly (typeof colourModifiers)[number][];
}

/** A line over a declaration; the places open when it is chosen. */
export interface Lens {
  readonly range: Range;
  readonly title: string;
  readonly places: readonly FilePlace[];
}

export interface Link {
  readonly range: Range;
  readonly target: FilePlace;
  readonly tooltip: string;
}

/** A thing that calls and is called: an interface of an instance. */
export interface CallItem extends FilePlace {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly selection: Range;
  /** What the language needs to find it again. */
  readonly key: string;
}

export interface Call {
  readonly other: CallItem;
  /** Where it is asked for, in the file of the caller. */
  readonly places: readonly Range[];
}
