import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, fixed } from '../../../support/camkes-fixture.js';

describe('declarations of CAmkES', () => {
  it('have no name that is a keyword of C', () => {
    const checked = checkCamkes(`procedure P { void «c-keyword:asm»(in int «c-keyword:volatile»); }
component C { attribute int «c-keyword:long»; }
assembly { composition { component C c; } configuration { c.«c-keyword:long» = 1; } }`);
    assert.match(fixed(checked, 'Replace by `asm_`'), /void asm_\(/);
  });

  it('have a default of their own type', () => {
    checkCamkes(`struct Point { int x; string y = "y"; int z[] = [1]; }
component C {
  attribute int a = 0xffffffff; attribute string b = "b"; attribute int c[] = []; attribute char d = 1;
  attribute unsigned int g = 7; attribute Point h = {"x": 1};
  attribute string i[] = ["x", "y"]; attribute int j;
}`);
    const checked = checkCamkes(`struct Point { int x = «mistyped-default:"x"»; }
component C {
  attribute int a = «mistyped-default:"a"»; attribute string b = «mistyped-default:1»;
  attribute int c[] = «mistyped-default:1»; attribute int d = «mistyped-default:[1]»;
  attribute int e = «mistyped-default:1 << 32»; attribute int f[] = «mistyped-default:["f"]»;
  attribute Point g = «mistyped-default:1»; attribute char h = «mistyped-default:"h"»;
  attribute int i = «mistyped-default:1.5»;
}`);
    assert.match(
      checked.diagnostics.find(({ message }) => message.includes('`a`'))?.message ?? '',
      /^`a` cannot be "a": its type is `int`\.$/,
    );
  });

  it('do not mix hardware with what runs code', () => {
    const checked = checkCamkes(`component C {
  «control-hardware:control;» hardware; has mutex «hardware-lock:m»; has semaphore «hardware-lock:s»;
}`);
    assert.match(fixed(checked, 'Remove `control;`'), /{\n {3}hardware;/);
  });
});

describe('imports of CAmkES', () => {
  const library = {
    'p.idl4': 'procedure P {}',
    'both.camkes': 'import "p.idl4"; component Q { maybe uses P p; }',
  };

  it('are hinted at when nothing of them is used', () => {
    const checked = checkCamkes({
      'a.camkes':
        '«unused-import:import "p.idl4";»\nimport "both.camkes";\ncomponent A {}\nassembly { composition { component Q q; } }',
      ...library,
    });
    assert.equal(checked.diagnostics[0]?.severity, 'hint');
    assert.match(fixed(checked, 'Remove this import'), /^\nimport "both/);
  });

  it('are needed when another file gets a name only through them', () => {
    checkCamkes({
      'a.camkes':
        'import "p.idl4";\nimport "r.camkes";\nassembly { composition { component R r; } }',
      'r.camkes': 'component R { maybe uses P p; }',
      ...library,
    });
  });

  it('are needed when they add to the assembly', () => {
    checkCamkes({
      'a.camkes':
        'import "more.camkes";\ncomponent A {}\nassembly { composition { component A a; } }',
      'more.camkes': 'component B {}\nassembly { composition { component B b; } }',
    });
  });
});

describe('the dialect', () => {
  const sparrow = `import <std_connector.camkes>;
component A { has copyregion «dialect:window»; maybe dataport Buf d; }
assembly { composition {
  component A a; component A b; connection «dialect:cantripSharedData» c(from a.d, to b.d);
} }`;

  it('is nobody’s business until somebody chooses one', () => {
    checkCamkes(sparrow.replace(/«dialect:(\w+)»/g, '$1'));
    checkCamkes(sparrow.replace(/«dialect:(\w+)»/g, '$1'), { dialect: 'sparrow' });
  });

  it('has what it has, once it is chosen', () => {
    checkCamkes(sparrow, { dialect: 'upstream' });
    checkCamkes(
      'component A {}\nassembly { composition { component A a; } «dialect:schedule» { [(0, 1), (1, 2 us)] } }',
      { dialect: 'sparrow' },
    );
  });

  it('tells once which connectors are not known to the compiler', () => {
    checkCamkes(`connector Own { from Dataport; to Dataport; }
component D { dataport Buf d; }
assembly { composition {
  component D a; component D b; component D c; component D e;
  connection «unknown-connector-meaning:Own» x(from a.d, to b.d); connection Own y(from c.d, to e.d);
} }`);
  });
});
