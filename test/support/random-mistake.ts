/** A text with one mistake: cut off, or with a token deleted or inserted. The same for the same seed. */
import { Random } from './random.js';

const inserted = [
  ...['{', '}', '(', ')', '[', ']', ';', ',', '.', '=', '"', '<', '>', '@', '#', '/*', '*/', '//'],
  ...[
    'component',
    'composition',
    'connection',
    'uses',
    'from',
    'to',
    'in',
    'int',
    'string',
    'void',
  ],
  ...['X', '12', '->', '<-', '\0', '#if 1', '\n'],
];

export function randomMistake(text: string, seed: number): string {
  const random = new Random(seed);
  const tokens = [...text.matchAll(/\w+|"[^"\n]*"|[^\s\w]/g)];
  const token = random.oneOf(tokens);
  const before = text.slice(0, token.index);
  switch (random.below(3)) {
    case 0:
      return before;
    case 1:
      return before + text.slice(token.index + token[0].length);
    default:
      return `${before} ${random.oneOf(inserted)} ${text.slice(token.index)}`;
  }
}
