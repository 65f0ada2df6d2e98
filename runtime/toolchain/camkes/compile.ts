/**
 * From an assembly to capDL: the objects and capabilities that a system needs, named and numbered as the reference
 * tools do it. Slots of a CNode are given in the order in which things are rendered here: each instance with its
 * own objects, then its ends of all connections in their order. Never throws; what cannot be made is a diagnostic.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { CapdlObject, CapdlSpec } from '../capdl/spec.js';
import type { ArchitectureName } from '../settings/architecture-name.js';
import { boardArchitecture } from '../settings/architecture-name.js';
import { architectures, smallPageBytes } from './compile/architecture.js';
import { entrySymbolOf } from './compile/address-space.js';
import type { CSpaceBinding, EndBinding, ProgramBindings } from './compile/bindings.js';
import { newBindingDraft } from './compile/bindings.js';
import { finishComponent, renderComponent } from './compile/component-objects.js';
import type { ComponentLayout, ModelSizes } from './compile/component-layout.js';
import { maximumHeapBytes, modelLayout, modelSizes } from './compile/component-layout.js';
import { adviceFor } from './compiled-as.js';
import { connectorRenderers } from './compile/connector-renderers.js';
import type { CompileContext, ComponentSpace, Scope, SystemEnd } from './compile/context.js';
import { bindEnd, connectionOrigin, report } from './compile/context.js';
import { finishCSpace, newCSpace } from './compile/cspace.js';
import { directCallsOf, provideCapsule } from './compile/direct-calls.js';
import { obtainObject } from './compile/object-space.js';
import type { ProgramProblem } from './compile/program-pages.js';
import { allocationAfterInit } from './compile/allocation-rule.js';
import { mapProgram } from './compile/program-pages.js';
import { flagSetting, integerSetting } from './compile/setting-values.js';
import { renderSingleThreaded } from './compile/shared-endpoint.js';
import { renderSimple } from './compile/simple-component.js';
import { appendTo } from './multi-map.js';
import type { AllocationRule } from '../settings/cantrip-json.js';
import type { CamkesSystem, Connection, ConnectionEndpoint, Instance, Setting } from './system.js';

export interface CompileOptions {
  readonly architecture?: ArchitectureName;
  /** Kernels with scheduling contexts, which is the default. */
  readonly isMcs?: boolean;
  /** Whether each instance has a thread that reports the faults of the others. */
  readonly hasFaultHandlers?: boolean;
  /** Of threads without a setting: 16 KiB, or 4 KiB in Sparrow's dialect. */
  readonly defaultStackBytes?: number;
  /** Of instances without a setting; `drivers` where absent. */
  readonly allocationAfterInit?: AllocationRule;
  /** Groups whose members are all built here, and so call each other directly. None where absent. */
  readonly capsules?: ReadonlySet<string>;
  /** Programs that are built, by address space. A model stands for each other one. */
  readonly layouts?: ReadonlyMap<string, ComponentLayout>;
  readonly modelSizes?: ModelSizes;
}

export interface CompiledAssembly {
  readonly spec: CapdlSpec;
  /** Names of its objects in the order in which they were made, which no name has a part in. */
  readonly made: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What each program has to know of it. */
  readonly programs: readonly ProgramBindings[];
}

export function compileAssembly(
  system: CamkesSystem,
  options: CompileOptions = {},
): CompiledAssembly {
  const context = newContext(system, options);
  const software = system.instances.filter(({ component }) => !component.isHardware);
  for (const instance of software) openSpace(context, instance);
  for (const connection of system.connections) checkConnector(context, connection);
  for (const instance of software) renderInstance(context, instance);
  for (const space of context.spaces.values()) closeSpace(context, space, options);
  numberAsidPools(context);
  const made = [...context.objects.byName.keys()];
  return {
    spec: specOf(context),
    made,
    diagnostics: context.diagnostics,
    programs: [...context.spaces.values()].map((space) => programOf(context, space)),
  };
}

