/** The memory of guest programs under any order of use: what is held keeps its bytes, and what is dropped comes back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { startAllocations } from '../../runtime/toolchain/guest/start-allocations.js';
import { decodeModule } from '../../runtime/toolchain/guest/wasm/decode-module.js';
import { compileGuest, runGuest } from '../support/guest-program.js';

const source = `const held = new StaticArray<Uint8Array | null>(16);
export function put(slot: i32, size: i32): void {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    if (bytes[i] != 0) throw new Error('not clean');
    bytes[i] = <u8>(slot * 31 + i);
  }
  held[slot] = bytes;
}
export function drop(slot: i32): void { held[slot] = null; }
export function pushAll(count: i32): i32 {
  const items: i32[] = [];
  for (let i = 0; i < count; i++) items.push(i);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += items[i];
  return sum;
}
export function check(): i32 {
  for (let slot = 0; slot < held.length; slot++) {
    const bytes = held[slot];
    if (!bytes) continue;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] != <u8>(slot * 31 + i)) return slot + 1;
  }
  return 0;
}
`;
const generated = new Map([
  [
    'heap',
    `import { usedBytes } from "rt/arena";
export function collect(): void { __collect(); }
export function used(): usize { return usedBytes; }`,
  ],
]);

const operation = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    slot: fc.nat(15),
    size: fc.oneof(fc.nat(80), fc.nat(1500)),
  }),
  fc.record({ kind: fc.constant('drop' as const), slot: fc.nat(15) }),
  fc.record({ kind: fc.constant('push' as const), count: fc.nat(200) }),
  fc.record({ kind: fc.constant('collect' as const) }),
);

const arenaBytes = 0x1_0000;
/** Of a view, its buffer and their headers, rounded up. */
const bytesOf = (size: number): number => 16 + 12 + 4 + 16 + Math.ceil(size / 8) * 8;

describe('the memory of a guest program', () => {
  const guest = runGuest(source, {
    generated,
    entries: ['app/Main.ts', 'heap'],
    folder: 'app',
    arenaBytes,
    isOptimized: true,
  });
  guest.call('collect');
  const own = Number(guest.call('used'));

  it('keeps what is held and takes back the rest, in any order of use', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const sizes = new Map<number, number>();
        const collect = (): void => {
          guest.call('collect');
          const held = [...sizes.values()].reduce((sum, size) => sum + bytesOf(size), own);
          const used = Number(guest.call('used'));
          // A rest of a block that is too small for a header stays with it.
          assert.ok(used >= held && used <= held + sizes.size * 16, `${used} for ${held}`);
        };
        for (const each of operations) {
          if (each.kind === 'put') {
            guest.call('put', each.slot, each.size);
            sizes.set(each.slot, each.size);
          } else if (each.kind === 'drop') {
            guest.call('drop', each.slot);
            sizes.delete(each.slot);
          } else if (each.kind === 'push') {
            const sum = (each.count * (each.count - 1)) / 2;
            assert.equal(guest.call('pushAll', each.count), each.count === 0 ? 0 : sum);
          }
          if (each.kind === 'collect' || Number(guest.call('used')) > arenaBytes / 2) collect();
          assert.equal(guest.call('check'), 0);
        }
        for (const slot of sizes.keys()) guest.call('drop', slot);
        sizes.clear();
        collect();
      }),
      { numRuns: 300 },
    );
  });
});

const beginning = fc.oneof(
  fc.tuple(fc.nat(3), fc.nat(900)).map(([at, size]) => `bytes${at}.push(new Uint8Array(${size}));`),
  fc
    .tuple(fc.nat(3), fc.nat(40))
    .map(([at, count]) => `for (let i = 0; i < ${count}; i++) words${at}.push(i);`),
  fc.nat(99).map((key) => `names.set('n${key}', 'name ' + names.size.toString());`),
  fc.nat(300).map((size) => `tables.push(new StaticArray<u16>(${size}));`),
);

describe('the start of a guest program', () => {
  it('has enough of an arena with as many bytes as the build says, and not of one with less', () => {
    const names = [0, 1, 2, 3];
    fc.assert(
      fc.property(fc.array(beginning, { maxLength: 12 }), fc.boolean(), (lines, isOptimized) => {
        const text = `${names.map((at) => `const bytes${at}: Uint8Array[] = []; const words${at}: i32[] = [];`).join('\n')}
const names = new Map<string, string>();
const tables: StaticArray<u16>[] = [];
${lines.join('\n')}
export function sizes(): i32 {
  return ${names.map((at) => `bytes${at}.length + words${at}.length`).join(' + ')} + names.size + tables.length;
}`;
        const { module } = compileGuest(text, { isOptimized });
        const decoded = module && decodeModule(module.wasm).module;
        const bytes = decoded && startAllocations(decoded, module).bytes;
        assert.ok(bytes !== undefined && bytes > 0);
        // The arena begins four bytes before a multiple of eight.
        runGuest(text, { isOptimized, arenaBytes: bytes + 4 });
        assert.throws(() => runGuest(text, { isOptimized, arenaBytes: bytes + 3 }));
      }),
      { numRuns: 12 },
    );
  });
});

describe('the compiler of guest programs', () => {
  it('answers any text with a module or with errors', () => {
    const words = ['export', 'function', 'class', 'f', '(', ')', '{', '}', ':', 'i32', '=', 'let'];
    const more = ['@inline', '<', '>', '1', "'x'", '`', '${', 'new', 'this', ';', '\n', '/*', '.'];
    const text = fc
      .array(fc.constantFrom(...words, ...more), { maxLength: 40 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, (entry) => {
        const { module, diagnostics } = compileGuest(entry);
        const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
        assert.equal(module === undefined, hasErrors);
      }),
      { numRuns: 40 },
    );
  });
});
