/**
 * Takes a command's arguments apart by its table of options. `--name value`, `--name=value` and `--` for
 * "only operands from here" are understood; the last of a repeated option counts.
 */
import { fail, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { UsageError } from './command.js';
import type { Command, OptionSpec } from './command.js';

export interface ParsedArguments {
  readonly operands: readonly string[];
  /** By option name; a switch that was given has the value ''. */
  readonly options: ReadonlyMap<string, string>;
}

const helpOption: OptionSpec = { name: '--help', help: 'Show this help.' };

/** The error is a sentence about the first thing that is wrong. */
export function parseArguments(
  command: Command,
  argv: readonly string[],
): Result<ParsedArguments, string> {
  const specs = [...command.options, helpOption];
  const operands: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      operands.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const spec = specs.find((candidate) => candidate.name === name);
    if (spec === undefined) return fail(`There is no option ${name}.`);
    if (spec.value === undefined) {
      if (equals >= 0) return fail(`The option ${name} takes no value.`);
      options.set(name, '');
    } else if (equals >= 0) options.set(name, argument.slice(equals + 1));
    else {
      const value = argv[++index];
      if (value === undefined) return fail(`The option ${name} needs a value (${spec.value}).`);
      options.set(name, value);
    }
  }
  if (options.has(helpOption.name)) return ok({ operands, options });
  if (operands.length < command.operandCount.least)
    return fail(`Name what to work on: cantrip ${command.name} ${command.operands}.`);
  if (operands.length > command.operandCount.most)
    return fail(`There is one thing too many: ${operands[command.operandCount.most] ?? ''}.`);
  return ok({ operands, options });
}

/** The option's value if it is one of `choices`; undefined when it was not given. */
export function choiceOption<T extends string>(
  { options }: ParsedArguments,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = options.get(name);
  const choice = choices.find((candidate) => candidate === text);
  if (text !== undefined && choice === undefined)
    throw new UsageError(`The value of ${name} is ${choices.join(' or ')}, not ${text}.`);
  return choice;
}

/** A whole number from 0 up, decimal or 0x…; undefined when it was not given. */
export function numberOption({ options }: ParsedArguments, name: string): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  const value = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new UsageError(`The value of ${name} is a whole number, not ${text}.`);
  return value;
}

export function usageOf(command: Command): string {
  const options = [...command.options, helpOption].map(({ name, value, help }) => [
    value === undefined ? name : `${name} ${value}`,
    help,
  ]);
  const width = Math.max(...options.map(([name]) => name?.length ?? 0));
  return [
    `Usage: cantrip ${command.name} ${command.operands} [options]`,
    '',
    command.summary,
    '',
    ...options.map(([name = '', help = '']) => `  ${name.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}
