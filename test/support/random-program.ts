/**
 * Random programs for two harts in lockstep: code in which almost every instruction is legal, registers
 * that point at data, code and mapped pages, page tables with every kind of entry, and trap handlers
 * that go on somewhere else in another mode. Bad luck is welcome, boredom is not.
 */
import fc from './fast-check.js';
import { encode, findInstruction } from '../../runtime/isa/encode.js';
import { layouts } from '../../runtime/isa/format.js';
import type { Field } from '../../runtime/isa/format.js';
import type { Operands } from '../../runtime/isa/instruction.js';
import { instructions } from '../../runtime/isa/table.js';

export const ramBase = 0x8000_0000;
export const ramBytes = 0x4_0000;

/** Physical addresses of what a program consists of. */
const place = {
  machineHandler: ramBase,
  supervisorHandler: ramBase + 0x100,
  code: ramBase + 0x1000,
  data: ramBase + 0x4000,
  rootTable: ramBase + 0x1_0000,
  identityTable: ramBase + 0x1_1000,
  aliasTable: ramBase + 0x1_2000,
  tablesEnd: ramBase + 0x1_3000,
} as const;

/** A virtual address of the code, by the alias table. */
const aliasOfCode = 0x1000;

/** Whether a physical address lies in the page tables, whose changes need a fence. */
export const isInTables = (address: number): boolean =>
  address >= place.rootTable && address < place.tablesEnd;

export interface RandomProgram {
  /** 16-bit parcels from `place.code` on. */
  readonly code: readonly number[];
  readonly registers: readonly number[];
  readonly csrs: readonly (readonly [number: number, value: number])[];
  /** Physical address and value. */
  readonly words: readonly (readonly [address: number, value: number])[];
}

const word = (name: string, operands: Partial<Operands>): number => {
  const row = findInstruction(name);
  const encoded = row && encode(row, operands);
  if (!encoded?.ok) throw new Error(`${name} ${JSON.stringify(operands)} has no encoding`);
  return encoded.value;
};

const anyWord = fc.integer();

const interestingAddress = fc.oneof(
  { weight: 6, arbitrary: fc.nat(0x3ff).map((offset) => place.data + offset * 4) },
  { weight: 3, arbitrary: fc.nat(0xfff).map((offset) => place.data + offset) },
  { weight: 3, arbitrary: fc.nat(0x1ff).map((offset) => place.code + offset * 2) },
  // The last bytes of a page, where an access may cross into the next.
  { weight: 2, arbitrary: fc.nat(15).map((offset) => place.data + 0xff8 + offset) },
  // Pages that the alias table and the megapages of the root table map.
  { weight: 4, arbitrary: fc.nat(0xffff) },
  { weight: 1, arbitrary: fc.nat(0x3_ffff).map((offset) => 0x40_0000 + offset * 64) },
  { weight: 1, arbitrary: fc.constantFrom(ramBase - 2, ramBase + ramBytes - 2, 0x7000_0000, 0) },
);

const interestingValue = fc.oneof(
  { weight: 4, arbitrary: interestingAddress },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 1, -1, 2, 0x7fff_ffff, 0x8000_0000, 31, 32, 0xff, 0x1800),
  },
  { weight: 1, arbitrary: anyWord },
);

/** Mostly a few registers, so that results are used. */
const registerIn = (low: number, high: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: Math.max(low, 8), max: Math.min(high, 15) }) },
    { weight: 1, arbitrary: fc.integer({ min: low, max: high }) },
  );

const knownCsrs: readonly number[] = [
  0x100, 0x104, 0x105, 0x106, 0x10a, 0x140, 0x141, 0x142, 0x143, 0x144, 0x180, 0x300, 0x301, 0x302,
  0x303, 0x304, 0x305, 0x306, 0x30a, 0x310, 0x31a, 0x320, 0x323, 0x340, 0x341, 0x342, 0x343, 0x344,
  0x3a0, 0x3a1, 0x3a3, 0x3a4, 0x3b0, 0x3b1, 0x3b2, 0x3bf, 0x3c0, 0xb00, 0xb02, 0xb80, 0xb82, 0xb03,
  0xc00, 0xc01, 0xc02, 0xc03, 0xc80, 0xc81, 0xc82, 0xf11, 0xf14, 0x7a0, 0x7a1, 0x5c0, 0x747, 0x200,
];

