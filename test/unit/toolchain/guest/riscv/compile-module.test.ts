/** What compiled modules do, construct by construct; random ones are in test/property/guest.test.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../../runtime/base/address.js';
import { physAddr } from '../../../../../runtime/base/address.js';
import { compileModule } from '../../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { trapKinds } from '../../../../../runtime/toolchain/guest/riscv/trap-kinds.js';
import { link } from '../../../../../runtime/toolchain/linker/link.js';
import { guestMachine, moduleOf } from '../../../../support/guest-machine.js';
import type { GuestMachineOptions, Outcome } from '../../../../support/guest-machine.js';
import { buildWasm, leb, uleb } from '../../../../support/wasm-builder.js';
import type { WasmFunctionSpec, WasmSpec } from '../../../../support/wasm-builder.js';

/** The outcome of one function, which both kinds of build must agree on. */
function outcome(
  spec: Omit<WasmFunctionSpec, 'name'> & { readonly module?: Partial<WasmSpec> },
  words: readonly number[] = [],
  options: GuestMachineOptions = {},
): Outcome {
  const { module = {}, ...body } = spec;
  const wasm = buildWasm({
    ...module,
    functions: [...(module.functions ?? []), { name: 'f', ...body }],
  });
  const [optimised, debug] = [false, true].map((isDebug) => {
    const result = guestMachine(wasm, { ...options, isDebug }).call('f', words);
    if (result.kind !== 'value' || spec.result === undefined) return result;
    const bits = spec.result === 'i64' ? 64 : 32;
    return { kind: 'value' as const, value: BigInt.asIntN(bits, result.value) };
  });
  assert.deepEqual(optimised, debug, 'optimised and debug builds agree');
  return optimised ?? assert.fail();
}

const value = (number: bigint): Outcome => ({ kind: 'value', value: number });
const trap = (kind: number): Outcome => ({ kind: 'trap', trap: kind });

