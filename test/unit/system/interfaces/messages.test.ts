/** Messages of the interfaces, byte for byte as postcard 0.7 has them, worked out by hand from the Rust types. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const names = [
  'object-descriptors',
  'memory',
  'process-control',
  'package-management',
  'security',
] as const;
const sources = Object.fromEntries(
  names.map((name) => [
    `app/${name}.ts`,
    readFileSync(`runtime/system/interfaces/${name}.ts`, 'utf8'),
  ]),
);

const guest = runGuest(
  {
    ...sources,
    'app/Main.ts': `
      import { addressOf } from 'peek';
      import { Reader, Writer } from 'sel4/postcard';
      import { ClientStats, MemoryRequest, MemoryRequestKind, MemoryStats, ObjDesc, ObjDescBundle } from './memory';
      import { BundleState, BundleStatus, ProcessControlKind, ProcessControlRequest, StateKind, readNames, writeNames, writeNamesBehind } from './process-control';
      import { PackageManagementRequest } from './package-management';
      import { SecurityRequest, SecurityRequestKind, readKeyValue, writeKeyValue } from './security';
      const room = new Uint8Array(512);
      let size = 0;
      let to = Writer.over(room);
      export function address(): usize { return addressOf(room); }
      export function start(): void { to = Writer.over(room); }
      export function length(): i32 { return to.length; }
      function bundle(): ObjDescBundle {
        return new ObjDescBundle(5, 32, [new ObjDesc(7, 3, 9), new ObjDesc(4, 6, 300)]);
      }
      export function alloc(): void { MemoryRequest.alloc(bundle()).write(to); }
      export function free(): void { MemoryRequest.free(bundle()).write(to); }
      export function memoryPlain(kind: u32): void { new MemoryRequest(kind).write(to); }
      export function stats(): void { const s = new MemoryStats(); s.allocatedBytes = 0x12345678; s.outOfMemory = 2; s.write(to); }
      export function processPlain(kind: u32): void { new ProcessControlRequest(kind, 'hello').write(to); }
      export function memorySlots(): void { MemoryRequest.capscanPart(300).write(to); }
      export function processSlots(): void { new ProcessControlRequest(ProcessControlKind.CapScanPart, '', 300).write(to); }
      export function securitySlots(): void { SecurityRequest.capScanPart(300).write(to); }
      export function slotOf(count: i32): string {
        const memory = MemoryRequest.read(reader(count));
        if (memory && memory.slot > 0) return memory.slot.toString();
        const process = ProcessControlRequest.read(reader(count));
        if (process && process.slot > 0) return process.slot.toString();
        const security = SecurityRequest.read(reader(count));
        return security ? security.slot.toString() : 'none';
      }
      export function state(kind: u32): void { new BundleState(kind, 7).write(to); }
      export function partOf(size: i32, count: i32): string {
        let behind = String.UTF8.decode(room.buffer.slice(0, count));
        let part = Writer.over(room.subarray(0, size));
        writeNamesBehind(part, ['ccc', 'a', 'd', 'bb', 'a'], behind);
        return part.isTooLong ? 'too long' : readNames(Reader.over(room.subarray(0, part.length)))!.join(',');
      }
      export function namesOf(): void { writeNames(to, ['a', 'bc']); }
      export function install(): void { PackageManagementRequest.install(bundle()).write(to); }
      export function installApp(): void { PackageManagementRequest.installApp('x', bundle()).write(to); }
      export function uninstall(): void { PackageManagementRequest.uninstall('x').write(to); }
      export function echo(): void { SecurityRequest.named(SecurityRequestKind.Echo, 'hi').write(to); }
      export function securityPlain(kind: u32): void { SecurityRequest.named(kind, 'x').write(to); }
      export function installModel(): void { SecurityRequest.installModel('x', 'm', bundle()).write(to); }
      export function writeKey(): void { const v = new Uint8Array(2); v[0] = 8; v[1] = 9; SecurityRequest.writeKey('x', 'k', v).write(to); }
      export function deleteKey(): void { SecurityRequest.ofKey(SecurityRequestKind.DeleteKey, 'x', 'k').write(to); }
      export function keyValue(): void { const v = new Uint8Array(2); v[0] = 8; v[1] = 9; writeKeyValue(to, v); }

      function reader(count: i32): Reader { return Reader.over(room.subarray(0, count)); }
      function told(b: ObjDescBundle | null): string {
        if (!b) return 'none';
        let text = b.cnode.toString() + '/' + b.depth.toString();
        for (let i = 0; i < b.objs.length; i++) {
          const each = b.objs[i];
          text += ' ' + each.type.toString() + 'x' + each.count.toString() + '@' + each.cptr.toString();
        }
        return text;
      }
      export function readMemory(count: i32): string {
        const r = MemoryRequest.read(reader(count));
        return r ? (<i32>r.kind).toString() + ' ' + (<i32>r.lifetime).toString() + ' ' + told(r.bundle) : 'none';
      }
      export function readStats(count: i32): string {
        const s = MemoryStats.read(reader(count));
        return s ? s.allocatedBytes.toString() + ' ' + s.outOfMemory.toString() : 'none';
      }
      export function readProcess(count: i32): string {
        const r = ProcessControlRequest.read(reader(count));
        return r ? (<i32>r.kind).toString() + ' ' + r.bundle : 'none';
      }
      export function readState(count: i32): string {
        const s = BundleState.read(reader(count));
        return s ? s.toString() : 'none';
      }
      export function readNameList(count: i32): string {
        const n = readNames(reader(count));
        return n ? n.join(',') : 'none';
      }
      export function readPackage(count: i32): string {
        const r = PackageManagementRequest.read(reader(count));
        return r ? (<i32>r.kind).toString() + ' ' + r.bundle + ' ' + told(r.contents) : 'none';
      }
      export function readSecurity(count: i32): string {
        const r = SecurityRequest.read(reader(count));
        if (!r) return 'none';
        const value = r.value;
        return [(<i32>r.kind).toString(), r.bundle, r.model, r.key, value ? value.toString() : '-', told(r.contents)].join(' ');
      }
      export function readStatus(count: i32): i32 { return BundleStatus.read(reader(count)) ? 1 : 0; }
      export function readClient(count: i32): i32 { return ClientStats.read(reader(count)) ? 1 : 0; }
      export function readValue(count: i32): i32 { return readKeyValue(reader(count)) ? 1 : 0; }
      export function statusAgain(): string {
        const status = new BundleStatus(new BundleState(StateKind.Exited, 3));
        status.lastEnd = 'exit 3'; status.restarts = 2; status.memoryBytes = 4096; status.priority = 100;
        status.budget = 5000; status.period = 10000; status.restartPolicy = 'always';
        status.write(to);
        const again = BundleStatus.read(reader(to.length))!;
        return [again.state.toString(), again.lastEnd, again.restarts.toString(), again.memoryBytes.toString(), again.priority.toString(), again.budget.toString(), again.period.toString(), again.restartPolicy].join(' ');
      }
      export function bytesOf(type: u32, count: u32): u64 { return new ObjDesc(type, count, 0).sizeBytes; }
      export function isCountValid(type: u32, count: u32): bool { return new ObjDesc(type, count, 0).isCountValid; }
    `,
  },
  {
    arenaBytes: 0x40_0000,
    generated: new Map([
      ['peek', 'export function addressOf(bytes: Uint8Array): usize { return bytes.dataStart; }'],
    ]),
  },
);
const at = Number(guest.call('address'));

function written(name: string, ...args: readonly number[]): number[] {
  guest.call('start');
  guest.call(name, ...args);
  return Array.from({ length: Number(guest.call('length')) }, (_, index) =>
    guest.memory.getUint8(at + index),
  );
}

function read(name: string, bytes: readonly number[]): string {
  for (const [index, value] of bytes.entries()) guest.memory.setUint8(at + index, value);
  return guest.text(guest.call(name, bytes.length));
}

const usize = (value: number): number[] => [
  ...[0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff),
  ...[0, 0, 0, 0],
];
const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
/** The CNode, its depth, and two descriptors: three pages from slot 9, a CNode of 64 slots in slot 300. */
const bundle = [usize(5), 32, 2, 7, usize(3), usize(9), 4, usize(6), usize(300)].flat();
const told = '5/32 7x3@9 4x6@300';

