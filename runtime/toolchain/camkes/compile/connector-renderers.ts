/**
 * What an end of a connection becomes, by connector. A connector that is not here, or that says why not, makes a
 * diagnostic at each connection of it, and no objects.
 */
import type { CapdlArchitecture } from '../../capdl/spec.js';
import type { EndScope } from './context.js';
import {
  renderDebugged,
  renderDebuggedMemory,
  renderDebugger,
  renderMemoryDebugger,
} from './debugger.js';
import { renderEthernetServer, renderPinClient, renderPinServer } from './device-servers.js';
import {
  renderCantripIrq,
  renderCantripMmio,
  renderGlobalInterrupt,
  renderInterrupt,
  renderMmio,
} from './hardware.js';
import { provideCallLock } from './direct-calls.js';
import {
  renderBindConsumer,
  renderBindEmitter,
  renderConsumer,
  renderEmitter,
  renderNativeConsumer,
  renderNativeEmitter,
  renderQueueConsumer,
  renderQueueEmitter,
} from './notification.js';
import { renderIoapicInterrupt, renderIoPorts } from './ports.js';
import { renderMessageReceiver, renderMessageSender, renderVirtQueue } from './queues.js';
import {
  renderCantripSignallingServer,
  renderDataportClient,
  renderDataportServer,
  renderDirectClient,
  renderRpcClient,
  renderRpcServer,
  renderSharedMemoryClient,
  renderSharedMemoryServer,
  renderSignalledClient,
  renderSignalledDataportClient,
  renderSignalledMemoryClient,
  renderSignallingDataportServer,
  renderSignallingMemoryServer,
  renderSignallingServer,
} from './rpc.js';
import {
  renderCantripSharedData,
  renderDataWithCapabilities,
  renderDmaData,
  renderSharedData,
} from './shared-data.js';
import { renderThreadlessTreeHardware, renderTreeHardware } from './tree-hardware.js';
import { renderGlobalConsumer, renderGlobalEmitter } from './shared-notification.js';

type RenderEnd = (scope: EndScope) => void;

export interface ConnectorRenderer {
  readonly from?: RenderEnd;
  readonly to?: RenderEnd;
  /** Members of one address space call each other directly. */
  readonly isWithinOneSpace?: boolean;
  /** Where it can be; undefined for all architectures. */
  readonly on?: readonly CapdlArchitecture[];
  /** Why connections of it make no objects. */
  readonly missing?: string;
}

const rpc: ConnectorRenderer = { from: renderRpcClient, to: renderRpcServer };
const rpcSignal: ConnectorRenderer = { from: renderSignalledClient, to: renderSignallingServer };
const rpcDataport: ConnectorRenderer = { from: renderDataportClient, to: renderDataportServer };
const rpcDataportSignal: ConnectorRenderer = {
  from: renderSignalledDataportClient,
  to: renderSignallingDataportServer,
};
const rpcSharedMemory: ConnectorRenderer = {
  from: renderSharedMemoryClient,
  to: renderSharedMemoryServer,
};
const x86: readonly CapdlArchitecture[] = ['ia32', 'x86_64'];

export const connectorRenderers: ReadonlyMap<string, ConnectorRenderer> = new Map<
  string,
  ConnectorRenderer
>([
  ['seL4RPCCall', rpc],
  ['seL4RPCCallNoType', rpc],
  ['cantripRPCCall', rpc],
  ['cantripRPCCallSignal', { from: renderSignalledClient, to: renderCantripSignallingServer }],
  ['seL4RPCCallSignal', rpcSignal],
  ['seL4TimeServer', rpcSignal],
  ['seL4RPCDataport', rpcDataport],
  ['seL4RPCDataportSignal', rpcDataportSignal],
  ['seL4SerialServer', rpcDataportSignal],
  ['cantripRPCOverMultiSharedData', rpcSharedMemory],
  [
    'cantripRPCSignalOverMultiSharedData',
    { from: renderSignalledMemoryClient, to: renderSignallingMemoryServer },
  ],
  ['seL4RPCOverMultiSharedData', rpcSharedMemory],
  ['seL4DirectCall', { from: renderDirectClient, to: provideCallLock, isWithinOneSpace: true }],
  ['seL4Notification', { from: renderEmitter, to: renderConsumer }],
  ['seL4NotificationQueue', { from: renderQueueEmitter, to: renderQueueConsumer }],
  ['seL4NotificationNative', { from: renderNativeEmitter, to: renderNativeConsumer }],
  ['seL4NotificationBind', { from: renderBindEmitter, to: renderBindConsumer }],
  ['seL4GlobalAsynch', { from: renderGlobalEmitter, to: renderGlobalConsumer }],
  // The emitter is a dummy: other connections signal the notification.
  ['seL4GlobalAsynchCallback', { to: renderGlobalConsumer }],
  ['seL4GlobalAsynchHardwareInterrupt', { to: renderGlobalInterrupt }],
  ['seL4SharedData', { from: renderSharedData, to: renderSharedData }],
  ['cantripSharedData', { from: renderCantripSharedData, to: renderCantripSharedData }],
  ['seL4SharedDataWithCaps', { from: renderDataWithCapabilities, to: renderDataWithCapabilities }],
  ['seL4DMASharedData', { from: renderDmaData, to: renderDmaData }],
  ['seL4HardwareMMIO', { from: renderMmio }],
  ['cantripMMIO', { from: renderCantripMmio }],
  ['seL4HardwareInterrupt', { to: renderInterrupt }],
  ['cantripIRQ', { to: renderCantripIrq }],
  ['seL4InitHardware', {}],
  ['seL4HardwareIOPort', { from: renderIoPorts, on: x86 }],
  ['seL4IOAPICHardwareInterrupt', { to: renderIoapicInterrupt, on: x86 }],
  ['seL4GDB', { from: renderDebugged, to: renderDebugger }],
  ['seL4GDBMem', { from: renderDebuggedMemory, to: renderMemoryDebugger }],
  ['seL4DTBHardware', { to: renderTreeHardware }],
  ['seL4DTBHW', { to: renderTreeHardware }],
  ['seL4DTBHardwareThreadless', { to: renderThreadlessTreeHardware }],
  ['seL4DTBHWThreadless', { to: renderThreadlessTreeHardware }],
  ['seL4RPCNoThreads', rpc],
  ['seL4RPCDataportNoThreads', rpcDataport],
  ['seL4PicoServer', rpcDataport],
  ['seL4PicoServerSignal', rpcSignal],
  ['seL4Ethdriver', { from: renderSignalledDataportClient, to: renderEthernetServer }],
  ['seL4GPIOServer', { from: renderPinClient, to: renderPinServer }],
  ['seL4VirtQueues', { from: renderVirtQueue }],
  ['seL4MessageQueue', { from: renderMessageSender, to: renderMessageReceiver }],
  ['seL4RPCEvent', { missing: 'the connector has a declaration only; use seL4Notification' }],
]);
