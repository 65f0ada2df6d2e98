// The driver of the timer. `expired_handle` is called for each interrupt; nothing comes again before it is acknowledged.
import { expired, period_us, registers, tick } from 'camkes';

// Registers of the timer, by their offset.
const CONTROL: u32 = 0x004;
const INTERRUPT_ENABLE: u32 = 0x100;
const INTERRUPT_STATE: u32 = 0x104;
const CONFIGURATION: u32 = 0x10c;
const NOW: u32 = 0x110;
const COMPARE: u32 = 0x118;
const COMPARE_UPPER: u32 = 0x11c;

// The device counts 2.5 million clocks a second; each tenth is a tick of 4 microseconds.
const CLOCKS_PER_TICK: u32 = 10;
const MICROSECONDS_PER_TICK: u32 = 4;
const STEP: u32 = 1 << 16;

function setAlarm(): void {
  registers.set<u32>(COMPARE, registers.get<u32>(NOW) + <u32>period_us / MICROSECONDS_PER_TICK);
  registers.set<u32>(INTERRUPT_STATE, 1);
}

export function run(): void {
  registers.set<u32>(CONFIGURATION, STEP | (CLOCKS_PER_TICK - 1));
  registers.set<u32>(COMPARE_UPPER, 0);
  setAlarm();
  registers.set<u32>(INTERRUPT_ENABLE, 1);
  registers.set<u32>(CONTROL, 1);
}

export function expired_handle(): void {
  setAlarm();
  tick.emit();
  expired.acknowledge();
}
