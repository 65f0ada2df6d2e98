import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, positionIn, type Checked } from '../../../support/camkes-fixture.js';

const sources = {
  'a.camkes': `#include "names.h"
import "b.idl4";
connector Call { from Procedures; to Procedure; }
component Client { control; uses Text text; attribute int tries; }
component Server { provides Text print; }
component Outer {
  provides Text print;
  attribute int depth;
  composition { component Server inner; component Client DRIVER; export inner.print -> print;
    connection Call self(from DRIVER.text, to inner.print); }
  configuration { DRIVER.tries <- depth; }
}
assembly {
  composition {
    component Client client;
    group g { component Outer outer; }
    connection Call c(from client.text, to g.outer.print);
  }
  configuration { client.tries = 1; client.text_affinity = 1; outer.depth = 2; }
}`,
  'b.idl4': 'procedure Text { int put(in string what); }',
  'names.h': '#define DRIVER the_driver',
};
const checked = checkCamkes(sources);

function textOf(
  { texts }: Checked,
  place: {
    file: string;
    range: { start: { line: number; character: number }; end: { character: number } };
  },
): string {
  const line = texts.get(place.file)?.split('\n')[place.range.start.line] ?? '';
  return line.slice(place.range.start.character, place.range.end.character);
}

const at = (around: string, name = around, file = 'a.camkes') =>
  checked.symbols.mentionAt(file, positionIn(checked.texts.get(file) ?? '', around, name));

describe('the symbols of CAmkES files', () => {
  it('are found at their declaration and at each use', () => {
    assert.equal(at('uses Text text', 'Text text')?.symbol.name, 'Text');
    assert.equal(at('uses Text text', 'Text text')?.symbol.file.path, 'b.idl4');
    assert.equal(at('text;')?.role, 'declaration');
    assert.equal(at('client.text,', 'client')?.symbol.kind, 'instance');
    assert.equal(at('client.text,', 'text')?.symbol.container?.name, 'Client');
    assert.equal(at('g.outer.print', 'g')?.symbol.kind, 'group');
    assert.equal(at('g.outer.print', 'print')?.symbol.container?.name, 'Outer');
    assert.equal(at('inner.print -> print', '> print'), undefined);
    assert.equal(at('what', 'what', 'b.idl4')?.symbol.kind, 'parameter');
    assert.equal(at('component', 'omp'), undefined);
  });

  it('know where they are used, in settings by the head of a name, too', () => {
    const text = at('text;')!.symbol;
    assert.deepEqual(
      checked.symbols
        .referencesOf(text)
        .map(({ place, role }) => [textOf(checked, place), place.range.start.line + 1, role]),
      [
        ['DRIVER', 10, 'end'],
        ['text', 17, 'end'],
        ['text', 19, 'setting-prefix'],
      ]
        .filter(([name]) => name !== 'DRIVER')
        .toSpliced(0, 0, ['text', 10, 'end']),
    );
    const tries = at('tries;')!.symbol;
    assert.deepEqual(
      checked.symbols
        .referencesOf(tries)
        .map(({ place }) => place.range.start.line + 1)
        .sort(),
      [11, 19],
    );
  });

  it('that come out of a macro are shown at its use, and say so', () => {
    const driver = at('DRIVER.text', 'DRIVER');
    assert.equal(driver?.symbol.name, 'the_driver');
    assert.equal(driver.place.expansion?.macro, 'DRIVER');
    assert.equal(at('client.text,', 'client')?.place.expansion, undefined);
  });

  it('are listed by file from top to bottom, and by what is around', () => {
    const names = checked.symbols.mentionsIn('b.idl4').map(({ symbol }) => symbol.name);
    assert.deepEqual(names, ['Text', 'put', 'what']);
    const { name, whole } = checked.symbols.declarationOf(at('Server {', 'Server')!.symbol);
    assert.equal(textOf(checked, name), 'Server');
    assert.equal(textOf(checked, whole), 'component Server { provides Text print; }');
  });

  it('say what can be named at a position', () => {
    const scopeAt = (around: string) =>
      checked.symbols.scopeAt('a.camkes', positionIn(checked.texts.get('a.camkes') ?? '', around));
    const inAssembly = scopeAt('connection Call c');
    assert.deepEqual(
      inAssembly.containers.map(({ kind }) => kind),
      ['composition', 'assembly'],
    );
    const names = (symbols: readonly { readonly name: string }[]): string[] =>
      symbols.map(({ name }) => name);
    assert.deepEqual(names(inAssembly.visible('instance')), ['client']);
    assert.deepEqual(names(inAssembly.visible('group')), ['g']);
    assert.deepEqual(names(inAssembly.visible('component')), ['Client', 'Server', 'Outer']);
    const inOuter = scopeAt(' self(');
    assert.deepEqual(names(inOuter.visible('instance')), ['inner', 'the_driver']);
    assert.deepEqual(names(inOuter.visible('interface')), ['print']);
    assert.deepEqual(scopeAt('import').containers, []);
    assert.deepEqual(names(scopeAt('import').visible('procedure')), ['Text']);
  });
});
