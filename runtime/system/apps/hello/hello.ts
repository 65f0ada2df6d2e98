// Says what CantripOS's application in C says, though it is none, and lets others run for ever.
import { log, yieldTime } from 'sel4';

export function main(): void {
  log('');
  log('I am a C app!');
  log('Done, sleeping in infinite loop');
}

export function loop(): void {
  yieldTime();
}