function newContext(system: CamkesSystem, options: CompileOptions): CompileContext {
  const isSparrow = system.dialect === 'sparrow';
  return {
    system,
    architecture: architectures[options.architecture ?? boardArchitecture],
    isMcs: options.isMcs ?? true,
    hasFaultHandlers: options.hasFaultHandlers ?? false,
    allocationAfterInit: options.allocationAfterInit ?? 'drivers',
    defaultStackBytes: BigInt(options.defaultStackBytes ?? (isSparrow ? 4096 : 16_384)),
    directCalls: directCallsOf(system, options.capsules ?? new Set()),
    objects: { byName: new Map() },
    spaces: new Map(),
    irqs: new Map(),
    sharedNotifications: new Map(),
    sharedEndpoints: new Map(),
    ends: endsByInstance(system),
    settings: settingsByOwner(system),
    bindings: new Map(),
    diagnostics: [],
    reported: new Set(),
  };
}

function endsByInstance({ connections }: CamkesSystem): Map<Instance, SystemEnd[]> {
  const byInstance = new Map<Instance, SystemEnd[]>();
  for (const connection of connections)
    for (const side of ['from', 'to'] as const)
      for (const [index, end] of connection[side].entries())
        appendTo(byInstance, end.instance, { connection, side, end, index });
  return byInstance;
}

function settingsByOwner(system: CamkesSystem): Map<string, ReadonlyMap<string, Setting>> {
  const byOwner = new Map<string, Map<string, Setting>>();
  const add = (owner: string, attribute: string, setting: Setting): void => {
    let settings = byOwner.get(owner);
    if (settings === undefined) byOwner.set(owner, (settings = new Map<string, Setting>()));
    settings.set(attribute, setting);
  };
  for (const setting of system.looseSettings) add(setting.instance, setting.attribute, setting);
  for (const { name, settings } of [...system.connections, ...system.instances])
    for (const [attribute, setting] of settings) add(name, attribute, setting);
  return byOwner;
}

function openSpace(context: CompileContext, instance: Instance): void {
  const key = instance.addressSpace;
  const known = context.spaces.get(key);
  if (known !== undefined) {
    known.instances.push(instance);
    return;
  }
  const origin = instanceOrigin(instance);
  const cnode = obtainObject(context.objects, `${key}_cnode`, 'cnode', origin);
  const [rootLevel] = context.architecture.levels;
  const rootType = rootLevel?.type ?? 'pt';
  const root = obtainObject(context.objects, `${key}_group_bin_pd`, rootType, origin);
  context.spaces.set(key, {
    key,
    root,
    cspace: newCSpace(cnode),
    regions: new Map(),
    instances: [instance],
    threads: [],
  });
}

const instanceOrigin = (instance: Instance) => ({
  place: instance.place,
  reason: `instance ${instance.name}`,
});

/** Says at the connection why it makes nothing. */
function checkConnector(context: CompileContext, connection: Connection): void {
  const { name } = connection.connector;
  const renderer = connectorRenderers.get(name);
  const isHere = renderer?.on?.includes(context.architecture.capdl) ?? true;
  if (renderer === undefined || renderer.missing !== undefined || !isHere) {
    const elsewhere = `${context.architecture.name} does not have what it needs, which only ${renderer?.on?.join(' and ') ?? ''} have; "architecture" in cantrip.json says what to compile for`;
    const own = `it is a connector of this project, and what its templates make is not known here. ${adviceFor(connection.connector)}`;
    const reason = renderer === undefined ? own : isHere ? (renderer.missing ?? '') : elsewhere;
    report(
      context,
      connection.place,
      'error',
      'connector-not-compiled',
      `\`${connection.name}\` is a ${name}, and that makes no objects here: ${reason.replace(/\.$/, '')}.`,
      [{ ...connection.connector.place, message: `${name} is declared here.` }],
    );
    return;
  }
  if (renderer.isWithinOneSpace !== true) return;
  const ends = [...connection.from, ...connection.to];
  const stranger = ends.find(
    ({ instance }) => instance.addressSpace !== ends[0]?.instance.addressSpace,
  );
  if (stranger !== undefined)
    report(
      context,
      stranger.place,
      'error',
      'direct-call-across-spaces',
      `\`${stranger.instance.name}\` is not in the address space of the other end of \`${connection.name}\`; ${name} connects members of one group. Put both into a group, or use seL4RPCCall.`,
    );
}

