/**
 * The error rows of the ABI's facts, in our words: which fault gets which answer. Each script names the row that it
 * holds, so that no row is without one. The numbers are sections of the facts (sel4-abi).
 */
export const abiRows = {
  // Section 4 and 5: what every invocation has in common.
  'no object': '5: a capability to nothing has no invocation: InvalidCapability 0',
  'no right to send': '1: neither has one that may not be sent to: InvalidCapability 0',
  'first phase':
    '9: in the sending half of a combined call, TCB, CNode, domain and time are not invoked: InvalidCapability 0',
  'unknown operation': '4: an operation of another type of object: IllegalOperation',
  'too short': '4: fewer words or capabilities than the operation takes: TruncatedMessage',

  // Section 8: addresses of slots.
  'lookup: root': '8: an address in what is no CNode: FailedLookup, InvalidRoot',
  'lookup: depth': '8: a depth of 0 or above 32: RangeError 1 32',
  'lookup: guard': '8: an address that differs from a guard: FailedLookup, GuardMismatch',
  'lookup: early': '8: fewer bits than a CNode takes: FailedLookup, DepthMismatch',
  'lookup: late': '8: bits left behind the last CNode: FailedLookup, DepthMismatch with none found',
  'destination slot': '8: a destination that is not empty: DeleteFirst',
  'source slot': '8: a source, or a pivot, that is empty: FailedLookup, MissingCapability',

  // Section 8: copies.
  'derive: untyped': '8: an untyped with children is not copied: RevokeFirst',
  'derive: page table': '8: a page table that is not mapped is not copied: IllegalOperation',
  'derive: never': '8: the IRQ control capability is not copied: IllegalOperation',
  'data: badge': '8: a badge is given once, to a copy: IllegalOperation',
  'data: guard': '8: guard and radix of a CNode are 32 bits at most: IllegalOperation',
  'cancel: rights': '8: CancelBadgedSends wants an endpoint with all four rights: IllegalOperation',
  'rotate: pivot': '8: the pivot is a slot of its own: IllegalOperation',

  // Section 8: retyping.
  'retype: type': '8: a type that there is not: InvalidArgument 0',
  'retype: large': '8: a size above 29 bits, or a size_bits above 31: RangeError 0 29',
  'retype: small': '8: a CNode of 0 bits, an untyped below 4, a context below 7: InvalidArgument 1',
  'retype: destination': '8: a destination that is no CNode: FailedLookup, MissingCapability',
  'retype: offset': '8: an offset behind the slots: RangeError 0 to the last',
  'retype: number': '8: a number of objects outside 1 to 256: RangeError',
  'retype: window': '8: more objects than slots from the offset on: RangeError',
  'retype: memory': '8: more than is free: NotEnoughMemory with the bytes that are',
  'retype: device': '8: device memory for other than frames and untypeds: InvalidArgument 1',

  // Section 7 and 9: threads.
  'registers: count': '7: registers to read outside 1 to 32: RangeError 1 32',
  'registers: own': '7: the registers of the caller itself: IllegalOperation',
  'registers: source': '5: a source of registers that is no TCB: InvalidCapability 1',
  'priority: authority': '9: an authority that is no TCB: InvalidCapability 1',
  'priority: range': '9: a priority above what the authority controls: RangeError 0 to that',
  handler: '9: a fault or timeout handler that cannot be sent to and answer: InvalidCapability',
  'params: context': '9: a scheduling context that is none: InvalidCapability 2',
  'params: own': '9: no context for the caller itself: IllegalOperation',
  'params: bound': '9: a thread or a context that is bound already: IllegalOperation',
  'context: blocked': '9: a context without budget now for a thread that waits: IllegalOperation',
  'buffer: frame': '9: an IPC buffer that is no frame of RAM: IllegalOperation',
  'buffer: alignment': '2: an IPC buffer that is not at a multiple of 512: AlignmentError',
  'spaces: last': '9: the last capability to the CNode that the thread has: IllegalOperation',
  'spaces: cspace': '9: a CSpace root that is no CNode: IllegalOperation',
  'spaces: vspace': '9: a VSpace root that is no page table with an ASID: IllegalOperation',
  'bind: bound': '9: a thread with a notification, or one of another thread: IllegalOperation',
  'bind: notification': '9: what is no notification with the read right: IllegalOperation',
  'bind: waiting': '9: a notification that a thread waits for: IllegalOperation',
  'bind: none': '9: nothing to unbind: IllegalOperation',

  // Section 9: time.
  'time: range': '9: a budget or period below 20 µs or above the maximum: RangeError',
  'time: period': '9: a budget above the period: RangeError 20 to the period',
  'time: context': '9: what is configured is no scheduling context: InvalidCapability 1',
  'time: refills': '9: more refills than the object holds: RangeError 0 to their number',
  'context: object': '9: bound or unbound is a TCB or a notification: InvalidCapability 1',
  'context: bound': '9: a context, thread or notification that is bound already: IllegalOperation',
  'context: not bound': '9: what is not bound to the context is not unbound: IllegalOperation',
  'context: own': '9: the context of the caller is not taken, nor yielded to: IllegalOperation',
  'yield: none': '9: a context on which no thread runs: IllegalOperation',
  'yield: priority': '9: a thread of a higher priority than the caller controls: IllegalOperation',
  'domain: number': '9: a domain that there is not: InvalidArgument 0, or RangeError in a schedule',
  'domain: thread': '9: what is no TCB has no domain: InvalidArgument 1',
  'domain: index': '9: an entry behind the schedule, whose last one is not written: RangeError',
  'domain: duration': '9: a duration of more than 56 bits: InvalidArgument 2',
  'domain: end': '9: an end marker with a domain, or at the start: InvalidArgument 1, 2 or 0',

  // Section 9: interrupts.
  'irq: number': '9: an interrupt outside 1 to the highest: RangeError',
  'irq: active': '9: an interrupt that has a handler, or is the timer: RevokeFirst',
  'irq: trigger': '9: a trigger where the controller has none to select: IllegalOperation',
  'irq: notification': '9: what is no notification with the write right: InvalidCapability 0',

  // Section 9: address spaces.
  'pool: all': '9: a 33rd ASID pool: DeleteFirst',
  'pool: memory': '9: what is no untyped of RAM of 12 bits: InvalidCapability 1',
  'pool: used': '9: an untyped with children: RevokeFirst',
  'assign: table': '9: what is no page table, or is mapped or assigned: InvalidCapability 1',
  'assign: full': '9: a pool without a free ASID: DeleteFirst',
  'assign: pool': '9: a pool that the ASID table has not: FailedLookup, or InvalidCapability 0',
  'table: mapped': '9: a page table that is mapped: InvalidCapability 0',
  'space: root': '9: an address space that is none, or not its root: InvalidCapability 1',
  'space: gone':
    '9: an address space whose ASID is not assigned any more: FailedLookup, InvalidRoot',
  'map: address': '9: an address that is none of a user: InvalidArgument 0',
  'map: alignment': '9: an address that is no multiple of the size: AlignmentError',
  'map: taken': '9: something is mapped there: DeleteFirst',
  'map: no table': '9: no page table, or one, at the address: FailedLookup, MissingCapability',
  'map: elsewhere':
    '9: mapped in another address space: InvalidCapability 1; or address: InvalidArgument 0',
  'unmap: copies': '9: a page table with copies, or a root, is not unmapped: RevokeFirst',
} as const;

export type AbiRow = keyof typeof abiRows;
