// Jobs of all clients: a model that runs once, or again and again. One runs at a time, the others wait in the order in
// which they were asked for; a periodic job whose time comes while it waits or runs is counted and left out. What runs
// a model is behind `Core`; without one nothing is taken at all, and the client is told so.
import { MlCoordError, MlOutput, MAX_NAME_BYTES } from '../../interfaces/ml-coordinator';

/** Jobs there may be at a time; a bit each in the mask of a client. */
export const MOST_JOBS: i32 = 32;
const NONE: i32 = -1;

export abstract class Core {
  abstract get isPresent(): bool;
  /** Begins to run a model; `JobQueue.finished` is called when it ends. */
  abstract start(bundle: string, model: string): MlCoordError;
  /** A timer that completes every so many milliseconds, until it is cancelled. */
  abstract startTimer(id: u32, milliseconds: u32): bool;
  abstract cancelTimer(id: u32): void;
}

class Job {
  isWaiting: bool = false;
  output: MlOutput | null = null;

  constructor(
    public client: u32,
    public bundle: string,
    public model: string,
    /** In milliseconds; 0 for a job that runs once. */
    public rate: u32,
  ) {}

  get name(): string {
    return this.bundle + ':' + this.model;
  }
}

export class JobQueue {
  private jobs: StaticArray<Job | null> = new StaticArray<Job | null>(MOST_JOBS);
  private queue: i32[] = [];
  private running: i32 = NONE;
  /** By client, the jobs that have completed since it last asked. */
  private completed: Map<u32, u32> = new Map<u32, u32>();
  private runs: u32 = 0;
  private failures: u32 = 0;
  private missed: u32 = 0;

  constructor(private core: Core) {}

  /** `rate` is 0 for a job that runs once. */
  add(client: u32, bundle: string, model: string, rate: u32): MlCoordError {
    if (!isName(bundle) || !isName(model)) return MlCoordError.NoSuchModel;
    if (!this.core.isPresent) return MlCoordError.NoCore;
    let place = this.find(bundle, model);
    if (place == NONE) place = this.jobs.indexOf(null);
    if (place == NONE) return MlCoordError.NoModelSlotsLeft;
    let known = this.jobs[place];
    if (known && (known.isWaiting || this.running == place || known.rate > 0))
      return MlCoordError.LoadModelFailed;
    if (rate > 0 && !this.core.startTimer(<u32>place, rate)) return MlCoordError.InvalidTimer;
    this.jobs[place] = new Job(client, bundle, model, rate);
    this.enqueue(place);
    return MlCoordError.Success;
  }

  cancel(bundle: string, model: string): MlCoordError {
    let place = this.find(bundle, model);
    if (place == NONE) return MlCoordError.NoSuchModel;
    let job = this.jobs[place]!;
    if (job.rate > 0) this.core.cancelTimer(<u32>place);
    let waiting = this.queue.indexOf(place);
    if (waiting >= 0) this.queue.splice(waiting, 1);
    // One that runs comes to its end, and nobody is told.
    this.jobs[place] = null;
    return MlCoordError.Success;
  }

  output(bundle: string, model: string): MlOutput | null {
    let place = this.find(bundle, model);
    let job = this.at(place);
    return job ? job.output : null;
  }

  isKnown(bundle: string, model: string): bool {
    return this.find(bundle, model) != NONE;
  }

  takeCompleted(client: u32): u32 {
    if (!this.completed.has(client)) return 0;
    let mask = this.completed.get(client);
    this.completed.delete(client);
    return mask;
  }

  /** The timers of periodic jobs, a bit each. */
  timersCompleted(mask: u32): void {
    for (let place = 0; place < MOST_JOBS; place++) {
      let job = this.jobs[place];
      if (((mask >> place) & 1) == 0 || !job || job.rate == 0) continue;
      if (job.isWaiting || this.running == place) this.missed++;
      else this.enqueue(place);
    }
  }

  /** The core has run a model; gives the client to tell, 0 for none. The next one runs then. */
  finished(output: MlOutput): u32 {
    let place = this.running;
    this.running = NONE;
    let client: u32 = 0;
    let job = this.at(place);
    if (job) {
      this.runs++;
      output.jobNumber = this.runs;
      job.output = output;
      client = job.client;
      let mask = this.completed.has(client) ? this.completed.get(client) : 0;
      this.completed.set(client, mask | ((<u32>1) << place));
    }
    this.runNext();
    return client;
  }

  /** What `mldebug` prints. */
  lines(): string[] {
    let lines: string[] = [];
    if (!this.core.isPresent) lines.push('There is no ML core on this board.');
    let job = this.at(this.running);
    lines.push(job ? 'Running model: ' + job.name : 'No running model.');
    lines.push('Loadable Models:');
    for (let place = 0; place < MOST_JOBS; place++) {
      let each = this.jobs[place];
      if (each)
        lines.push(
          '  ' + each.name + (each.rate > 0 ? ' every ' + each.rate.toString() + ' ms' : ''),
        );
    }
    lines.push('Execution Queue:');
    for (let index = 0; index < this.queue.length; index++)
      lines.push('  ' + this.jobs[this.queue[index]]!.name);
    lines.push(
      'Statistics { runs: ' +
        this.runs.toString() +
        ', load_failures: ' +
        this.failures.toString() +
        ', already_queued: ' +
        this.missed.toString() +
        ' }',
    );
    return lines;
  }

  private at(place: i32): Job | null {
    if (place == NONE) return null;
    return this.jobs[place];
  }

  private find(bundle: string, model: string): i32 {
    for (let place = 0; place < MOST_JOBS; place++) {
      let job = this.jobs[place];
      if (job && job.bundle == bundle && job.model == model) return place;
    }
    return NONE;
  }

  private enqueue(place: i32): void {
    this.jobs[place]!.isWaiting = true;
    this.queue.push(place);
    if (this.running == NONE) this.runNext();
  }

  private runNext(): void {
    while (this.running == NONE && this.queue.length > 0) {
      let place = this.queue.shift();
      let job = this.jobs[place]!;
      job.isWaiting = false;
      if (this.core.start(job.bundle, job.model) == MlCoordError.Success) this.running = place;
      else this.failures++;
    }
  }
}

function isName(name: string): bool {
  let bytes = String.UTF8.byteLength(name);
  return bytes > 0 && bytes <= MAX_NAME_BYTES;
}
