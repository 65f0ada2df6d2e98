/**
 * The one endpoint of an instance on which several connections call it (its "global RPC endpoint"): it has no thread for
 * them, and takes all calls itself. Badges tell the clients of all connections apart; their lowest bit is left to
 * notifications.
 */
import type { ConnectionEndpoint, ConnectorType, Instance } from '../system.js';
import type { EndScope, Scope } from './context.js';
import { bindEnd, objectIn, provide, report, slotIn } from './context.js';
import type { DraftObject } from './object-space.js';
import { flagSetting, integerSetting } from './setting-values.js';
import { sharedNotificationOf } from './shared-notification.js';

/** Whether calls of such a connection go to the one endpoint of the server. */
export const usesSharedEndpoint = ({ to, attributes }: ConnectorType): boolean =>
  to.threads === 0 &&
  attributes.some(
    ({ name, initial }) =>
      name === 'to_global_rpc_endpoint' && initial?.kind === 'integer' && initial.value !== 0n,
  );

export function provideSharedClient(scope: EndScope): void {
  const [server] = scope.connection.to;
  if (server === undefined) return;
  const badge = sharedClientBadges(scope)[scope.index] ?? 0n;
  const key = `${nameFor(server.instance)}_${String(badge)}_0_endpoint_object_cap`;
  const endpoint = sharedEndpointOf(scope, server.instance);
  const slot = slotIn(scope, key, endpoint, { rights: 'WP', badge });
  bindEnd(scope, { endpoint: slot, badge });
}

export function provideSharedServer(scope: EndScope): void {
  const { instance } = scope.end;
  const key = `${nameFor(instance)}_1_endpoint_object_cap`;
  const slot = slotIn(scope, key, sharedEndpointOf(scope, instance), { rights: 'R' });
  const badges = sharedClientBadges(scope);
  const clients =
    scope.bindings.ends.get(scope.end)?.clients ??
    scope.connection.from.map((client, index) => ({ client, badge: badges[index] ?? 0n }));
  bindEnd(scope, { endpoint: slot, clients });
}

/** An instance whose one thread waits for all calls and notifications. */
export function renderSingleThreaded(scope: Scope): void {
  const { context, instance, space } = scope;
  if (!flagSetting(context, instance.name, 'single_threaded')) return;
  const notification = sharedNotificationOf(scope, instance);
  const signalled = `${instance.name}_global_endpoint_read_notification_object_cap`;
  const bound = slotIn(scope, signalled, notification, { rights: 'RW' });
  const object = sharedEndpointOf(scope, instance);
  const key = `${nameFor(instance)}_read_endpoint_object_cap`;
  const endpoint = slotIn(scope, key, object, { rights: 'R' });
  const reply = context.isMcs ? provide(scope, 'reply_cap_slot', 'rtreply') : 0;
  scope.bindings.singleThread = { notification: bound, endpoint, reply };
  if (context.isMcs) return;
  slotIn(scope, 'cnode', space.cspace.cnode);
  slotIn(scope, 'reply_cap_slot', undefined);
}

const nameFor = ({ name }: Instance): string => `${name}_global_rpc_endpoint`;

/** What is rendered first names the object; the others use the same. */
function sharedEndpointOf(scope: Scope, instance: Instance): DraftObject {
  const { sharedEndpoints } = scope.context;
  const known = sharedEndpoints.get(instance.name);
  if (known !== undefined) return known;
  const made = objectIn(scope, nameFor(instance), 'ep');
  sharedEndpoints.set(instance.name, made);
  return made;
}

/** Of the clients of this connection: behind those of the connections before it. */
export function sharedClientBadges(scope: EndScope): bigint[] {
  const { context, connection } = scope;
  const [server] = connection.to;
  if (server === undefined) return [];
  const { instance } = server;
  const all = (1n << BigInt(context.architecture.badgeBits)) - 1n;
  const base = integerSetting(context, instance.name, 'global_rpc_endpoint_base') ?? 0n;
  const mask = integerSetting(context, instance.name, 'global_rpc_endpoint_mask') ?? all - 1n;
  let badge = nextBadge(1n, mask);
  for (const each of context.system.connections) {
    if (!usesSharedEndpoint(each.connector)) continue;
    for (const end of each.to) {
      if (end.instance !== instance) continue;
      const badges: bigint[] = [];
      for (let left = each.from.length; left > 0 && badge !== undefined; left -= 1) {
        badges.push(badge | base);
        badge = nextBadge(badge + 1n, mask);
      }
      if (end !== server) continue;
      if (badges.length < each.from.length) reportTooMany(scope, end);
      return badges;
    }
  }
  return [];
}

/** The badge itself, or the next one that has bits of the mask only. */
function nextBadge(from: bigint, mask: bigint): bigint | undefined {
  let badge = from;
  while (badge < mask) {
    const outside = badge & ~mask;
    if (outside === 0n) return badge;
    badge += outside;
  }
  return undefined;
}

function reportTooMany({ context }: EndScope, { instance, place }: ConnectionEndpoint): void {
  report(
    context,
    place,
    'error',
    'badge-out-of-range',
    `More clients call \`${instance.name}\` than \`${instance.name}.global_rpc_endpoint_mask\` leaves badges for. Widen it.`,
  );
}
