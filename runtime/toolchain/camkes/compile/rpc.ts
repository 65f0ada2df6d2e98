/**
 * Remote procedure calls: one endpoint. Each client holds it with a badge that tells it apart, the server waits
 * on it. On MCS kernels the server has a reply object; before, it keeps a free slot to save replies in.
 */
import type { Connection, ConnectionEndpoint } from '../system.js';
import { largestPageOf, smallPageBits } from './architecture.js';
import type { EndScope } from './context.js';
import type { ClientBinding, MemoryBinding } from './bindings.js';
import {
  bindEnd,
  heldIn,
  maximumPagesOfRegion,
  objectIn,
  provide,
  report,
  settingsOf,
  shareMemory,
  slotIn,
} from './context.js';
import { isCantrip } from './component-objects.js';
import { isDirectClient, isDirectEnd, provideCallLock } from './direct-calls.js';
import {
  provideSharedClient,
  provideSharedServer,
  sharedClientBadges,
  usesSharedEndpoint,
} from './shared-endpoint.js';
import { provideSharedNotification, signalBadgeOf, signalOf } from './shared-notification.js';
import { integerOrTextSetting, integerSetting, textSetting } from './setting-values.js';

/** The badges of the clients, in the order of the ends: chosen ones, and the rest from 1 with those left out. */
export function clientBadges(scope: EndScope): bigint[] {
  const { context, connection } = scope;
  if (usesSharedEndpoint(connection.connector)) return sharedClientBadges(scope);
  const chosen = connection.from.map(({ instance, interface: { name } }) =>
    integerOrTextSetting(context, instance.name, `${name}_attributes`),
  );
  const taken = new Set(chosen);
  let next = 1n;
  return chosen.map((badge) => {
    if (badge !== undefined) return badge;
    while (taken.has(next)) next += 1n;
    taken.add(next);
    return next;
  });
}

export function renderRpcClient(scope: EndScope): void {
  if (usesSharedEndpoint(scope.connection.connector)) {
    provideSharedClient(scope);
    return;
  }
  if (isDirectClient(scope.context, scope.connection, scope.end)) {
    renderDirectClient(scope);
    return;
  }
  lockBuffer(scope);
  provideClientEndpoint(scope);
}

/** The server sees the badge that it would see of a message. */
export function renderDirectClient(scope: EndScope): void {
  if (!isDirectClient(scope.context, scope.connection, scope.end)) return;
  bindEnd(scope, { isDirect: true, badge: clientBadges(scope)[scope.index] ?? 0n });
}

export function renderRpcServer(scope: EndScope): void {
  if (usesSharedEndpoint(scope.connection.connector)) {
    provideSharedServer(scope);
    return;
  }
  provideCallLock(scope);
  if (isDirectEnd(scope.context, { ...scope, side: 'to' })) return;
  takeBuffer(scope, 'to');
  provideServerEndpoint(scope);
}

export function renderSignalledClient(scope: EndScope): void {
  renderRpcClient(scope);
  bindSignal(scope);
}

const bindSignal = (scope: EndScope): void => {
  bindEnd(scope, {
    notification: provideSharedNotification(scope, scope.end, { isReader: true }),
    signal: signalOf(scope, [signalBadgeOf(scope, scope.end)]),
  });
};

/** CantripOS gives the notifications before the endpoint, the library of CAmkES behind it. */
export function renderCantripSignallingServer(scope: EndScope): void {
  signalClients(scope);
  renderRpcServer(scope);
}

export function renderSignallingServer(scope: EndScope): void {
  renderRpcServer(scope);
  signalClients(scope);
}

function signalClients(scope: EndScope): void {
  scope.connection.from.forEach((client, index) => {
    bindClient(scope, index, {
      signal: provideSharedNotification(scope, client, { isReader: false }),
    });
  });
}

/** Adds to what the server knows of one of its clients. */
export function bindClient(scope: EndScope, index: number, facts: Partial<ClientBinding>): void {
  const badges = clientBadges(scope);
  const known: readonly ClientBinding[] =
    scope.bindings.ends.get(scope.end)?.clients ??
    scope.connection.from.map((client, at) => ({ client, badge: badges[at] ?? 0n }));
  const clients = known.map((client, at) => (at === index ? { ...client, ...facts } : client));
  bindEnd(scope, { clients });
}

/** Calls through the IPC buffer, and memory beside it for data. */
export function renderDataportClient(scope: EndScope): void {
  renderRpcClient(scope);
  shareWithServer(scope);
}

export function renderDataportServer(scope: EndScope): void {
  renderRpcServer(scope);
  shareWithClients(scope);
}

