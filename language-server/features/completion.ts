/**
 * Completion, so that an answer is never larger than a reader or an editor can take: beyond that only what
 * begins with the word so far, and the client is told to ask again with more letters.
 */
import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Language } from '../language.js';

const mostItems = 1_000;

export function completionsAt(
  language: Language,
  file: string,
  position: Position,
  documents: Documents,
): CompletionList {
  const items = [...(language.completions?.(file, position) ?? [])];
  if (items.length <= mostItems) return { isIncomplete: false, items };
  const lines = (documents.readText(file) ?? '').split(/\r\n|\n|\r/);
  const before = (lines[position.line] ?? '').slice(0, position.character);
  const word = (/[\w@.-]*$/.exec(before)?.[0] ?? '').toLowerCase();
  const matching = items.filter(({ label }) => isPrefix(label, word));
  return { isIncomplete: true, items: matching.slice(0, mostItems) };
}

const isPrefix = (label: CompletionItem['label'], word: string): boolean =>
  label.slice(0, word.length).toLowerCase() === word;