function renderInstance(context: CompileContext, instance: Instance): void {
  const space = context.spaces.get(instance.addressSpace);
  if (space === undefined) return;
  const bindings = newBindingDraft();
  context.bindings.set(instance, bindings);
  const scope: Scope = {
    context,
    bindings,
    label: instance.name,
    instance,
    space,
    origin: instanceOrigin(instance),
  };
  renderComponent(scope);
  for (const { connection, side, end, index } of context.ends.get(instance) ?? []) {
    const renderer = connectorRenderers.get(connection.connector.name);
    if (renderer === undefined || renderer.on?.includes(context.architecture.capdl) === false)
      continue;
    const origin = connectionOrigin(connection);
    const endScope = { ...scope, label: connection.name, origin, connection, end, index };
    bindEnd(endScope, {});
    renderer[side]?.(endScope);
  }
  renderSingleThreaded(scope);
  renderSimple(scope);
  provideCapsule(scope);
  finishComponent(scope);
}

function closeSpace(context: CompileContext, space: ComponentSpace, options: CompileOptions): void {
  const { architecture } = context;
  const [first] = space.instances;
  if (first === undefined) return;
  const { neededBits } = finishCSpace(space.cspace, architecture.wordBits);
  if (neededBits > (space.cspace.cnode.sizeBits ?? neededBits)) {
    const setting = context.settings.get(space.key)?.get('cnode_size_bits');
    report(
      context,
      setting?.place ?? first.place,
      'error',
      'cnode-too-small',
      `The CNode of \`${space.key}\` has ${String(space.cspace.cnode.sizeBits)} bits, but its ${String(space.cspace.nextSlot - 1)} capabilities need ${String(neededBits)}. Set \`${space.key}.cnode_size_bits\` to at least that, or leave it out.`,
    );
    space.cspace.sizeBits = undefined;
    finishCSpace(space.cspace, architecture.wordBits);
  }
  const layout =
    options.layouts?.get(space.key) ??
    modelLayout(
      space,
      space.instances,
      heapBytesOf(context, space.instances),
      options.modelSizes ?? modelSizes,
    );
  const origin = { ...instanceOrigin(first), reason: `program of ${space.key}` };
  for (const problem of mapProgram(space, layout, architecture, context.objects, origin))
    reportProblem(context, space, problem, first);
  placeThreads(space, layout);
}

function programOf(context: CompileContext, space: ComponentSpace): ProgramBindings {
  const cspaces = cspacesOf(context, space);
  return {
    key: space.key,
    regions: [...space.regions.values()],
    isMcs: context.isMcs,
    ...(space.capsule === undefined ? {} : { capsule: space.capsule }),
    instances: space.instances.map((instance) => {
      const { ends, ...draft } = context.bindings.get(instance) ?? newBindingDraft();
      return {
        ...draft,
        instance,
        cspace: cspaces.get(instance),
        isCantrip: flagSetting(context, instance.name, 'cantripos'),
        heapBytes: heapBytesOf(context, [instance]),
        allocationAfterInit: allocationAfterInit(context, instance, ends.values()),
        ends: [...ends.values()].map((end) => withMessages(end, ends)),
        attributes: instance.component.attributes.flatMap((declaration) => {
          const value = instance.settings.get(declaration.name)?.value;
          return value === undefined ? [] : [{ declaration, value }];
        }),
      };
    }),
  };
}

/** The dataport of a setting `buffer` may come behind the connection that it is for. */
function withMessages(
  end: EndBinding,
  ends: ReadonlyMap<ConnectionEndpoint, EndBinding>,
): EndBinding {
  const messages = end.buffer === undefined ? undefined : ends.get(end.buffer)?.memory;
  return messages === undefined ? end : { ...end, messages };
}

