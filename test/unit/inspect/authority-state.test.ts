import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { threadSlots } from '../../../runtime/image/capability-state.js';
import {
  analyseAuthority,
  componentNamed,
  viewConfinement,
} from '../../../runtime/authority/authority.js';
import { capabilityStateOf } from '../../../runtime/inspect/authority-state.js';
import { platformOf } from '../../support/assembled-platform.js';
import { helloSample } from '../../support/hello-sample.js';

describe('the capability state of the running sample', () => {
  const state = capabilityStateOf(helloSample());
  assert.ok(state !== undefined);
  const index = (name: string): number => componentNamed(state, name) ?? -1;

  it('has a component for each thread, with its spaces', () => {
    assert.deepEqual(
      state.components.map(({ name }) => name),
      ['rootserver', 'pinger'],
    );
    const pinger = state.objects[index('pinger')];
    const slots = Object.fromEntries(pinger?.slots.map(({ slot, object }) => [slot, object]) ?? []);
    const cnode = state.objects[slots[threadSlots.cspace] ?? -1];
    assert.deepEqual(
      cnode?.slots.map(({ slot, object }) => [slot, state.objects[object]?.type]),
      [
        ['0x1', 'endpoint'],
        ['0x2', 'thread'],
      ],
    );
    assert.equal(state.objects[slots[threadSlots.schedContext] ?? -1]?.type, 'schedContext');
  });

  it('has what page tables map, with the rights of their entries', () => {
    const root = state.objects[index('pinger')]?.slots.find(({ slot }) => slot === 'vspace');
    const table = state.objects[root?.object ?? -1]?.slots[0];
    const frames = state.objects[table?.object ?? -1]?.slots ?? [];
    assert.ok(frames.length > 0);
    assert.ok(frames.every(({ object }) => state.objects[object]?.type === 'frame'));
    assert.ok(frames.some(({ rights }) => rights.read && !rights.write));
  });

  it('knows from which untyped each object was made', () => {
    const endpoint = state.objects.find(({ type }) => type === 'endpoint');
    assert.equal(state.objects[endpoint?.madeFrom ?? -1]?.type, 'untyped');
  });

  it('shows that the child gets nothing from a root task that keeps its capabilities', () => {
    const authority = analyseAuthority(state, { trusted: [index('rootserver')] });
    assert.deepEqual([...authority.closure.capabilitiesOf(index('pinger'))].length, 2);
    const found = viewConfinement(authority, index('pinger'), index('rootserver'));
    assert.ok(!found.confined);
    assert.equal(found.effect, 'message');
    assert.match(found.path[0]?.capability ?? '', /^endpoint 0x\w+, -W-P, badge 7, in slot 0x1 of/);
    const back = viewConfinement(authority, index('rootserver'), index('pinger'));
    assert.ok(!back.confined);
    assert.equal(back.effect, 'control');
  });

  it('is not there without a kernel', () => {
    const bare = platformOf('.globl _start\n_start: j _start\n', { kernel: 'none' });
    assert.equal(capabilityStateOf(bare), undefined);
  });
});

describe('the analysis of a large state', () => {
  it('answers for ten thousand objects that are one ring of grants', () => {
    const count = 2000;
    const all = { read: true, write: true, grant: true, grantReply: true };
    const at = (kind: number, which: number): number => kind * count + (which % count);
    const types = ['thread', 'cnode', 'pageTable', 'endpoint', 'frame'] as const;
    const objects = types.flatMap((type, kind) =>
      Array.from({ length: count }, (_, which) => {
        const name = `${type} ${which}`;
        const slot = (label: string, object: number, rights = all) => ({
          slot: label,
          object,
          rights,
        });
        switch (kind) {
          case 0:
            return {
              name,
              type,
              slots: [
                slot(threadSlots.cspace, at(1, which)),
                slot(threadSlots.vspace, at(2, which)),
              ],
            };
          case 1:
            return {
              name,
              type,
              slots: [
                slot('1', at(3, which), { ...all, write: false }),
                slot('2', at(3, which + 1), { ...all, read: false }),
                slot('3', at(1, which)),
              ],
            };
          case 2:
            return { name, type, slots: [slot('0x1000', at(4, which))] };
          default:
            return { name, type, slots: [] };
        }
      }),
    );
    const components = Array.from({ length: count }, (_, which) => ({
      name: `thread ${which}`,
      threads: [which],
    }));
    const authority = analyseAuthority({ components, objects, hasReplyObjects: true });
    assert.equal(authority.closure.capabilitiesOf(0).length, 3 * count);
    assert.equal(viewConfinement(authority, 0, count / 2).confined, false);
  });
});
