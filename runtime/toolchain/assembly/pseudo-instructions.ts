/**
 * Names that GNU as accepts besides the instructions themselves: aliases with fixed operands, as rows
 * of text, and the few that need a computation (`li`, `la`, `call`, loads and stores of a symbol).
 * RISC-V assembly programmer's manual, "Pseudoinstructions".
 */
export interface PseudoInstruction {
  readonly name: string;
  /** Like the instruction table's `syntax`; `symbol` is an address expression, `constant` any number. */
  readonly syntax: string;
  /**
   * What it stands for, in real instructions separated by `; `. A name of `syntax` is that operand,
   * anything else is fixed. Of a computed one, the general shape for a reader.
   */
  readonly expansion: string;
  readonly computed?: 'constant' | 'address' | 'call' | 'load' | 'store';
  /** GNU as keeps this spelling in four bytes even where a compressed form exists. */
  readonly isWide?: true;
}

type Row = readonly [name: string, syntax: string, expansion: string];

const aliases: readonly Row[] = [
  ['nop', '', 'addi zero, zero, 0'],
  ['mv', 'rd, rs1', 'addi rd, rs1, 0'],
  ['move', 'rd, rs1', 'addi rd, rs1, 0'],
  ['not', 'rd, rs1', 'xori rd, rs1, -1'],
  ['neg', 'rd, rs2', 'sub rd, zero, rs2'],
  ['seqz', 'rd, rs1', 'sltiu rd, rs1, 1'],
  ['snez', 'rd, rs2', 'sltu rd, zero, rs2'],
  ['sltz', 'rd, rs1', 'slt rd, rs1, zero'],
  ['sgtz', 'rd, rs2', 'slt rd, zero, rs2'],
  ['sgt', 'rd, rs2, rs1', 'slt rd, rs1, rs2'],
  ['sgtu', 'rd, rs2, rs1', 'sltu rd, rs1, rs2'],
  ['zext.b', 'rd, rs1', 'andi rd, rs1, 255'],
  ['sext.b', 'rd, rs1', 'slli rd, rs1, 24; srai rd, rd, 24'],
  ['sext.h', 'rd, rs1', 'slli rd, rs1, 16; srai rd, rd, 16'],
  ['zext.h', 'rd, rs1', 'slli rd, rs1, 16; srli rd, rd, 16'],
  // The mnemonics of register forms also take a constant.
  ['add', 'rd, rs1, imm', 'addi rd, rs1, imm'],
  ['and', 'rd, rs1, imm', 'andi rd, rs1, imm'],
  ['or', 'rd, rs1, imm', 'ori rd, rs1, imm'],
  ['xor', 'rd, rs1, imm', 'xori rd, rs1, imm'],
  ['slt', 'rd, rs1, imm', 'slti rd, rs1, imm'],
  ['sltu', 'rd, rs1, imm', 'sltiu rd, rs1, imm'],
  ['sll', 'rd, rs1, imm', 'slli rd, rs1, imm'],
  ['srl', 'rd, rs1, imm', 'srli rd, rs1, imm'],
  ['sra', 'rd, rs1, imm', 'srai rd, rs1, imm'],
  ['beqz', 'rs1, target', 'beq rs1, zero, target'],
  ['bnez', 'rs1, target', 'bne rs1, zero, target'],
  ['blez', 'rs2, target', 'bge zero, rs2, target'],
  ['bgez', 'rs1, target', 'bge rs1, zero, target'],
  ['bltz', 'rs1, target', 'blt rs1, zero, target'],
  ['bgtz', 'rs2, target', 'blt zero, rs2, target'],
  ['bgt', 'rs2, rs1, target', 'blt rs1, rs2, target'],
  ['ble', 'rs2, rs1, target', 'bge rs1, rs2, target'],
  ['bgtu', 'rs2, rs1, target', 'bltu rs1, rs2, target'],
  ['bleu', 'rs2, rs1, target', 'bgeu rs1, rs2, target'],
  ['j', 'target', 'jal zero, target'],
  ['jr', 'rs1', 'jalr zero, 0(rs1)'],
  ['jalr', 'rs1', 'jalr ra, 0(rs1)'],
  ['ret', '', 'jalr zero, 0(ra)'],
  ['fence', '', 'fence iorw, iorw'],
  ['pause', '', 'fence w, 0'],
  ['scall', '', 'ecall'],
  ['sbreak', '', 'ebreak'],
  ['sfence.vma', '', 'sfence.vma zero, zero'],
  ['sfence.vma', 'rs1', 'sfence.vma rs1, zero'],
  ['csrr', 'rd, csr', 'csrrs rd, csr, zero'],
  ['csrw', 'csr, rs1', 'csrrw zero, csr, rs1'],
  ['csrw', 'csr, imm', 'csrrwi zero, csr, imm'],
  ['csrs', 'csr, rs1', 'csrrs zero, csr, rs1'],
  ['csrs', 'csr, imm', 'csrrsi zero, csr, imm'],
  ['csrc', 'csr, rs1', 'csrrc zero, csr, rs1'],
  ['csrc', 'csr, imm', 'csrrci zero, csr, imm'],
  ['csrwi', 'csr, imm', 'csrrwi zero, csr, imm'],
  ['csrsi', 'csr, imm', 'csrrsi zero, csr, imm'],
  ['csrci', 'csr, imm', 'csrrci zero, csr, imm'],
  ['csrrw', 'rd, csr, imm', 'csrrwi rd, csr, imm'],
  ['csrrs', 'rd, csr, imm', 'csrrsi rd, csr, imm'],
  ['csrrc', 'rd, csr, imm', 'csrrci rd, csr, imm'],
  ['rdcycle', 'rd', 'csrrs rd, cycle, zero'],
  ['rdtime', 'rd', 'csrrs rd, time, zero'],
  ['rdinstret', 'rd', 'csrrs rd, instret, zero'],
  ['rdcycleh', 'rd', 'csrrs rd, cycleh, zero'],
  ['rdtimeh', 'rd', 'csrrs rd, timeh, zero'],
  ['rdinstreth', 'rd', 'csrrs rd, instreth, zero'],
];

