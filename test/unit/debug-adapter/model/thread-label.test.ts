import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { threadLabel } from '../../../../debug-adapter/model/thread-label.js';

describe('the label of a thread', () => {
  for (const [name, label] of [
    ['timer_timer_0_control_tcb', 'timer: control'],
    ['uart_driver_uart_driver_0_fault_handler_tcb', 'uart_driver: fault handler'],
    ['timer_timer_clock_0000_tcb', 'timer: clock'],
    ['timer_timer_clock_in_0001_tcb', 'timer: clock in 0001'],
    ['outer.inner_outer_inner_0_control_tcb', 'outer.inner: control'],
    ['a_a_a_a_0_control_tcb', 'a_a: control'],
    ['rootserver', 'rootserver'],
    ['server_tcb', 'server_tcb'],
    ['reader_writer_tcb', 'reader_writer_tcb'],
    ['timer_timer_tcb', 'timer_timer_tcb'],
  ] as const)
    it(`is ${label} for ${name}`, () => {
      assert.equal(threadLabel(name), label);
    });
});
