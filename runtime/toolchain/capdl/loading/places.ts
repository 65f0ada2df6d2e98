/**
 * The places of the loader's object CNode: one for the first capability to each object, and some for
 * copies. The first two are the loader's own. Capability pointers lead through the root that the loader
 * builds for itself (`runtime/system/rootserver/cspace.ts`).
 */
export interface Places {
  /** The place of an object's first capability. */
  of(name: string): number;
  /** Gives an object the next place. */
  assign(name: string): number;
  /** The next place, for something else that belongs to an object. */
  spare(name: string): number;
  /** Whom each place from the first on belongs to. */
  readonly names: readonly string[];
}

export const firstPlace = 2;
const placesBase = 0x4000_0000;

/** How deep a capability pointer leads: seL4_WordBits. */
export const wordBits = 32;

/** The capability pointer of a place. */
export const placePointer = (place: number): number => placesBase + place;

/** The object CNode, as where to copy from and to. */
export const objectCNode = placePointer(0);
export const schedControl = placePointer(1);

export function createPlaces(): Places {
  const byName = new Map<string, number>();
  const names: string[] = [];
  const spare = (name: string): number => {
    names.push(name);
    return firstPlace + names.length - 1;
  };
  return {
    // Every object gets its place before a step that needs it is made.
    of: (name) => byName.get(name) ?? 0,
    assign: (name) => {
      const place = spare(name);
      byName.set(name, place);
      return place;
    },
    spare,
    names,
  };
}
