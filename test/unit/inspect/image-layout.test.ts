/** The views of a kernel that is not ours, over bytes written by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { threadSlots } from '../../../runtime/image/capability-state.js';
import { viewAddressSpaces } from '../../../runtime/inspect/address-spaces.js';
import { capabilityStateOf } from '../../../runtime/inspect/authority-state.js';
import { viewCSpaces, viewSlots } from '../../../runtime/inspect/capabilities.js';
import { viewEndpoints } from '../../../runtime/inspect/ipc.js';
import { readRegister } from '../../../runtime/inspect/thread-state.js';
import { viewThreads } from '../../../runtime/inspect/threads.js';
import { bootTinyKernel } from '../../support/tiny-kernel.js';
import {
  classicDebug,
  debug,
  globals,
  half,
  place,
  symbols,
  tcbMembers,
  write,
  written,
} from '../../support/written-kernel.js';

describe('the views of a kernel image', () => {
  it('count harts as threads until the kernel has come up', () => {
    const platform = bootTinyKernel({ code: 'wfi', symbols, debug });
    assert.deepEqual(
      viewThreads(platform).map(({ name }) => name),
      ['hart 0'],
    );
    assert.deepEqual(viewCSpaces(platform), []);
  });

  it('show threads by the types in its debug information', () => {
    const platform = written();
    const [alice, bob] = viewThreads(platform);
    assert.deepEqual([alice?.id, alice?.name, alice?.state], [place.alice, 'alice', 'running']);
    assert.deepEqual([alice?.priority, alice?.maximumControlledPriority], [100, 101]);
    assert.equal(alice?.schedulingContext, '250 µs, round robin, at 0x80420100');
    assert.equal(bob?.state, 'blocked on receive, endpoint 0x80420000');
    assert.deepEqual(bob.waitsOn, { kind: 'receive', object: place.endpoint });
  });

  it('read registers from the TCB while the kernel itself executes, and from the hart in U-mode', () => {
    const platform = written();
    const [hart] = platform.machine.harts;
    assert.ok(hart !== undefined);
    hart.x[2] = 0x1234;
    assert.equal(readRegister(platform, place.alice, 2), 0x7000_0000);
    hart.privilege = 0;
    assert.equal(readRegister(platform, place.alice, 2), 0x1234);
  });

  it('show its CSpaces, queues and address spaces at physical addresses', () => {
    const platform = written();
    const [cspace] = viewCSpaces(platform);
    assert.deepEqual([cspace?.cnode, cspace?.label], [place.cnode, 'alice, bob']);
    assert.deepEqual(
      viewSlots(platform, place.cnode).slots.map(({ path, capability }) => [
        path,
        capability.label,
      ]),
      [
        ['0x1', 'Endpoint 0x80420000, -WG-, badge 9'],
        ['0x2', 'TCB 0x80400000, alice'],
      ],
    );
    assert.deepEqual(
      viewEndpoints(platform).map(({ object, queue }) => [object, queue.map(({ name }) => name)]),
      [[place.endpoint, ['bob']]],
    );
    const [space] = viewAddressSpaces(platform);
    assert.deepEqual(
      [space?.asid, space?.mappings.map(({ start, rights }) => [start, rights])],
      [1, [[0x40_0000, 'rw-']]],
    );
  });

  it('find the fault handler of a kernel without MCS by its capability pointer', () => {
    const platform = written(classicDebug);
    const alice = place.alice + half;
    write(platform, alice + tcbMembers.tcbYieldTo, 1);
    write(platform, alice + tcbMembers.tcbSchedContext, 5);
    const state = capabilityStateOf(platform);
    assert.equal(state?.hasReplyObjects, false);
    const slots = state.objects.find(({ name }) => name === 'alice')?.slots ?? [];
    const handler = slots.find(({ slot }) => slot === threadSlots.faultHandler);
    assert.equal(state.objects[handler?.object ?? -1]?.name, 'endpoint 0x80420000');
    assert.ok(!slots.some(({ slot }) => slot === threadSlots.schedContext));
    write(platform, alice + tcbMembers.tcbYieldTo, 0x1_0001);
    const wrong = capabilityStateOf(platform)?.objects.find(({ name }) => name === 'alice');
    assert.ok(!wrong?.slots.some(({ slot }) => slot === threadSlots.faultHandler), 'guard differs');
  });

  it('are those of bare harts when the image has no debug information', () => {
    const platform = bootTinyKernel({ code: 'wfi', symbols });
    write(platform, globals, place.alice + half);
    assert.deepEqual(
      viewThreads(platform).map(({ name }) => name),
      ['hart 0'],
    );
  });
});
