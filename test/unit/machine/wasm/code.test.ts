import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { createLinearMemory } from '../../../../runtime/machine/memory/linear-memory.js';
import { physAddr } from '../../../../runtime/base/address.js';
import * as wasm from '../../../../runtime/machine/wasm/code.js';
import { encodeModule } from '../../../../runtime/machine/wasm/module.js';
import type { Code } from '../../../../runtime/machine/wasm/code.js';

/** What a body stores at address 0, when `given` is what the host's function returns. */
function result(value: Code, given = 0): number {
  const { memory } = createLinearMemory({
    ram: { base: physAddr(0), sizeBytes: 4096 },
    harts: 1,
  });
  const bytes = encodeModule({
    imports: [{ name: 'given', parameters: 0, hasResult: true }],
    globals: ['seven'],
    functions: [
      { name: 'run', parameters: 0, locals: 2, body: wasm.store32(wasm.constant(0), value) },
    ],
    memoryPages: 1,
  });
  const seven = new WebAssembly.Global({ value: 'i32', mutable: false }, 7);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    host: { memory, given: () => given, seven },
  });
  (instance.exports['run'] as () => void)();
  return new Int32Array(memory.buffer)[0] ?? NaN;
}

const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });

describe('WebAssembly code', () => {
  it('holds every constant', () => {
    fc.assert(
      fc.property(word, (value) => {
        assert.equal(result(wasm.constant(value)), value);
      }),
      { numRuns: 200 },
    );
    for (const edge of [0, 63, 64, -64, -65, 8191, 8192, -8192, -8193])
      assert.equal(result(wasm.constant(edge)), edge);
  });

  it('branches to the block that a label names, however deep', () => {
    const out = wasm.label('out');
    const again = wasm.label('again');
    // Counts from 0 to 10 in a loop in a block, in two ifs.
    const count: Code = [
      wasm.set(0, wasm.constant(0)),
      wasm.block(
        out,
        wasm.loop(again, [
          wasm.set(0, wasm.add(wasm.get(0), wasm.constant(1))),
          wasm.when(
            wasm.lessSigned(wasm.get(0), wasm.constant(20)),
            wasm.when(
              wasm.equal(wasm.get(0), wasm.constant(10)),
              wasm.branch(out),
              wasm.branch(again),
            ),
          ),
        ]),
      ),
    ];
    assert.equal(result([count, wasm.get(0)]), 10);
  });

  it('chooses by table, and what the table lacks', () => {
    const labels = [wasm.label('zero'), wasm.label('one'), wasm.label('other')] as const;
    const [zero, one, other] = labels;
    const done = wasm.label('done');
    const body = (given: number): number =>
      result(
        [
          wasm.block(done, [
            wasm.block(other, [
              wasm.block(one, [
                wasm.block(zero, wasm.branchTable(wasm.call(0), [zero, one], other)),
                wasm.set(0, wasm.constant(100)),
                wasm.branch(done),
              ]),
              wasm.set(0, wasm.constant(101)),
              wasm.branch(done),
            ]),
            wasm.set(0, wasm.constant(102)),
          ]),
          wasm.get(0),
        ],
        given,
      );
    assert.deepEqual([0, 1, 2, -1].map(body), [100, 101, 102, 102]);
  });

  it('reads globals, and the value of one of two expressions', () => {
    assert.equal(result(wasm.getGlobal(0)), 7);
    const chosen = wasm.choose(wasm.call(0), wasm.constant(1), wasm.constant(2));
    assert.equal(result(chosen, 5), 1);
    assert.equal(result(chosen, 0), 2);
  });

  it('refuses a branch to a block that is not around it', () => {
    assert.throws(() => wasm.encode(wasm.branch(wasm.label('elsewhere'))), /WASM-1.*elsewhere/);
  });
});
