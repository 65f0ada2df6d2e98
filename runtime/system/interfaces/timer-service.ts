// What clients ask of the TimerService, in CantripOS's numbers and encoding: postcard 0.7 in the words of the call, and the
// status in the label of the answer.
import { Reader, Writer } from 'sel4/postcard';

/** Timers of one client, 0 to 31: one bit each in a mask. */
export const TIMERS_PER_CLIENT: u32 = 32;

export enum TimerServiceError {
  Success,
  NoSuchTimer,
  TimerAlreadyExists,
  DeserializeFailed,
  SerializeFailed,
  UnknownError,
}

/** A status that nobody gives is an error that nobody knows. */
export function timerServiceErrorOf(label: u32): TimerServiceError {
  return label > <u32>TimerServiceError.UnknownError
    ? TimerServiceError.UnknownError
    : <TimerServiceError>label;
}

export enum TimerServiceVerb {
  CompletedTimers,
  Oneshot,
  Periodic,
  Cancel,
  Capscan,
  /** Ours: answered with a `NowResponse`. */
  Now,
  /** Ours, as of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
  /** Ours, as of every service: `Capscan` a part at a time, from a slot on. See slot-list.ts. */
  CapscanPart,
}

export class TimerServiceRequest {
  constructor(
    public verb: TimerServiceVerb,
    /** Of `Oneshot`, `Periodic` and `Cancel`. */
    public timerId: u32 = 0,
    /** Of `Oneshot` and `Periodic`, in milliseconds. */
    public duration: u32 = 0,
    /** Of `CapscanPart`: the first one. */
    public slot: u32 = 0,
  ) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(9);
    let to = Writer.over(bytes);
    to.variant(this.verb);
    switch (this.verb) {
      case TimerServiceVerb.Oneshot:
      case TimerServiceVerb.Periodic:
        to.fixed32(this.timerId);
        to.fixed32(this.duration);
        break;
      case TimerServiceVerb.Cancel:
        to.fixed32(this.timerId);
        break;
      case TimerServiceVerb.CapscanPart:
        to.fixed32(this.slot);
        break;
      default:
        break;
    }
    return bytes.subarray(0, to.length);
  }

  /** Null for what is no request. */
  static decode(bytes: Uint8Array): TimerServiceRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>TimerServiceVerb.CapscanPart) return null;
    let request = new TimerServiceRequest(<TimerServiceVerb>verb);
    switch (verb) {
      case TimerServiceVerb.Oneshot:
      case TimerServiceVerb.Periodic:
        request.timerId = from.fixed32();
        request.duration = from.fixed32();
        break;
      case TimerServiceVerb.Cancel:
        request.timerId = from.fixed32();
        break;
      case TimerServiceVerb.CapscanPart:
        request.slot = from.fixed32();
        break;
      default:
        break;
    }
    return from.isWrong ? null : request;
  }
}

/** The answer to `CompletedTimers`. */
export class CompletedTimersResponse {
  constructor(public timerMask: u32) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(4);
    let to = Writer.over(bytes);
    to.fixed32(this.timerMask);
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): CompletedTimersResponse | null {
    let from = Reader.over(bytes);
    let response = new CompletedTimersResponse(from.fixed32());
    return from.isWrong ? null : response;
  }
}

/** Tenths of milliseconds since the service began: they never go back. */
export const TICKS_PER_MILLISECOND: u64 = 10;

export class NowResponse {
  constructor(public ticks: u64) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(8);
    let to = Writer.over(bytes);
    to.fixed32(<u32>this.ticks);
    to.fixed32(<u32>(this.ticks >> 32));
    return bytes;
  }

  static decode(bytes: Uint8Array): NowResponse | null {
    let from = Reader.over(bytes);
    let low = from.fixed32();
    let response = new NowResponse(((<u64>from.fixed32()) << 32) | (<u64>low));
    return from.isWrong ? null : response;
  }
}
