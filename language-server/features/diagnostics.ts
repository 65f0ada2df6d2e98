/**
 * Pushes diagnostics as the user types, a moment after the last key. One program may report on many
 * files, so everything is worked out together and a file that has become clean is told so.
 */
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Diagnostic as ProtocolDiagnostic } from 'vscode-languageserver/node';
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import { readCantripJson } from '../../runtime/toolchain/settings/cantrip-json.js';
import type { Diagnostic, Severity } from '../../runtime/toolchain/text/diagnostic.js';
import type { Analyses } from '../analyses.js';
import type { Documents } from '../documents.js';

/** Short enough to feel immediate, long enough that a fast typist is not analysed at every key. */
const quietMs = 80;

export class DiagnosticsFeed {
  private readonly documents: Documents;
  private readonly analyses: Analyses;
  private readonly publish: (parameters: PublishDiagnosticsParams) => void;
  private timer: NodeJS.Timeout | undefined;
  /** What the client shows now, by path, as JSON. */
  private shown = new Map<string, string>();

  constructor(
    documents: Documents,
    analyses: Analyses,
    publish: (parameters: PublishDiagnosticsParams) => void,
  ) {
    this.documents = documents;
    this.analyses = analyses;
    this.publish = publish;
  }

  update(): void {
    this.stop();
    this.timer = setTimeout(() => this.publishChanges(), quietMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private publishChanges(): void {
    const found = this.collect();
    const shown = new Map<string, string>();
    for (const [path, diagnostics] of found) {
      shown.set(path, JSON.stringify(diagnostics));
    }
    for (const path of new Set([...shown.keys(), ...this.shown.keys()])) {
      if (shown.get(path) === this.shown.get(path)) continue;
      const version = this.documents.versionOf(path);
      this.publish({
        uri: this.documents.uriOf(path),
        diagnostics: found.get(path) ?? [],
        ...(version === undefined ? {} : { version }),
      });
    }
    this.shown = shown;
  }

  /** Every open document has an entry, also when it is clean. */
  private collect(): Map<string, ProtocolDiagnostic[]> {
    const found = new Map<string, ProtocolDiagnostic[]>();
    const programs = new Set<string>();
    for (const path of this.documents.openPaths) {
      if (!found.has(path)) found.set(path, []);
      if (path.endsWith('/cantrip.json')) {
        const text = this.documents.readText(path) ?? '';
        this.add(found, readCantripJson(path, text).diagnostics);
        continue;
      }
      const { program } = this.analyses.of(path);
      if (programs.has(program.root)) continue;
      programs.add(program.root);
      this.add(found, program.diagnostics);
    }
    return found;
  }

  private add(found: Map<string, ProtocolDiagnostic[]>, diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const list = found.get(diagnostic.file) ?? [];
      found.set(diagnostic.file, list);
      list.push(this.toProtocol(diagnostic));
    }
  }

  private toProtocol(diagnostic: Diagnostic): ProtocolDiagnostic {
    const { range, severity, code, message, related } = diagnostic;
    return {
      range,
      severity: severities[severity],
      code,
      source: 'cantrip',
      message,
      ...(related === undefined
        ? {}
        : {
            relatedInformation: related.map((place) => ({
              location: { uri: this.documents.uriOf(place.file), range: place.range },
              message: place.message,
            })),
          }),
    };
  }
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
