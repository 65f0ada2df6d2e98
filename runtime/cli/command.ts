/** The shape of one `cantrip` command: what it takes and what it does. Each has a file of its name. */
import type { ParsedArguments } from './arguments.js';

export interface Command {
  readonly name: string;
  /** One line for `cantrip --help`. */
  readonly summary: string;
  /** What stands after the name in the usage line, without the options. */
  readonly operands: string;
  readonly operandCount: { readonly least: number; readonly most: number };
  readonly options: readonly OptionSpec[];
  /** Resolves to the exit code. A rejection is a failure of the host: a file that cannot be written. */
  run(parsed: ParsedArguments): Promise<ExitCode>;
}

export interface OptionSpec {
  /** With its dashes: `--board`, `-o`. */
  readonly name: string;
  /** What stands for its value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

/** 0 done; 1 the guest failed or errors were found; 2 wrong usage; 3 a limit was reached. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Wrong usage that only a command can see; `main` prints it and exits with 2. */
export class UsageError extends Error {}