describe('messages of the memory manager', () => {
  const cases: readonly (readonly [string, readonly number[], readonly number[], string])[] = [
    ['alloc', [], [0, ...bundle, 1], `0 1 ${told}`],
    ['free', [], [1, ...bundle], `1 1 ${told}`],
    ['memoryPlain', [2], [2], '2 1 none'],
    ['memoryPlain', [3], [3], '3 1 none'],
    ['memoryPlain', [4], [4], '4 1 none'],
    ['memoryPlain', [5], [5], '5 1 none'],
  ];
  for (const [name, args, bytes, again] of cases)
    it(`are those of Rust: ${name} ${args.join()}`, () => {
      assert.deepEqual(written(name, ...args), bytes);
      assert.equal(read('readMemory', bytes), again);
    });

  it('have the statistics as eight numbers of eight bytes', () => {
    const bytes = [0x12345678, 0, 0, 0, 0, 0, 0, 2].flatMap(usize);
    assert.deepEqual(written('stats'), bytes);
    assert.equal(read('readStats', bytes), '305419896 2');
  });

  it('are none with a lifetime or a kind that there is not, or when a byte is missing', () => {
    for (const bytes of [
      [0, ...bundle, 3],
      [7],
      [8],
      [],
      [0, ...bundle],
      [1, ...bundle.slice(0, -1)],
    ])
      assert.equal(read('readMemory', bytes), 'none');
  });
});

