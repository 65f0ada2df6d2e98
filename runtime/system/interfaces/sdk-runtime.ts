// What an application asks of the system, in CantripOS's numbers and encoding. The label of its call says what is asked,
// and counts from 64, for the kernel's faults arrive at the same endpoint; the parameters are in the first half of a page
// whose capability goes along, and the answer is written into the second half. The label of the answer is the error.
import { Reader, Writer } from 'sel4/postcard';

/** Half of the page: requests in front, answers behind. */
export const HALF_PAGE: u32 = 2048;
/** A value under a key. */
export const MAX_VALUE_BYTES: i32 = 100;
/** The model of an application has this number, timers those below. */
export const MODEL_ID: u32 = 31;

export enum SdkVerb {
  Ping = 64,
  Log,
  ReadKey,
  WriteKey,
  DeleteKey,
  OneshotTimer,
  PeriodicTimer,
  CancelTimer,
  /** Answered with a mask of timers, as soon as there is one that has completed; at once when none runs. */
  WaitForTimers,
  PollForTimers,
  OneshotModel,
  PeriodicModel,
  CancelModel,
  WaitForModel,
  PollForModels,
  GetModelOutput,
  // These are asked of a later CantripOS, on boards that have what they are for.
  GetModelInputParams,
  SetModelInput,
  AudioReset,
  AudioRecordStart,
  AudioRecordCollect,
  AudioRecordStop,
  AudioPlayStart,
  AudioPlayWrite,
  AudioPlayStop,
  /** The application ends; there is no answer. From here on CantripOS has none. */
  Exit,
  /** Bytes to and from a device on the bus of sensors, in one go. */
  Transfer,
}

export enum SdkError {
  Success,
  DeserializeFailed,
  SerializeFailed,
  InvalidBadge,
  InvalidString,
  ReadKeyFailed,
  WriteKeyFailed,
  DeleteKeyFailed,
  MapPageFailed,
  UnknownRequest,
  UnknownResponse,
  NoSuchTimer,
  TimerAlreadyExists,
  NoPlatformSupport,
  NoSuchModel,
  InvalidTimer,
  LoadModelFailed,
  OutOfResources,
  NoModelOutput,
  InvalidInputRange,
  InvalidAudioParameter,
  InvalidAudioState,
  /** None of this name that the application may use. From here on CantripOS has none. */
  NoSuchDevice,
  /** The device does not answer. */
  DeviceFailed,
}

export function sdkErrorOf(label: u32): SdkError {
  return label > <u32>SdkError.DeviceFailed ? SdkError.UnknownResponse : <SdkError>label;
}

/** Each request has some of these. */
export class SdkRequest {
  constructor(public verb: SdkVerb) {}

  /** A timer or a model; the code of `Exit`; bytes to read of `Transfer`; samples to collect. */
  number: u32 = 0;
  /** Of timers and periodic models, in milliseconds. */
  duration: u32 = 0;
  /** A key, a model or a device. */
  name: string = '';
  /** A value, a text to log, or what to write: to a device, of a model's input, or samples of four bytes. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Where in a model's input the bytes go. */
  offset: u32 = 0;
  /** Of samples in a second, and how many of them are kept. */
  rate: u32 = 0;
  bufferSize: u32 = 0;
  /** How full the FIFOs of the audio device are when it tells so; and whether each is emptied. */
  receiveLevel: u8 = 0;
  sendLevel: u8 = 0;
  resetsReceiver: bool = false;
  resetsSender: bool = false;
  /** Whether a recording ends with a full buffer, or a collection waits for an empty one. */
  isPatient: bool = false;

  /** False when there is no room for it. */
  encode(to: Writer): bool {
    switch (this.verb) {
      case SdkVerb.Log:
        to.byteArray(this.bytes);
        break;
      case SdkVerb.WriteKey:
        to.text(this.name);
        to.byteArray(this.bytes);
        break;
      case SdkVerb.ReadKey:
      case SdkVerb.DeleteKey:
      case SdkVerb.OneshotModel:
      case SdkVerb.GetModelInputParams:
        to.text(this.name);
        break;
      case SdkVerb.PeriodicModel:
        to.text(this.name);
        to.fixed32(this.duration);
        break;
      case SdkVerb.OneshotTimer:
      case SdkVerb.PeriodicTimer:
        to.fixed32(this.number);
        to.fixed32(this.duration);
        break;
      case SdkVerb.CancelTimer:
      case SdkVerb.CancelModel:
      case SdkVerb.GetModelOutput:
      case SdkVerb.Exit:
        to.fixed32(this.number);
        break;
      case SdkVerb.Transfer:
        to.text(this.name);
        to.byteArray(this.bytes);
        to.fixed32(this.number);
        break;
      case SdkVerb.SetModelInput:
        to.fixed32(this.number);
        to.fixed32(this.offset);
        to.byteArray(this.bytes);
        break;
      default:
        this.encodeAudio(to);
    }
    return !to.isTooLong;
  }

