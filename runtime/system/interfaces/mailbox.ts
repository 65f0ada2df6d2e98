// What is asked of the MailboxDriver, in CantripOS's numbers and encoding: a message to the security core, which is where
// it lies in memory and how long it is, and the next message from there.
import { Reader, Writer } from 'sel4/postcard';

export enum MailboxError {
  Success,
  SerializeFailed,
  DeserializeFailed,
  UnknownError,
  SendFailed,
  RecvFailed,
}

export function mailboxErrorOf(label: u32): MailboxError {
  return label > <u32>MailboxError.RecvFailed ? MailboxError.UnknownError : <MailboxError>label;
}

export enum MailboxVerb {
  Send,
  /** Answered with a `MailboxMessage`. */
  Recv,
  /** Ours, as of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
}

export class MailboxRequest {
  constructor(
    public verb: MailboxVerb,
    /** Of `Send`: the physical address. */
    public address: u32 = 0,
    /** Of `Send`: in bytes. */
    public size: u32 = 0,
  ) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(9);
    let to = Writer.over(bytes);
    to.variant(this.verb);
    if (this.verb == MailboxVerb.Send) {
      to.fixed32(this.address);
      to.fixed32(this.size);
    }
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): MailboxRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>MailboxVerb.ComponentUsage) return null;
    let request = new MailboxRequest(<MailboxVerb>verb);
    if (verb == <u32>MailboxVerb.Send) {
      request.address = from.fixed32();
      request.size = from.fixed32();
    }
    return from.isWrong ? null : request;
  }
}

export class MailboxMessage {
  constructor(
    public address: u32,
    public size: u32,
  ) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(8);
    let to = Writer.over(bytes);
    to.fixed32(this.address);
    to.fixed32(this.size);
    return bytes;
  }

  static decode(bytes: Uint8Array): MailboxMessage | null {
    let from = Reader.over(bytes);
    let message = new MailboxMessage(from.fixed32(), from.fixed32());
    return from.isWrong ? null : message;
  }
}