describe('what an object descriptor asks for', () => {
  it('has the size that the kernel gives such objects', () => {
    const sizes = [
      [0, 14, 0x4000],
      [1, 2, 1024],
      [2, 3, 48],
      [3, 1, 32],
      [4, 6, 1024],
      [5, 7, 128],
      [6, 1, 16],
      [7, 4, 0x4000],
      [8, 1, 0x40_0000],
      [9, 1, 0x1000],
    ] as const;
    for (const [type, count, bytes] of sizes)
      assert.equal(Number(guest.call('bytesOf', type, count)), bytes);
  });

  it('is refused when there can be no such object', () => {
    const refused = [
      [7, 0],
      [7, 5000],
      [7, 0xffff_ffff],
      [0, 3],
      [0, 30],
      [4, 26],
      [5, 6],
    ] as const;
    for (const [type, count] of refused)
      assert.equal(guest.call('isCountValid', type, count), 0, `${type} ${count}`);
    assert.equal(guest.call('isCountValid', 7, 4096), 1);
  });
});

describe('messages of the process manager', () => {
  for (const kind of [0, 1, 3, 5, 6, 7, 8, 9, 11, 12, 13])
    it(`name a bundle: ${kind}`, () => {
      assert.deepEqual(written('processPlain', kind), [kind, ...text('hello')]);
      assert.equal(read('readProcess', [kind, ...text('hello')]), `${kind} hello`);
    });

  for (const kind of [2, 4, 10])
    it(`have nothing but their kind: ${kind}`, () => {
      assert.deepEqual(written('processPlain', kind), [kind]);
      assert.equal(read('readProcess', [kind]), `${kind} `);
    });

  it('have the state as a variant, of which one holds a code', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((kind) => written('state', kind)),
      [[0], [1], [2, 7], [3], [4]],
    );
    const read5 = [[0], [1], [2, 7], [3], [4], [5], [2], []].map((each) => read('readState', each));
    const states = ['Stopped', 'Running', 'Exited(7)', 'Faulted', 'Suspended'];
    assert.deepEqual(read5, [...states, 'none', 'none', 'none']);
  });

  it('list names a part at a time, in their order, as many as there is room for', () => {
    const part = (room: number, behind: string): string[] => {
      for (const [index, value] of Buffer.from(behind).entries())
        guest.memory.setUint8(at + index, value);
      return guest.text(guest.call('partOf', room, behind.length)).split(',');
    };
    assert.deepEqual(part(100, ''), ['a', 'bb', 'ccc', 'd']);
    assert.deepEqual(part(100, 'bb'), ['ccc', 'd']);
    assert.deepEqual(part(100, 'b'), ['bb', 'ccc', 'd']);
    assert.deepEqual(part(100, 'd'), ['']);
    assert.deepEqual(part(12, ''), ['a', 'bb']);
    assert.deepEqual(part(9, ''), ['a', 'bb']);
    assert.deepEqual(part(8, ''), ['a']);
  });

  it('list names', () => {
    assert.deepEqual(written('namesOf'), [2, 1, 97, 2, 98, 99]);
    assert.equal(read('readNameList', [2, 1, 97, 2, 98, 99]), 'a,bc');
    assert.equal(read('readNameList', [3, 1, 97, 2, 98, 99]), 'none');
  });

  it('bring an image to install', () => {
    assert.deepEqual(written('install'), [0, ...bundle]);
    assert.deepEqual(written('installApp'), [1, ...text('x'), ...bundle]);
    assert.deepEqual(written('uninstall'), [2, ...text('x')]);
    assert.equal(read('readPackage', [1, ...text('x'), ...bundle]), `1 x ${told}`);
    assert.equal(read('readPackage', [4]), 'none');
  });

  it('tell all of a bundle, and again', () => {
    guest.call('start');
    const again = guest.text(guest.call('statusAgain'));
    assert.equal(again, 'Exited(3) exit 3 2 4096 100 5000 10000 always');
  });
});

