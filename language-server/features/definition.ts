/** Go to definition: a label, a constant or a macro, in any file of the program. */
import type { Location, Position } from 'vscode-languageserver/node';
import type { Analysis } from '../analyses.js';
import { tokenAt } from '../classified-line.js';
import type { Documents } from '../documents.js';
import { definitionsOf, isName } from './symbol-places.js';

export function definitionAt(
  analysis: Analysis,
  { line, character }: Position,
  documents: Documents,
): Location[] {
  const found = tokenAt(analysis.lines[line], character);
  if (found === undefined || !isName(found.token)) return [];
  return definitionsOf(analysis, found.token).map(({ path, range }) => ({
    uri: documents.uriOf(path),
    range,
  }));
}
