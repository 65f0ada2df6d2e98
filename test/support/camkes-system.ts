/**
 * Resolved CAmkES systems out of a few words, for tests of what comes after the front end. Components are lists
 * of members as in `uses logger`; connections read `cantripMMIO memory driver.csr -> device.csr`.
 */
import type {
  CamkesSystem,
  ComponentType,
  Connection,
  ConnectionEndpoint,
  ConnectorType,
  Dialect,
  Instance,
  InterfaceDeclaration,
  ProcedureType,
  Setting,
} from '../../runtime/toolchain/camkes/system.js';
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';
import type { Value } from '../../runtime/toolchain/camkes/value.js';
import type { CapdlCapability, CapdlSpec } from '../../runtime/toolchain/capdl/spec.js';
import type { Place } from '../../runtime/toolchain/text/source-line.js';

type Plain = bigint | number | boolean | string | readonly Plain[] | undefined;

export interface SystemWords {
  readonly dialect?: Dialect;
  /** By type: `uses logger`, `dataport memory 8192`, `mutex m`, `copyregion R 4096`, `hardware`. */
  readonly components: Readonly<Record<string, readonly string[]>>;
  /** By name: a type, or `Type in group`. */
  readonly instances: Readonly<Record<string, string>>;
  readonly connections?: readonly string[];
  /** `driver._stack_size`; undefined is a value that is not known. */
  readonly settings?: Readonly<Record<string, Plain>>;
  readonly procedures?: Readonly<Record<string, ProcedureType>>;
}

/** A place that names what it is for: nothing else tells places of such a system apart. */
export const placeFor = (line: number): Place => ({
  file: 'system.camkes',
  range: { start: { line, character: 0 }, end: { line, character: 1 } },
});

export function systemOf(words: SystemWords): CamkesSystem {
  let line = 0;
  const nextPlace = (): Place => placeFor((line += 1));
  const components = new Map(
    Object.entries(words.components).map(([name, members]) => [
      name,
      componentOf(name, members, words.procedures ?? {}, nextPlace),
    ]),
  );
  const settings = new Map<string, Setting>();
  for (const [key, value] of Object.entries(words.settings ?? {})) {
    const dot = key.lastIndexOf('.');
    settings.set(key, {
      instance: key.slice(0, dot),
      attribute: key.slice(dot + 1),
      value: valueOf(value),
      place: nextPlace(),
      isDefault: false,
    });
  }
  const settingsFor = (owner: string): Map<string, Setting> =>
    new Map(
      [...settings.values()]
        .filter(({ instance }) => instance === owner)
        .map((setting) => [setting.attribute, setting]),
    );
  const instances = Object.entries(words.instances).map(([name, words_]): Instance => {
    const [type = '', , group] = words_.split(' ');
    const component = components.get(type);
    if (component === undefined) throw new Error(`no component ${type}`);
    return {
      name,
      component,
      addressSpace: group ?? name,
      place: nextPlace(),
      settings: settingsFor(name),
    };
  });
  const connections = (words.connections ?? []).map((text) =>
    connectionOf(text, instances, settingsFor, nextPlace),
  );
  const owners = new Set([...instances, ...connections].map(({ name }) => name));
  return {
    dialect: words.dialect ?? 'sparrow',
    instances,
    connections,
    looseSettings: [...settings.values()].filter(({ instance }) => !owners.has(instance)),
    schedule: [],
  };
}