describe('messages of the security coordinator', () => {
  const cases: readonly (readonly [string, readonly number[], readonly number[], string])[] = [
    ['echo', [], [0, ...text('hi')], '0 hi   - none'],
    ['installModel', [], [3, ...text('x'), ...text('m'), ...bundle], `3 x m  - ${told}`],
    ['securityPlain', [4], [4, ...text('x')], '4 x   - none'],
    ['securityPlain', [5], [5], '5    - none'],
    ['securityPlain', [6], [6, ...text('x')], '6 x   - none'],
    ['securityPlain', [7], [7, ...text('x')], '7 x   - none'],
    ['securityPlain', [8], [8, ...text('x')], '8 x   - none'],
    ['writeKey', [], [11, ...text('x'), ...text('k'), 2, 8, 9], '11 x  k 8,9 none'],
    ['deleteKey', [], [12, ...text('x'), ...text('k')], '12 x  k - none'],
    ['securityPlain', [13], [13], '13    - none'],
    ['securityPlain', [14], [14], '14    - none'],
    ['securityPlain', [16], [16, ...text('x')], '16 x   - none'],
  ];
  for (const [name, args, bytes, again] of cases)
    it(`are those of Rust: ${name} ${args.join()}`, () => {
      assert.deepEqual(written(name, ...args), bytes);
      assert.equal(read('readSecurity', bytes), again);
    });

  it('have a value as a hundred bytes, without a length', () => {
    assert.deepEqual(written('keyValue'), [8, 9, ...Array<number>(98).fill(0)]);
  });
});

describe('requests for a part of the slots', () => {
  for (const [name, kind] of [
    ['memorySlots', 7],
    ['processSlots', 15],
    ['securitySlots', 18],
  ] as const)
    it(`tell the first one: ${name}`, () => {
      const bytes = [kind, 300 & 0xff, 1, 0, 0];
      assert.deepEqual(written(name), bytes);
      assert.equal(read('slotOf', bytes), '300');
      assert.equal(read('slotOf', bytes.slice(0, -1)), 'none');
    });
});

describe('what is no message', () => {
  it('is told to be none, and ends no program', () => {
    const readers = ['readMemory', 'readStats', 'readProcess', 'readState', 'readNameList'];
    const others = ['readPackage', 'readSecurity', 'readStatus', 'readClient', 'readValue'];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(18), (bytes, kind) => {
        for (const name of [...readers, ...others])
          for (const start of [[], [kind]]) {
            const all = [...start, ...bytes];
            for (const [index, value] of all.entries()) guest.memory.setUint8(at + index, value);
            guest.call(name, all.length);
          }
      }),
    );
  });
});
