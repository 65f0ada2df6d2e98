// The requests of all applications, without the kernel: who asks is known by its badge, and what is asked is done by other
// services. A request that has to wait is answered later, by `Answers`, so that no application waits for another.
import {
  SdkError,
  SdkRequest,
  SdkVerb,
  MAX_VALUE_BYTES,
  encodeBytes,
  encodeNumber,
  MODEL_ID,
} from '../../interfaces/sdk-runtime';
import {
  AppEvent,
  AppEventKind,
  MAX_APP_ID_BYTES,
  SdkManagerError,
} from '../../interfaces/sdk-management';
import { MlCoordError, MlOutput } from '../../interfaces/ml-coordinator';
import { TICKS_PER_MILLISECOND, TimerServiceError } from '../../interfaces/timer-service';
import { textOf } from 'sel4/postcard';
import { Application, LINE_BYTES, LOG_BYTES, Waiting } from './application';
import { answerOfAudio } from './audio';
import { NEVER, TIMERS } from './timers';

/** Of the timer service: one for the timers of all applications, and one for the windows of the log. */
const ALARM: u32 = 0;
const WINDOW_TIMER: u32 = 31;
const WINDOW_MILLISECONDS: u32 = 1000;
/** Badges are told apart by so many bits. */
const BADGE_MASK: u32 = 0xff_ffff;
/** Bytes to or from a device at a time. */
const MOST_TRANSFERRED: u32 = 62;
/** A page at the end of the core's memory, but for the header of the output. */
const MODEL_INPUT_BYTES: u64 = 4096 - 64;

/** What others do. */
export abstract class Services {
  abstract log(text: string): void;
  /** Null when there is none. */
  abstract readKey(appId: string, key: string): Uint8Array | null;
  /** OutOfResources where there is no room for it, or for so much of one application. */
  abstract writeKey(appId: string, key: string, value: Uint8Array): SdkError;
  abstract deleteKey(appId: string, key: string): bool;
  abstract startTimer(id: u32, milliseconds: u32, isPeriodic: bool): TimerServiceError;
  abstract cancelTimer(id: u32): void;
  abstract completedTimers(): u32;
  /** In ticks. */
  abstract now(): u64;
  abstract startModel(
    appId: string,
    model: string,
    milliseconds: u32,
    isPeriodic: bool,
  ): MlCoordError;
  abstract cancelModel(appId: string, model: string): MlCoordError;
  abstract modelOutput(appId: string, model: string): MlOutput | null;
  abstract hasDevice(device: string): bool;
  /** Null when the device does not answer. */
  abstract transfer(device: string, write: Uint8Array, readCount: u32): Uint8Array | null;
  /** The ProcessManager is to ask for an event. */
  abstract tellManager(): void;
  /** The answer to an application that waits. */
  abstract answer(app: Application, error: SdkError, bytes: Uint8Array | null): void;
}

/** The answer to a request; one that is deferred comes later, and one that is final never. */
export class Answer {
  constructor(
    public error: SdkError,
    public bytes: Uint8Array | null = null,
  ) {}

  isDeferred: bool = false;
  isFinal: bool = false;

  static later(): Answer {
    let answer = new Answer(SdkError.Success);
    answer.isDeferred = true;
    return answer;
  }

  static never(): Answer {
    let answer = new Answer(SdkError.Success);
    answer.isFinal = true;
    return answer;
  }
}

export class Applications {
  private all: Application[] = [];
  private events: AppEvent[] = [];
  private lastBadge: u32 = 0;
  /** What the alarm is set for. */
  private alarm: u64 = NEVER;
  private isWindowOpen: bool = false;

  constructor(private services: Services) {}

  get count(): i32 {
    return this.all.length;
  }

  find(badge: u32): Application | null {
    for (let index = 0; index < this.all.length; index++)
      if (this.all[index].badge == badge) return this.all[index];
    return null;
  }

  named(appId: string): Application | null {
    for (let index = 0; index < this.all.length; index++)
      if (this.all[index].id == appId) return this.all[index];
    return null;
  }

  /** Null when the name cannot be one, or is taken. */
  add(appId: string): Application | null {
    let bytes = String.UTF8.byteLength(appId);
    if (bytes == 0 || bytes > MAX_APP_ID_BYTES || this.named(appId)) return null;
    do {
      this.lastBadge = (this.lastBadge + 1) & BADGE_MASK;
    } while (this.lastBadge == 0 || this.find(this.lastBadge));
    let app = new Application(appId, this.lastBadge);
    this.all.push(app);
    return app;
  }

