/** From resolved names to the specification as plain data. What is not known, such as an object that is not declared, is left out. */
import { originAt } from './origin.js';
import {
  placed,
  typeOf,
  type CapabilityFacts,
  type Linked,
  type LinkedCapability,
  type LinkedObject,
  type SlotOf,
} from './linked.js';
import { numberParameter, parameterOf, valueOf } from './object-parameters.js';
import { inText } from './problem.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlRights,
  CapdlSpec,
  FrameFill,
  Origin,
  SchedParameters,
  SlotName,
  TcbParameters,
} from './spec.js';
import type { ObjectNode, ParameterNode } from './tree.js';
import type { SourceText } from '../text/source-text.js';

/** Undefined without an architecture. */
export function buildSpec(linked: Linked, source: SourceText): CapdlSpec | undefined {
  const { architecture } = linked;
  if (architecture === undefined) return undefined;
  const derivations = linked.derivations.map(({ parent, child }) => ({
    parent: slotName(parent),
    child: slotName(child),
  }));
  const objects: CapdlObject[] = [];
  for (const object of linked.orderedObjects) {
    const built = buildObject(object, source);
    if (built !== undefined) objects.push(built);
  }
  return {
    architecture,
    objects,
    irqs: new Map([...linked.irqs].map(([number, { object }]) => [number, object.name])),
    derivations,
    domains: linked.domains,
  };
}

const slotName = ({ object, slot }: SlotOf): SlotName => ({ object: object.name, slot });

function buildObject(object: LinkedObject, source: SourceText): CapdlObject | undefined {
  const { type, sizeBits, physicalAddress, node, nameNode, at } = object.declaration;
  if (type === undefined) return undefined;
  const slots = new Map<number, CapdlCapability>();
  for (const [slot, capability] of object.slots ?? []) {
    const built = buildCapability(capability, source);
    if (built !== undefined) slots.set(slot, built);
  }
  return {
    name: object.name,
    type,
    ...(sizeBits === undefined ? {} : { sizeBits }),
    ...(physicalAddress === undefined ? {} : { physicalAddress }),
    ...(node === undefined ? {} : parametersOf(node, type)),
    ...(object.coveredBy === undefined ? {} : { coveredBy: object.coveredBy.name }),
    ...(object.covers === undefined ? {} : { covers: object.covers.map(({ name }) => name) }),
    slots,
    origin: originAt(source, inText(placed(at, nameNode)), `object ${object.name}`),
  };
}

function parametersOf(node: ObjectNode, type: CapdlObject['type']): Partial<CapdlObject> {
  if (node.parameters.length === 0) return {};
  if (type === 'tcb') return { tcb: tcbParameters(node) };
  if (type === 'sc') {
    const sched = schedParameters(node);
    return sched === undefined ? {} : { sched };
  }
  if (type === 'frame') {
    const fill = fillOf(node);
    return fill === undefined ? {} : { fill };
  }
  if (type === 'asid_pool') {
    const asidHigh = numberParameter(node, 'asid_high');
    return asidHigh === undefined ? {} : { asidHigh: Number(asidHigh) };
  }
  if (type === 'cnode') {
    const takesUntyped = booleanOf(node, 'untyped');
    return takesUntyped === undefined ? {} : { takesUntyped };
  }
  if (type === 'ut' || type === 'irq') return {};
  const others = new Map(node.parameters.map((each) => [each.word, otherText(each)]));
  return { others };
}

const booleanOf = (node: ObjectNode, word: string): boolean | undefined => {
  const value = parameterOf(node, word)?.value;
  return value?.kind === 'word' ? value.text === 'True' : undefined;
};

function tcbParameters(node: ObjectNode): TcbParameters {
  const big = (word: string): bigint | undefined => valueOf(parameterOf(node, word)?.value);
  const small = (word: string): number | undefined => {
    const value = numberParameter(node, word);
    return value === undefined ? undefined : Number(value);
  };
  const init = parameterOf(node, 'init')?.value;
  return defined({
    ipcBufferAddress: big('addr'),
    instructionPointer: big('ip'),
    stackPointer: big('sp'),
    priority: small('prio'),
    maxPriority: small('max_prio'),
    affinity: small('affinity'),
    domain: small('dom'),
    init: init?.kind === 'numbers' ? init.items.map(({ value }) => BigInt(value)) : undefined,
    faultEndpoint: big('fault_ep'),
    resume: booleanOf(node, 'resume'),
    fpuDisabled: booleanOf(node, 'fpu_disabled'),
  });
}

