import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyzeCapdl } from '../../../../runtime/toolchain/capdl/read.js';

const text = `arch riscv
objects { u/e = ep c = cnode (4 bits) i = irq f[2] = frame (4k) v = ut { e2 } e2 = ep }
caps { c { 1: n = e 2: <n> - child_of (c, 1) 3: f[1] (mapping: (p, 0)) 4: domain } m = (c, 1) }
irq maps { 1: i }
cdt { m { (c, 3) } }`;
const { symbols } = analyzeCapdl('a.cdl', text);

describe('the names of a capDL file', () => {
  it('are found by their places', () => {
    const at = (part: string): string | undefined => {
      const found = symbols.at(text.indexOf(part));
      return found && `${found.kind} ${found.name} ${found.role}`;
    };
    assert.equal(at('u/e'), 'object u declaration');
    assert.equal(at('e2 }'), 'object e2 cover');
    assert.equal(at('n = e'), 'capability n declaration');
    assert.equal(at('n> -'), 'capability n copy');
    assert.equal(at('f[1]'), 'object f capability');
    assert.equal(at('m { ('), 'capability m slot');
    assert.equal(at('i }\ncdt'), 'object i interrupt');
    assert.equal(at('= cnode'), undefined);
    assert.equal(at('domain'), undefined);
  });

  it('have all of their places, of which one is the declaration', () => {
    assert.equal(symbols.of('object', 'c').length, 5);
    assert.equal(symbols.declarationOf('object', 'c')?.start, text.indexOf('c = cnode'));
    assert.equal(symbols.of('capability', 'm').length, 2);
    assert.deepEqual(symbols.of('object', 'nobody'), []);
    for (const { start, end, name } of symbols.occurrences) {
      assert.equal(text.slice(start, end), name);
    }
  });
});
