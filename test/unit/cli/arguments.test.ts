import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  choiceOption,
  numberOption,
  parseArguments,
  usageOf,
} from '../../../runtime/cli/arguments.js';
import { UsageError } from '../../../runtime/cli/command.js';
import type { Command } from '../../../runtime/cli/command.js';

const command: Command = {
  name: 'try',
  summary: 'Try something.',
  operands: '<file>',
  operandCount: { least: 1, most: 1 },
  options: [
    { name: '-o', value: 'FILE', help: 'Where to.' },
    { name: '--size', value: 'N', help: 'How much.' },
    { name: '--fast', help: 'Quickly.' },
  ],
  run: () => Promise.resolve(0),
};

describe('arguments', () => {
  it('are operands and options in any order, a value after a space or an equals sign', () => {
    const parsed = parseArguments(command, ['--fast', 'a.S', '-o', 'x', '--size=0x10']);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.operands, ['a.S']);
    assert.deepEqual([...parsed.value.options].sort(), [
      ['--fast', ''],
      ['--size', '0x10'],
      ['-o', 'x'],
    ]);
    assert.equal(numberOption(parsed.value, '--size'), 16);
  });

  it('are operands only after two dashes', () => {
    const parsed = parseArguments(command, ['--', '-o']);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.operands, ['-o']);
  });

  it('that are wrong are named in a sentence', () => {
    const sentence = (...argv: string[]): string => {
      const parsed = parseArguments(command, argv);
      return parsed.ok ? '' : parsed.error;
    };
    assert.equal(sentence('a', '--slow'), 'There is no option --slow.');
    assert.equal(sentence('a', '-o'), 'The option -o needs a value (FILE).');
    assert.equal(sentence('a', '--fast=1'), 'The option --fast takes no value.');
    assert.equal(sentence(), 'Name what to work on: cantrip try <file>.');
    assert.equal(sentence('a', 'b'), 'There is one thing too many: b.');
  });

  it('with a value out of the choices, or no number, are wrong usage', () => {
    const parsed = { operands: [], options: new Map([['--size', 'big']]) };
    assert.throws(() => numberOption(parsed, '--size'), UsageError);
    assert.throws(() => choiceOption(parsed, '--size', ['small', 'large']), UsageError);
    assert.equal(choiceOption(parsed, '--other', ['small']), undefined);
  });

  it('are all in the usage', () => {
    const usage = usageOf(command);
    for (const { name } of command.options) assert.ok(usage.includes(name));
    assert.match(usage, /^Usage: cantrip try <file> \[options\]$/m);
  });
});
