/**
 * Where a capability may come from: what each slot holds after a step must be what some slot held before, or
 * less; or the first capability to an object that was made in untyped memory which nothing else used.
 * Written from the rules, without the kernel's own comparisons of capabilities.
 */
import type { Capability } from '../../runtime/kernel/capabilities/capability.js';
import {
  asidPoolPointer,
  cnodePointer,
  cnodeRadix,
  endpointBadge,
  endpointPointer,
  frameFields,
  irqHandlerNumber,
  notificationBadge,
  notificationPointer,
  objectBase,
  objectBits,
  replyCanGrant,
  tag,
  tagOf,
  typeName,
  untypedIsDevice,
} from '../../runtime/kernel/capabilities/capability.js';

/** What a capability gives, without what its holder may change: mapping, guard, watermark. */
export interface Authority {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** Number of an interrupt; radix of a CNode. */
  readonly detail: number;
  readonly badge: number;
  readonly rights: number;
  readonly isDevice: boolean;
}

export function authorityOf(capability: Capability): Authority {
  const { w0, w1 } = capability;
  const type = tagOf(w0);
  const start = objectBase(capability) ?? 0;
  const end = start === 0 ? 0 : start + 2 ** objectBits(capability);
  const plain = { type, start, end, detail: 0, badge: 0, rights: 0, isDevice: false };
  switch (type) {
    case tag.endpoint:
      return { ...plain, start: endpointPointer(w1), badge: endpointBadge(w0), rights: w1 & 0xf };
    case tag.notification:
      return {
        ...plain,
        start: notificationPointer(w0),
        badge: notificationBadge(w1),
        rights: w1 & 3,
      };
    case tag.reply:
      return { ...plain, rights: replyCanGrant(w0) ? 1 : 0 };
    case tag.cnode:
      return { ...plain, start: cnodePointer(w0), detail: cnodeRadix(w1) };
    case tag.irqHandler:
      return { ...plain, detail: irqHandlerNumber(w1) };
    case tag.asidPool:
      return { ...plain, start: asidPoolPointer(w0) };
    case tag.untyped:
      return { ...plain, isDevice: untypedIsDevice(w1) };
    case tag.frame: {
      const { rights, isDevice } = frameFields(capability);
      // Kernel only, read only, both: each includes the one before.
      return { ...plain, rights: [0, 0, 1, 3][rights] ?? 3, isDevice };
    }
    default:
      return plain;
  }
}

/** A sentence for each capability of `after` that could not come from `before`. */
export function unexplained(before: readonly Authority[], after: readonly Authority[]): string[] {
  return after
    .filter((one) => !before.some((other) => isNoMore(one, other)) && !isFresh(one, before))
    .map(
      ({ type, start, badge, rights, detail }) =>
        `a capability of type ${typeName(type)} to 0x${start.toString(16)} with badge ${String(badge)}, rights ${String(rights)} and ${String(detail)} came from nowhere`,
    );
}

function isNoMore(one: Authority, than: Authority): boolean {
  const containers: readonly number[] = [tag.cnode, tag.thread, tag.zombie];
  // A container that is being deleted.
  if (one.type === tag.zombie) return containers.includes(than.type) && than.start === one.start;
  if (one.type === tag.irqHandler && than.type === tag.irqControl) return true;
  return (
    one.type === than.type &&
    one.start === than.start &&
    one.end === than.end &&
    one.detail === than.detail &&
    one.isDevice === than.isDevice &&
    (one.rights & ~than.rights) === 0 &&
    (one.badge === than.badge || than.badge === 0)
  );
}

const deviceTypes: readonly number[] = [tag.untyped, tag.frame];

function isFresh(one: Authority, before: readonly Authority[]): boolean {
  if (one.start === 0 || one.badge !== 0) return false;
  const covers = (other: Authority): boolean => other.start <= one.start && one.end <= other.end;
  const untypeds = before.filter((other) => other.type === tag.untyped && covers(other));
  const isInUse = before.some(
    (other) =>
      other.start < one.end &&
      one.start < other.end &&
      !(other.type === tag.untyped && covers(other)),
  );
  const needsControl = one.type === tag.asidPool;
  const hasControl = before.some(({ type }) => type === tag.asidControl);
  return (
    !isInUse &&
    (!needsControl || hasControl) &&
    untypeds.some(({ isDevice }) =>
      isDevice ? deviceTypes.includes(one.type) && one.isDevice : !one.isDevice,
    )
  );
}
