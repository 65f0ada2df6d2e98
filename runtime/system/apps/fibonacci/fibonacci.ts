// A Fibonacci number each tenth of a second.
import { SdkError, sdk_log, sdk_timer_periodic, sdk_timer_wait } from 'sdk';

const LIMIT: u32 = 80;
const INTERVAL: u32 = 100;

let first: u64 = 0;
let second: u64 = 1;
let index: u32 = 0;
let time: u32 = 0;

export function main(): i32 {
  return sdk_timer_periodic(0, INTERVAL) == SdkError.Success ? 0 : 1;
}

export function loop(): void {
  if (index >= LIMIT) {
    first = 0;
    second = 1;
    index = 0;
  }
  let number = index.toString().padStart(2);
  sdk_log('[' + number + '] ' + first.toString().padStart(20) + '  ' + time.toString());
  let sum = first + second;
  first = second;
  second = sum;
  index++;
  sdk_timer_wait();
  time += INTERVAL;
}
