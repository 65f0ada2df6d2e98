/**
 * The objects of a specification while it is made. Asking twice for the same name gives the same object:
 * that is how the two ends of a connection come to share one. Names follow the reference tool.
 */
import type {
  CapdlCapability,
  CapdlObject,
  CapdlObjectType,
  CapdlRights,
  Origin,
} from '../../capdl/spec.js';

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] };

export type DraftCapability = Changeable<CapdlCapability>;
export type DraftObject = Changeable<Omit<CapdlObject, 'slots' | 'name' | 'type'>> &
  Pick<CapdlObject, 'name' | 'type'> & { readonly slots: Map<number, DraftCapability> };

export interface ObjectSpace {
  readonly byName: Map<string, DraftObject>;
}

export type ObjectParameters = Omit<CapdlObject, 'name' | 'type' | 'slots' | 'origin'>;

export function obtainObject(
  space: ObjectSpace,
  wanted: string,
  type: CapdlObjectType,
  origin: Origin,
  parameters: ObjectParameters = {},
): DraftObject {
  let name = nameOf(wanted);
  for (let number = 2; ; number += 1) {
    const known = space.byName.get(name);
    if (known?.type === type) return known;
    if (known === undefined) break;
    // Two things of the assembly spell the same name: the later one gets a number.
    name = `${nameOf(wanted)}_${String(number)}`;
  }
  const made: DraftObject = { name, type, slots: new Map(), origin, ...parameters };
  space.byName.set(name, made);
  return made;
}

/** An identifier of capDL begins with a letter; one of CAmkES may begin with an underscore. */
const nameOf = (wanted: string): string => (wanted.startsWith('_') ? `o${wanted}` : wanted);

export const noRights: CapdlRights = {
  read: false,
  write: false,
  grant: false,
  grantReply: false,
};

/** From letters as capDL prints them; `X` of a frame is its `grant`. */
export function rightsOf(letters: string): CapdlRights {
  return {
    read: letters.includes('R'),
    write: letters.includes('W'),
    grant: letters.includes('G') || letters.includes('X'),
    grantReply: letters.includes('P'),
  };
}

export const joinedRights = (left: CapdlRights, right: CapdlRights): CapdlRights => ({
  read: left.read || right.read,
  write: left.write || right.write,
  grant: left.grant || right.grant,
  grantReply: left.grantReply || right.grantReply,
});
