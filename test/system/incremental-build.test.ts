/** A build that finds what an earlier one compiled, by the real compiler: what it saves, and that nothing else changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build } from '../../runtime/toolchain/build.js';
import type { Built } from '../../runtime/toolchain/build.js';
import type { BuildCache } from '../../runtime/toolchain/build-cache.js';
import { memoryCache } from '../../runtime/toolchain/build-cache.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, filesOf, problemsOf, type Texts } from '../support/component-system.js';

const texts = {
  'Caller.camkes': 'component Caller { control; uses Sum s; attribute int first; }',
  'Caller.ts': `import { first, instanceName, s } from 'camkes';
import { log } from 'sel4';
export function run(): void { log(instanceName + ' ' + s.add(first, 1).toString()); }`,
  'Adder.camkes': 'component Adder { provides Sum s; }',
  'Adder.ts': `import { sum } from './sum';
export function s_add(a: i32, b: i32): i32 { return sum(a, b); }`,
  'sum.ts': 'export function sum(a: i32, b: i32): i32 { return a + b; }',
  'system.camkes': `import <std_connector.camkes>;
procedure Sum { int add(in int a, in int b); }
import "Caller.camkes";
import "Adder.camkes";
assembly {
  composition {
    component Caller one; component Caller two; component Adder adder;
    connection seL4RPCCall c(from one.s, from two.s, to adder.s);
  }
  configuration { one.first = 1; two.first = 1; one.priority = 200; two.priority = 100; }
}`,
};

interface Traced {
  readonly built: Built;
  /** `compile Caller.ts`, `find Caller.ts`. */
  readonly work: readonly string[];
}

function traced(sources: Texts, cache?: BuildCache): Traced {
  const work: string[] = [];
  const options = {
    boards: [nexusBoard()],
    guestCompiler,
    ...(cache === undefined ? {} : { cache }),
  };
  const built = build('system.camkes', filesOf(sources), options, (step) => {
    if (step.kind === 'compiled')
      work.push(`${step.isFromCache ? 'find' : 'compile'} ${step.source}`);
  });
  return { built, work };
}

const edited = (changes: Readonly<Record<string, (text: string) => string>>): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, changes[name]?.(text) ?? text]),
  );

describe('a build with a cache', () => {
  const cache = memoryCache('1');
  const clean = traced(texts);

  it('compiles a component once, however many instances there are', () => {
    assert.deepEqual(problemsOf(clean.built), []);
    assert.deepEqual(clean.work, ['compile Caller.ts', 'find Caller.ts', 'compile Adder.ts']);
    assert.equal(bootBuilt(clean.built).console, 'one 2\ntwo 2\n');
  });

  it('compiles nothing when nothing changed, and makes the same image', () => {
    traced(texts, cache);
    const again = traced(texts, cache);
    assert.deepEqual(again.work, ['find Caller.ts', 'find Caller.ts', 'find Adder.ts']);
    assert.deepEqual(again.built.elf, clean.built.elf);
    assert.deepEqual(again.built.image, clean.built.image);
    assert.deepEqual(again.built.footprints, clean.built.footprints);
  });

  it('needs no compiler then', () => {
    const built = build('system.camkes', filesOf(texts), { boards: [nexusBoard()], cache });
    assert.deepEqual(problemsOf(built), []);
    assert.deepEqual(built.elf, clean.built.elf);
  });

  it('compiles after an edit what imports the edited file alone, and makes the image of a clean build', () => {
    const changed = edited({ 'sum.ts': (text) => text.replace('a + b', 'a + b + 1') });
    const { built, work } = traced(changed, cache);
    assert.deepEqual(work, ['find Caller.ts', 'find Caller.ts', 'compile Adder.ts']);
    assert.deepEqual(built.elf, traced(changed).built.elf);
    assert.equal(bootBuilt(built).console, 'one 3\ntwo 3\n');
  });

  it('makes the same of code from an earlier compilation, whatever the edit moves', () => {
    const changed = edited({
      'sum.ts': (text) => `${text}\nexport function twice(a: i32): i32 { return sum(a, a); }`,
      'Adder.ts': (text) =>
        text
          .replace('{ sum }', '{ sum, twice }')
          .replace('return sum(a, b)', 'let both = twice(a); return sum(both, b)'),
    });
    assert.deepEqual(traced(changed, cache).built.elf, traced(changed).built.elf);
  });

  it('compiles after an edit of the assembly what the edit is about', () => {
    const changed = edited({
      'system.camkes': (text) => text.replace('two.first = 1', 'two.first = 5'),
    });
    const { built, work } = traced(changed, cache);
    // What is known comes first: the other may be compiled meanwhile.
    assert.deepEqual(work, ['find Caller.ts', 'find Adder.ts', 'compile Caller.ts']);
    assert.equal(bootBuilt(built).console, 'one 2\ntwo 6\n');
  });

  it('has no image after a mistake, and the right one after it was mended', () => {
    const wrong = traced(edited({ 'sum.ts': () => 'export function sum(): void {}' }), cache);
    assert.equal(wrong.built.image, undefined);
    assert.equal(wrong.built.elf, undefined);
    assert.deepEqual(traced(texts, cache).built.elf, clean.built.elf);
  });
});
