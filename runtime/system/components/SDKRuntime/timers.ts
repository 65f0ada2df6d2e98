// The timers of one application: when each completes next. All applications share one timer of the timer service, which
// is set for the soonest of all; so none takes a timer away from another, however many it has.

/** Timers have numbers from 0 on; the one number behind them is that of the model. */
export const TIMERS: u32 = 31;
/** So many ticks from now there is nothing to wait for. */
export const NEVER: u64 = u64.MAX_VALUE;

export class Timers {
  /** By number, in ticks. */
  private deadlines: StaticArray<u64> = new StaticArray<u64>(<i32>TIMERS);
  /** In ticks; 0 for a timer that completes once. */
  private periods: StaticArray<u64> = new StaticArray<u64>(<i32>TIMERS);
  running: i32 = 0;
  soonest: u64 = NEVER;

  constructor() {
    this.deadlines.fill(NEVER);
  }

  isRunning(id: u32): bool {
    return this.deadlines[id] != NEVER;
  }

  start(id: u32, deadline: u64, period: u64): void {
    this.deadlines[id] = deadline;
    this.periods[id] = period;
    this.running++;
    this.soonest = min(this.soonest, deadline);
  }

  stop(id: u32): void {
    if (!this.isRunning(id)) return;
    this.deadlines[id] = NEVER;
    this.running--;
    this.findSoonest();
  }

  stopAll(): void {
    for (let id: u32 = 0; id < TIMERS; id++) this.stop(id);
  }

  /** A bit for each timer that completes by now; one that was missed for several periods completes once. */
  expire(now: u64): u32 {
    if (this.soonest > now) return 0;
    let completed: u32 = 0;
    for (let id: u32 = 0; id < TIMERS; id++) {
      let deadline = this.deadlines[id];
      if (deadline > now) continue;
      completed |= (<u32>1) << id;
      let period = this.periods[id];
      if (period == 0) this.running--;
      let missed = period == 0 ? 0 : (now - deadline) / period;
      this.deadlines[id] = period == 0 ? NEVER : deadline + (missed + 1) * period;
    }
    this.findSoonest();
    return completed;
  }

  private findSoonest(): void {
    let soonest = NEVER;
    for (let id: u32 = 0; id < TIMERS; id++) soonest = min(soonest, this.deadlines[id]);
    this.soonest = soonest;
  }
}
