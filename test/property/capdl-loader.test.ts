/** Whatever a valid specification says, the loader leaves exactly that. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { compareWithSpec } from '../../runtime/inspect/spec-comparison.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlSpec,
} from '../../runtime/toolchain/capdl/spec.js';
import { loadSystem, object, specOf } from '../support/loaded-system.js';

const rights = fc.record({
  read: fc.boolean(),
  write: fc.boolean(),
  grant: fc.boolean(),
  grantReply: fc.boolean(),
});
const badge = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 0xfff_ffffn }));

/** What a slot of a CNode may get, as numbers that choose among the objects there are. */
const wish = fc.record({
  slot: fc.nat(15),
  kind: fc.constantFrom(
    'ep',
    'notification',
    'frame',
    'tcb',
    'cnode',
    'sc',
    'rtreply',
    'irq',
    'pt',
  ),
  which: fc.nat(7),
  rights: fc.option(rights, { nil: undefined }),
  badge,
  guardSize: fc.nat(28),
});

const thread = fc.record({
  cnode: fc.nat(3),
  space: fc.nat(2),
  buffer: fc.option(fc.nat(5), { nil: undefined }),
  fault: fc.option(fc.record({ endpoint: fc.nat(3), badge }), { nil: undefined }),
  timeout: fc.option(fc.record({ endpoint: fc.nat(3), badge }), { nil: undefined }),
  priority: fc.nat(255),
  maxPriority: fc.nat(255),
  init: fc.array(fc.bigInt({ min: 0n, max: 0xffff_ffffn }), { maxLength: 8 }),
  hasTime: fc.boolean(),
  isBound: fc.boolean(),
});

const page = fc.record({
  space: fc.nat(2),
  slot: fc.nat(40),
  frame: fc.nat(5),
  rights,
  owner: fc.option(fc.record({ cnode: fc.nat(3), slot: fc.nat(15) }), { nil: undefined }),
});

const shape = fc.record({
  wishes: fc.array(fc.tuple(fc.nat(3), wish), { maxLength: 30 }),
  threads: fc.array(thread, { minLength: 1, maxLength: 4 }),
  pages: fc.array(page, { maxLength: 12 }),
  interrupts: fc.uniqueArray(fc.integer({ min: 1, max: 42 }), { maxLength: 4 }),
  signals: fc.array(badge, { maxLength: 4 }),
  times: fc.array(fc.tuple(fc.integer({ min: 20, max: 20_000 }), fc.nat(20_000)), { maxLength: 4 }),
});

type Shape = ReturnType<typeof shape.generate>['value'];

