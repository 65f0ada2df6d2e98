import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAssembly } from '../../../../runtime/toolchain/camkes/compile.js';
import { slotsOf, systemOf } from '../../../support/camkes-system.js';

describe('an instance of its own', () => {
  it('of CantripOS holds itself, its address space, room to receive, its thread and three locks', () => {
    const { spec, diagnostics } = compileAssembly(
      systemOf({
        components: { Timer: [] },
        instances: { timer: 'Timer' },
        settings: { 'timer.cantripos': true },
      }),
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(slotsOf(spec, 'timer_cnode'), [
      '1 timer_cnode guard 28',
      '2 timer_group_bin_pd',
      '3 timer_recv_cnode guard 0',
      '4 timer_timer_0_control_tcb',
      '5 timer_timer_0_control_sc',
      '6 timer_pre_init_ep RW',
      '7 timer_interface_init_ep RW',
      '8 timer_post_init_ep RW',
    ]);
  });
});
