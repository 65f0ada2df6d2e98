/**
 * Two orders of a thread's registers. `contextRegisters` is the order of Read- and WriteRegisters;
 * `savedRegisters` is the order in the TCB. sel4-abi section 7, sel4-inspect.
 */
export const contextRegisters = [
  'pc',
  'ra',
  'sp',
  'gp',
  's0',
  's1',
  's2',
  's3',
  's4',
  's5',
  's6',
  's7',
  's8',
  's9',
  's10',
  's11',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
  'a6',
  'a7',
  't0',
  't1',
  't2',
  't3',
  't4',
  't5',
  't6',
  'tp',
] as const;

/** The first sixteen are the frame registers of CopyRegisters, the rest its integer registers. */
export const frameRegisterCount = 16;

export const savedRegisters = [
  'ra',
  'sp',
  'gp',
  'tp',
  't0',
  't1',
  't2',
  's0',
  's1',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
  'a6',
  'a7',
  's2',
  's3',
  's4',
  's5',
  's6',
  's7',
  's8',
  's9',
  's10',
  's11',
  't3',
  't4',
  't5',
  't6',
  'scause',
  'sstatus',
  'FaultIP',
  'NextIP',
] as const;

export type SavedRegister = (typeof savedRegisters)[number];

/** Where a register of `contextRegisters` is saved: `pc` is FaultIP, where the thread restarts. */
export const savedIndex: readonly number[] = contextRegisters.map((name) =>
  savedRegisters.indexOf(name === 'pc' ? 'FaultIP' : name),
);
