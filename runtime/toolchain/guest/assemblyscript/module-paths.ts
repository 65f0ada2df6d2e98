/**
 * One module for one file. The compiler library knows a module by the path of its import, and can not tell that `./x` and
 * `../folder/x` are the same: it would make each class of it twice. So paths are made the same as soon as a source is
 * parsed, before the library asks for the next file. Where two paths differ and their files do not, as with a link, it is told.
 */
import type { ImportingStatement, Program, Range, Source } from 'assemblyscript';

/** Makes the paths of what this source imports those that `canonicalOf` gives. */
export function unifyPaths(
  { parser }: Program,
  source: Source,
  canonicalOf: (internalPath: string) => string,
): void {
  for (const statement of importsOf(source)) {
    const written = statement.internalPath;
    const canonical = canonicalOf(written);
    if (canonical === written) continue;
    statement.internalPath = canonical;
    const { exportPaths } = source;
    const exported = exportPaths?.indexOf(written) ?? -1;
    if (exportPaths !== null && exported >= 0) exportPaths[exported] = canonical;
    const wanted = parser.backlog.indexOf(written);
    if (wanted < 0) continue;
    const dependee = parser.dependees.get(written);
    if (dependee !== undefined && !parser.dependees.has(canonical))
      parser.dependees.set(canonical, dependee);
    if (parser.seenlog.has(canonical)) parser.backlog.splice(wanted, 1);
    else parser.backlog[wanted] = canonical;
    parser.seenlog.add(canonical);
  }
}

export interface RepeatedModule {
  /** Of the path in an import. */
  readonly range: Range;
  readonly again: Source;
  readonly first: Source;
}

/** Imports of modules of the user's whose text another module has, too. */
export function repeatedModules(sources: readonly Source[]): RepeatedModule[] {
  const own = sources.filter(({ isLibrary, text }) => !isLibrary && text.trim() !== '');
  const firstWith = new Map<string, Source>();
  for (const source of own) if (!firstWith.has(source.text)) firstWith.set(source.text, source);
  if (firstWith.size === own.length) return [];
  const byPath = new Map(own.map((source) => [source.internalPath, source]));
  return own.flatMap((source) =>
    importsOf(source).flatMap(({ internalPath, path }) => {
      const again = byPath.get(internalPath) ?? byPath.get(`${internalPath}/index`);
      const first = again && firstWith.get(again.text);
      return again === undefined || first === undefined || again === first || path === null
        ? []
        : [{ range: path.range, again, first }];
    }),
  );
}

const importsOf = ({ statements }: Source): ImportingStatement[] =>
  statements.filter(
    (statement): statement is ImportingStatement =>
      'internalPath' in statement &&
      typeof statement.internalPath === 'string' &&
      !statement.internalPath.startsWith('~lib/'),
  );
