/**
 * Results of front ends, kept until a file changes that went into them. What was read is recorded while
 * a result is made, so a keystroke costs only what it touches: a `.cdl` elsewhere in the workspace, or
 * another assembly, stays as it is. A file that was looked for in vain counts as read, too.
 */
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Documents } from './documents.js';

/** Sees files for one result; what a result took from others counts as read as well. */
export interface RecordedFiles extends SourceFiles {
  readonly noteAll: (stamps: ReadonlyMap<string, number>) => void;
}

export interface Kept<Result> {
  readonly result: Result;
  readonly stamps: ReadonlyMap<string, number>;
}

interface Entry<Result> extends Kept<Result> {
  epoch: number;
}

export class Remembered<Result> {
  private readonly documents: Documents;
  private readonly capacity: number;
  private readonly entries = new Map<string, Entry<Result>>();

  /** Beyond `capacity` results the one that was made first goes. */
  constructor(documents: Documents, { capacity }: { capacity: number }) {
    this.documents = documents;
    this.capacity = capacity;
  }

  /** `make` sees files only through its argument. */
  get(key: string, make: (files: RecordedFiles) => Result): Result {
    return this.kept(key, make).result;
  }

  /** The result with what was read for it, to note in a result that is made from it. */
  kept(key: string, make: (files: RecordedFiles) => Result): Kept<Result> {
    const known = this.entries.get(key);
    if (known !== undefined && this.isCurrent(known)) return known;
    const stamps = new Map<string, number>();
    const result = make(recording(this.documents, stamps));
    const entry = { result, stamps, epoch: this.documents.epoch };
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.capacity) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    return entry;
  }

  private isCurrent(entry: Entry<Result>): boolean {
    if (entry.epoch === this.documents.epoch) return true;
    for (const [file, stamp] of entry.stamps) {
      if (this.documents.stampOf(file) !== stamp) return false;
    }
    entry.epoch = this.documents.epoch;
    return true;
  }
}

export function recording(documents: Documents, stamps: Map<string, number>): RecordedFiles {
  const note = (file: string): void => {
    if (!stamps.has(file)) stamps.set(file, documents.stampOf(file));
  };
  return {
    readText: (file) => {
      note(file);
      return documents.readText(file);
    },
    readBytes: (file) => {
      note(file);
      return documents.readBytes(file);
    },
    noteAll: (read) => {
      for (const [file, stamp] of read) if (!stamps.has(file)) stamps.set(file, stamp);
    },
  };
}
