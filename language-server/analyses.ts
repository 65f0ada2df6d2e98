/**
 * What the assembler says about a document, kept until any file changes. A file that the program of
 * its folder includes is seen as that program sees it, with the macros and symbols from before the
 * `.include`: assembled alone, it would be full of errors that are none.
 */
import { virtAddr } from '../runtime/base/address.js';
import type { Assembled } from '../runtime/toolchain/assembly/assemble.js';
import { assemble } from '../runtime/toolchain/assembly/assemble.js';
import { rootTaskTextBase } from '../runtime/toolchain/build.js';
import { link } from '../runtime/toolchain/linker/link.js';
import { readCantripJson } from '../runtime/toolchain/settings/cantrip-json.js';
import type { Diagnostic } from '../runtime/toolchain/text/diagnostic.js';
import type { ClassifiedLine } from './classified-line.js';
import { classifyLines } from './classified-line.js';
import type { Documents } from './documents.js';

/** One program: the file that is assembled and all that it includes. */
export interface ProgramAnalysis {
  readonly root: string;
  readonly assembled: Assembled;
  /** Of the assembler, and of the linker where the file is the whole program of a folder. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read; the root is the first. */
  readonly files: readonly string[];
}

/** One document as a part of its program. */
export interface Analysis {
  readonly path: string;
  readonly program: ProgramAnalysis;
  /** The document's own lines, each with its tokens. */
  readonly lines: readonly ClassifiedLine[];
  /** The lines of any file of the program. */
  readonly linesOf: (file: string) => readonly ClassifiedLine[];
}

export class Analyses {
  private readonly documents: Documents;
  private epoch = -1;
  private readonly programs = new Map<string, ProgramAnalysis>();
  private readonly lines = new Map<string, readonly ClassifiedLine[]>();

  constructor(documents: Documents) {
    this.documents = documents;
  }

  of(path: string): Analysis {
    this.forgetOutdated();
    const home = this.programOfFolder(path);
    return {
      path,
      program:
        home?.files.includes(path) === true ? home : this.analyze(path, { isWholeProgram: false }),
      lines: this.linesOf(path),
      linesOf: (file) => this.linesOf(file),
    };
  }

  private forgetOutdated(): void {
    if (this.epoch === this.documents.epoch) return;
    this.epoch = this.documents.epoch;
    this.programs.clear();
    this.lines.clear();
  }

  private linesOf(path: string): readonly ClassifiedLine[] {
    let lines = this.lines.get(path);
    if (lines === undefined) {
      lines = classifyLines(this.documents.readText(path) ?? '');
      this.lines.set(path, lines);
    }
    return lines;
  }

  /** The assembly program that the nearest cantrip.json names, in this folder or one above. */
  private programOfFolder(path: string): ProgramAnalysis | undefined {
    for (let folder = parentOf(path); folder !== undefined; folder = parentOf(folder)) {
      const file = `${folder}/cantrip.json`;
      const text = this.documents.readText(file);
      if (text === undefined) continue;
      const named = readCantripJson(file, text).settings.program?.path;
      if (named === undefined || !/\.[sS]$/.test(named)) return undefined;
      const program = named.startsWith('/') ? named : `${folder}/${named}`;
      return this.analyze(program, { isWholeProgram: true });
    }
    return undefined;
  }

  private analyze(root: string, { isWholeProgram }: { isWholeProgram: boolean }): ProgramAnalysis {
    const known = this.programs.get(root);
    if (known !== undefined) return known;
    const assembled = assemble(root, this.documents);
    const broken = assembled.diagnostics.some(({ severity }) => severity === 'error');
    // With errors in the source, names that were not understood would be reported as undefined too.
    const linked = isWholeProgram && !broken ? linkDiagnostics(assembled) : [];
    const program: ProgramAnalysis = {
      root,
      assembled,
      diagnostics: [...assembled.diagnostics, ...linked],
      files: assembled.files,
    };
    this.programs.set(root, program);
    return program;
  }
}

function linkDiagnostics(assembled: Assembled): readonly Diagnostic[] {
  const textBase = virtAddr(rootTaskTextBase);
  return link([assembled.object], { entry: '_start', textBase }).diagnostics;
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? undefined : path.slice(0, slash);
}
