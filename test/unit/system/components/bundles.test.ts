import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const source = (name: string): string => readFileSync(`runtime/system/components/${name}`, 'utf8');
const guest = runGuest(
  {
    'components/SecurityCoordinator/crc32.ts': source('SecurityCoordinator/crc32.ts'),
    'components/SecurityCoordinator/cpio.ts': source('SecurityCoordinator/cpio.ts'),
    'components/ProcessManager/bundle-image.ts': source('ProcessManager/bundle-image.ts'),
    'interfaces/image-bytes.ts': readFileSync('runtime/system/interfaces/image-bytes.ts', 'utf8'),
    'components/DebugConsole/image-extent.ts': source('DebugConsole/image-extent.ts'),
    'app/Main.ts': `
      import { crc32 } from '../components/SecurityCoordinator/crc32';
      import { CpioArchive, CpioFile } from '../components/SecurityCoordinator/cpio';
      import { ImageBytes } from '../interfaces/image-bytes';
      import { BundleImage } from '../components/ProcessManager/bundle-image';
      import { ImageExtent } from '../components/DebugConsole/image-extent';
      let bytes = new Uint8Array(0);
      export function size(count: i32): void { bytes = new Uint8Array(count); }
      export function put(at: i32, value: u32): void { bytes[at] = <u8>value; }
      export function sum(start: i32, end: i32, before: u32): u32 { return crc32(bytes, start, end, before); }
      let archive = new CpioArchive(new InMemory());
      let file: CpioFile | null = null;
      export function open(): void { archive = new CpioArchive(new InMemory()); }
      export function next(): bool { file = archive.next(); return file != null; }
      export function name(): string { return file!.name; }
      export function start(): i32 { return file!.start; }
      export function fileSize(): i32 { return file!.size; }
      export function isBroken(): bool { return archive.isBroken; }
      class InMemory extends ImageBytes {
        get size(): u32 { return <u32>bytes.length; }
        read(offset: u32, into: Uint8Array): void {
          for (let at = 0; at < into.length; at++) into[at] = bytes[offset + at];
        }
      }
      export function missing(piece: i32): u32 {
        let extent = new ImageExtent();
        for (let at = 0; at < bytes.length; at += piece) {
          let part = bytes.subarray(at, min(at + piece, bytes.length));
          extent.feed(part, part.length);
        }
        return extent.needed;
      }
      export function needed(): u64 { return image!.neededBytes; }
      let image: BundleImage | null = null;
      export function read(): i32 { image = new BundleImage(new InMemory()); return image!.error; }
      export function errorOffset(): u32 { return image!.errorOffset; }
      export function sections(): i32 { return image!.sections.length; }
      export function address(index: i32): u32 { return image!.sections[index].address; }
      export function memoryBytes(index: i32): u32 { return image!.sections[index].memoryBytes; }
      export function offset(index: i32): u32 { return image!.sections[index].offset; }
      export function entry(): u32 { return image!.entry; }
    `,
  },
  { arenaBytes: 0x40_0000 },
);

function give(bytes: Uint8Array): void {
  guest.call('size', bytes.length);
  bytes.forEach((byte, at) => guest.call('put', at, byte));
}
const word = (name: string, ...args: readonly number[]): number =>
  Number(guest.call(name, ...args)) >>> 0;

describe('the checksum of bundles', () => {
  it('is that of ZIP, also in pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        give(bytes);
        const at = Math.min(cut, bytes.length);
        assert.equal(word('sum', 0, bytes.length, 0), crc32(bytes));
        assert.equal(word('sum', at, bytes.length, word('sum', 0, at, 0)), crc32(bytes));
      }),
      { numRuns: 50 },
    );
  });
});

interface Entry {
  readonly name: string;
  readonly content: string;
  readonly mode?: number;
}

