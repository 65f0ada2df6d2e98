/** One slip in a text, as hands make them: a token is left out, one too many is written, or the rest is missing. */
import fc from './fast-check.js';

export interface Slip {
  /** Which of the tokens; it counts around. */
  readonly token: number;
  readonly kind: 'cut' | 'deleted' | 'inserted';
  readonly inserted: string;
}

export const slipOf = (words: readonly string[]): fc.Arbitrary<Slip> =>
  fc.record({
    token: fc.nat(),
    kind: fc.constantFrom('cut', 'deleted', 'inserted'),
    inserted: fc.constantFrom(...words),
  });

export const withSlip = (text: string, { token, kind, inserted }: Slip): string => {
  const tokens = [...text.matchAll(/\w+|"[^"\n]*"|[^\s\w]/g)];
  const found = tokens[token % tokens.length];
  if (found === undefined) return text;
  const before = text.slice(0, found.index);
  if (kind === 'cut') return before;
  return kind === 'deleted'
    ? before + text.slice(found.index + found[0].length)
    : `${before} ${inserted} ${text.slice(found.index)}`;
};
