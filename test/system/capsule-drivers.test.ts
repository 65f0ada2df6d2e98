/** The system of board nexus with its drivers in a capsule: it does what it does with a process for each of them. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type { Footprint } from '../../runtime/toolchain/components/footprint.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { keptBuilds } from '../support/kept-builds.js';

const folder = 'runtime/system/platforms/nexus';

interface Booted {
  readonly footprints: readonly Footprint[];
  readonly platform: Platform;
  /** Messages of the kernel so far. */
  readonly messages: () => number;
  /** What is printed until the text has come that is waited for. */
  readonly said: (line: string, wanted: RegExp) => string;
}

function booted(source: string): Booted {
  const built = build(source, filesOnDisk, {
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
  const platform = made.value;
  let text = '';
  let messages = 0;
  platform.onConsole((byte) => (text += String.fromCharCode(byte)));
  platform.onKernelTrace((event) => (messages += Number(event.kind === 'message')));
  const said = (line: string, wanted: RegExp): string => {
    text = '';
    platform.machine.receive(new TextEncoder().encode(line));
    for (let turn = 0; turn < 600 && !wanted.test(text); turn += 1) platform.run(100_000);
    assert.match(text, wanted);
    return text.replaceAll('\r', '');
  };
  return { footprints: built.footprints ?? [], platform, messages: () => messages, said };
}

describe('CantripOS with its drivers in a capsule', () => {
  let capsule: Booted;
  let processes: Booted;
  const both = (line: string, wanted: RegExp): readonly [number, number] => {
    const [inCapsule, inProcesses] = [capsule, processes].map(({ messages, said }) => {
      const earlier = messages();
      said(line, wanted);
      return messages() - earlier;
    });
    return [inCapsule ?? 0, inProcesses ?? 0];
  };

  before(() => {
    capsule = booted(`${folder}/capsules.camkes`);
    processes = booted(`${folder}/system.camkes`);
  });

  it('boots to its prompt', () => {
    both('', /CANTRIP> $/);
  });

  it('tells of the one program of its members, and of the slots that they share', () => {
    const mem = capsule.said('mem\r', /objects, pages +\d+ +-\r\nCANTRIP> $/);
    const bytes = [...mem.matchAll(/^\w+(?: +[\d-]+){6} +(\d+)$/gm)].map(([, each]) =>
      Number(each),
    );
    const all = bytes.reduce((sum, each) => sum + each, 0);
    assert.match(mem, new RegExp(`^ {2}components +${String(all)} +-$`, 'm'));
    assert.equal(
      all,
      capsule.footprints.reduce(
        (sum, { textBytes, dataBytes, zeroBytes, stackBytes, arenaBytes }) =>
          sum + textBytes + dataBytes + zeroBytes + stackBytes + arenaBytes,
        0,
      ),
    );
    const slots = (name: string): string =>
      capsule
        .said(`capscan ${name}\r`, /CANTRIP> $/)
        .split('\n')
        .slice(1)
        .join('\n');
    assert.match(slots('timer'), /^\|- 001\. cap_cnode_cap$/m);
    assert.equal(slots('timer'), slots('console'));
  });

  it('runs applications, which read both sensors, wait for timers, and keep keys', () => {
    both('start hello\r', /I am a C app!/);
    both('stop hello\r', /Bundle "hello" stopped\./);
    for (const [name, wanted] of applications) {
      const [inCapsule, inProcesses] = both(`start ${name}\r`, wanted);
      assert.ok(inCapsule < inProcesses, `${name}: ${String(inCapsule)} ${String(inProcesses)}`);
    }
  });
});

const applications: readonly (readonly [string, RegExp])[] = [
  ['sensor', /\[sensor\]::temperature \d+ acceleration/],
  ['timer', /\[timer\]::DONE!/],
  ['keyval', /\[keyval\]::delete ok \(for missing key\)/],
];