/** Four CNodes, three spaces, and so on; each wish takes what there is of its kind. */
function specOfShape({ wishes, threads, pages, interrupts, signals, times }: Shape): CapdlSpec {
  const cnodes = Array.from({ length: 4 }, () => new Map<number, CapdlCapability>());
  const tables = Array.from({ length: 3 }, () => new Map<number, CapdlCapability>());
  for (const { space, slot, frame, rights: wanted, owner } of pages) {
    const table = tables[space];
    // A page without any rights is none.
    if (table === undefined || table.has(slot) || !(wanted.read || wanted.grant)) continue;
    table.set(slot, { object: `frame${String(frame)}`, rights: wanted });
    const cnode = owner === undefined ? undefined : cnodes[owner.cnode];
    if (owner === undefined || cnode === undefined || cnode.has(owner.slot)) continue;
    cnode.set(owner.slot, {
      object: `frame${String(frame)}`,
      rights: { ...wanted, read: true, write: true },
      mapping: { object: `pt${String(space)}`, slot },
    });
  }
  const counts = {
    ep: 4,
    notification: 4,
    frame: 6,
    tcb: threads.length,
    cnode: 4,
    sc: times.length,
    rtreply: 2,
    irq: interrupts.length,
    pt: 3,
  };
  for (const [holder, { slot, kind, which, rights: wanted, badge: mark, guardSize }] of wishes) {
    const cnode = cnodes[holder];
    const count = counts[kind];
    if (cnode === undefined || cnode.has(slot) || count === 0) continue;
    const name = `${kind}${String(which % count)}`;
    cnode.set(slot, {
      object: name,
      ...(wanted === undefined ? {} : { rights: wanted }),
      ...(kind === 'ep' || kind === 'notification' ? { badge: mark } : {}),
      ...(kind === 'cnode' ? { guard: 0n, guardSize } : {}),
    });
  }
  const objects: CapdlObject[] = [
    ...named('ep', counts.ep),
    ...named('notification', counts.notification),
    ...named('rtreply', counts.rtreply),
    ...named('frame', counts.frame).map((each) => ({ ...each, sizeBits: 12 })),
    ...cnodes.map((slots, index) => ({
      ...object(`cnode${String(index)}`, 'cnode', { sizeBits: 4 }),
      slots,
    })),
    ...tables.map((slots, index) => ({ ...object(`pt${String(index)}`, 'pt'), slots })),
    ...tables.map((_, index) =>
      object(`pd${String(index)}`, 'pt', {}, [[1, { object: `pt${String(index)}` }]]),
    ),
    ...times.map(([budget, more], index) =>
      object(`sc${String(index)}`, 'sc', {
        sizeBits: 7 + (index % 3),
        sched: { budget: BigInt(budget), period: BigInt(budget + more), data: BigInt(index) },
      }),
    ),
    ...interrupts.map((_, index) => {
      const mark = signals[index];
      return object(
        `irq${String(index)}`,
        'irq',
        {},
        mark === undefined ? [] : [[0, { object: `notification${String(index)}`, badge: mark }]],
      );
    }),
    ...threads.map((each, index) => threadOf(each, index, times.length)),
  ];
  return specOf(
    objects,
    interrupts.map((irq, index) => [irq, `irq${String(index)}`]),
  );
}

const named = (type: CapdlObject['type'], count: number): CapdlObject[] =>
  Array.from({ length: count }, (_, index) => object(`${type}${String(index)}`, type));

function threadOf(each: Shape['threads'][number], index: number, times: number): CapdlObject {
  const handler = { read: false, write: true, grant: false, grantReply: true };
  const slots: [number, CapdlCapability][] = [
    [0, { object: `cnode${String(each.cnode)}`, guard: 0n, guardSize: 28 }],
    [1, { object: `pd${String(each.space)}` }],
  ];
  if (each.buffer !== undefined) slots.push([4, { object: `frame${String(each.buffer)}` }]);
  if (each.fault !== undefined)
    slots.push([
      5,
      { object: `ep${String(each.fault.endpoint)}`, rights: handler, badge: each.fault.badge },
    ]);
  if (each.hasTime && index < times) slots.push([6, { object: `sc${String(index)}` }]);
  if (each.timeout !== undefined)
    slots.push([
      7,
      { object: `ep${String(each.timeout.endpoint)}`, rights: handler, badge: each.timeout.badge },
    ]);
  if (each.isBound) slots.push([8, { object: `notification${String(index)}` }]);
  const { priority, maxPriority, init } = each;
  return object(
    `tcb${String(index)}`,
    'tcb',
    {
      tcb: {
        priority,
        maxPriority,
        init,
        instructionPointer: 0x40_0000n,
        stackPointer: 0x50_0000n,
        ...(each.buffer === undefined ? {} : { ipcBufferAddress: 0x40_1200n }),
      },
    },
    slots,
  );
}

describe('a specification', () => {
  it('is what the loader leaves, whatever it says', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        const spec = specOfShape(drawn);
        const { platform, console } = loadSystem(spec, { instructions: 2_000_000 });
        assert.equal(console(), '');
        assert.deepEqual(compareWithSpec(platform, spec), []);
        const { memory, board } = platform.machine;
        assert.deepEqual(checkInvariants(memory, board), []);
      }),
      { numRuns: 25 },
    );
  });
});
