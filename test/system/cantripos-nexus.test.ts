/** CantripOS on board nexus as somebody sees it who types at its prompt. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
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
    assert.match(typed('echo still here\r'), /^still here$/m);
  });

  it('is as it was after a thousand random steps with all of its applications', () => {
    const names =
      'hello fibonacci timer keyval logtest panic suicide sensor babble flood grab hoard peek spin';
    const seed = Number(process.env['CANTRIP_STRESS_SEED'] ?? 1);
    const done = walk(nexusConsole(built), { seed, steps: 1000, names: names.split(' ') });
    for (const command of ['start', 'stop', 'suspend', 'resume', 'restart'])
      assert.ok((done.get(command) ?? 0) > 10, command);
  });
});
