// What the SDKRuntime knows of one application: what it waits for, its timers, its model, and what it may log.

import { Timers } from './timers';

/** Bytes in each window of time, for a line and its name; who logs more waits for the next window. */
export const LOG_BYTES: i32 = 4096;
/** What a line costs beside its text. */
export const LINE_BYTES: i32 = 16;

export enum Waiting {
  Nothing,
  Timers,
  Model,
  /** For its next window: the line is not logged yet. */
  Log,
}

export class Application {
  waiting: Waiting = Waiting.Nothing;
  timers: Timers = new Timers();
  /** A bit for each timer that has completed since the application last asked. */
  completed: u32 = 0;
  /** The model that runs, or has run; empty for none. */
  model: string = '';
  isPeriodic: bool = false;
  isModelDone: bool = false;
  /** Number of the last run that the application was told of. */
  lastJob: u32 = 0;
  devices: string[] = [];
  logLeft: i32 = LOG_BYTES;
  /** The line that waits for the next window. */
  line: string = '';
  /** Lines that had to wait. */
  delayed: u32 = 0;

  constructor(
    public id: string,
    public badge: u32,
  ) {}

  /** What completed, and is told now. */
  takeCompleted(): u32 {
    let mask = this.completed;
    this.completed = 0;
    return mask;
  }

  mayLog(bytes: i32): bool {
    if (this.logLeft < bytes) return false;
    this.logLeft -= bytes;
    return true;
  }
}
