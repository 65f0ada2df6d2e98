/** CantripOS on board nexus as somebody sees it who types at its prompt. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { createZmodemSender } from '../../runtime/terminal/zmodem-sender.js';
import { applicationOf, put } from '../support/cantripos-system.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { nexusConsole } from '../support/nexus-console.js';
import { walk } from '../support/nexus-stress.js';

const folder = 'runtime/system/platforms/nexus';
/** More than a boot takes. An application may run on meanwhile. */
const mostInstructions = 8_000_000;

let built: Built;
let platform: Platform;
let text = '';

/** What is printed from here on until the prompt comes back. */
function typed(line: string): string {
  text = '';
  platform.machine.receive(new TextEncoder().encode(line));
  // A run may end early, as when nothing can happen any more; what was typed may be longer than the FIFO.
  for (let turn = 0; turn < 3; turn += 1) platform.run(mostInstructions);
  return text.replaceAll('\r', '');
}

/** What is printed until the prompt comes back, or something is waited for. */
function said(line: string): string {
  text = '';
  platform.machine.receive(new TextEncoder().encode(line));
  for (let turn = 0; turn < 200 && !text.endsWith('CANTRIP> ') && !text.endsWith('\x11'); turn += 1)
    platform.run(100_000);
  return text.replaceAll('\r', '');
}

/** What is printed until the prompt comes back, where a file is sent behind the line. */
function uploaded(line: string, file: Uint8Array, damage = (bytes: Uint8Array) => bytes): string {
  said(line);
  const sender = createZmodemSender('file.app', file);
  let all = text;
  let heard = text;
  for (let turn = 0; turn < 200 && !/^CANTRIP> /m.test(all); turn += 1) {
    text = '';
    platform.machine.receive(damage(sender.receive(Buffer.from(heard, 'latin1'))));
    for (let run = 0; run < 400 && text === ''; run += 1) platform.run(100_000);
    heard = text;
    all += text;
  }
  return all.replaceAll('\r', '');
}

const memoryInUse = (): string | undefined => /\d+ bytes in-use/.exec(said('mstats\r'))?.[0];

