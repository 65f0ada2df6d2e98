/**
 * Results that are made elsewhere and come later, kept until a file changes that went into them. One is made at a time.
 * One whose files have changed meanwhile is forgotten and made again, so what comes is never of an earlier text; until
 * it is there, the one before is what is known.
 */
import type { Documents } from '../documents.js';
import { recording, type RecordedFiles } from '../remembered.js';

interface Entry<Result> {
  readonly result: Result;
  readonly stamps: ReadonlyMap<string, number>;
}

export class RememberedLater<Result> {
  private readonly documents: Documents;
  private readonly capacity: number;
  private readonly whenMade: () => void;
  private readonly entries = new Map<string, Entry<Result>>();
  private readonly making = new Map<string, Promise<void>>();
  private lastTurn: Promise<void> = Promise.resolve();

  /** Beyond `capacity` results the one that was made first goes. */
  constructor(
    documents: Documents,
    { capacity, whenMade }: { readonly capacity: number; readonly whenMade: () => void },
  ) {
    this.documents = documents;
    this.capacity = capacity;
    this.whenMade = whenMade;
  }

  /** What was made last; of an earlier text, perhaps. */
  latest(key: string): Result | undefined {
    return this.entries.get(key)?.result;
  }

  /** Resolved when there is a result of the present texts. `make` sees files only through its argument. */
  settled(key: string, make: (files: RecordedFiles) => Promise<Result>): Promise<void> {
    const known = this.entries.get(key);
    if (known !== undefined && this.isCurrent(known)) return Promise.resolve();
    const found = this.making.get(key);
    if (found !== undefined) return found;
    const made = this.lastTurn.then(() => this.make(key, make));
    this.lastTurn = made.catch(() => undefined);
    this.making.set(key, made);
    return made;
  }

  private async make(key: string, make: (files: RecordedFiles) => Promise<Result>): Promise<void> {
    let entry: Entry<Result>;
    try {
      do {
        const stamps = new Map<string, number>();
        entry = { result: await make(recording(this.documents, stamps)), stamps };
      } while (!this.isCurrent(entry));
    } finally {
      this.making.delete(key);
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.capacity) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.whenMade();
  }

  private isCurrent({ stamps }: Entry<Result>): boolean {
    return [...stamps].every(([file, stamp]) => this.documents.stampOf(file) === stamp);
  }
}
