/**
 * Every connector of the standard library: upstream's, the six of Sparrow, and those of global-components.
 * A row is the truth for the built-in library text, for completion and hover, and for what the compiler
 * knows. The sentence says what one connection becomes in capabilities. languages.md 2(a).
 */
import type { ConnectorEndType, Dialect } from './system.js';

export type ConnectorLibrary = 'std_connector.camkes' | 'global-connectors.camkes';

export interface ConnectorRow {
  readonly name: string;
  /** The file that declares it, as it is written in `import <…>;`. */
  readonly library: ConnectorLibrary;
  /** Absent when both dialects have it. */
  readonly dialect?: Dialect;
  readonly from: ConnectorEndType;
  readonly to: ConnectorEndType;
  /** Attributes that are true where they are. */
  readonly attributes?: readonly ConnectorFlag[];
  /** What a connection of it becomes. */
  readonly becomes: string;
}

export type ConnectorFlag =
  | 'disable_interface_type_checking'
  | 'from_global_endpoint'
  | 'to_global_endpoint'
  | 'to_global_rpc_endpoint';

type Kind = ConnectorEndType['kind'];

const one = (kind: Kind, threads = 1): ConnectorEndType => ({
  kind,
  isMany: false,
  isHardware: false,
  threads,
});
const many = (kind: Kind, threads = 1): ConnectorEndType => ({
  ...one(kind, threads),
  isMany: true,
});
const hardware = (end: ConnectorEndType): ConnectorEndType => ({ ...end, isHardware: true });

type Facts = Pick<ConnectorRow, 'from' | 'to' | 'attributes' | 'becomes' | 'dialect'>;
const row =
  (library: ConnectorLibrary) =>
  (name: string, facts: Facts): ConnectorRow => ({ name, library, ...facts });
const standard = row('std_connector.camkes');
const global = row('global-connectors.camkes');
const rpc = { from: many('procedure', 0), to: one('procedure') };
const rpcWithoutThreads = { from: many('procedure', 0), to: one('procedure', 0) };
const sharedData = { from: many('dataport', 0), to: many('dataport', 0) };

