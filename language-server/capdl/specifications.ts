/**
 * The capDL files of the workspace. A file may have a hundred thousand lines, so an edit reads again only the
 * declarations that it touches; what links them is worked out when a request needs it, and not at each key.
 */
import { openCapdl, type CapdlDocument } from '../../runtime/toolchain/capdl/document.js';
import type { CapdlAnalysis } from '../../runtime/toolchain/capdl/read.js';
import type { Steps } from '../../runtime/toolchain/capdl/link-state.js';
import type { CapdlTree } from '../../runtime/toolchain/capdl/tree.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { SourceText, Span } from '../../runtime/toolchain/text/source-text.js';
import type { Program } from '../language.js';
import { Remembered } from '../remembered.js';
import type { Workspace } from '../workspace.js';

export interface Specification {
  readonly path: string;
  readonly source: SourceText;
  readonly tree: CapdlTree;
  /** Made when it is asked for. */
  readonly analysis: CapdlAnalysis;
  /** Works towards the analysis, piece by piece. */
  readonly steps: Steps;
}

interface OpenSpecification {
  readonly document: CapdlDocument;
  /** As the result sees them that is made now. */
  files: SourceFiles;
}

/** A rename looks into so many files of the workspace. */
const mostFiles = 200;
const mostKept = 32;

export class Specifications {
  private readonly workspace: Workspace;
  private readonly specifications: Remembered<Specification>;
  private readonly opened = new Map<string, OpenSpecification>();
  private readonly programs = new WeakMap<Specification, Program>();

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.specifications = new Remembered(workspace.documents, { capacity: mostKept });
  }

  of(path: string): Specification {
    return this.specifications.get(path, (files) => this.read(path, files));
  }

  programOf(path: string): Program {
    const specification = this.of(path);
    const known = this.programs.get(specification);
    if (known !== undefined) return known;
    const program = {
      root: path,
      files: [path],
      get diagnostics() {
        return specification.analysis.diagnostics;
      },
    };
    this.programs.set(specification, program);
    return program;
  }

  /** Those that mention some text at all, in capitals or not. */
  thatMention(text: string): Specification[] {
    const { documents } = this.workspace;
    const mentioned = new RegExp(text.replaceAll(/\W/g, '\\$&'), 'i');
    return this.workspace
      .files()
      .filter((path) => path.endsWith('.cdl'))
      .slice(0, mostFiles)
      .filter((path) => mentioned.test(documents.readText(path) ?? ''))
      .map((path) => this.of(path));
  }

  private read(path: string, files: SourceFiles): Specification {
    const text = files.readText(path) ?? '';
    const open = this.opened.get(path) ?? openSpecification(path, text, files);
    const { document } = open;
    open.files = files;
    document.edit(text);
    this.opened.delete(path);
    this.opened.set(path, open);
    const [oldest] = this.opened.keys();
    if (this.opened.size > mostKept && oldest !== undefined) this.opened.delete(oldest);
    return {
      path,
      source: document.source,
      get tree() {
        return document.tree;
      },
      get analysis() {
        return document.analysis;
      },
      steps: document.steps(),
    };
  }
}

function openSpecification(path: string, text: string, files: SourceFiles): OpenSpecification {
  const open: OpenSpecification = {
    files,
    document: openCapdl(path, text, {
      files: {
        readText: (file) => open.files.readText(file),
        readBytes: (file) => open.files.readBytes(file),
      },
    }),
  };
  return open;
}

export function rangeOf({ source }: Specification, span: Span): Range {
  return source.placeOf(span).range;
}

export function offsetOf({ path, source }: Specification, position: Position): number | undefined {
  return source.offsetOf(path, position);
}

/** The part of the text that a range of lines shows. */
export function spanOf(specification: Specification, { start, end }: Range): Span {
  const { text } = specification.source;
  const from = offsetOf(specification, { line: start.line, character: 0 }) ?? 0;
  const to = offsetOf(specification, { line: end.line, character: 0 }) ?? text.length;
  const lineEnd = text.indexOf('\n', to);
  return { start: from, end: lineEnd < 0 ? text.length : lineEnd };
}