export function renderSignalledDataportClient(scope: EndScope): void {
  renderDataportClient(scope);
  bindSignal(scope);
}

export function renderSignallingDataportServer(scope: EndScope): void {
  renderDataportServer(scope);
  signalClients(scope);
}

export function renderSharedMemoryClient(scope: EndScope): void {
  shareWithServer(scope);
  if (isDirectClient(scope.context, scope.connection, scope.end)) {
    renderDirectClient(scope);
    return;
  }
  if (!isCantrip(scope))
    bindEnd(scope, { bufferLock: provide(scope, 'userspace_buffer_ep', 'ep', { rights: 'RW' }) });
  provideClientEndpoint(scope);
}

export function renderSharedMemoryServer(scope: EndScope): void {
  provideCallLock(scope);
  if (isDirectEnd(scope.context, { ...scope, side: 'to' })) return;
  shareWithClients(scope);
  provideServerEndpoint(scope);
}

/** As the connectors of CantripOS have it whose parts these are. */
export function renderSignalledMemoryClient(scope: EndScope): void {
  renderSharedMemoryClient(scope);
  bindSignal(scope);
}

export function renderSignallingMemoryServer(scope: EndScope): void {
  signalClients(scope);
  renderSharedMemoryServer(scope);
}

function shareWithServer(scope: EndScope): void {
  const badge = clientBadges(scope)[scope.index] ?? 0n;
  const symbol = `${scope.end.interface.name.toUpperCase()}_INTERFACE_DATA`;
  const memory = shareMessages(scope, scope.end, badge, symbol);
  if (memory !== undefined) bindEnd(scope, { memory });
}

/** Clients of one badge are one to the server, and have one memory. */
function shareWithClients(scope: EndScope): void {
  const shared = new Map<bigint, MemoryBinding | undefined>();
  clientBadges(scope).forEach((badge, index) => {
    const client = scope.connection.from[index];
    if (client === undefined || isDirectClient(scope.context, scope.connection, client)) return;
    if (!shared.has(badge)) {
      const symbol = `${scope.end.interface.name.toUpperCase()}_${String(badge)}_DATA`;
      shared.set(badge, shareMessages(scope, client, badge, symbol));
    }
    const memory = shared.get(badge);
    if (memory !== undefined) bindClient(scope, index, { memory });
  });
}

function provideClientEndpoint(scope: EndScope): void {
  const isSparrow = scope.context.system.dialect === 'sparrow';
  const rights = isSparrow ? 'WGP' : 'WP';
  const slot = slotIn(scope, endpointKey(scope), objectIn(scope, 'ep', 'ep'), { rights });
  const badge = clientBadges(scope)[scope.index];
  const capability = heldIn(scope, slot);
  if (capability === undefined || badge === undefined) return;
  const other = capability.badge;
  if (other !== undefined && other !== badge)
    report(
      scope.context,
      scope.end.place,
      'warning',
      'shared-badge',
      `\`${scope.end.instance.name}.${scope.end.interface.name}\` and another client of \`${scope.connection.name}\` share one capability, because they are in one group and their interfaces have one name. The server cannot tell them apart; rename one of the interfaces.`,
    );
  if (badge >= 1n << BigInt(scope.context.architecture.badgeBits))
    report(
      scope.context,
      scope.end.place,
      'error',
      'badge-out-of-range',
      `The badge of \`${scope.end.instance.name}.${scope.end.interface.name}\` is ${String(badge)}; a badge has ${String(scope.context.architecture.badgeBits)} bits.`,
    );
  capability.badge = badge;
  bindEnd(scope, { endpoint: slot, badge });
}

/** For the reference tools interfaces of one name are one in a group; members that are built here have one each. */
const endpointKey = ({ context, end, instance, space }: EndScope): string =>
  context.directCalls.candidates.has(space.key)
    ? `ep_${instance.name}.${end.interface.name}`
    : `ep_${end.interface.name}`;

function provideServerEndpoint(scope: EndScope): void {
  const { context, end, instance, space } = scope;
  const endpoint = slotIn(scope, endpointKey(scope), objectIn(scope, 'ep', 'ep'), { rights: 'R' });
  const badges = clientBadges(scope);
  const clients =
    scope.bindings.ends.get(end)?.clients ??
    scope.connection.from.map((client, index) => ({ client, badge: badges[index] ?? 0n }));
  bindEnd(scope, { endpoint, clients });
  if (context.isMcs) {
    const isSparrow = context.system.dialect === 'sparrow';
    const reply = provide(scope, 'reply_cap_slot', 'rtreply', { rights: isSparrow ? 'WG' : '' });
    bindEnd(scope, { reply });
    return;
  }
  const { interfaces, mutexes, semaphores } = instance.component;
  const blocking = interfaces.filter(({ kind }) => kind !== 'emits' && kind !== 'dataport');
  if (blocking.length + mutexes.length + semaphores.length <= 1) return;
  slotIn(scope, 'cnode', space.cspace.cnode);
  slotIn(scope, 'reply_cap_slot', undefined);
}

