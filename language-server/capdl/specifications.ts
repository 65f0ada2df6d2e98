/** The capDL files of the workspace, each analysed until it changes. */
import type { CapdlAnalysis } from '../../runtime/toolchain/capdl/read.js';
import { readCapdl } from '../../runtime/toolchain/capdl/read.js';
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { Span } from '../../runtime/toolchain/text/source-text.js';
import type { Program } from '../language.js';
import { Remembered } from '../remembered.js';
import type { Workspace } from '../workspace.js';

export interface Specification {
  readonly path: string;
  readonly analysis: CapdlAnalysis;
}

/** A rename looks into so many files of the workspace. */
const mostFiles = 200;

export class Specifications {
  private readonly workspace: Workspace;
  private readonly analyses: Remembered<Specification>;
  private readonly programs = new WeakMap<Specification, Program>();

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.analyses = new Remembered(workspace.documents, { capacity: 32 });
  }

  of(path: string): Specification {
    return this.analyses.get(path, (files) => ({ path, analysis: readCapdl(path, files) }));
  }

  programOf(path: string): Program {
    const specification = this.of(path);
    const known = this.programs.get(specification);
    if (known !== undefined) return known;
    const { diagnostics } = specification.analysis;
    const program = { root: path, files: [path], diagnostics };
    this.programs.set(specification, program);
    return program;
  }

  /** Those that mention some text at all. */
  thatMention(text: string): Specification[] {
    const { documents } = this.workspace;
    return this.workspace
      .files()
      .filter((path) => path.endsWith('.cdl'))
      .slice(0, mostFiles)
      .filter((path) => documents.readText(path)?.includes(text) === true)
      .map((path) => this.of(path));
  }
}

export function rangeOf({ analysis: { source } }: Specification, span: Span): Range {
  return source.placeOf(span).range;
}

export function offsetOf(
  { path, analysis: { source } }: Specification,
  position: Position,
): number | undefined {
  return source.offsetOf(path, position);
}

/** The part of the text that a range of lines shows. */
export function spanOf(specification: Specification, { start, end }: Range): Span {
  const { text } = specification.analysis.source;
  const from = offsetOf(specification, { line: start.line, character: 0 }) ?? 0;
  const to = offsetOf(specification, { line: end.line, character: 0 }) ?? text.length;
  const lineEnd = text.indexOf('\n', to);
  return { start: from, end: lineEnd < 0 ? text.length : lineEnd };
}
