// What clients ask of the MlCoordinator, in CantripOS's numbers and encoding: a model of a bundle is run once, or again
// and again; each client is signalled when a job of its own has completed, and asks for what came of it.
import { Reader, Writer } from 'sel4/postcard';

/** Bytes that a model may give. */
export const MAX_OUTPUT_BYTES: i32 = 64;
/** Names of a bundle and of a model. */
export const MAX_NAME_BYTES: i32 = 64;

export enum MlCoordError {
  Success,
  InvalidImage,
  InvalidTimer,
  LoadModelFailed,
  NoModelSlotsLeft,
  NoSuchModel,
  NoOutputHeader,
  SerializeError,
  DeserializeError,
  UnknownError,
  InvalidInputRange,
  /** There is nothing that models run on. CantripOS has no such error. */
  NoCore,
}

export function mlCoordErrorOf(label: u32): MlCoordError {
  return label > <u32>MlCoordError.NoCore ? MlCoordError.UnknownError : <MlCoordError>label;
}

export enum MlCoordVerb {
  /** Answered with a mask of jobs. */
  CompletedJobs,
  Oneshot,
  Periodic,
  Cancel,
  /** Answered with an `MlOutput`. */
  GetOutput,
  DebugState,
  Capscan,
  /** Ours, as of every service: what it has itself. See component-usage.ts. */
  ComponentUsage,
  /** Ours, as of every service: `Capscan` a part at a time, from a slot on. See slot-list.ts. */
  CapscanPart,
}

export class MlCoordRequest {
  constructor(
    public verb: MlCoordVerb,
    public bundleId: string = '',
    public modelId: string = '',
    /** Of `Periodic`, in milliseconds. */
    public rate: u32 = 0,
    /** Of `CapscanPart`: the first one. */
    public slot: u32 = 0,
  ) {}

  /** Null when a name is too long for a call. */
  encode(): Uint8Array | null {
    let bytes = new Uint8Array(7 + 2 * MAX_NAME_BYTES);
    let to = Writer.over(bytes);
    to.variant(this.verb);
    if (isOfModel(this.verb)) {
      to.text(this.bundleId);
      to.text(this.modelId);
    }
    if (this.verb == MlCoordVerb.Periodic) to.fixed32(this.rate);
    if (this.verb == MlCoordVerb.CapscanPart) to.fixed32(this.slot);
    return to.isTooLong ? null : bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): MlCoordRequest | null {
    let from = Reader.over(bytes);
    let verb = from.variant();
    if (verb > <u32>MlCoordVerb.CapscanPart) return null;
    let request = new MlCoordRequest(<MlCoordVerb>verb);
    if (isOfModel(verb)) {
      request.bundleId = from.text();
      request.modelId = from.text();
    }
    if (verb == <u32>MlCoordVerb.Periodic) request.rate = from.fixed32();
    if (verb == <u32>MlCoordVerb.CapscanPart) request.slot = from.fixed32();
    return from.isWrong ? null : request;
  }
}

/** The answer to `CompletedJobs`. */
export class CompletedJobsResponse {
  constructor(public jobMask: u32) {}

  encode(): Uint8Array {
    let bytes = new Uint8Array(4);
    Writer.over(bytes).fixed32(this.jobMask);
    return bytes;
  }

  static decode(bytes: Uint8Array): CompletedJobsResponse | null {
    let from = Reader.over(bytes);
    let response = new CompletedJobsResponse(from.fixed32());
    return from.isWrong ? null : response;
  }
}

/** What came of a run. Applications are told in the same form. */
export class MlOutput {
  /** Another one for each run. */
  jobNumber: u32 = 0;
  returnCode: u32 = 0;
  /** Where the model stopped, when it could not go on. */
  hasEpc: bool = false;
  epc: u32 = 0;
  data: Uint8Array = new Uint8Array(MAX_OUTPUT_BYTES);

  encode(): Uint8Array {
    let bytes = new Uint8Array(17 + MAX_OUTPUT_BYTES);
    let to = Writer.over(bytes);
    to.size(this.jobNumber);
    to.fixed32(this.returnCode);
    to.option(this.hasEpc);
    if (this.hasEpc) to.fixed32(this.epc);
    for (let at = 0; at < MAX_OUTPUT_BYTES; at++) to.u8(this.data[at]);
    return bytes.subarray(0, to.length);
  }

  static decode(bytes: Uint8Array): MlOutput | null {
    let from = Reader.over(bytes);
    let output = new MlOutput();
    output.jobNumber = from.size();
    output.returnCode = from.fixed32();
    output.hasEpc = from.option();
    if (output.hasEpc) output.epc = from.fixed32();
    for (let at = 0; at < MAX_OUTPUT_BYTES; at++) output.data[at] = from.u8();
    return from.isWrong ? null : output;
  }
}

function isOfModel(verb: u32): bool {
  return verb >= <u32>MlCoordVerb.Oneshot && verb <= <u32>MlCoordVerb.GetOutput;
}
