// What an application in guest TypeScript asks of the system: `import { sdk_log, sdk_timer_wait } from 'sdk'`. The names
// are CantripOS's. A call that has something to give gives an object with an error and a value; the others give the
// error alone. Parameters and answers lie in the page that the system shares with the application.
import { MessageInfo, call, setCapability } from 'sel4/message';
import { Reader, Writer } from 'sel4/postcard';
import { MlOutput } from './ml-coordinator';
import { HALF_PAGE, SdkError, SdkVerb, sdkErrorOf } from './sdk-runtime';

export { SdkError, MODEL_ID } from './sdk-runtime';
export { MlOutput as ModelOutput } from './ml-coordinator';

// @ts-ignore: decorator
@external('address', 'CANTRIP_SDK_ENDPOINT')
declare function endpointAddress(): usize;
// @ts-ignore: decorator
@external('address', 'CANTRIP_SDK_FRAME')
declare function frameAddress(): usize;
// @ts-ignore: decorator
@external('address', 'CANTRIP_SDK_PARAMS')
declare function paramsAddress(): usize;
// @ts-ignore: decorator
@external('env', 'sdk_exit')
declare function exitWith(code: u32): void;

/** A mask of timers or models, or the number of a model. */
export class SdkNumber {
  constructor(
    public error: SdkError,
    public value: u32,
  ) {}
}

export class SdkBytes {
  constructor(
    public error: SdkError,
    public value: Uint8Array,
  ) {}

  get text(): string {
    return String.UTF8.decodeUnsafe(this.value.dataStart, this.value.length);
  }
}

export class SdkOutput {
  constructor(
    public error: SdkError,
    /** Null with an error. */
    public value: MlOutput | null,
  ) {}
}

/** Where a model takes its input, which it has while it runs: an address of its core, and how many bytes. */
export class SdkModelInput {
  constructor(
    public error: SdkError,
    /** The number of the model, 0 with an error. */
    public id: u32,
    public input_ptr: u32,
    public input_size_bytes: u32,
  ) {}
}

export class SdkSamples {
  constructor(
    public error: SdkError,
    public value: Uint32Array,
  ) {}
}

/** Whether the system answers. */
export function sdk_ping(): SdkError {
  return ask(SdkVerb.Ping, request());
}

/** A line of the system's log, with the name of the application before it. A long text ends in dots. */
export function sdk_log(message: string): SdkError {
  let to = request();
  to.text(message);
  if (to.isTooLong) {
    to = request();
    to.text(message.slice(0, LONG_TEXT) + '...');
  }
  return ask(SdkVerb.Log, to);
}

export function sdk_read_key(key: string): SdkBytes {
  let to = request();
  to.text(key);
  return bytesOf(ask(SdkVerb.ReadKey, to));
}

export function sdk_write_key(key: string, value: Uint8Array): SdkError {
  let to = request();
  to.text(key);
  to.byteArray(value);
  return ask(SdkVerb.WriteKey, to);
}

export function sdk_delete_key(key: string): SdkError {
  let to = request();
  to.text(key);
  return ask(SdkVerb.DeleteKey, to);
}

/** Timer `id`, 0 to 30, completes so many milliseconds from now. */
export function sdk_timer_oneshot(id: u32, milliseconds: u32): SdkError {
  return startTimer(SdkVerb.OneshotTimer, id, milliseconds);
}

export function sdk_timer_periodic(id: u32, milliseconds: u32): SdkError {
  return startTimer(SdkVerb.PeriodicTimer, id, milliseconds);
}

export function sdk_timer_cancel(id: u32): SdkError {
  let to = request();
  to.fixed32(id);
  return ask(SdkVerb.CancelTimer, to);
}

/** Waits until a timer has completed; a bit for each that has. With none running it gives 0 at once. */
export function sdk_timer_wait(): SdkNumber {
  return numberOf(ask(SdkVerb.WaitForTimers, request()));
}

export function sdk_timer_poll(): SdkNumber {
  return numberOf(ask(SdkVerb.PollForTimers, request()));
}

