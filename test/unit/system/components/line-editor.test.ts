import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { runGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components/DebugConsole';
const guest = runGuest(
  {
    'app/line-editor.ts': readFileSync(`${folder}/line-editor.ts`, 'utf8'),
    'app/words.ts': readFileSync(`${folder}/words.ts`, 'utf8'),
    'app/Main.ts': `
      import { Completer, LineEditor } from './line-editor';
      import { wordsOf } from './words';
      class Names extends Completer {
        candidates(before: string, start: string): string[] {
          let found: string[] = [];
          let names = before == '' ? ['start', 'status', 'stop', 'help'] : ['hello.app'];
          for (let index = 0; index < names.length; index++)
            if (names[index].startsWith(start)) found.push(names[index]);
          return found;
        }
      }
      let editor = new LineEditor('> ', new Names());
      let lastLine = '';
      export function renew(): void { editor = new LineEditor('> ', new Names()); editor.begin(); lastLine = ''; }
      export function feed(byte: u32): bool {
        let isEnded = editor.feed(<u8>byte);
        if (isEnded) { lastLine = editor.takeLine(); editor.begin(); }
        return isEnded;
      }
      export function output(): string { return editor.takeOutput(); }
      export function line(): string { return lastLine; }
      let words: string[] = [];
      export function split(): i32 { words = wordsOf(lastLine); return words.length; }
      export function word(index: i32): string { return words[index]; }
    `,
  },
  { arenaBytes: 0x10_0000 },
);

interface Typed {
  /** Lines that were ended. */
  readonly lines: readonly string[];
  /** What the terminal shows at the end: its lines, and the column of the cursor. */
  readonly screen: readonly string[];
  readonly column: number;
  readonly output: string;
}

function type(text: string): Typed {
  guest.call('renew');
  const lines: string[] = [];
  let output = guest.text(guest.call('output'));
  for (const byte of new TextEncoder().encode(text)) {
    if (guest.call('feed', byte) === 1) lines.push(guest.text(guest.call('line')));
    output += guest.text(guest.call('output'));
  }
  return { lines, ...terminal(output), output };
}

const clearScreen = '\x1b[2J\x1b[H';

/** What a terminal makes of it, as far as the editor uses one. */
function terminal(output: string): { screen: string[]; column: number } {
  let screen: string[] = [''];
  let column = 0;
  for (const piece of output.replaceAll(clearScreen, '\x1b').split(/(?:)/u)) {
    if (piece === '\x1b') {
      screen = [''];
      column = 0;
    } else if (piece === '\b') {
      assert.ok(column > 0, 'the cursor does not leave the screen');
      column -= 1;
    } else if (piece === '\r') column = 0;
    else if (piece === '\n') screen.push('');
    else if (piece !== '\x07') {
      const row = (screen.at(-1) ?? '').padEnd(column);
      screen[screen.length - 1] = row.slice(0, column) + piece + row.slice(column + 1);
      column += 1;
    }
  }
  return { screen: screen.map((row) => row.trimEnd()), column };
}
const bells = ({ output }: Typed): number => output.split('\x07').length - 1;

describe('the line editor of the console', () => {
  it('gives what was typed when the line ends, and shows the prompt again', () => {
    const { lines, screen } = type('help me\r');
    assert.deepEqual(lines, ['help me']);
    assert.deepEqual(screen, ['> help me', '>']);
  });

  it('takes both ends of a line for one, whatever the terminal sends', () => {
    assert.deepEqual(type('a\r\nb\nc\r').lines, ['a', 'b', 'c']);
    assert.deepEqual(type('\n\n').lines, ['', '']);
  });

  it('moves and erases with the keys of Emacs and of terminals', () => {
    assert.deepEqual(type('bc\x01a\x05d\r').lines, ['abcd']);
    assert.deepEqual(type('abd\x02c\r').lines, ['abcd']);
    assert.deepEqual(type('abd\x1b[Dc\x1b[Ce\r').lines, ['abcde']);
    assert.deepEqual(type('xab\x1b[H\x1b[3~\x1b[Fc\r').lines, ['abc']);
    assert.deepEqual(type('xab\x1bOH\x04\x1b[4~c\r').lines, ['abc']);
    assert.deepEqual(type('one two  \x17\x17\x7fthree\r').lines, ['three']);
    assert.deepEqual(type('one two\x02\x02\x0b\r').lines, ['one t']);
    assert.deepEqual(type('one two\x02\x02\x15\r').lines, ['wo']);
  });

  it('brings lines back, and then the one that was being typed', () => {
    const { lines, screen } = type('first\rsecond\rthi\x1b[A\x1b[A\x1b[B\x10\x0e\x0erd\r');
    assert.deepEqual(lines, ['first', 'second', 'third']);
    assert.equal(screen[2], '> third');
    assert.deepEqual(type('same\rsame\r\x10\x10\r').lines, ['same', 'same', 'same']);
  });

  it('forgets a line at Ctrl-C, and draws it again at Ctrl-L', () => {
    const { lines, screen } = type('wrong\x03right\x0c');
    assert.deepEqual(lines, ['']);
    assert.deepEqual(screen, ['> right']);
  });

  it('completes what is certain, and lists the words where it is not', () => {
    assert.equal(type('he\t').screen[0], '> help');
    assert.deepEqual(type('st\t').screen, ['> st', 'start  status  stop', '> st']);
    assert.deepEqual(type('sta\tr\t').screen, ['> sta', 'start  status', '> start']);
    assert.deepEqual(type('start h\t\r').lines, ['start hello.app ']);
    assert.equal(bells(type('q\t')), 1);
  });

  it('keeps a line to its length, and takes no junk', () => {
    const long = type(`${'x'.repeat(130)}\r`);
    assert.deepEqual(long.lines, ['x'.repeat(128)]);
    assert.equal(bells(long), 2);
    const junk = type('a\x00\x1f\u00e9b\r');
    assert.deepEqual(junk.lines, ['ab']);
    assert.equal(bells(junk), 4);
  });

  it('shows the line as it is, with the cursor in its place, whatever was typed', () => {
    const key = fc.oneof(
      fc.constantFrom(...Array.from('abc  ')),
      fc.constantFrom(...Array.from('\x01\x02\x04\x05\x06\x08\x0b\x0c\x0e\x10\x15\x17\x7f\t')),
      fc.constantFrom('\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[1;5C', '\x1bx', '\r', 'st'),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        const typed = keys.join('');
        const { screen, column } = type(typed);
        // Another key tells where the cursor is, and the end of the line tells what it holds.
        const { lines } = type(`${typed}!\r`);
        const shown = (screen.at(-1) ?? '').slice(2);
        const place = column - 2;
        const expected = `${shown.padEnd(place).slice(0, place)}!${shown.slice(place)}`;
        assert.equal((lines.at(-1) ?? '').trimEnd(), expected.trimEnd(), JSON.stringify(typed));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the words of a command', () => {
  const split = (text: string): string[] => {
    type(`${text}\r`);
    const count = Number(guest.call('split'));
    return Array.from({ length: count }, (_unused, index) => guest.text(guest.call('word', index)));
  };

  it('are separated by blanks, which quotes hold together', () => {
    assert.deepEqual(split('  start hello.app '), ['start', 'hello.app']);
    assert.deepEqual(split(`kvwrite a "b c" 'd "e'`), ['kvwrite', 'a', 'b c', 'd "e']);
    assert.deepEqual(split('echo "" x"y z'), ['echo', '', 'xy z']);
    assert.deepEqual(split(''), []);
  });
});
