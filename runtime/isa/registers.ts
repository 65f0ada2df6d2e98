/** The integer registers and their roles in the calling convention (RISC-V ELF psABI, chapter 2). */
export interface Register {
  readonly number: number;
  /** `x10`. */
  readonly name: string;
  /** `a0`. */
  readonly abiName: string;
  /** What programs use it for, as a sentence. */
  readonly role: string;
  /** Who keeps its value across a call. */
  readonly savedBy: 'caller' | 'callee' | 'nobody';
}

type Row = Pick<Register, 'abiName' | 'role' | 'savedBy'>;

const temporary = (index: number): Row => ({
  abiName: `t${index}`,
  role: `Temporary ${index}: free for any use, and lost across a call.`,
  savedBy: 'caller',
});

const saved = (index: number): Row => ({
  abiName: `s${index}`,
  role: `Saved register ${index}: keeps its value across a call, so a function that uses it restores it.`,
  savedBy: 'callee',
});

const argument = (index: number): Row => ({
  abiName: `a${index}`,
  role: `Argument ${index + 1} of a function or system call.`,
  savedBy: 'caller',
});

const upTo = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const rows: readonly Row[] = [
  { abiName: 'zero', role: 'Always 0; what is written to it is lost.', savedBy: 'nobody' },
  { abiName: 'ra', role: 'The return address of a call.', savedBy: 'caller' },
  {
    abiName: 'sp',
    role: 'The stack pointer; the stack grows down and stays aligned to 16 bytes.',
    savedBy: 'callee',
  },
  {
    abiName: 'gp',
    role: 'The global pointer, which lies amid small global data so that one instruction reaches it.',
    savedBy: 'nobody',
  },
  { abiName: 'tp', role: "The thread pointer, to the thread's own data.", savedBy: 'nobody' },
  ...upTo(0, 2).map(temporary),
  {
    abiName: 's0',
    role: 'Saved register 0, or the frame pointer `fp`: keeps its value across a call.',
    savedBy: 'callee',
  },
  saved(1),
  {
    abiName: 'a0',
    role: 'Argument 1 of a function or system call, and its first result.',
    savedBy: 'caller',
  },
  {
    abiName: 'a1',
    role: 'Argument 2 of a function or system call, and its second result.',
    savedBy: 'caller',
  },
  ...upTo(2, 7).map(argument),
  ...upTo(2, 11).map(saved),
  ...upTo(3, 6).map(temporary),
];

export const registers: readonly Register[] = rows.map((row, number) => ({
  number,
  name: `x${number}`,
  ...row,
}));

const registersByName: ReadonlyMap<string, Register> = new Map(
  registers.flatMap((register) => {
    const names = [register.name, register.abiName];
    if (register.abiName === 's0') names.push('fp');
    return names.map((name) => [name, register] as const);
  }),
);

/** By either name, and `fp`. Case matters, as in GNU as. */
export const findRegister = (text: string): Register | undefined => registersByName.get(text);
