import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewCSpaces, viewSlots, type SlotView } from '../../../runtime/inspect/capabilities.js';
import { viewThreads } from '../../../runtime/inspect/threads.js';
import { platformOf } from '../../support/assembled-platform.js';
import { helloSample } from '../../support/hello-sample.js';

describe('the capability spaces of a root task that has just started', () => {
  const platform = platformOf(`
    .globl _start
_start: j _start
`);

  it('are one CSpace with the slots that seL4 promises', () => {
    const [cspace, ...others] = viewCSpaces(platform);
    assert.ok(cspace !== undefined);
    assert.deepEqual(others, []);
    assert.equal(cspace.label, 'rootserver');
    const { slots, total } = viewSlots(platform, cspace.cnode, { count: 4 });
    assert.equal(total, cspace.filled);
    assert.deepEqual(
      slots.map(({ index, cptr, path, capability }) => [index, cptr, path, capability.type]),
      [
        [1, 1, '0x001', 'TCB'],
        [2, 2, '0x002', 'CNode'],
        [3, 3, '0x003', 'PageTable'],
        [4, 4, '0x004', 'IRQControl'],
      ],
    );
    const own = slots[1]?.capability;
    assert.deepEqual([own?.guard, own?.cnode], [{ value: 0, sizeBits: 20 }, cspace.cnode]);
  });

  it('show copies that the TCB holds as children of the originals', () => {
    const [cspace] = viewCSpaces(platform);
    const { slots } = viewSlots(platform, cspace?.cnode ?? 0);
    const cnode = slots.find(({ capability }) => capability.type === 'CNode');
    assert.deepEqual(
      cnode?.capability.children.map(({ place }) => place),
      ['CSpace of rootserver'],
    );
  });
});

describe('the capability spaces of the sample', () => {
  const platform = helloSample();
  const cspaces = viewCSpaces(platform);

  it('are named after their threads', () => {
    const [root, child] = viewThreads(platform);
    assert.deepEqual(
      cspaces.map(({ threads }) => threads.map(({ id }) => id)),
      [[root?.id], [child?.id]].filter(([id]) => id !== undefined),
    );
  });

  it('tell for a derived capability where it comes from', () => {
    const slots = cspaces.flatMap(({ cnode }) => viewSlots(platform, cnode).slots);
    const named = (type: string): SlotView[] =>
      slots.filter(({ capability }) => capability.type === type);
    const badged = named('Endpoint').find(({ capability }) => capability.badge !== 0);
    assert.match(badged?.capability.parent?.label ?? '', /^Endpoint 0x[0-9a-f]{8}, RWGP$/);
    assert.match(badged?.capability.label ?? '', /badge \d+/);
    const source = named('Untyped').find(({ capability }) => capability.childCount > 0);
    assert.match(source?.capability.details[0]?.value ?? '', /^\d+ \S+ of \d+ KiB$/);
  });

  it('page through a CNode', () => {
    const cnode = cspaces[0]?.cnode ?? 0;
    const all = viewSlots(platform, cnode).slots.map(({ index }) => index);
    const pages = Array.from({ length: Math.ceil(all.length / 10) }, (_, page) => 10 * page);
    const parts = pages.flatMap((start) =>
      viewSlots(platform, cnode, { start, count: 10 }).slots.map(({ index }) => index),
    );
    assert.deepEqual(parts, all);
  });

  it('of an address that is no CNode are empty', () => {
    assert.deepEqual(viewSlots(platform, 0x1234), { slots: [], total: 0 });
  });
});
