/** The standard library of the compiler may change with its version: what we change in it must still be there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { libraryFiles } from 'assemblyscript/asc';
import { withOwnAccesses } from '../../../../runtime/toolchain/guest/assemblyscript/element-accesses.js';

const changed = (name: string, accesses: 'inlined' | 'called'): string =>
  withOwnAccesses(name, libraryFiles[name] ?? '', accesses);

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('accesses to elements in the standard library', () => {
  it('are checked by the instruction of the back end in each array', () => {
    for (const name of ['array', 'staticarray', 'typedarray']) {
      const accessors = count(changed(name, 'called'), /__get\(index: i32\)/g);
      const checks = count(changed(name, 'called'), /__checkIndex\(<u32>index, /g);
      assert.ok(accessors > 0 && checks >= accessors, `${name}: ${accessors} and ${checks}`);
    }
  });

  it('are written into their callers in an optimised program, with what they lead to', () => {
    for (const name of ['array', 'staticarray', 'typedarray']) {
      const text = changed(name, 'inlined');
      const accessors = count(text, /private __get\(/g);
      assert.equal(count(text, /@inline @operator\("\[\]"\)\s+private __get\(/g), accessors, name);
      assert.ok(count(text, /load<\w+>\(__element\(/g) >= accessors, name);
      assert.ok(count(text, /store<\w+>\(__element\(/g) >= accessors, name);
    }
    assert.match(changed('string', 'inlined'), /@inline charCodeAt\(/);
    assert.match(
      changed('staticarray', 'inlined'),
      /@inline constructor\([^}]+\}\s+return .*__sized/,
    );
  });

  it('keep their lines', () => {
    const text = changed('staticarray', 'inlined');
    const original = (libraryFiles['staticarray'] ?? '').split('\n');
    const line = original.findIndex((each) => each.includes('"[]=") private __set'));
    assert.match(text.split('\n')[line] ?? '', /private __set/);
  });
});
