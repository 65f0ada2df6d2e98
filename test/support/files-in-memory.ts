import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

/** Source files from a map of paths to texts, and nothing else. */
export function filesInMemory(texts: Readonly<Record<string, string>>): SourceFiles {
  const find = (path: string): string | undefined =>
    Object.hasOwn(texts, path) ? texts[path] : undefined;
  return {
    readText: find,
    readBytes: (path) => {
      const text = find(path);
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
  };
}