/** Instances of a group share a CNode: each has slots of its own in it, and the last one also what is left. */
function cspacesOf(
  { bindings }: CompileContext,
  { cspace, instances }: ComponentSpace,
): Map<Instance, CSpaceBinding> {
  const lastSlot = 2 ** (cspace.cnode.sizeBits ?? 0) - 1;
  const spaces = new Map<Instance, CSpaceBinding>();
  let next = cspace.nextSlot;
  for (const instance of instances) {
    const held = bindings.get(instance)?.held;
    if (held === undefined) continue;
    const isLast = instance === instances.at(-1);
    const last = isLast ? lastSlot : Math.min(next + held.headroom - 1, lastSlot);
    const isFree = next <= last;
    spaces.set(instance, {
      ...held,
      firstFree: isFree ? next : 0,
      lastFree: isFree ? last : 0,
      slotCount: lastSlot + 1,
    });
    next = Math.max(next, last + 1);
  }
  return spaces;
}

function heapBytesOf(context: CompileContext, instances: readonly Instance[]): number {
  let bytes = 0n;
  for (const { name } of instances) {
    const heap = integerSetting(context, name, 'heap_size') ?? 0n;
    if (heap > 0n && heap <= maximumHeapBytes) bytes += heap;
  }
  return Number(bytes);
}

function reportProblem(
  context: CompileContext,
  { key }: ComponentSpace,
  { kind, region }: ProgramProblem,
  instance: Instance,
): void {
  const what = region === undefined ? '' : `\`${region.symbol}\` (${region.origin.reason})`;
  const message = {
    'no-symbol': `The program of \`${key}\` has no symbol ${what} that is large enough; its memory is not mapped. Build the program for this assembly.`,
    misaligned: `The symbol ${what} of the program of \`${key}\` is not at a multiple of its page size; its memory is not mapped.`,
    outside: `The symbol ${what} of the program of \`${key}\` lies outside its segments; its memory is not mapped.`,
    'too-large': `The program of \`${key}\` has too many pages; the rest of it is left out.`,
  }[kind];
  report(context, region?.origin.place ?? instance.place, 'error', `program-${kind}`, message);
}

function placeThreads(space: ComponentSpace, layout: ComponentLayout): void {
  for (const { tcb, instance, stackSymbol, stackBytes, ipcBufferSymbol } of space.threads) {
    const entry = layout.symbols.get(entrySymbolOf(instance));
    const stack = layout.symbols.get(stackSymbol);
    const ipcBuffer = layout.symbols.get(ipcBufferSymbol);
    tcb.tcb = {
      ...tcb.tcb,
      // One page of each is the guard in front of it.
      ...(ipcBuffer && { ipcBufferAddress: BigInt(ipcBuffer.address + smallPageBytes) }),
      ...(entry && { instructionPointer: BigInt(entry.address) }),
      ...(stack && { stackPointer: BigInt(stack.address + stackBytes + smallPageBytes) }),
    };
  }
}

/** The pools of the assembly come after that of the root task, by name. */
function numberAsidPools(context: CompileContext): void {
  [...context.objects.byName.values()]
    .filter(({ type }) => type === 'asid_pool')
    .sort(byName)
    .forEach((pool, index) => (pool.asidHigh = index + 1));
}

const byName = (left: CapdlObject, right: CapdlObject): number =>
  left.name < right.name ? -1 : left.name > right.name ? 1 : 0;

function specOf(context: CompileContext): CapdlSpec {
  const { schedule } = context.system;
  const objects = [...context.objects.byName.values()].sort(byName);
  for (const object of objects) {
    sortSlots(object.slots);
    // Sparrow's capDL says of each CNode whether it takes the memory that is left.
    if (object.type === 'cnode' && context.system.dialect === 'sparrow')
      object.takesUntyped ??= false;
  }
  const irqs = [...context.irqs].sort(([left], [right]) => left - right);
  return {
    architecture: context.architecture.capdl,
    objects,
    irqs: new Map(irqs.map(([number, { name }]) => [number, name])),
    derivations: [],
    domains:
      schedule.length === 0
        ? undefined
        : {
            schedule: schedule.map(({ domain, duration }) => ({ domain, duration })),
            start: undefined,
            indexShift: undefined,
          },
  };
}

function sortSlots<Value>(slots: Map<number, Value>): void {
  const sorted = [...slots].sort(([left], [right]) => left - right);
  slots.clear();
  for (const [slot, value] of sorted) slots.set(slot, value);
}