export const connectorTable: readonly ConnectorRow[] = [
  standard('seL4Notification', {
    from: one('event', 0),
    to: many('event'),
    becomes:
      'One notification for each `to` end: the emitter holds it with write, the consumer with read; the consumer also has a handoff endpoint and a lock notification for its callbacks.',
  }),
  standard('seL4NotificationBind', {
    from: many('event', 0),
    to: one('event'),
    becomes:
      'One notification that is bound to the control thread of the consumer; each emitter holds it with write and a badge.',
  }),
  standard('seL4NotificationQueue', {
    from: one('event', 0),
    to: many('event'),
    becomes:
      'One notification for each `to` end, as seL4Notification; the consumer keeps callbacks in a queue, so more than one may wait.',
  }),
  standard('seL4NotificationNative', {
    from: many('event', 0),
    to: one('event'),
    becomes:
      'One notification: each emitter holds it with write, the consumer with read and waits on it itself; there is no callback.',
  }),
  standard('seL4RPCEvent', {
    from: one('event'),
    to: one('event'),
    becomes: 'One endpoint; an event is a call over it, so the emitter waits until it was taken.',
  }),
  standard('seL4RPCCall', {
    ...rpc,
    becomes:
      'One endpoint: each client holds it with write and grant-reply and a badge that counts from 1 in the order of the ends, the server with read; with MCS the server also has a reply object.',
  }),
  standard('cantripRPCCall', {
    ...rpc,
    dialect: 'sparrow',
    becomes:
      'One endpoint: each client holds it with write, grant and grant-reply and a badge that counts from 1 in the order of the ends, the server with read and a reply object.',
  }),
  standard('seL4RPCCallNoType', {
    ...rpc,
    attributes: ['disable_interface_type_checking'],
    becomes: 'One endpoint, as seL4RPCCall; the ends may have different procedures.',
  }),
  standard('seL4DirectCall', {
    from: one('procedure'),
    to: one('procedure'),
    becomes:
      'No capability at all: both ends share an address space (a group), and a call is a function call.',
  }),
  standard('seL4SharedData', {
    ...sharedData,
    becomes:
      'Frames that all ends map, with the rights of `<interface>_access` of each end; the size is that of the dataport.',
  }),
  standard('cantripSharedData', {
    ...sharedData,
    dialect: 'sparrow',
    becomes:
      'Frames that all ends map, with the rights of `<interface>_access` of each end; the size is that of the dataport.',
  }),
  standard('seL4HardwareMMIO', {
    from: many('dataport', 0),
    to: hardware(one('dataport')),
    becomes:
      'Frames at the physical address `<interface>_paddr` of the hardware component, mapped with read and write and not cached unless `<interface>_hardware_cached` says so.',
  }),
  standard('cantripMMIO', {
    from: many('dataport', 0),
    to: hardware(one('dataport')),
    dialect: 'sparrow',
    becomes:
      'Frames at the physical address `<interface>_paddr` of the hardware component, its size rounded up to whole pages; the software end maps them and holds their capabilities, too.',
  }),
  standard('seL4HardwareInterrupt', {
    from: hardware(one('event')),
    to: one('event'),
    becomes:
      'An interrupt with the number `<interface>_irq_number` of the hardware component: the driver holds its handler, and the notification that it signals with read.',
  }),
  standard('seL4IOAPICHardwareInterrupt', {
    from: hardware(one('event')),
    to: one('event'),
    becomes:
      'An interrupt of an x86 I/O APIC: the driver holds its handler, and the notification that it signals with read.',
  }),
  standard('cantripIRQ', {
    from: hardware(many('event', 0)),
    to: one('event'),
    dialect: 'sparrow',
    becomes:
      'One notification for all interrupts of the `from` ends: each signals it with a bit of its own as badge (1, 2, 4, …), and the driver holds a handler for each.',
  }),
  standard('seL4HardwareIOPort', {
    from: one('procedure', 0),
    to: hardware(one('procedure')),
    becomes: 'The x86 I/O ports that `<interface>_attributes` of the hardware component names.',
  }),
  standard('seL4DTBHardware', {
    from: one('event', 0),
    to: many('event'),
    becomes:
      'The frames and, when `generate_interrupts` is set, the interrupts of the device tree node that the setting `dtb` of each `to` end names.',
  }),
  standard('seL4DTBHW', {
    from: hardware(one('event')),
    to: many('event'),
    becomes:
      'The frames and interrupts of the device tree node that the setting `dtb` names; the `from` end is a hardware component.',
  }),
  standard('seL4InitHardware', {
    from: one('event', 0),
    to: many('event', 0),
    becomes:
      'Frames and interrupts of the device tree nodes that the setting names, given to the component before its interfaces start.',
  }),
  standard('seL4DMASharedData', {
    ...sharedData,
    becomes:
      'A pool of frames for devices that all ends map; `<connection>.paddr` and `.size` place it, `<connection>.controller` names the end that hands it out.',
  }),
  standard('seL4GDB', {
    from: one('procedure'),
    to: one('procedure'),
    becomes: 'The fault endpoint of the debugged component, on which a debugger component waits.',
  }),
  standard('seL4GDBMem', {
    from: one('procedure'),
    to: one('procedure'),
    becomes: 'One endpoint over which a debugger component reads and writes memory of another.',
  }),
  standard('cantripRPCCallSignal', {
    from: many('procedure'),
    to: one('procedure'),
    dialect: 'sparrow',
    attributes: ['from_global_endpoint'],
    becomes:
      'One endpoint, as cantripRPCCall, and for each client a notification that the server signals; `<interface>_attributes` of the client is the badge of both.',
  }),
  standard('cantripRPCOverMultiSharedData', {
    ...rpc,
    from: many('procedure', 0),
    dialect: 'sparrow',
    becomes:
      'One endpoint, as cantripRPCCall, and for each client frames of its own that it shares with the server; `<interface>_shmem_size` of the client is their size, 4096 when not set.',
  }),
  standard('cantripRPCSignalOverMultiSharedData', {
    ...rpc,
    from: many('procedure', 0),
    dialect: 'sparrow',
    attributes: ['from_global_endpoint'],
    becomes:
      'As cantripRPCOverMultiSharedData, and for each client a notification that the server signals.',
  }),

  global('seL4RPCCallSignal', {
    from: many('procedure'),
    to: one('procedure'),
    attributes: ['from_global_endpoint'],
    becomes:
      'One endpoint, as seL4RPCCall, and for each client a notification that the server signals.',
  }),
  global('seL4RPCDataport', {
    ...rpc,
    becomes: 'One endpoint, as seL4RPCCall, and for each client a frame that carries its data.',
  }),
  global('seL4RPCDataportNoThreads', {
    ...rpcWithoutThreads,
    attributes: ['to_global_rpc_endpoint'],
    becomes:
      'As seL4RPCDataport; the server has no thread for it and takes calls from its one endpoint itself.',
  }),
  global('seL4RPCDataportSignal', {
    from: many('procedure'),
    to: one('procedure'),
    attributes: ['from_global_endpoint'],
    becomes: 'As seL4RPCDataport, and for each client a notification that the server signals.',
  }),
  global('seL4RPCOverMultiSharedData', {
    ...rpc,
    becomes:
      'One endpoint, as seL4RPCCall, and for each client frames of its own that it shares with the server; `<interface>_shmem_size` of the client is their size, 4096 when not set.',
  }),
  global('seL4GlobalAsynch', {
    from: one('event', 0),
    to: many('event', 0),
    attributes: ['to_global_endpoint'],
    becomes:
      'A badged capability to the one notification of each consumer, with write; the consumer has no thread for it and tells events apart by the badge.',
  }),
  global('seL4GlobalAsynchCallback', {
    from: one('event'),
    to: many('event'),
    attributes: ['to_global_endpoint'],
    becomes: 'As seL4GlobalAsynch; the consumer may register a callback.',
  }),
  global('seL4TimeServer', {
    ...rpc,
    attributes: ['from_global_endpoint'],
    becomes:
      'One endpoint, as seL4RPCCall, and for each client a notification that the time server signals when a timeout is over.',
  }),
  global('seL4SerialServer', {
    ...rpc,
    attributes: ['from_global_endpoint'],
    becomes: 'One endpoint, a shared frame and a notification for each client of a serial server.',
  }),
  global('seL4PicoServerSignal', {
    ...rpcWithoutThreads,
    attributes: ['from_global_endpoint', 'to_global_rpc_endpoint'],
    becomes:
      'The one endpoint of the network server, and for each client a notification that it signals.',
  }),
  global('seL4PicoServer', {
    ...rpcWithoutThreads,
    attributes: ['to_global_rpc_endpoint'],
    becomes: 'The one endpoint of the network server, and a shared frame for each client.',
  }),
  global('seL4Ethdriver', {
    ...rpc,
    attributes: ['from_global_endpoint'],
    becomes:
      'One endpoint, a shared frame and a notification for each client of an Ethernet driver.',
  }),
  global('seL4SharedDataWithCaps', {
    from: many('dataport'),
    to: many('dataport'),
    becomes:
      'Frames that all ends map, as seL4SharedData; the `to` ends also hold the capabilities to the frames.',
  }),
  global('seL4VirtQueues', {
    ...rpcWithoutThreads,
    attributes: ['disable_interface_type_checking', 'from_global_endpoint', 'to_global_endpoint'],
    becomes:
      'Frames for a queue in each direction, and notifications by which drivers and devices of it wake each other.',
  }),
  global('seL4MessageQueue', {
    from: many('dataport'),
    to: many('dataport'),
    becomes:
      'Frames that hold a queue of messages, and a notification with which the sender wakes each receiver.',
  }),
  global('seL4GlobalAsynchHardwareInterrupt', {
    from: hardware(one('event')),
    to: one('event', 0),
    attributes: ['to_global_endpoint'],
    becomes:
      'An interrupt, as seL4HardwareInterrupt, that signals the one notification of the driver with a badge; there is no thread for it.',
  }),
  global('seL4RPCNoThreads', {
    ...rpcWithoutThreads,
    attributes: ['to_global_rpc_endpoint'],
    becomes:
      'A badged capability to the one endpoint of the server, which takes calls from it itself.',
  }),
  global('seL4DTBHardwareThreadless', {
    from: one('event', 0),
    to: many('event', 0),
    attributes: ['to_global_endpoint'],
    becomes:
      'As seL4DTBHardware; interrupts signal the one notification of the driver, and there is no thread for them.',
  }),
  global('seL4DTBHWThreadless', {
    from: hardware(one('event')),
    to: many('event', 0),
    attributes: ['to_global_endpoint'],
    becomes:
      'As seL4DTBHW; interrupts signal the one notification of the driver, and there is no thread for them.',
  }),
  global('seL4GPIOServer', {
    ...rpc,
    becomes:
      'One endpoint, as seL4RPCCall; `<interface>_pins` of a client names the pins that it may use.',
  }),
];

const byName: ReadonlyMap<string, ConnectorRow> = new Map(
  connectorTable.map((each) => [each.name, each]),
);

/** Undefined for a connector that a project declares itself: what it becomes is then not known. */
export const connectorRow = (name: string): ConnectorRow | undefined => byName.get(name);

/** Names that old assemblies use, and what they are called now. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['seL4RPC', 'seL4RPCCall'],
  ['seL4RPCSimple', 'seL4RPCCall'],
  ['seL4Asynch', 'seL4Notification'],
  ['seL4AsynchBind', 'seL4NotificationBind'],
  ['seL4AsynchQueue', 'seL4NotificationQueue'],
  ['seL4AsynchNative', 'seL4NotificationNative'],
  ['seL4HardwareIRQ', 'seL4HardwareInterrupt'],
]);

export const renamedConnector = (name: string): string | undefined => renamed.get(name);
