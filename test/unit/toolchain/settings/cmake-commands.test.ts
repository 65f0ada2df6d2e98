import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { readCmakeCommands } from '../../../../runtime/toolchain/settings/cmake-commands.js';

const commandsOf = (text: string): string[] =>
  readCmakeCommands(text).map(
    ({ name, arguments: list }) => `${name} ${list.map((argument) => argument.text).join('|')}`,
  );

describe('the commands of a CMake file', () => {
  it('have names in lower case and arguments in quotes, in brackets or bare', () => {
    assert.deepEqual(commandsOf('Set(A "b c" d [=[e ]] f]=])'), ['set A|b c|d|e ]] f']);
  });

  it('stand apart from comments', () => {
    assert.deepEqual(commandsOf('# set(A b)\n#[[ set(C d)\n]] set(E # f)\n g)'), ['set E|g']);
  });

  it('keep inner parentheses as arguments', () => {
    assert.deepEqual(commandsOf('if((A) AND B)'), ['if (|A|)|AND|B']);
  });

  it('may be cut off anywhere', () => {
    assert.deepEqual(commandsOf('set(A "b'), ['set A|b']);
    assert.deepEqual(commandsOf('set(A [[b'), ['set A|b']);
    assert.deepEqual(commandsOf('set'), []);
  });

  it('are found in any text without an exception', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('set', '(', ')', '"', '[[', ']]', '#', '\\', '\n', ' ', '${', '}'),
          {
            maxLength: 60,
          },
        ),
        (parts) => {
          readCmakeCommands(parts.join(''));
        },
      ),
    );
  });
});
