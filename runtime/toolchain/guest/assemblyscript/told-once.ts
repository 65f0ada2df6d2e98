/** What is wrong with a program, without what says the same again. */
import type { Diagnostic } from '../../text/diagnostic.js';

export const toldOnce = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  withoutFollowing(withoutRepeated(diagnostics));

/** The library says again, at the same place, what our checks have said. */
function withoutRepeated(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ file, range: { start }, code }) => {
    const key = `${file}:${start.line}:${start.character}:${code}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** A name that a module does not have is told where it is imported, and not again at each use. */
function withoutFollowing(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const imported = new Set<string>();
  for (const { code, message, file } of diagnostics) {
    const name = code === 'ts-2305' ? /'([^']+)'\.$/.exec(message)?.[1] : undefined;
    if (name !== undefined) imported.add(`${file}\n${name}`);
  }
  return diagnostics.filter(
    ({ code, message, file }) =>
      code !== 'unknown-name' || !imported.has(`${file}\n${message.split(' ')[0] ?? ''}`),
  );
}
