// Commands that need the timer.
import { Activity, Command, CommandError, Session } from '../command';
import { wholeNumberOf } from '../decimal';

export const timerCommands: Command[] = [
  new Command('sleep', '<milliseconds>', 'waits before the next command', 1, 1, sleep),
];

export class Sleep extends Activity {
  constructor(milliseconds: u32) {
    super();
    this.patience = milliseconds;
  }

  timeOut(_session: Session): void {
    this.isOver = true;
  }
}

function sleep(words: string[], session: Session): CommandError {
  let duration = wholeNumberOf(words[1], 0xffff_ffff);
  if (duration < 0) return CommandError.BadArguments;
  if (!session.hasTimer) session.output.line('There is no timer: sleep does not wait.');
  session.activity = new Sleep(<u32>duration);
  return CommandError.None;
}
