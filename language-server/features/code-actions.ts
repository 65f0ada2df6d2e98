/**
 * What the editor offers to do: the fixes that diagnostics carry, all preferred ones at once, and the
 * imports in order. A fix travels with its diagnostic, so the command line and the editor mend alike.
 */
import type { CodeAction, CodeActionContext, Range } from 'vscode-languageserver/node';
import { CodeActionKind } from 'vscode-languageserver/node';
import type { Diagnostic, Fix, FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import type { Language } from '../language.js';
import type { Languages } from '../languages.js';
import type { Documents } from '../documents.js';
import { diagnosticsOf, toProtocol } from './diagnostics.js';
import { workspaceEditOf } from './workspace-edit.js';

export const codeActionKinds = [
  CodeActionKind.QuickFix,
  CodeActionKind.SourceFixAll,
  CodeActionKind.SourceOrganizeImports,
];

export function codeActionsAt(
  languages: Languages,
  language: Language,
  file: string,
  range: Range,
  { only }: CodeActionContext,
  documents: Documents,
): CodeAction[] {
  const isWanted = (kind: string): boolean =>
    only?.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)) ?? true;
  const actions: CodeAction[] = [];
  const diagnostics = diagnosticsOf(languages, file).filter(({ fixes }) => fixes !== undefined);
  if (isWanted(CodeActionKind.QuickFix)) {
    for (const diagnostic of diagnostics.filter((found) => touches(found.range, range)))
      for (const fix of diagnostic.fixes ?? []) actions.push(quickFix(diagnostic, fix, documents));
  }
  if (isWanted(CodeActionKind.SourceFixAll)) {
    const edits = preferredEdits(diagnostics, file);
    if (edits.length > 0)
      actions.push({
        title: 'Fix everything that has one certain fix',
        kind: CodeActionKind.SourceFixAll,
        edit: workspaceEditOf(edits, documents),
      });
  }
  if (isWanted(CodeActionKind.SourceOrganizeImports)) {
    const edits = language.organizedImports?.(file) ?? [];
    if (edits.length > 0)
      actions.push({
        title: 'Organize imports',
        kind: CodeActionKind.SourceOrganizeImports,
        edit: workspaceEditOf(edits, documents),
      });
  }
  return actions;
}

function quickFix(diagnostic: Diagnostic, fix: Fix, documents: Documents): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toProtocol(diagnostic, documents)],
    edit: workspaceEditOf(fix.edits, documents),
    ...(fix.isPreferred === true ? { isPreferred: true } : {}),
  };
}

/** Of this document alone, and none that overlaps one before it: the next run takes those. */
function preferredEdits(diagnostics: readonly Diagnostic[], file: string): FixEdit[] {
  const taken: FixEdit[] = [];
  for (const { fixes } of diagnostics) {
    const fix = fixes?.find(({ isPreferred }) => isPreferred === true);
    if (fix?.edits.every((edit) => edit.file === file) !== true) continue;
    const isFree = fix.edits.every((edit) => !taken.some((other) => collides(edit, other)));
    if (isFree) taken.push(...fix.edits);
  }
  return taken;
}

function collides(one: FixEdit, other: FixEdit): boolean {
  // Two insertions at one place have no order that is certain.
  return touches(one.range, other.range);
}

function touches(one: Range, other: Range): boolean {
  return !isBefore(one.end, other.start) && !isBefore(other.end, one.start);
}

function isBefore(one: Range['start'], other: Range['start']): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
