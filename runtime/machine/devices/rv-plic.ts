/** OpenTitan rv_plic: the register layout over interrupt-sources.ts, and the hart's software interrupt. */
import type { Device } from '../bus/device.js';
import type { IrqLine } from '../ports.js';
import { createInterruptSources } from './interrupt-sources.js';
import type { InterruptSources } from './interrupt-sources.js';
import { packSources, unpackSources } from './source-words.js';
import { createRegisterFile } from './register-file.js';
import { rvPlicRegisters, rvPlicSourceCount } from '../../registers/rv-plic.regs.js';

export interface RvPlicPorts {
  /** External interrupt of context 0. */
  readonly external: IrqLine;
  /** Machine software interrupt of the hart. */
  readonly software: IrqLine;
}

export interface RvPlic extends Device {
  readonly sources: InterruptSources;
}

export function createRvPlic(ports: RvPlicPorts): RvPlic {
  const sources = createInterruptSources(rvPlicSourceCount, [ports.external], 'level');
  const registers = createRegisterFile(rvPlicRegisters, {
    onRead: {
      PRIO: (index) => sources.priority(index),
      IP: (word) => packSources(word, sources.count, (source) => sources.isPending(source)),
      IE0: (word) => packSources(word, sources.count, (source) => sources.isEnabled(0, source)),
      THRESHOLD0: () => sources.threshold(0),
      CC0: () => sources.claim(0),
    },
    peek: { CC0: () => sources.best(0) },
    onWrite: {
      PRIO: (written, _before, index) => {
        if (index !== 0) sources.setPriority(index, written);
      },
      IE0: (written, _before, word) => {
        unpackSources(written, word, (source, on) => {
          sources.setEnabled(0, source, on);
        });
      },
      THRESHOLD0: (written) => {
        sources.setThreshold(0, written);
      },
      CC0: (written) => {
        sources.complete(0, written);
      },
      MSIP0: (written) => {
        ports.software.set(written === 1);
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
      ports.software.set(false);
    },
    save: () => ({ sources: sources.save(), softwareInterrupt: registers.get('MSIP0') }),
    load(state) {
      sources.load(state['sources'] as Readonly<Record<string, unknown>>);
      registers.set('MSIP0', state['softwareInterrupt'] as number);
      ports.software.set(registers.get('MSIP0') === 1);
    },
  };
}
