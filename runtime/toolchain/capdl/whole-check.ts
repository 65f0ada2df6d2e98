/**
 * A check of the whole specification that keeps what it found: blocks leave it before they are unlinked and enter it
 * when they are linked, and `update` looks again at what that concerns. The first time all blocks enter.
 */
import type { BlockLink, Steps } from './link-state.js';
import type { LinkedObject } from './linked.js';
import type { PlacedProblem } from './problem.js';

export interface WholeCheck {
  readonly leave: (link: BlockLink) => void;
  readonly enter: (link: BlockLink) => void;
  readonly update: (changes: ObjectChanges) => Steps;
  /** In no order. */
  readonly problems: () => Iterable<PlacedProblem>;
}

export interface ObjectChanges {
  /** Objects that came or went, or whose slots are others. */
  readonly slots: ReadonlySet<LinkedObject>;
  /** Those that are used more or less often. */
  readonly uses: ReadonlySet<LinkedObject>;
}

export const noCheck: WholeCheck = {
  leave: () => undefined,
  enter: () => undefined,
  *update() {
    // Nothing is looked at.
  },
  problems: () => [],
};

/** Problems by what they are about, where most have none. */
export interface ProblemTable<Key> {
  readonly set: (key: Key, problems: readonly PlacedProblem[]) => void;
  readonly all: () => Iterable<PlacedProblem>;
}

export function newProblemTable<Key>(): ProblemTable<Key> {
  const table = new Map<Key, readonly PlacedProblem[]>();
  return {
    set: (key, problems) => {
      if (problems.length === 0) table.delete(key);
      else table.set(key, problems);
    },
    *all() {
      for (const problems of table.values()) yield* problems;
    },
  };
}
