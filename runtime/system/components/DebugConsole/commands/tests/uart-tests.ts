// test_uart: lines as long as the memory of UARTDriver, and longer ones.
import { Command, CommandError, Session } from '../../command';

const CAPACITY: i32 = 512;

export function uartTests(): Command[] {
  return [new Command('test_uart', '', 'writes long lines', 0, 0, write)];
}

function write(_words: string[], session: Session): CommandError {
  session.output.line('testing...');
  session.output.line('ok'.repeat(CAPACITY / 2));
  session.output.send('no'.repeat(CAPACITY / 2 + 1));
  session.output.line('Success!');
  return CommandError.None;
}
