/**
 * Archives: objects of which only those are linked that something needs. Unlike GNU ld, the order of
 * archives does not matter: a member that defines what is missing is taken, until nothing is missing
 * that any of them has.
 */
import type { ObjectFile } from '../object-file.js';

export interface Archive {
  readonly name: string;
  readonly members: readonly ObjectFile[];
}

/** The objects and, behind them, the members that they need: round by round, in the order of the archives. */
export function withMembers(
  objects: readonly ObjectFile[],
  archives: readonly Archive[],
  roots: readonly string[],
): ObjectFile[] {
  const taken = [...objects];
  const defined = new Set<string>();
  const missing = new Set<string>(roots);
  const scan = ({ symbols }: ObjectFile): void => {
    for (const { name, binding, definition } of symbols) {
      if (binding === 'local' || name === '') continue;
      if (definition.kind !== 'undefined') {
        defined.add(name);
        missing.delete(name);
      }
      // A weak reference takes nothing out of an archive.
      else if (binding === 'global' && !defined.has(name)) missing.add(name);
    }
  };
  objects.forEach(scan);
  const waiting = new Set(archives.flatMap(({ members }) => members));
  let isGrowing = true;
  while (isGrowing && missing.size > 0) {
    isGrowing = false;
    for (const member of waiting) {
      if (!defines(member, missing)) continue;
      waiting.delete(member);
      taken.push(member);
      scan(member);
      isGrowing = true;
    }
  }
  return taken;
}

const defines = ({ symbols }: ObjectFile, wanted: ReadonlySet<string>): boolean =>
  symbols.some(
    ({ name, binding, definition }) =>
      binding !== 'local' && definition.kind !== 'undefined' && wanted.has(name),
  );
