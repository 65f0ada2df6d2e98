/** The SiFive PLIC of the virt board: the register layout over interrupt-sources.ts. */
import type { Device } from '../bus/device.js';
import type { IrqLine } from '../ports.js';
import { createInterruptSources } from './interrupt-sources.js';
import type { InterruptSources } from './interrupt-sources.js';
import { plicRegisters, plicSourceCount } from '../../registers/plic.regs.js';
import { createRegisterFile } from './register-file.js';
import { packSources, unpackSources } from './source-words.js';

export interface PlicPorts {
  readonly machineExternal: IrqLine;
  readonly supervisorExternal: IrqLine;
}

export interface Plic extends Device {
  readonly sources: InterruptSources;
}

export const plicContexts = { machine: 0, supervisor: 1 } as const;

export function createPlic(ports: PlicPorts): Plic {
  const { machine, supervisor } = plicContexts;
  const sources = createInterruptSources(
    plicSourceCount,
    [ports.machineExternal, ports.supervisorExternal],
    'request',
  );
  const enables = (context: number) => (word: number) =>
    packSources(word, sources.count, (source) => sources.isEnabled(context, source));
  const setEnables = (context: number) => (written: number, _before: number, word: number) => {
    unpackSources(written, word, (source, on) => {
      sources.setEnabled(context, source, on);
    });
  };

  const registers = createRegisterFile(plicRegisters, {
    onRead: {
      priority: (index) => sources.priority(index),
      pending: (word) => packSources(word, sources.count, (source) => sources.isPending(source)),
      enable_m: enables(machine),
      enable_s: enables(supervisor),
      threshold_m: () => sources.threshold(machine),
      threshold_s: () => sources.threshold(supervisor),
      claim_m: () => sources.claim(machine),
      claim_s: () => sources.claim(supervisor),
    },
    peek: {
      claim_m: () => sources.best(machine),
      claim_s: () => sources.best(supervisor),
    },
    onWrite: {
      priority: (written, _before, index) => {
        if (index !== 0) sources.setPriority(index, written);
      },
      enable_m: setEnables(machine),
      enable_s: setEnables(supervisor),
      threshold_m: (written) => {
        sources.setThreshold(machine, written);
      },
      threshold_s: (written) => {
        sources.setThreshold(supervisor, written);
      },
      claim_m: (written) => {
        sources.complete(machine, written);
      },
      claim_s: (written) => {
        sources.complete(supervisor, written);
      },
    },
  });

  return {
    sources,
    read: registers.read,
    write: registers.write,
    peek: registers.peek,
    reset() {
      registers.reset();
      sources.reset();
    },
    save: () => ({ sources: sources.save() }),
    load(state) {
      sources.load(state['sources'] as Readonly<Record<string, unknown>>);
    },
  };
}
