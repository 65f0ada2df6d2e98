/**
 * The supervisor binary interface that firmware offers a kernel in S-mode, as a port in place of firmware
 * in RAM: console, timer, interrupts between harts, their state, reset; and the legacy calls with the same
 * meaning, which are those that seL4 makes. RISC-V SBI specification 2.0, chapters 3 to 10. An unknown call
 * is answered with "not supported", as the specification wants.
 */
import type { ByteSink, Firmware, SupervisedHart, SupervisorTimer } from '../ports.js';

export interface SbiPorts {
  readonly console: ByteSink;
  readonly timer: SupervisorTimer;
  /** Harts of the board; they are numbered from 0, and all run. */
  readonly harts: number;
  /** Raises or clears the supervisor software interrupt of a hart (mip.SSIP). */
  readonly setSoftwareInterrupt: (hart: number, level: boolean) => void;
  /** 0 is success. */
  readonly powerOff: (code: number) => void;
}

const a0 = 10;
const a1 = 11;
const a6 = 16;
const a7 = 17;
const wordRange = 2 ** 32;

/** Section 2.2, "SBI Error Codes". */
const success = 0;
const notSupported = -2;
const invalidParameter = -3;
const alreadyAvailable = -6;

/** Extension IDs; the older ones name a single call each. */
const extension = {
  setTimer: 0,
  putCharacter: 1,
  getCharacter: 2,
  clearInterrupt: 3,
  sendInterrupt: 4,
  remoteFenceI: 5,
  remoteFence: 6,
  remoteFenceAsid: 7,
  shutdown: 8,
  base: 0x10,
  timer: 0x5449_4d45,
  interrupts: 0x73_5049,
  remoteFences: 0x5246_4e43,
  hartState: 0x48_534d,
  reset: 0x5352_5354,
} as const;

const known: ReadonlySet<number> = new Set(Object.values(extension));

interface Answer {
  readonly error: number;
  readonly value?: number;
}

export function createSbi(ports: SbiPorts): Firmware {
  const answer = (hart: SupervisedHart, { error, value = 0 }: Answer): void => {
    hart.x[a0] = error;
    hart.x[a1] = value;
  };
  return {
    call(hart) {
      const which = word(hart, a7);
      // A legacy call gives back one word and leaves a1 alone.
      if (which <= extension.shutdown) hart.x[a0] = legacyCall(ports, hart, which);
      else answer(hart, call(ports, hart, which, word(hart, a6)));
    },
  };
}

const word = (hart: SupervisedHart, register: number): number => (hart.x[register] ?? 0) >>> 0;

/** A time of 64 bits in a0 and a1. */
const setTimer = ({ timer }: SbiPorts, hart: SupervisedHart): void => {
  timer.setDeadline(word(hart, a0) + word(hart, a1) * wordRange);
};

function legacyCall(ports: SbiPorts, hart: SupervisedHart, which: number): number {
  switch (which) {
    case extension.setTimer:
      setTimer(ports, hart);
      return success;
    case extension.putCharacter:
      ports.console.write(word(hart, a0) & 0xff);
      return success;
    case extension.getCharacter:
      // The kernel may read the UART itself; no byte waits here.
      return -1;
    case extension.clearInterrupt:
      ports.setSoftwareInterrupt(hart.id, false);
      return success;
    case extension.sendInterrupt:
      // The mask is in memory at an address of the caller: without one, all harts are meant.
      for (let id = 0; id < ports.harts; id += 1) ports.setSoftwareInterrupt(id, true);
      return success;
    case extension.remoteFenceI:
    case extension.remoteFence:
    case extension.remoteFenceAsid:
      hart.flushTranslations();
      return success;
    case extension.shutdown:
      ports.powerOff(0);
      return success;
    default:
      return notSupported;
  }
}

function call(ports: SbiPorts, hart: SupervisedHart, which: number, id: number): Answer {
  switch (which) {
    case extension.base:
      return baseCall(hart, id);
    case extension.timer:
      if (id !== 0) return { error: notSupported };
      setTimer(ports, hart);
      return { error: success };
    case extension.interrupts:
      return id === 0 ? sendInterrupts(ports, hart) : { error: notSupported };
    case extension.remoteFences:
      if (id > 2) return { error: notSupported };
      hart.flushTranslations();
      return { error: success };
    case extension.hartState:
      return hartState(ports, hart, id);
    case extension.reset:
      if (id !== 0) return { error: notSupported };
      // a0: 0 shut down, else a reboot; a1: 0 no reason, 1 a failure of the system.
      ports.powerOff(word(hart, a1) === 0 ? 0 : 1);
      return { error: success };
    default:
      return { error: notSupported };
  }
}

/** Specification 2.0 by an implementation without a number of its own; machine IDs are not told. */
function baseCall(hart: SupervisedHart, id: number): Answer {
  switch (id) {
    case 0:
      return { error: success, value: 2 << 24 };
    case 1:
      return { error: success, value: -1 };
    case 3:
      return { error: success, value: known.has(word(hart, a0)) ? 1 : 0 };
    case 2:
    case 4:
    case 5:
    case 6:
      return { error: success, value: 0 };
    default:
      return { error: notSupported };
  }
}

/** a0 is a mask of harts from number a1 on; a1 of all ones means all harts. */
function sendInterrupts(ports: SbiPorts, hart: SupervisedHart): Answer {
  const mask = word(hart, a0);
  const first = word(hart, a1);
  const isForAll = first === wordRange - 1;
  for (let id = 0; id < 32; id += 1) {
    if (!isForAll && ((mask >>> id) & 1) === 1 && first + id >= ports.harts) {
      return { error: invalidParameter };
    }
  }
  for (let id = 0; id < ports.harts; id += 1) {
    const isMeant =
      isForAll || (id >= first && id - first < 32 && ((mask >>> (id - first)) & 1) === 1);
    if (isMeant) ports.setSoftwareInterrupt(id, true);
  }
  return { error: success };
}

/** Every hart runs from the start, so none can be started; a hart that stops for good does not exist here. */
function hartState({ harts }: SbiPorts, hart: SupervisedHart, id: number): Answer {
  const isKnown = word(hart, a0) < harts;
  switch (id) {
    case 0:
      return { error: isKnown ? alreadyAvailable : invalidParameter };
    case 2:
      return isKnown ? { error: success, value: 0 } : { error: invalidParameter };
    default:
      return { error: notSupported };
  }
}

export const sbiExtensions = extension;
