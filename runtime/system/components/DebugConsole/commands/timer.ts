// Commands that need the timer.
import { Command, CommandError, Session } from '../command';
import { wholeNumberOf } from '../decimal';

export const timerCommands: Command[] = [
  new Command('sleep', '<milliseconds>', 'waits before the next command', 1, 1, sleep),
];

function sleep(words: string[], session: Session): CommandError {
  let duration = wholeNumberOf(words[1], 0xffff_ffff);
  if (duration < 0) return CommandError.BadArguments;
  session.pause = <u32>duration;
  return CommandError.None;
}
