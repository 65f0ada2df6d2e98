/**
 * What stands in for connections that are wrong or missing, so that the programs at their ends can be looked at all the
 * same: each end gets a connection of its own to an instance that is made up, which fits it. A program that is built so
 * is never run. Nothing is guessed where more than one connector may have been meant.
 */
import { kindOfInterface } from './connector-fit.js';
import { connectorRow } from './connectors.js';
import type {
  CamkesSystem,
  ComponentType,
  Connection,
  ConnectionEndpoint,
  ConnectorType,
  Instance,
  InterfaceDeclaration,
  Setting,
} from './system.js';
import type { Value } from './value.js';

/** An end that has no connection which holds. */
export interface LostEnd {
  readonly instance: Instance;
  readonly interface: InterfaceDeclaration;
  readonly side: Side;
  readonly connector: ConnectorType;
}

export type Side = 'from' | 'to';

/** Which side an interface is on; a dataport is on either. */
export const sideOf = ({ kind }: InterfaceDeclaration): Side | undefined =>
  kind === 'dataport' ? undefined : kind === 'uses' || kind === 'emits' ? 'from' : 'to';

/** Whether the connector takes such an end, and can be made up at its other one. */
export function canStandIn(
  connector: ConnectorType,
  { component }: Instance,
  declared: InterfaceDeclaration,
  side: Side,
): boolean {
  const [own, other] = [connector[side], connector[opposite[side]]];
  return (
    (sideOf(declared) ?? side) === side &&
    own.kind === kindOfInterface[declared.kind] &&
    own.isHardware === component.isHardware &&
    // What a device is like is in settings that only its own assembly has.
    (!other.isHardware || plainDevices.has(connector.name))
  );
}

/** The handlers of cantripIRQ have the names of its other ends. */
const plainDevices = new Set(['seL4HardwareMMIO', 'seL4HardwareInterrupt', 'cantripMMIO']);

/** The one that is meant most likely by who calls methods; of others nobody can tell. */
export function usualConnector({ kind, procedure }: InterfaceDeclaration): string | undefined {
  const hasMethods = (procedure?.methods.length ?? 0) > 0;
  return (kind === 'uses' || kind === 'provides') && hasMethods ? 'seL4RPCCall' : undefined;
}

/** One of the system, or of the library. */
export function connectorNamed(
  { connections }: CamkesSystem,
  name: string,
): ConnectorType | undefined {
  const known = connections.find(
    ({ connector }) => (connector.declaredName ?? connector.name) === name,
  );
  const row = connectorRow(name);
  if (known !== undefined || row === undefined) return known?.connector;
  const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const place = { file: `builtin:/${row.library}`, range: nowhere };
  const attributes = (row.attributes ?? []).map((flag) => ({
    ...{ name: flag, place, type: 'bool', isArray: false, fields: undefined },
    initial: { kind: 'integer', value: 1n } as const,
  }));
  return { name, place, from: row.from, to: row.to, attributes };
}

/** The system without the connections that are wrong, and with those that stand in. */
export function withStandIns(
  system: CamkesSystem,
  wrong: ReadonlySet<Connection>,
  ends: readonly LostEnd[],
): CamkesSystem {
  const made = ends.map((end, index) => standInFor(end, `stand_in.${String(index)}`));
  return {
    ...system,
    instances: [...system.instances, ...made.map(({ instance }) => instance)],
    connections: [
      ...system.connections.filter((connection) => !wrong.has(connection)),
      ...made.map(({ connection }) => connection),
    ],
  };
}

interface StandIn {
  readonly instance: Instance;
  readonly connection: Connection;
}

function standInFor(
  { instance: own, interface: declared, side, connector }: LostEnd,
  name: string,
): StandIn {
  const { place } = declared;
  const mirrored: InterfaceDeclaration = { ...declared, kind: mirrorOf[declared.kind] };
  const component: ComponentType = {
    name,
    place,
    isControl: false,
    isHardware: connector[opposite[side]].isHardware,
    interfaces: [mirrored],
    mutexes: [],
    semaphores: [],
    binarySemaphores: [],
    copyRegions: [],
    attributes: [],
    isComposite: false,
  };
  const settings = deviceSettings(name, declared);
  const instance: Instance = { name, component, addressSpace: name, place, settings };
  const here: ConnectionEndpoint = { instance: own, interface: declared, place };
  const there: ConnectionEndpoint = { instance, interface: mirrored, place };
  const [from, to] = side === 'from' ? [here, there] : [there, here];
  return {
    instance,
    connection: { name, place, connector, from: [from], to: [to], settings: new Map() },
  };
}

/** A device of one page with one interrupt, where nothing else lies. */
function deviceSettings(
  instance: string,
  { name, place }: InterfaceDeclaration,
): ReadonlyMap<string, Setting> {
  const values: Readonly<Record<string, bigint>> = {
    [`${name}_paddr`]: 0x7fff_0000n,
    [`${name}_size`]: 0x1000n,
    [`${name}_irq_number`]: 1n,
  };
  return new Map(
    Object.entries(values).map(([attribute, number]) => {
      const value: Value = { kind: 'integer', value: number };
      return [attribute, { instance, attribute, value, place, isDefault: false }];
    }),
  );
}

const opposite = { from: 'to', to: 'from' } as const;

const mirrorOf = {
  uses: 'provides',
  provides: 'uses',
  emits: 'consumes',
  consumes: 'emits',
  dataport: 'dataport',
} as const;
