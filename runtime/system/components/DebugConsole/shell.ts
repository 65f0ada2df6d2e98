// Runs the lines that are typed, and those of scripts. A command ends before the next begins, also where it goes on for
// a while: it is then an `activity`, and whoever runs the shell waits, so that nothing lies on the stack meanwhile.
import { charactersOf } from './character-columns';
import { CommandError, Session, textOfError } from './command';
import { LINE_MAX, TOO_LONG } from './line-editor';
import { Script } from './script';
import { wordsOf } from './words';

export const PROMPT: string = 'CANTRIP> ';

/** Scripts within scripts. */
const MOST_SCRIPTS: i32 = 8;
/** Of all of them together. */
const MOST_BYTES: i32 = 12 * 1024;

export class Shell extends Session {
  private scripts: Script[] = [];

  run(line: string): void {
    let words = wordsOf(line);
    if (words.length == 0) {
      this.output.line('');
      return;
    }
    let name = words[0];
    let error = this.runCommand(name, words);
    if (error != CommandError.None) this.output.line(textOfError(error) + ': ' + name);
  }

  /** Ctrl-C: what goes on is given up, and with it all scripts. */
  interrupt(): void {
    this.scripts = [];
    this.activity = null;
    this.output.line('^C');
  }

  // ---- scripts

  push(script: Script): bool {
    let bytes = script.size;
    for (let index = 0; index < this.scripts.length; index++) bytes += this.scripts[index].size;
    if (this.scripts.length == MOST_SCRIPTS || bytes > MOST_BYTES) return false;
    this.scripts.push(script);
    return true;
  }

  get hasScript(): bool {
    return this.scripts.length > 0;
  }

  /** The next line of the script, shown as if it had been typed. */
  runNextOfScript(): void {
    let script = this.scripts[this.scripts.length - 1];
    let line = script.next();
    if (line == null) {
      this.scripts.pop();
      this.output.line(PROMPT + 'EOF');
    } else {
      this.output.line(PROMPT + line);
      if (charactersOf(line) > LINE_MAX) this.output.line(TOO_LONG);
      else this.run(line);
    }
  }

  private runCommand(name: string, words: string[]): CommandError {
    let command = this.find(name);
    if (!command) return CommandError.UnknownCommand;
    let count = words.length - 1;
    if (count < command.leastArguments || count > command.mostArguments)
      return CommandError.BadArguments;
    return command.run(words, this);
  }
}
