import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapabilityState } from '../../../../runtime/image/capability-state.js';
import {
  analyseAuthority,
  componentNamed,
  viewConfinement,
  type Confinement,
} from '../../../../runtime/authority/authority.js';
import { capabilityStateOfSpec } from '../../../../runtime/toolchain/capdl/capability-state.js';
import { analyzeCapdl } from '../../../../runtime/toolchain/capdl/read.js';

function stateOf(objects: string, caps: string): CapabilityState {
  const { spec } = analyzeCapdl('a.cdl', `arch riscv objects { ${objects} } caps { ${caps} }`);
  assert.ok(spec);
  return capabilityStateOfSpec(spec);
}

/** Two components, `a` and `b`, each with a thread. */
const two = (objects: string, caps: string): CapabilityState =>
  stateOf(
    `a_cnode = cnode (4 bits) b_cnode = cnode (4 bits) a_tcb = tcb b_tcb = tcb a_sc = sc b_sc = sc ${objects}`,
    `a_tcb { cspace: a_cnode sc_slot: a_sc } b_tcb { cspace: b_cnode sc_slot: b_sc } ${caps}`,
  );

function confinement(state: CapabilityState, from: string, to: string): Confinement {
  const [source, target] = [componentNamed(state, from), componentNamed(state, to)];
  assert.ok(source !== undefined && target !== undefined);
  return viewConfinement(analyseAuthority(state), source, target);
}

describe('the authority that a specification gives', () => {
  it('takes all threads with one root CNode as one component', () => {
    const state = stateOf(
      'x_cnode = cnode (4 bits) one_tcb = tcb two_tcb = tcb alone_tcb = tcb',
      'one_tcb { cspace: x_cnode } two_tcb { cspace: x_cnode }',
    );
    assert.deepEqual(
      state.components.map(({ name, threads }) => [
        name,
        threads.map((thread) => state.objects[thread]?.name),
      ]),
      [
        ['x', ['one_tcb', 'two_tcb']],
        ['alone', ['alone_tcb']],
      ],
    );
  });

  it('finds a component confined that holds nothing of the other', () => {
    const state = two('e = ep f = frame (4k)', 'a_cnode { 1: e (RW) } b_cnode { 1: f (RW) }');
    assert.equal(confinement(state, 'a', 'b').confined, true);
  });

  it('finds the way over an endpoint, with its slot', () => {
    const state = two('e = ep', 'a_cnode { 1: e (W, badge: 7) } b_cnode { 2: e (R) }');
    const way = confinement(state, 'a', 'b');
    assert.ok(!way.confined);
    assert.match(way.path[0]?.capability ?? '', /^e, -W--, badge 7, in slot 0x1 of a_cnode$/);
    assert.equal(confinement(state, 'b', 'a').confined, true);
  });

  it('finds the way over shared memory only for who may write', () => {
    const state = two(
      'p = pt q = pt f = frame (4k)',
      'a_tcb { vspace: p } b_tcb { vspace: q } p { 0: f (RW) } q { 0: f (R) }',
    );
    assert.equal(confinement(state, 'a', 'b').confined, false);
    assert.equal(confinement(state, 'b', 'a').confined, true);
  });

  it('finds control over another thread', () => {
    const way = confinement(two('', 'a_cnode { 3: b_tcb }'), 'a', 'b');
    assert.ok(!way.confined);
    assert.equal(way.effect, 'control');
  });

  it('finds the fault handler that a pointer names, before MCS', () => {
    const state = stateOf(
      'c = cnode (4 bits) t = tcb (fault_ep: 3) e = ep',
      't { cspace: c } c { 3: e (RWG) }',
    );
    const thread = state.objects.find(({ name }) => name === 't');
    assert.deepEqual(
      thread?.slots.map(({ slot }) => slot),
      ['cspace', 'fault handler'],
    );
    assert.equal(state.hasReplyObjects, false);
  });

  it('names pages by their address, and leaves out capabilities to reply', () => {
    const state = stateOf(
      'c = cnode (12 bits) t = tcb p = pt q = pt f = frame (4k)',
      't { cspace: c vspace: p } c { 16: sched_control (core: 0) 17: t (reply) } p { 1: q } q { 2: f (RX) }',
    );
    const slotsOf = (name: string): string[] =>
      (state.objects.find((object) => object.name === name)?.slots ?? []).map(
        ({ slot, object }) => `${slot} ${state.objects[object]?.name ?? ''}`,
      );
    assert.deepEqual(slotsOf('q'), ['0x00402000 f']);
    assert.deepEqual(slotsOf('c'), ['0x010 scheduling control']);
  });
});
