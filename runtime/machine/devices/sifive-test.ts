/** The test device: how bare-metal software says that it is done, and whether it went well. */
import { bits } from '../../base/bits.js';
import type { Device } from '../bus/device.js';
import { createRegisterFile } from './register-file.js';
import { sifiveTestRegisters } from '../../registers/sifive-test.regs.js';

export interface SifiveTestPorts {
  /** 0 is success. */
  readonly powerOff: (code: number) => void;
  readonly resetBoard: () => void;
}

const status = { pass: 0x5555, fail: 0x3333, reset: 0x7777 } as const;

export function createSifiveTest(ports: SifiveTestPorts): Device {
  const registers = createRegisterFile(sifiveTestRegisters, {
    onWrite: {
      FINISH: (written) => {
        const code = bits(written, 31, 16);
        switch (bits(written, 15, 0)) {
          case status.pass:
            ports.powerOff(0);
            break;
          case status.fail:
            // A failure without a code must not look like success.
            ports.powerOff(code === 0 ? 1 : code);
            break;
          case status.reset:
            ports.resetBoard();
            break;
          default:
            // Other values mean nothing to the device, as in QEMU.
            break;
        }
      },
    },
  });
  return {
    read: registers.read,
    // A halfword store carries the status alone, with code 0.
    write: (offset, size, value) =>
      size === 2 && offset === 0
        ? registers.write(0, 4, value)
        : registers.write(offset, size, value),
    peek: registers.peek,
    reset: registers.reset,
    save: () => ({}),
    load: () => undefined,
  };
}
