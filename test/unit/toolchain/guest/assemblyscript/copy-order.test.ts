/** Which call each copy is in the place of, for calls in arms that the optimiser may have exchanged. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  orderOfCopies,
  type Branch,
  type Site,
} from '../../../../../runtime/toolchain/guest/assemblyscript/copy-order.js';

let numbers = 0;

const call = (...branches: readonly Branch[]): Site => ({
  number: (numbers += 1),
  callee: 'log',
  note: undefined,
  branches,
  constants: [],
});

const arms = (options: { readonly leaves?: boolean } = {}): readonly [Branch, Branch] => {
  const number = (numbers += 1);
  return [
    { number, arm: { leaves: options.leaves === true } },
    { number, arm: { leaves: false } },
  ];
};

describe('the order of copies', () => {
  it('is that of the calls, one after the other', () => {
    const ways = [[call()], [call()], [call()]];
    assert.deepEqual(orderOfCopies(ways, [undefined, undefined, undefined]), [0, 1, 2]);
  });

  it('is nothing where it contradicts what is known', () => {
    const ways = [[call()], [call()]];
    assert.equal(orderOfCopies(ways, [1, undefined]), undefined);
    assert.equal(orderOfCopies(ways, [1, 1]), undefined);
  });

  it('is not known of two arms, but of what is before and behind them', () => {
    const [then, otherwise] = arms();
    const ways = [[call()], [call(then)], [call(otherwise)], [call()]];
    const none = [undefined, undefined, undefined, undefined];
    assert.deepEqual(orderOfCopies(ways, none), [0, undefined, undefined, 3]);
  });

  it('is known of arms with one call each that is told, as they were or exchanged', () => {
    const [then, otherwise] = arms();
    const ways = [[call(then)], [call(then)], [call(otherwise)]];
    assert.deepEqual(orderOfCopies(ways, [0, undefined, 2]), [0, 1, 2]);
    assert.deepEqual(orderOfCopies(ways, [1, undefined, 0]), [2, 0, 1]);
    assert.deepEqual(orderOfCopies(ways, [undefined, 1, undefined]), [undefined, 1, undefined]);
  });

  it('is known of arms within arms', () => {
    const [outer, other] = arms();
    const [inner, innerOther] = arms();
    const ways = [[call(outer, inner)], [call(outer, innerOther)], [call(other)]];
    assert.deepEqual(orderOfCopies(ways, [2, 1, 0]), [2, 1, 0]);
    assert.deepEqual(orderOfCopies(ways, [1, 0, 2]), [1, 0, 2]);
  });

  it('is not known of an arm that leaves and what comes behind it', () => {
    const [leaving] = arms({ leaves: true });
    const [staying] = arms();
    assert.deepEqual(orderOfCopies([[call(leaving)], [call()]], [undefined, undefined]), [
      undefined,
      undefined,
    ]);
    assert.deepEqual(orderOfCopies([[call(leaving)], [call()]], [0, 1]), [0, 1]);
    assert.deepEqual(orderOfCopies([[call(staying)], [call()]], [undefined, undefined]), [0, 1]);
  });

  it('looks at where two ways part: each copy of a function has arms of its own', () => {
    const [then, otherwise] = arms();
    const [first, second] = [call(), call()];
    const [one, other] = [call(then), call(otherwise)];
    const ways = [
      [first, one],
      [first, other],
      [second, one],
      [second, other],
    ];
    const order = orderOfCopies(ways, [1, 0, undefined, undefined]);
    assert.deepEqual(order, [1, 0, undefined, undefined]);
  });
});