describe('CantripOS on board nexus', () => {
  before(() => {
    built = build(folder, filesOnDisk, { boards: [nexusBoard()], guestCompiler });
    const wrong = built.diagnostics.filter(({ severity }) => severity !== 'information');
    assert.deepEqual(
      wrong.map(({ file, message }) => `${file}: ${message}`),
      [],
    );
    assert.ok(built.image !== undefined);
    const made = createPlatform(built.image, { ...built.settings, programs: built.programs ?? [] });
    assert.ok(made.ok);
    platform = made.value;
    platform.onConsole((byte) => (text += String.fromCharCode(byte)));
  });

  it('boots to its prompt, with two mebibytes free', () => {
    assert.match(typed(''), /CANTRIP> $/);
    const free = /(\d+) bytes free/.exec(typed('mstats\r'))?.[1];
    assert.ok(Number(free) >= 2 * 1024 * 1024, free);
  });

  it('lists its commands, and says so of what it does not know', () => {
    assert.match(typed('help\r'), /^start$/m);
    assert.match(typed('dance\r'), /^unknown command: dance$/m);
    assert.match(typed('start\r'), /^invalid arguments: start$/m);
  });

  it('starts an application and stops it, and memory is as before', () => {
    const earlier = typed('mstats\r');
    assert.match(typed('start hello\r'), /Bundle "hello" started\.[^]*I am a C app!/);
    assert.match(typed('bundles\r'), /^hello$/m);
    assert.match(typed('stop hello\r'), /Bundle "hello" stopped\./);
    const inUse = (from: string): string | undefined => /\d+ bytes in-use/.exec(from)?.[0];
    assert.equal(inUse(typed('mstats\r')), inUse(earlier));
  });

  it('tells of an application that faults, and goes on', () => {
    assert.match(typed('start suicide\r'), /\[suicide\]::virtual-memory fault/);
    assert.match(typed('echo still here\r'), /^still here$/m);
  });

  it('is not disturbed by junk, nor by a line without an end', () => {
    typed('\x00\xff\x1b[999\x07\r');
    typed(`${'x'.repeat(500)}\r`);
    typed(`${'x'.repeat(100)}${'\f'.repeat(50)}\r${'\t'.repeat(50)}\r`);
    assert.match(typed('echo still here\r'), /^still here$/m);
  });

  it('is as it was after a thousand random steps with all of its applications', () => {
    const names =
      'hello fibonacci timer keyval logtest panic suicide sensor babble flood grab hoard peek spin';
    const seed = Number(process.env['CANTRIP_STRESS_SEED'] ?? 1);
    const bundles = new Map(
      // The second is in the place of a built-in one while it is installed.
      ['spare', 'hello'].map((name) => [name, applicationOf(name, '1: j 1b', 'budget = 1000')]),
    );
    const done = walk(nexusConsole(built), { seed, steps: 1000, names: names.split(' '), bundles });
    const packages = ['install', 'update', 'uninstall'];
    for (const command of ['start', 'stop', 'suspend', 'resume', 'restart', ...packages])
      assert.ok((done.get(command) ?? 0) > 10, command);
  });

  it('tells of its threads, applications, memory and capabilities', () => {
    typed('start suicide\r');
    said('start hello\r');
    assert.match(typed('threads\r'), /debug_console_debug_console_0_control\S* +running/);
    const ps = typed('ps\r');
    assert.match(ps, /^Threads: /m);
    assert.match(ps, /^NAME +STATE +PRIO +BUDGET\/PERIOD +MEMORY RESTARTS LAST END$/m);
    assert.match(ps, /^suicide +Faulted .* memory fault/m);
    assert.match(ps, /^hello +Running /m);
    const mem = typed('mem\r');
    assert.match(mem, /^NAME +BYTES +LIMIT\n(?:\w+ +\d+ +\d+\n)+\(console\) +\d+ +-\n/m);
    assert.match(mem, /^\(free\) +\d+ +-\n\(system\) +\d+ +-\nCANTRIP> $/m);
    assert.match(said('capscan console\r'), /^\d+ page table, .*\d+ slots are free$/m);
    const caps = typed('caps\r');
    for (const service of ['ASID pool', 'untyped', 'console: '])
      assert.ok(caps.includes(service), caps);
    assert.match(typed('caps hello\r'), /^hello: slot 1 endpoint|hello: .*endpoint/m);
    assert.match(typed('caps nobody\r'), /^capscan failed: \d+$/m);
    said('stop hello\r');
  });

  it('tells how much of the processor each application has', () => {
    const before = memoryInUse();
    const shares = (): Map<string, number> => {
      said('top\r');
      for (let turn = 0; turn < 4000 && !/^\(all else\).*\n/m.test(text); turn += 1)
        platform.run(100_000);
      const rows = text.matchAll(/^(\S.*?) +(\d+\.\d)(?: +\d+ +\d+)?\r$/gm);
      return new Map([...rows].map(([, name = '', share]) => [name, Number(share)]));
    };
    uploaded('install -z\r', applicationOf('third', '1: j 1b', 'budget = 3000\nperiod = 10000'));
    said('start third\r');
    const alone = shares().get('third') ?? 0;
    for (const name of ['hello', 'spin']) said(`start ${name}\r`);
    const together = shares();
    said('stop spin\r');
    for (const name of ['hello', 'third']) said(`stop ${name}\r`);
    said('uninstall third\r');
    assert.ok(alone > 29 && alone < 31, String(alone));
    // Who is at the front of the queue runs for as long as its own budget says.
    assert.deepEqual([...together.keys()], ['spin', 'third', 'hello', '(all else)']);
    const [spin = 0, third = 0, hello = 0] = [...together.values()];
    assert.ok(spin > 50 && third > 15 && third < 31 && hello < 5, String([...together.values()]));
    assert.match(typed('top 3600\r'), /^top 3600\n$/);
    assert.match(typed('\x03'), /^\^C\nCANTRIP> $/);
    assert.match(said('top 0\r'), /^invalid arguments: top$/m);
    assert.match(said('help top\r'), /^top \[seconds\]\n {2}tells how much of the processor/m);
    assert.equal(memoryInUse(), before);
  });

  it('runs a script that starts each of its applications, and memory is as before', () => {
    const console = nexusConsole(built);
    const inUse = (): string => console.type('mstats').split(' free')[0] ?? '';
    const before = inUse();
    const lines = console.type('source builtins.repl').split('\n');
    const started = lines.flatMap((line) => /^Bundle "(\w+)" started\.$/.exec(line)?.[1] ?? []);
    const apps = console.type('packages').match(/\w+(?=\.app)/g);
    assert.deepEqual(started.sort(), apps?.sort());
    assert.equal(lines.filter((line) => line.startsWith('unknown command')).length, 0);
    assert.equal(console.type('bundles'), '');
    assert.equal(inUse(), before);
  });

  describe('takes files by ZMODEM', () => {
    const extra = (mark: string): Uint8Array =>
      applicationOf('extra', `${put(mark)}1: j 1b`, 'budget = 1000');

    it('installs a bundle, starts it, puts another in its place while others run, and removes it', () => {
      const before = memoryInUse();
      const file = extra('1');
      const console = uploaded('install -z\r', file);
      assert.match(console, /^Starting zmodem upload\.\.\.$/m);
      assert.match(
        console,
        new RegExp(`^Received ${String(file.length)} bytes of data, crc32 [0-9a-f]{8}$`, 'm'),
      );
      assert.match(console, /^Bundle "extra" installed$/m);
      said('start hello\r');
      assert.match(typed('start extra\r'), /Bundle "extra" started[^]*1/);
      assert.match(uploaded('install -z\r', file), /^Bundle install failed: BundleFound$/m);
      assert.match(
        uploaded('update hello\r', extra('2')),
        /^Bundle update failed: BundleIdInvalid$/m,
      );
      const updated = uploaded('update extra\r', extra('2')) + typed('');
      assert.match(updated, /^Bundle "extra" updated\nCANTRIP> [^]*2/m);
      assert.match(said('bundles\r'), /^hello\nextra$/m);
      for (const line of ['stop hello', 'stop extra', 'uninstall extra']) said(`${line}\r`);
      assert.doesNotMatch(said('packages\r'), /extra/);
      assert.equal(memoryInUse(), before);
    });

    it('tells what a file is', () => {
      const before = memoryInUse();
      assert.match(uploaded('rz\r', Buffer.from('123456789')), /^size: 9, crc32: cbf43926$/m);
      assert.match(uploaded('rz\r', new Uint8Array(10_000)), /^size: 10000, crc32: /m);
      assert.match(uploaded('rz\r', new Uint8Array(0)), /^size: 0, crc32: 00000000$/m);
      assert.equal(memoryInUse(), before);
    });

    it('says what is wrong with one, and keeps nothing of it', () => {
      const before = memoryInUse();
      const whole = extra('1');
      const failed = (file: Uint8Array, damage?: (bytes: Uint8Array) => Uint8Array): string =>
        /^(?:upload|Bundle install) failed: .*$/m.exec(
          uploaded('install -z\r', file, damage),
        )?.[0] ?? '';
      assert.equal(failed(whole.with(70, 0)), 'Bundle install failed: BundleDataInvalid');
      assert.equal(failed(whole.subarray(0, -20)), 'Bundle install failed: BundleDataInvalid');
      assert.equal(failed(new Uint8Array(0)), 'Bundle install failed: PackageBufferLenInvalid');
      assert.equal(
        failed(new Uint8Array(2 * 1024 * 1024 + 1)),
        'upload failed: it is larger than 2097152',
      );
      let sent = 0;
      const broken = (bytes: Uint8Array): Uint8Array =>
        bytes.map((byte, at) => (sent++ > 100 && at % 90 === 89 ? byte ^ 1 : byte));
      assert.equal(failed(new Uint8Array(5000), broken), 'upload failed: too much of it was wrong');
      assert.equal(
        failed(whole, () => Buffer.from('\x03')),
        'upload failed: it was cancelled',
      );
      assert.equal(
        failed(whole, () => new Uint8Array(0)),
        'upload failed: nothing came for a minute',
      );
      assert.match(said('install x\r'), /^install only supports zmodem uploads$/m);
      assert.match(said('install\r'), /^invalid arguments: install$/m);
      assert.match(said('echo still here\r'), /^still here$/m);
      assert.equal(memoryInUse(), before);
    });
  });
});
