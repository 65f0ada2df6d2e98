/** Requests whose answer is places: definition, references, highlights and their like. */
import type { DocumentHighlight, Location, Position } from 'vscode-languageserver/node';
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { FilePlace, Language } from '../language.js';

export function locationsOf(
  places: readonly FilePlace[] | undefined,
  documents: Documents,
): Location[] {
  return distinct(places ?? []).map(({ file, range }) => ({ uri: documents.uriOf(file), range }));
}

export function referencesAt(
  language: Language,
  file: string,
  position: Position,
  { includeDeclaration }: { includeDeclaration: boolean },
): FilePlace[] {
  const name = language.nameAt?.(file, position);
  if (name === undefined) return [];
  const definitions = new Set(name.definitions.map(keyOf));
  return name.places().filter((place) => includeDeclaration || !definitions.has(keyOf(place)));
}

/** The same name in the same document; its definition counts as written. */
export function highlightsAt(
  language: Language,
  file: string,
  position: Position,
): DocumentHighlight[] {
  const name = language.nameAt?.(file, position);
  if (name === undefined) return [];
  const definitions = new Set(name.definitions.map(keyOf));
  return distinct(name.places())
    .filter((place) => place.file === file)
    .map((place) => ({
      range: place.range,
      kind: definitions.has(keyOf(place))
        ? DocumentHighlightKind.Write
        : DocumentHighlightKind.Read,
    }));
}

function distinct(places: readonly FilePlace[]): FilePlace[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function keyOf({ file, range: { start, end } }: FilePlace): string {
  return `${file}:${start.line}:${start.character}-${end.line}:${end.character}`;
}
