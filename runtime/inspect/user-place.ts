/**
 * Where a thread is in sources of the user's: the nearest frame that is not in a library or in what the build wrote. A program
 * that is all library, such as the root server, is where its nearest frame outside of the standard library is.
 */
import type { SourcePlace } from '../image/debug-information.js';
import type { Platform } from '../platform.js';
import { callFrames } from './call-frames.js';
import { lineFor } from './symbols.js';
import { spaceOf } from './thread-state.js';

export interface UserPlace extends SourcePlace {
  /** Of the function. */
  readonly name: string | undefined;
}

const standardLibrary = 'builtin:/assemblyscript/';
/** Of the command line these begin with the folder that it was called in. */
const library = /(?:^|\/)(?:builtin|generated):\//;
const mostFrames = 24;

export function userPlace(platform: Platform, thread: number): UserPlace | undefined {
  const space = spaceOf(platform, thread);
  let nearest: UserPlace | undefined;
  let frames = 0;
  for (const { frame, found, inlined, calls } of callFrames(platform, thread)) {
    // A frame of which a call was replaced stands at that call.
    const row = calls === undefined ? lineFor(platform, space, frame.lookupAddress) : calls.call;
    if (row !== undefined && !row.file.includes(standardLibrary)) {
      const place: UserPlace = {
        name: inlined?.name ?? found?.function.name,
        file: row.file,
        line: row.line,
        column: row.column ?? 0,
      };
      if (!library.test(row.file)) return place;
      nearest ??= place;
    }
    frames += 1;
    if (frames === mostFrames) break;
  }
  return nearest;
}