const wideAliases: readonly Row[] = [
  ['jr', 'imm(rs1)', 'jalr zero, imm(rs1)'],
  ['jr', 'rs1, imm', 'jalr zero, imm(rs1)'],
  ['jalr', 'imm(rs1)', 'jalr ra, imm(rs1)'],
  ['jalr', 'rs1, imm', 'jalr ra, imm(rs1)'],
  ['jalr', 'rd, rs1', 'jalr rd, 0(rs1)'],
  ['jalr', 'rd, rs1, imm', 'jalr rd, imm(rs1)'],
  ['jal', 'target', 'jal ra, target'],
];

const loads = ['lb', 'lbu', 'lh', 'lhu', 'lw'];
const stores = ['sb', 'sh', 'sw'];

const addressOf = 'auipc rd, %pcrel_hi(symbol); addi rd, rd, %pcrel_lo(symbol)';

export const pseudoInstructions: readonly PseudoInstruction[] = [
  ...aliases.map(([name, syntax, expansion]) => ({ name, syntax, expansion })),
  ...wideAliases.map(([name, syntax, expansion]) => ({
    name,
    syntax,
    expansion,
    isWide: true as const,
  })),
  {
    name: 'li',
    syntax: 'rd, constant',
    expansion: 'lui rd, %hi(constant); addi rd, rd, %lo(constant)',
    computed: 'constant',
  },
  ...['la', 'lla'].map((name) => ({
    name,
    syntax: 'rd, symbol',
    expansion: addressOf,
    computed: 'address' as const,
  })),
  ...(
    [
      ['call', 'symbol', 'auipc ra, %pcrel_hi(symbol); jalr ra, %pcrel_lo(symbol)(ra)'],
      ['call', 'rd, symbol', 'auipc t1, %pcrel_hi(symbol); jalr rd, %pcrel_lo(symbol)(t1)'],
      ['tail', 'symbol', 'auipc t1, %pcrel_hi(symbol); jalr zero, %pcrel_lo(symbol)(t1)'],
      ['jump', 'symbol, rs1', 'auipc rs1, %pcrel_hi(symbol); jalr zero, %pcrel_lo(symbol)(rs1)'],
    ] as const
  ).map(([name, syntax, expansion]) => ({ name, syntax, expansion, computed: 'call' as const })),
  ...loads.map((name) => ({
    name,
    syntax: 'rd, symbol',
    expansion: `auipc rd, %pcrel_hi(symbol); ${name} rd, %pcrel_lo(symbol)(rd)`,
    computed: 'load' as const,
  })),
  ...stores.map((name) => ({
    name,
    syntax: 'rs2, symbol, rs1',
    expansion: `auipc rs1, %pcrel_hi(symbol); ${name} rs2, %pcrel_lo(symbol)(rs1)`,
    computed: 'store' as const,
  })),
];