const multipleOf = (step: number, low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(low / step), max: Math.floor(high / step) }).map((n) => n * step);

function operandArbitrary(field: Field): fc.Arbitrary<number> {
  const { operand, low, high, step } = field;
  switch (operand) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return registerIn(low, high);
    case 'csr':
      return fc.constantFrom(...knownCsrs);
    case 'ordering':
      return fc.nat(3);
    case 'imm': {
      const near = multipleOf(step, Math.max(low, -24), Math.min(high, 64));
      return step >= 4096
        ? multipleOf(step, low, high)
        : fc.oneof(
            { weight: 6, arbitrary: near },
            { weight: 1, arbitrary: multipleOf(step, low, high) },
          );
    }
  }
}

/** One instruction of a random row; a nop where the operands mean another row or none. */
const oneInstruction: fc.Arbitrary<readonly number[]> = fc
  .constantFrom(...instructions)
  .chain((row) =>
    fc
      .record(
        Object.fromEntries(
          layouts[row.format].fields.map((field) => [field.operand, operandArbitrary(field)]),
        ),
      )
      .map((operands) => {
        const encoded = encode(row, operands);
        return parcelsOf(encoded.ok ? encoded.value : 0x0001);
      }),
  );

/** Changes an entry of a page table and fences, which must be enough for the next access. Needs s11 = an entry's address. */
const tableChange: fc.Arbitrary<readonly number[]> = fc
  .tuple(fc.integer({ min: 8, max: 15 }), fc.nat(15))
  .map(([rs2, index]) => [
    ...parcelsOf(word('sw', { rs1: 27, rs2, imm: index * 4 })),
    ...parcelsOf(word('sfence.vma', {})),
  ]);

/** A reservation and its use, with or without an instruction between that may lose it. */
const reservedPair: fc.Arbitrary<readonly number[]> = fc
  .tuple(fc.integer({ min: 8, max: 15 }), fc.integer({ min: 8, max: 15 }), fc.constantFrom([], [0]))
  .chain(([rs1, rs2, between]) =>
    fc
      .tuple(...between.map(() => oneInstruction))
      .map((middle) => [
        ...parcelsOf(word('lr.w', { rd: 5, rs1 })),
        ...middle.flat(),
        ...parcelsOf(word('sc.w', { rd: 6, rs1, rs2 })),
      ]),
  );

/** Stores an instruction ahead in the code, and sometimes fences: the store alone must drop decoded code. */
const codeChange: fc.Arbitrary<readonly number[]> = fc
  .tuple(fc.nat(31), fc.boolean(), fc.integer({ min: 8, max: 15 }))
  .map(([offset, fences, rs2]) => [
    ...parcelsOf(word('auipc', { rd: 5 })),
    ...parcelsOf(word('sh', { rs1: 5, rs2, imm: offset * 2 })),
    ...(fences ? parcelsOf(word('fence.i', {})) : []),
  ]);

const code: fc.Arbitrary<readonly number[]> = fc
  .array(
    fc.oneof(
      { weight: 40, arbitrary: oneInstruction },
      { weight: 1, arbitrary: tableChange },
      { weight: 1, arbitrary: codeChange },
      { weight: 1, arbitrary: reservedPair },
      { weight: 1, arbitrary: fc.nat(0xffff).map((parcel) => [parcel]) },
    ),
    // The size must be said, or fast-check makes ten instructions of it.
    { minLength: 1, maxLength: 300, size: 'max' },
  )
  .map((pieces) => {
    const parcels = pieces.flat();
    return [...parcels, ...parcelsOf(word('jal', { imm: -parcels.length * 2 }))];
  });

interface HandlerOptions {
  readonly scratch: number;
  readonly epc: number;
  /** Instructions that may use the counter in t0, and clobber t1. */
  readonly change: readonly number[];
  readonly back: 'mret' | 'sret';
}

/**
 * Counts traps in the scratch register, and goes on where the count says: anywhere in the code, at its
 * physical address or, with bit 31 clear, where the alias table has it.
 */
