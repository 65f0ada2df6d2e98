/**
 * Puts every capability of a tree into its slot: entries without a slot follow the one before, ranges take
 * a slot for each object, and `<name>` is a copy of what the name stands for.
 */
import { nearestName } from '../text/suggest.js';
import type { Span } from '../text/source-text.js';
import { capabilityFacts, maskedFacts } from './capability-parameters.js';
import {
  declaredAt,
  placed,
  slotSpan,
  writtenAt,
  type CapabilityName,
  type LinkedCapability,
  type LinkedDerivation,
  type LinkedObject,
  type Reporter,
  type SlotOf,
} from './linked.js';
import { resolve, wholeName, type ObjectTable } from './link-objects.js';
import { isControlName } from './spec.js';
import { tcbSlotName, tcbSlotNames } from './tcb-slots.js';
import type {
  CapabilityNode,
  CapdlTree,
  ContainerNode,
  DerivationNode,
  NameNode,
  SlotNode,
  SlotReferenceNode,
} from './tree.js';

export interface CapabilityTable {
  readonly objects: ObjectTable;
  readonly reporter: Reporter;
  readonly capabilities: LinkedCapability[];
  readonly names: Map<string, CapabilityName>;
  /** Copies, with what they copy. */
  readonly copies: Map<LinkedCapability, CopySource>;
  readonly derivations: LinkedDerivation[];
}

interface CopySource {
  readonly name: CapabilityName | undefined;
  readonly at: Span;
}

/** More capabilities than this are no system. */
const mostCapabilities = 4_000_000;

export function linkCapabilities(tree: CapdlTree, objects: ObjectTable): CapabilityTable {
  const { reporter } = objects;
  const table: CapabilityTable = {
    objects,
    reporter,
    capabilities: [],
    names: new Map(),
    copies: new Map(),
    derivations: [],
  };
  const laterCopies: (() => void)[] = [];
  for (const { start, block } of tree.blocks) {
    if (block.node.kind === 'container') linkContainer(table, start, block.node, laterCopies);
    else if (block.node.kind === 'capabilityName') {
      const { name, target } = block.node;
      // capDL-tool looks at the target only where the name is used.
      if (target !== undefined) {
        const object = objects.objects.get(wholeName(target.object));
        nameSlot(table, wholeName(name), object, target.slot?.value ?? -1, placed(start, name));
        if (object !== undefined) object.uses += 1;
      }
    }
  }
  for (const link of laterCopies) link();
  for (const [copy, source] of table.copies) resolveCopy(table, copy, source);
  linkDerivations(tree, table);
  return table;
}

