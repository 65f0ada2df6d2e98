/**
 * Goldfish real-time clock: time since 1970 and one alarm. The time is the board's epoch plus virtual time, plus
 * what software set it ahead; nanoseconds need bigint. An alarm is set for an instant: setting the clock does
 * not move it, as in QEMU.
 */
import type { Device } from '../bus/device.js';
import type { Clock, IrqLine } from '../ports.js';
import { goldfishRtcRegisters } from '../../registers/goldfish-rtc.regs.js';
import { createRegisterFile } from './register-file.js';

export interface GoldfishRtcPorts {
  readonly clock: Clock;
  readonly interrupt: IrqLine;
  readonly cyclesPerSecond: number;
  readonly epochSeconds: number;
}

const nanosecondsPerSecond = 1_000_000_000n;
const two32 = 2n ** 32n;
const two64 = 2n ** 64n;

export function createGoldfishRtc(ports: GoldfishRtcPorts): Device {
  const cyclesPerSecond = BigInt(ports.cyclesPerSecond);
  /** Time at power-on, modulo 2^64; software moves it. */
  let offset = 0n;
  /** Cycle at which the alarm goes off; undefined while none is set. */
  let alarmCycle: number | undefined;
  let isPending = false;
  let expiry: { dispose(): void } | undefined;

  const elapsed = (): bigint =>
    (BigInt(Math.floor(ports.clock.now())) * nanosecondsPerSecond) / cyclesPerSecond;
  const time = (): bigint => (offset + elapsed()) % two64;
  const setTime = (value: bigint): void => {
    offset = (value - elapsed() + two64) % two64;
  };
  const drive = (): void => {
    ports.interrupt.set(isPending && registers.get('IRQ_ENABLED') === 1);
  };
  const stopAlarm = (): void => {
    expiry?.dispose();
    expiry = undefined;
    alarmCycle = undefined;
    registers.set('ALARM_STATUS', 0);
  };
  const goOff = (): void => {
    stopAlarm();
    isPending = true;
    drive();
  };
  const startAlarm = (cycle: number): void => {
    stopAlarm();
    alarmCycle = cycle;
    registers.set('ALARM_STATUS', 1);
    // Past 2^53 the cycle counter is not exact; that is three years at 100 MHz, beyond any run.
    if (cycle <= Number.MAX_SAFE_INTEGER) expiry = ports.clock.schedule(cycle, goOff);
  };
  const setAlarm = (): void => {
    const at = BigInt(registers.get('ALARM_HIGH')) * two32 + BigInt(registers.get('ALARM_LOW'));
    const wait = at - time();
    if (wait <= 0n) goOff();
    else {
      const nanoseconds = (elapsed() + wait) * cyclesPerSecond + nanosecondsPerSecond - 1n;
      startAlarm(Number(nanoseconds / nanosecondsPerSecond));
    }
  };

  const registers = createRegisterFile(goldfishRtcRegisters, {
    onRead: {
      TIME_LOW: () => {
        const now = time();
        timeHigh = Number(now / two32);
        return Number(now % two32);
      },
      TIME_HIGH: () => timeHigh,
    },
    peek: { TIME_LOW: () => Number(time() % two32) },
    onWrite: {
      TIME_LOW: (written) => {
        setTime((time() / two32) * two32 + BigInt(written));
      },
      TIME_HIGH: (written) => {
        setTime(BigInt(written) * two32 + (time() % two32));
      },
      ALARM_LOW: setAlarm,
      IRQ_ENABLED: drive,
      CLEAR_ALARM: stopAlarm,
      CLEAR_INTERRUPT: () => {
        isPending = false;
        drive();
      },
    },
  });
  /** What TIME_HIGH reads, from the last read of TIME_LOW. */
  let timeHigh = 0;

  return {
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      stopAlarm();
      offset = (BigInt(ports.epochSeconds) * nanosecondsPerSecond) % two64;
      timeHigh = 0;
      isPending = false;
      drive();
    },
    save: () => ({
      registers: registers.save(),
      offset: offset.toString(),
      alarmCycle: alarmCycle ?? null,
      timeHigh,
      isPending,
    }),
    load(state) {
      registers.load(state['registers']);
      offset = BigInt(state['offset'] as string);
      timeHigh = state['timeHigh'] as number;
      isPending = state['isPending'] as boolean;
      const cycle = state['alarmCycle'] as number | null;
      stopAlarm();
      if (cycle !== null) startAlarm(cycle);
      drive();
    },
  };
}
