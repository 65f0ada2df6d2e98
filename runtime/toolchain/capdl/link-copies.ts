/** Copies: `<name>` in a slot has what the capability of that name has, less what it masks. */
import { maskedFacts } from './capability-parameters.js';
import { namesOf } from './capability-names.js';
import { fillSlot } from './fill-slot.js';
import { placed, writtenAt, type LinkedCapability, type LinkedObject } from './linked.js';
import { noteUse, type CopySource, type LinkState } from './link-state.js';
import type { CapabilityNode, PlacedBlock } from './tree.js';

/** Copies are linked when all names are known. */
export function linkCopies(
  table: LinkState,
  at: PlacedBlock,
  node: CapabilityNode,
  container: LinkedObject,
  slot: number,
): void {
  const sources = namesOf(table, at, node.target);
  sources.forEach((source, offset) => {
    const copy: LinkedCapability = {
      container,
      slot: slot + offset,
      at,
      node,
      object: undefined,
      control: undefined,
      facts: {},
      parent: undefined,
    };
    fillSlot(table, copy);
    if (container.slots?.get(copy.slot) === copy) {
      table.copies.set(copy, { name: source, at: placed(at, node.target), block: table.current });
    }
  });
}

/** Follows names until a capability that is no copy. */
export function resolveCopy(table: LinkState, copy: LinkedCapability, source: CopySource): void {
  const { copies, reporter } = table;
  table.current = source.block;
  const seen = new Set<LinkedCapability>([copy]);
  let { name } = source;
  const chain = [copy];
  for (;;) {
    const original = name?.object?.slots?.get(name.slot);
    if (name === undefined || original === undefined) {
      reporter.add({
        ...source.at,
        severity: 'error',
        code: 'empty-slot-reference',
        message:
          name?.object === undefined
            ? `\`${name?.name ?? ''}\` names a slot of an object that does not exist.`
            : `\`${name.name}\` names slot ${name.slot} of \`${name.object.name}\`, which is empty.`,
        ...(name === undefined ? {} : { related: [{ ...name.at, message: 'Named here.' }] }),
      });
      return;
    }
    if (seen.has(original)) {
      reporter.add({
        ...source.at,
        severity: 'error',
        code: 'cyclic-copy',
        message: `This is a copy of itself: following \`${copy.node.target.name}\` comes back here.`,
        related: [{ ...writtenAt(original), message: 'The circle goes through here.' }],
      });
      return;
    }
    const next = copies.get(original);
    if (next === undefined || original.object !== undefined || original.control !== undefined) {
      finishCopies(table, chain, original);
      return;
    }
    seen.add(original);
    chain.push(original);
    ({ name } = next);
  }
}

/** Each copy in the chain has what the one behind it has, less what it masks. */
function finishCopies(
  table: LinkState,
  chain: readonly LinkedCapability[],
  original: LinkedCapability,
): void {
  let from = original;
  for (const copy of [...chain].reverse()) {
    copy.object = from.object;
    copy.control = from.control;
    copy.facts = maskedFacts(from.facts, copy.node);
    if (copy.object !== undefined) noteUse(table, copy.object);
    from = copy;
  }
}
