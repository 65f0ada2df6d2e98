/**
 * The one notification of an instance that several connections signal (its "global endpoint"): the instance may
 * wait for all of them at once. Each end of such a connection has one bit of the badge.
 */
import type { Connection, ConnectionEndpoint, ConnectorType, Instance } from '../system.js';
import type { CompileContext, EndScope, Scope } from './context.js';
import { bindEnd, objectIn, report, settingsOf, slotIn } from './context.js';
import type { DraftObject } from './object-space.js';
import { flagSetting, integerSetting } from './setting-values.js';
import { interruptsOfNode, nodesOfQuery } from './tree-node.js';

/** The emitter signals the notification of each consumer, which waits for all of its connections at once. */
export function renderGlobalEmitter(scope: EndScope): void {
  const signals = scope.connection.to.map((consumer) =>
    provideSharedNotification(scope, consumer, { isReader: false }),
  );
  bindEnd(scope, { signals });
}

export const renderGlobalConsumer = (scope: EndScope): void => {
  const notification = provideSharedNotification(scope, scope.end, { isReader: true });
  bindEnd(scope, { notification, signal: signalOf(scope, [signalBadgeOf(scope, scope.end)]) });
};

/** The owner holds it unbadged with read and write; who signals holds it with write and the badge. */
export function provideSharedNotification(
  scope: EndScope,
  owner: ConnectionEndpoint,
  { isReader }: { isReader: boolean },
): number {
  const badge = signalBadgeOf(scope, owner);
  if (!isReader) return provideBadgedSignal(scope, owner, badge);
  const name = nameFor(owner.instance);
  const notification = sharedNotificationOf(scope, owner.instance);
  const key = `${name}_${String(badge)}_1_notification_object_cap`;
  return slotIn(scope, key, notification, { rights: 'RW' });
}

/** A capability with which the owner is signalled. */
export function provideBadgedSignal(
  scope: EndScope,
  { instance }: ConnectionEndpoint,
  badge: bigint,
): number {
  const key = `${nameFor(instance)}_${String(badge)}_0_notification_object_cap`;
  return slotIn(scope, key, sharedNotificationOf(scope, instance), { rights: 'W', badge });
}

const nameFor = ({ name }: Instance): string => `${name}_global_endpoint`;

/** What is rendered first names the object; the others use the same. */
export function sharedNotificationOf(scope: Scope, instance: Instance): DraftObject {
  const { sharedNotifications } = scope.context;
  const known = sharedNotifications.get(instance.name);
  if (known !== undefined) return known;
  const made = objectIn(scope, nameFor(instance), 'notification');
  sharedNotifications.set(instance.name, made);
  return made;
}

/** What the program knows of badges of this end. All badges of an instance have its base in them. */
export function signalOf(
  { context, end }: EndScope,
  badges: readonly bigint[],
): { readonly badge: bigint; readonly bits: bigint } {
  const base = integerSetting(context, end.instance.name, 'global_endpoint_base') ?? 1n;
  const badge = badges.reduce((all, each) => all | each, 0n);
  return { badge, bits: badge & ~base };
}

/** The badge with which this end's instance is signalled. */
export const signalBadgeOf = (scope: EndScope, wanted: ConnectionEndpoint): bigint =>
  signalBadgesOf(scope, wanted)[0] ?? 0n;

/**
 * The badges with which this end's instance is signalled: one; of a device of the device tree one for each of its
 * interrupts. Ends of all connections are counted, so that each has its own.
 */
export function signalBadgesOf(scope: EndScope, wanted: ConnectionEndpoint): bigint[] {
  const { context } = scope;
  const { instance } = wanted;
  const all = (1n << BigInt(context.architecture.badgeBits)) - 1n;
  const base = integerSetting(context, instance.name, 'global_endpoint_base') ?? 1n;
  const mask = integerSetting(context, instance.name, 'global_endpoint_mask') ?? all & ~base;
  let bit = nextBit(0n, mask, all);
  for (const connection of context.system.connections) {
    for (const end of treeEndsOf(connection, instance)) {
      const badges: bigint[] = [];
      for (let left = interruptCountOf(context, end); left > 0 && bit !== undefined; left -= 1) {
        badges.push(bit | base);
        bit = nextBit(bit, mask, all);
      }
      if (end === wanted) return badges;
    }
    const ends = [
      ...(isShared(connection.connector, 'from') ? connection.from : []),
      ...(isShared(connection.connector, 'to') ? connection.to : []),
    ];
    for (const end of ends) {
      if (end.instance !== instance) continue;
      if (end === wanted && bit !== undefined) return [bit | base];
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
  return [base];
}

const treeConnectors: readonly string[] = ['seL4DTBHardwareThreadless', 'seL4DTBHWThreadless'];

/** Ends whose devices signal the notification; all of a connection that ends at the instance. */
const treeEndsOf = ({ connector, to }: Connection, instance: Instance) =>
  treeConnectors.includes(connector.name) && to.some((end) => end.instance === instance) ? to : [];

function interruptCountOf(context: CompileContext, end: ConnectionEndpoint): number {
  const owner = `${end.instance.name}.${end.interface.name}`;
  if (!flagSetting(context, owner, 'generate_interrupts')) return 0;
  const value = settingsOf(context, owner).get('dtb')?.value;
  const node = value === undefined ? undefined : nodesOfQuery(value)?.[0];
  if (node === undefined) return 0;
  const found = interruptsOfNode(node, context.architecture);
  return found.ok ? found.numbers.length : 0;
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
