/**
 * ACLINT of one hart: machine software interrupt, machine timer and the time that the time CSR reads.
 * mtime follows from virtual time plus an offset, which a write to mtime changes.
 */
import type { Device } from '../bus/device.js';
import type { Clock, IrqLine } from '../ports.js';
import { aclintRegisters } from '../../registers/aclint.regs.js';
import { createRegisterFile } from './register-file.js';

export interface AclintPorts {
  readonly clock: Clock;
  readonly software: IrqLine;
  readonly timer: IrqLine;
  /** Cycles of the machine's clock in one tick of mtime. */
  readonly cyclesPerTick: number;
}

export interface Aclint extends Device {
  /** What the time CSR reads: mtime, exact up to 2^53. */
  ticks(): number;
}

const two32 = 2n ** 32n;
const two64 = 2n ** 64n;

export function createAclint(ports: AclintPorts): Aclint {
  /** mtime minus the ticks of virtual time, modulo 2^64. */
  let offset = 0n;
  let expiry: { dispose(): void } | undefined;

  const elapsed = (): bigint => BigInt(Math.floor(ports.clock.now() / ports.cyclesPerTick));
  const mtime = (): bigint => (elapsed() + offset) % two64;
  const compare = (): bigint =>
    BigInt(registers.get('mtimecmp_high')) * two32 + BigInt(registers.get('mtimecmp_low'));

  const update = (): void => {
    expiry?.dispose();
    expiry = undefined;
    const distance = compare() - mtime();
    ports.timer.set(distance <= 0n);
    if (distance <= 0n) return;
    const cycle = Number(elapsed() + distance) * ports.cyclesPerTick;
    // Past 2^53 the cycle counter is not exact; that is three years at 100 MHz, beyond any run.
    if (cycle <= Number.MAX_SAFE_INTEGER) expiry = ports.clock.schedule(cycle, update);
  };
  const writeTime = (value: bigint): void => {
    offset = (value - elapsed() + two64) % two64;
    update();
  };

  const registers = createRegisterFile(aclintRegisters, {
    onRead: {
      mtime_low: () => Number(mtime() % two32),
      mtime_high: () => Number(mtime() / two32),
    },
    onWrite: {
      msip: (written) => {
        ports.software.set(written === 1);
      },
      mtimecmp_low: update,
      mtimecmp_high: update,
      mtime_low: (written) => {
        writeTime((mtime() / two32) * two32 + BigInt(written));
      },
      mtime_high: (written) => {
        writeTime(BigInt(written) * two32 + (mtime() % two32));
      },
    },
  });
  const drive = (): void => {
    ports.software.set(registers.get('msip') === 1);
    update();
  };

  return {
    ticks: () => Number(mtime()),
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      offset = 0n;
      drive();
    },
    save: () => ({ registers: registers.save(), offset: offset.toString() }),
    load(state) {
      registers.load(state['registers']);
      offset = BigInt(state['offset'] as string);
      drive();
    },
  };
}
