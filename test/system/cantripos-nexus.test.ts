/** CantripOS on board nexus as somebody sees it who types at its prompt. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { viewCSpaces, viewSlots } from '../../runtime/inspect/capabilities.js';
import { watchFaults } from '../../runtime/inspect/fault-reports.js';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { programBesideBundle } from '../../runtime/toolchain/application/bundle-program.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { createBundleUpload } from '../../runtime/terminal/bundle-upload.js';
import { connectUpload } from '../../runtime/terminal/upload-line.js';
import { createZmodemSender } from '../../runtime/terminal/zmodem-sender.js';
import { applicationOf, put } from '../support/cantripos-system.js';
import { buildTexts, filesOf } from '../support/component-system.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { nexusConsole } from '../support/nexus-console.js';
import { walk } from '../support/nexus-stress.js';
import { firstSeed } from '../support/first-seed.js';
import { keptBuilds } from '../support/kept-builds.js';

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

/** What the slots of a CSpace hold now, by number, in the words of the kernel's console. */
function liveSlots(thread: RegExp): readonly string[] {
  const cspace = viewCSpaces(platform).find(({ label }) => thread.test(label));
  assert.ok(cspace !== undefined, String(thread));
  return viewSlots(platform, cspace.cnode).slots.map(
    ({ index, capability: { type } }) =>
      `|- ${index.toString(16).padStart(3, '0')}. ${kernelNames[type] ?? type}`,
  );
}

const kernelNames: Readonly<Record<string, string>> = {
  ASIDPool: 'cap_asid_pool_cap',
  CNode: 'cap_cnode_cap',
  Domain: 'cap_domain_cap',
  Endpoint: 'cap_endpoint_cap',
  Frame: 'cap_frame_cap',
  IRQHandler: 'cap_irq_handler_cap',
  Notification: 'cap_notification_cap',
  PageTable: 'cap_page_table_cap',
  Reply: 'cap_reply_cap',
  SchedContext: 'cap_sched_context_cap',
  SchedControl: 'cap_sched_control_cap',
  TCB: 'cap_thread_cap',
  Untyped: 'cap_untyped_cap',
};

const memoryInUse = (): string | undefined => /\d+ bytes in-use/.exec(said('mstats\r'))?.[0];