function linkContainer(
  table: CapabilityTable,
  at: number,
  node: ContainerNode,
  laterCopies: (() => void)[],
): void {
  const containers = node.object === undefined ? [] : resolve(table.objects, at, node.object);
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
        laterCopies.push(() => {
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

function reportNoSlots({ reporter }: CapabilityTable, container: LinkedObject, span: Span): void {
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
  { reporter }: CapabilityTable,
  at: number,
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
  table: CapabilityTable,
  at: number,
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
    fill(table, capability);
    if (index === 0 && node.name !== undefined) nameRange(table, at, node, container, slot, 1);
    return 1;
  }
  const single = target.indices === undefined ? table.objects.objects.get(target.name) : undefined;
  if (single !== undefined) {
    single.uses += 1;
    fill(table, {
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
  const quiet = index === 0 ? table.objects : { ...table.objects, reporter: silent };
  const objects = resolve(quiet, at, target);
  objects.forEach((object, offset) => {
    object.uses += 1;
    fill(table, {
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

const silent: Reporter = { problems: [], add: () => undefined, maySuggest: () => false };

function fill(table: CapabilityTable, capability: LinkedCapability): void {
  const { container, slot } = capability;
  const slots = (container.slots ??= new Map<number, LinkedCapability>());
  const known = slots.get(slot);
  if (known !== undefined) {
    reportFilled(table, capability, known);
    return;
  }
  if (table.capabilities.length >= mostCapabilities) return;
  slots.set(slot, capability);
  table.capabilities.push(capability);
}

function reportFilled(
  { reporter }: CapabilityTable,
  capability: LinkedCapability,
  known: LinkedCapability,
): void {
  const { container, slot, node } = capability;
  let free = slot + 1;
  while (container.slots?.has(free) === true) free += 1;
  const isTcb = container.declaration.type === 'tcb';
  const word = (isTcb ? tcbSlotName(slot) : undefined) ?? `${slot}`;
  const span = slotSpan(capability);
  const canMove = node.slot !== undefined && !isTcb && node.target.indices === undefined;
  reporter.add({
    ...span,
    severity: 'error',
    code: 'slot-filled',
    message: `Slot ${word} of \`${container.name}\` is filled already.`,
    related: [{ ...writtenAt(known), message: 'The slot is filled here.' }],
    ...(canMove
      ? { fixes: [{ title: `Use slot ${free}`, edits: [{ ...span, text: `${free}` }] }] }
      : {}),
  });
}

function nameRange(
  table: CapabilityTable,
  at: number,
  node: CapabilityNode,
  container: LinkedObject,
  slot: number,
  count: number,
): void {
  const { name, slot: written } = node;
  if (name === undefined || written === undefined) return;
  const span = placed(at, name);
  if (name.indices === undefined) {
    if (count > 1) {
      table.reporter.add({
        ...span,
        severity: 'error',
        code: 'name-of-several',
        message: `One name cannot stand for ${count} capabilities. Write \`${name.name}[]\`.`,
        fixes: [
          {
            title: `Write \`${name.name}[]\``,
            edits: [{ ...span, text: `${name.name}[]` }],
            isPreferred: true,
          },
        ],
      });
    }
    nameSlot(table, name.name, container, slot, span);
    return;
  }
  if (name.indices.length !== 1 || name.indices[0]?.kind !== 'all') {
    table.reporter.add({
      ...span,
      severity: 'error',
      code: 'name-with-index',
      message: `A name for several capabilities is written with empty brackets: \`${name.name}[]\`.`,
      fixes: [
        {
          title: `Write \`${name.name}[]\``,
          edits: [{ ...span, text: `${name.name}[]` }],
          isPreferred: true,
        },
      ],
    });
    return;
  }
  for (let index = 0; index < count; index += 1) {
    nameSlot(table, `${name.name}[${index}]`, container, slot + index, span);
  }
}

function nameSlot(
  { names, reporter }: CapabilityTable,
  name: string,
  object: LinkedObject | undefined,
  slot: number,
  at: Span,
): void {
  const known = names.get(name);
  // capDL-tool takes the last one.
  if (known !== undefined) {
    reporter.add({
      ...at,
      severity: 'warning',
      code: 'duplicate-capability-name',
      message: `\`${name}\` is already the name of another capability; from here on it is that of this one. Choose another name.`,
      related: [{ ...known.at, message: 'Named first here.' }],
    });
  }
  names.set(name, { name, object, slot, at, uses: known?.uses ?? 0 });
}

/** Copies are linked when all names are known. */
function linkCopies(
  table: CapabilityTable,
  at: number,
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
    fill(table, copy);
    if (container.slots?.get(copy.slot) === copy) {
      table.copies.set(copy, { name: source, at: placed(at, node.target) });
    }
  });
}

/** The names that `<…>` says; what is not known is reported and left out. */
function namesOf(table: CapabilityTable, at: number, node: NameNode): readonly CapabilityName[] {
  const { name, indices } = node;
  const [index] = indices ?? [];
  if (indices !== undefined && (indices.length !== 1 || index?.kind !== 'only')) {
    const found: CapabilityName[] = [];
    for (let number = 0; ; number += 1) {
      const known = table.names.get(`${name}[${number}]`);
      if (known === undefined) break;
      if (indices.some((each) => isIn(each, number))) found.push(known);
    }
    if (found.length === 0) reportUnknownName(table, at, node);
    for (const known of found) known.uses += 1;
    return found;
  }
  const known = table.names.get(wholeName(node));
  if (known === undefined) {
    reportUnknownName(table, at, node);
    return [];
  }
  known.uses += 1;
  return [known];
}

const isIn = (
  { kind, first, last }: { kind: string; first: number; last: number },
  number: number,
): boolean =>
  kind === 'all' ||
  (kind === 'only' && number === first) ||
  (kind === 'from' && number >= first) ||
  (kind === 'to' && number <= last) ||
  (kind === 'fromTo' && number >= Math.min(first, last) && number <= Math.max(first, last));

function reportUnknownName({ reporter, names }: CapabilityTable, at: number, node: NameNode): void {
  const near = reporter.maySuggest() ? nearestName(node.name, names.keys()) : undefined;
  const span = placed(at, { start: node.start, end: node.start + node.name.length });
  reporter.add({
    ...span,
    severity: 'error',
    code: 'unknown-capability-name',
    message: `No capability has the name \`${node.name}\`${near === undefined ? '. Name one: `1: name = object`, or `name = (object, slot)`.' : `; did you mean \`${near}\`?`}`,
    ...(near === undefined || node.indices !== undefined
      ? {}
      : { fixes: [{ title: `Change to \`${near}\``, edits: [{ ...span, text: near }] }] }),
  });
}

/** Follows names until a capability that is no copy. */
function resolveCopy(table: CapabilityTable, copy: LinkedCapability, source: CopySource): void {
  const { copies, reporter } = table;
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
      finishCopies(chain, original);
      return;
    }
    seen.add(original);
    chain.push(original);
    ({ name } = next);
  }
}

/** Each copy in the chain has what the one behind it has, less what it masks. */
function finishCopies(chain: readonly LinkedCapability[], original: LinkedCapability): void {
  let from = original;
  for (const copy of [...chain].reverse()) {
    copy.object = from.object;
    copy.control = from.control;
    copy.facts = maskedFacts(from.facts, copy.node);
    if (copy.object !== undefined) copy.object.uses += 1;
    from = copy;
  }
}

function linkDerivations(tree: CapdlTree, table: CapabilityTable): void {
  let before: LinkedCapability | undefined;
  for (const capability of table.capabilities) {
    const { node, at, container, slot } = capability;
    // Of a range only the first is derived.
    const isFirst = before?.node !== node || before.container !== container;
    before = capability;
    if (node.parent === undefined || !isFirst) continue;
    const parent = slotOf(table, at, node.parent);
    if (parent !== undefined)
      derive(table, parent, { object: container, slot }, placed(at, node.parent));
  }
  for (const { start, block } of tree.blocks) {
    if (block.node.kind === 'derivation') linkDerivation(table, start, block.node);
  }
}

function linkDerivation(table: CapabilityTable, at: number, node: DerivationNode): void {
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

function derive(table: CapabilityTable, parent: SlotOf, child: SlotOf, at: Span): void {
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
export function slotOf(
  table: Pick<CapabilityTable, 'objects' | 'names' | 'reporter'>,
  at: number,
  { object, slot }: SlotReferenceNode,
): SlotOf | undefined {
  if (slot === undefined) {
    const known = table.names.get(wholeName(object));
    if (known === undefined) reportUnknownName({ ...table, ...noTables }, at, object);
    else known.uses += 1;
    return known?.object && { object: known.object, slot: known.slot };
  }
  const [found] = resolve(table.objects, at, object);
  if (slot.value < 0) reportSlotWord(table.reporter, at, slot);
  return found === undefined || slot.value < 0 ? undefined : { object: found, slot: slot.value };
}

const noTables = { capabilities: [], copies: new Map<never, never>(), derivations: [] };

function reportSlotWord(reporter: Reporter, at: number, slot: SlotNode): void {
  reporter.add({
    ...placed(at, slot),
    severity: 'error',
    code: 'unknown-slot',
    message: `There is no slot \`${slot.word ?? ''}\`: a slot is a number, or of a TCB a name such as \`cspace\`.`,
  });
}
