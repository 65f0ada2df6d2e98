/**
 * Events between components: a notification per consumer. A consumer of the plain connector also has a handoff
 * endpoint and a lock, as its runtime waits for it and calls back.
 */
import { smallPageBits } from './architecture.js';
import type { MemoryBinding } from './bindings.js';
import type { EndScope } from './context.js';
import { bindEnd, heldIn, provide, shareMemory } from './context.js';
import { integerOrTextSetting } from './setting-values.js';

export function renderEmitter(scope: EndScope): void {
  const signals = scope.connection.to.map((_, index) =>
    provide(scope, `notification_${String(index)}`, 'notification', { rights: 'W' }),
  );
  bindEnd(scope, { signals });
}

export function renderConsumer(scope: EndScope): void {
  const id = String(scope.index);
  bindEnd(scope, {
    notification: provide(scope, `notification_${id}`, 'notification', { rights: 'R' }),
    handoff: provide(scope, `handoff_${id}`, 'ep', { rights: 'RW' }),
    lock: provide(scope, `lock_${id}`, 'notification', { rights: 'RW' }),
  });
}

/** Events are counted in a page that both ends share, so none is lost. */
export function renderQueueEmitter(scope: EndScope): void {
  const { connection, end } = scope;
  const counters = connection.to.map((_, number) => {
    const index = String(number);
    const endpoint = provide(scope, `ep_${index}`, 'ep', { rights: 'RW' });
    const symbol = `from_${String(scope.index)}_${end.interface.name}_${index}_data`;
    return { endpoint, memory: shareCounter(scope, index, symbol) };
  });
  bindEnd(scope, { counters });
}

export function renderQueueConsumer(scope: EndScope): void {
  const id = String(scope.index);
  const endpoint = provide(scope, `ep_${id}`, 'ep', { rights: 'R' });
  const handoff = provide(scope, `handoff_${id}`, 'ep', { rights: 'RW' });
  const memory = shareCounter(scope, id, `to_${id}_${scope.end.interface.name}_data`);
  const lock = provide(scope, `lock_${id}`, 'notification', { rights: 'RW' });
  bindEnd(scope, { counters: [{ endpoint, memory }], handoff, lock });
}

function shareCounter(scope: EndScope, index: string, symbol: string): MemoryBinding {
  const name = `${scope.connection.name}_${index}_data`;
  return shareMemory(scope, { name, symbol, pageBits: smallPageBits, pageCount: 1, rights: 'RW' });
}

/** Both ends have this badge, whatever the assembly says. */
const nativeBadge = 0xbad1dean;

export const renderNativeEmitter = (scope: EndScope): void => {
  bindEnd(scope, { signals: [provideBadged(scope, 'W', nativeBadge)] });
};

export const renderNativeConsumer = (scope: EndScope): void => {
  bindEnd(scope, { notification: provideBadged(scope, 'R', nativeBadge) });
};

export function renderBindEmitter(scope: EndScope): void {
  const { context, end } = scope;
  const setting = `${end.interface.name}_attributes`;
  const badge = integerOrTextSetting(context, end.instance.name, setting);
  bindEnd(scope, { signals: [provideBadged(scope, 'W', badge)] });
}

export const renderBindConsumer = (scope: EndScope): void => {
  bindEnd(scope, { notification: provideBadged(scope, 'RW', undefined) });
};

/** Ends in one address space share the capability; the badge of the last one counts. */
function provideBadged(scope: EndScope, rights: string, badge: bigint | undefined): number {
  const slot = provide(scope, 'notification', 'notification', { rights });
  const capability = heldIn(scope, slot);
  if (capability !== undefined && badge !== undefined) capability.badge = badge;
  return slot;
}
