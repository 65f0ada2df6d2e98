// @ts-nocheck
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
