import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, fixed } from '../../../support/camkes-fixture.js';

const clock = 'procedure Clock { int now(void); }\n';

describe('a fix that declares what is missing', () => {
  it('writes the interface that the other end calls for, with its import, in the file of the component', () => {
    const checked = checkCamkes({
      'a.camkes': `import <std_connector.camkes>;
import "timer.camkes";
import "parts/client.camkes";
assembly { composition {
  component Timer timer; component Client client;
  connection seL4RPCCall ask(from client.«unknown-interface:clock», to timer.clock);
} }
`,
      'clock.camkes': clock,
      'timer.camkes': 'import "clock.camkes";\ncomponent Timer { provides Clock clock; }\n',
      'parts/client.camkes': 'component Client {\n    control;\n    attribute int a;\n}\n',
    });
    assert.equal(
      fixed(checked, 'Declare `uses Clock clock` in component `Client`', 'parts/client.camkes'),
      'import "../clock.camkes";\n\ncomponent Client {\n    control;\n    uses Clock clock;\n    attribute int a;\n}\n',
    );
  });

  it('writes it behind those of its kind, whatever the side and kind', () => {
    const text = (body: string, name: string, connector: string): string =>
      `import <std_connector.camkes>;
${clock}component Timer { control; emits Tick tick; maybe dataport Buf(64) page; maybe uses Clock clock; }
component Client {
  provides Clock one;
  ${body}
}
assembly { composition {
  component Timer timer; component Client client; component Timer other;
  connection ${connector} x(from timer.${name}, to client.«unknown-interface:new»);
} }
`;
    const client = (title: string, name: string, connector: string): string =>
      /component Client \{\n([^}]*)\}/.exec(
        fixed(checkCamkes(text('maybe consumes E e;', name, connector)), title),
      )?.[1] ?? '';
    assert.equal(
      client('Declare `consumes Tick new` in component `Client`', 'tick', 'seL4Notification'),
      '  provides Clock one;\n  maybe consumes E e;\n  consumes Tick new;\n',
    );
    assert.equal(
      client('Declare `dataport Buf(64) new` in component `Client`', 'page', 'seL4SharedData'),
      '  provides Clock one;\n  maybe consumes E e;\n  dataport Buf(64) new;\n',
    );
    assert.equal(
      client('Declare `provides Clock new` in component `Client`', 'clock', 'seL4RPCCall'),
      '  provides Clock one;\n  provides Clock new;\n  maybe consumes E e;\n',
    );
  });

  it('writes into a component that is empty, or on one line', () => {
    const text = (component: string): string => `import <std_connector.camkes>;
${clock}component Timer { provides Clock clock; }
${component}
assembly { composition {
  component Timer timer; component Client client;
  connection seL4RPCCall ask(from client.«unknown-interface:c», to timer.clock);
} }
`;
    const mended = (component: string): string =>
      fixed(checkCamkes(text(component)), 'Declare `uses Clock c` in component `Client`');
    const plain = (component: string): string =>
      text(component).replace('«unknown-interface:c»', 'c');
    assert.equal(
      mended('component Client { control; }'),
      plain('component Client { control; uses Clock c; }'),
    );
    assert.equal(mended('component Client {}'), plain('component Client {\n    uses Clock c;\n}'));
    assert.equal(
      mended('component Client {\n}'),
      plain('component Client {\n    uses Clock c;\n}'),
    );
  });

  it('writes what is exported, at either end', () => {
    const text = `${clock}component In { provides Clock clock; }
component Out { composition { component In in1; export in1.clock -> «unknown-interface:shown»; } }
`;
    assert.match(
      fixed(checkCamkes(text), 'Declare `provides Clock shown` in component `Out`'),
      /component Out \{\n {4}provides Clock shown; composition/,
    );
  });

  it('declares an attribute that is set, of the type of its value or source', () => {
    const text = `component C { control; }
component D { control; attribute string label; }
assembly { composition { component C c; component D d; } configuration {
  c.«unknown-setting:a» = 12; c.«unknown-setting:b» = "x"; c.«unknown-setting:e» = ["y"]; c.«unknown-setting:f» <- d.label;
  d.label = "z";
} }
`;
    const checked = checkCamkes(text);
    for (const member of ['int a', 'string b', 'string e[]', 'string f'])
      assert.match(
        fixed(checked, `Declare \`attribute ${member}\` in component \`C\``),
        new RegExp(`component C \\{ control; attribute ${member.replace('[]', '\\[\\]')}; \\}`),
      );
  });

  it('gives one end the type of the other', () => {
    const text = `import <std_connector.camkes>;
component A { control; dataport Buf(4096) page; }
component B { control; dataport Buf(8192) page; }
assembly { composition {
  component A a; component B b;
  connection seL4SharedData x(from a.page, «type-mismatch:to b.page»);
} }
`;
    const checked = checkCamkes(text);
    assert.match(
      fixed(checked, 'Make `page` of `B` a `Buf(4096)`'),
      /component B \{ control; dataport Buf\(4096\) page; \}/,
    );
    assert.match(
      fixed(checked, 'Make `page` of `A` a `Buf(8192)`'),
      /component A \{ control; dataport Buf\(8192\) page; \}/,
    );
  });
});
