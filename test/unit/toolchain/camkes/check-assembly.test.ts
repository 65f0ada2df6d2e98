import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, diagnosticOf, fixed, titlesOf } from '../../../support/camkes-fixture.js';

const library = `import <std_connector.camkes>;
procedure P {}
component Client { uses P p; maybe uses P spare; }
component Server { provides P p; emits E done; }
`;

describe('a CAmkES assembly', () => {
  it('has instances', () => {
    checkCamkes('«no-instances:assembly» { composition {} }');
    checkCamkes('assembly «no-instances:Main» { composition {} }');
  });

  it('is there when a system is to be built', () => {
    const { diagnostics } = checkCamkes('«no-assembly:»component C {}', { needsAssembly: true });
    assert.equal(diagnostics[0]?.severity, 'error');
  });

  it('connects every interface that is not `maybe`; what is provided or emitted may dangle', () => {
    const checked = checkCamkes(`${library}assembly { composition {
  component Client «unconnected-interface:client»;
  component Server server;
} }`);
    const { message, related } = diagnosticOf(checked, 'unconnected-interface');
    assert.equal(
      message,
      '`client.p` is not connected, so nothing provides what it uses. Connect it, or declare it with `maybe`.',
    );
    assert.equal(related?.[0]?.range.start.line, 2);
    assert.deepEqual(titlesOf(checked), [
      'Connect `client.p` with `server.p`',
      'Make `p` optional (`maybe`)',
    ]);
    assert.match(
      fixed(checked, 'Connect `client.p` with `server.p`'),
      /component Server server;\n {2}connection seL4RPCCall client_p\(from client\.p, to server\.p\);\n/,
    );
    assert.match(fixed(checked, 'Make `p` optional (`maybe`)'), /{ maybe uses P p;/);
  });

  it('connects memory of a device with the device at the `to` end, by what the system uses', () => {
    const checked = checkCamkes(`import <std_connector.camkes>;
component Driver { dataport Buf registers; has copyregion window; }
component Device { hardware; maybe dataport Buf registers; }
assembly { composition { component Driver «unconnected-interface:driver»; component Device device; } }`);
    assert.match(
      fixed(checked, 'Connect `driver.registers` with `device.registers`'),
      /connection cantripMMIO driver_registers\(from driver\.registers, to device\.registers\);/,
    );
  });

  it('needs no connection for an interface that is exported, but for the one behind it', () => {
    checkCamkes(`${library}component Outer {
  uses P p;
  composition { component Client «unconnected-interface:inner»; export inner.p -> p; }
}
assembly { composition { component Outer outer; } }`);
  });

  it('tells a mistake inside of a component once, however many instances it has', () => {
    checkCamkes(`${library}component Outer {
  composition { component Client «unconnected-interface:inner»; }
}
assembly { composition { component Outer a; } }`);
    const { diagnostics } = checkCamkes(
      `${library}component Outer {
  composition { component Client inner; connection seL4RPCCall c(from inner.p, «end-kind:to s.done»); component Server s; }
}
assembly { composition { component Outer a; component Outer b; } }`.replace(
        '«end-kind:to s.done»',
        '«end-direction:to s.done»',
      ),
    );
    assert.equal(diagnostics.length, 1);
  });

  it('does not complain about ends that are half written or not understood', () => {
    checkCamkes(`${library}assembly { composition {
  component Client client; component Server server;
  connection seL4RPCCall c(from client.«unknown-interface:pp», to server.p);
} }`);
  });
});
