/**
 * Capsules: calls between the members of a group whose components are built here. Such a call is a call of the
 * function itself, so its server has no endpoint, no reply object and no thread for it; clients of other address
 * spaces still come through the kernel. A group whose programs come from elsewhere has what the reference tools give it.
 *
 * In a process, calls of one interface are served one after the other. Here that holds by itself as long as a handler
 * does not wait in the kernel; a server that may wait has a lock for each interface, on an endpoint.
 */
import { appendTo } from '../multi-map.js';
import type { CamkesSystem, Connection, ConnectionEndpoint, Instance } from '../system.js';
import type { CompileContext, EndScope, Scope, SystemEnd } from './context.js';
import { bindEnd, provide } from './context.js';

/** Beside the one that asks for direct calls in any case. What signals its clients does so through the kernel. */
const connectors: ReadonlySet<string> = new Set([
  'seL4RPCCall',
  'cantripRPCCall',
  'cantripRPCCallSignal',
  'cantripRPCOverMultiSharedData',
  'cantripRPCSignalOverMultiSharedData',
  'seL4DirectCall',
]);

export interface DirectCalls {
  /** Groups whose members are all built here. */
  readonly candidates: ReadonlySet<string>;
  /** Those of them with at least one direct call. */
  readonly capsules: ReadonlySet<string>;
  /** Instances that may wait in the kernel while they serve a call. */
  readonly waiting: ReadonlySet<Instance>;
}

export function directCallsOf(
  { connections, instances }: CamkesSystem,
  candidates: ReadonlySet<string>,
): DirectCalls {
  const capsules = new Set<string>();
  const clients = new Map<Instance, Instance[]>();
  const waiting = new Set(
    instances.filter(({ component: { mutexes, semaphores, binarySemaphores } }) =>
      [mutexes, semaphores, binarySemaphores].some((locks) => locks.length > 0),
    ),
  );
  for (const connection of connections)
    for (const end of [...connection.from, ...connection.to]) {
      const { kind } = end.interface;
      const server = kind === 'uses' ? serverOf(connection, end, candidates) : undefined;
      if (server !== undefined) {
        capsules.add(server.addressSpace);
        appendTo(clients, server, end.instance);
        if (signalsClients(connection)) waiting.add(end.instance);
      } else if (kind === 'uses' || kind === 'consumes') waiting.add(end.instance);
    }
  // Who calls one that may wait may wait itself. The set grows while it is walked.
  for (const server of waiting) for (const client of clients.get(server) ?? []) waiting.add(client);
  return { candidates, capsules, waiting };
}

/** The instance that a client calls directly. */
function serverOf(
  { connector, to: [server, ...others] }: Connection,
  { instance }: ConnectionEndpoint,
  candidates: ReadonlySet<string>,
): Instance | undefined {
  const isDirect =
    connectors.has(connector.name) &&
    others.length === 0 &&
    candidates.has(instance.addressSpace) &&
    server?.instance.addressSpace === instance.addressSpace;
  return isDirect ? server.instance : undefined;
}

export const isDirectClient = (
  { directCalls: { candidates } }: CompileContext,
  connection: Connection,
  client: ConnectionEndpoint,
): boolean => serverOf(connection, client, candidates) !== undefined;

const signalsClients = ({ connector }: Connection): boolean => connector.name.includes('Signal');

/** Whether nobody calls or signals through the kernel, so that no thread serves the end. */
export const isDirectEnd = (
  context: CompileContext,
  { connection, side, end }: Pick<SystemEnd, 'connection' | 'side' | 'end'>,
): boolean =>
  side === 'from'
    ? isDirectClient(context, connection, end) && !signalsClients(connection)
    : connection.from.length > 0 &&
      connection.from.every((client) => isDirectClient(context, connection, client));

/** The lock of an interface whose server may wait, where anybody calls it directly. */
export function provideCallLock(scope: EndScope): void {
  const { context, connection, instance } = scope;
  const isCalled = connection.from.some((client) => isDirectClient(context, connection, client));
  if (isCalled && context.directCalls.waiting.has(instance))
    bindEnd(scope, { callLock: provide(scope, 'call_lock_ep', 'ep', { rights: 'RW' }) });
}

/** What the threads of a capsule take turns with, and what they wait for until all of its members are ready. */
export function provideCapsule(scope: Scope): void {
  const { context, instance, space } = scope;
  if (!context.directCalls.capsules.has(space.key) || space.instances[0] !== instance) return;
  const own = { ...scope, label: space.key };
  space.capsule = {
    turn: provide(own, 'turn_ep', 'ep', { rights: 'RW' }),
    start: provide(own, 'start_ep', 'ep', { rights: 'RW' }),
  };
}
