/**
 * The control block of a vector core that is not there yet: registers and interrupts are as software finds them, and
 * nothing ever runs. Whoever lets the core go is told so where devices are traced; only INTR_TEST raises an interrupt.
 */
import type { Device } from '../bus/device.js';
import type { IrqLine } from '../ports.js';
import { mlTopRegisters } from '../../registers/ml-top.regs.js';
import { createRegisterFile } from './register-file.js';

export interface MlTopPorts {
  /** host_req, finish, instruction_fault, data_fault. */
  readonly interrupts: readonly IrqLine[];
  /** A sentence of what does not happen in place of hardware. */
  readonly told: (sentence: string) => void;
}

const held = 3;

export function createMlTop(ports: MlTopPorts): Device {
  const update = (): void => {
    const active = registers.get('INTR_STATE') & registers.get('INTR_ENABLE');
    ports.interrupts.forEach((line, index) => {
      line.set(((active >>> index) & 1) === 1);
    });
  };
  const registers = createRegisterFile(mlTopRegisters, {
    onWrite: {
      INTR_STATE: update,
      INTR_ENABLE: update,
      INTR_TEST: (written) => {
        registers.set('INTR_STATE', registers.get('INTR_STATE') | written);
        update();
      },
      CTRL: (written, before) => {
        if ((written & held) === 0 && (before & held) !== 0)
          ports.told('The vector core was let go, and there is none yet: nothing runs.');
      },
    },
  });
  return {
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      update();
    },
    save: () => ({ registers: registers.save() }),
    load(state) {
      registers.load(state['registers']);
      update();
    },
  };
}