function componentOf(
  name: string,
  members: readonly string[],
  procedures: Readonly<Record<string, ProcedureType>>,
  nextPlace: () => Place,
): ComponentType {
  const component = {
    name,
    place: nextPlace(),
    isControl: members.includes('control'),
    isHardware: members.includes('hardware'),
    interfaces: [] as InterfaceDeclaration[],
    mutexes: [] as { name: string; place: Place }[],
    semaphores: [] as { name: string; place: Place }[],
    binarySemaphores: [] as { name: string; place: Place }[],
    copyRegions: [] as { name: string; place: Place; sizeBytes: bigint | undefined }[],
    attributes: [],
    isComposite: false,
  };
  for (const member of members) {
    const [kind = '', itsName = '', detail] = member.split(' ');
    const declared = { name: itsName, place: nextPlace() };
    const sizeBytes = detail !== undefined && /^\d/.test(detail) ? BigInt(detail) : undefined;
    switch (kind) {
      case 'mutex':
        component.mutexes.push(declared);
        break;
      case 'semaphore':
        component.semaphores.push(declared);
        break;
      case 'binary_semaphore':
        component.binarySemaphores.push(declared);
        break;
      case 'copyregion':
        component.copyRegions.push({ ...declared, sizeBytes });
        break;
      case 'uses':
      case 'provides':
      case 'emits':
      case 'consumes':
      case 'dataport':
        component.interfaces.push({
          ...declared,
          kind,
          isOptional: false,
          type: kind === 'dataport' ? 'Buf' : (detail ?? 'T'),
          sizeBytes,
          procedure: detail === undefined ? undefined : procedures[detail],
        });
    }
  }
  return component;
}

function connectionOf(
  text: string,
  instances: readonly Instance[],
  settingsFor: (owner: string) => Map<string, Setting>,
  nextPlace: () => Place,
): Connection {
  const [head = '', tail = ''] = text.split('->');
  const [type = '', name = '', ...from] = head.trim().split(/[\s,]+/);
  const ends = (names: readonly string[]): ConnectionEndpoint[] =>
    names.map((end) => endOf(end, instances, nextPlace()));
  const row = connectorRow(type);
  if (row === undefined) throw new Error(`no connector ${type}`);
  const connector: ConnectorType = {
    name: type,
    place: nextPlace(),
    from: row.from,
    to: row.to,
    attributes: (row.attributes ?? []).map((attribute) => ({
      name: attribute,
      place: nextPlace(),
      type: 'bool',
      isArray: false,
      fields: undefined,
      initial: { kind: 'integer', value: 1n },
    })),
  };
  return {
    name,
    place: nextPlace(),
    connector,
    from: ends(from),
    to: ends(tail.trim().split(/[\s,]+/)),
    settings: settingsFor(name),
  };
}

function endOf(text: string, instances: readonly Instance[], place: Place): ConnectionEndpoint {
  const dot = text.lastIndexOf('.');
  const instance = instances.find(({ name }) => name === text.slice(0, dot));
  const declared = instance?.component.interfaces.find(({ name }) => name === text.slice(dot + 1));
  if (instance === undefined || declared === undefined) throw new Error(`no interface ${text}`);
  return { instance, interface: declared, place };
}

function valueOf(plain: Plain): Value {
  if (plain === undefined) return { kind: 'unknown' };
  if (typeof plain === 'boolean') return { kind: 'integer', value: plain ? 1n : 0n };
  if (typeof plain === 'number' || typeof plain === 'bigint')
    return { kind: 'integer', value: BigInt(plain) };
  if (typeof plain === 'string') return { kind: 'string', value: plain };
  return { kind: 'list', items: plain.map(valueOf) };
}

/** What an object holds, one line a slot: `4 uart_ep RWGP badge 1`. */
export function slotsOf(spec: CapdlSpec, name: string): string[] {
  const object = spec.objects.find((candidate) => candidate.name === name);
  if (object === undefined) return [`no object ${name}`];
  return [...object.slots].map(([slot, capability]) => `${String(slot)} ${wordsOf(capability)}`);
}

function wordsOf({
  object,
  rights,
  badge,
  guardSize,
  cached,
  mapping,
  core,
}: CapdlCapability): string {
  const letters =
    rights === undefined
      ? ''
      : [
          rights.read ? 'R' : '',
          rights.write ? 'W' : '',
          rights.grant ? 'G' : '',
          rights.grantReply ? 'P' : '',
        ].join('');
  return [
    object,
    letters,
    badge === undefined ? '' : `badge ${String(badge)}`,
    guardSize === undefined ? '' : `guard ${String(guardSize)}`,
    cached === false ? 'uncached' : '',
    mapping === undefined ? '' : `mapped by ${mapping.object} ${String(mapping.slot)}`,
    core === undefined ? '' : `core ${String(core)}`,
  ]
    .filter((word) => word !== '')
    .join(' ');
}
