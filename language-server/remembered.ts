/**
 * Results of front ends, kept until a file changes that went into them. What was read is recorded while
 * a result is made, so a keystroke costs only what it touches: a `.cdl` elsewhere in the workspace, or
 * another assembly, stays as it is. A file that was looked for in vain counts as read, too.
 */
import type { SourceFiles } from '../runtime/toolchain/text/source-files.js';
import type { Documents } from './documents.js';

interface Kept<Result> {
  readonly result: Result;
  readonly stamps: ReadonlyMap<string, number>;
  epoch: number;
}

export class Remembered<Result> {
  private readonly documents: Documents;
  private readonly capacity: number;
  private readonly kept = new Map<string, Kept<Result>>();

  /** Beyond `capacity` results the one that was made first goes. */
  constructor(documents: Documents, { capacity }: { capacity: number }) {
    this.documents = documents;
    this.capacity = capacity;
  }

  /** `make` sees files only through its argument. */
  get(key: string, make: (files: SourceFiles) => Result): Result {
    const known = this.kept.get(key);
    if (known !== undefined && this.isCurrent(known)) return known.result;
    const stamps = new Map<string, number>();
    const result = make(recording(this.documents, stamps));
    this.kept.delete(key);
    this.kept.set(key, { result, stamps, epoch: this.documents.epoch });
    if (this.kept.size > this.capacity) {
      const [oldest] = this.kept.keys();
      if (oldest !== undefined) this.kept.delete(oldest);
    }
    return result;
  }

  /** The result as it was, although files may have changed since. */
  latest(key: string): Result | undefined {
    return this.kept.get(key)?.result;
  }

  private isCurrent(kept: Kept<Result>): boolean {
    if (kept.epoch === this.documents.epoch) return true;
    for (const [file, stamp] of kept.stamps) {
      if (this.documents.stampOf(file) !== stamp) return false;
    }
    kept.epoch = this.documents.epoch;
    return true;
  }
}

function recording(documents: Documents, stamps: Map<string, number>): SourceFiles {
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
  };
}
