// Completes the name of a command, also behind `help`.
import { Command } from './command';
import { Completer } from './line-editor';

export class CommandNames extends Completer {
  constructor(private commands: Command[]) {
    super();
  }

  candidates(before: string, start: string): string[] {
    let found: string[] = [];
    let first = before.trim();
    if (first.length > 0 && first != 'help') return found;
    for (let index = 0; index < this.commands.length; index++)
      if (this.commands[index].name.startsWith(start)) found.push(this.commands[index].name);
    return found;
  }
}
