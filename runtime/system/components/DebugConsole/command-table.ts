// All commands of the shell: each group is a file of `commands`.
import { Command } from './command';
import { basicCommands } from './commands/basic';
import { capsCommands } from './commands/caps-command';
import { scriptCommands } from './commands/scripts';
import { serviceCommands } from './commands/services';
import { testCommands } from './commands/tests/test-table';
import { timerCommands } from './commands/timer';
import { topCommands } from './commands/top';
import { uploadCommands } from './commands/upload-commands';

/** By name, so that what others add needs no place. */
export function allCommands(): Command[] {
  let commands: Command[] = [];
  add(commands, basicCommands);
  add(commands, capsCommands);
  add(commands, scriptCommands);
  add(commands, serviceCommands);
  add(commands, timerCommands);
  add(commands, topCommands);
  add(commands, uploadCommands);
  add(commands, testCommands());
  return commands;
}

function add(commands: Command[], group: Command[]): void {
  for (let index = 0; index < group.length; index++) {
    let at = commands.length;
    while (at > 0 && commands[at - 1].name > group[index].name) at--;
    commands.push(group[index]);
    for (let behind = commands.length - 1; behind > at; behind--)
      commands[behind] = commands[behind - 1];
    commands[at] = group[index];
  }
}
