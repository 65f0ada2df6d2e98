/** What goes between a compiler's thread and whoever asks it: plain data alone. */
import type { CompiledUnit, GuestUnit } from '../toolchain/guest/compile-unit.js';
import type { GuestCompilation } from '../toolchain/guest/compiler-port.js';

export interface ThreadData {
  readonly kind: 'cantrip guest compiler';
  /** The address of the compiler's module. */
  readonly module: string;
  /** Counts answers to questions; the thread sleeps on it. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}

/** `objects`: both halves; `check`: what is wrong alone. */
export type Wanted = 'object' | 'check';

export type ToThread =
  | {
      readonly kind: 'compile';
      readonly wanted: Wanted;
      readonly unit: GuestUnit;
      /** Files that will most likely be read; null: there is no such file. */
      readonly texts: ReadonlyMap<string, string | null>;
      readonly earlier?: Uint8Array;
    }
  | { readonly kind: 'text'; readonly text: string | null }
  /** Keeps what makes the next process faster, and ends. */
  | { readonly kind: 'end' };

export type FromThread =
  /** A file that was not among the texts; the answer is a `text`. */
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'compiled'; readonly made: CompiledUnit }
  | { readonly kind: 'checked'; readonly made: Omit<GuestCompilation, 'module'> }
  /** The compiler itself failed, or could not be loaded. */
  | { readonly kind: 'failed'; readonly what: 'load' | 'compile'; readonly message: string };

export type Reply = Extract<FromThread, { kind: 'compiled' | 'checked' }>;
