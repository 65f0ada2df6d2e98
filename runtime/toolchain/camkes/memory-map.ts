/**
 * Who has which device memory, which interrupt and which shared memory: rows for a view and the command line,
 * once of an assembly as it is written and once of a specification. Plain data; what is not known is left out.
 */
import type { CapdlObject, CapdlRights, CapdlSpec, Origin } from '../capdl/spec.js';
import { tcbSlots } from '../capdl/tcb-slots.js';
import type { Place } from '../text/source-line.js';
import type { CamkesSystem, Connection, ConnectionEndpoint, Setting } from './system.js';

export interface MemoryMap {
  /** By address; those without one at the end. */
  readonly devices: readonly DeviceRange[];
  /** By number; those without one at the end. */
  readonly interrupts: readonly InterruptLine[];
  readonly shared: readonly SharedRegion[];
}

export interface DeviceRange {
  readonly start?: number;
  readonly sizeBytes?: number;
  /** `uart.mmio_region`; in a specification the name of the frames. */
  readonly owner: string;
  /** The connection that maps it, or what else asked for it. */
  readonly connection: string;
  readonly isCached: boolean;
  readonly users: readonly MemoryUser[];
  readonly place?: Place;
}

export interface MemoryUser {
  /** `uart_driver.mmio_region`; in a specification the root of the address space. */
  readonly name: string;
  /** Letters of R, W and X. */
  readonly access: string;
  readonly virtualAddress?: number;
}

export interface InterruptLine {
  readonly number?: number;
  readonly source: string;
  readonly handler: string;
  readonly connection: string;
  readonly badge?: number;
  readonly place?: Place;
}

export interface SharedRegion {
  readonly name: string;
  readonly sizeBytes?: number;
  readonly connection: string;
  readonly users: readonly MemoryUser[];
  readonly place?: Place;
}

export function memoryMapOfSystem(system: CamkesSystem): MemoryMap {
  const devices: DeviceRange[] = [];
  const interrupts: InterruptLine[] = [];
  const shared: SharedRegion[] = [];
  for (const connection of system.connections) {
    for (const device of connection.to)
      if (isHardwareMemory(device)) devices.push(deviceOf(connection, device));
    connection.from.forEach((source, index) => {
      if (source.instance.component.isHardware && source.interface.kind === 'emits')
        interrupts.push(interruptOf(connection, source, index));
    });
    const ends = [...connection.from, ...connection.to];
    if (ends.length > 1 && ends.every((end) => isSoftwareMemory(end)))
      shared.push(sharedOf(connection, ends));
  }
  return sortedMap({ devices, interrupts, shared });
}

const isHardwareMemory = ({ instance, interface: { kind } }: ConnectionEndpoint): boolean =>
  instance.component.isHardware && kind === 'dataport';
const isSoftwareMemory = ({ instance, interface: { kind } }: ConnectionEndpoint): boolean =>
  !instance.component.isHardware && kind === 'dataport';

function deviceOf(connection: Connection, device: ConnectionEndpoint): DeviceRange {
  const { settings } = device.instance;
  const port = device.interface.name;
  const address = settings.get(`${port}_paddr`);
  return {
    ...numberAs('start', address),
    ...numberAs('sizeBytes', settings.get(`${port}_size`)),
    owner: nameOf(device),
    connection: connection.name,
    isCached: isTrue(settings.get(`${port}_hardware_cached`)),
    users: connection.from.map((end) => ({ name: nameOf(end), access: 'RW' })),
    place: address?.place ?? device.place,
  };
}

function interruptOf(
  connection: Connection,
  source: ConnectionEndpoint,
  index: number,
): InterruptLine {
  const setting = source.instance.settings.get(`${source.interface.name}_irq_number`);
  return {
    ...numberAs('number', setting),
    source: nameOf(source),
    handler: connection.to.map(nameOf).join(', '),
    connection: connection.name,
    // Interrupts that share a notification are told apart by one bit each.
    ...(connection.from.length > 1 ? { badge: 2 ** index } : {}),
    place: setting?.place ?? source.place,
  };
}

