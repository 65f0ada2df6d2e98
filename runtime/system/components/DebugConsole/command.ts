// A command of the shell. What is said of it here is all that `help` and the check of its arguments need.
import { Shell } from './shell';

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
    public run: (words: string[], shell: Shell) => CommandError,
  ) {}
}
