/**
 * Results that are made elsewhere and come later, kept until a file changes that went into them. One is made at a time,
 * as long as none takes very long. One whose files have changed meanwhile is forgotten and made again, so what comes is
 * never of an earlier text, and is cancelled if it does not come soon; until it is there, the one before is what is known.
 */
import { newCancellation, type Cancellation } from '../../runtime/toolchain/drive-build.js';
import type { Documents } from '../documents.js';
import { recording, type RecordedFiles } from '../remembered.js';

export interface LaterOptions {
  /** Beyond so many results the one that was made first goes. */
  readonly capacity: number;
  readonly whenMade: () => void;
  /** How long the next one waits for one that is being made. */
  readonly patienceMilliseconds?: number;
  /** How long one of an earlier text may still take. */
  readonly graceMilliseconds?: number;
}

/** Undefined where it was cancelled. Files are seen through the argument alone. */
export type MakeLater<Result> = (
  files: RecordedFiles,
  cancellation: Cancellation,
) => Promise<Result | undefined>;

interface Entry<Result> {
  readonly result: Result;
  readonly stamps: ReadonlyMap<string, number>;
}

interface Making {
  readonly made: Promise<void>;
  /** Somebody wants the result for the present texts. */
  readonly askedAgain: () => void;
}

export class RememberedLater<Result> {
  private readonly documents: Documents;
  private readonly options: Required<LaterOptions>;
  private readonly entries = new Map<string, Entry<Result>>();
  private readonly making = new Map<string, Making>();
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(documents: Documents, options: LaterOptions) {
    this.documents = documents;
    this.options = { patienceMilliseconds: 5000, graceMilliseconds: 2000, ...options };
  }

  /** What was made last; of an earlier text, perhaps. */
  latest(key: string): Result | undefined {
    return this.entries.get(key)?.result;
  }

  /** Resolved when there is a result of the present texts. */
  settled(key: string, make: MakeLater<Result>): Promise<void> {
    const known = this.entries.get(key);
    if (known !== undefined && this.isCurrent(known.stamps)) return Promise.resolve();
    const found = this.making.get(key);
    if (found !== undefined) {
      found.askedAgain();
      return found.made;
    }
    const round: Round = { stamps: new Map(), cancel: () => undefined, grace: undefined };
    const made = doneOr(this.lastTurn, this.options.patienceMilliseconds)
      .then(() => this.made(round, make))
      .finally(() => this.making.delete(key))
      .then((entry) => this.keep(key, entry));
    this.lastTurn = made.catch(() => undefined);
    this.making.set(key, { made, askedAgain: () => this.giveNotice(round) });
    return made;
  }

  private async made(round: Round, make: MakeLater<Result>): Promise<Entry<Result>> {
    for (;;) {
      const stamps = new Map<string, number>();
      const cancellation = newCancellation();
      round.stamps = stamps;
      round.cancel = cancellation.cancel;
      const result = await make(recording(this.documents, stamps), cancellation).finally(() => {
        clearTimeout(round.grace);
        round.grace = undefined;
      });
      if (result !== undefined && this.isCurrent(stamps)) return { result, stamps };
    }
  }

  /** One that hangs would keep what is known at an earlier text. */
  private giveNotice(round: Round): void {
    if (round.grace !== undefined || this.isCurrent(round.stamps)) return;
    round.grace = setTimeout(() => round.cancel(), this.options.graceMilliseconds);
  }

  private keep(key: string, entry: Entry<Result>): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.options.capacity) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.options.whenMade();
  }

  private isCurrent(stamps: ReadonlyMap<string, number>): boolean {
    return [...stamps].every(([file, stamp]) => this.documents.stampOf(file) === stamp);
  }
}

/** One making of a result; what it read so far. */
interface Round {
  stamps: ReadonlyMap<string, number>;
  cancel: () => void;
  grace: NodeJS.Timeout | undefined;
}

/** Until that is done, or for so long. */
const doneOr = (work: Promise<void>, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
