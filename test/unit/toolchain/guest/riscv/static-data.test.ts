import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModule } from '../../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { buildWasm } from '../../../../support/wasm-builder.js';

const emptyModule = {
  name: 'a.ts',
  wasm: buildWasm({ functions: [], data: [{ address: 0x1000, bytes: [1, 2] }] }),
  lines: [],
  functions: new Map(),
  types: [],
  isDebug: false,
};

const noData = { ...emptyModule, wasm: buildWasm({ functions: [] }) };

const stretchesOf = (start: number, end: number, module = emptyModule) =>
  compileModule({ ...module, staticData: { start, end } })
    .object.sections.filter(({ name }) => name.startsWith('.guest.'))
    .map(({ name, address, sizeBytes }) => [name, address, sizeBytes]);

describe('static data of a module', () => {
  it('has the zeros after its last byte that is none, which are in no segment', () => {
    assert.deepEqual(stretchesOf(0x1000, 0x3000), [
      ['.guest.data', 0x1000, 2],
      ['.guest.bss', 0x1002, 0x1ffe],
    ]);
  });

  it('ends with its last byte where there are none', () => {
    assert.deepEqual(stretchesOf(0x1000, 0x1002), [['.guest.data', 0x1000, 2]]);
  });

  it('has the zeros before its first byte that is none', () => {
    assert.deepEqual(stretchesOf(0xf00, 0x1002), [
      ['.guest.bss', 0xf00, 0x100],
      ['.guest.data', 0x1000, 2],
    ]);
  });

  it('is there where all of it is zero', () => {
    assert.deepEqual(stretchesOf(0x1000, 0x1800, noData), [['.guest.bss', 0x1000, 0x800]]);
    assert.deepEqual(stretchesOf(0x1000, 0x1000, noData), []);
  });
});
