/** What is told of a component in guest TypeScript that stops itself, or runs off its stack. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewFault } from '../../runtime/inspect/faults.js';
import { programFault } from '../../runtime/inspect/program-fault.js';
import { threadName, threadsOf } from '../../runtime/inspect/thread-state.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf } from '../support/component-system.js';

const components = {
  Index: `const numbers = new StaticArray<i32>(4);
export function run(): void { put(numbers.length + 1); }
function put(index: i32): void {
  numbers[index] = 7;
}`,
  Text: `export function run(): void {
  assert(zero() == 1, "one is zero");
}
function zero(): i32 { return 0; }`,
  Deep: `export function run(): void { down(0); }
function down(depth: i32): i32 {
  return depth < 1000000 ? down(depth + 1) + 1 : 0;
}`,
  Division: `let divisor = 0;
export function run(): void {
  divisor = 5 / divisor;
}`,
};

/** By instance, what is told of its thread. */
function toldOf(optimization: 'debug' | 'release'): Record<string, string> {
  const names = Object.keys(components);
  const texts = Object.entries(components).map(([name, text]) => [`${name}.ts`, text] as const);
  const assembly = `${names.map((name) => `component ${name} { control; }`).join(' ')}
    assembly { composition { ${names.map((name) => `component ${name} i${name};`).join(' ')} } }`;
  const built = buildTexts(
    { ...Object.fromEntries(texts), 'system.camkes': assembly },
    'system.camkes',
    { guestCompiler, optimization },
  );
  assert.deepEqual(problemsOf(built), []);
  const { platform } = bootBuilt(built);
  const told = threadsOf(platform).flatMap((thread) => {
    const fault = viewFault(platform, thread);
    const why = fault && programFault(platform, thread, fault);
    return why === undefined
      ? []
      : [[threadName(platform, thread).split('_')[0] ?? '', why.sentence]];
  });
  return Object.fromEntries(told) as Record<string, string>;
}

const index = 'the index of an element is outside of its array at Index.ts:4';
const division = 'division by zero at Division.ts:3';
const stack = 'stack overflow in down at Deep.ts:3: the stack of this thread has 16384 bytes';

describe('a component that cannot go on', () => {
  it('is told of with the line of its source', () => {
    const told = toldOf('debug');
    assert.equal(told['iIndex'], index);
    assert.equal(told['iDivision'], division);
    assert.ok(told['iDeep']?.startsWith(stack), told['iDeep']);
    assert.match(told['iText'] ?? '', /^one is zero \(.*Text\.ts:2:/);
  });

  it('is told of with the same line in an optimised program', () => {
    const told = toldOf('release');
    assert.equal(told['iIndex'], index);
    assert.equal(told['iDivision'], division);
    assert.ok(told['iDeep']?.startsWith(stack), told['iDeep']);
  });
});
