import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components/DebugConsole';
const guest = runGuest(
  {
    'app/line-editor.ts': readFileSync(`${folder}/line-editor.ts`, 'utf8'),
    'app/character-bytes.ts': readFileSync(`${folder}/character-bytes.ts`, 'utf8'),
    'app/character-columns.ts': readFileSync(`${folder}/character-columns.ts`, 'utf8'),
    'app/history-search.ts': readFileSync(`${folder}/history-search.ts`, 'utf8'),
    'app/words.ts': readFileSync(`${folder}/words.ts`, 'utf8'),
    'app/Main.ts': `
      import { Completer, LineEditor } from './line-editor';
      import { wordsOf } from './words';
      import { columnsOf } from './character-columns';
      export function columns(code: i32): i32 { return columnsOf(String.fromCodePoint(code)); }
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
      let lastRefusal = '';
      export function refusal(): string { return lastRefusal; }
      export function renew(): void { editor = new LineEditor('> ', new Names()); editor.begin(); lastLine = ''; }
      export function feed(byte: u32): bool {
        let isEnded = editor.feed(<u8>byte);
        if (isEnded) { lastLine = editor.takeLine(); lastRefusal = editor.takeRefusal(); editor.begin(); }
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

const refusal = (): string => guest.text(guest.call('refusal'));

function type(text: string | Uint8Array): Typed {
  guest.call('renew');
  const lines: string[] = [];
  let output = guest.text(guest.call('output'));
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (const byte of bytes) {
    if (guest.call('feed', byte) === 1) lines.push(guest.text(guest.call('line')));
    output += guest.text(guest.call('output'));
  }
  return { lines, ...terminal(output), output };
}

const clearScreen = '\x1b[2J\x1b[H';
const clearRow = '\x1b[K';

/** The second column of a wide character. */
const half = '\x1c';

/** What a terminal makes of it, as far as the editor uses one. */
function terminal(output: string): { screen: string[]; column: number } {
  let rows: string[][] = [[]];
  let column = 0;
  const pieces = output.replaceAll(clearScreen, '\x1b').replaceAll(clearRow, '\x18');
  for (const piece of pieces.split(/(?:)/u)) {
    const row = rows.at(-1) ?? [];
    if (piece === '\x1b') {
      rows = [[]];
      column = 0;
    } else if (piece === '\x18') row.length = Math.min(row.length, column);
    else if (piece === '\b') {
      assert.ok(column > 0, 'the cursor does not leave the screen');
      column -= 1;
    } else if (piece === '\r') column = 0;
    else if (piece === '\n') rows.push([]);
    else if (/\p{M}/u.test(piece)) {
      const joined = row[column - 1] === half ? column - 2 : column - 1;
      row[joined] = (row[joined] ?? ' ') + piece;
    } else if (piece !== '\x07') {
      const cells = /[\p{Script=Han}\p{Script=Hangul}😀]/u.test(piece) ? [piece, half] : [piece];
      // What is left of a wide character is blank.
      if (row[column] === half) row[column - 1] = ' ';
      if (row[column + cells.length] === half) row[column + cells.length] = ' ';
      for (const cell of cells) {
        while (row.length < column) row.push(' ');
        row[column] = cell;
        column += 1;
      }
    }
  }
  return { screen: rows.map((row) => row.join('').replaceAll(half, '').trimEnd()), column };
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
    const junk = type('a\x00\x1fb\r');
    assert.deepEqual(junk.lines, ['ab']);
    assert.equal(bells(junk), 2);
    assert.equal(refusal(), 'bad character encoding');
  });

  it('has one column for a character of several bytes, and erases it as one', () => {
    const { screen, lines } = type('aé€😀z\x02\x02\x7f\x1b[3~o\x01\x1b[Cü\r');
    assert.deepEqual(screen, ['> aüéoz', '>']);
    assert.deepEqual(lines, ['aüéoz']);
    assert.deepEqual(type('ä😀\rx\x1b[A\x1b[D\x1b[Db\x0c').screen, ['> bä😀']);
    assert.deepEqual(type(`${'😀'.repeat(129)}\r`).lines, ['😀'.repeat(128)]);
    assert.equal(refusal(), 'line too long: it may have 128 characters');
  });

  it('counts the columns of characters as terminals do', () => {
    const columns = (text: string): number[] =>
      Array.from(text, (each) => Number(guest.call('columns', each.codePointAt(0) ?? 0)));
    assert.deepEqual(columns('aé€ß'), [1, 1, 1, 1]);
    assert.deepEqual(columns('\u0301\u20dd\u200d\ufe0f'), [0, 0, 0, 0]);
    assert.deepEqual(columns('漢字かな한글，😀'), [2, 2, 2, 2, 2, 2, 2, 2]);
    assert.deepEqual(columns('\u02ff\u0370\u10ff\u303f\uffef\u{1f5a5}'), [1, 1, 1, 1, 1, 1]);
  });

  it('moves over what joins a character, and over a wide one, as over one', () => {
    const decomposed = 'e\u0301';
    const { screen, lines } = type(`a${decomposed}b\x02\x02x\r`);
    assert.deepEqual(screen, [`> ax${decomposed}b`, '>']);
    assert.deepEqual(lines, [`ax${decomposed}b`]);
    assert.equal(type(`${decomposed}漢字`).column, 2 + 1 + 4);
    assert.deepEqual(type(`a${decomposed}\x7fb\r`).lines, ['ab']);
    assert.deepEqual(type('漢字x\x02\x7fa\x02\x1b[3~\r').lines, ['漢x']);
    assert.deepEqual(type('one 漢字\x17e\u0301 \u0301\x17\r').lines, ['one ']);
    assert.deepEqual(type(`漢${decomposed}\rx\x1b[A\x01b\x0c`).screen, [`> b漢${decomposed}`]);
    assert.deepEqual(type(`a${'\u0301'.repeat(200)}\r`).lines, [`a${'\u0301'.repeat(127)}`]);
    assert.equal(bells(type('\u0301')), 1);
    type('\u0301a\r');
    assert.equal(refusal(), 'a line cannot begin with a character that joins another');
  });

  it('refuses a line with bytes that are no character', () => {
    const fine = [0x61, 0xc3, 0xa9];
    const wrong = [
      [0xff],
      [0x80],
      [0xc3],
      [0xc0, 0xaf],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0xc3, 0xa9],
    ];
    for (const bytes of wrong) {
      type(Uint8Array.from([...fine, ...bytes, 0x0d]));
      assert.equal(refusal(), 'bad character encoding', String(bytes));
    }
    assert.deepEqual(type(Uint8Array.from([...fine, 0x0d])).lines, ['aé']);
    assert.equal(refusal(), '');
    assert.equal(bells(type('\u0085')), 1, 'no character that controls a terminal is shown');
  });

  it('finds a line of the history again with Ctrl-R', () => {
    const history = 'start hello\rstart spin\rstop spin\r';
    const typed = (keys: string): Typed => type(`${history}${keys}`);
    assert.equal(typed('no\x12art').screen.at(-1), 'search `art`: start spin');
    assert.equal(typed('\x12art').screen.at(-1), 'search `art`: start spin');
    assert.equal(typed('\x12st\x12\x12').screen.at(-1), 'search `st`: start hello');
    assert.equal(typed('\x12art\x7f\x7f').screen.at(-1), 'search `a`: start spin');
    assert.deepEqual(typed('\x12art\x12\r').lines.at(-1), 'start hello');
    assert.deepEqual(typed('\x12hel\x01x\r').lines.at(-1), 'xstart hello');
    const none = typed('abc\x12q');
    assert.equal(none.screen.at(-1), 'no search `q`:');
    assert.equal(bells(none), 1);
    assert.deepEqual(typed('abc\x12q\rd\r').lines.slice(-2), ['abc', 'd']);
    assert.deepEqual(typed('abc\x12spin\x07d\r').lines.at(-1), 'abcd');
    assert.deepEqual(typed('\x12spin\x03\r').lines.slice(-2), ['', '']);
    assert.deepEqual(type('ä😀b\rx\r\x12😀\r').lines, ['ä😀b', 'x', 'ä😀b']);
  });

  it('runs each line of a text that is pasted', () => {
    const { lines, screen } = type('echo one\r\necho two\necho three');
    assert.deepEqual(lines, ['echo one', 'echo two']);
    assert.deepEqual(screen, ['> echo one', '> echo two', '> echo three']);
  });

  it('shows the line as it is, with the cursor in its place, whatever was typed', () => {
    const key = fc.oneof(
      fc.constantFrom(...Array.from('abc  é😀漢'), 'e\u0301'),
      fc.constantFrom(...Array.from('\x01\x02\x04\x05\x06\x08\x0b\x0c\x0e\x10\x15\x17\x7f\t\x12')),
      fc.constantFrom('\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[1;5C', '\x1bx', '\r', 'st'),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        // A search ends with a key that does nothing.
        const typed = `${keys.join('')}\x1bx`;
        const { screen, column } = type(typed);
        // Another key tells where the cursor is, and the end of the line tells what it holds.
        const { lines } = type(`${typed}!\r`);
        const shown: string[] = (screen.at(-1) ?? '').slice(2).match(/.\p{M}*/gu) ?? [];
        let place = 0;
        for (let columns = column - 2; columns > 0; place += 1) {
          if (place === shown.length) shown.push(' ');
          columns -= /[😀漢]/u.test(shown[place] ?? '') ? 2 : 1;
        }
        const expected = [...shown.slice(0, place), '!', ...shown.slice(place)].join('');
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
