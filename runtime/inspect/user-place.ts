/** Where a thread is in sources of the user's: the nearest frame that is not in the standard library. */
import type { SourcePlace } from '../image/debug-information.js';
import type { Platform } from '../platform.js';
import { functionAt } from './call-frames.js';
import { locate } from './modules.js';
import { lineFor } from './symbols.js';
import { spaceOf } from './thread-state.js';
import { unwind } from './unwind.js';

export interface UserPlace extends SourcePlace {
  /** Of the function. */
  readonly name: string | undefined;
}

const libraryFolder = 'builtin:/assemblyscript/';
const mostFrames = 8;

export function userPlace(platform: Platform, thread: number): UserPlace | undefined {
  const space = spaceOf(platform, thread);
  let frames = 0;
  for (const frame of unwind(platform, thread)) {
    const row = lineFor(platform, space, frame.lookupAddress);
    if (row !== undefined && !row.file.startsWith(libraryFolder)) {
      const located = locate(platform, space, frame.lookupAddress);
      const found = located?.image.debug && functionAt(located.image.debug, located.address);
      return { name: found?.name, file: row.file, line: row.line };
    }
    frames += 1;
    if (frames === mostFrames) break;
  }
  return undefined;
}
