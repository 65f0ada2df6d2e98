/** ZMODEM: the shell's receiver against our sender, and against `sz` of lrzsz where that is installed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { createZmodemSender } from '../../../../runtime/terminal/zmodem-sender.js';
import { runGuest } from '../../../support/guest-program.js';

const folder = 'runtime/system/components';
const files = ['crc16', 'decoder', 'header', 'receiver'].map(
  (name) => `DebugConsole/zmodem/${name}`,
);
const guest = runGuest(
  {
    ...Object.fromEntries(
      [...files, 'SecurityCoordinator/crc32'].map((name) => [
        `components/${name}.ts`,
        readFileSync(`${folder}/${name}.ts`, 'utf8'),
      ]),
    ),
    'app/Main.ts': `
      import { FileSink, Receiver } from '../components/DebugConsole/zmodem/receiver';
      const ROOM: u32 = 300_000;
      let data = new Uint8Array(<i32>ROOM);
      let told = '';
      let limit: u32 = ROOM;
      let size: u32 = 0;
      class Kept extends FileSink {
        open(name: string, bytes: u32): bool { told = name + ' ' + bytes.toString(); size = 0; return bytes <= limit; }
        write(from: Uint8Array, count: i32): bool {
          if (size + <u32>count > limit) return false;
          for (let at = 0; at < count; at++) data[<i32>size + at] = from[at];
          size += <u32>count;
          return true;
        }
      }
      let receiver = new Receiver(new Kept());
      export function begin(most: u32): void { limit = most; size = 0; told = ''; receiver = new Receiver(new Kept()); }
      export function feed(byte: u32): void { receiver.feed(<u8>byte); }
      export function timeOut(): void { receiver.timeOut(); }
      export function answer(): string { return receiver.takeAnswer(); }
      export function told_(): string { return told; }
      export function outcome(): u32 { return receiver.outcome; }
      export function isOver(): u32 { return receiver.isOver; }
      export function byte(at: u32): u32 { return data[<i32>at]; }
      export function count(): u32 { return size; }
    `,
  },
  { arenaBytes: 0x80_0000 },
);

const outcomes = [
  'Running',
  'Received',
  'Cancelled',
  'TimedOut',
  'Unreadable',
  'Refused',
  'NoFile',
];
const outcome = (): string => outcomes[Number(guest.call('outcome'))] ?? '';
const isOver = (): boolean => guest.call('isOver') === 1;
const answer = (): Uint8Array => Buffer.from(guest.text(guest.call('answer')), 'latin1');
const feed = (bytes: Iterable<number>): void => {
  for (const byte of bytes) guest.call('feed', byte);
};
const received = (): Uint8Array =>
  Uint8Array.from({ length: Number(guest.call('count')) }, (_, at) =>
    Number(guest.call('byte', at)),
  );
const random = (length: number, seed: number): Uint8Array => {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
};

/** Both ends on a line that may do something to what is sent. Silence is all that is left when nobody speaks. */
function transfer(
  file: Uint8Array,
  line: (bytes: Uint8Array, turn: number) => Uint8Array = (bytes) => bytes,
  most = 300_000,
): string {
  guest.call('begin', most);
  const sender = createZmodemSender('some.app', file);
  for (let turn = 0; turn < 5000 && !isOver(); turn += 1) {
    const said = answer();
    const sent = line(sender.receive(said), turn);
    if (said.length === 0 && sent.length === 0) guest.call('timeOut');
    feed(sent);
  }
  return outcome();
}