  /** Everything that was kept for it is gone; nobody answers what it waits for. */
  remove(app: Application): void {
    let place = this.all.indexOf(app);
    if (place < 0) return;
    this.all.splice(place, 1);
    for (let index = this.events.length - 1; index >= 0; index--)
      if (this.events[index].badge == app.badge) this.events.splice(index, 1);
    app.waiting = Waiting.Nothing;
    app.timers.stopAll();
    this.setAlarm();
    if (app.model.length > 0) this.services.cancelModel(app.id, app.model);
  }

  grant(appId: string, device: string): SdkManagerError {
    let app = this.named(appId);
    if (!app) return SdkManagerError.AppIdInvalid;
    if (!this.services.hasDevice(device)) return SdkManagerError.NoSuchDevice;
    if (!app.devices.includes(device)) app.devices.push(device);
    return SdkManagerError.Success;
  }

  /** Null when nothing happened. */
  nextEvent(): AppEvent | null {
    return this.events.length > 0 ? this.events.shift() : null;
  }

  faulted(app: Application, label: u32, ip: u32, address: u32): void {
    this.tell(new AppEvent(app.id, app.badge, AppEventKind.Faulted, label, ip, address));
  }

  serve(app: Application, verb: u32, bytes: Uint8Array): Answer {
    if (verb < <u32>SdkVerb.Ping || verb > <u32>SdkVerb.Transfer)
      return new Answer(SdkError.UnknownRequest);
    // A thread that asks does not wait: what it waited for before was given up.
    app.waiting = Waiting.Nothing;
    let request = SdkRequest.decode(<SdkVerb>verb, bytes);
    if (!request) return new Answer(SdkError.DeserializeFailed);
    switch (verb) {
      case SdkVerb.Ping:
        return new Answer(SdkError.Success);
      case SdkVerb.Log:
        return this.log(app, request);
      case SdkVerb.ReadKey:
        return this.readKey(app, request);
      case SdkVerb.WriteKey:
        if (request.bytes.length > MAX_VALUE_BYTES) return new Answer(SdkError.WriteKeyFailed);
        return new Answer(this.services.writeKey(app.id, request.name, request.bytes));
      case SdkVerb.DeleteKey: {
        let isDeleted = this.services.deleteKey(app.id, request.name);
        return new Answer(isDeleted ? SdkError.Success : SdkError.DeleteKeyFailed);
      }
      case SdkVerb.OneshotTimer:
        return new Answer(this.startTimer(app, request, false));
      case SdkVerb.PeriodicTimer:
        return new Answer(this.startTimer(app, request, true));
      case SdkVerb.CancelTimer:
        return new Answer(this.cancelTimer(app, request.number));
      case SdkVerb.WaitForTimers:
        if (app.completed == 0 && app.timers.running > 0) return wait(app, Waiting.Timers);
        return numberOf(app.takeCompleted());
      case SdkVerb.PollForTimers:
        if (app.completed == 0 && app.timers.running > 0) this.expire();
        return numberOf(app.takeCompleted());
      case SdkVerb.OneshotModel:
        return this.startModel(app, request, false);
      case SdkVerb.PeriodicModel:
        return this.startModel(app, request, true);
      case SdkVerb.CancelModel:
        return new Answer(this.cancelModel(app, request.number));
      case SdkVerb.WaitForModel:
        if (app.model.length > 0 && !app.isModelDone) return wait(app, Waiting.Model);
        return numberOf(takeModel(app));
      case SdkVerb.PollForModels:
        return numberOf(takeModel(app));
      case SdkVerb.GetModelOutput:
        return this.modelOutput(app, request.number);
      case SdkVerb.Exit:
        this.tell(new AppEvent(app.id, app.badge, AppEventKind.Exited, request.number));
        return Answer.never();
      case SdkVerb.Transfer:
        return this.transfer(app, request);
      case SdkVerb.GetModelInputParams:
        return new Answer(SdkError.NoPlatformSupport);
      case SdkVerb.SetModelInput:
        return new Answer(setModelInput(app, request));
      default:
        return new Answer(answerOfAudio(request));
    }
  }

  /** The timer service signals. */
  timersCompleted(): void {
    let mask = this.services.completedTimers();
    let isAlarm = ((mask >> ALARM) & 1) != 0;
    let isNewWindow = ((mask >> WINDOW_TIMER) & 1) != 0;
    // It may be an earlier one that was late, so it is set anew, whatever it was set for.
    if (isAlarm) this.services.cancelTimer(ALARM);
    if (isAlarm) this.alarm = NEVER;
    this.expire();
    if (isNewWindow) this.openWindow();
  }

