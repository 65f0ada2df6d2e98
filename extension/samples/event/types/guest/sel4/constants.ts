// @ts-nocheck
// Made from the tables of the ABI.
@inline export const SYS_CALL: u32 = 4294967295;
@inline export const SYS_REPLY_RECV: u32 = 4294967294;
@inline export const SYS_NB_SEND_RECV: u32 = 4294967293;
@inline export const SYS_NB_SEND_WAIT: u32 = 4294967292;
@inline export const SYS_SEND: u32 = 4294967291;
@inline export const SYS_NB_SEND: u32 = 4294967290;
@inline export const SYS_RECV: u32 = 4294967289;
@inline export const SYS_NB_RECV: u32 = 4294967288;
@inline export const SYS_WAIT: u32 = 4294967287;
@inline export const SYS_NB_WAIT: u32 = 4294967286;
@inline export const SYS_YIELD: u32 = 4294967285;
@inline export const SYS_DEBUG_PUT_CHAR: u32 = 4294967284;
@inline export const SYS_DEBUG_DUMP_SCHEDULER: u32 = 4294967283;
@inline export const SYS_DEBUG_HALT: u32 = 4294967282;
@inline export const SYS_DEBUG_CAP_IDENTIFY: u32 = 4294967281;
@inline export const SYS_DEBUG_SNAPSHOT: u32 = 4294967280;
@inline export const SYS_DEBUG_NAME_THREAD: u32 = 4294967279;
@inline export const OFFSET_WORDS: u32 = 4;
@inline export const OFFSET_CAPS: u32 = 488;
@inline export const OFFSET_RECEIVE_ROOT: u32 = 500;
@inline export const OFFSET_RECEIVE_INDEX: u32 = 504;
@inline export const OFFSET_RECEIVE_DEPTH: u32 = 508;
@inline export const MAX_WORDS: u32 = 120;
@inline export const LENGTH_MASK: u32 = 127;
@inline export const LABEL_SHIFT: u32 = 12;
@inline export const CAPS_SHIFT: u32 = 7;
@inline export const CAPS_MASK: u32 = 3;
export enum KernelError {
  /** The invocation was performed. */
  NoError = 0,
  /** An argument has a value that the invocation cannot accept; arguments count from zero. */
  InvalidArgument = 1,
  /** A capability has the wrong type or rights: 0 is the invoked one, n is extra capability n - 1. */
  InvalidCapability = 2,
  /** The object has no such operation, or its state or the rights forbid it. */
  IllegalOperation = 3,
  /** An argument lies outside the allowed range, whose bounds are inclusive. */
  RangeError = 4,
  /** An address is not a multiple of the size that it needs. */
  AlignmentError = 5,
  /** A capability address leads to no slot; was source tells which of two addresses it was. */
  FailedLookup = 6,
  /** The message has too few words or too few extra capabilities. */
  TruncatedMessage = 7,
  /** The destination is occupied: delete or unmap what is there first. */
  DeleteFirst = 8,
  /** The capability has children or copies: revoke it first. */
  RevokeFirst = 9,
  /** The untyped has too little free memory behind its watermark. */
  NotEnoughMemory = 10,
}
export enum ObjectType {
  /** Memory that becomes objects by retyping. */
  Untyped = 0,
  /** A thread. */
  TCB = 1,
  /** Where threads meet to pass messages. */
  Endpoint = 2,
  /** A word of signal bits. */
  Notification = 3,
  /** A table of 2^size_bits capability slots. */
  CNode = 4,
  /** Processor time: a budget in every period. */
  SchedContext = 5,
  /** The way back to a caller, with its processor time. */
  Reply = 6,
  /** A frame of 4 KiB. */
  Page = 7,
  /** A frame of 4 MiB. */
  MegaPage = 8,
  /** A page table; one that an ASID pool assigned is the root of an address space. */
  PageTable = 9,
}
export enum Rights {
  /** Send to an endpoint, signal a notification, write to a page. */
  Write = 1,
  /** Receive from an endpoint, wait for a notification, read a page. */
  Read = 2,
  /** Send capabilities along, and let the receiver reply with some. */
  Grant = 4,
  /** Let the receiver reply, without capabilities. */
  GrantReply = 8,
}