describe('an upload by ZMODEM', () => {
  it('brings the file as it is', () => {
    for (const length of [0, 1, 1023, 1024, 1025, 5000, 100_000]) {
      const file = random(length, length);
      assert.equal(transfer(file), 'Received');
      assert.deepEqual(received(), file);
      assert.equal(guest.text(guest.call('told_')), `some.app ${String(length)}`);
    }
  });

  it('goes on where the line has lost or changed something', () => {
    const file = random(20_000, 7);
    const damages: ((bytes: Uint8Array, turn: number) => Uint8Array)[] = [
      // Each third answer is noise behind the first hundred bytes.
      (bytes, turn) =>
        turn % 3 === 2 ? bytes.map((byte, at) => (at === 100 ? byte ^ 4 : byte)) : bytes,
      (bytes, turn) => (turn % 4 === 3 ? bytes.subarray(0, bytes.length >> 1) : bytes),
      (bytes, turn) => (turn % 5 === 4 ? new Uint8Array(0) : bytes),
    ];
    for (const damage of damages) {
      assert.equal(transfer(file, damage), 'Received');
      assert.deepEqual(received(), file);
    }
  });

  it('ends when the line loses all, or nobody sends', () => {
    assert.equal(
      transfer(random(5000, 1), (bytes, turn) =>
        turn < 3 ? bytes : bytes.map((byte) => byte ^ 0x10),
      ),
      'TimedOut',
    );
    const broken = (bytes: Uint8Array, turn: number): Uint8Array =>
      turn < 3 || bytes.length < 200 ? bytes : bytes.with(150, (bytes[150] ?? 0) ^ 1);
    assert.equal(transfer(random(5000, 1), broken), 'Unreadable');
    assert.equal(
      transfer(random(5000, 1), () => new Uint8Array(0)),
      'TimedOut',
    );
  });

  it('is refused when it is too large, and the sender hears of it', () => {
    guest.call('begin', 1000);
    const sender = createZmodemSender('x', random(1001, 1));
    feed(sender.receive(answer()));
    sender.receive(answer());
    assert.equal(outcome(), 'Refused');
    assert.equal(sender.state, 'refused');
  });

  it('is cancelled by the sender, and by a person before anything came or after silence', () => {
    for (const keys of [[3], [24, 24, 24, 24, 24], [...Buffer.from('rz\r'), 3]]) {
      guest.call('begin', 1000);
      answer();
      feed(keys);
      assert.equal(outcome(), 'Cancelled');
      // What is on its way meanwhile is nothing.
      feed([0x6c, 0x73, 13]);
      assert.equal(isOver(), false);
      guest.call('timeOut');
      assert.equal(isOver(), true);
    }
    guest.call('begin', 10_000);
    const sender = createZmodemSender('x', random(5000, 1));
    feed(sender.receive(answer()));
    feed([...sender.receive(answer()).subarray(0, 500), 3]);
    assert.equal(outcome(), 'Running');
    guest.call('timeOut');
    feed([3]);
    assert.equal(outcome(), 'Cancelled');
  });

  it('comes to an end with whatever bytes', () => {
    const byte = fc.oneof(
      fc.nat(255),
      fc.constantFrom(0x2a, 0x18, 0x42, 0x41, 0x43, 0x30, 0x68, 0x6b),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 600 }), (bytes) => {
        guest.call('begin', 1000);
        feed(bytes);
        for (let turn = 0; turn < 8 && !isOver(); turn += 1) guest.call('timeOut');
        assert.equal(isOver(), true);
        assert.notEqual(outcome(), 'Received');
      }),
      { numRuns: 200 },
    );
  });

  const isThere = spawnSync('sz', ['--version']).error === undefined;
  const title = isThere ? 'works with sz of lrzsz' : 'is not tried with sz: lrzsz is not installed';
  it(title, async () => {
    if (!isThere) return;
    const place = mkdtempSync(path.join(tmpdir(), 'cantrip-sz-'));
    try {
      const file = path.join(place, 'some.app');
      writeFileSync(file, random(50_000, 3));
      for (const options of [['-O'], ['-O', '-e'], ['-O', '-o'], ['-O', '-k']]) {
        guest.call('begin', 300_000);
        const code = await runSz([...options, file]);
        assert.equal(outcome(), 'Received', options.join(' '));
        assert.equal(code, 0);
        assert.equal(guest.text(guest.call('told_')), 'some.app 50000');
        assert.deepEqual(received(), random(50_000, 3));
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

/** Its exit code. */
function runSz(words: readonly string[]): Promise<number | null> {
  const sz = spawn('sz', words, { stdio: ['pipe', 'pipe', 'ignore'] });
  const say = (): void => {
    const said = answer();
    if (said.length > 0) sz.stdin.write(said);
  };
  sz.stdin.on('error', () => undefined);
  sz.stdout.on('data', (bytes: Uint8Array) => {
    feed(bytes);
    say();
  });
  say();
  return new Promise((resolve) => sz.on('close', resolve));
}
