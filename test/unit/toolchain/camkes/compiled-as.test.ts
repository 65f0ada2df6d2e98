/** Connectors that a project declares itself: what is said of them, and what they are compiled as. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAssembly } from '../../../../runtime/toolchain/camkes/compile.js';
import { componentDiagram } from '../../../../runtime/toolchain/diagram/component-diagram.js';
import { check } from '../../../../runtime/toolchain/check.js';
import { checkCamkes, messageOf } from '../../../support/camkes-fixture.js';
import { filesInMemory } from '../../../support/files-in-memory.js';

const systemWith = (connector: string, use = 'MyCall'): string => `
${connector}
procedure P { void go(void); }
component Client { control; uses P p; }
component Server { provides P p; }
assembly {
  composition {
    component Client a;
    component Server b;
    connection ${use} call(from a.p, to b.p);
  }
}
`;
const call = 'connector MyCall { from Procedures with 0 threads; to Procedure; }';

describe('a connector of the project', () => {
  it('makes nothing, and what to do is told', () => {
    const analysis = checkCamkes(systemWith(call, '«unknown-connector-meaning:MyCall»'));
    assert.equal(
      messageOf(analysis, 'unknown-connector-meaning'),
      '`MyCall` is a connector of this project, with templates of its own; what it becomes in capabilities is not known here, so its connections are not built. If it makes what a known one makes, such as seL4RPCCall, cantripRPCCall, seL4RPCCallNoType, say so in cantrip.json: "connectors": { "MyCall": "seL4RPCCall" }.',
    );
    assert.ok(analysis.system);
    assert.deepEqual(
      compileAssembly(analysis.system).diagnostics.map(({ message }) => message),
      [
        '`call` is a MyCall, and that makes no objects here: it is a connector of this project, and what its templates make is not known here. If it makes what a known one makes, such as seL4RPCCall, cantripRPCCall, seL4RPCCallNoType, say so in cantrip.json: "connectors": { "MyCall": "seL4RPCCall" }.',
      ],
    );
  });

  it('makes what the connector makes that it is compiled as', () => {
    const { system } = checkCamkes(systemWith(call), {
      compiledAs: new Map([['MyCall', 'seL4RPCCall']]),
    });
    assert.ok(system);
    const { spec, diagnostics } = compileAssembly(system);
    assert.deepEqual(diagnostics, []);
    assert.ok(spec.objects.some(({ name, type }) => name === 'call_ep' && type === 'ep'));
    const [wire] = componentDiagram(system, []).wires;
    assert.equal(wire?.connector, 'MyCall');
  });

  it('signals the one notification of a component where the known one does', () => {
    const { system } = checkCamkes(systemWith(call), {
      compiledAs: new Map([['MyCall', 'seL4RPCCallSignal']]),
    });
    assert.ok(system);
    const { objects } = compileAssembly(system).spec;
    assert.ok(objects.some(({ name }) => name === 'call_a_global_endpoint'));
  });

  it('has to have the ends of the one that it is compiled as', () => {
    const misfitOf = (connector: string, known: string): string =>
      messageOf(
        checkCamkes(systemWith(connector, '«connector-misfit:MyCall»'), {
          compiledAs: new Map([['MyCall', known]]),
        }),
        'connector-misfit',
      );
    assert.match(
      misfitOf(call, 'seL4Notification'),
      /^`MyCall` cannot be compiled as seL4Notification, as cantrip.json says: its `from` end is a procedure, and that of seL4Notification an event\. /,
    );
    assert.match(
      misfitOf('connector MyCall { from Procedure; to Procedures; }', 'seL4RPCCall'),
      /: it takes several `to` ends, and seL4RPCCall takes one\. No connector that is known here has such ends\.$/,
    );
  });

  it('is named in cantrip.json', () => {
    const problems = (value: string): string[] =>
      check(
        'a.camkes',
        filesInMemory({
          'a.camkes': systemWith(call),
          'cantrip.json': `{ "program": "a.camkes", "connectors": { "MyCall": ${value} } }`,
        }),
        { boards: [] },
      ).map(({ file, message }) => `${file}: ${message}`);
    assert.deepEqual(problems('"seL4RPCCall"'), []);
    assert.match(
      problems('"seL4RPCCal"')[0] ?? '',
      /^cantrip.json: MyCall must be compiled as a connector that is known here, such as "seL4RPCCall"\.$/,
    );
    assert.match(
      problems('1')[0] ?? '',
      /such as "seL4RPCCall" or "seL4Notification" or "seL4SharedData"\.$/,
    );
  });
});
