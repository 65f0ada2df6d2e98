// Bad: logs without an end, and what would clear the screen of a terminal.
import { sdk_log } from 'sdk';

let count = 0;

export function main(): void {}

export function loop(): void {
  sdk_log('\u001b[2Jflood ' + count.toString() + ' ' + '#'.repeat(200));
  count++;
}
