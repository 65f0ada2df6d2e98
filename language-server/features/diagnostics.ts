/**
 * Everything that is to say about the documents that are asked for, by file. A file may belong to
 * several programs, as a component does that two assemblies use; what they agree on is said once.
 */
import type { Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';
import type { Diagnostic, Severity } from '../../runtime/toolchain/text/diagnostic.js';
import type { Documents } from '../documents.js';
import type { Program } from '../language.js';
import type { Languages } from '../languages.js';

/** Diagnostics by file, without doubles, while programs are added one after the other. */
export class Collected {
  private readonly programs = new Set<Program>();
  private readonly byFile = new Map<string, Map<string, Said>>();
  /** How many programs a file is a part of. */
  private readonly programsOfFile = new Map<string, number>();

  /** So that a clean file is told to be clean. */
  addFile(file: string): void {
    if (!this.byFile.has(file)) this.byFile.set(file, new Map());
  }

  add(program: Program): void {
    if (this.programs.has(program)) return;
    this.programs.add(program);
    for (const file of program.isPart === true ? [program.root] : program.files)
      this.programsOfFile.set(file, (this.programsOfFile.get(file) ?? 0) + 1);
    for (const diagnostic of program.diagnostics) {
      const { file, range, code, message } = diagnostic;
      if (program.isPart === true && file !== program.root && isOfOneSystem(diagnostic)) continue;
      const { start, end } = range;
      const key = `${start.line}:${start.character}-${end.line}:${end.character} ${code} ${message}`;
      this.addFile(file);
      const ofFile = this.byFile.get(file);
      const said = ofFile?.get(key);
      if (said === undefined) ofFile?.set(key, { diagnostic, times: 1 });
      else said.times += 1;
    }
  }

  files(): string[] {
    return [...this.byFile.keys()];
  }

  of(file: string): Diagnostic[] {
    const programs = this.programsOfFile.get(file) ?? 0;
    return [...(this.byFile.get(file)?.values() ?? [])]
      .filter(({ diagnostic, times }) => !isOfOneSystem(diagnostic) || times >= programs)
      .map(({ diagnostic }) => diagnostic);
  }
}

interface Said {
  readonly diagnostic: Diagnostic;
  /** By so many programs. */
  times: number;
}

/** What one system does not use, another one may: only if none does it is unused. */
const isOfOneSystem = ({ code }: Diagnostic): boolean => code.startsWith('unused-');

/** Of one file alone, of all programs that it belongs to. */
export function diagnosticsOf(languages: Languages, file: string): Diagnostic[] {
  const collected = new Collected();
  for (const program of languages.of(file)?.programsOf(file) ?? []) collected.add(program);
  return collected.of(file);
}

export function toProtocol(diagnostic: Diagnostic, documents: Documents): ProtocolDiagnostic {
  const { range, severity, code, message, related } = diagnostic;
  return {
    range,
    severity: severities[severity],
    code,
    source: 'cantrip',
    message,
    // An editor fades out what is not used.
    ...(code.startsWith('unused-') ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related === undefined
      ? {}
      : {
          relatedInformation: related.map((place) => ({
            location: { uri: documents.uriOf(place.file), range: place.range },
            message: place.message,
          })),
        }),
  };
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
