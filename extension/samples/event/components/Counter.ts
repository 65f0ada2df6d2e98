// Counts events. `tick.wait` returns when one has come; none that came earlier is forgotten.
import { last, tick } from 'camkes';
import { log } from 'sel4';

export function run(): void {
  for (let count = 1; count <= last; count++) {
    tick.wait();
    log('tick ' + count.toString());
  }
  log('that was all');
}
