// The driver of the timer. `expired_handle` is called for each interrupt; nothing comes again before it is acknowledged.
import { expired, period_us, registers, tick } from 'camkes';
// The offsets of the registers of OpenTitan's rv_timer, and the fields in them.
import {
  CFG0,
  CFG0_STEP_SHIFT,
  COMPARE_LOWER0_0,
  COMPARE_UPPER0_0,
  CTRL,
  INTR_ENABLE0,
  INTR_STATE0,
  TIMER_V_LOWER0,
} from 'registers/rv_timer';

// The device counts 2.5 million clocks a second; each tenth is a tick of 4 microseconds.
const CLOCKS_PER_TICK: u32 = 10;
const MICROSECONDS_PER_TICK: u32 = 4;
const STEP: u32 = 1 << CFG0_STEP_SHIFT;

function setAlarm(): void {
  registers.set<u32>(
    COMPARE_LOWER0_0,
    registers.get<u32>(TIMER_V_LOWER0) + <u32>period_us / MICROSECONDS_PER_TICK,
  );
  registers.set<u32>(INTR_STATE0, 1);
}

export function run(): void {
  registers.set<u32>(CFG0, STEP | (CLOCKS_PER_TICK - 1));
  registers.set<u32>(COMPARE_UPPER0_0, 0);
  setAlarm();
  registers.set<u32>(INTR_ENABLE0, 1);
  registers.set<u32>(CTRL, 1);
}

export function expired_handle(): void {
  setAlarm();
  tick.emit();
  expired.acknowledge();
}
