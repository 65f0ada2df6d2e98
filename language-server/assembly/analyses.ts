/**
 * What the assembler says about a document, kept until any file changes. A file that the program of
 * its folder includes is seen as that program sees it, with the macros and symbols from before the
 * `.include`: assembled alone, it would be full of errors that are none.
 */
import { virtAddr } from '../../runtime/base/address.js';
import type { Assembled } from '../../runtime/toolchain/assembly/assemble.js';
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import { rootTaskTextBase } from '../../runtime/toolchain/build.js';
import { link } from '../../runtime/toolchain/linker/link.js';
import { readCantripJson } from '../../runtime/toolchain/settings/cantrip-json.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import type { ClassifiedLine } from './classified-line.js';
import { classifyLines } from './classified-line.js';
import type { Documents } from '../documents.js';
import { Remembered } from '../remembered.js';

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
  private readonly programs: Remembered<ProgramAnalysis>;
  private readonly lines: Remembered<readonly ClassifiedLine[]>;

  constructor(documents: Documents) {
    this.documents = documents;
    this.programs = new Remembered(documents, { capacity: 64 });
    this.lines = new Remembered(documents, { capacity: 256 });
  }

  of(path: string): Analysis {
    return {
      path,
      program: this.programOf(path),
      lines: this.linesOf(path),
      linesOf: (file) => this.linesOf(file),
    };
  }

  programOf(path: string): ProgramAnalysis {
    const home = this.programOfFolder(path);
    return home?.files.includes(path) === true
      ? home
      : this.analyze(path, { isWholeProgram: false });
  }

  /** Without any program around them. */
  linesOf(path: string): readonly ClassifiedLine[] {
    return this.lines.get(path, (files) => classifyLines(files.readText(path) ?? ''));
  }

  /** The assembly program that the nearest cantrip.json names, in this folder or one above. */
  private programOfFolder(path: string): ProgramAnalysis | undefined {
    for (let folder = parentOf(path); folder !== undefined; folder = parentOf(folder)) {
      const file = `${folder}/cantrip.json`;
      const text = this.documents.readText(file);
      if (text === undefined) continue;
      const { settings } = readCantripJson(file, text);
      const named = settings.program?.path;
      if (named === undefined || !/\.[sS]$/.test(named)) return undefined;
      const program = named.startsWith('/') ? named : `${folder}/${named}`;
      // An application is linked with the SDK.
      return this.analyze(program, { isWholeProgram: settings.app === undefined });
    }
    return undefined;
  }

  private analyze(root: string, { isWholeProgram }: { isWholeProgram: boolean }): ProgramAnalysis {
    return this.programs.get(`${isWholeProgram ? 'program' : 'file'} ${root}`, (files) => {
      const assembled = assemble(root, files);
      const broken = assembled.diagnostics.some(({ severity }) => severity === 'error');
      // With errors in the source, names that were not understood would be reported as undefined too.
      const linked = isWholeProgram && !broken ? linkDiagnostics(assembled) : [];
      return {
        root,
        assembled,
        diagnostics: [...assembled.diagnostics, ...linked],
        files: assembled.files,
      };
    });
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