describe('compiled WebAssembly', () => {
  it('goes round a loop as often as it says', () => {
    const code = [
      ...[0x03, 0x40, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0],
      ...[0x0d, 0, 0x0b, 0x20, 1],
    ];
    const spec = { parameters: ['i32'], result: 'i32', locals: ['i32'], code } as const;
    assert.deepEqual(outcome(spec, [100]), value(5050n));
  });

  it('takes the case of a table of branches, and the last one for all others', () => {
    const cases = Array.from({ length: 6 }, (_, index) => index);
    const blocks = [...cases, 6].flatMap(() => [0x02, 0x40]);
    const answers = cases.flatMap((index) => [0x0b, 0x41, ...leb(10 * index), 0x0f]);
    const code = [...blocks, 0x20, 0, 0x0e, 6, ...cases, 6, ...answers, 0x0b, 0x41, ...leb(-1)];
    const spec = { parameters: ['i32'], result: 'i32', code } as const;
    for (const index of cases) assert.deepEqual(outcome(spec, [index]), value(BigInt(10 * index)));
    for (const index of [6, -1]) assert.deepEqual(outcome(spec, [index]), value(-1n));
  });

  it('traps with a record of the kind', () => {
    const divide = {
      parameters: ['i32', 'i32'],
      result: 'i32',
      code: [0x20, 0, 0x20, 1, 0x6d],
    } as const;
    assert.deepEqual(outcome({ code: [0x00] }), trap(trapKinds.unreachable));
    assert.deepEqual(outcome(divide, [1, 0]), trap(trapKinds.divisionByZero));
    assert.deepEqual(outcome(divide, [-0x8000_0000, -1]), trap(trapKinds.integerOverflow));
    assert.deepEqual(outcome(divide, [-7, 2]), value(-3n));
  });

  it('checks an indirect call against the size of the table, empty entries and the signature', () => {
    const module = {
      functions: [
        { name: 'twice', parameters: ['i32'], result: 'i32', code: [0x20, 0, 0x41, 1, 0x74] },
        { name: 'nothing', code: [] },
      ],
      table: [0, 1, -1],
    } as const;
    const code = [0x41, 21, 0x20, 0, 0x11, 0, 0];
    const spec = { module, parameters: ['i32'], result: 'i32', code } as const;
    assert.deepEqual(outcome(spec, [0]), value(42n));
    assert.deepEqual(outcome(spec, [1]), trap(trapKinds.wrongSignature));
    assert.deepEqual(outcome(spec, [2]), trap(trapKinds.nullFunction));
    assert.deepEqual(outcome(spec, [3]), trap(trapKinds.tableIndex));
  });

  it('stops at abort with its arguments in a0 to a3', () => {
    const wasm = buildWasm({
      imports: [{ module: 'env', name: 'abort', parameters: ['i32', 'i32', 'i32', 'i32'] }],
      functions: [{ name: 'f', code: [0x41, 1, 0x41, 2, 0x41, 3, 0x41, 4, 0x10, 0, 0x00] }],
    });
    const machine = guestMachine(wasm);
    assert.deepEqual(machine.call('f'), trap(trapKinds.abort));
    assert.deepEqual([...machine.x.subarray(10, 14)], [1, 2, 3, 4]);
  });

  it('makes a system call with eight registers', () => {
    const words = Array.from({ length: 8 }, () => 'i32' as const);
    const wasm = buildWasm({
      imports: [{ module: 'riscv', name: 'ecall', parameters: words, result: 'i64' }],
      functions: [
        {
          name: 'f',
          result: 'i64',
          code: [...words.flatMap((_, index) => [0x41, index + 1]), 0x10, 0],
        },
      ],
    });
    const machine = guestMachine(wasm);
    assert.deepEqual(machine.call('f'), trap(-11));
    assert.deepEqual([...machine.x.subarray(10, 18)], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('makes a system call with t0 beside the eight registers', () => {
    const words = Array.from({ length: 9 }, () => 'i32' as const);
    const wasm = buildWasm({
      imports: [{ module: 'riscv', name: 'ecall_t0', parameters: words, result: 'i64' }],
      functions: [
        {
          name: 'f',
          result: 'i64',
          code: [...words.flatMap((_, index) => [0x41, index + 1]), 0x10, 0],
        },
      ],
    });
    for (const isDebug of [false, true]) {
      const machine = guestMachine(wasm, { isDebug });
      assert.deepEqual(machine.call('f'), trap(-11));
      assert.deepEqual([...machine.x.subarray(10, 18)], [1, 2, 3, 4, 5, 6, 7, 8]);
      // c.li t0, 9: what stops the hart in this test uses t0 itself.
      const code = machine.object.sections.find(({ name }) => name === '.text.f')?.bytes ?? [];
      assert.ok(Buffer.from(code).includes(Buffer.of(0xa5, 0x42)));
    }
  });

  it('traps where an index is not below the length', () => {
    const wasm = buildWasm({
      imports: [{ module: 'riscv', name: 'check', parameters: ['i32', 'i32'] }],
      functions: [{ name: 'f', parameters: ['i32', 'i32'], code: [0x20, 0, 0x20, 1, 0x10, 0] }],
    });
    for (const isDebug of [false, true]) {
      const machine = guestMachine(wasm, { isDebug });
      assert.deepEqual(machine.call('f', [4, 4]), trap(10));
      assert.deepEqual(machine.call('f', [-1, 4]), trap(10));
      assert.equal(machine.call('f', [3, 4]).kind, 'value');
    }
  });

  it('touches each page of a frame that is larger than one', () => {
    // So many locals of a debug build take more than two pages.
    const locals = Array.from({ length: 2500 }, () => 'i32' as const);
    const wasm = buildWasm({ functions: [{ name: 'f', result: 'i32', locals, code: [0x20, 7] }] });
    const { object } = guestMachine(wasm, { isDebug: true });
    const code = object.sections.find(({ name }) => name === '.text.f')?.bytes ?? new Uint8Array();
    const words = new DataView(code.buffer, code.byteOffset);
    // lui t6, -4096 (compressed); add t5, sp, t6; lw zero, 0(t5); add t5, t5, t6 (compressed); lw zero, 0(t5).
    assert.equal(words.getUint16(0, true), 0x7ffd);
    assert.equal(words.getUint32(2, true), 0x01f1_0f33);
    assert.equal(words.getUint32(6, true), 0x000f_2003);
    assert.equal(words.getUint16(10, true), 0x9f7e);
    assert.equal(words.getUint32(12, true), 0x000f_2003);
  });

  it('knows addresses of the link, and where the memory of the program ends', () => {
    const module = { imports: [{ module: 'address', name: 'place', result: 'i32' }] } as const;
    const assembly =
      '.globl place, __guest_heap_end\n.equ place, 0x123456\n.equ __guest_heap_end, 0x210001\n';
    assert.deepEqual(
      outcome({ module, result: 'i32', code: [0x10, 0] }, [], { assembly }),
      value(0x123456n),
    );
    assert.deepEqual(outcome({ result: 'i32', code: [0x3f, 0] }, [], { assembly }), value(0x22n));
    assert.deepEqual(
      outcome({ result: 'i32', code: [0x41, 1, 0x40, 0] }, [], { assembly }),
      value(-1n),
    );
  });

  it('puts data where the module says', () => {
    const data = [{ address: 0x10_0010, bytes: [1, 2, 3, 4] }];
    const code = [0x41, ...leb(0x10_0000), 0x28, 0, 0x10];
    assert.deepEqual(outcome({ module: { data }, result: 'i32', code }), value(0x0403_0201n));
  });

  it('keeps its data when the linker leaves out what nothing refers to', () => {
    const data = [{ address: 0x10_0010, bytes: [1] }];
    const wasm = buildWasm({ data, functions: [{ name: 'f', code: [] }] });
    const { linked } = link([compileModule(moduleOf(wasm)).object], {
      entry: 'f',
      textBase: virtAddr(0x1_0000),
      unusedSections: 'drop',
    });
    assert.ok(linked.segments.some(({ address }) => address === 0x10_0010));
  });

  it('keeps locals in a frame that offsets do not reach all of', () => {
    const locals = Array.from({ length: 1500 }, () => 'i32' as const);
    const sets = locals.flatMap((_, index) => [
      0x20,
      0,
      0x41,
      ...leb(index),
      0x6a,
      0x21,
      ...uleb(index + 1),
    ]);
    const sum = locals.flatMap((_, index) => [0x20, ...uleb(index + 1), 0x6a]);
    const code = [...sets, 0x41, 0, ...sum];
    const spec = { parameters: ['i32'], result: 'i32', locals, code } as const;
    assert.deepEqual(outcome(spec, [1]), value(BigInt((1500 * 1499) / 2 + 1500)));
  });

  it('has an empty start for a module without one', () => {
    const wasm = buildWasm({ functions: [{ name: 'f', code: [] }] });
    assert.deepEqual(guestMachine(wasm).call('__guest_start').kind, 'value');
  });
});

describe('what is refused', () => {
  it('is floating point, at its line, and only that function', () => {
    const wasm = buildWasm({
      functions: [
        { name: 'good', result: 'i32', code: [0x41, 7] },
        { name: 'bad', code: [0x43, 0, 0, 0, 0, 0x1a] },
      ],
    });
    const offset = wasm.indexOf(0x43);
    const lines = [{ offset, file: 'a.ts', line: 3, column: 5 }];
    const { object, diagnostics } = compileModule(moduleOf(wasm, { lines }));
    assert.deepEqual(
      diagnostics.map(({ code, file, range }) => [code, file, range.start]),
      [['floating-point', 'a.ts', { line: 2, character: 4 }]],
    );
    assert.ok(object.sections.some(({ name }) => name === '.text.good'));
  });

  it('is what is no module, without a throw', () => {
    const { diagnostics } = compileModule(moduleOf(Uint8Array.of(1, 2, 3)));
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['malformed-module'],
    );
  });
});

describe('what else an object has', () => {
  const wasm = buildWasm({
    imports: [{ module: 'env', name: 'elsewhere' }],
    functions: [
      {
        name: 'f',
        parameters: ['i32', 'i64'],
        result: 'i32',
        locals: ['i32'],
        code: [0x10, 0, 0x20, 0, 0x41, 5, 0x6a, 0x22, 2],
      },
    ],
  });
  const call = wasm.lastIndexOf(0x10);
  const module = moduleOf(wasm, {
    lines: [
      { offset: call, file: 'a.ts', line: 4, column: 1 },
      { offset: call + 4, file: 'a.ts', line: 5, column: 1 },
    ],
    functions: new Map([
      [
        1,
        {
          name: 'f',
          file: 'a.ts',
          line: 3,
          locals: [
            { at: 0, name: 'first' },
            { at: 1, name: 'second' },
            { at: 2, name: 'sum', scope: { firstLine: 5, lastLine: 6 } },
            { at: 2, name: 'unused', scope: { firstLine: 7, lastLine: 8 } },
          ],
        },
      ],
    ]),
  });

  it('is the place of each use of a symbol that nobody defines', () => {
    const { object } = compileModule(module);
    const { diagnostics } = link([object], { entry: 'f', textBase: virtAddr(0x1_0000) });
    assert.deepEqual(
      diagnostics.map(({ code, file, range }) => [code, file, range.start.line]),
      [['undefined-symbol', 'a.ts', 3]],
    );
  });

  it('is where each local of a debug build is, in the frame, from the entry on', () => {
    const machine = guestMachine(
      { ...module, isDebug: true },
      { isDebug: true, assembly: '.globl elsewhere\nelsewhere: ebreak\n' },
    );
    machine.call('f', [37, 1, 2]);
    const described = machine.object.debug?.functions.find(
      ({ function: { name } }) => name === 'f',
    );
    const variables = described?.function.variables ?? [];
    assert.deepEqual(
      variables.map(({ name, isParameter }) => [name, isParameter]),
      [
        ['first', true],
        ['second', true],
        ['sum', false],
      ],
    );
    assert.ok(variables.every(({ locations }) => (locations[0]?.from ?? 0) > 0));
    // The hart is in `elsewhere`, which has no frame: sp is that of f, and the frame address its row's offset away.
    const row = described?.function.frame.findLast(({ cfa }) => cfa.offset > 0);
    const frameAddress = 0x40_7000;
    const words = variables.map(({ locations }) => {
      const place = locations[0]?.at;
      return place?.kind === 'frame'
        ? machine.memory.read32(physAddr(frameAddress + place.offset))
        : -1;
    });
    assert.deepEqual(words, [37, 1, 0]);
    assert.ok(row?.saved.some(({ register }) => register === 1));
  });

  it('is where a name holds: in the code of its lines', () => {
    const { object } = compileModule({ ...module, isDebug: true });
    const described = object.debug?.functions.find(({ function: { name } }) => name === 'f');
    const [first, , sum] = described?.function.variables ?? [];
    const lines = object.sections[described?.section ?? -1]?.lines ?? [];
    const from = lines.find(({ line }) => line === 5)?.offset;
    assert.deepEqual(first?.scope, []);
    assert.deepEqual(sum?.scope, [{ from, to: described?.function.sizeBytes }]);
  });
});
