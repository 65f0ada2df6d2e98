/**
 * The steps that fill CNodes. Each capability is a copy of the object's first, with its rights, badge or
 * guard; but where the specification derives others from one, that one is the first itself, so that it
 * can revoke them. What cannot be copied, and what is mapped already, is moved.
 */
import { initialSlot } from '../../../abi/boot-info.js';
import { allRights } from '../../../abi/cap-rights.js';
import type { CapdlCapability, CapdlObject, SlotName } from '../spec.js';
import { isSpecial, type SpecialObject } from './check.js';
import { dataWord, mappingKey, pointerTo, rightsWord, type Loading } from './loading.js';
import { objectCNode, schedControl, wordBits } from './places.js';

interface Filling {
  readonly holder: CapdlObject;
  readonly slot: number;
  readonly capability: CapdlCapability;
  readonly type: CapdlObject['type'] | undefined;
}

/** The objects whose first capability has gone into a CNode. */
export function fillCNodes(loading: Loading): ReadonlySet<string> {
  const moved = new Set<string>();
  const fillings = fillingsOf(loading);
  const parents = parentsOf(loading);
  const children = new Map<string, Filling[]>();
  const heirs = new Map<string, Filling>();
  const mappedTables = mappedTablesOf(loading);
  const later: Filling[] = [];
  const tied = new Set<string>();
  for (const parent of parents.values()) tied.add(keyOf(parent));
  const known = new Map(fillings.map((each) => [keyOfFilling(each), each]));
  for (const filling of fillings) {
    const stated = parents.get(keyOfFilling(filling));
    const parent = stated === undefined ? undefined : known.get(keyOf(stated));
    if (isMoved(loading, filling, mappedTables)) later.push(filling);
    else if (parent !== undefined && !isMoved(loading, parent, mappedTables)) {
      const siblings = children.get(keyOfFilling(parent));
      if (siblings === undefined) children.set(keyOfFilling(parent), [filling]);
      else siblings.push(filling);
    } else if (tied.has(keyOfFilling(filling)) && canInherit(loading, filling, heirs)) {
      heirs.set(filling.capability.object, filling);
    } else copyFirst(loading, filling);
  }
  for (const heir of heirs.values()) {
    moveFrom(loading, heir, loading.places.of(heir.capability.object));
    moved.add(heir.capability.object);
  }
  deriveChildren(loading, known, children);
  for (const filling of later) {
    moveLater(loading, filling);
    if (filling.capability.mapping === undefined) moved.add(filling.capability.object);
  }
  return moved;
}

const fillingsOf = ({ spec, objects }: Loading): readonly Filling[] =>
  spec.objects
    .filter(({ type }) => type === 'cnode')
    .flatMap((holder) =>
      [...holder.slots]
        .sort(([a], [b]) => a - b)
        .map(([slot, capability]) => ({
          holder,
          slot,
          capability,
          type: objects.get(capability.object)?.type,
        })),
    );

const keyOf = ({ object, slot }: SlotName): string => mappingKey(object, slot);
const keyOfFilling = ({ holder, slot }: Filling): string => mappingKey(holder.name, slot);

/** The parent that the text states, by the slot of the child. */
function parentsOf({ spec }: Loading): ReadonlyMap<string, SlotName> {
  const parents = new Map(spec.derivations.map(({ parent, child }) => [keyOf(child), parent]));
  for (const { name, type, slots } of spec.objects) {
    if (type !== 'cnode') continue;
    for (const [slot, { parent }] of slots)
      if (parent !== undefined) parents.set(mappingKey(name, slot), parent);
  }
  return parents;
}

const mappedTablesOf = ({ spaces }: Loading): ReadonlySet<string> =>
  new Set(
    spaces.flatMap(({ root, tables }) => [root.name, ...tables.map(({ table }) => table.name)]),
  );

function isMoved(
  { mapped }: Loading,
  { capability, type }: Filling,
  mappedTables: ReadonlySet<string>,
): boolean {
  const { object, mapping } = capability;
  if (object === 'irq_control' || type === 'ut') return true;
  if (mapping !== undefined && mapped.has(keyOf(mapping))) return true;
  // A page table that is in no address space cannot be copied.
  return type === 'pt' && !mappedTables.has(object);
}

/** Kinds whose first capability later steps do not need. */
const inheritable: ReadonlySet<string> = new Set([
  'ep',
  'notification',
  'rtreply',
  'sc',
  'asid_pool',
  'irq',
  'frame',
]);

