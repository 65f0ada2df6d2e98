import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorityDifference } from '../../../runtime/authority/authority-difference.js';
import { capabilityGraph } from '../../support/capability-graph.js';

const apart = `
  thread a: cspace=ca
  thread b: cspace=cb
  cnode ca: 1=note:W
  cnode cb: 7=ep:R 8=note:R
  endpoint ep
  notification note`;
const talking = apart.replace('1=note:W', '1=ep:W');

describe('the difference of two states in terms of authority', () => {
  it('is nothing for the same state', () => {
    assert.deepEqual(authorityDifference(capabilityGraph(apart), capabilityGraph(apart)), {
      added: [],
      removed: [],
      changes: [],
    });
  });

  it('tells what was gained and lost between two components, and by which capability', () => {
    const { changes } = authorityDifference(capabilityGraph(apart), capabilityGraph(talking));
    assert.deepEqual(changes, [
      {
        from: 'a',
        to: 'b',
        gained: ['message'],
        lost: ['signal'],
        path: [
          {
            who: 'a',
            capability: 'ep, -W--, in slot 1 of ca',
            why: 'a may send to ep, and b may receive from it (ep, R---, in slot 7 of cb).',
          },
        ],
      },
    ]);
  });

  it('gives the path of what is new where more is possible than before', () => {
    const both = apart.replace('1=note:W', '1=note:W 2=ep:W');
    const { changes } = authorityDifference(capabilityGraph(apart), capabilityGraph(both));
    assert.deepEqual(changes[0]?.gained, ['message']);
    assert.match(changes[0].path[0]?.why ?? '', /may send to ep/);
    const back = authorityDifference(capabilityGraph(both), capabilityGraph(apart));
    assert.deepEqual(back.changes[0], {
      from: 'a',
      to: 'b',
      gained: [],
      lost: ['message'],
      path: [],
    });
  });

  it('names components that are new or gone, with what they can do', () => {
    const alone = capabilityGraph('thread a: cspace=ca\ncnode ca: 1=note:W\nnotification note');
    const { added, removed, changes } = authorityDifference(alone, capabilityGraph(apart));
    assert.deepEqual([added, removed], [['b'], []]);
    assert.deepEqual(
      changes.map(({ from, to, gained }) => [from, to, gained]),
      [['a', 'b', ['signal']]],
    );
    const back = authorityDifference(capabilityGraph(apart), alone);
    assert.deepEqual([back.added, back.removed], [[], ['b']]);
    assert.deepEqual(back.changes[0]?.lost, ['signal']);
  });
});
