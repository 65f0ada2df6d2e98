// test_panic: the console ends, and with it the shell.
import { Command, CommandError, Session } from '../../command';

export function panicTests(): Command[] {
  return [new Command('test_panic', '', 'ends the console by a failure of its own', 0, 0, panic)];
}

function panic(_words: string[], _session: Session): CommandError {
  throw new Error('testing');
}
