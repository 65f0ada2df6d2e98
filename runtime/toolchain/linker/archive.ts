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

/** The objects and, behind them, the members that they need, in the order in which they are needed. */
export function withMembers(
  objects: readonly ObjectFile[],
  archives: readonly Archive[],
  roots: readonly string[],
): ObjectFile[] {
  if (archives.length === 0) return [...objects];
  const definers = definersOf(archives);
  const taken: ObjectFile[] = [...objects];
  const isTaken = new Set<ObjectFile>();
  const defined = new Set<string>();
  const asked = new Set<string>(roots);
  const pending = [...roots];
  const scan = ({ symbols }: ObjectFile): void => {
    for (const { name, binding, definition } of symbols) {
      if (binding === 'local' || name === '') continue;
      if (definition.kind !== 'undefined') defined.add(name);
      // A weak reference takes nothing out of an archive.
      else if (binding === 'global' && !asked.has(name)) {
        asked.add(name);
        pending.push(name);
      }
    }
  };
  objects.forEach(scan);
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const member = defined.has(name) ? undefined : definers.get(name);
    if (member === undefined || isTaken.has(member)) continue;
    isTaken.add(member);
    taken.push(member);
    scan(member);
  }
  return taken;
}

/** The first member that defines each name. */
function definersOf(archives: readonly Archive[]): ReadonlyMap<string, ObjectFile> {
  const definers = new Map<string, ObjectFile>();
  for (const { members } of archives)
    for (const member of members)
      for (const { name, binding, definition } of member.symbols)
        if (binding !== 'local' && definition.kind !== 'undefined' && !definers.has(name))
          definers.set(name, member);
  return definers;
}
