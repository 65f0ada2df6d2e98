/** The arenas of components in guest TypeScript: what is told of them, and what happens when one is full. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchFaults } from '../../runtime/inspect/fault-reports.js';
import { formatAddress, virtAddr } from '../../runtime/base/address.js';
import { viewFault } from '../../runtime/inspect/faults.js';
import { guestTrapAt } from '../../runtime/inspect/guest-trap.js';
import { viewHeapObjects } from '../../runtime/inspect/heap-objects.js';
import { viewHeaps } from '../../runtime/inspect/heaps.js';
import { viewThreads } from '../../runtime/inspect/threads.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Ran } from '../support/component-system.js';

const texts = {
  'P.idl4': 'procedure P { int work(in int n); }',
  'Client.camkes': 'import "P.idl4"; component Client { control; uses P p; }',
  'Steady.camkes': 'import "P.idl4"; component Steady { provides P p; }',
  'Hungry.camkes': 'component Hungry { control; }',
  'Careless.camkes': 'component Careless { control; }',
  'system.camkes': `import <std_connector.camkes>;
    import "Client.camkes"; import "Steady.camkes"; import "Hungry.camkes";
    import "Careless.camkes";
    assembly {
      composition {
        component Client client; component Steady steady; component Hungry hungry;
        component Careless careless;
        connection seL4RPCCall c(from client.p, to steady.p);
      }
      configuration { hungry.heap_size = 8192; steady.heap_size = 8192; }
    }`,
  'Client.ts': `
    import { p } from "camkes";
    import { log, yieldTime } from "sel4";
    export function run(): void {
      let sum = 0;
      for (let n = 0; n < 100; n++) {
        sum += p.work(n);
        yieldTime();
      }
      log(sum.toString());
    }`,
  'Steady.ts': `
    export function p_work(n: i32): i32 {
      const bytes = new Uint8Array(500);
      bytes[n] = 1;
      return bytes.length;
    }`,
  'Careless.ts': `
    export function run(): void { throw new Error("no cat"); }`,
  'Hungry.ts': `
    const kept: Uint8Array[] = [];
    export function run(): void {
      while (true) kept.push(new Uint8Array(1000));
    }`,
};

const ran: Ran = (() => {
  const built = buildTexts(texts, 'system.camkes', { guestCompiler });
  assert.deepEqual(problemsOf(built), []);
  return bootBuilt(built);
})();

/** Why the first thread of a component stopped itself. */
function trapOf(component: string): string | undefined {
  const thread = viewThreads(ran.platform).find(({ name }) => name.startsWith(component))?.id ?? 0;
  const pc = viewFault(ran.platform, thread)?.pc;
  return guestTrapAt(ran.platform, thread, pc ?? virtAddr(0))?.sentence;
}

const heapOf = (name: string) => {
  const found = viewHeaps(ran.platform).find((heap) => heap.name === name);
  assert.ok(found !== undefined);
  return found;
};

describe('the arena of a component', () => {
  it('that is full ends that component alone, with the size that was asked for', () => {
    assert.match(ran.console, /^50000$/m);
    assert.deepEqual(ran.differences, []);
    assert.match(
      trapOf('hungry') ?? '',
      /^out of memory: 1000 bytes are asked for, and its arena of 8192 bytes, of which \d+ are in use, has no room for them; set `hungry\.heap_size` to more than 8192 at Hungry\.ts:4$/,
    );
  });

  it('is told with what is in use, and what ever was', () => {
    const { arenaBytes, usedBytes = 0, peakBytes = 0, collections } = heapOf('hungry');
    assert.equal(arenaBytes, 8192);
    assert.ok(usedBytes > 7000 && usedBytes <= 8192, String(usedBytes));
    assert.ok(peakBytes >= usedBytes && peakBytes <= 8192, String(peakBytes));
    // Between events only, and this component never comes to the end of one.
    assert.equal(collections, 0);
  });

  it('is told object by object, as many bytes as are in use', () => {
    const arenas = viewHeapObjects(ran.platform);
    for (const { name, objects, problem } of arenas) {
      assert.equal(problem, undefined);
      const sum = objects.reduce((all, { bytes }) => all + bytes, 0);
      assert.equal(sum, heapOf(name).usedBytes ?? 0, name);
    }
    const { classes = [], objects = [] } = arenas.find(({ name }) => name === 'hungry') ?? {};
    const arrays = objects.filter(({ className }) => className === 'Uint8Array');
    assert.ok(arrays.length >= 6);
    assert.equal(classes.find(({ name }) => name === 'Uint8Array')?.count, arrays.length);
    // They are kept by the elements of `kept`, which the module's array has.
    const [holder = ''] = arrays[0]?.heldBy ?? [];
    const elements = objects.find(({ address }) => holder.startsWith(formatAddress(address)));
    assert.deepEqual([elements?.className, elements?.heldBy], ['ArrayBuffer', ['kept elements']]);
  });

  it('is collected between events, in pauses that its size bounds', () => {
    const { peakBytes = 0, collections = 0, longestPauseSteps = 0 } = heapOf('steady');
    assert.ok(collections > 3, String(collections));
    assert.ok(peakBytes < 8192, String(peakBytes));
    // Each block is looked at twice at most, and has a header of 16 bytes.
    assert.ok(longestPauseSteps > 0 && longestPauseSteps <= 2 * (8192 / 16));
  });
});

