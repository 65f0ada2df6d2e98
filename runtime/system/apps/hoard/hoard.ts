// Bad: wants memory without an end, and what the system has for it besides: timers and keys.
import { SdkError, sdk_bytes, sdk_log, sdk_timer_periodic, sdk_write_key } from 'sdk';

class Block {
  bytes: Uint8Array = new Uint8Array(1024);
  constructor(public next: Block | null) {}
}

let all: Block | null = null;

export function main(): void {
  let timers = 0;
  while (timers < 31 && sdk_timer_periodic(timers, 3_600_000) == SdkError.Success) timers++;
  let keys = 0;
  let value = sdk_bytes('x'.repeat(100));
  while (keys < 8 && sdk_write_key('key' + keys.toString(), value) == SdkError.Success) keys++;
  sdk_log(
    'I have ' + timers.toString() + ' timers and ' + keys.toString() + ' keys, and want more',
  );
  while (true) all = new Block(all);
}
