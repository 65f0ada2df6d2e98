/**
 * The port through which an editor has a component's source checked, elsewhere: in a thread of its own. The compiler
 * takes long, and what an editor asks for meanwhile is answered.
 */
import type { Cancellation } from '../drive-build.js';
import type { SourceFiles } from '../text/source-files.js';
import type { GuestUnit } from './compile-unit.js';
import type { GuestCompilation } from './compiler-port.js';

export type CheckedGuest = Omit<GuestCompilation, 'module'>;

export interface GuestChecker {
  /**
   * Never rejects: a compiler that fails, or takes too long, is a diagnostic at the source. Files are read when the
   * check begins, and while it goes on. One that is cancelled ends at once, however it hangs, and has no answer.
   */
  readonly check: (
    unit: GuestUnit,
    files: SourceFiles,
    cancellation?: Cancellation,
  ) => Promise<CheckedGuest | undefined>;
}
