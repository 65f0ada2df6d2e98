/**
 * What a copy of a capability may do less than its source: rights masks, badges, guards; and which types
 * can be copied at all. sel4-abi section 8.
 */
import { ok } from '../../base/result.js';
import {
  badgeMask,
  cnodeDataGuard,
  cnodeDataGuardSize,
  rightsGrant,
  rightsGrantReply,
  rightsRead,
  rightsWrite,
} from '../../abi/cap-rights.js';
import { illegal, refuse, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import {
  cnodeCapability,
  cnodePointer,
  cnodeRadix,
  endpointBadge,
  endpointCapability,
  endpointPointer,
  endpointRight,
  frameCapability,
  frameFields,
  frameRights,
  notificationBadge,
  notificationCapability,
  notificationPointer,
  nullCapability,
  pageTableIsMapped,
  replyCanGrant,
  replyCapability,
  replyPointer,
  tag,
  tagOf,
  typeName,
  type Capability,
} from './capability.js';
import { hasChildren } from './derivation.js';

/** The capability with the rights that both it and `rights` have. Types without rights stay as they are. */
export function maskRights(capability: Capability, rights: number): Capability {
  switch (tagOf(capability.w0)) {
    case tag.endpoint:
      return endpointCapability(
        endpointPointer(capability.w1),
        endpointBadge(capability.w0),
        capability.w1 & endpointRights(rights),
      );
    case tag.notification:
      return notificationCapability(
        notificationPointer(capability.w0),
        notificationBadge(capability.w1),
        capability.w1 & endpointRights(rights) & 3,
      );
    case tag.reply:
      return replyCapability(
        replyPointer(capability.w1),
        replyCanGrant(capability.w0) && (rights & rightsGrant) !== 0,
      );
    case tag.frame: {
      const frame = frameFields(capability);
      return frameCapability({ ...frame, rights: maskFrameRights(frame.rights, rights) });
    }
    default:
      return capability;
  }
}

/** The rights word has write first, endpoint capabilities have send first: the same bits. */
const endpointRights = (rights: number): number =>
  ((rights & rightsWrite) !== 0 ? endpointRight.send : 0) |
  ((rights & rightsRead) !== 0 ? endpointRight.receive : 0) |
  ((rights & rightsGrant) !== 0 ? endpointRight.grant : 0) |
  ((rights & rightsGrantReply) !== 0 ? endpointRight.grantReply : 0);

/** Sv32 has no write-only page: without read, only the kernel may access. */
export function maskFrameRights(own: number, rights: number): number {
  if ((rights & rightsRead) === 0) return frameRights.kernelOnly;
  if (own === frameRights.readWrite) {
    return (rights & rightsWrite) !== 0 ? frameRights.readWrite : frameRights.readOnly;
  }
  return own === frameRights.readOnly ? frameRights.readOnly : frameRights.kernelOnly;
}

/**
 * The capability with a badge or a guard; the null capability where that is not allowed. A badge is given
 * once, to a copy (`isCopy`); a move cannot set one.
 */
export function withData(
  capability: Capability,
  data: number,
  { isCopy }: { readonly isCopy: boolean },
): Capability {
  switch (tagOf(capability.w0)) {
    case tag.endpoint:
      if (!isCopy || endpointBadge(capability.w0) !== 0) return nullCapability;
      return endpointCapability(
        endpointPointer(capability.w1),
        data & badgeMask,
        capability.w1 & 0xf,
      );
    case tag.notification:
      if (!isCopy || notificationBadge(capability.w1) !== 0) return nullCapability;
      return notificationCapability(
        notificationPointer(capability.w0),
        data & badgeMask,
        capability.w1 & 3,
      );
    case tag.cnode: {
      const guardSize = cnodeDataGuardSize(data);
      const radix = cnodeRadix(capability.w1);
      if (guardSize + radix > 32) return nullCapability;
      const guard = cnodeDataGuard(data) & (2 ** guardSize - 1);
      return cnodeCapability(cnodePointer(capability.w0), radix, guardSize, guard);
    }
    default:
      return capability;
  }
}

/**
 * What a copy of `capability`, which lies at `at`, looks like. The null capability means that the type
 * cannot be copied; what that means is up to the caller.
 */
export function derive(
  k: KernelState,
  at: number,
  capability: Capability,
  method: string,
): Decoded<Capability> {
  switch (tagOf(capability.w0)) {
    case tag.zombie:
    case tag.irqControl:
      return ok(nullCapability);
    case tag.untyped:
      if (hasChildren(k, at)) {
        return refuse(
          'RevokeFirst',
          [],
          () => `${method}: the untyped has children; revoke it before it is copied`,
        );
      }
      return ok(capability);
    case tag.pageTable:
      if (!pageTableIsMapped(capability.w0)) {
        return illegal(() => `${method}: a page table that is not mapped cannot be copied`);
      }
      return ok(capability);
    case tag.frame:
      return ok(frameCapability({ ...frameFields(capability), asid: 0, vaddr: 0 }));
    default:
      return ok(capability);
  }
}

export const cannotCopy = (capability: Capability, method: string) =>
  illegal(
    () => `${method}: the ${typeName(capability.w0)} capability cannot be copied or changed so`,
  );