  /** Whoever waits for a timer that has completed by now is answered. */
  private expire(): void {
    let now = this.services.now();
    for (let index = 0; index < this.all.length; index++) {
      let app = this.all[index];
      app.completed |= app.timers.expire(now);
    }
    this.setAlarm();
    let told = this.all.slice();
    for (let index = 0; index < told.length; index++) {
      let app = told[index];
      if (app.waiting != Waiting.Timers || app.completed == 0) continue;
      app.waiting = Waiting.Nothing;
      this.services.answer(app, SdkError.Success, encodeNumber(app.takeCompleted()));
    }
  }

  /** The coordinator of models signals: some application has a result that it was not told of. */
  modelsCompleted(): void {
    let told = this.all.slice();
    for (let index = 0; index < told.length; index++) {
      let app = told[index];
      if (app.model.length == 0 || app.isModelDone) continue;
      let output = this.services.modelOutput(app.id, app.model);
      if (!output || output.jobNumber == app.lastJob) continue;
      app.lastJob = output.jobNumber;
      app.isModelDone = true;
      if (app.waiting != Waiting.Model) continue;
      app.waiting = Waiting.Nothing;
      this.services.answer(app, SdkError.Success, encodeNumber(takeModel(app)));
    }
  }

  private tell(event: AppEvent): void {
    this.events.push(event);
    this.services.tellManager();
  }

  private log(app: Application, request: SdkRequest): Answer {
    let text = textOf(request.bytes);
    if (text === null) return new Answer(SdkError.InvalidString);
    this.beginWindow();
    if (!app.mayLog(request.bytes.length + LINE_BYTES)) {
      app.line = text;
      app.delayed++;
      return wait(app, Waiting.Log);
    }
    this.write(app, text);
    return new Answer(SdkError.Success);
  }

  private write(app: Application, text: string): void {
    this.services.log('[' + app.id + ']::' + oneLine(text));
  }

  private beginWindow(): void {
    if (this.isWindowOpen) return;
    let error = this.services.startTimer(WINDOW_TIMER, WINDOW_MILLISECONDS, false);
    this.isWindowOpen = error == TimerServiceError.Success;
    // Without a timer there is nothing to wait for.
    if (!this.isWindowOpen) this.refill();
  }

  private refill(): void {
    for (let index = 0; index < this.all.length; index++) this.all[index].logLeft = LOG_BYTES;
  }

  private openWindow(): void {
    this.isWindowOpen = false;
    this.refill();
    let told = this.all.slice();
    for (let index = 0; index < told.length; index++) {
      let app = told[index];
      if (app.waiting != Waiting.Log) continue;
      this.beginWindow();
      app.waiting = Waiting.Nothing;
      app.mayLog(app.line.length + LINE_BYTES);
      let line = app.line;
      app.line = '';
      this.services.answer(app, SdkError.Success, null);
      this.write(app, line);
    }
  }

  private readKey(app: Application, request: SdkRequest): Answer {
    let value = this.services.readKey(app.id, request.name);
    return value
      ? new Answer(SdkError.Success, encodeBytes(value))
      : new Answer(SdkError.ReadKeyFailed);
  }

  private startTimer(app: Application, request: SdkRequest, isPeriodic: bool): SdkError {
    let id = request.number;
    if (id >= TIMERS) return SdkError.NoSuchTimer;
    if (app.timers.isRunning(id)) return SdkError.TimerAlreadyExists;
    if (isPeriodic && request.duration == 0) return SdkError.InvalidTimer;
    let ticks = <u64>request.duration * TICKS_PER_MILLISECOND;
    app.timers.start(id, this.services.now() + ticks, isPeriodic ? ticks : 0);
    if (this.setAlarm()) return SdkError.Success;
    app.timers.stop(id);
    return SdkError.OutOfResources;
  }

  /** What it completed before is told to nobody. */
  private cancelTimer(app: Application, id: u32): SdkError {
    if (id >= TIMERS) return SdkError.NoSuchTimer;
    if (!app.timers.isRunning(id)) return SdkError.InvalidTimer;
    app.timers.stop(id);
    app.completed &= ~((<u32>1) << id);
    this.setAlarm();
    return SdkError.Success;
  }

