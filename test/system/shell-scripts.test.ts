/** Scripts of the shell out of the archive that the build makes: the whole system on board nexus, with files of a test. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { withTexts } from '../support/files-on-disk.js';
import { nexusConsole, type NexusConsole } from '../support/nexus-console.js';
import { keptBuilds } from '../support/kept-builds.js';

const folder = 'runtime/system/platforms/nexus';
const nested = (depth: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: depth }, (_, at) => [
      `deep${String(at)}.repl`,
      `source deep${String(at + 1)}.repl\necho left ${String(at)}\n`,
    ]),
  );
const scripts: Readonly<Record<string, string>> = {
  'autostart.repl': 'echo one\ndance\nsource inner.repl\necho four\n',
  'inner.repl': 'echo two\r\nstart nobody\necho three',
  'missing.repl': 'source -q nowhere.repl\nsource nowhere.repl\necho after it\n',
  'long.repl': `echo ${'x'.repeat(123)}\necho ${'y'.repeat(124)}\necho ${'z'.repeat(5000)}\necho short\n`,
  'large.repl': 'echo it is large\n'.repeat(600),
  'empty.repl': '',
  'wait.repl': 'echo before\nsource wait-inner.repl\necho never\n',
  'wait-inner.repl': 'sleep 3600000\necho not this\n',
  ...nested(9),
};

let built: Built;
let console: NexusConsole;
let started = '';

/** What is printed, without the lines of the script themselves, which the console leaves out. */
const printed = (line: string): string[] =>
  console
    .type(line)
    .split('\n')
    .filter((each) => each !== '');

describe('scripts of the shell', () => {
  before(() => {
    const settings = {
      program: 'system.camkes',
      board: 'nexus',
      dialect: 'sparrow',
      importPaths: ['../../interfaces', '../../components'],
      optimization: 'release',
      builtins: ['../../apps/hello', ...Object.keys(scripts)],
    };
    const texts = {
      [`${folder}/cantrip.json`]: JSON.stringify(settings),
      ...Object.fromEntries(
        Object.entries(scripts).map(([name, text]) => [`${folder}/${name}`, text]),
      ),
    };
    built = build(folder, withTexts(texts), {
      boards: [nexusBoard()],
      guestCompiler,
      cache: keptBuilds,
    });
    assert.deepEqual(
      built.diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])),
      [],
    );
    console = nexusConsole(built, undefined, (text) => (started += text));
    started += console.wait(10_000_000);
  });

  it('start with autostart.repl, which goes on behind an error, and with scripts within it', () => {
    const lines = started.split('\n');
    assert.deepEqual(lines.slice(lines.indexOf('CANTRIP> echo one')), [
      'CANTRIP> echo one',
      'one',
      'CANTRIP> dance',
      'unknown command: dance',
      'CANTRIP> source inner.repl',
      'CANTRIP> echo two',
      'two',
      'CANTRIP> start nobody',
      'start failed: BundleNotFound',
      'CANTRIP> echo three',
      'three',
      'CANTRIP> EOF',
      'CANTRIP> echo four',
      'four',
      'CANTRIP> EOF',
      'CANTRIP> ',
    ]);
  });

  it('say that a file is missing, unless they are asked not to', () => {
    assert.deepEqual(printed('source missing.repl'), [
      'source nowhere.repl failed: BundleNotFound',
      'after it',
    ]);
    assert.deepEqual(printed('source -q nowhere.repl'), []);
    assert.deepEqual(printed('source -q'), ['invalid arguments: source']);
    assert.deepEqual(printed('source empty.repl'), []);
  });

  it('refuse a line that is longer than one that can be typed, and a file that is too large', () => {
    assert.deepEqual(printed('source long.repl'), [
      'x'.repeat(123),
      'line too long: it may have 128 characters',
      'line too long: it may have 128 characters',
      'short',
    ]);
    assert.deepEqual(printed('source large.repl'), [
      'source large.repl failed: it has more than 8192 bytes',
    ]);
  });

  it('are eight within each other and no more, and each goes on behind those that it has', () => {
    assert.deepEqual(printed('source deep0.repl'), [
      'source deep8.repl failed: too many scripts within scripts',
      ...Array.from({ length: 8 }, (_, at) => `left ${String(7 - at)}`),
    ]);
  });

  it('are all given up at Ctrl-C, also while they sleep', () => {
    const { platform } = console;
    const inUse = (): string => console.type('mstats').split(' free')[0] ?? '';
    const before = inUse();
    platform.machine.receive(new TextEncoder().encode('source wait.repl\r'));
    assert.match(console.wait(5_000_000), /^before\n(?:.*\n)*CANTRIP> sleep 3600000\n$/m);
    platform.machine.receive(new TextEncoder().encode('echo forgotten\r\x03'));
    assert.match(console.wait(5_000_000), /^\^C\nCANTRIP> $/);
    assert.deepEqual(printed('echo still here'), ['still here']);
    assert.equal(inUse(), before);
  });
});
