/**
 * Calls between compiled WebAssembly and other code, by the calling convention ilp32: with assembly always, and with
 * objects of GCC where it is installed; where it is not, the test says so and compares nothing.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { objectFromElf } from '../../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../../runtime/toolchain/elf/read.js';
import type { ObjectFile } from '../../../../../runtime/toolchain/object-file.js';
import { guestMachine } from '../../../../support/guest-machine.js';
import { buildWasm, uleb } from '../../../../support/wasm-builder.js';
import type { WasmType } from '../../../../support/wasm-builder.js';

/** Parameter lists whose long numbers lie in every way: even, odd, half in memory, in memory, after a gap. */
const lists: readonly (readonly WasmType[])[] = [
  ['i64', 'i64'],
  ['i32', 'i64', 'i32', 'i64'],
  ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i64', 'i32'],
  ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i64', 'i32', 'i64'],
  ['i64', 'i64', 'i64', 'i32', 'i32', 'i32', 'i64', 'i64', 'i32'],
];

/** ((first * 31 + second) * 31 + …), in 64 bits, of signed numbers. */
function sumOf(types: readonly WasmType[]): number[] {
  const code = [0x42, 0];
  types.forEach((type, index) => {
    code.push(0x42, 31, 0x7e, 0x20, ...uleb(index), ...(type === 'i32' ? [0xac] : []), 0x7c);
  });
  return code;
}

const valuesOf = (types: readonly WasmType[]): bigint[] =>
  types.map((type, index) =>
    type === 'i64' ? -(1n << 33n) - BigInt(index) : BigInt(3 - 7 * index),
  );

const expected = (types: readonly WasmType[]): bigint =>
  BigInt.asIntN(
    64,
    valuesOf(types).reduce((sum, value) => sum * 31n + value, 0n),
  );

function gccObject(source: string): ObjectFile | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-gcc-'));
  try {
    const [input, output] = [path.join(folder, 'a.c'), path.join(folder, 'a.o')];
    writeFileSync(input, source);
    const flags = ['-march=rv32imac', '-mabi=ilp32', '-O2', '-ffreestanding', '-c'];
    execFileSync('riscv64-unknown-elf-gcc', [...flags, '-o', output, input], { stdio: 'pipe' });
    const elf = readElf('a.o', readFileSync(output));
    assert.ok(elf.ok);
    const object = objectFromElf(elf.value);
    assert.ok(object.ok);
    return object.value;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    process.stdout.write(
      'riscv64-unknown-elf-gcc is not installed: nothing was compared with it\n',
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cType = (type: WasmType): string => (type === 'i64' ? 'long long' : 'int');

describe('calls between compiled WebAssembly and C', () => {
  lists.forEach((types, index) => {
    it(`give the same numbers in both directions, with parameters (${types.join(', ')})`, () => {
      const names = types.map((_, at) => `p${at}`);
      const parameters = types.map((type, at) => `${cType(type)} p${at}`).join(', ');
      const literals = valuesOf(types).map(
        (value, at) => `(${cType(types[at] ?? 'i32')})${value}LL`,
      );
      const object = gccObject(`
        long long guest(${parameters});
        long long host(${parameters}) {
          unsigned long long sum = 0;
          ${names.map((name) => `sum = sum * 31 + (unsigned long long)(long long)${name};`).join(' ')}
          return sum;
        }
        long long callGuest(void) { return guest(${literals.join(', ')}); }
      `);
      if (object === undefined) return;
      const constants = valuesOf(types).flatMap((value, at) =>
        types[at] === 'i64' ? [0x42, ...signed(value)] : [0x41, ...signed(value)],
      );
      const wasm = buildWasm({
        imports: [{ module: 'env', name: 'host', parameters: types, result: 'i64' }],
        functions: [
          { name: 'guest', parameters: types, result: 'i64', code: sumOf(types) },
          { name: 'callHost', result: 'i64', code: [...constants, 0x10, 0] },
        ],
      });
      for (const isDebug of [false, true]) {
        const machine = guestMachine(wasm, { isDebug, objects: [object] });
        for (const name of ['callHost', 'callGuest'])
          assert.deepEqual(
            machine.call(name),
            { kind: 'value', value: expected(types) },
            `${name}, list ${index}, ${isDebug ? 'debug' : 'optimised'}`,
          );
      }
    });
  });

  it('read and write a structure by its address', () => {
    const object = gccObject(`
      struct pair { int first; long long second; };
      void guest(struct pair *pair);
      long long callGuest(void) {
        struct pair pair = {5, 7};
        guest(&pair);
        return pair.first * 1000 + pair.second;
      }
    `);
    if (object === undefined) return;
    // first = first + 1; second = second * 2
    const code = [
      ...[0x20, 0, 0x20, 0, 0x28, 2, 0, 0x41, 1, 0x6a, 0x36, 2, 0],
      ...[0x20, 0, 0x20, 0, 0x29, 3, 8, 0x42, 1, 0x86, 0x37, 3, 8],
    ];
    const wasm = buildWasm({ functions: [{ name: 'guest', parameters: ['i32'], code }] });
    assert.deepEqual(guestMachine(wasm, { objects: [object] }).call('callGuest'), {
      kind: 'value',
      value: 6014n,
    });
  });
});

describe('calls between compiled WebAssembly and assembly', () => {
  it('leave a long number half in a7 and half in memory', () => {
    const types: readonly WasmType[] = [...Array<WasmType>(7).fill('i32'), 'i64'];
    const wasm = buildWasm({
      imports: [{ module: 'env', name: 'host', parameters: types, result: 'i64' }],
      functions: [
        {
          name: 'callHost',
          result: 'i64',
          code: [
            ...types.slice(0, 7).flatMap(() => [0x41, 0]),
            0x42,
            ...signed(0x1_0000_0002n),
            0x10,
            0,
          ],
        },
      ],
    });
    const assembly = '.globl host\nhost: lw a1, 0(sp)\nmv a0, a7\nret\n';
    assert.deepEqual(guestMachine(wasm, { assembly }).call('callHost'), {
      kind: 'value',
      value: 0x1_0000_0002n,
    });
  });
});

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const byte = Number(rest & 0x7fn);
    const isLast = rest >> 6n === 0n || rest >> 6n === -1n;
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return bytes;
  }
}