  /** Null for what is no such request. */
  static decode(verb: SdkVerb, bytes: Uint8Array): SdkRequest | null {
    let from = Reader.over(bytes);
    let request = new SdkRequest(verb);
    switch (verb) {
      case SdkVerb.Log:
        request.bytes = from.byteArray();
        break;
      case SdkVerb.WriteKey:
        request.name = from.text();
        request.bytes = from.byteArray();
        break;
      case SdkVerb.ReadKey:
      case SdkVerb.DeleteKey:
      case SdkVerb.OneshotModel:
      case SdkVerb.GetModelInputParams:
        request.name = from.text();
        break;
      case SdkVerb.PeriodicModel:
        request.name = from.text();
        request.duration = from.fixed32();
        break;
      case SdkVerb.OneshotTimer:
      case SdkVerb.PeriodicTimer:
        request.number = from.fixed32();
        request.duration = from.fixed32();
        break;
      case SdkVerb.CancelTimer:
      case SdkVerb.CancelModel:
      case SdkVerb.GetModelOutput:
      case SdkVerb.Exit:
        request.number = from.fixed32();
        break;
      case SdkVerb.Transfer:
        request.name = from.text();
        request.bytes = from.byteArray();
        request.number = from.fixed32();
        break;
      case SdkVerb.SetModelInput:
        request.number = from.fixed32();
        request.offset = from.fixed32();
        request.bytes = from.byteArray();
        break;
      default:
        if (!request.decodeAudio(from)) return null;
    }
    return from.isWrong ? null : request;
  }

  private encodeAudio(to: Writer): void {
    switch (this.verb) {
      case SdkVerb.AudioReset:
        to.bool(this.resetsReceiver);
        to.bool(this.resetsSender);
        to.u8(this.receiveLevel);
        to.u8(this.sendLevel);
        break;
      case SdkVerb.AudioRecordStart:
        to.size(this.rate);
        to.size(this.bufferSize);
        to.bool(this.isPatient);
        break;
      case SdkVerb.AudioRecordCollect:
        to.size(this.number);
        to.bool(this.isPatient);
        break;
      case SdkVerb.AudioPlayStart:
        to.size(this.rate);
        to.size(this.bufferSize);
        break;
      case SdkVerb.AudioPlayWrite:
        to.byteArray(this.bytes);
        break;
      default:
        break;
    }
  }

  /** False for samples that are not whole. */
  private decodeAudio(from: Reader): bool {
    switch (this.verb) {
      case SdkVerb.AudioReset:
        this.resetsReceiver = from.bool();
        this.resetsSender = from.bool();
        this.receiveLevel = from.u8();
        this.sendLevel = from.u8();
        break;
      case SdkVerb.AudioRecordStart:
        this.rate = from.size();
        this.bufferSize = from.size();
        this.isPatient = from.bool();
        break;
      case SdkVerb.AudioRecordCollect:
        this.number = from.size();
        this.isPatient = from.bool();
        break;
      case SdkVerb.AudioPlayStart:
        this.rate = from.size();
        this.bufferSize = from.size();
        break;
      case SdkVerb.AudioPlayWrite:
        this.bytes = from.byteArray();
        return this.bytes.length % 4 == 0;
      default:
        break;
    }
    return true;
  }
}

/** An answer that is a mask of timers or models, or the number of a model. */
export function encodeNumber(value: u32): Uint8Array {
  let bytes = new Uint8Array(4);
  Writer.over(bytes).fixed32(value);
  return bytes;
}

/** An answer that is a value, or what a device gave. */
export function encodeBytes(value: Uint8Array): Uint8Array {
  let bytes = new Uint8Array(5 + value.length);
  let to = Writer.over(bytes);
  to.byteArray(value);
  return bytes.subarray(0, to.length);
}
