// Commands that need nothing but the session.
import { ANY, Command, CommandError, Session } from '../command';
import { sumOf } from '../decimal';

export const basicCommands: Command[] = [
  new Command('?', '[command]', 'lists the commands, or tells of one', 0, 1, help),
  new Command('help', '[command]', 'lists the commands, or tells of one', 0, 1, help),
  new Command('add', '<x> <y>', 'prints the sum of two decimal numbers', 2, 2, add),
  new Command('clear', '', 'clears the screen', 0, 0, clear),
  new Command('echo', '[text]...', 'prints its arguments', 0, ANY, echo),
  new Command(
    'loglevel',
    '[off|error|warn|info|debug|trace]',
    'sets which messages of components are shown, and tells it',
    0,
    1,
    logLevel,
  ),
];

function help(words: string[], session: Session): CommandError {
  if (words.length == 1) {
    for (let index = 0; index < session.commands.length; index++)
      session.output.line(session.commands[index].name);
    return CommandError.None;
  }
  let command = session.find(words[1]);
  if (!command) {
    session.output.line('unknown command: ' + words[1]);
    return CommandError.None;
  }
  let usage = command.usage.length > 0 ? ' ' + command.usage : '';
  session.output.line(command.name + usage);
  session.output.line('  ' + command.help);
  return CommandError.None;
}

function add(words: string[], session: Session): CommandError {
  let sum = sumOf(words[1], words[2]);
  if (sum == null) return CommandError.BadArguments;
  session.output.line(sum);
  return CommandError.None;
}

/** Resets the terminal. */
function clear(_words: string[], session: Session): CommandError {
  session.output.send('\x1bc');
  return CommandError.None;
}

function echo(words: string[], session: Session): CommandError {
  session.output.line(words.slice(1).join(' '));
  return CommandError.None;
}

function logLevel(words: string[], session: Session): CommandError {
  if (words.length > 1 && !session.logger.setLevel(words[1]))
    session.output.line('Unknown log level ' + words[1]);
  session.output.line(session.logger.levelName);
  return CommandError.None;
}
