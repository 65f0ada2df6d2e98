/**
 * What an end of a connection becomes, by connector. A connector that is not here, or that says why not, makes a
 * diagnostic at each connection of it, and no objects.
 */
import type { EndScope } from './context.js';
import {
  renderCantripIrq,
  renderCantripMmio,
  renderGlobalInterrupt,
  renderInterrupt,
  renderMmio,
} from './hardware.js';
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
import {
  renderCantripSignallingServer,
  renderDataportClient,
  renderDataportServer,
  renderRpcClient,
  renderRpcServer,
  renderSharedMemoryClient,
  renderSharedMemoryServer,
  renderSignalledClient,
  renderSignalledDataportClient,
  renderSignallingDataportServer,
  renderSignallingServer,
} from './rpc.js';
import {
  renderCantripSharedData,
  renderDataWithCapabilities,
  renderDmaData,
  renderSharedData,
} from './shared-data.js';
import { renderGlobalConsumer, renderGlobalEmitter } from './shared-notification.js';

type RenderEnd = (scope: EndScope) => void;

export interface ConnectorRenderer {
  readonly from?: RenderEnd;
  readonly to?: RenderEnd;
  /** Members of one address space call each other directly. */
  readonly isWithinOneSpace?: boolean;
  /** Why connections of it make no objects. */
  readonly missing?: string;
}

const rpc: ConnectorRenderer = { from: renderRpcClient, to: renderRpcServer };
const rpcSignal: ConnectorRenderer = { from: renderSignalledClient, to: renderSignallingServer };
const rpcDataportSignal: ConnectorRenderer = {
  from: renderSignalledDataportClient,
  to: renderSignallingDataportServer,
};
const rpcSharedMemory: ConnectorRenderer = {
  from: renderSharedMemoryClient,
  to: renderSharedMemoryServer,
};
const onlyX86 = (what: string): ConnectorRenderer => ({
  missing: `it needs ${what}, which only x86 has`,
});

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
  ['seL4RPCDataport', { from: renderDataportClient, to: renderDataportServer }],
  ['seL4RPCDataportSignal', rpcDataportSignal],
  ['seL4SerialServer', rpcDataportSignal],
  ['cantripRPCOverMultiSharedData', rpcSharedMemory],
  ['seL4RPCOverMultiSharedData', rpcSharedMemory],
  ['seL4DirectCall', { isWithinOneSpace: true }],
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
  ['seL4HardwareIOPort', onlyX86('I/O ports')],
  ['seL4IOAPICHardwareInterrupt', onlyX86('an I/O APIC')],
  ['seL4GDB', onlyX86('the debugger stub')],
  ['seL4GDBMem', onlyX86('the debugger stub')],
  ['seL4RPCEvent', { missing: 'the connector has a declaration only; use seL4Notification' }],
  ['seL4DTBHardware', { missing: 'it needs the device tree, which is not read here' }],
  ['seL4DTBHW', { missing: 'it needs the device tree, which is not read here' }],
]);
