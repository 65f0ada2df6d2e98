import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkCamkes,
  diagnosticOf,
  fixed,
  messageOf,
  titlesOf,
} from '../../../support/camkes-fixture.js';

const call = 'connector Call { from Procedures; to Procedure; }\nprocedure P {}\n';
const pair = `${call}component Client { uses P p; }
component Server { provides P q; }
`;

describe('names of CAmkES', () => {
  it('says which procedure, component or connector is not there, and what was meant', () => {
    const checked = checkCamkes(`procedure Logger {}
component Client { maybe uses «unknown-procedure:Loger» logger; }
assembly { composition { component «unknown-component:Clint» client; } }`);
    assert.equal(
      messageOf(checked, 'unknown-component'),
      'There is no component `Clint`. Did you mean `Client`?',
    );
    assert.match(fixed(checked, 'Replace by `Logger`'), /maybe uses Logger logger/);
  });

  it('knows the connectors of the library, and which file to import for them', () => {
    const checked = checkCamkes(`procedure P {}
component A { uses P p; }
component B { provides P p; }
assembly { composition {
  component A a;
  component B b;
  connection «unknown-connector:seL4RPCCall» c(from a.p, to b.p);
} }`);
    assert.match(
      fixed(checked, 'Import <std_connector.camkes>'),
      /^import <std_connector.camkes>;/,
    );
  });

  it('knows what old connectors are called now', () => {
    const checked = checkCamkes(`import <std_connector.camkes>;
${pair}assembly { composition {
  component Client a; component Server b;
  connection «unknown-connector:seL4RPC» c(from a.p, to b.q);
} }`);
    assert.match(messageOf(checked, 'unknown-connector'), /Did you mean `seL4RPCCall`\?/);
  });

  it('offers to import the file that declares a name, and to write what is missing', () => {
    const checked = checkCamkes(
      {
        'sub/a.camkes': `// Licence

component Client { uses «unknown-procedure:Logger» logger; provides «unknown-procedure:Other» o; }`,
      },
      {
        declaringFiles: (_, name) =>
          name === 'Logger' ? ['sub/x/logger.camkes', 'lib/l.idl4'] : [],
      },
    );
    assert.deepEqual(titlesOf(checked), [
      'Import "x/logger.camkes"',
      'Import <l.idl4>',
      'Create procedure `Logger`',
      'Create procedure `Other`',
    ]);
    assert.match(
      fixed(checked, 'Import "x/logger.camkes"', 'sub/a.camkes'),
      /^\/\/ Licence\n\nimport "x\/logger.camkes";\n\ncomponent/,
    );
    assert.match(
      fixed(checked, 'Create procedure `Other`', 'sub/a.camkes'),
      /procedure Other {\n}\n\ncomponent/,
    );
    assert.equal(
      diagnosticOf(
        { ...checked, diagnostics: checked.diagnostics.slice(0, 1) },
        'unknown-procedure',
      ).severity,
      'warning',
    );
  });

  it('says what else a name is', () => {
    const checked = checkCamkes(`procedure P {}
component C { uses P p; }
assembly { composition { component «unknown-component:P» a; } }`);
    assert.equal(
      messageOf(checked, 'unknown-component'),
      '`P` is a procedure; a component is expected here.',
    );
  });

  it('asks for declarations before their use, unless that is allowed', () => {
    const source = `component C { maybe uses «forward-reference:P» p; }
procedure P {}
assembly { composition { component C c; } }`;
    const checked = checkCamkes(source);
    assert.equal(diagnosticOf(checked, 'forward-reference').related?.[0]?.range.start.line, 1);
    checkCamkes(source.replace(/«[^:]*:(\w)»/, '$1'), { allowForwardReferences: true });
  });

  it('tells a missing import once, and none of its names', () => {
    const { diagnostics } = checkCamkes(`import «missing-import:"none.camkes"»;
component C { uses «unknown-procedure:P» p; }
assembly { composition { component «unknown-component:D» d; component C «unconnected-interface:c»; } }`);
    assert.deepEqual(
      diagnostics.map(({ severity }) => severity),
      ['error', 'hint', 'hint', 'hint'],
    );
  });

  it('finds imports beside the file, along the import path, and in the library', () => {
    checkCamkes({
      'app/a.camkes': `import "../b.camkes"; import <c.camkes>; import <std_connector.camkes>;
import «missing-import:"std_connector.camkes"»; import «missing-import:<std_conector.camkes>»;
component A { maybe uses B b; maybe uses C c; }`,
      'b.camkes': 'import "app/a.camkes"; procedure B {}',
      'lib/c.camkes': 'import "c.camkes"; procedure C {}',
    });
  });

  it('resolves `from` to the instance and its interface, each by itself', () => {
    const checked = checkCamkes(`${pair}assembly { composition {
  component Client client; component Server server;
  connection Call a(from «unknown-instance:clint».p, to server.q);
  connection Call b(from client.«unknown-interface:r», to server.«unknown-interface:p»);
} }`);
    const [first, second] = checked.diagnostics.filter(({ code }) => code === 'unknown-interface');
    assert.equal(
      first?.message,
      '`from client.r`: component `Client` has no interface `r`; it declares `p`. Did you mean `p`?',
    );
    assert.equal(first.related?.[0]?.message, 'Component `Client` is declared here.');
    assert.equal(
      second?.message,
      '`to server.p`: component `Server` has no interface `p`; it declares `q`. Did you mean `q`?',
    );
  });

  it('asks for the interface, the instance, or the group that an end leaves out', () => {
    const checked = checkCamkes(`${pair}assembly { composition {
  component Client client; group g { component Server server; }
  connection Call a(from «end-without-instance:p», to g.server.q);
  connection Call b(from «end-without-instance:client», to «unknown-instance:server».q);
  connection Call c(from «unknown-instance:Client».p, to g.«unknown-instance:servr».q);
} }`);
    assert.deepEqual(titlesOf(checked), [
      'Replace by `client.p`',
      'Replace by `client.p`',
      'Replace by `g.server`',
      'Replace by `client`',
      'Replace by `server`',
    ]);
  });

  it('lets a composition in a component name the component’s own interfaces', () => {
    checkCamkes(`${pair}component Outer {
  uses P p;
  composition {
    component Server inner;
    connection Call c(from p, to inner.q);
    connection Call d(from «end-without-instance:r», to inner.q);
  }
}`);
  });

  it('checks both sides of an export', () => {
    checkCamkes(`${pair}component Outer {
  provides P q;
  has mutex m;
  composition {
    component Server inner;
    export inner.q -> q;
    export inner.«unknown-interface:p» -> q;
    export «export-source:q» -> q;
    export inner.q -> «unknown-interface:m»;
  }
}
composition alone { component Server s; «export-outside-component:export s.q -> x;» }`);
  });

  it('wants an attribute to have a type that is known', () => {
    const checked = checkCamkes(
      `struct S { int a; S2t b; }`.replace('S2t', '«unknown-type:S2t»') +
        `
component C {
  attribute S a; attribute int b; attribute unsigned int c; attribute string d[];
  attribute { int x; } e; attribute uint64_t f;
  attribute «unknown-type:bool» g;
  attribute «invalid-type:struct S» h;
}`,
    );
    assert.match(fixed(checked, 'Replace by `S`'), /attribute S h;/);
  });

  it('finds a name that is declared twice, of whatever kind', () => {
    const checked =
      checkCamkes(`procedure P { void f(int a, int «duplicate-name:a»); void «duplicate-name:f»(); }
procedure «duplicate-name:P» {}
component P {
  maybe uses P x; has mutex «duplicate-name:x»;
  attribute int y; attribute int «duplicate-name:y»;
}
component C {}
assembly { composition {
  component C a; component C «duplicate-name:a»;
  group g { component C g; component C h; }
  component C «duplicate-name:h»;
} }
assembly { composition { component C «duplicate-name:a»; } }`);
    const duplicate = checked.diagnostics.find(({ message }) => message.includes('mutex'));
    assert.equal(
      duplicate?.message,
      'The mutex `x` is declared twice, before as an interface. Rename or remove one of the two.',
    );
  });

  it('leaves alone what hangs on a mistake that was told', () => {
    checkCamkes(`${call}assembly { composition {
  component «unknown-component:Client» client; component «unknown-component:Server» server;
  connection Call c(from client.p, to server.q);
} configuration { client.x = 1; } }`);
  });
});
