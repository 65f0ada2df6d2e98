import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyzeCamkes } from '../../../../runtime/toolchain/camkes/analyze.js';
import { checkCamkes, filesOf, plainOptions } from '../../../support/camkes-fixture.js';

const codesOf = (text: string): string[] => {
  const { diagnostics } = analyzeCamkes(
    'a.camkes',
    filesOf(new Map([['a.camkes', text]])),
    plainOptions,
  );
  return [...new Set(diagnostics.map(({ code }) => code))];
};
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('\n');

describe('an assembly that is not meant well', () => {
  it('may hold itself, which is told where it begins again', () => {
    checkCamkes(
      `component A { composition { component B b; } }
component B { composition { component A «cyclic-hierarchy:a»; } }
assembly { composition { component A a; } }`,
      { allowForwardReferences: true },
    );
  });

  it('may double with each level, up to a number of instances', () => {
    const levels = many(40, (index) =>
      index === 0
        ? 'component C0 {}'
        : `component C${String(index)} { composition { component C${String(index - 1)} a; component C${String(index - 1)} b; } }`,
    );
    assert.deepEqual(codesOf(`${levels}\nassembly { composition { component C39 c; } }`), [
      'too-many-instances',
    ]);
  });

  it('may be very deep, down to a level', () => {
    const levels = many(200, (index) =>
      index === 0
        ? 'component C0 {}'
        : `component C${String(index)} { composition { component C${String(index - 1)} a; } }`,
    );
    assert.deepEqual(codesOf(`${levels}\nassembly { composition { component C199 c; } }`), [
      'deep-hierarchy',
    ]);
  });

  it('may take the value of an attribute through a chain of thousands', () => {
    const count = 5_000;
    const settings = many(count, (index) => `c${String(index)}.n <- c${String(index + 1)}.n;`);
    const instances = many(count, (index) => `component C c${String(index)};`);
    const source = `component C { attribute int n = 1; }
assembly { composition { ${instances} } configuration { ${settings} } }`;
    const { system } = analyzeCamkes(
      'a.camkes',
      filesOf(new Map([['a.camkes', source]])),
      plainOptions,
    );
    const value = system?.instances[0]?.settings.get('n')?.value;
    assert.deepEqual(value, { kind: 'integer', value: 1n });
  });

  it('may have a dataport of 2^40 bytes and a struct that holds itself', () => {
    const { system } = checkCamkes(
      `struct S { S s; int n; }
component C { maybe dataport Buf(1 << 40) d; attribute S s; }
assembly { composition { component C c; } }`,
      { allowForwardReferences: true },
    );
    assert.equal(system?.instances[0]?.component.interfaces[0]?.sizeBytes, 1n << 40n);
  });

  it('may have components in components in components', () => {
    const depth = 3_000;
    const source = `assembly { composition { ${'component { composition { '.repeat(depth)}${'} } c;'.repeat(depth)} } }`;
    assert.ok(codesOf(source).includes('nesting-too-deep'));
  });

  it('may name a thousand things that are not there', () => {
    const ends = many(
      1_000,
      (index) =>
        `connection K${String(index)} c${String(index)}(from a${String(index)}.b, to c.d);`,
    );
    assert.ok(codesOf(`assembly { composition { ${ends} } }`).includes('unknown-connector'));
  });

  it('may be empty, missing, or its own import', () => {
    assert.deepEqual(codesOf(''), []);
    assert.deepEqual(codesOf('import "a.camkes";'), ['unused-import']);
    const { diagnostics } = analyzeCamkes('none.camkes', filesOf(new Map()), plainOptions);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['missing-file'],
    );
  });
});
