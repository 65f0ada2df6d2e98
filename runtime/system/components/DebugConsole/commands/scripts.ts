// Files of commands that lie among the packages.
import { Command, CommandError, Session } from '../command';
import { readPackage } from '../package-file';
import { Script } from '../script';

export const scriptCommands: Command[] = [
  new Command(
    'source',
    '[-q] <file>',
    'runs the commands of a file among the packages',
    1,
    2,
    source,
  ),
];

/** With -q a file that there is not is no matter. */
function source(words: string[], session: Session): CommandError {
  let isQuiet = words[1] == '-q';
  if (words.length != (isQuiet ? 3 : 2)) return CommandError.BadArguments;
  let name = words[words.length - 1];
  let file = readPackage(name);
  let bytes = file.bytes;
  if (!bytes) {
    if (!isQuiet) session.output.line('source ' + name + ' failed: ' + file.reason);
  } else if (!session.push(new Script(bytes))) {
    session.output.line('source ' + name + ' failed: too many scripts within scripts');
  }
  return CommandError.None;
}