const handler = ({ scratch, epc, change, back }: HandlerOptions): readonly number[] => [
  word('csrrs', { rd: 5, csr: scratch }),
  word('addi', { rd: 5, rs1: 5, imm: 0x16a }),
  word('csrrw', { csr: scratch, rs1: 5 }),
  ...change,
  word('slli', { rd: 6, rs1: 5, imm: 20 }),
  word('srli', { rd: 6, rs1: 6, imm: 31 }),
  word('slli', { rd: 6, rs1: 6, imm: 31 }),
  word('andi', { rd: 5, rs1: 5, imm: 0x3fe }),
  word('add', { rd: 5, rs1: 5, rs2: 6 }),
  word('lui', { rd: 6, imm: aliasOfCode }),
  word('add', { rd: 5, rs1: 5, rs2: 6 }),
  word('csrrw', { csr: epc, rs1: 5 }),
  word(back, {}),
];

const machineHandler = fc
  .constantFrom<readonly number[]>(
    // The counter's bits become mstatus, and so a random mode to return to.
    [
      word('slli', { rd: 6, rs1: 5, imm: 10 }),
      word('csrrw', { csr: 0x300, rs1: 6 }),
      word('csrrwi', { csr: 0x344, imm: 0 }),
    ],
    [word('csrrwi', { csr: 0x344, imm: 0 })],
    [word('slli', { rd: 6, rs1: 5, imm: 8 }), word('csrrs', { csr: 0x300, rs1: 6 })],
    [word('csrrwi', { csr: 0x304, imm: 0 })],
  )
  .map((change) => handler({ scratch: 0x340, epc: 0x341, change, back: 'mret' }));

const supervisorHandler = fc
  .constantFrom<readonly number[]>(
    [word('slli', { rd: 6, rs1: 5, imm: 4 }), word('csrrw', { csr: 0x100, rs1: 6 })],
    [word('csrrwi', { csr: 0x104, imm: 0 })],
    [],
  )
  .map((change) => handler({ scratch: 0x140, epc: 0x141, change, back: 'sret' }));

/** A leaf or pointer: mostly permissive, sometimes wrong in every way there is. */
const entryTo = (physicalPage: number): fc.Arbitrary<number> =>
  fc
    .oneof(
      { weight: 6, arbitrary: fc.constantFrom(0xdf, 0xcf) },
      { weight: 2, arbitrary: fc.nat(0xff) },
      { weight: 1, arbitrary: fc.constantFrom(0xc7, 0xcb, 0xd9, 0xd3, 0x5f, 0x9f, 0xc9) },
    )
    .map((flags) => (physicalPage << 10) | flags | 0);

const tables: fc.Arbitrary<readonly (readonly [number, number])[]> = fc
  .tuple(
    fc.tuple(...Array.from({ length: 32 }, (_, page) => entryTo((ramBase >>> 12) + page))),
    fc.tuple(
      ...Array.from({ length: 16 }, () =>
        fc.nat(0x3f).chain((page) => entryTo((ramBase >>> 12) + page)),
      ),
    ),
    fc.constantFrom(0x01, 0x01, 0x01, 0x41, 0x11, 0x00),
    entryTo(ramBase >>> 12),
    fc.oneof(entryTo(ramBase >>> 12), entryTo((ramBase >>> 12) + 1), entryTo(0x10_0000), anyWord),
  )
  .map(([identity, alias, pointerFlags, megapage, oddMegapage]) => [
    // Supervisor mode has its handler, or it would trap for ever, and the code; user mode has the code as an alias.
    ...identity.map((entry, index) => [place.identityTable + index * 4, entry] as const),
    ...alias.map((entry, index) => [place.aliasTable + index * 4, entry] as const),
    [place.identityTable, pointerTo(ramBase) | 0xcf] as const,
    [place.identityTable + 4, pointerTo(place.code) | 0xcf] as const,
    [place.aliasTable + (aliasOfCode >>> 12) * 4, pointerTo(place.code) | 0xdf] as const,
    [place.rootTable + (ramBase >>> 22) * 4, pointerTo(place.identityTable) | 1] as const,
    [place.rootTable, pointerTo(place.aliasTable) | pointerFlags] as const,
    [place.rootTable + 4, megapage] as const,
    [place.rootTable + 8, oddMegapage] as const,
  ]);

