import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  contentKey,
  memoryCache,
  readEntry,
  writeEntry,
} from '../../../runtime/toolchain/build-cache.js';

describe('entries of a build cache', () => {
  it('come back as they were, with bytes, big integers, maps and absent members', () => {
    const cache = memoryCache('1');
    const value = {
      bytes: new Uint8Array([1, 0, 255]),
      none: new Uint8Array(0),
      big: -(2n ** 63n),
      map: new Map([['a.ts', 3]]),
      list: [1.5, null, true, 'ü'],
    };
    writeEntry(cache, 'key', { ...value, absent: undefined });
    assert.deepEqual(readEntry(cache, 'key'), value);
  });

  it('are none when any byte of them was damaged, or they were cut', () => {
    const cache = memoryCache('1');
    writeEntry(cache, 'key', ['text', new Uint8Array([7])]);
    const whole = cache.read('key') ?? new Uint8Array(0);
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      cache.write('key', damaged);
      assert.equal(readEntry(cache, 'key'), undefined, `byte ${String(at)}`);
      cache.write('key', whole.slice(0, at));
      assert.equal(readEntry(cache, 'key'), undefined, `${String(at)} bytes`);
    }
  });

  it('have names that tell where one part ends and the next begins', () => {
    assert.notEqual(contentKey(undefined, 'ab', 'c'), contentKey(undefined, 'a', 'bc'));
    assert.notEqual(contentKey(undefined, 'a'), contentKey(undefined, 'a', ''));
  });
});

describe('a cache in memory', () => {
  it('forgets what was used the longest ago when there is too much', () => {
    const cache = memoryCache('1', 30);
    for (const key of ['a', 'b', 'c']) cache.write(key, new Uint8Array(10));
    cache.read('a');
    cache.write('d', new Uint8Array(10));
    const kept = ['a', 'b', 'c', 'd'].filter((key) => cache.read(key) !== undefined);
    assert.deepEqual(kept, ['a', 'c', 'd']);
  });
});
