/**
 * The end of text in quotes, in which a backslash takes the next character along. A loop rather than a
 * regular expression, whose backtracking overflows the stack on a string of some megabytes.
 */

/** The index of the quote that closes the one at `start`; -1 when nothing before `end` does. */
export function closingQuote(text: string, start: number, end = text.length): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < end; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === quote) return at;
  }
  return -1;
}

/** Just after the closing quote, or the end of the text when there is none. */
export function endOfQuoted(text: string, start: number): number {
  const close = closingQuote(text, start);
  return close < 0 ? text.length : close + 1;
}