/** Runs a model of the application's bundle once. */
export function sdk_model_oneshot(model: string): SdkNumber {
  let to = request();
  to.text(model);
  return numberOf(ask(SdkVerb.OneshotModel, to));
}

export function sdk_model_periodic(model: string, milliseconds: u32): SdkNumber {
  let to = request();
  to.text(model);
  to.fixed32(milliseconds);
  return numberOf(ask(SdkVerb.PeriodicModel, to));
}

export function sdk_model_cancel(id: u32): SdkError {
  let to = request();
  to.fixed32(id);
  return ask(SdkVerb.CancelModel, to);
}

export function sdk_model_wait(): SdkNumber {
  return numberOf(ask(SdkVerb.WaitForModel, request()));
}

export function sdk_model_poll(): SdkNumber {
  return numberOf(ask(SdkVerb.PollForModels, request()));
}

/** What came of the last run. */
export function sdk_model_output(id: u32): SdkOutput {
  let to = request();
  to.fixed32(id);
  let error = ask(SdkVerb.GetModelOutput, to);
  if (error != SdkError.Success) return new SdkOutput(error, null);
  let output = MlOutput.decode(half(HALF_PAGE));
  return new SdkOutput(output === null ? SdkError.UnknownResponse : error, output);
}

/** Loads a model of the application's bundle, and tells where it takes its input. */
export function sdk_model_get_input_params(model: string): SdkModelInput {
  let to = request();
  to.text(model);
  let error = ask(SdkVerb.GetModelInputParams, to);
  if (error != SdkError.Success) return new SdkModelInput(error, 0, 0, 0);
  let from = Reader.over(half(HALF_PAGE));
  let id = from.fixed32();
  let pointer = from.fixed32();
  return new SdkModelInput(error, id, pointer, from.fixed32());
}

/** What the next run of a model takes, from `offset` of its input on. */
export function sdk_model_set_input(id: u32, offset: u32, bytes: Uint8Array): SdkError {
  let to = request();
  to.fixed32(id);
  to.fixed32(offset);
  to.byteArray(bytes);
  return ask(SdkVerb.SetModelInput, to);
}

/** Empties FIFOs of the audio device; a level is that at which it tells: 1, 4, 8, 16, of the receiver 30, too. */
export function sdk_audio_reset(
  resetsReceiver: bool,
  resetsSender: bool,
  receiveLevel: u8,
  sendLevel: u8,
): SdkError {
  let to = request();
  to.bool(resetsReceiver);
  to.bool(resetsSender);
  to.u8(receiveLevel);
  to.u8(sendLevel);
  return ask(SdkVerb.AudioReset, to);
}

/** Records `rate` samples in a second; a full buffer ends that, or loses its oldest. */
export function sdk_audio_record_start(rate: u32, bufferSize: u32, stopsWhenFull: bool): SdkError {
  let to = request();
  to.size(rate);
  to.size(bufferSize);
  to.bool(stopsWhenFull);
  return ask(SdkVerb.AudioRecordStart, to);
}

/** Takes so many samples at most; waits where there is none. */
export function sdk_audio_record_collect(most: u32): SdkSamples {
  return collectSamples(most, true);
}

export function sdk_audio_record_collect_non_blocking(most: u32): SdkSamples {
  return collectSamples(most, false);
}

/** Ends a recording; what was not collected is lost. */
export function sdk_audio_record_stop(): SdkError {
  return ask(SdkVerb.AudioRecordStop, request());
}

export function sdk_audio_play_start(rate: u32, bufferSize: u32): SdkError {
  let to = request();
  to.size(rate);
  to.size(bufferSize);
  return ask(SdkVerb.AudioPlayStart, to);
}

/** Up to 511 samples. */
export function sdk_audio_play_write(samples: Uint32Array): SdkError {
  let to = request();
  to.byteArray(Uint8Array.wrap(samples.buffer, samples.byteOffset, samples.byteLength));
  return ask(SdkVerb.AudioPlayWrite, to);
}

export function sdk_audio_play_stop(): SdkError {
  return ask(SdkVerb.AudioPlayStop, request());
}