  /** For the soonest timer of all. False: there is no timer for it. */
  private setAlarm(): bool {
    let soonest = NEVER;
    for (let index = 0; index < this.all.length; index++)
      soonest = min(soonest, this.all[index].timers.soonest);
    if (soonest == this.alarm) return true;
    if (this.alarm != NEVER) this.services.cancelTimer(ALARM);
    this.alarm = NEVER;
    if (soonest == NEVER) return true;
    let now = this.services.now();
    let ticks = soonest > now ? soonest - now : 0;
    let milliseconds = (ticks + TICKS_PER_MILLISECOND - 1) / TICKS_PER_MILLISECOND;
    let error = this.services.startTimer(ALARM, <u32>milliseconds, false);
    if (error != TimerServiceError.Success) return false;
    this.alarm = soonest;
    return true;
  }

  private startModel(app: Application, request: SdkRequest, isPeriodic: bool): Answer {
    if (app.model.length > 0 && (app.isPeriodic || !app.isModelDone))
      return new Answer(SdkError.OutOfResources);
    let error = this.services.startModel(app.id, request.name, request.duration, isPeriodic);
    if (error != MlCoordError.Success) return new Answer(sdkErrorOfModel(error));
    app.model = request.name;
    app.isPeriodic = isPeriodic;
    app.isModelDone = false;
    return numberOf(MODEL_ID);
  }

  private cancelModel(app: Application, id: u32): SdkError {
    if (id != MODEL_ID) return SdkError.NoSuchModel;
    if (app.model.length == 0) return SdkError.Success;
    let error = this.services.cancelModel(app.id, app.model);
    app.model = '';
    app.isModelDone = false;
    return sdkErrorOfModel(error);
  }

  private modelOutput(app: Application, id: u32): Answer {
    if (id != MODEL_ID || app.model.length == 0) return new Answer(SdkError.NoSuchModel);
    let output = this.services.modelOutput(app.id, app.model);
    return output
      ? new Answer(SdkError.Success, output.encode())
      : new Answer(SdkError.NoModelOutput);
  }

  private transfer(app: Application, request: SdkRequest): Answer {
    if (!app.devices.includes(request.name)) return new Answer(SdkError.NoSuchDevice);
    if (request.number > MOST_TRANSFERRED || <u32>request.bytes.length > MOST_TRANSFERRED)
      return new Answer(SdkError.InvalidInputRange);
    let read = this.services.transfer(request.name, request.bytes, request.number);
    return read
      ? new Answer(SdkError.Success, encodeBytes(read))
      : new Answer(SdkError.DeviceFailed);
  }
}

function wait(app: Application, what: Waiting): Answer {
  app.waiting = what;
  return Answer.later();
}

function numberOf(value: u32): Answer {
  return new Answer(SdkError.Success, encodeNumber(value));
}

/** The bit of the model when it is done; a model that runs again is not done any more. */
function takeModel(app: Application): u32 {
  if (!app.isModelDone) return 0;
  if (app.isPeriodic) app.isModelDone = false;
  return (<u32>1) << MODEL_ID;
}

/** A model that does not run at the moment takes its input; there is no core yet that it would be for. */
function setModelInput(app: Application, request: SdkRequest): SdkError {
  if (request.number != MODEL_ID || app.model.length == 0 || !app.isModelDone)
    return SdkError.NoSuchModel;
  let end = <u64>request.offset + <u64>request.bytes.length;
  return end > MODEL_INPUT_BYTES ? SdkError.InvalidInputRange : SdkError.NoPlatformSupport;
}

function sdkErrorOfModel(error: MlCoordError): SdkError {
  switch (error) {
    case MlCoordError.Success:
      return SdkError.Success;
    case MlCoordError.InvalidTimer:
      return SdkError.InvalidTimer;
    case MlCoordError.LoadModelFailed:
      return SdkError.LoadModelFailed;
    case MlCoordError.NoModelSlotsLeft:
      return SdkError.OutOfResources;
    case MlCoordError.NoOutputHeader:
      return SdkError.NoModelOutput;
    case MlCoordError.SerializeError:
      return SdkError.SerializeFailed;
    case MlCoordError.DeserializeError:
      return SdkError.DeserializeFailed;
    case MlCoordError.NoCore:
      return SdkError.NoPlatformSupport;
    default:
      return SdkError.NoSuchModel;
  }
}

/** What would move the cursor of a terminal is a blank. */
function oneLine(text: string): string {
  let start = 0;
  let made = '';
  for (let at = 0; at < text.length; at++) {
    let character = text.charCodeAt(at);
    if (character >= 0x20 && (character < 0x7f || character >= 0xa0)) continue;
    made += text.slice(start, at) + ' ';
    start = at + 1;
  }
  return start == 0 ? text : made + text.slice(start);
}
