/** What of a document names a file: a click opens it, at the line that is meant. */
import type { DocumentLink } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Language } from '../language.js';

export function documentLinksOf(
  language: Language,
  file: string,
  documents: Documents,
): DocumentLink[] {
  return (language.links?.(file) ?? []).map(({ range, target, tooltip }) => {
    const { line, character } = target.range.start;
    const place = line === 0 && character === 0 ? '' : `#L${line + 1},${character + 1}`;
    return { range, target: documents.uriOf(target.file) + place, tooltip };
  });
}
