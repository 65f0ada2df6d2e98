/** Which argument words the C function of a method has; each row was read off what GCC makes of the prototype. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MethodType } from '../../../../runtime/toolchain/camkes/system.js';
import { layOutMethod } from '../../../../runtime/toolchain/components/method-layout.js';
import { prototypeOf } from '../../../../runtime/toolchain/components/prototype.js';
import { placeFor } from '../../../support/camkes-system.js';

/** `out string[] names` is a parameter. */
function method(returns: string, ...parameters: readonly string[]): MethodType {
  return {
    name: 'f',
    place: placeFor(1),
    returns,
    parameters: parameters.map((text) => {
      const [direction = '', type = '', name = ''] = text.split(' ');
      assert.ok(['in', 'out', 'inout', 'refin'].includes(direction));
      return {
        name,
        direction: direction as 'in',
        type: type.replace('[]', ''),
        isArray: type.endsWith('[]'),
      };
    }),
  };
}

function wordsOf(...parameters: readonly string[]): number[] {
  const found = layOutMethod(method('void', ...parameters));
  assert.ok(found.ok);
  return found.layout.parameters.map(({ word }) => word);
}

describe('arguments of a method', () => {
  it('have a word each, in their order', () => {
    assert.deepEqual(wordsOf('in int a', 'out int b', 'in string c'), [0, 1, 2]);
  });

  it('of eight bytes have two words, from any register on', () => {
    assert.deepEqual(wordsOf('in int a', 'in uint64_t b', 'in int c'), [0, 1, 3]);
  });

  it('of eight bytes are split between a7 and the stack', () => {
    const seven = Array.from({ length: 7 }, (_, index) => `in int a${String(index)}`);
    assert.deepEqual(wordsOf(...seven, 'in int64_t b', 'in int c').slice(7), [7, 9]);
  });

  it('of eight bytes are aligned on the stack', () => {
    const nine = Array.from({ length: 9 }, (_, index) => `in int a${String(index)}`);
    assert.deepEqual(wordsOf(...nine, 'in int64_t b', 'in int c').slice(9), [10, 12]);
  });

  it('that are arrays have their number of elements in front', () => {
    assert.deepEqual(wordsOf('in int[] a', 'inout char[] b'), [1, 3]);
  });

  it('of a type that is not known are refused with what to do', () => {
    const found = layOutMethod(method('void', 'in packet_t p'));
    assert.ok(!found.ok);
    assert.match(found.message, /`p` is a `packet_t`.*Use types of CAmkES/);
  });
});

describe('prototypes', () => {
  it('are those of CAmkES in C', () => {
    const all = method(
      'string',
      ...['in int a', 'in string b', 'in uint8_t[] c', 'refin int d', 'out string e'],
      'inout int[] f',
    );
    assert.equal(
      prototypeOf('x_f', all),
      'char *x_f(int a, const char *b, size_t c_sz, const uint8_t *c, const int *d, char **e, size_t *f_sz, int **f)',
    );
    assert.equal(prototypeOf('x_f', method('void')), 'void x_f(void)');
  });
});
