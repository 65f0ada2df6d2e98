/** Which capability is derived from which: what `- child_of` and the section `cdt` say. */
import { reportUnknownName } from './capability-names.js';
import { placed, type LinkedCapability, type Reporter, type SlotOf } from './linked.js';
import { resolve, wholeName } from './resolve-name.js';
import type { BlockLink, LinkState } from './link-state.js';
import type { PlacedSpan } from './problem.js';
import type { DerivationNode, PlacedBlock, SlotNode, SlotReferenceNode } from './tree.js';

export function linkDerivations(table: LinkState, blocks: readonly BlockLink[]): void {
  for (const link of blocks) {
    if (!link.hasNames) continue;
    table.current = link;
    linkParents(table, link.capabilities ?? []);
    const { node } = link.placed.block;
    if (node.kind === 'derivation') linkDerivation(table, link.placed, node);
  }
}

/** What `- child_of` says. */
function linkParents(table: LinkState, capabilities: readonly LinkedCapability[]): void {
  let before: LinkedCapability | undefined;
  for (const capability of capabilities) {
    const { node, at, container, slot } = capability;
    // Of a range only the first is derived.
    const isFirst = before?.node !== node || before.container !== container;
    before = capability;
    if (node.parent === undefined || !isFirst) continue;
    const parent = slotOf(table, at, node.parent);
    if (parent !== undefined)
      derive(table, parent, { object: container, slot }, placed(at, node.parent));
  }
}

function linkDerivation(table: LinkState, at: PlacedBlock, node: DerivationNode): void {
  const parent = slotOf(table, at, node.parent);
  for (const child of node.children) {
    const isNested = child.kind === 'derivation';
    const written = isNested ? child.parent : child;
    const slot = slotOf(table, at, written);
    if (parent !== undefined && slot !== undefined) {
      derive(table, parent, slot, placed(at, written));
    }
    if (!isNested) continue;
    table.reporter.add({
      ...placed(at, child),
      severity: 'warning',
      code: 'nested-derivation',
      message:
        'capDL-tool does not read derivations within one another. Write this one behind the one around it.',
    });
    linkDerivation(table, at, child);
  }
}

function derive(table: LinkState, parent: SlotOf, child: SlotOf, at: PlacedSpan): void {
  const { reporter, derivations } = table;
  const capability = child.object.slots?.get(child.slot);
  const add = (severity: 'error' | 'warning', code: string, message: string): void => {
    reporter.add({ ...at, severity, code, message });
  };
  const name = `slot ${child.slot} of \`${child.object.name}\``;
  if (capability?.parent !== undefined) {
    add('error', 'two-parents', `The capability in ${name} is derived from another one already.`);
    return;
  }
  if (parent.object === child.object && parent.slot === child.slot) {
    add('warning', 'cyclic-derivation', `The capability in ${name} cannot be derived from itself.`);
    return;
  }
  if (capability === undefined) {
    add('warning', 'empty-slot', `There is no capability in ${name}.`);
  } else capability.parent = parent;
  if (parent.object.slots?.has(parent.slot) !== true) {
    add(
      'warning',
      'empty-slot',
      `There is no capability in slot ${parent.slot} of \`${parent.object.name}\` to derive from.`,
    );
  }
  derivations.push({ parent, child, at });
}

/** What `(object, slot)` or a name says; undefined, and reported, where it does not exist. */
function slotOf(
  table: LinkState,
  at: PlacedBlock,
  { object, slot }: SlotReferenceNode,
): SlotOf | undefined {
  if (slot === undefined) {
    const known = table.names.get(wholeName(object));
    if (known === undefined) reportUnknownName(table, at, object);
    else known.uses += 1;
    return known?.object && { object: known.object, slot: known.slot };
  }
  const [found] = resolve(table, at, object);
  if (slot.value < 0) reportSlotWord(table.reporter, at, slot);
  return found === undefined || slot.value < 0 ? undefined : { object: found, slot: slot.value };
}

function reportSlotWord(reporter: Reporter, at: PlacedBlock, slot: SlotNode): void {
  reporter.add({
    ...placed(at, slot),
    severity: 'error',
    code: 'unknown-slot',
    message: `There is no slot \`${slot.word ?? ''}\`: a slot is a number, or of a TCB a name such as \`cspace\`.`,
  });
}
