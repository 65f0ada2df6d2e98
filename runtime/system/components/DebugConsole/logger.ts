// Which messages of components are shown, and how. Whatever a message contains, it moves no cursor: what is
// no character for a terminal is shown as a dot.
import { LogLevel } from '../../interfaces/logger';

/** By the number of the level, as it is typed and as it is told. */
const TYPED: string[] = ['off', 'error', 'warn', 'info', 'debug', 'trace'];
const TOLD: string[] = ['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];

export class Logger {
  level: LogLevel = LogLevel.Info;

  takes(level: LogLevel): bool {
    return <i32>level <= <i32>this.level;
  }

  /** False if there is no level of that name. */
  setLevel(name: string): bool {
    let found = TYPED.indexOf(name);
    if (found >= 0) this.level = <LogLevel>found;
    return found >= 0;
  }

  get levelName(): string {
    return TOLD[<i32>this.level];
  }
}

/** Bytes of the character that is there, if it can be shown: 0 for half a character, or one that moves the cursor. */
export function sizeOfCharacter(bytes: Uint8Array, at: i32, end: i32): i32 {
  let first = bytes[at];
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  let size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > end) return 0;
  for (let index = 1; index < size; index++) if ((bytes[at + index] & 0xc0) != 0x80) return 0;
  let second = bytes[at + 1];
  let isShort =
    (first == 0xc2 && second < 0xa0) ||
    (first == 0xe0 && second < 0xa0) ||
    (first == 0xf0 && second < 0x90);
  // Half of a pair of UTF-16, and what is above the last character.
  let isNone = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
  return isShort || isNone ? 0 : size;
}
