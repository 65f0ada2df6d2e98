/** What is told where a running system is not what its specification says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareWithSpec, isLoaded } from '../../../runtime/inspect/spec-comparison.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlSpec,
} from '../../../runtime/toolchain/capdl/spec.js';
import { cap, loadSystem, object, specOf } from '../../support/loaded-system.js';
import { component, stop } from '../../support/spec-component.js';
import { bootTinyKernel } from '../../support/tiny-kernel.js';
import { debug, releaseDebug, symbols, written } from '../../support/written-kernel.js';

const base = specOf(
  [
    object('ep', 'ep'),
    object('other', 'ep'),
    object('ntfn', 'notification'),
    object('irq', 'irq', {}, [[0, cap('ntfn', 'RW', { badge: 2n })]]),
    object('page', 'frame', { sizeBits: 12 }),
    object('pool', 'asid_pool', { asidHigh: 1 }, [[0, cap('one_pd')]]),
    ...component('one', {
      slots: [
        [1, cap('ep', 'WP', { badge: 3n })],
        [2, cap('other', 'R')],
        [3, cap('one_cnode', undefined, { guard: 1n, guardSize: 4 })],
        [4, cap('page', 'R', { mapping: { object: 'one_pt', slot: 20 } })],
        [5, cap('irq')],
        [6, cap('pool')],
        [7, cap('page', 'RW')],
        [8, cap('ntfn', 'R')],
      ],
      pages: [[20, cap('page', 'R')]],
      tcbSlots: [[8, cap('ntfn', 'R')]],
      tcb: { init: [9n] },
    }).objects,
  ],
  [[10, 'irq']],
);
const { platform } = loadSystem(base);

/** The specification with another object in place of one. */
const changed = (name: string, change: (object: CapdlObject) => CapdlObject): CapdlSpec => ({
  ...base,
  objects: base.objects.map((each) => (each.name === name ? change(each) : each)),
});
const withSlot = (name: string, slot: number, capability: CapdlCapability | undefined): CapdlSpec =>
  changed(name, (each) => {
    const slots = new Map(each.slots);
    if (capability === undefined) slots.delete(slot);
    else slots.set(slot, capability);
    return { ...each, slots };
  });
const told = (spec: CapdlSpec): string[] =>
  compareWithSpec(platform, spec).map(({ message }) =>
    message.replace(/0x5[0-9a-f]{7}/g, 'ADDRESS'),
  );

