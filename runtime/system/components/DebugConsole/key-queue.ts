// Keys that came while a command went on. They wait for the next line, except for Ctrl-C, which has them all forgotten; of
// more than there is room for, only that is seen.
const MOST_KEYS: i32 = 512;
const CONTROL_C: u8 = 0x03;

export class KeyQueue {
  private keys: Uint8Array = new Uint8Array(MOST_KEYS);
  private first: i32 = 0;
  private count: i32 = 0;
  private isInterrupted: bool = false;

  get isEmpty(): bool {
    return this.count == 0;
  }

  push(key: u8): void {
    if (key == CONTROL_C) this.isInterrupted = true;
    if (this.count == MOST_KEYS) return;
    this.keys[(this.first + this.count) % MOST_KEYS] = key;
    this.count++;
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
    if (isInterrupted) this.count = 0;
    this.isInterrupted = false;
    return isInterrupted;
  }
}
