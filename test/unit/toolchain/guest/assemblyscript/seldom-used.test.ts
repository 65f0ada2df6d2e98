/** What is left out of the standard library: only what no source could mean, and every line stays where it is. */
import assert from 'node:assert/strict';
import { libraryFiles } from 'assemblyscript/asc';
import { describe, it } from 'node:test';
import {
  guestCompiler,
  preparedCompiler,
} from '../../../../../runtime/toolchain/guest/assemblyscript/main.js';
import { seldomUsed } from '../../../../../runtime/toolchain/guest/assemblyscript/seldom-used.js';
import { filesInMemory } from '../../../../support/files-in-memory.js';

const options = {
  memoryBase: 0x10_0000,
  isOptimized: false,
  hasFloatingPoint: false,
  allocationAfterInit: 'allowed',
} as const;

const compile = (text: string, compiler = guestCompiler) =>
  compiler.compile(['a.ts'], filesInMemory({ 'a.ts': text }), options);

const wordsOf = (name: string): RegExp =>
  seldomUsed.find((part) => part.name === name)?.words ?? assert.fail();

/** The line of each name that the file gives to others. */
const exportsOf = (text: string): Map<string, number> =>
  new Map(
    [...text.matchAll(/^export (?:function|const|let|class) (\w+)/gm)].map(({ index, 1: name }) => [
      name ?? '',
      text.slice(0, index).split('\n').length,
    ]),
  );

describe('what few programs use of the standard library', () => {
  for (const { name, reduced } of seldomUsed) {
    if (reduced === undefined) continue;
    it(`leaves what is left of ${name} at its lines`, () => {
      const text = libraryFiles[name] ?? assert.fail();
      const whole = exportsOf(text);
      const short = reduced(text);
      assert.ok(short.length < text.length);
      for (const [each, line] of exportsOf(short)) assert.equal(whole.get(each), line, each);
    });
  }

  it('is there for a program that uses it', () => {
    const uses = [
      'export function f(text: string): string { return text.toUpperCase() + text.toLowerCase(); }',
      'export function f(a: i32): i32 { return a ** 3; }',
      'export function f(a: string): i32 { return I32.parseInt(a); }',
      'export function f(): i32 { return new Uint8Array(3).length; }',
      'export function f(): i32 { return new DataView(new ArrayBuffer(4)).getInt32(0); }',
    ];
    for (const text of uses) assert.deepEqual(compile(text).diagnostics, [], text);
  });

  it('is not meant by the asterisks of a comment', () => {
    const words = wordsOf('math');
    assert.deepEqual(
      ['/** A sentence. */', '/**\n * A list.\n **/'].map((text) => words.test(text)),
      [false, false],
    );
    assert.deepEqual(
      ['a ** b', 'a**b', 'a **= b', 'Math.abs'].map((text) => words.test(text)),
      [true, true, true, true],
    );
  });

  it('is the same for a compiler that has read the rest before', () => {
    const text = 'export function f(text: string): string { return text.split(",").join(";"); }';
    const prepared = preparedCompiler();
    for (let time = 0; time < 2; time += 1)
      assert.deepEqual(compile(text, prepared), compile(text));
    const release = { ...options, isOptimized: true };
    const files = filesInMemory({ 'a.ts': text });
    assert.deepEqual(
      preparedCompiler().compile(['a.ts'], files, release),
      guestCompiler.compile(['a.ts'], files, release),
    );
  });

  it('is the same after an optimised program, which sets how the library writes modules', () => {
    const text = 'export function f(text: string): string { return text.split(",").join(";"); }';
    const earlier = compile(text);
    guestCompiler.compile(['a.ts'], filesInMemory({ 'a.ts': text }), {
      ...options,
      isOptimized: true,
    });
    assert.deepEqual(compile(text), earlier);
  });
});
