// Commands that need the timer.
import { Command, CommandError } from '../command';
import { wholeNumberOf } from '../decimal';
import { Shell } from '../shell';

export const timerCommands: Command[] = [
  new Command('sleep', '<milliseconds>', 'waits before the next command', 1, 1, sleep),
];

function sleep(words: string[], shell: Shell): CommandError {
  let duration = wholeNumberOf(words[1], 0xffff_ffff);
  if (duration < 0) return CommandError.BadArguments;
  shell.pause = <u32>duration;
  return CommandError.None;
}
