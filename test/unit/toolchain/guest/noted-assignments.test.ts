/**
 * What a debugger is told of variables costs nothing: an optimised program is the same, to the byte, where nothing is
 * noted of it, and where nobody wants to know where its variables are.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Module } from 'assemblyscript';
import type { GuestModule } from '../../../../runtime/toolchain/guest/guest-module.js';
import { compileModule } from '../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { compileGuest } from '../../../support/guest-program.js';
import { randomVariableProgram } from '../../../support/random-variables.js';
import { marks } from '../../../support/watched-program.js';

const programs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['matrix', 'message', 'sha256', 'sort'].map((name) => [
      name,
      readFileSync(`test/bench/guest/${name}.ts`, 'utf8'),
    ]),
  ),
  ...Object.fromEntries([11, 12].map((seed) => [`seed ${seed}`, randomVariableProgram(seed)])),
};

/** As generated sources, which may do what the support library does. */
function compiled(text: string): GuestModule {
  const { module, diagnostics } = compileGuest(
    {},
    {
      entries: ['program'],
      isOptimized: true,
      generated: new Map([...marks, ['program', text]]),
    },
  );
  assert.deepEqual(diagnostics, []);
  assert.ok(module !== undefined);
  return module;
}

/** Then no expression has a place, and so nothing is told of any. */
function withoutPlaces<T>(compile: () => T): T {
  const { prototype } = Module;
  const inherited: unknown = Reflect.get(prototype, 'setDebugLocation');
  Reflect.set(prototype, 'setDebugLocation', () => undefined);
  try {
    return compile();
  } finally {
    Reflect.set(prototype, 'setDebugLocation', inherited);
  }
}

describe('an optimised program', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`is the same WebAssembly without any note: ${name}`, () => {
      assert.deepEqual(compiled(text).wasm, withoutPlaces(() => compiled(text)).wasm);
    });

    it(`is the same code where nobody asks for its variables: ${name}`, () => {
      const module = compiled(text);
      const bytesOf = (guest: GuestModule): unknown =>
        compileModule(guest).object.sections.map((section) => [section.name, section.bytes]);
      const asked = [...module.functions.values()].flatMap(({ locals }) => locals);
      assert.ok(asked.some(({ at }) => typeof at === 'object' && 'held' in at));
      const silent = [...module.functions].map(
        ([index, each]) => [index, { ...each, locals: [] }] as const,
      );
      assert.deepEqual(
        bytesOf(module),
        bytesOf({ ...module, functions: new Map(silent), inlined: [] }),
      );
    });
  }
});
