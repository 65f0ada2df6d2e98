// What the SDKRuntime asks of the SensorManager: bytes to a device on the I2C bus and back, in one go. The device is told
// by the name that the assembly gives it. CantripOS has no such interface.
import { Reader, Writer } from 'sel4/postcard';

/** Bytes in either direction. */
export const MOST_BYTES: u32 = 62;
export const MAX_DEVICE_BYTES: i32 = 64;

/** The label of a request. */
export enum I2cVerb {
  /** A `TransferRequest`. */
  Transfer,
  /** As of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
}

export enum I2cStatus {
  Success,
  DeserializeFailed,
  NoSuchDevice,
  /** The device does not acknowledge, or the bus hangs. */
  Failed,
  TooLong,
}

export class TransferRequest {
  constructor(
    public device: string,
    public write: Uint8Array,
    public readCount: u32,
  ) {}

  /** Null when it is too long for a call. */
  encode(): Uint8Array | null {
    let bytes = new Uint8Array(MAX_DEVICE_BYTES + <i32>MOST_BYTES + 6);
    let to = Writer.over(bytes);
    to.text(this.device);
    to.byteArray(this.write);
    to.fixed32(this.readCount);
    return to.isTooLong ? null : bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): TransferRequest | null {
    let from = Reader.over(bytes);
    let device = from.text();
    let write = from.byteArray();
    let readCount = from.fixed32();
    return from.isWrong ? null : new TransferRequest(device, write, readCount);
  }
}

/** What was read. */
export class TransferResponse {
  constructor(public bytes: Uint8Array) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(1 + this.bytes.length);
    let to = Writer.over(bytes);
    to.byteArray(this.bytes);
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): TransferResponse | null {
    let from = Reader.over(bytes);
    let response = new TransferResponse(from.byteArray());
    return from.isWrong ? null : response;
  }
}
