/**
 * Puts every capability of a tree into its slot: entries without a slot follow the one before, ranges take
 * a slot for each object, and `<name>` is a copy of what the name stands for.
 */
import { nearestName } from '../text/suggest.js';
import { capabilityFacts } from './capability-parameters.js';
import { nameRange, nameSlot } from './capability-names.js';
import { fillSlot } from './fill-slot.js';
import { linkCopies, resolveCopy } from './link-copies.js';
import { linkDerivations } from './link-derivations.js';
import {
  declaredAt,
  placed,
  type LinkedCapability,
  type LinkedObject,
  type Reporter,
} from './linked.js';
import { resolve, wholeName } from './resolve-name.js';
import { noteUse, type BlockLink, type LinkState, type Steps } from './link-state.js';
import type { PlacedSpan } from './problem.js';
import { isControlName } from './spec.js';
import { tcbSlotNames } from './tcb-slots.js';
import type { CapabilityNode, ContainerNode, PlacedBlock } from './tree.js';

/** Of the blocks, which must be all that fill a container of one of them or name capabilities, in order. */
export function* linkCapabilities(state: LinkState, blocks: readonly BlockLink[]): Steps {
  const laterCopies: (() => void)[] = [];
  for (const link of blocks) {
    const { node } = link.placed.block;
    state.current = link;
    if (node.kind === 'container') {
      linkContainer(state, link.placed, node, (copy) => {
        laterCopies.push(() => {
          state.current = link;
          copy();
        });
      });
      yield;
    } else if (node.kind === 'capabilityName') {
      const { name, target } = node;
      // capDL-tool looks at the target only where the name is used.
      if (target === undefined) continue;
      const object = state.objects.get(wholeName(target.object));
      const at = placed(link.placed, name);
      nameSlot(state, wholeName(name), object, target.slot?.value ?? -1, at);
      if (object !== undefined) noteUse(state, object);
    }
  }
  for (const link of laterCopies) link();
  for (const [copy, source] of state.copies) resolveCopy(state, copy, source);
  linkDerivations(state, blocks);
}

function linkContainer(
  table: LinkState,
  at: PlacedBlock,
  node: ContainerNode,
  later: (copy: () => void) => void,
): void {
  const containers = node.object === undefined ? [] : resolve(table, at, node.object);
  const hasCopy = node.capabilities.some(({ isCopy }) => isCopy);
  for (const capability of node.capabilities) {
    checkEntry(table, at, capability, hasCopy);
  }
  for (const [index, container] of containers.entries()) {
    if (container.declaration.kind !== undefined && !hasSlots(container)) {
      if (index === 0 && node.object !== undefined)
        reportNoSlots(table, container, placed(at, node.object));
      continue;
    }
    container.slots ??= new Map();
    let next = 0;
    for (const capability of node.capabilities) {
      const slot = capability.slot === undefined ? next : capability.slot.value;
      if (slot < 0) continue;
      if (capability.isCopy) {
        next = slot + 1;
        later(() => {
          linkCopies(table, at, capability, container, slot);
        });
        if (index === 0 && capability.name !== undefined)
          nameRange(table, at, capability, container, slot, 1);
        continue;
      }
      next = slot + linkEntry(table, at, capability, { container, slot, index });
    }
  }
}

const hasSlots = ({ declaration: { kind } }: LinkedObject): boolean =>
  kind?.holds('riscv') !== undefined;

function reportNoSlots({ reporter }: LinkState, container: LinkedObject, span: PlacedSpan): void {
  reporter.add({
    ...span,
    severity: 'error',
    code: 'no-slots',
    message: `\`${container.name}\` is of kind \`${container.declaration.type ?? ''}\`, which holds no capabilities.`,
    related: [{ ...declaredAt(container), message: 'Declared here.' }],
  });
}

/** What is wrong with an entry whatever container it is in. */
function checkEntry(
  { reporter }: LinkState,
  at: PlacedBlock,
  node: CapabilityNode,
  hasCopy: boolean,
): void {
  const { slot, name } = node;
  if (slot !== undefined && slot.value < 0) {
    const near = nearestName(slot.word ?? '', tcbSlotNames);
    reporter.add({
      ...placed(at, slot),
      severity: 'error',
      code: 'unknown-slot',
      message: `There is no slot \`${slot.word ?? ''}\`${near === undefined ? '. A slot is a number; those of a TCB have names such as `cspace`.' : `; did you mean \`${near}\`?`}`,
      ...(near === undefined
        ? {}
        : {
            fixes: [
              {
                title: `Change to \`${near}\``,
                edits: [{ ...placed(at, slot), text: near }],
                isPreferred: true,
              },
            ],
          }),
    });
  }
  if (slot !== undefined) return;
  if (hasCopy) {
    reporter.add({
      ...placed(at, node),
      severity: 'error',
      code: 'unnumbered-copy',
      message:
        'This capability has no slot. In a container with copies such as `<name>` every capability must have one.',
    });
  }
  if (name !== undefined) {
    reporter.add({
      ...placed(at, name),
      severity: 'warning',
      code: 'unnumbered-name',
      message: `capDL-tool gives a name only to a capability with a slot: \`<${name.name}>\` would not find this one. Write the slot before it.`,
    });
  }
}

interface Entry {
  readonly container: LinkedObject;
  readonly slot: number;
  /** Of the container in an array; names and unknown objects count for the first. */
  readonly index: number;
}

/** How many slots it fills. */
function linkEntry(
  table: LinkState,
  at: PlacedBlock,
  node: CapabilityNode,
  { container, slot, index }: Entry,
): number {
  const { target } = node;
  const facts = capabilityFacts(node);
  if (target.indices === undefined && isControlName(target.name)) {
    const capability: LinkedCapability = {
      container,
      slot,
      at,
      node,
      object: undefined,
      control: target.name,
      facts,
      parent: undefined,
    };
    fillSlot(table, capability);
    if (index === 0 && node.name !== undefined) nameRange(table, at, node, container, slot, 1);
    return 1;
  }
  const single = target.indices === undefined ? table.objects.get(target.name) : undefined;
  if (single !== undefined) {
    noteUse(table, single);
    fillSlot(table, {
      container,
      slot,
      at,
      node,
      object: single,
      control: undefined,
      facts,
      parent: undefined,
    });
    if (index === 0 && node.name !== undefined) nameRange(table, at, node, container, slot, 1);
    return 1;
  }
  const quiet =
    index === 0 ? table : { objects: table.objects, arrays: table.arrays, reporter: silent };
  const objects = resolve(quiet, at, target);
  objects.forEach((object, offset) => {
    noteUse(table, object);
    fillSlot(table, {
      container,
      slot: slot + offset,
      at,
      node,
      object,
      control: undefined,
      facts,
      parent: undefined,
    });
  });
  if (index === 0 && node.name !== undefined) {
    nameRange(table, at, node, container, slot, objects.length);
  }
  // An unknown object takes a slot, too: those behind it stay where they are.
  return target.indices === undefined ? 1 : objects.length;
}

const silent: Reporter = { add: () => undefined };
