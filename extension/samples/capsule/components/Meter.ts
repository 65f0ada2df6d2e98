// Nothing here says where the others are: to call a method is to call a function, in a capsule and across processes.
import { display, filter, readings } from 'camkes';

export function run(): void {
  for (let i = 0; i < readings.length; i++) {
    const smoothed = filter.smooth(readings[i]);
    display.show(readings[i].toString() + ' degrees, shown as ' + smoothed.toString());
  }
  const lines = display.show('that was all');
  display.show(lines.toString() + ' lines before this one');
}
