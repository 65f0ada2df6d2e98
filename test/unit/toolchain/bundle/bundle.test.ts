/** What the build writes is what the components read: bundles, archives, manifests. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { crc32 as crc32OfNode } from 'node:zlib';
import fc from '../../../support/fast-check.js';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import type { Segment, SystemImage } from '../../../../runtime/image/system-image.js';
import { makeBundle } from '../../../../runtime/toolchain/bundle/bundle.js';
import { writeCpio } from '../../../../runtime/toolchain/bundle/cpio.js';
import { crc32 } from '../../../../runtime/toolchain/bundle/crc32.js';
import { manifestKeys, readManifest } from '../../../../runtime/toolchain/bundle/manifest.js';
import { runGuest } from '../../../support/guest-program.js';

const source = (name: string): string => readFileSync(`runtime/system/components/${name}`, 'utf8');
const guest = runGuest(
  {
    'components/SecurityCoordinator/crc32.ts': source('SecurityCoordinator/crc32.ts'),
    'components/SecurityCoordinator/cpio.ts': source('SecurityCoordinator/cpio.ts'),
    'components/ProcessManager/bundle-image.ts': source('ProcessManager/bundle-image.ts'),
    'components/ProcessManager/manifest.ts': source('ProcessManager/manifest.ts'),
    'interfaces/image-bytes.ts': readFileSync('runtime/system/interfaces/image-bytes.ts', 'utf8'),
    'app/Main.ts': `
      import { CpioArchive } from '../components/SecurityCoordinator/cpio';
      import { ImageBytes } from '../interfaces/image-bytes';
      import { BundleImage } from '../components/ProcessManager/bundle-image';
      import { Manifest } from '../components/ProcessManager/manifest';
      let bytes = new Uint8Array(0);
      export function size(count: i32): void { bytes = new Uint8Array(count); }
      export function put(at: i32, value: u32): void { bytes[at] = <u8>value; }
      class InMemory extends ImageBytes {
        get size(): u32 { return <u32>bytes.length; }
        read(offset: u32, into: Uint8Array): void {
          for (let at = 0; at < into.length; at++) into[at] = bytes[offset + at];
        }
      }
      export function files(): string {
        let archive = new CpioArchive(new InMemory());
        let told: string[] = [];
        for (let file = archive.next(); file; file = archive.next())
          told.push(file.name + ' ' + file.size.toString());
        return told.join('\\n') + (archive.isBroken ? ' broken' : '');
      }
      export function image(): string {
        let image = new BundleImage(new InMemory());
        if (image.error) return 'error ' + (<i32>image.error).toString();
        let told: string[] = [image.entry.toString(16), image.manifest];
        for (let index = 0; index < image.sections.length; index++) {
          let each = image.sections[index];
          told.push([each.address.toString(16), each.flags.toString(), each.fileBytes.toString(), each.memoryBytes.toString()].join(' '));
        }
        return told.join('|');
      }
      function manifestOf(): Manifest { return new Manifest(String.UTF8.decode(bytes.buffer)); }
      export function manifestError(): string { return manifestOf().error; }
      export function manifest(): string {
        let m = manifestOf();
        return [m.name, m.memoryBytes.toString(), m.stackBytes.toString(), m.priority.toString(), m.budget.toString(), m.period.toString(), (<i32>m.restart).toString(), m.restartLimit.toString(), m.endpoints.toString(), m.devices.join('+')].join(' ');
      }
    `,
  },
  { arenaBytes: 0x40_0000 },
);

function told(name: string, bytes: Uint8Array): string {
  guest.call('size', bytes.length);
  bytes.forEach((byte, at) => guest.call('put', at, byte));
  return guest.text(guest.call(name));
}
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Part {
  readonly address: number;
  readonly bytes?: readonly number[];
  readonly memory?: number;
  readonly flags: string;
}

const image = (entry: number, parts: readonly Part[]): SystemImage => ({
  name: 'app',
  entry: virtAddr(entry),
  symbols: [],
  lines: [],
  segments: parts.map(({ address, bytes = [], memory = bytes.length, flags }): Segment => ({
    virtualAddress: virtAddr(address),
    physicalAddress: physAddr(address),
    bytes: Uint8Array.from(bytes),
    memorySizeBytes: memory,
    readable: flags.includes('r'),
    writable: flags.includes('w'),
    executable: flags.includes('x'),
  })),
});

const manifest = { name: 'hello', text: 'name = hello\n' };
const code: Part = { address: 0x1_0000, bytes: [1, 2, 3, 4], flags: 'rx' };

function problem(entry: number, ...parts: readonly Part[]): string {
  const made = makeBundle(image(entry, parts), manifest);
  return made.ok ? '' : made.error.message;
}

describe('a bundle', () => {
  it('is read by the process manager as it was written', () => {
    const data: Part = { address: 0x1_1000, bytes: [5, 0, 6, 0, 0], memory: 5000, flags: 'rw' };
    const made = makeBundle(image(0x1_0002, [data, code]), manifest);
    assert.ok(made.ok);
    assert.equal(told('image', made.value), '10002|name = hello\n|10000 13 4 4|11000 3 3 5000');
  });

  it('is told to be broken when any byte of its data is another, or when it ends too soon', () => {
    const made = makeBundle(image(0x1_0000, [code]), manifest);
    assert.ok(made.ok);
    for (const at of [50, made.value.length - 1]) {
      const other = made.value.slice();
      other[at] = 99;
      assert.equal(told('image', other), 'error 3');
    }
    assert.equal(told('image', made.value.subarray(0, -1)), 'error 2');
    assert.equal(told('image', made.value.subarray(0, 55)), 'error 2');
  });

  it('is refused when the program could not run', () => {
    const data: Part = { address: 0x1_0800, bytes: [1], flags: 'rw' };
    assert.match(problem(0x1_0000), /no segments/);
    assert.match(problem(0x1_0004, code), /entry 0x10004 is in no executable segment/);
    assert.match(problem(0x1_0000, code, data), /0x10000 and 0x10800 share a page/);
    assert.match(problem(0x1_0000, { ...code, flags: 'rwx' }), /writable and executable/);
    assert.match(problem(0x800, { ...code, address: 0x800 }), /first page stays empty/);
    assert.match(problem(0x1_0000, { ...code, memory: 0x3f_0000 }), /one page table/);
  });
});

describe('an archive of bundles', () => {
  it('is read as it was written', () => {
    const archive = writeCpio([
      { name: 'a.app', bytes: Uint8Array.from([1, 2, 3, 4, 5]) },
      { name: 'bc.model', bytes: new Uint8Array(0) },
    ]);
    assert.equal(told('files', archive), 'a.app 5\nbc.model 0');
    assert.equal(told('files', writeCpio([])), '');
  });
});

describe('the checksum of the build', () => {
  it('is that of ZIP', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(crc32(bytes), crc32OfNode(bytes));
      }),
    );
  });
});

describe('a manifest', () => {
  const problemsOf = (text: string): string[] =>
    readManifest('m', text).diagnostics.map(
      ({ code: rule, range }) => `${String(range.start.line)} ${rule}`,
    );

  it('has defaults for all but its name', () => {
    assert.equal(
      told('manifest', encoded('name = hello')),
      'hello 524288 16384 100 10000 10000 0 3 1 ',
    );
  });

  it('tells what the bundle may have', () => {
    const text = `# all
name = a-1
memory = 64K # no more
stack = 8192
priority = 7
budget = 500
period = 1000
restart = on-fault 5
endpoints = 0
devices = i2c.temperature i2c.accelerometer`;
    assert.deepEqual(problemsOf(text), []);
    assert.equal(readManifest('m', text).manifest?.name, 'a-1');
    assert.equal(
      told('manifest', encoded(text)),
      'a-1 65536 8192 7 500 1000 1 5 0 i2c.temperature+i2c.accelerometer',
    );
  });

  it('is told what is wrong with it, at its line', () => {
    assert.deepEqual(problemsOf(''), ['0 manifest-name']);
    assert.deepEqual(problemsOf('name = a\nname = b'), ['1 manifest-key']);
    assert.deepEqual(problemsOf('name = a\ncolour = red'), ['1 manifest-key']);
    assert.deepEqual(problemsOf('name = a\nhello'), ['1 manifest-line']);
    assert.deepEqual(problemsOf('name = a\npriority = 254'), ['1 manifest-value']);
    assert.deepEqual(problemsOf('name = a\nbudget = 20000'), ['0 manifest-value']);
    assert.deepEqual(problemsOf(`name = a # ${'x'.repeat(1024)}`), ['0 manifest-size']);
  });

  it('has no name that ends as the files of packages do: one of them could stand for two', () => {
    for (const name of ['x.app', 'x.model', 'x.kelvin', 'builtins.repl', 'a.app.app']) {
      assert.deepEqual(problemsOf(`name = ${name}`), ['0 manifest-value'], name);
      assert.equal(told('manifestError', encoded(`name = ${name}`)), 'no valid name in line 1');
    }
    for (const name of ['app', 'x.apps', 'x.app.1', 'repl', 'xapp'])
      assert.deepEqual(problemsOf(`name = ${name}`), [], name);
  });

  it('is told by the process manager what is wrong with it, with its line', () => {
    const wrong = (text: string): string => told('manifestError', encoded(text));
    assert.equal(wrong('name = a\n# b\nmemory = much'), 'no valid memory in line 3');
    assert.equal(wrong('name = a\nname = b'), 'name is told twice in line 2');
    assert.equal(wrong('endpoints = 2\nname = a'), 'no valid endpoints in line 1');
    assert.equal(wrong('name = a\ndevices = a b c d e f g h i'), 'no valid devices in line 2');
    assert.equal(wrong('name = a\nhello'), 'a line that is not "key = value" in line 2');
    assert.equal(wrong('memory = 64K'), 'no name');
  });

  it('is right for the build if and only if it is right for the process manager', () => {
    const key = fc.constantFrom(...manifestKeys.map((each) => each.key), 'other');
    const value = fc.constantFrom(
      ...['hello', 'a b', '', '0', '1', '254', '5000', '64K', '9M', '1.5', '-1', '00', '007'],
      ...['never', 'always', 'on-fault', 'on-fault 3', 'on-fault x', 'on-fault 0', '_a', 'b.app'],
      ...[
        '999999999',
        '123456789M',
        'K',
        '20000',
        'i2c.temperature',
        'a b c d e f g h',
        'a b c d e f g h i',
        'b a b',
      ],
    );
    const line = fc.oneof(
      fc.tuple(key, value).map(([name, is]) => `${name} = ${is}`),
      fc.constantFrom('# comment', '', 'nothing', 'name = hello'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = ['name = x', ...lines].join('\n');
        const isRight = readManifest('m', text).manifest !== undefined;
        assert.equal(told('manifestError', encoded(text)) === '', isRight, text);
      }),
      { numRuns: 300 },
    );
  });
});