const pointerTo = (table: number): number => (table >>> 12) << 10;

const protection: fc.Arbitrary<RandomProgram['csrs']> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constant([
      [0x3b0, -1],
      [0x3a0, 0x1f],
    ] as const),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(0xff), fc.nat(0xff), interestingAddress, interestingAddress, fc.nat(0x7f))
      .map(
        ([first, second, from, to, low]) =>
          [
            [0x3b0, from >>> 2],
            [0x3b1, (to >>> 2) | low],
            [0x3b2, -1],
            [0x3a0, 0x1f_0000 | (second << 8) | first],
          ] as const,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(anyWord, anyWord).map(
      ([a, b]) =>
        [
          [0x3b0, a],
          [0x3a0, b],
        ] as const,
    ),
  },
);

const csrs: fc.Arbitrary<RandomProgram['csrs']> = fc
  .record({
    mstatus: anyWord,
    medeleg: fc.oneof(fc.constantFrom(0, 0xb3ff), anyWord),
    mideleg: anyWord,
    mie: fc.oneof(fc.constant(0), anyWord),
    mip: fc.oneof(fc.constant(0), anyWord),
    mcounteren: anyWord,
    scounteren: anyWord,
    translates: fc.boolean(),
    protection,
    vectored: fc.nat(1),
    scratch: fc.nat(0xffff),
    sepc: interestingAddress,
    mepc: fc.nat(0xff).map((offset) => place.code + offset * 2),
  })
  .map((values) => [
    [0x302, values.medeleg],
    [0x303, values.mideleg],
    [0x304, values.mie],
    [0x344, values.mip],
    [0x305, place.machineHandler | values.vectored],
    [0x105, place.supervisorHandler | values.vectored],
    [0x306, values.mcounteren],
    [0x106, values.scounteren],
    [0x140, values.scratch],
    [0x340, values.scratch],
    [0x141, values.sepc],
    [0x341, values.mepc],
    ...values.protection,
    [0x180, (place.rootTable >>> 12) | (values.translates ? 1 << 31 : 0)],
    // mprv would make the first instructions of machine mode fault, so it is left to the program.
    [0x300, values.mstatus & ~(1 << 17)],
  ]);

export const randomProgram: fc.Arbitrary<RandomProgram> = fc
  .record({
    code,
    registers: fc.array(interestingValue, { minLength: 32, maxLength: 32 }),
    csrs,
    tables,
    machineHandler,
    supervisorHandler,
    data: fc.array(anyWord, { minLength: 16, maxLength: 16 }),
    tableEntry: fc.constantFrom(place.aliasTable, place.identityTable + 16, place.rootTable),
    entersByReturn: fc.boolean(),
  })
  .map(({ tableEntry, entersByReturn, ...program }) => ({
    code: entersByReturn ? [...parcelsOf(word('mret', {})), ...program.code] : program.code,
    registers: program.registers.map((value, number) =>
      number === 0 ? 0 : number === 27 ? tableEntry | 0 : value | 0,
    ),
    csrs: program.csrs,
    words: [
      ...program.tables,
      ...program.machineHandler.map(
        (value, index) => [place.machineHandler + 64 + index * 4, value] as const,
      ),
      ...program.supervisorHandler.map(
        (value, index) => [place.supervisorHandler + 64 + index * 4, value] as const,
      ),
      // Vectored interrupts land at 4 times their code, so every vector jumps to the handler behind them.
      ...Array.from(
        { length: 16 },
        (_, index) =>
          [place.machineHandler + index * 4, word('jal', { imm: 64 - index * 4 })] as const,
      ),
      ...Array.from(
        { length: 16 },
        (_, index) =>
          [place.supervisorHandler + index * 4, word('jal', { imm: 64 - index * 4 })] as const,
      ),
      ...program.data.map((value, index) => [place.data + 0xfe0 + index * 4, value] as const),
    ],
  }));

function parcelsOf(value: number): readonly number[] {
  return (value & 3) === 3 ? [value & 0xffff, value >>> 16] : [value & 0xffff];
}

export const codeAddress = place.code;
