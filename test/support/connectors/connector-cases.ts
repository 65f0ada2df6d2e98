/** Every connector of the table: systems that use them, and those that cannot be used here. */
import { callCases } from './calls.js';
import type { ConnectorCase, ImpossibleConnectors } from './connector-case.js';
import { dataCases } from './data.js';
import { eventCases } from './events.js';
import { hardwareCases } from './hardware.js';

/** Without the compiler of guest TypeScript, which takes its time to load. */
export const connectorCases: readonly ConnectorCase[] = [
  ...eventCases,
  ...callCases,
  ...dataCases,
  ...hardwareCases,
];

export const impossibleConnectors: ImpossibleConnectors = {
  seL4HardwareIOPort: 'Ports are of x86 alone; RISC-V has memory only.',
  seL4IOAPICHardwareInterrupt: 'An I/O APIC is of x86 alone.',
  seL4GDBMem: 'The debugger of CAmkES reads and writes registers of x86 over it.',
  seL4RPCEvent: 'It is declared, and no tool makes anything of it.',
};
