/**
 * The comment right above a declaration, as text for a hover. What tells a comment is the language's
 * own; a line between that says nothing else ends it.
 */
export interface CommentStyle {
  /** What begins a comment up to the end of the line. */
  readonly line: string;
}

const mostLines = 24;

/** `line` is that of the declaration. Undefined when nothing, or no word, is above it. */
export function commentAbove(
  lines: readonly string[],
  line: number,
  { line: marker }: CommentStyle,
): string | undefined {
  const found: string[] = [];
  let isInBlock = false;
  for (let at = line - 1; at >= 0 && found.length < mostLines; at -= 1) {
    const text = (lines[at] ?? '').trim();
    if (!isInBlock && text.endsWith('*/')) {
      isInBlock = true;
    } else if (!isInBlock && !text.startsWith(marker)) break;
    const isBlockStart = isInBlock && text.includes('/*');
    // Code before a block comment on its first line: the comment is that line's.
    if (isBlockStart && !text.startsWith('/*')) break;
    found.unshift(withoutMarks(text, marker));
    if (isBlockStart) isInBlock = false;
  }
  const text = found.join('\n').trim();
  return /\w/.test(text) ? text : undefined;
}

function withoutMarks(text: string, marker: string): string {
  const bare = text.startsWith(marker)
    ? text.replace(new RegExp(`^(?:${marker.replaceAll(/[/-]/g, '\\$&')})+!?`), '')
    : text.replace(/^\/?\*+!?(?!\/)/, '').replace(/\*+\/$/, '');
  return bare.trim();
}

/** A comment's text is not Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, '\\$&');
}
