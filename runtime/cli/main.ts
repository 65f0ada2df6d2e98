#!/usr/bin/env node
/**
 * The `cantrip` command: finds the command of that name and turns whatever happens into an exit code.
 * The three kinds of failure meet here: diagnostics were printed by the command, a failure of the host
 * is one sentence, and only our own bugs show a stack.
 */
import { parseArguments, usageOf } from './arguments.js';
import { asm } from './asm.js';
import { authority } from './authority.js';
import { bench } from './bench.js';
import { buildCommand } from './build.js';
import { caps } from './caps.js';
import { checkCommand } from './check.js';
import type { Command, ExitCode } from './command.js';
import { UsageError } from './command.js';
import { debug } from './debug.js';
import { devices } from './devices.js';
import { diagram } from './diagram.js';
import { fmt } from './fmt.js';
import { hostErrorSentence, isHostError } from './host-error.js';
import { linkCommand } from './link.js';
import { lsp } from './lsp.js';
import { memory } from './memory.js';
import { objdump } from './objdump.js';
import { printError, printOut } from './output.js';
import { run } from './run.js';
import { packageVersion } from './sibling.js';
import { threads } from './threads.js';

const commands: readonly Command[] = [
  buildCommand,
  run,
  checkCommand,
  asm,
  linkCommand,
  objdump,
  caps,
  threads,
  memory,
  devices,
  authority,
  diagram,
  fmt,
  bench,
  debug,
  lsp,
];

async function main(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === '--version') {
    printOut(`cantrip ${packageVersion()}\n`);
    return 0;
  }
  if (name === '--help' || name === 'help') {
    printOut(help());
    return 0;
  }
  if (name === undefined) {
    printError(help());
    return 2;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined)
    return wrongUsage(`cantrip: there is no command ${name}.`, 'cantrip --help');
  const parsed = parseArguments(command, rest);
  const hint = `cantrip ${name} --help`;
  if (!parsed.ok) return wrongUsage(`cantrip ${name}: ${parsed.error}`, hint);
  if (parsed.value.options.has('--help')) {
    printOut(usageOf(command));
    return 0;
  }
  try {
    return await command.run(parsed.value);
  } catch (error) {
    if (error instanceof UsageError) return wrongUsage(`cantrip ${name}: ${error.message}`, hint);
    if (isHostError(error)) {
      printError(`cantrip ${name}: ${hostErrorSentence(error)}`);
      return 1;
    }
    throw error;
  }
}

function wrongUsage(sentence: string, hint: string): ExitCode {
  printError(`${sentence} See ${hint}.`);
  return 2;
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: cantrip <command> …',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'cantrip <command> --help tells more. Exit codes: 0 done, 1 the guest failed or there are errors,',
    '2 wrong usage, 3 a limit was reached.',
    '',
  ].join('\n');
}

// Whoever reads our output may stop early (`| head`); that is no failure.
process.stdout.on('error', () => process.exit(0));
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
