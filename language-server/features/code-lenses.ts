/**
 * Lines above declarations that say who uses them. Choosing one runs a command of the client that opens
 * the places: `cantrip.showPlaces`, with a URI, a position and locations of the protocol.
 */
import type { CodeLens } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Language } from '../language.js';
import { locationsOf } from './locations.js';

export function codeLensesOf(language: Language, file: string, documents: Documents): CodeLens[] {
  return (language.lenses?.(file) ?? []).map(({ range, title, places }) => ({
    range,
    command: {
      title,
      command: places.length === 0 ? '' : 'cantrip.showPlaces',
      arguments: [documents.uriOf(file), range.start, locationsOf(places, documents)],
    },
  }));
}