function schedParameters(node: ObjectNode): SchedParameters | undefined {
  const [period, budget, data] = ['period', 'budget', 'data'].map((word) =>
    valueOf(parameterOf(node, word)?.value),
  );
  if (period === undefined || budget === undefined) return undefined;
  return { period, budget, ...(data === undefined ? {} : { data }) };
}

function fillOf(node: ObjectNode): FrameFill[] | undefined {
  const value = parameterOf(node, 'fill')?.value;
  if (value?.kind !== 'fills') return undefined;
  return value.items.flatMap(({ words }): FrameFill[] => {
    const [offset, length, type, first, second] = words.map(({ text }) => text);
    const isFile = type === 'CDL_FrameFill_FileData';
    if (first === undefined || (!isFile && type !== 'CDL_FrameFill_BootInfo')) return [];
    const where = { destinationOffset: Number(offset), lengthBytes: Number(length) };
    const from = Number(second ?? 0);
    if (![where.destinationOffset, where.lengthBytes, from].every(Number.isSafeInteger)) return [];
    return [
      {
        ...where,
        source: isFile
          ? { kind: 'file', file: first.replace(/^"(.*)"$/, '$1'), offset: from }
          : { kind: 'bootinfo', id: first, offset: from },
      },
    ];
  });
}

function otherText({ value }: ParameterNode): string {
  if (value?.kind === 'number') return `${value.value}`;
  if (value?.kind === 'word') return value.text;
  if (value?.kind === 'pair' && value.second.kind === 'number') {
    return `[${value.first.value}..${value.second.value}]`;
  }
  if (value?.kind !== 'numbers') return '';
  const [bus, device, fn] = value.items.map((item) => item.value);
  return `${bus}:${device}.${fn}`;
}

/** Without the properties that are undefined. */
function defined<Type extends object>(record: {
  [Key in keyof Type]: Type[Key] | undefined;
}): Type {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Type;
}

/** Kinds whose capabilities have rights even when no letter is written. */
const hasRights: ReadonlySet<string> = new Set(['ep', 'notification', 'frame']);

function buildCapability(
  capability: LinkedCapability,
  source: SourceText,
): CapdlCapability | undefined {
  const { object, control, facts, parent, at, node } = capability;
  const name = object?.name ?? control;
  if (name === undefined) return undefined;
  const rights = facts.rights ?? (hasRights.has(typeOf(object) ?? '') ? 0 : undefined);
  const origin: Origin = originAt(
    source,
    inText(placed(at, node)),
    `slot ${node.slot?.word ?? capability.slot} of ${capability.container.name}`,
  );
  return {
    object: name,
    ...(rights === undefined ? {} : { rights: rightsOf(rights) }),
    ...parametersOfCapability(facts),
    ...(parent === undefined ? {} : { parent: slotName(parent) }),
    origin,
  };
}

export const rightsOf = (bits: number): CapdlRights => ({
  read: (bits & 1) !== 0,
  write: (bits & 2) !== 0,
  grant: (bits & 4) !== 0,
  grantReply: (bits & 8) !== 0,
});

function parametersOfCapability({
  badge,
  guard,
  guardSize,
  cached,
  mapping,
  asid,
  core,
  isReply,
  isMasterReply,
}: CapabilityFacts): Partial<CapdlCapability> {
  const index = mapping?.object.indices?.[0];
  const table =
    index?.kind === 'only' ? `${mapping?.object.name ?? ''}[${index.first}]` : mapping?.object.name;
  return {
    ...(badge === undefined ? {} : { badge }),
    ...(guard === undefined ? {} : { guard }),
    ...(guardSize === undefined ? {} : { guardSize }),
    ...(cached === undefined ? {} : { cached }),
    ...(table === undefined ? {} : { mapping: { object: table, slot: mapping?.slot?.value ?? 0 } }),
    ...(asid === undefined ? {} : { asid }),
    ...(core === undefined ? {} : { core }),
    ...(isReply === undefined ? {} : { isReply }),
    ...(isMasterReply === undefined ? {} : { isMasterReply }),
  };
}
