// A command of the shell. What is said of it here is all that `help` and the check of its arguments need.
import { Logger } from './logger';
import { Output } from './output';
import { Script } from './script';

/** Why a command did not run. What went wrong while it ran, it says itself. */
export enum CommandError {
  None,
  UnknownCommand,
  BadArguments,
  Io,
  Memory,
}

export function textOfError(error: CommandError): string {
  switch (error) {
    case CommandError.UnknownCommand:
      return 'unknown command';
    case CommandError.BadArguments:
      return 'invalid arguments';
    case CommandError.Io:
      return 'input / output error';
    default:
      return 'memory allocation error';
  }
}

/** As many arguments as there are in a line. */
export const ANY: i32 = 128;

export class Command {
  constructor(
    public name: string,
    /** What stands behind the name. */
    public usage: string,
    /** One line. */
    public help: string,
    public leastArguments: i32,
    public mostArguments: i32,
    /** Is given the name and the arguments, as many as may be. */
    public run: (words: string[], session: Session) => CommandError,
  ) {}
}

/** What a command may use of the shell that runs it. */
export abstract class Session {
  /** Milliseconds to wait before the next line; 0 for none. */
  pause: u32 = 0;

  constructor(
    /** Sorted by name. */
    public commands: Command[],
    public output: Output,
    public logger: Logger,
  ) {}

  /** Its lines are run before any other; false if that is too deep. */
  abstract push(script: Script): bool;

  find(name: string): Command | null {
    for (let index = 0; index < this.commands.length; index++)
      if (this.commands[index].name == name) return this.commands[index];
    return null;
  }
}