describe('CantripOS on board nexus', () => {
  before(() => {
    built = build(folder, filesOnDisk, {
      boards: [nexusBoard()],
      guestCompiler,
      cache: keptBuilds,
    });
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
    const seed = firstSeed(1);
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
    const threads = typed('threads\r');
    assert.match(threads, /^ +debug_console_debug_console_0_control\S* +running +0x\w+ 254 +\d+$/m);
    assert.match(threads, /^ +memory_manager_memory_manager_memory_0000_tcb .* 254 +[1-9]\d*$/m);
    const ps = typed('ps\r');
    assert.match(ps, /^Threads: /m);
    assert.match(ps, /^NAME +STATE +PRIO +BUDGET\/PERIOD +MEMORY RESTARTS LAST END$/m);
    assert.match(ps, /^suicide +Faulted .* memory fault/m);
    assert.match(ps, /^hello +Running /m);
    const mem = typed('mem\r');
    assert.match(mem, /^NAME +BYTES +LIMIT\n(?:\w+ +\d+ +\d+\n)+\(console\) +\d+ +-\n/m);
    assert.match(mem, /^\(free\) +\d+ +-\n\(system\) +(?:\d+ +-\n.*){3}$/m);
    // As the build has measured them; the arena is that of the moment.
    const rows = [...mem.matchAll(/^(\w+)((?: +\d+){7})$/gm)].map(([, name = '', numbers = '']) => {
      const [text, data, stacks, arena = 0, used = 0, peak = 0, all] = numbers
        .trim()
        .split(/ +/)
        .map(Number);
      assert.ok(used > 0 && used <= peak && peak <= arena, name);
      return { name, text, data, stacks, arena, all };
    });
    const footprints = (built.footprints ?? []).map(
      ({ name, textBytes, dataBytes, zeroBytes, stackBytes, arenaBytes }) => ({
        name,
        text: textBytes,
        data: dataBytes + zeroBytes,
        stacks: stackBytes,
        arena: arenaBytes,
        all: textBytes + dataBytes + zeroBytes + stackBytes + arenaBytes,
      }),
    );
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    assert.deepEqual(rows.sort(byName), footprints.sort(byName));
    const [system = 0, components = 0, rest] = [
      '\\(system\\)',
      '  components',
      '  objects, pages',
    ].map((name) => Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(mem)?.[1]));
    assert.equal(
      components,
      footprints.reduce((total, { all }) => total + all, 0),
    );
    assert.equal(rest, system - components);
    const caps = typed('caps\r');
    const told = [...caps.matchAll(/^(\w+): .* slots are free; arena: \d+ of \d+ bytes/gm)];
    const names = (built.footprints ?? []).map(({ name }) => name);
    assert.deepEqual(told.map(([, name = '']) => name).sort(), names.sort());
    assert.match(caps, /^process_manager: .*1 ASID pool/m);
    assert.match(said('caps timer\r'), /^timer_service: 1 frame, 1 page table, 5 endpoint/m);
    assert.match(said('caps hello\r'), /^\|- 001\. cap_endpoint_cap$/m);
    assert.match(said('caps nobody\r'), /^nobody: BundleNotFound$/m);
    said('stop hello\r');
  });

  it('lists what services and applications have in their slots', () => {
    said('start hello\r');
    typed('');
    const threads = {
      console: /debug_console_0_control/,
      memory: /memory_manager_0_control/,
      process: /process_manager_0_control/,
      mlcoord: /ml_coordinator_0_control/,
      sdk: /sdk_runtime_0_control/,
      security: /security_coordinator_0_control/,
      timer: /timer_service_0_control/,
      hello: /^hello$/,
    };
    for (const [target, thread] of Object.entries(threads)) {
      const told = said(`capscan ${target}\r`)
        .split('\n')
        .filter((line) => line.startsWith('|- '));
      assert.deepEqual(told, liveSlots(thread), target);
      assert.ok(told.length > 1, target);
    }
    assert.match(said('capscan\r'), /^ {2}timer \(TimerService\)$/m);
    said('stop hello\r');
    assert.match(said('capscan hello\r'), /^hello: BundleNotRunning$/m);
    assert.match(said('capscan nobody\r'), /^nobody: BundleNotFound$/m);
    assert.match(said('capscan a b\r'), /^invalid arguments: capscan$/m);
    // They come from the kernel, whatever is shown of the log.
    said('loglevel off\r');
    assert.match(said('capscan timer\r'), /^\|- 001\. cap_cnode_cap$/m);
    assert.match(said('mdebug\r'), /^mdebug answers in the log, which loglevel OFF hides$/m);
    said('loglevel info\r');
    assert.match(said('mdebug\r'), /^\*?.*\[ *\d+, bits +\d+\] watermark +\d+ available \d+$/m);
  });

  it('stops to list slots at Ctrl-C', () => {
    typed('');
    const all = liveSlots(/memory_manager_0_control/);
    text = '';
    platform.machine.receive(new TextEncoder().encode('capscan memory\r'));
    for (let turn = 0; turn < 4000 && !text.includes('|- '); turn += 1) platform.run(10_000);
    const shown = text + said('\x03');
    assert.match(shown, /^\^C\nCANTRIP> $/m);
    const lines = (shown.match(/\|- /g) ?? []).length;
    assert.ok(lines < all.length / 2, `${String(lines)} of ${String(all.length)} slots`);
    assert.match(said('echo still here\r'), /^still here$/m);
  });

  it('tells how much of the processor each application has', () => {
    const before = memoryInUse();
    const shares = (): Map<string, number> => {
      said('top\r');
      for (let turn = 0; turn < 4000 && !/^\(all else\).*\n/m.test(text); turn += 1)
        platform.run(100_000);
      const rows = text.matchAll(/^(\S.*?) +(\d+\.\d)(?: +\d+)*\r$/gm);
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
    const share = (name: string): number => together.get(name) ?? -1;
    const [spin = 0, third = 0, hello = 0] = ['spin', 'third', 'hello'].map(share);
    assert.ok(spin > 50 && third > 15 && third < 31, String([spin, third]));
    assert.ok(hello >= 0 && hello < 5, String(hello));
    // Threads of components are among them, and the one that draws this has worked.
    assert.ok(share('debug_console') > 0 && share('timer_service.timer') >= 0);
    const sorted = [...together].slice(0, -1).map(([, each]) => each);
    assert.deepEqual(
      sorted,
      sorted.toSorted((a, b) => b - a),
    );
    assert.equal([...together.keys()].at(-1), '(all else)');
    assert.match(typed('top 3600\r'), /^top 3600\n$/);
    assert.match(typed('\x03'), /^\^C\nCANTRIP> $/);
    assert.match(said('top 0\r'), /^invalid arguments: top$/m);
    assert.match(said('help top\r'), /^top \[seconds\]\n {2}tells how much of the processor/m);
    assert.equal(memoryInUse(), before);
  });

  it('tells of threads what they used since the start, whoever asked meanwhile', () => {
    const used = (command: string): Map<string, number> => {
      const rows = said(`${command}\r`).matchAll(/^ {2}(\S+) .* (\d+)$/gm);
      return new Map([...rows].map(([, name = '', time]) => [name, Number(time)]));
    };
    said('start hello\r');
    typed('');
    let last = used('threads');
    assert.ok(last.size > 30 && (last.get('hello') ?? 0) > 0, JSON.stringify([...last]));
    for (const asks of ['mem', 'caps', 'top']) {
      typed(`${asks}\r`);
      for (const command of ['ps', 'threads']) {
        const now = used(command);
        for (const [name, before] of last)
          assert.ok((now.get(name) ?? 0) >= before, `${name} had ${String(before)} before ${asks}`);
        last = now;
      }
    }
    said('stop hello\r');
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
      assert.match(said('bundles\r'), /^extra\nhello$/m);
      for (const line of ['stop hello', 'stop extra', 'uninstall extra']) said(`${line}\r`);
      assert.doesNotMatch(said('packages\r'), /extra/);
      assert.equal(memoryInUse(), before);
    });

    it('installs what a host sends in the time of the machine, and nothing is left in the line', () => {
      const before = memoryInUse();
      const send = (file: Uint8Array): string | undefined => {
        const upload = createBundleUpload({ name: 'extra.app', file, begins: 'now' });
        const connection = connectUpload(platform, upload);
        platform.machine.receive(upload.take());
        for (let turn = 0; turn < 20 && upload.outcome === undefined; turn += 1)
          platform.run(mostInstructions);
        connection.dispose();
        // Until the prompt is there again.
        typed('');
        return upload.outcome?.message;
      };
      assert.equal(send(extra('1')), 'Bundle "extra" installed');
      assert.match(said('start extra\r'), /^Bundle "extra" started\.$/m);
      assert.equal(send(extra('1')), 'Bundle install failed: BundleFound');
      assert.match(said('uninstall extra\r'), /^uninstall failed: BundleRunning$/m);
      assert.match(said('stop extra\r'), /^Bundle "extra" stopped\.$/m);
      assert.match(said('uninstall extra\r'), /^Bundle "extra" uninstalled\.$/m);
      assert.equal(memoryInUse(), before);
    });

    it('and the host tells the line in which what was installed faults, where its ELF file is there', () => {
      const before = memoryInUse();
      const { bundle, elf } = buildTexts(
        {
          'cantrip.json': '{ "program": "falls.S", "app": { "manifest": "manifest" } }',
          manifest: 'name = falls\n',
          'falls.S': '.globl main\nmain: lw a0, 0(zero)\n',
        },
        'cantrip.json',
      );
      assert.ok(bundle !== undefined && elf !== undefined);
      const program = programBesideBundle(
        'out/falls.app',
        bundle,
        filesOf({ 'out/falls.elf': elf }),
      );
      assert.ok(program !== undefined);
      const programs = [...platform.programs, program];
      const told: string[] = [];
      const watching = watchFaults({ ...platform, programs }, (report) => told.push(report.text));
      assert.match(uploaded('install -z\r', bundle), /^Bundle "falls" installed$/m);
      typed('start falls\r');
      watching.dispose();
      assert.deepEqual(
        told.map((each) =>
          each.replace(/:\d+: The/, ':N: The').replaceAll(/0x0001[0-9a-f]{4}/g, '0x…'),
        ),
        [
          'falls.S:2:N: The application falls faulted at 0x… in main: VM fault at 0x…: load from 0x00000000, which no page maps or allows.',
        ],
      );
      assert.match(said('uninstall falls\r'), /^Bundle "falls" uninstalled\.$/m);
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
      // As exactly as the bytes that came, though services get whole pages.
      for (const length of [whole.length - 20, 100, 10])
        assert.match(
          failed(whole.subarray(0, length)),
          new RegExp(
            `^Bundle install failed: BundleDataInvalid: the file ends too early: it has ${String(length)} bytes, and its headers say at least [0-9]+$`,
          ),
        );
      assert.equal(
        failed(new Uint8Array(0)),
        'Bundle install failed: PackageBufferLenInvalid: the file is empty',
      );
      assert.equal(
        failed(new Uint8Array(2 * 1024 * 1024 + 1)),
        'upload failed: it is larger than 2097152 bytes',
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
