/**
 * The structures of a program as its debug information describes them: where each member is. Enough to
 * decode memory that the program laid out; types of variables and functions are not there.
 */
export interface TypeTable {
  /** By the name of the structure, or of the typedef of one without a name. */
  readonly structures: ReadonlyMap<string, StructureType>;
}

export interface StructureType {
  readonly sizeBytes: number;
  readonly members: ReadonlyMap<string, MemberType>;
}

export interface MemberType {
  readonly offset: number;
  /** The structure that the member is, or an array of; absent for numbers and pointers. */
  readonly structure?: string;
}

/** The offset of `tcbArch.tcbContext.registers` in a structure; undefined where a name of it is not there. */
export function offsetOfMember(
  { structures }: TypeTable,
  structure: string,
  path: string,
): number | undefined {
  let inside: string | undefined = structure;
  let offset = 0;
  for (const name of path.split('.')) {
    const member: MemberType | undefined = structures.get(inside ?? '')?.members.get(name);
    if (member === undefined) return undefined;
    offset += member.offset;
    inside = member.structure;
  }
  return offset;
}