/** Messages in memory that this client and the server share. */
function shareMessages(
  scope: EndScope,
  client: ConnectionEndpoint,
  badge: bigint,
  symbol: string,
): MemoryBinding | undefined {
  const { context, connection } = scope;
  const setting = `${client.interface.name}_shmem_size`;
  const sizeBytes = integerSetting(context, client.instance.name, setting) ?? 4096n;
  const pageBits = largestPageOf(context.architecture, sizeBytes) ?? smallPageBits;
  const pageCount = sizeBytes >> BigInt(pageBits);
  const isWhole = sizeBytes > 0n && sizeBytes === pageCount << BigInt(pageBits);
  if (!isWhole || pageCount > maximumPagesOfRegion) {
    const place = settingsOf(context, client.instance.name).get(setting)?.place ?? client.place;
    report(
      context,
      place,
      'error',
      'memory-size',
      `\`${client.instance.name}.${setting}\` is ${String(sizeBytes)}; expected a multiple of 4096, the size of a page. No memory is shared.`,
    );
    return undefined;
  }
  const name = `${connection.name}_${String(badge)}_data`;
  const pages = { pageBits, pageCount: Number(pageCount) };
  return shareMemory(scope, { name, symbol, ...pages, rights: 'RWX' });
}

/** A client with several threads has a lock on a buffer that it shares with the server. */
function lockBuffer(scope: EndScope): void {
  if (!takeBuffer(scope, 'from') || isCantrip(scope)) return;
  const { isControl, interfaces } = scope.instance.component;
  const callers = interfaces.filter(({ kind }) => kind !== 'dataport').length;
  if ((isControl ? 1 : 0) + callers > 1)
    bindEnd(scope, { bufferLock: provide(scope, 'userspace_buffer_ep', 'ep', { rights: 'RW' }) });
}

/** Whether messages of the connection go through the memory of another one; says what is wrong with that. */
function takeBuffer(scope: EndScope, side: 'from' | 'to'): boolean {
  const { context, connection } = scope;
  const wanted = textSetting(context, connection.name, 'buffer');
  if (wanted === undefined) return false;
  const other = context.system.connections.find(({ name }) => name === wanted);
  const wrong = bufferProblem(scope, other, side);
  const setting = settingsOf(context, connection.name).get('buffer');
  const buffer = other?.[side][0];
  if (wrong === undefined) {
    if (buffer !== undefined) bindEnd(scope, { buffer });
    const { length } = scope.end.interface.procedure?.methods ?? [];
    if (length > 0 || !connection.connector.name.startsWith('cantrip')) return true;
  }
  if (setting === undefined || context.reported.has(setting)) return wrong === undefined;
  context.reported.add(setting);
  if (wrong === undefined)
    report(
      context,
      setting.place,
      'warning',
      'setting-without-effect',
      `\`${connection.name}.buffer\` has no effect: its interface has no methods, and what the two components say to each other they write into the IPC buffer themselves.`,
    );
  else
    report(
      context,
      setting.place,
      'error',
      'rpc-buffer',
      `The messages of \`${connection.name}\` cannot go through \`${wanted}\`: ${wrong}. They go through the IPC buffer.`,
    );
  return wrong === undefined;
}

const isOneToOne = ({ from, to }: Pick<Connection, 'from' | 'to'>): boolean =>
  from.length === 1 && to.length === 1;

function bufferProblem(
  { context, connection, instance }: EndScope,
  other: Connection | undefined,
  side: 'from' | 'to',
): string | undefined {
  if (other === undefined)
    return `there is no connection \`${textSetting(context, connection.name, 'buffer') ?? ''}\``;
  if (!isOneToOne(connection) || !isOneToOne(other))
    return 'both connections must have one end on each side';
  const end = other[side][0];
  if (end?.interface.kind !== 'dataport') return `\`${other.name}\` is not between dataports`;
  if (end.instance !== instance)
    return `its \`${side}\` end is in \`${end.instance.name}\`, and has to be in \`${instance.name}\``;
  const access = textSetting(context, instance.name, `${end.interface.name}_access`);
  return access === undefined || access === '' || access.startsWith('RW')
    ? undefined
    : `\`${instance.name}.${end.interface.name}\` may not be read and written`;
}
