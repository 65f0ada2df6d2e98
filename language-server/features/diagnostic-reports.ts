/**
 * Diagnostics for a client that pulls them: of one document, or of all files of the workspace. A result
 * is known by a hash of what it says, so a client that has it already is only told that nothing changed.
 */
import type {
  CancellationToken,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import { stopIfCancelled } from '../cancellation.js';
import type { Documents } from '../documents.js';
import type { Languages } from '../languages.js';
import type { Workspace } from '../workspace.js';
import { workThrough } from '../pieces.js';
import { Collected, diagnosticsOf, toProtocol } from './diagnostics.js';

export async function documentReport(
  documents: Documents,
  languages: Languages,
  file: string,
  previousResultId: string | undefined,
  token: CancellationToken,
): Promise<DocumentDiagnosticReport> {
  await stopIfCancelled(token);
  return reportOf(documents, diagnosticsOf(languages, file), previousResultId);
}

/** Between two files other requests are answered, and a cancellation is heard. */
export async function workspaceReport(
  workspace: Workspace,
  languages: Languages,
  previous: readonly { readonly uri: string; readonly value: string }[],
  token: CancellationToken,
): Promise<WorkspaceDiagnosticReport> {
  await workspace.ready();
  const { documents } = workspace;
  const collected = new Collected();
  for (const file of workspace.files()) {
    await workThrough(
      () => languages.of(file)?.work?.(file),
      () => !token.isCancellationRequested,
    );
    await languages.of(file)?.settled?.(file);
    await stopIfCancelled(token);
    const programs = languages.of(file)?.programsOf(file);
    if (programs === undefined) continue;
    collected.addFile(file);
    programs.forEach((program) => collected.add(program));
  }
  const previousIds = new Map(previous.map(({ uri, value }) => [documents.pathOf(uri), value]));
  // A file that is gone, or has nothing to say any more, has to be told to be clean.
  const files = new Set([...collected.files(), ...previousIds.keys()]);
  const items = [...files].map((file): WorkspaceDocumentDiagnosticReport => ({
    uri: documents.uriOf(file),
    version: documents.versionOf(file) ?? null,
    ...reportOf(documents, collected.of(file), previousIds.get(file)),
  }));
  return { items };
}

function reportOf(
  documents: Documents,
  diagnostics: readonly Diagnostic[],
  previousResultId: string | undefined,
): DocumentDiagnosticReport {
  const items = diagnostics.map((diagnostic) => toProtocol(diagnostic, documents));
  const resultId = hashOf(JSON.stringify(items));
  return resultId === previousResultId
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** FNV-1a, twice over with different starts: 64 bits in all. */
function hashOf(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b) + 1;
  }
  return `${(one >>> 0).toString(36)}-${(other >>> 0).toString(36)}`;
}
