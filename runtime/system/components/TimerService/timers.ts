// The timers of all clients. A client has timers 0 to 31, each for one time or for ever; those that have completed since
// it last asked are bits of a mask. Time is in ticks of the device, and never goes back.

/** Timers of one client. */
export const TIMERS_PER_CLIENT: u32 = 32;
/** So many ticks from now there is nothing to wait for. */
export const NEVER: u64 = u64.MAX_VALUE;

/** As the service answers. */
export enum TimerError {
  Success,
  NoSuchTimer,
  TimerAlreadyExists,
}

class Timer {
  constructor(
    public client: u32,
    public id: u32,
    public deadline: u64,
    /** 0 for a timer that completes once. */
    public period: u64,
  ) {}
}

export class Timers {
  /** Soonest first; of two at the same time, the one that was set first. */
  private running: Timer[] = [];
  /** By client, the timers that have completed. */
  private completed: Map<u32, u32> = new Map<u32, u32>();

  /** Starts a timer that completes `ticks` from now, and then every `period`; 0 for once. */
  start(client: u32, id: u32, now: u64, ticks: u64, period: u64): TimerError {
    if (id >= TIMERS_PER_CLIENT) return TimerError.NoSuchTimer;
    if (this.find(client, id) >= 0) return TimerError.TimerAlreadyExists;
    this.insert(new Timer(client, id, after(now, ticks), period));
    return TimerError.Success;
  }

  cancel(client: u32, id: u32): TimerError {
    let place = this.find(client, id);
    if (place < 0) return TimerError.NoSuchTimer;
    this.running.splice(place, 1);
    return TimerError.Success;
  }

  /** The timers of a client that have completed since it last asked, one bit each. */
  takeCompleted(client: u32): u32 {
    if (!this.completed.has(client)) return 0;
    let mask = this.completed.get(client);
    this.completed.delete(client);
    return mask;
  }

  /** When the next timer completes. */
  get next(): u64 {
    return this.running.length == 0 ? NEVER : this.running[0].deadline;
  }

  /**
   * Completes what is due; gives the clients to tell, each once. A timer that was missed for several periods
   * completes once, and goes on at its next time that lies ahead.
   */
  expire(now: u64): u32[] {
    let clients: u32[] = [];
    while (this.running.length > 0 && this.running[0].deadline <= now) {
      let timer = this.running[0];
      this.running.splice(0, 1);
      if (!clients.includes(timer.client)) clients.push(timer.client);
      let mask = this.completed.has(timer.client) ? this.completed.get(timer.client) : 0;
      this.completed.set(timer.client, mask | (1 << timer.id));
      if (timer.period == 0) continue;
      let missed = (now - timer.deadline) / timer.period;
      timer.deadline = after(timer.deadline, (missed + 1) * timer.period);
      this.insert(timer);
    }
    return clients;
  }

  private find(client: u32, id: u32): i32 {
    for (let place = 0; place < this.running.length; place++) {
      let timer = this.running[place];
      if (timer.client == client && timer.id == id) return place;
    }
    return -1;
  }

  private insert(timer: Timer): void {
    let place = 0;
    while (place < this.running.length && this.running[place].deadline <= timer.deadline) place++;
    this.running.push(timer);
    for (let at = this.running.length - 1; at > place; at--)
      this.running[at] = this.running[at - 1];
    this.running[place] = timer;
  }
}

/** Does not wrap: what is too far away never comes. */
function after(time: u64, ticks: u64): u64 {
  let sum = time + ticks;
  return sum < time ? NEVER : sum;
}