function cpio(entries: readonly Entry[]): Buffer {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const filled = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '\0');
  const one = ({ name, content, mode = 0o100644 }: Entry): string => {
    const fields = [1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
    return filled(filled(`070701${fields.map(hex).join('')}${name}\0`) + content);
  };
  return Buffer.from([...entries, { name: 'TRAILER!!!', content: '' }].map(one).join(''), 'latin1');
}

function list(archive: Uint8Array): { files: (readonly [string, string])[]; isBroken: boolean } {
  give(archive);
  guest.call('open');
  const files: (readonly [string, string])[] = [];
  while (guest.call('next') === 1) {
    const start = word('start');
    const content = archive.subarray(start, start + word('fileSize'));
    files.push([guest.text(guest.call('name')), Buffer.from(content).toString('latin1')]);
  }
  return { files, isBroken: guest.call('isBroken') === 1 };
}

describe('the archive of built-in bundles', () => {
  const entries = [
    { name: 'hello.app', content: 'abc' },
    { name: 'folder', content: '', mode: 0o040755 },
    { name: 'm.model', content: '12345678' },
  ];

  it('lists its regular files with their contents', () => {
    const { files, isBroken } = list(cpio(entries));
    assert.deepEqual(files, [
      ['hello.app', 'abc'],
      ['m.model', '12345678'],
    ]);
    assert.equal(isBroken, false);
  });

  it('ends where it is cut off or wrong, and says so', () => {
    const whole = cpio(entries);
    assert.deepEqual(list(whole.subarray(0, 130)), {
      files: [['hello.app', 'abc']],
      isBroken: true,
    });
    assert.deepEqual(list(Buffer.from('no archive')), { files: [], isBroken: true });
    assert.deepEqual(list(Buffer.alloc(0)), { files: [], isBroken: false });
    const wrong = Buffer.from(whole);
    wrong.write('zz', 54, 'latin1');
    assert.deepEqual(list(wrong), { files: [], isBroken: true });
  });

  it('never reads past its end, whatever it is', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(255), fc.nat(400), (at, value, length) => {
        const bytes = Uint8Array.from(cpio(entries)).subarray(0, length);
        if (at < bytes.length) bytes[at] = value;
        assert.ok(list(bytes).files.length <= 3);
      }),
      { numRuns: 200 },
    );
  });
});

interface SectionOf {
  readonly magic?: bigint;
  readonly address: number;
  readonly data: string;
  readonly memoryBytes?: number;
  readonly flags?: number;
  readonly entry?: number;
  readonly align?: number;
  readonly type?: number;
  readonly crc?: number;
}

function imageOf(...sections: readonly SectionOf[]): Buffer {
  return Buffer.concat(
    sections.map(({ address, data, ...more }) => {
      const header = Buffer.alloc(48);
      header.writeBigUInt64BE(more.magic ?? 0x0405_1957_1014_1955n, 0);
      header.writeBigUInt64BE(BigInt(address), 8);
      header.writeBigUInt64BE(BigInt(more.entry ?? 0), 16);
      header.writeUInt32BE(more.flags ?? 1, 24);
      header.writeUInt32BE(data.length, 28);
      header.writeUInt32BE(more.memoryBytes ?? data.length, 32);
      header.writeUInt32BE(more.align ?? 4, 36);
      header.writeUInt32BE(more.type ?? 0x0405_1957, 40);
      header.writeUInt32BE(more.crc ?? crc32(data), 44);
      return Buffer.concat([header, Buffer.from(data)]);
    }),
  );
}
const code: SectionOf = { address: 0x1000, data: 'code', flags: 0xd, entry: 0x1002 };
const errorOf = (bytes: Uint8Array): number => {
  give(bytes);
  return word('read');
};

