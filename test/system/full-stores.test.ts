/** CantripOS on board nexus where keys or memory are at their end, and with a flash that an earlier build has written. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build, type Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { applicationOf } from '../support/cantripos-system.js';
import { filesOnDisk } from '../support/files-on-disk.js';
import { earlierKeysStart, flashWithKeys, keysStart, type StoredKey } from '../support/key-bank.js';
import { nexusConsole } from '../support/nexus-console.js';
import { keptBuilds } from '../support/kept-builds.js';

let built: Built;

const bundles = ['hello', 'fibonacci', 'timer', 'keyval', 'logtest'];

const keys = (count: number): StoredKey[] =>
  Array.from({ length: count }, (_unused, at) => ({
    bundle: bundles[at % bundles.length] ?? '',
    key: `k${String(at)}`,
    value: String(at),
  }));

const readAs = (key: string, value: string): string =>
  `Read key "${key}" = [${[...Buffer.alloc(100).fill(value, 0, value.length)].join(', ')}].`;

describe('CantripOS on board nexus', () => {
  before(() => {
    built = build('runtime/system/platforms/nexus', filesOnDisk, {
      boards: [nexusBoard()],
      guestCompiler,
      cache: keptBuilds,
    });
    assert.ok(built.image !== undefined);
  });

  it('says what to do where there is no room for a key, and has some again then', () => {
    const console = nexusConsole(built, flashWithKeys(keysStart, keys(256)));
    assert.equal(console.type('kvread hello k255'), readAs('k255', '255'));
    const full =
      'Write key "more" failed: StorageFull. The keys of all bundles fill their part of the flash: kvdelete some, or uninstall a bundle.';
    assert.equal(console.type('kvwrite panic more 1'), full);
    assert.equal(
      console.type('kvwrite hello k0 other'),
      'Write key "k0" failed: KeyQuotaExceeded. The keys of this bundle take all that one bundle may have: kvdelete some.',
    );
    assert.equal(console.type('kvdelete hello k0'), 'Delete key "k0".');
    assert.equal(console.type('kvwrite panic more 1'), 'Write key "more" = "1".');
    assert.equal(console.type('kvwrite panic more 2'), 'Write key "more" = "2".');
    assert.match(console.type('kvwrite panic again 1'), /StorageFull/);
    assert.equal(console.type('kvread fibonacci k1'), readAs('k1', '1'));
  });

  it('says what to do where there is no memory for a file or an application', () => {
    const console = nexusConsole(built);
    const inUse = (): string => console.type('mstats').split(' free')[0] ?? '';
    const before = inUse();
    const room = (bytes: number, section: string): string =>
      `la t0, room\n1: j 1b\n${section}\nroom: .fill ${String(bytes)}, 1, 0x41`;
    const free = Number(/(\d+) bytes free/.exec(console.type('mstats'))?.[1]);
    const whale = applicationOf(
      'whale',
      room(free - 80_000, '.section .bss').replace(/\.fill (\d+).*/, '.space $1'),
      'memory = 4M\nbudget = 1000',
    );
    const large = applicationOf('large', room(200_000, '.data'), 'budget = 1000');
    assert.equal(console.upload('install -z', whale), 'Bundle "whale" installed');
    assert.equal(console.type('start whale'), 'Bundle "whale" started.');
    const advice = 'mem tells who has it; stop ends an application.';
    assert.equal(
      console.upload('install -z', large),
      `upload failed: there is not enough memory for it. ${advice}`,
    );
    for (const name of ['fibonacci', 'hello', 'timer'])
      assert.equal(
        console.type(`start ${name}`),
        `start failed: OutOfMemory. There is not enough memory: ${advice}`,
      );
    assert.match(console.type('status whale'), /^whale: Running$/m);
    assert.equal(console.type('stop whale'), 'Bundle "whale" stopped.');
    assert.equal(console.upload('install -z', large), 'Bundle "large" installed');
    for (const name of ['whale', 'large'])
      assert.equal(console.type(`uninstall ${name}`), `Bundle "${name}" uninstalled.`);
    assert.equal(inUse(), before);
  });

  it('takes over the keys that an earlier build wrote into the flash, and tells it once', () => {
    let told = '';
    const hear = (text: string): void => void (told = text);
    const flash = flashWithKeys(earlierKeysStart, keys(100));
    const console = nexusConsole(built, flash, hear);
    const sentence =
      '100 keys that an earlier build had in the flash are in its new place for keys now.';
    assert.ok(told.includes(sentence), told);
    assert.equal(console.type('kvread fibonacci k96'), readAs('k96', '96'));
    assert.equal(console.type('kvdelete fibonacci k96'), 'Delete key "k96".');
    const after = console.platform.machine.flash?.contents();
    const again = nexusConsole(built, after, hear);
    assert.ok(!told.includes('earlier build'), told);
    assert.equal(again.type('kvread hello k0'), readAs('k0', '0'));
    assert.equal(again.type('kvread fibonacci k96'), 'Read key "k96" failed: KeyNotFound');
  });
});
