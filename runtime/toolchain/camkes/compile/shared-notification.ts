/**
 * The one notification of an instance that several connections signal (its "global endpoint"): the instance may
 * wait for all of them at once. Each end of such a connection has one bit of the badge.
 */
import type { ConnectionEndpoint, ConnectorType } from '../system.js';
import type { EndScope } from './context.js';
import { bindEnd, objectIn, report, slotIn } from './context.js';
import { integerSetting } from './setting-values.js';

/** The emitter signals the notification of each consumer, which waits for all of its connections at once. */
export function renderGlobalEmitter(scope: EndScope): void {
  const signals = scope.connection.to.map((consumer) =>
    provideSharedNotification(scope, consumer, { isReader: false }),
  );
  bindEnd(scope, { signals });
}

export const renderGlobalConsumer = (scope: EndScope): void => {
  const notification = provideSharedNotification(scope, scope.end, { isReader: true });
  bindEnd(scope, { notification, badge: signalBadgeOf(scope, scope.end) });
};

/** The owner holds it unbadged with read and write; who signals holds it with write and the badge. */
export function provideSharedNotification(
  scope: EndScope,
  owner: ConnectionEndpoint,
  { isReader }: { isReader: boolean },
): number {
  const { context } = scope;
  const name = `${owner.instance.name}_global_endpoint`;
  const badge = signalBadgeOf(scope, owner);
  // The connection that is rendered first names the object; the others use the same.
  const notification =
    context.sharedNotifications.get(owner.instance.name) ?? objectIn(scope, name, 'notification');
  context.sharedNotifications.set(owner.instance.name, notification);
  return slotIn(
    scope,
    `${name}_${String(badge)}_${isReader ? '1' : '0'}_notification_object_cap`,
    notification,
    isReader ? { rights: 'RW' } : { rights: 'W', badge },
  );
}

/** The badge with which this end's instance is signalled. */
export function signalBadgeOf(scope: EndScope, wanted: ConnectionEndpoint): bigint {
  const { context } = scope;
  const { instance } = wanted;
  const all = (1n << BigInt(context.architecture.badgeBits)) - 1n;
  const base = integerSetting(context, instance.name, 'global_endpoint_base') ?? 1n;
  const mask = integerSetting(context, instance.name, 'global_endpoint_mask') ?? all & ~base;
  let bit = nextBit(0n, mask, all);
  for (const connection of context.system.connections) {
    const ends = [
      ...(isShared(connection.connector, 'from') ? connection.from : []),
      ...(isShared(connection.connector, 'to') ? connection.to : []),
    ];
    for (const end of ends) {
      if (end.instance !== instance) continue;
      if (end === wanted && bit !== undefined) return bit | base;
      if (bit !== undefined) bit = nextBit(bit, mask, all);
    }
  }
  report(
    context,
    wanted.place,
    'error',
    'badge-out-of-range',
    `No bit of the badge is left for \`${instance.name}.${wanted.interface.name}\`: more connections signal \`${instance.name}\` than a badge has bits. Widen \`${instance.name}.global_endpoint_mask\`.`,
  );
  return base;
}

function nextBit(from: bigint, mask: bigint, all: bigint): bigint | undefined {
  let bit = from === 0n ? 1n : from << 1n;
  while (bit <= all && (bit & mask) === 0n) bit <<= 1n;
  return bit <= all ? bit : undefined;
}

const isShared = ({ attributes }: ConnectorType, side: 'from' | 'to'): boolean =>
  attributes.some(
    ({ name, initial }) =>
      name === `${side}_global_endpoint` && initial?.kind === 'integer' && initial.value !== 0n,
  );
