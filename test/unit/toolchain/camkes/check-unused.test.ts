import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, fixed, type Sources } from '../../../support/camkes-fixture.js';

const system = (before: string, more = ''): string => `import <std_connector.camkes>;
procedure P { void p(void); }
component C { control; uses P p; }
component S { provides P p; }
${before}
assembly { composition {
  component C c; component S s;
  connection seL4RPCCall x(from c.p, to s.p);
${more}} }
`;

describe('what a system does not use', () => {
  it('is told of components, procedures, connectors and structs', () => {
    checkCamkes(
      system(`component «unused-component:Idle» { control; }
procedure «unused-procedure:Q» { void q(void); }
connector «unused-connector:Wire» { from Procedure; to Procedure; }
struct «unused-struct:Point» { int x; }
composition «unused-composition:More» { component C other; }`),
    );
  });

  it('is taken out with its lines', () => {
    const text = system('component «unused-component:Idle» {\n  control;\n}');
    assert.equal(
      fixed(checkCamkes(text), 'Remove component `Idle`'),
      system('').replace('}\n\nassembly', '}\nassembly'),
    );
  });

  it('is told of what is provided or emitted and connected nowhere', () => {
    const text = system(
      'component T { provides P p; emits E «unused-interface:e»; maybe uses P q; }',
      'component T t; component C d; connection seL4RPCCall y(from d.p, to t.p);',
    );
    assert.equal(fixed(checkCamkes(text), 'Remove `e`').includes('provides P p;  maybe'), true);
  });

  it('is not told of what is exported', () => {
    assert.deepEqual(
      codesOf(
        system(
          `component In { provides P p; }
component Out { provides P p; composition { component In in1; export in1.p -> p; } }`,
          'component Out o; component C d; connection seL4RPCCall y(from d.p, to o.p);',
        ),
      ),
      [],
    );
  });

  it('is not told of a library, of a file that has its hint at the import, nor beside a mistake', () => {
    assert.deepEqual(
      codesOf({
        'a.camkes': `import <l.camkes>;\n«unused-import:import "u.camkes";»\n${system('', 'component L l;')}`,
        'lib/l.camkes': 'component L { control; } component M { control; }',
        'u.camkes': 'component U { control; }',
      }),
      ['unused-import'],
    );
    assert.deepEqual(
      codesOf(system('component Idle { control; }', 'component «unknown-component:Nope» n;')),
      ['unknown-component'],
    );
  });
});

const codesOf = (sources: Sources): string[] =>
  checkCamkes(sources).diagnostics.map(({ code }) => code);
