/**
 * The host-target interface of the RISC-V test environments: two 64-bit words in RAM. A store to `tohost`
 * is a message {device 63:56, command 55:48, payload 47:0}: device 0 ends the run when bit 0 of the
 * payload is set, device 1 command 1 prints a character. The hart writes two words, low first as a rule,
 * so the store of the high word is the message; a low word that stays alone counts after a short grace.
 */
import type { PhysAddr } from '../../base/address.js';
import { physAddr } from '../../base/address.js';
import type { DeviceState } from '../bus/device.js';
import type { ByteSink, Clock, PhysicalMemory } from '../ports.js';

export interface HtifPorts {
  readonly memory: PhysicalMemory;
  readonly clock: Clock;
  readonly console: ByteSink;
  /** 0 is success. */
  readonly powerOff: (code: number) => void;
}

export interface Htif {
  /** Call after a store to the page of `tohost`, with the address that was stored to. */
  stored(address: number): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

/** Longer than any compiler's distance between the two halves of one 64-bit store. */
const graceCycles = 32;

export function createHtif(
  ports: HtifPorts,
  tohost: PhysAddr,
  fromhost: PhysAddr | undefined,
): Htif {
  const high = physAddr(tohost + 4);
  let graceEnd: number | undefined;
  let grace: { dispose(): void } | undefined;

  const endGrace = (): void => {
    grace?.dispose();
    grace = undefined;
    graceEnd = undefined;
  };
  const scheduleGrace = (): void => {
    if (graceEnd !== undefined) grace = ports.clock.schedule(graceEnd, obey);
  };
  const obey = (): void => {
    endGrace();
    const payload = ports.memory.read32(tohost);
    const header = ports.memory.read32(high);
    if (payload === 0 && header === 0) return;
    if (header === 0 && (payload & 1) === 1) {
      // The message stays in RAM, for whoever looks at why the machine is off.
      ports.powerOff(payload >>> 1);
      return;
    }
    if (header >>> 16 === 0x0101) {
      ports.console.write(payload & 0xff);
      if (fromhost !== undefined) {
        ports.memory.write32(fromhost, 0);
        ports.memory.write32(physAddr(fromhost + 4), header);
      }
    }
    // The target waits until tohost is zero, so any message is taken, also one that nobody understands.
    ports.memory.write32(tohost, 0);
    ports.memory.write32(high, 0);
  };

  return {
    stored(address) {
      if (address === high) obey();
      else if (address === tohost && graceEnd === undefined) {
        graceEnd = ports.clock.now() + graceCycles;
        scheduleGrace();
      }
    },
    reset: endGrace,
    save: () => ({ graceEnd: graceEnd ?? null }),
    load(state) {
      endGrace();
      graceEnd = (state['graceEnd'] as number | null) ?? undefined;
      scheduleGrace();
    },
  };
}