describe('the image of a bundle', () => {
  it('is its sections and its entry', () => {
    const data = { address: 0x2000, data: 'xy', memoryBytes: 100, flags: 3 };
    assert.equal(errorOf(Buffer.concat([imageOf(code, data), Buffer.alloc(60)])), 0);
    assert.equal(word('sections'), 2);
    assert.equal(word('entry'), 0x1002);
    assert.deepEqual(
      [word('address', 1), word('memoryBytes', 1), word('offset', 1)],
      [0x2000, 100, 100],
    );
  });

  const wrong: readonly (readonly [string, number, Uint8Array])[] = [
    ['nothing at all', 1, Buffer.alloc(0)],
    ['another magic number', 1, imageOf({ ...code, magic: 5n })],
    ['a header that is cut off', 2, imageOf(code).subarray(0, 40)],
    ['data that is cut off', 2, imageOf(code).subarray(0, 50)],
    ['a checksum of other data', 3, imageOf({ ...code, crc: 1 })],
    ['an unknown kind of file', 4, imageOf({ ...code, type: 7 })],
    ['two kinds of file', 5, imageOf(code, { address: 0x2000, data: 'x', type: 0x1014_1955 })],
    ['more data than memory', 6, imageOf({ ...code, memoryBytes: 2 })],
    ['an odd alignment', 6, imageOf({ ...code, align: 3 })],
    ['an alignment that is not kept', 6, imageOf({ ...code, align: 0x2000 })],
    ['an address past the end', 6, imageOf({ ...code, address: 0xffff_fffe, align: 1 })],
    ['sections that overlap', 7, imageOf(code, { address: 0x1002, data: 'x', align: 1 })],
    [
      'too many sections',
      8,
      imageOf(
        ...Array.from({ length: 33 }, (_unused, index) => ({ address: 0x1000 * index, data: 'x' })),
      ),
    ],
    ['no entry', 9, imageOf({ ...code, flags: 5 })],
    ['two entries', 9, imageOf(code, { ...code, address: 0x2000 })],
    ['an entry outside', 9, imageOf({ ...code, entry: 0x1004 })],
    ['an entry in data', 9, imageOf(code, { address: 0x2000, data: 'x' }).fill(0x20, 22, 23)],
  ];
  for (const [title, error, bytes] of wrong) {
    it(`is refused for ${title}`, () => {
      assert.equal(errorOf(bytes), error);
    });
  }

  it('that ends too early tells how many bytes it has at least', () => {
    const data = { address: 0x2000, data: 'some data', memoryBytes: 100 };
    const whole = imageOf(code, data);
    for (const [length, needed] of [
      [10, 48],
      [50, 52],
      [60, 100],
      [105, 109],
    ] as const) {
      errorOf(whole.subarray(0, length));
      assert.deepEqual([word('read'), word('needed')], [2, needed], String(length));
    }
  });
});

describe('a bundle that comes in pieces', () => {
  const whole = imageOf(code, { address: 0x2000, data: 'some data', memoryBytes: 100 });
  const missing = (bytes: Uint8Array, piece: number): number => {
    give(bytes);
    return word('missing', piece);
  };

  it('lacks nothing when all of it came, also where zeros follow', () => {
    for (const piece of [1, 7, 48, 1000]) {
      assert.equal(missing(whole, piece), 0);
      assert.equal(missing(Buffer.concat([whole, Buffer.alloc(99)]), piece), 0);
      assert.equal(missing(Buffer.from('no bundle at all'), piece), 0);
      assert.equal(missing(Buffer.alloc(0), piece), 0);
    }
  });

  it('that ends too early has as many bytes as its headers so far say', () => {
    for (let length = 1; length < whole.length; length += 1) {
      const needed = length < 48 ? 48 : length < 52 ? 52 : length < 100 ? 100 : 109;
      // Where a section ends, nothing tells that another one should follow.
      const expected = needed === length || length === 52 ? 0 : needed;
      for (const piece of [1, 5, 64])
        assert.equal(missing(whole.subarray(0, length), piece), expected, String(length));
    }
  });

  it('is whatever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 150 }),
        fc.integer({ min: 1, max: 60 }),
        (bytes, at) => {
          const some = Buffer.concat([whole.subarray(0, 60), bytes]);
          assert.equal(missing(some, at), missing(some, 1000));
        },
      ),
    );
  });
});
