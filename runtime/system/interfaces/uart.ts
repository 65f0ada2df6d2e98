// What is asked of the UARTDriver, in CantripOS's numbers and encoding. The characters lie in the memory that driver
// and client share, one for each direction; a request says how many there are to write, or how many may be read.
import { Reader, Writer } from 'sel4/postcard';

export enum UartDriverError {
  Success,
  SerializeFailed,
  DeserializeFailed,
  /** More than the shared memory holds. */
  BadLimit,
  UnknownError,
  ReadFailed,
  WriteFailed,
  FlushFailed,
}

export function uartDriverErrorOf(label: u32): UartDriverError {
  return label > <u32>UartDriverError.FlushFailed
    ? UartDriverError.UnknownError
    : <UartDriverError>label;
}

export enum ReadVerb {
  /** Waits until there is a character. */
  Read,
  /** Ours: what there is, and perhaps nothing. */
  TryRead,
  /** Ours, as of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
}

export class ReadRequest {
  constructor(
    public limit: u32,
    public verb: ReadVerb = ReadVerb.Read,
  ) {}

  encode(): Uint8Array {
    return oneNumber(this.verb, this.limit);
  }

  static decode(bytes: Uint8Array): ReadRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>ReadVerb.ComponentUsage) return null;
    let request = new ReadRequest(from.size(), <ReadVerb>verb);
    return from.isWrong ? null : request;
  }
}

export enum WriteVerb {
  Write,
  Flush,
}

export class WriteRequest {
  constructor(
    public verb: WriteVerb,
    /** Of `Write`: characters that lie ready. */
    public available: u32 = 0,
  ) {}

  encode(): Uint8Array {
    if (this.verb == WriteVerb.Write) return oneNumber(WriteVerb.Write, this.available);
    let bytes = new Uint8Array(1);
    bytes[0] = <u8>this.verb;
    return bytes;
  }

  static decode(bytes: Uint8Array): WriteRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>WriteVerb.Flush) return null;
    let request = new WriteRequest(<WriteVerb>verb);
    if (verb == <u32>WriteVerb.Write) request.available = from.size();
    return from.isWrong ? null : request;
  }
}

/** The answer to `Read` and `Write`: characters that were read or written. */
export class CountResponse {
  constructor(public count: u32) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(8);
    let to = Writer.over(bytes);
    to.size(this.count);
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): CountResponse | null {
    let from = Reader.over(bytes);
    let response = new CountResponse(from.size());
    return from.isWrong ? null : response;
  }
}

function oneNumber(verb: u32, value: u32): Uint8Array {
  let bytes = new Uint8Array(9);
  let to = Writer.over(bytes);
  to.variant(verb);
  to.size(value);
  return bytes.subarray(0, to.length);
}
