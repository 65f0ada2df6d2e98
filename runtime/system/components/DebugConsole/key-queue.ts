// Keys that came while a command went on. They wait for the next line, except for Ctrl-C, which has them all forgotten. Of
// more than there is room for, only that is seen: all others are lost until those that wait have been dealt with, so that
// there is one gap, behind the last of them.
const MOST_KEYS: i32 = 512;
export const KEYS_LOST: string =
  'keys were lost: no more than ' + MOST_KEYS.toString() + ' wait while a command runs';
const CONTROL_C: u8 = 0x03;

export class KeyQueue {
  private keys: Uint8Array = new Uint8Array(MOST_KEYS);
  private first: i32 = 0;
  private count: i32 = 0;
  private isInterrupted: bool = false;
  private hasGap: bool = false;

  get isEmpty(): bool {
    return this.count == 0;
  }

  /** True for the first key that is lost. */
  push(key: u8): bool {
    if (key == CONTROL_C) this.isInterrupted = true;
    if (this.hasGap) return false;
    this.hasGap = this.count == MOST_KEYS;
    if (this.hasGap) return true;
    this.keys[(this.first + this.count) % MOST_KEYS] = key;
    this.count++;
    return false;
  }

  /** Whether others came behind the last one, and are lost. */
  takeGap(): bool {
    let isBehind = this.count == 0 && this.hasGap;
    if (isBehind) this.hasGap = false;
    return isBehind;
  }

  /** The oldest; there is one. */
  shift(): u8 {
    let key = this.keys[this.first];
    this.first = (this.first + 1) % MOST_KEYS;
    this.count--;
    if (this.count == 0) this.isInterrupted = false;
    return key;
  }

  /** Whether Ctrl-C is among them, and so none are left. */
  takeInterrupt(): bool {
    let isInterrupted = this.isInterrupted;
    if (isInterrupted) {
      this.count = 0;
      this.hasGap = false;
    }
    this.isInterrupted = false;
    return isInterrupted;
  }
}