function sharedOf(connection: Connection, ends: readonly ConnectionEndpoint[]): SharedRegion {
  const declared = ends.find(({ interface: { sizeBytes } }) => sizeBytes !== undefined);
  const size = declared?.interface.sizeBytes;
  return {
    name: connection.name,
    ...(size === undefined
      ? { sizeBytes: 4096, ...numberAs('sizeBytes', connection.settings.get('size')) }
      : { sizeBytes: Number(size) }),
    connection: connection.name,
    users: ends.map((end) => {
      const access = end.instance.settings.get(`${end.interface.name}_access`)?.value;
      const letters = access?.kind === 'string' && access.value !== '' ? access.value : 'RWX';
      return { name: nameOf(end), access: letters.replace('P', '') };
    }),
    place: connection.place,
  };
}

export function memoryMapOfSpec(spec: CapdlSpec): MemoryMap {
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  const mappings = mappingsOf(spec, objects);
  const devices: DeviceRange[] = [];
  const shared: SharedRegion[] = [];
  for (const group of frameGroups(spec)) {
    const [first] = group.frames;
    if (first === undefined) continue;
    const uses = mappings.get(first.name) ?? [];
    const common = {
      sizeBytes: group.frames.length * 2 ** (first.sizeBits ?? 0),
      connection: first.origin?.reason ?? '',
      users: uses.map(({ user }) => user),
      ...placeOf(first.origin),
    };
    if (first.physicalAddress !== undefined)
      devices.push({
        ...common,
        start: Number(first.physicalAddress),
        owner: group.name,
        isCached: uses.every(({ isCached }) => isCached),
      });
    else if (new Set(common.users.map(({ name }) => name)).size > 1)
      shared.push({ ...common, name: group.name });
  }
  return sortedMap({ devices, interrupts: interruptsOf(spec, objects), shared });
}

interface FrameGroup {
  readonly name: string;
  readonly frames: CapdlObject[];
}

/** Frames `x_0_obj`, `x_1_obj`, … are one range where their addresses follow each other. */
function frameGroups(spec: CapdlSpec): FrameGroup[] {
  const byName = new Map<string, CapdlObject[]>();
  for (const object of spec.objects) {
    if (object.type !== 'frame') continue;
    const name = object.name.replace(/_\d+_obj$/, '');
    const frames = byName.get(name);
    if (frames === undefined) byName.set(name, [object]);
    else frames.push(object);
  }
  const groups: FrameGroup[] = [];
  for (const [name, frames] of byName) {
    frames.sort(byAddressThenNumber);
    let group: FrameGroup | undefined;
    for (const frame of frames) {
      const last = group?.frames.at(-1);
      if (group !== undefined && last !== undefined && follows(last, frame))
        group.frames.push(frame);
      else groups.push((group = { name, frames: [frame] }));
    }
  }
  return groups;
}

function byAddressThenNumber(left: CapdlObject, right: CapdlObject): number {
  const difference = Number((left.physicalAddress ?? 0n) - (right.physicalAddress ?? 0n));
  return difference === 0 ? numberIn(left.name) - numberIn(right.name) : difference;
}

const numberIn = (name: string): number => Number(/_(\d+)_obj$/.exec(name)?.[1] ?? 0);

function follows(left: CapdlObject, right: CapdlObject): boolean {
  if (left.sizeBits !== right.sizeBits) return false;
  if (left.physicalAddress === undefined || right.physicalAddress === undefined)
    return left.physicalAddress === right.physicalAddress;
  return right.physicalAddress === left.physicalAddress + (1n << BigInt(left.sizeBits ?? 0));
}

interface Mapping {
  readonly user: MemoryUser;
  readonly isCached: boolean;
}

/** log2 of what one slot of a table covers, from the root on. */
const tableBits: Readonly<Record<string, readonly number[]>> = {
  riscv: [22, 12],
  riscv64: [30, 21, 12],
  ia32: [22, 12],
  arm11: [20, 12],
  arm_hyp: [21, 12],
  aarch64: [39, 30, 21, 12],
  x86_64: [39, 30, 21, 12],
};

/** Who maps each frame, by the frame's name. */
function mappingsOf(
  spec: CapdlSpec,
  objects: ReadonlyMap<string, CapdlObject>,
): ReadonlyMap<string, readonly Mapping[]> {
  const mappings = new Map<string, Mapping[]>();
  const bits = tableBits[kindOf(spec, objects)] ?? [];
  const visit = (root: string, table: CapdlObject, depth: number, base: number): void => {
    for (const [slot, { object, rights, cached }] of table.slots) {
      const target = objects.get(object);
      const address = base + slot * 2 ** (bits[depth] ?? 0);
      if (target?.type === 'frame') {
        const user = { name: root, access: lettersOf(rights), virtualAddress: address };
        const known = mappings.get(object);
        const mapping = { user, isCached: cached !== false };
        if (known === undefined) mappings.set(object, [mapping]);
        else known.push(mapping);
      } else if (target !== undefined && depth + 1 < bits.length)
        visit(root, target, depth + 1, address);
    }
  };
  for (const root of rootsOf(spec)) {
    const table = objects.get(root);
    if (table !== undefined) visit(root, table, 0, 0);
  }
  return mappings;
}