/** Writes bytes to a device that the manifest names, and reads so many from it, in one go. */
export function sdk_transfer(device: string, write: Uint8Array, readCount: u32): SdkBytes {
  let to = request();
  to.text(device);
  to.byteArray(write);
  to.fixed32(readCount);
  return bytesOf(ask(SdkVerb.Transfer, to));
}

/** Ends the application: 0 for success. */
export function sdk_exit(code: u32): void {
  exitWith(code);
}

/** What cannot go on says why, and ends. */
export function sdk_panic(message: string): void {
  sdk_log('panicked at ' + message);
  exitWith(PANIC_CODE);
}

/** The name of an error, as CantripOS spells it. */
export function sdk_error_name(error: SdkError): string {
  return error >= 0 && error < NAMES.length ? 'SDK' + NAMES[error] : 'SDKUnknownResponse';
}

/** A text of letters, digits and signs as bytes, for keys. */
export function sdk_bytes(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

/** Characters that take at most half a page, less a little, whatever they are. */
const LONG_TEXT: i32 = 640;
const PANIC_CODE: u32 = 101;

const NAMES: string[] = [
  'Success',
  'DeserializeFailed',
  'SerializeFailed',
  'InvalidBadge',
  'InvalidString',
  'ReadKeyFailed',
  'WriteKeyFailed',
  'DeleteKeyFailed',
  'MapPageFailed',
  'UnknownRequest',
  'UnknownResponse',
  'NoSuchTimer',
  'TimerAlreadyExists',
  'NoPlatformSupport',
  'NoSuchModel',
  'InvalidTimer',
  'LoadModelFailed',
  'OutOfResources',
  'NoModelOutput',
  'InvalidInputRange',
  'InvalidAudioParameter',
  'InvalidAudioState',
  'NoSuchDevice',
  'DeviceFailed',
];

function startTimer(verb: SdkVerb, id: u32, milliseconds: u32): SdkError {
  let to = request();
  to.fixed32(id);
  to.fixed32(milliseconds);
  return ask(verb, to);
}

function collectSamples(most: u32, waits: bool): SdkSamples {
  let to = request();
  to.size(most);
  to.bool(waits);
  let found = bytesOf(ask(SdkVerb.AudioRecordCollect, to));
  let isWhole = found.value.length % 4 == 0;
  let samples = new Uint32Array(isWhole ? found.value.length / 4 : 0);
  for (let i = 0; i < samples.length; i++)
    samples[i] = load<u32>(found.value.dataStart + (<usize>i << 2));
  return new SdkSamples(isWhole ? found.error : SdkError.UnknownResponse, samples);
}

function request(): Writer {
  return Writer.over(half(0));
}

function ask(verb: SdkVerb, parameters: Writer): SdkError {
  if (parameters.isTooLong) return SdkError.SerializeFailed;
  setCapability(0, load<u32>(frameAddress()));
  return sdkErrorOf(MessageInfo.label(call(load<u32>(endpointAddress()), MessageInfo.make(verb, 0, 1))));
}

function numberOf(error: SdkError): SdkNumber {
  if (error != SdkError.Success) return new SdkNumber(error, 0);
  return new SdkNumber(error, Reader.over(half(HALF_PAGE)).fixed32());
}

function bytesOf(error: SdkError): SdkBytes {
  if (error != SdkError.Success) return new SdkBytes(error, new Uint8Array(0));
  let from = Reader.over(half(HALF_PAGE));
  let value = from.byteArray();
  return new SdkBytes(from.isWrong ? SdkError.UnknownResponse : error, value);
}

/** Half of the shared page as an array: it lies in no buffer of the arena, so the array has none. */
function half(offset: u32): Uint8Array {
  let array = new Uint8Array(0);
  let object = changetype<usize>(array);
  store<usize>(object, load<usize>(paramsAddress()) + offset, offsetof<Uint8Array>('dataStart'));
  store<i32>(object, HALF_PAGE, offsetof<Uint8Array>('byteLength'));
  return array;
}
