/** Random WebAssembly, compiled, against Node's own engine: results, traps, memory and globals. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { physAddr } from '../../runtime/base/address.js';
import { compileModule } from '../../runtime/toolchain/guest/riscv/compile-module.js';
import { newKeptCode } from '../../runtime/toolchain/guest/riscv/kept-code.js';
import { decodeModule } from '../../runtime/toolchain/guest/wasm/decode-module.js';
import { arrayGlobals, arrayImports, randomArrays } from '../support/random-arrays.js';
import { guestMachine, moduleOf } from '../support/guest-machine.js';
import type { GuestMachine } from '../support/guest-machine.js';
import { Random } from '../support/random.js';
import { randomMemory, randomModule } from '../support/random-wasm.js';
import type { RandomModule } from '../support/random-wasm.js';
import { instantiate, isValidWasm } from '../support/wasm-engine.js';
import type { WasmInstance } from '../support/wasm-engine.js';

const trapMessages: readonly (readonly [RegExp, readonly number[]])[] = [
  [/unreachable/, [1]],
  [/by zero/, [2]],
  [/unrepresentable/, [3]],
  [/table index is out of bounds/, [4]],
  [/signature mismatch|null function/, [5, 6]],
  [/^index$/, [10]],
];

/** What Node's engine does with the same call: a value, or the kinds that its trap may be. */
function reference(
  engine: WasmInstance,
  { name, result }: RandomModule['functions'][number],
  values: readonly (number | bigint)[],
): { readonly value: bigint | undefined } | { readonly traps: readonly number[] } {
  try {
    const value = engine.call(name, ...values);
    if (result === undefined) return { value: undefined };
    return { value: BigInt.asUintN(64, BigInt(value as number)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const row = trapMessages.find(([pattern]) => pattern.test(message));
    assert.ok(row, message);
    return { traps: row[1] };
  }
}

/** Words as the calling convention has them: a long number that lies in memory alone is aligned to eight bytes. */
function wordsOf(
  { parameters }: RandomModule['functions'][number],
  values: readonly (number | bigint)[],
): number[] {
  const words: number[] = [];
  parameters.forEach((type, index) => {
    const value = BigInt(values[index] ?? 0);
    if (type === 'i64' && words.length >= 8 && words.length % 2 === 1) words.push(0);
    words.push(Number(BigInt.asIntN(32, value)));
    if (type === 'i64') words.push(Number(BigInt.asIntN(32, value >> 32n)));
  });
  return words;
}

const bitsOf = ({ result }: RandomModule['functions'][number]): number =>
  result === 'i64' ? 64 : 32;

const titleOf = (
  seed: number,
  name: string,
  values: readonly (number | bigint)[],
  isOptimised: boolean,
): string => `seed ${seed}, ${name}(${values.join(', ')}), ${isOptimised ? 'optimised' : 'debug'}`;

/** Arrays, whose accesses are checked; the same in a row, so that what one leaves the next one finds. */
function compareArrays(seed: number): void {
  const random = new Random(seed);
  const wasm = randomArrays(random);
  assert.ok(isValidWasm(wasm), 'the generator makes valid modules');
  const machines = [false, true].map((isDebug) => guestMachine(wasm, { isDebug }));
  const engine = instantiate(wasm, arrayImports);
  engine.call('__guest_start');
  for (const machine of machines) machine.call('__guest_start');
  const module: RandomModule = {
    wasm,
    functions: ['f0', 'f1'].map((name) => ({
      name,
      parameters: ['i32', 'i32', 'i32'],
      result: 'i32',
    })),
    globals: arrayGlobals,
  };
  for (let round = 0; round < 8; round++) {
    const called = module.functions[random.below(2)];
    if (called === undefined) return;
    const values = [0, 1, 2].map(() =>
      random.below(4) === 0 ? random.word() | 0 : random.below(28) - 4,
    );
    compareCall(seed, { machines, engine, module, called, values });
  }
}

interface Call {
  readonly machines: readonly GuestMachine[];
  readonly engine: WasmInstance;
  readonly module: RandomModule;
  readonly called: RandomModule['functions'][number];
  readonly values: readonly (number | bigint)[];
}

function compare(seed: number): void {
  const random = new Random(seed);
  const module = randomModule(random);
  assert.ok(isValidWasm(module.wasm), 'the generator makes valid modules');
  const machines = [false, true].map((isDebug) => guestMachine(module.wasm, { isDebug }));
  const engine = instantiate(module.wasm);
  for (let round = 0; round < 6; round++) {
    const called = module.functions[random.below(module.functions.length)];
    if (called === undefined) return;
    const values = called.parameters.map((type) => {
      const number = BigInt(random.word()) << BigInt(random.below(3) * 16);
      const small = BigInt(random.below(40)) - 20n;
      const chosen = random.below(2) === 0 ? small : number;
      return type === 'i64' ? BigInt.asIntN(64, chosen) : Number(BigInt.asIntN(32, chosen));
    });
    compareCall(seed, { machines, engine, module, called, values });
  }
}

const fuel = 200;

function compareCall(seed: number, { machines, engine, module, called, values }: Call): void {
  engine.call('setFuel', fuel);
  const expected = reference(engine, called, values);
  for (const [index, machine] of machines.entries()) {
    const title = titleOf(seed, called.name, values, index === 0);
    machine.call('setFuel', [fuel]);
    const outcome = machine.call(called.name, wordsOf(called, values));
    if ('traps' in expected) {
      assert.ok(
        outcome.kind === 'trap' && expected.traps.includes(outcome.trap),
        `${title}: ${JSON.stringify({ kind: outcome.kind })} and not traps ${expected.traps.join()}`,
      );
    } else {
      assert.equal(
        outcome.kind,
        'value',
        `${title}: ${outcome.kind} ${outcome.kind === 'trap' ? outcome.trap : ''}`,
      );
      if (expected.value !== undefined) {
        const bits = bitsOf(called);
        assert.equal(
          BigInt.asUintN(bits, outcome.value),
          BigInt.asUintN(bits, expected.value),
          title,
        );
      }
    }
    compareState(machine, engine, module, title);
  }
}

function compareState(
  machine: GuestMachine,
  engine: WasmInstance,
  module: RandomModule,
  title: string,
): void {
  const { address, sizeBytes } = randomMemory;
  const memory = engine.memory();
  for (let at = address; at < address + sizeBytes; at += 4)
    assert.equal(
      machine.memory.read32(physAddr(at)) >>> 0,
      memory.getUint32(at, true),
      `${title}: memory at ${at.toString(16)}`,
    );
  for (let index = 0; index < module.globals; index++) {
    const value = BigInt(engine.global(`global${index}`));
    const low = machine.memory.read32(physAddr(machine.addressOf(`global${index}`)));
    assert.equal(low | 0, Number(BigInt.asIntN(32, value)), `${title}: global ${index}`);
  }
}

describe('compiled WebAssembly', () => {
  it('does what another engine does, optimised and not', () => {
    fc.assert(fc.property(fc.integer(), compare), { numRuns: 60 });
  });

  it('is the same object in a debug build whatever was compiled before', () => {
    const kept = newKeptCode();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (seed) => {
        const { wasm } = randomModule(new Random(seed));
        const module = moduleOf(wasm, { isDebug: true });
        assert.deepEqual(compileModule(module, { kept }), compileModule(module));
      }),
    );
  });

  it('checks the index of each access to an array, or proves that it is in range', () => {
    fc.assert(fc.property(fc.integer(), compareArrays), { numRuns: 100 });
  });

  it('is decoded or refused, whatever the bytes are', () => {
    const damaged = fc
      .tuple(fc.integer(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
      .map(([seed, changes]) => {
        const bytes = Uint8Array.from(randomModule(new Random(seed)).wasm);
        for (const [at, byte] of changes) bytes[8 + (at % (bytes.length - 8))] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(damaged, (bytes) => {
        const { module, problems } = decodeModule(bytes);
        // What the other engine takes, so do we, but for what is refused by name.
        if (isValidWasm(bytes))
          for (const { code, message } of problems)
            assert.notEqual(code, 'malformed-module', message);
        assert.ok(module !== undefined || problems.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
