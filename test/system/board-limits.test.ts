/** What an assembly asks of a board that the board does not have: it is an error of the build, and not of the boot. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildTexts, problemsOf } from '../support/component-system.js';

const told = (irq: number, address: number, settings = '{ "program": "system.camkes" }') => {
  const { diagnostics, image } = buildTexts(
    {
      'cantrip.json': settings,
      'system.camkes': `import <std_connector.camkes>;
component Hw { hardware; emits I i; dataport Buf(4096) r; }
component D { consumes I i; dataport Buf(4096) r; }
assembly {
  composition {
    component Hw hw; component D d;
    connection seL4HardwareInterrupt c(from hw.i, to d.i);
    connection seL4HardwareMMIO m(from d.r, to hw.r);
  }
  configuration { hw.i_irq_number = ${String(irq)}; hw.r_paddr = ${String(address)}; hw.r_size = 4096; }
}`,
      'D.S': '.globl i_handle\ni_handle: ret\n',
    },
    '.',
  );
  const problems = problemsOf({ diagnostics });
  assert.equal(image === undefined, problems.length > 0);
  return { problems, message: diagnostics[0]?.message ?? '' };
};

const device = 0x5400_0000;

describe('what an assembly asks of its board', () => {
  it('may be each interrupt that there is, and memory that is no device', () => {
    for (const irq of [1, 42]) assert.deepEqual(told(irq, device).problems, []);
    assert.deepEqual(told(1, 0x7000_0000).problems, []);
  });

  it('is an error at the connection where it is an interrupt that there is not', () => {
    for (const irq of [0, 43, 500])
      assert.deepEqual(told(irq, device).problems, ['error load-interrupt system.camkes:7']);
    assert.match(told(43, device).message, /^Interrupt 43 .*board nexus, which has 1 to 42\.$/);
  });

  it('is an error at the connection where it is a device of the kernel', () => {
    for (const address of [0x5401_0000, 0x6000_0000, 0x67ff_f000]) {
      const { problems, message } = told(1, address);
      assert.deepEqual(problems, ['error load-physical-address system.camkes:8']);
      assert.match(message, /in the registers of \w+ .* which the kernel keeps for itself/);
    }
  });
});
