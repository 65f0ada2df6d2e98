/** What the shell is made of, without a line: numbers, scripts, what is shown of a message, and the lines of a shell. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components/DebugConsole';
const names = [
  'character-bytes',
  'character-columns',
  'command',
  'command-names',
  'commands/basic',
  'commands/timer',
  'decimal',
  'history-search',
  'key-queue',
  'line-editor',
  'logger',
  'output',
  'script',
  'shell',
  'words',
];
const guest = runGuest(
  {
    ...Object.fromEntries(
      names.map((name) => [
        `components/DebugConsole/${name}.ts`,
        readFileSync(`${folder}/${name}.ts`, 'utf8'),
      ]),
    ),
    'interfaces/logger.ts': 'export enum LogLevel { Off, Error, Warn, Info, Debug, Trace }',
    'app/Main.ts': `
      import { basicCommands } from '../components/DebugConsole/commands/basic';
      import { timerCommands } from '../components/DebugConsole/commands/timer';
      import { CommandNames, NameSource } from '../components/DebugConsole/command-names';
      import { KEYS_LOST, KeyQueue } from '../components/DebugConsole/key-queue';
      import { Logger, sizeOfCharacter } from '../components/DebugConsole/logger';
      import { Command, CommandError, Session } from '../components/DebugConsole/command';
      import { Output } from '../components/DebugConsole/output';
      import { Script } from '../components/DebugConsole/script';
      import { Shell } from '../components/DebugConsole/shell';
      class Kept extends Output {
        text: string = '';
        send(text: string): void { this.text += text; }
      }
      let kept = new Kept();
      let shell = new Shell(basicCommands.concat(timerCommands), kept, new Logger());
      let typed = '';
      export function clear(): void { typed = ''; kept.text = ''; }
      export function key(code: u32): void { typed += String.fromCharCode(code); }
      export function run(): string { shell.run(typed); return kept.text; }
      let bytes = new Uint8Array(8);
      export function set(at: u32, byte: u32): void { bytes[at] = <u8>byte; }
      export function size(end: i32): i32 { return sizeOfCharacter(bytes, 0, end); }
      export function pause(): u32 {
        let activity = shell.activity!;
        shell.activity = null;
        return activity.patience;
      }
      export function interrupted(): string { shell.interrupt(); return kept.text + (shell.hasScript ? 'goes on' : ''); }
      let keys = new KeyQueue();
      export function keep(code: u32): u32 { return keys.push(<u8>code); }
      export function gap(): u32 { return keys.takeGap(); }
      export function lost(): string { return KEYS_LOST; }
      export function isInterrupted(): u32 { return keys.takeInterrupt(); }
      export function nextKey(): i32 { return keys.isEmpty ? -1 : <i32>keys.shift(); }
      export function script(): string {
        let bytes = new Uint8Array(typed.length + 100);
        for (let at = 0; at < typed.length; at++) bytes[at] = <u8>typed.charCodeAt(at);
        if (!shell.push(new Script(bytes))) return 'too deep';
        while (shell.hasScript) shell.runNextOfScript();
        return kept.text;
      }
      export function deep(): i32 {
        let count = 0;
        while (shell.push(new Script(new Uint8Array(0)))) count++;
        while (shell.hasScript) shell.runNextOfScript();
        return count;
      }
      class Packages extends NameSource {
        packages(_start: string): string[] {
          return ['hello.app', 'help.app', 'spin.app', 'autostart.repl', 'models.repl', 'model.bin'];
        }
      }
      function nothing(words: string[], session: Session): CommandError { return CommandError.None; }
      let completed = basicCommands.concat([
        new Command('start', '<bundle>', '', 1, 1, nothing),
        new Command('kvread', '<bundle> <key>', '', 2, 2, nothing),
        new Command('capscan', '[name]', '', 0, 1, nothing),
        new Command('caps', '[name]', '', 0, 1, nothing),
        new Command('source', '[-q] <file>', '', 1, 2, nothing),
      ]);
      let completer = new CommandNames(completed, new Packages());
      export function candidates(): string {
        completer.prepare(typed);
        let start = typed.lastIndexOf(' ') + 1;
        return completer.candidates(typed.slice(0, start), typed.slice(start)).join(' ');
      }
    `,
  },
  { arenaBytes: 0x40_0000 },
);

function asked(name: string, text: string): string {
  guest.call('clear');
  for (let at = 0; at < text.length; at++) guest.call('key', text.charCodeAt(at));
  return guest.text(guest.call(name)).replaceAll('\r\n', '\n');
}
const ran = (line: string): string => asked('run', line);

describe('the shell', () => {
  it('says what it does not know, and what a command was not given', () => {
    assert.equal(ran('  '), '\n');
    assert.equal(ran('x y'), 'unknown command: x\n');
    assert.equal(ran('add 1'), 'invalid arguments: add\n');
    assert.equal(ran('add 1 2 3'), 'invalid arguments: add\n');
    assert.equal(ran('help nothing'), 'unknown command: nothing\n');
    assert.equal(ran('help add'), 'add <x> <y>\n  prints the sum of two decimal numbers\n');
    assert.equal(ran('clear'), '\x1bc');
  });

  it('completes names of commands, and of what a command is given', () => {
    assert.equal(asked('candidates', 'e'), 'echo');
    assert.equal(asked('candidates', 'help ec'), 'echo');
    assert.equal(asked('candidates', 'echo s'), '');
    const services = 'console memory process mlcoord sdk security timer';
    assert.equal(asked('candidates', 'capscan '), `${services} hello help spin`);
    assert.equal(asked('candidates', 'capscan m'), 'memory mlcoord');
    assert.equal(asked('candidates', 'capscan x'), '');
    assert.equal(asked('candidates', 'capscan he'), 'hello help');
    assert.equal(asked('candidates', 'capscan hello s'), '');
    assert.equal(asked('candidates', 'caps '), `${services} hello help spin`);
    assert.equal(asked('candidates', 'caps s'), 'sdk security spin');
    assert.equal(asked('candidates', 'caps sdk s'), '');
    assert.equal(asked('candidates', 'start '), 'hello help spin');
    assert.equal(asked('candidates', 'start he'), 'hello help');
    assert.equal(asked('candidates', 'start hello s'), '');
    assert.equal(asked('candidates', 'kvread s'), 'spin');
    assert.equal(asked('candidates', 'kvread spin s'), '');
    assert.equal(asked('candidates', 'source '), 'autostart.repl models.repl');
    assert.equal(asked('candidates', 'source m'), 'models.repl');
    assert.equal(asked('candidates', 'source -q a'), 'autostart.repl');
    assert.equal(asked('candidates', 'source -'), '');
    assert.equal(asked('candidates', 'nothing s'), '');
  });

  it('waits for as long as sleep says', () => {
    for (const [line, milliseconds] of [
      ['sleep 4294967295', 4294967295],
      ['sleep 20', 20],
    ] as const) {
      assert.equal(ran(line), '');
      assert.equal(Number(guest.call('pause')) >>> 0, milliseconds);
    }
    for (const line of ['sleep 4294967296', 'sleep -1', 'sleep 1x', 'sleep ""'])
      assert.equal(ran(line), 'invalid arguments: sleep\n');
  });

  it('gives scripts and what goes on up at Ctrl-C, and forgets what was typed before it', () => {
    assert.equal(asked('interrupted', ''), '^C\n');
    const keep = (text: string): void => {
      for (const key of text) guest.call('keep', key.charCodeAt(0));
    };
    keep('ab');
    assert.equal(guest.call('isInterrupted'), 0);
    keep('\x03c');
    assert.equal(guest.call('isInterrupted'), 1);
    assert.equal(guest.call('nextKey'), -1);
    keep('x'.repeat(600));
    assert.equal(guest.call('isInterrupted'), 0);
    keep('\x03');
    assert.equal(guest.call('isInterrupted'), 1);
    keep('de');
    assert.equal(guest.call('nextKey'), 0x64);
    assert.equal(guest.call('nextKey'), 0x65);
    assert.equal(guest.call('nextKey'), -1);
  });

  it('keeps as many keys as it has room for, and none behind a gap', () => {
    const keep = (key: number): unknown => guest.call('keep', key);
    const next = (): unknown => guest.call('nextKey');
    for (let at = 0; at < 512; at++) assert.equal(keep(0x61), 0);
    assert.equal(keep(0x62), 1);
    assert.equal(keep(0x62), 0, 'the loss is told once');
    assert.equal(next(), 0x61);
    assert.equal(keep(0x62), 0);
    assert.equal(guest.call('gap'), 0);
    for (let at = 1; at < 512; at++) assert.equal(next(), 0x61);
    assert.equal(next(), -1, 'what came behind the gap is lost too');
    assert.equal(guest.call('gap'), 1);
    assert.equal(guest.call('gap'), 0);
    keep(0x63);
    assert.equal(next(), 0x63);
    assert.match(guest.text(guest.call('lost')), /^keys were lost: no more than 512 wait/);
  });

  it('sets the level of what is logged', () => {
    for (const level of ['off', 'error', 'warn', 'debug', 'trace', 'info'])
      assert.equal(ran(`loglevel ${level}`), `${level.toUpperCase()}\n`);
    assert.equal(ran('loglevel x'), 'Unknown log level x\nINFO\n');
    assert.equal(ran('loglevel'), 'INFO\n');
  });

  it('runs the lines of a script up to its end, and only so many within each other', () => {
    assert.equal(
      asked('script', 'echo 1\r\n\nx\ty\necho last'),
      'CANTRIP> echo 1\n1\nCANTRIP> \n\nCANTRIP> x y\nunknown command: x\n' +
        'CANTRIP> echo last\nlast\nCANTRIP> EOF\n',
    );
    assert.equal(
      asked('script', `echo ${'y'.repeat(200)}\n`).split('\n')[1],
      'line too long: it may have 128 characters',
    );
    assert.equal(guest.call('deep'), 8);
  });

  it('lets the characters of a script through, and shows what is none', () => {
    const latin = (text: string): string => Buffer.from(text).toString('latin1');
    assert.equal(asked('script', latin('echo 漢é e\u0301 😀')).split('\n')[1], '漢é e\u0301 😀');
    assert.equal(asked('script', 'echo \xe4b \xff\xed\xa0\x80 \x1b.').split('\n')[1], '?b ???? ?.');
    const most = 128 - 'echo '.length;
    assert.equal(
      asked('script', latin(`echo ${'漢'.repeat(most)}`)).split('\n')[1],
      '漢'.repeat(most),
    );
    assert.match(asked('script', latin(`echo ${'漢'.repeat(most + 1)}`)), /\nline too long/);
  });

  it('adds decimal numbers exactly', () => {
    assert.equal(ran('add 0.1 0.2'), '0.3\n');
    assert.equal(ran('add -1.5 1'), '-0.5\n');
    assert.equal(ran('add +1. .25'), '1.25\n');
    for (const wrong of ['.', '', '1e3', '1.2.3', '--1', '1234567890', '0.1234567891', '-'])
      assert.equal(ran(`add "${wrong}" 1`), 'invalid arguments: add\n');
    const part = fc.integer({ min: -999_999, max: 999_999 });
    fc.assert(
      fc.property(part, part, (left, right) => {
        const text = (value: number): string => (value / 1000).toFixed(3);
        assert.equal(Number(ran(`add ${text(left)} ${text(right)}`)), (left + right) / 1000);
      }),
    );
  });

  it('shows characters, and nothing that moves the cursor', () => {
    const sizeOf = (bytes: ArrayLike<number>): unknown => {
      for (let at = 0; at < bytes.length; at++) guest.call('set', at, bytes[at] ?? 0);
      return guest.call('size', bytes.length);
    };
    fc.assert(
      fc.property(fc.integer({ min: 0xa0, max: 0x10_ffff }), (point) => {
        fc.pre(point < 0xd800 || point > 0xdfff);
        const bytes = new TextEncoder().encode(String.fromCodePoint(point));
        assert.equal(sizeOf(bytes), bytes.length);
        assert.equal(sizeOf(bytes.subarray(0, -1)), 0);
      }),
    );
    for (let point = 0; point < 0xa0; point++) {
      const isShown = point >= 0x20 && point < 0x7f;
      assert.equal(sizeOf(new TextEncoder().encode(String.fromCodePoint(point))), isShown ? 1 : 0);
    }
    for (const bad of [
      [0x80],
      [0xff],
      [0xc1, 0x81],
      [0xe0, 0x80, 0x9b],
      [0xf0, 0x80, 0x80, 0x9b],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ])
      assert.equal(sizeOf(bad), 0);
  });
});
