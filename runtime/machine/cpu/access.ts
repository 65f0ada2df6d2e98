/** The three ways to reach memory. Each is the PMP permission bit that it needs, and half the PTE bit. */
import { cause } from './csr-bits.js';

export const access = { load: 1, store: 2, fetch: 4 } as const;
export type Access = (typeof access)[keyof typeof access];

/** Cause of an access that PMP or the bus refuses. */
export const accessFault = (kind: Access): number =>
  kind === access.load
    ? cause.loadAccess
    : kind === access.store
      ? cause.storeAccess
      : cause.fetchAccess;

/** Cause of an access that address translation refuses. */
export const pageFault = (kind: Access): number =>
  kind === access.load ? cause.loadPage : kind === access.store ? cause.storePage : cause.fetchPage;