describe('an arena that has no room for an object', () => {
  /** Why the first thread that has stopped stands still. */
  function whyOf(composition: string): string | undefined {
    const built = buildTexts(
      {
        'Large.camkes': 'component Large { control; }',
        'Large.ts':
          'export function post_init(): void {\nconst table = new StaticArray<i32>(2000); table[0] = 1; }',
        'Small.camkes': 'component Small { control; }',
        'Small.ts': 'export function run(): void {}',
        'system.camkes': `import "Large.camkes"; import "Small.camkes";
          assembly {
            composition { ${composition} }
            configuration { large.heap_size = 4096; }
          }`,
      },
      'system.camkes',
      { guestCompiler },
    );
    assert.deepEqual(problemsOf(built), []);
    const told: string[] = [];
    bootBuilt(built, undefined, undefined, (platform) => {
      watchFaults(platform, ({ text }) => told.push(text));
    });
    assert.equal(told.length, 1);
    return told[0];
  }

  it('is told with the setting of the instance and its value, in a process and in a capsule', () => {
    const expected =
      /^Large\.ts:2:\d+: .*: out of memory: 8000 bytes are asked for, and its arena of 4096 bytes, of which \d+ are in use, has no room for them; set `large\.heap_size` to more than 4096\.$/;
    const [small, large] = ['component Small small;', 'component Large large;'];
    assert.match(whyOf(`${small} ${large}`) ?? '', expected);
    assert.match(whyOf(`group g { ${small} ${large} }`) ?? '', expected);
    assert.match(whyOf(`group g { ${large} ${small} }`) ?? '', expected);
  });
});

describe('a component that throws', () => {
  it('stops with its message and its place', () => {
    assert.equal(trapOf('careless'), 'no cat (Careless.ts:2:35)');
    assert.equal(trapOf('client'), undefined);
  });
});

describe('a control thread with loop()', () => {
  const text = `
    import { rest } from "camkes";
    import { log } from "sel4";
    let calls = 0;
    let kept = new Uint8Array(0);
    export function run(): void { log("run"); }
    export function loop(): void {
      kept = new Uint8Array(1000);
      kept[3] = 7;
      calls += 1;
      if (calls == 300) log("300 " + kept[3].toString());
      if (calls == 300) rest.wait();
    }`;
  const looping = buildTexts(
    {
      'P.idl4': 'procedure P { int work(in int n); }',
      'Alone.camkes': 'component Alone { control; has semaphore rest; }',
      'Serving.camkes':
        'import "P.idl4"; component Serving { control; has semaphore rest; provides P p; }',
      'system.camkes': `import "Alone.camkes"; import "Serving.camkes";
        assembly {
          composition { component Alone alone; component Serving serving; }
          configuration {
            alone.rest_value = 0; serving.rest_value = 0;
            alone.heap_size = 8192; serving.heap_size = 8192;
          }
        }`,
      'Alone.ts': text,
      'Serving.ts': `${text}\n    export function p_work(n: i32): i32 { return n; }`,
    },
    'system.camkes',
    { guestCompiler },
  );

  it('is called again and again, and what it left is reclaimed between two calls', () => {
    assert.deepEqual(problemsOf(looping), ['hint unused-interface Serving.camkes:1']);
    const { console, platform } = bootBuilt(looping);
    assert.deepEqual(console.split('\n').sort(), ['', '300 7', '300 7', 'run', 'run']);
    for (const { collections } of viewHeaps(platform)) assert.ok((collections ?? 0) > 10);
  });
});