describe('a comparison with a specification', () => {
  it('finds nothing where they agree', () => {
    assert.deepEqual(told(base), []);
  });

  it('finds another badge, other rights, another guard', () => {
    assert.deepEqual(told(withSlot('one_cnode', 1, cap('ep', 'WP', { badge: 4n }))), [
      'Slot 0x1 of one_cnode has badge 3 for ep; it should be 4.',
    ]);
    assert.deepEqual(told(withSlot('one_cnode', 1, cap('ep', 'RG', { badge: 3n }))), [
      'Slot 0x1 of one_cnode gives WP instead of RG for ep.',
    ]);
    assert.deepEqual(
      told(withSlot('one_cnode', 3, cap('one_cnode', undefined, { guard: 0n, guardSize: 28 }))),
      [
        'Slot 0x3 of one_cnode has guard 0x00000001 of 4 bits for one_cnode; it should be 0x00000000 of 28 bits.',
      ],
    );
  });

  it('finds a slot that is empty, or full, or holds something else', () => {
    assert.deepEqual(told(withSlot('one_cnode', 9, cap('ep', 'R'))), [
      'Slot 0x9 of one_cnode is empty; it should hold ep ep.',
    ]);
    assert.deepEqual(told(withSlot('one_cnode', 2, undefined)), [
      'Slot 0x2 of one_cnode holds Endpoint ADDRESS, R---; it should be empty.',
    ]);
    assert.deepEqual(told(withSlot('one_cnode', 2, cap('ntfn', 'R'))), [
      'Slot 0x2 of one_cnode holds Endpoint ADDRESS, R---; it should hold notification ntfn.',
    ]);
  });

  it('finds two slots that should lead to one object, or to two', () => {
    assert.deepEqual(told(withSlot('one_cnode', 2, cap('ep', 'R'))), [
      'Slot 0x2 of one_cnode leads to another object than the one that is ep elsewhere.',
    ]);
    const two = withSlot('one_cnode', 7, cap('second', 'RW'));
    assert.deepEqual(
      told({ ...two, objects: [...two.objects, object('second', 'frame', { sizeBits: 12 })] }),
      ['Slot 0x7 of one_cnode leads to page; it should lead to second.'],
    );
  });

  it('finds a page with other rights, one that is missing, and one too many', () => {
    assert.deepEqual(told(withSlot('one_pt', 16, cap('one_code', 'RW'))), [
      'The page at 0x00010000 in one_pd is mapped r-x; one_code should be rw-.',
    ]);
    assert.deepEqual(told(withSlot('one_pt', 30, cap('page', 'RW'))), [
      'The page at 0x0001e000 in one_pd is not mapped; it should be page, rw-.',
    ]);
    assert.deepEqual(told(withSlot('one_pt', 16, undefined)), [
      'Something is mapped at 0x00010000 in one_pd; nothing should be.',
    ]);
    assert.deepEqual(
      told(withSlot('one_cnode', 4, cap('page', 'R', { mapping: { object: 'one_pt', slot: 17 } }))),
      ['Slot 0x4 of one_cnode is mapped at 0x00014000; it should be at 0x00011000 in one_pd.'],
    );
  });

  it('finds other parameters of threads and scheduling contexts', () => {
    const other = changed('one_tcb', (each) => ({
      ...each,
      tcb: { ...each.tcb, priority: 7, init: [8n], instructionPointer: 0x1_0004n },
    }));
    assert.deepEqual(told(other), [
      'The priority of one_tcb is 0x64; it should be 0x7.',
      'The first instruction of one_tcb is 0x10000; it should be 0x10004.',
      'Register a0 of one_tcb is 0x9; it should be 0x8.',
    ]);
    const slow = changed('one_sc', (each) => ({
      ...each,
      sched: { period: 20_000n, budget: 5000n, data: 1n },
    }));
    assert.deepEqual(told(slow), [
      'one_sc has a budget of 10000 µs; it should be 5000 µs.',
      'one_sc has a period of 0 µs; it should be 20000 µs.',
      'one_sc has data 0x0; it should be 0x1.',
    ]);
  });

  it('finds another interrupt, and another signal of it', () => {
    assert.deepEqual(told({ ...base, irqs: new Map([[11, 'irq']]) }), [
      'Slot 0x5 of one_cnode handles interrupt 10; irq is interrupt 11.',
      'Interrupt 11 is empty; it should hold notification ntfn.',
    ]);
    assert.deepEqual(told(withSlot('irq', 0, cap('ntfn', 'RW', { badge: 8n }))), [
      'Interrupt 10 has badge 2 for ntfn; it should be 8.',
    ]);
  });

  it('finds threads that are missing, and a root task that has not finished', () => {
    const more = { ...base, objects: [...base.objects, object('ghost', 'tcb')] };
    assert.deepEqual(told(more), ['There is no thread ghost.']);
    const early = loadSystem(base);
    early.platform.reset();
    early.platform.run(100);
    assert.deepEqual(
      compareWithSpec(early.platform, base).map(({ message }) => message),
      [
        'There is no thread one_tcb.',
        'The root task still runs: the system is not loaded yet, or could not be.',
      ],
    );
  });

  it('waits for a real kernel to come up: no system is loaded before', () => {
    assert.equal(isLoaded(bootTinyKernel({ code: 'wfi', symbols, debug })), false);
    assert.equal(isLoaded(written()), true);
  });

  it('needs the names of threads, which only a kernel for debugging keeps', () => {
    assert.deepEqual(
      compareWithSpec(written(releaseDebug), base).map(({ message }) => message),
      [
        'The kernel was not built for debugging: it keeps no names of threads, by which the objects of a specification are found.',
      ],
    );
  });

  it('finds a thread that runs though nobody should have started it', () => {
    const runner = component('runner', { code: stop });
    const spec = specOf(runner.objects);
    const running = loadSystem(spec, { files: runner.files, instructions: 100_000 }).platform;
    assert.deepEqual(compareWithSpec(running, spec), []);
    const waiting = specOf(component('runner', { code: stop, resume: false }).objects);
    assert.deepEqual(
      compareWithSpec(running, waiting).map(({ message }) => message),
      ['runner_tcb has been started; it should wait until somebody starts it.'],
    );
  });

  it('finds an object at another physical address, or of another size', () => {
    assert.deepEqual(told(changed('one_cnode', (each) => ({ ...each, sizeBits: 5 }))), [
      'cspace of one_tcb leads to something of 4 bits; one_cnode has 5.',
      'Slot 0x3 of one_cnode leads to something of 4 bits; one_cnode has 5.',
    ]);
    const placed = changed('page', (each) => ({ ...each, physicalAddress: 0x5000_0000n }));
    assert.deepEqual(told(placed), ['page lies at ADDRESS; it should lie at ADDRESS.']);
  });
});
