/** Compiled modules against Node's own WebAssembly engine: the same calls, in both, give the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestMachine } from '../../../../support/guest-machine.js';
import { buildWasm, leb } from '../../../../support/wasm-builder.js';

describe('compiled WebAssembly', () => {
  it('adds', () => {
    const wasm = buildWasm({
      functions: [
        {
          name: 'add',
          parameters: ['i32', 'i32'],
          result: 'i32',
          code: [0x20, 0, 0x20, 1, 0x6a, 0x41, ...leb(100000), 0x6a],
        },
      ],
    });
    for (const isDebug of [false, true])
      assert.equal(
        BigInt.asIntN(
          32,
          (guestMachine(wasm, { isDebug }).call('add', [3, 4]) as { value: bigint }).value,
        ),
        100007n,
      );
  });
});