function canInherit(
  { mappedFirst }: Loading,
  { capability, type }: Filling,
  heirs: ReadonlyMap<string, Filling>,
): boolean {
  const { object, badge = 0n } = capability;
  return (
    type !== undefined &&
    inheritable.has(type) &&
    badge === 0n &&
    (!hasRights.has(type) || isWhole(type, rightsWord(capability.rights))) &&
    !(type === 'frame' && mappedFirst.has(object)) &&
    !heirs.has(object)
  );
}

const hasRights: ReadonlySet<string> = new Set(['ep', 'notification', 'rtreply', 'frame']);

/** Whether the rights that the kind has are all there. */
function isWhole(type: string, rights: number): boolean {
  const own = type === 'ep' ? allRights : type === 'rtreply' ? 4 : 3;
  return (rights & own) === own;
}

const special: Readonly<Record<Exclude<SpecialObject, 'irq_control'>, number>> = {
  asid_control: initialSlot.asidControl,
  domain: initialSlot.domain,
  sched_control: schedControl - objectCNode,
};

function copyFirst(loading: Loading, filling: Filling): void {
  const { holder, slot, capability, type } = filling;
  const { object } = capability;
  const rights =
    type !== undefined && hasRights.has(type) ? rightsWord(capability.rights) : allRights;
  const isOfKernel = object === 'asid_control' || object === 'domain';
  const from = isSpecial(object) && object !== 'irq_control' ? special[object] : undefined;
  loading.steps.push({
    kind: 'CNodeMint',
    about: object,
    holder: holder.name,
    target: pointerTo(loading, holder.name),
    capabilities: [isOfKernel ? initialSlot.cnode : objectCNode],
    words: [
      slot,
      holder.sizeBits ?? 0,
      from ?? loading.places.of(object),
      isOfKernel ? wordBits : 'depth',
      rights,
      dataWord(capability, type),
    ],
  });
}

function moveFrom(loading: Loading, { holder, slot, capability }: Filling, place: number): void {
  loading.steps.push({
    kind: 'CNodeMove',
    about: capability.object,
    holder: holder.name,
    target: pointerTo(loading, holder.name),
    capabilities: [objectCNode],
    words: [slot, holder.sizeBits ?? 0, place, 'depth'],
  });
}

function moveLater(loading: Loading, filling: Filling): void {
  const { holder, slot, capability } = filling;
  const { object, mapping } = capability;
  if (object === 'irq_control') {
    loading.steps.push({
      kind: 'CNodeMove',
      about: object,
      holder: holder.name,
      target: pointerTo(loading, holder.name),
      capabilities: [initialSlot.cnode],
      words: [slot, holder.sizeBits ?? 0, initialSlot.irqControl, wordBits],
    });
    return;
  }
  const copy = mapping === undefined ? undefined : loading.mapped.get(keyOf(mapping));
  moveFrom(loading, filling, copy ?? loading.places.of(object));
}

/** From the slot of the parent, once that is filled; in a ring of derivations nothing is. */
function deriveChildren(
  loading: Loading,
  known: ReadonlyMap<string, Filling>,
  children: Map<string, Filling[]>,
): void {
  const waiting = new Set([...children.values()].flat().map(keyOfFilling));
  const open = [...children.keys()].filter((parent) => !waiting.has(parent));
  for (const key of open) {
    const parent = known.get(key);
    for (const child of children.get(key) ?? []) {
      waiting.delete(keyOfFilling(child));
      if (parent === undefined) continue;
      derive(loading, parent, child);
      if (children.has(keyOfFilling(child))) open.push(keyOfFilling(child));
    }
  }
  for (const filling of [...children.values()].flat())
    if (waiting.has(keyOfFilling(filling))) copyFirst(loading, filling);
}

function derive(
  loading: Loading,
  parent: Filling,
  { holder, slot, capability, type }: Filling,
): void {
  const data = dataWord(capability, type);
  // A badge is given once; a copy of a badged capability has it already.
  const hasBadge = type !== 'cnode' && data !== 0 && data === dataWord(parent.capability, type);
  const rights =
    type !== undefined && hasRights.has(type) ? rightsWord(capability.rights) : allRights;
  loading.steps.push({
    kind: hasBadge ? 'CNodeCopy' : 'CNodeMint',
    about: capability.object,
    holder: holder.name,
    target: pointerTo(loading, holder.name),
    capabilities: [pointerTo(loading, parent.holder.name)],
    words: [
      slot,
      holder.sizeBits ?? 0,
      parent.slot,
      parent.holder.sizeBits ?? 0,
      rights,
      ...(hasBadge ? [] : [data]),
    ],
  });
}
