/** What is taken from earlier compilations, and that the object is the one that is made without them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModule } from '../../../../../runtime/toolchain/guest/riscv/compile-module.js';
import type { KeptCode } from '../../../../../runtime/toolchain/guest/riscv/kept-code.js';
import { newKeptCode } from '../../../../../runtime/toolchain/guest/riscv/kept-code.js';
import { moduleOf } from '../../../../support/guest-machine.js';
import { buildWasm } from '../../../../support/wasm-builder.js';
import type { WasmFunctionSpec, WasmSpec } from '../../../../support/wasm-builder.js';

const one: WasmFunctionSpec = { name: 'one', result: 'i32', code: [0x41, 1] };
const other: WasmFunctionSpec = { name: 'other', result: 'i32', code: [0x41, 7, 0x41, 8, 0x6a] };
/** Calls the function of this index, and divides what it gives, which can trap. */
const caller = (callee: number): WasmFunctionSpec => ({
  name: 'caller',
  parameters: ['i32'],
  result: 'i32',
  code: [0x10, callee, 0x20, 0, 0x6d],
});
/** Four cases, which are enough for a table. */
const table: WasmFunctionSpec = {
  name: 'table',
  parameters: ['i32'],
  result: 'i32',
  code: [
    ...Array.from({ length: 8 }, () => [0x02, 0x40]).flat(),
    ...[0x20, 0, 0x0e, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0x0b],
    ...Array.from({ length: 7 }, (_, index) => [0x41, index, 0x0f, 0x0b]).flat(),
    ...[0x41, 9],
  ],
};

interface Compiled {
  readonly object: ReturnType<typeof compileModule>['object'];
  /** Functions whose code was made and not found. */
  readonly made: number;
}

function compiled(functions: readonly WasmFunctionSpec[], kept: KeptCode, rest = {}): Compiled {
  let made = 0;
  const counting: KeptCode = {
    ...kept,
    keep: (key, code) => {
      made += 1;
      kept.keep(key, code);
    },
  };
  const wasm = buildWasm({ ...rest, functions });
  const lines = [...wasm.keys()].map((offset) => ({
    ...{ offset, file: 'a.ts', line: 1 + (offset >> 2), column: 1 },
  }));
  const module = moduleOf(wasm, { lines, isDebug: true });
  const { object } = compileModule(module, { isDebug: true, kept: counting });
  assert.deepEqual(object, compileModule(module, { isDebug: true }).object);
  return { object, made };
}

describe('code of an earlier compilation', () => {
  it('is found for functions that are as they were, wherever they are now', () => {
    const kept = newKeptCode();
    assert.equal(compiled([one, caller(0), table], kept).made, 3);
    assert.equal(compiled([one, caller(0), table], kept).made, 0);
    assert.equal(compiled([other, table, one, caller(2)], kept).made, 1);
  });

  it('is that of the same body, whatever it calls', () => {
    const kept = newKeptCode();
    compiled([one, other, caller(0)], kept);
    assert.equal(compiled([one, other, caller(1)], kept).made, 0);
  });

  it('is not found where a function is called that takes or gives something else', () => {
    const kept = newKeptCode();
    const callsLong = [0x10, 0, 0x1a];
    const narrow = { name: 'callee', result: 'i32', code: [0x41, 0] } as const;
    const wide = { name: 'callee', result: 'i64', code: [0x42, 0] } as const;
    compiled([narrow, { name: 'f', code: callsLong }], kept);
    assert.equal(compiled([wide, { name: 'f', code: callsLong }], kept).made, 2);
  });

  it('hangs on the kind of a global and on the number of one that is fixed', () => {
    const reads = { name: 'reads', result: 'i32', code: [0x23, 0] } as const;
    const global = (isConstant: boolean, initial: bigint): Partial<WasmSpec> => ({
      globals: [{ type: 'i32', isConstant, initial }],
    });
    const kept = newKeptCode();
    const made = [
      global(false, 1n),
      global(false, 2n),
      global(true, 1n),
      global(true, 2n),
      global(true, 1n),
    ].map((rest) => compiled([reads], kept, rest).made);
    assert.deepEqual(made, [1, 0, 1, 1, 0]);
  });

  it('goes to another process as bytes, when something is new', () => {
    const here = newKeptCode();
    compiled([one, caller(0)], here);
    const bytes = here.takeUsed();
    assert.ok(bytes !== undefined);
    compiled([one, caller(0)], here);
    assert.equal(here.takeUsed(), undefined);
    const there = newKeptCode();
    there.add(bytes);
    assert.equal(compiled([one, caller(0)], there).made, 0);
  });

  it('is nothing where the bytes are others', () => {
    const kept = newKeptCode();
    kept.add(new Uint8Array(0));
    kept.add(Uint8Array.of(1, 2, 3, 4, 5));
    kept.add(new TextEncoder().encode('\x02\0\0\0{}'));
    assert.equal(compiled([one], kept).made, 1);
  });

  it('is forgotten when there is too much of it', () => {
    const kept = newKeptCode(1);
    compiled([one, other], kept);
    assert.equal(compiled([one, other], kept).made, 2);
  });
});
