/** Every place of a name in the files of the program. */
import type { Location, Position, ReferenceContext } from 'vscode-languageserver/node';
import type { Analysis } from '../analyses.js';
import { tokenAt } from '../classified-line.js';
import type { Documents } from '../documents.js';
import type { SymbolPlace } from './symbol-places.js';
import { definitionsOf, isName, placesOf } from './symbol-places.js';

export function referencesAt(
  analysis: Analysis,
  { line, character }: Position,
  documents: Documents,
  { includeDeclaration }: ReferenceContext,
): Location[] {
  const found = tokenAt(analysis.lines[line], character);
  if (found === undefined || !isName(found.token)) return [];
  const definitions = new Set(definitionsOf(analysis, found.token).map(keyOf));
  return placesOf(analysis, found.token)
    .filter((place) => includeDeclaration || !definitions.has(keyOf(place)))
    .map(({ path, range }) => ({ uri: documents.uriOf(path), range }));
}

function keyOf({ path, range }: SymbolPlace): string {
  return `${path}:${range.start.line}:${range.start.character}`;
}