/** A specification says neither whether its riscv has 64 bits nor whether its arm has a hypervisor; its tables do. */
function kindOf(spec: CapdlSpec, objects: ReadonlyMap<string, CapdlObject>): string {
  const { architecture } = spec;
  if (architecture === 'riscv') return hasThreeLevels(spec, objects) ? 'riscv64' : 'riscv';
  const isHyp =
    architecture === 'arm11' &&
    spec.objects.some(
      ({ type, sizeBits, slots }) =>
        (type === 'frame' && (sizeBits === 21 || sizeBits === 25)) ||
        (type === 'pt' && [...slots.keys()].some((slot) => slot > 255)),
    );
  return isHyp ? 'arm_hyp' : architecture;
}

function hasThreeLevels(spec: CapdlSpec, objects: ReadonlyMap<string, CapdlObject>): boolean {
  const tablesIn = (table: CapdlObject | undefined): (CapdlObject | undefined)[] =>
    [...(table?.slots.values() ?? [])]
      .map(({ object }) => objects.get(object))
      .filter((target) => target?.type === 'pt');
  return [...rootsOf(spec)].some((root) =>
    tablesIn(objects.get(root)).some((table) => tablesIn(table).length > 0),
  );
}

function rootsOf(spec: CapdlSpec): ReadonlySet<string> {
  const roots = new Set<string>();
  for (const { type, slots } of spec.objects) {
    const root = type === 'tcb' ? slots.get(tcbSlots.vspace)?.object : undefined;
    if (root !== undefined) roots.add(root);
  }
  return roots;
}

function interruptsOf(spec: CapdlSpec, objects: ReadonlyMap<string, CapdlObject>): InterruptLine[] {
  const holders = new Map<string, string[]>();
  for (const { name, type, slots } of spec.objects) {
    if (type !== 'cnode') continue;
    for (const { object } of slots.values())
      if (objects.get(object)?.type === 'irq') {
        const known = holders.get(object);
        if (known === undefined) holders.set(object, [name]);
        else known.push(name);
      }
  }
  return [...spec.irqs].map(([number, name]) => {
    const irq = objects.get(name);
    const badge = irq?.slots.get(0)?.badge;
    return {
      number,
      source: name,
      handler: (holders.get(name) ?? []).join(', '),
      connection: irq?.origin?.reason ?? '',
      ...(badge === undefined ? {} : { badge: Number(badge) }),
      ...placeOf(irq?.origin),
    };
  });
}

const placeOf = (origin: Origin | undefined): { place?: Place } =>
  origin === undefined ? {} : { place: origin.place };

const lettersOf = (rights: CapdlRights | undefined): string =>
  [
    rights?.read === true ? 'R' : '',
    rights?.write === true ? 'W' : '',
    rights?.grant === true ? 'X' : '',
  ].join('');

function numberAs<Key extends string>(
  key: Key,
  setting: Setting | undefined,
): Partial<Record<Key, number>> {
  const value = setting?.value;
  if (value?.kind !== 'integer') return {};
  const parts: Partial<Record<Key, number>> = {};
  parts[key] = Number(value.value);
  return parts;
}

const isTrue = (setting: Setting | undefined): boolean =>
  setting?.value.kind === 'integer' && setting.value.value !== 0n;

const nameOf = ({ instance, interface: { name } }: ConnectionEndpoint): string =>
  `${instance.name}.${name}`;

function sortedMap({ devices, interrupts, shared }: MemoryMap): MemoryMap {
  const by =
    <Row>(key: (row: Row) => number | undefined) =>
    (left: Row, right: Row): number =>
      (key(left) ?? Number.MAX_SAFE_INTEGER) - (key(right) ?? Number.MAX_SAFE_INTEGER);
  return {
    devices: devices.toSorted(by(({ start }) => start)),
    interrupts: interrupts.toSorted(by(({ number }) => number)),
    shared,
  };
}
