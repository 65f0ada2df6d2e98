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

/**
 * A command that goes on when it has run: others of the component have their turn in between, and a key is seen. What it
 * needs is in its fields, since nothing of a function outlives a turn.
 */
export abstract class Activity {
  isOver: bool = false;
  /** Milliseconds from its start, and from each key where it has those, until `timeOut`. */
  patience: u32 = 0;
  /** Else they wait for the next line, and Ctrl-C ends it. */
  hasKeys: bool = false;
  /** Whether messages of components would disturb what goes over the line. */
  isQuiet: bool = false;

  key(_byte: u8): void {}

  /** What is to be sent. */
  takeOutput(): string {
    return '';
  }

  abstract timeOut(session: Session): void;

  /** Once, when it is over. */
  finish(_session: Session): void {}
}

/** What a command may use of the shell that runs it. */
export abstract class Session {
  /** What goes on before the next line. */
  activity: Activity | null = null;
  /** Else nothing can wait for a time. */
  hasTimer: bool = true;
  /** Timers of commands that are over, and were not asked for: a bit each. */
  completedTimers: u32 = 0;

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
