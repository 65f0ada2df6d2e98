/** Random WebAssembly in our interpreter, against Node's own engine: results, traps, memory and globals, also of unknown values. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { decodeModule } from '../../runtime/toolchain/guest/wasm/decode-module.js';
import type { Ran, Running, WasmValue } from '../../runtime/toolchain/guest/wasm/interpreter.js';
import { newRunning, runFunction } from '../../runtime/toolchain/guest/wasm/interpreter.js';
import { newSparseMemory, readBytes } from '../../runtime/toolchain/guest/wasm/sparse-memory.js';
import { Random } from '../support/random.js';
import { randomMemory, randomModule } from '../support/random-wasm.js';
import type { RandomModule } from '../support/random-wasm.js';
import { instantiate } from '../support/wasm-engine.js';
import type { WasmInstance } from '../support/wasm-engine.js';

const trapMessages: readonly (readonly [RegExp, readonly string[]])[] = [
  [/unreachable/, ['unreachable']],
  [/by zero/, ['divisionByZero']],
  [/unrepresentable/, ['integerOverflow']],
  [/table index is out of bounds/, ['tableIndex']],
  [/signature mismatch|null function/, ['nullFunction', 'wrongSignature']],
];

type Called = RandomModule['functions'][number];

/** As many rounds of the random program's loops as it gets in each call. */
const fuel = 200;

const outside = { start: randomMemory.address, end: randomMemory.address + 0x1_0000 };

function interpreted(wasm: Uint8Array): Running {
  const { module } = decodeModule(wasm);
  assert.ok(module);
  const memory = newSparseMemory([outside], 0x1_0000, module.data);
  return newRunning(module, { memory, answer: () => ({ kind: 'stopped' }), fuel: 1_000_000 });
}

const callOf = (running: Running, name: string, values: readonly WasmValue[]): Ran =>
  runFunction(
    running,
    running.module.exports.find((each) => each.kind === 'function' && each.name === name)?.index ??
      -1,
    values,
  );

/** What the other engine does, in the interpreter's words; of a trap all kinds that it may be. */
function reference(
  engine: WasmInstance,
  { name }: Called,
  values: readonly (number | bigint)[],
): { readonly value: unknown } | { readonly traps: readonly string[] } {
  engine.call('setFuel', fuel);
  try {
    return { value: engine.call(name, ...values) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const row = trapMessages.find(([pattern]) => pattern.test(message));
    assert.ok(row, message);
    return { traps: row[1] };
  }
}

function randomValue(random: Random, type: 'i32' | 'i64'): number | bigint {
  const number = BigInt(random.word()) << BigInt(random.below(3) * 16);
  const small = BigInt(random.below(40)) - 20n;
  const chosen = random.below(2) === 0 ? small : number;
  return type === 'i64' ? BigInt.asIntN(64, chosen) : Number(BigInt.asIntN(32, chosen));
}

/** What the interpreter knows at the end is so in the engine. */
function compareState(running: Running, engine: WasmInstance, globals: number): void {
  const memory = engine.memory();
  const { address, sizeBytes } = randomMemory;
  for (let at = address; at < address + sizeBytes + 16; at += 4) {
    const bytes = readBytes(running.memory, at, 4);
    if (bytes !== undefined)
      assert.equal(new DataView(bytes.buffer).getInt32(0, true), memory.getInt32(at, true));
  }
  for (let index = 0; index < globals; index++) {
    const value = running.globals[index];
    if (value !== undefined) assert.equal(value, engine.global(`global${index}`));
  }
}

function compareEnd(ran: Ran, expected: ReturnType<typeof reference>, title: string): void {
  if ('traps' in expected)
    assert.ok(
      ran.kind === 'trap' && expected.traps.includes(ran.reason),
      `${title}: ${ran.kind} and not traps ${expected.traps.join()}`,
    );
  else if (ran.kind !== 'returned') assert.fail(`${title}: ${ran.kind}`);
  else if (ran.value !== undefined) assert.equal(ran.value, expected.value, title);
}

const titleOf = (seed: number, { name }: Called, values: readonly WasmValue[]): string =>
  `seed ${seed}, ${name}(${values.map(String).join(', ')})`;

function compare(seed: number): void {
  const random = new Random(seed);
  const module = randomModule(random);
  const running = interpreted(module.wasm);
  const engine = instantiate(module.wasm);
  for (let round = 0; round < 6; round++) {
    const called = module.functions[random.below(module.functions.length)];
    if (called === undefined) return;
    const values = called.parameters.map((type) => randomValue(random, type));
    const title = titleOf(seed, called, values);
    callOf(running, 'setFuel', [fuel]);
    const ran = callOf(running, called.name, values);
    const expected = reference(engine, called, values);
    compareEnd(ran, expected, title);
    if (ran.kind === 'returned')
      assert.equal(ran.value === undefined, called.result === undefined, title);
    compareState(running, engine, module.globals);
  }
}

/** Some arguments are not known to the interpreter, and take several values in the engine. */
function compareUnknown(seed: number): boolean {
  const random = new Random(seed);
  const module = randomModule(random);
  const called = module.functions[random.below(module.functions.length)];
  if (called === undefined) return false;
  const values = called.parameters.map((type) =>
    random.below(2) === 0 ? undefined : randomValue(random, type),
  );
  const running = interpreted(module.wasm);
  callOf(running, 'setFuel', [fuel]);
  const ran = callOf(running, called.name, values);
  if (ran.kind === 'stopped') return false;
  for (let round = 0; round < 4; round++) {
    const engine = instantiate(module.wasm);
    const given = values.map(
      (value, index) => value ?? randomValue(random, called.parameters[index] ?? 'i32'),
    );
    const title = `${titleOf(seed, called, values)} with ${given.join(', ')}`;
    const expected = reference(engine, called, given);
    compareEnd(ran, expected, title);
    compareState(running, engine, module.globals);
  }
  return values.includes(undefined);
}

describe('interpreted WebAssembly', () => {
  it('does what another engine does', () => {
    fc.assert(fc.property(fc.integer(), compare), { numRuns: 400 });
  });

  it('knows at its end what is so whatever the unknown values are', () => {
    let ended = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        if (compareUnknown(seed)) ended += 1;
      }),
      { numRuns: 400 },
    );
    assert.ok(ended >= 20, `${String(ended)} of them came to an end`);
  });

  it('ends with its fuel', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2000), (seed, most) => {
        const random = new Random(seed);
        const module = randomModule(random);
        const running = interpreted(module.wasm);
        callOf(running, 'setFuel', [0x7fff_ffff]);
        running.fuel = most;
        const { name = '', parameters = [] } = module.functions.at(-1) ?? {};
        const ran = callOf(
          running,
          name,
          parameters.map((type) => randomValue(random, type)),
        );
        assert.ok(ran.kind !== 'stopped' || running.fuel < most);
        assert.ok(running.fuel <= most && running.fuel > -1000);
      }),
      { numRuns: 100 },
    );
  });
});
