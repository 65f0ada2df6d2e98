/**
 * Every way to write a mnemonic: the rows of the instruction table and the pseudo-instructions, with
 * their operand syntax cut into parts once. A mnemonic may have several forms; operands choose.
 */
import { findCsr } from '../../isa/csrs.js';
import type { Instruction, Operands } from '../../isa/instruction.js';
import { findRegister } from '../../isa/registers.js';
import { instructions } from '../../isa/table.js';
import { pseudoInstructions, type PseudoInstruction } from './pseudo-instructions.js';

/** What stands at one place between commas. */
export type Part =
  | 'rd'
  | 'rs1'
  | 'rs2'
  | 'sp'
  | 'imm'
  | 'imm(rs1)'
  | 'imm(sp)'
  | '(rs1)'
  | 'target'
  | 'csr'
  | 'pred'
  | 'succ'
  | 'symbol'
  | 'constant';

export interface Form {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly syntax: string;
  /** One for an instruction or an alias; several for `sext.b`; none for a computed form. */
  readonly steps: readonly Step[];
  readonly pseudo: PseudoInstruction | undefined;
  readonly mayCompress: boolean;
}

/** One instruction of an expansion: its row, which of its operands are fixed, and where the others come from. */
export interface Step {
  readonly row: Instruction;
  readonly fixed: Partial<Operands>;
  readonly from: readonly (readonly [
    operand: 'rd' | 'rs1' | 'rs2',
    source: 'rd' | 'rs1' | 'rs2',
  ])[];
  readonly takesImmediate: boolean;
  readonly takesTarget: boolean;
  readonly takesCsr: boolean;
}

const rowsByName = new Map(instructions.map((row) => [row.name, row]));

/** GNU as never shortens these spellings, although the instruction has a compressed form. */
const wideRows: ReadonlySet<string> = new Set(['jalr', 'jal']);

export const fenceSet = (text: string): number | undefined => {
  if (!/^i?o?r?w?$/.test(text) || text === '') return undefined;
  const letters = { i: 8, o: 4, r: 2, w: 1 };
  return Object.entries(letters).reduce(
    (set, [letter, bit]) => (text.includes(letter) ? set | bit : set),
    0,
  );
};

const formsByName: ReadonlyMap<string, readonly Form[]> = groupByName([
  ...instructions.map(formOfRow),
  ...pseudoInstructions.map(formOfPseudo),
]);

export const findForms = (name: string): readonly Form[] | undefined => formsByName.get(name);

export const mnemonics: readonly string[] = [...formsByName.keys()];

function formOfRow(row: Instruction): Form {
  const parts = partsOf(row.syntax);
  return {
    name: row.name,
    parts,
    syntax: row.syntax,
    steps: [
      {
        row,
        fixed: {},
        from: (['rd', 'rs1', 'rs2'] as const)
          .filter((register) => parts.some((part) => part.includes(register)))
          .map((register) => [register, register] as const),
        takesImmediate: parts.some((part) => part.includes('imm')),
        takesTarget: parts.includes('target'),
        takesCsr: parts.includes('csr'),
      },
    ],
    pseudo: undefined,
    mayCompress: !wideRows.has(row.name),
  };
}

function formOfPseudo(pseudo: PseudoInstruction): Form {
  return {
    name: pseudo.name,
    parts: partsOf(pseudo.syntax),
    syntax: pseudo.syntax,
    steps: pseudo.computed === undefined ? pseudo.expansion.split('; ').flatMap(stepOf) : [],
    pseudo,
    mayCompress: pseudo.isWide !== true,
  };
}

function partsOf(syntax: string): readonly Part[] {
  return syntax === '' ? [] : (syntax.split(', ') as Part[]);
}

/** Matches `zero, 0(rs1)` against the row's own `rd, imm(rs1)`. */
function stepOf(text: string): Step[] {
  const space = text.indexOf(' ');
  const row = rowsByName.get(space < 0 ? text : text.slice(0, space));
  if (row === undefined) return [];
  const given = space < 0 ? [] : atoms(text.slice(space + 1));
  const fixed: Partial<Record<keyof Operands, number>> = {};
  const from: (readonly ['rd' | 'rs1' | 'rs2', 'rd' | 'rs1' | 'rs2'])[] = [];
  let takesImmediate = false;
  let takesTarget = false;
  let takesCsr = false;
  for (const [index, operand] of atoms(row.syntax).entries()) {
    const value = given[index] ?? '';
    if (value === 'imm') takesImmediate = true;
    else if (value === 'target') takesTarget = true;
    else if (value === 'csr') takesCsr = true;
    else if (operand === 'csr') fixed.csr = findCsr(value)?.number ?? 0;
    else if (operand === 'pred') fixed.imm = (fixed.imm ?? 0) | ((fenceSet(value) ?? 0) << 4);
    else if (operand === 'succ') fixed.imm = (fixed.imm ?? 0) | (fenceSet(value) ?? 0);
    else if (operand === 'imm') fixed.imm = Number(value);
    else if (operand === 'rd' || operand === 'rs1' || operand === 'rs2') {
      if (value === 'rd' || value === 'rs1' || value === 'rs2') from.push([operand, value]);
      else fixed[operand] = findRegister(value)?.number ?? 0;
    }
  }
  return [{ row, fixed, from, takesImmediate, takesTarget, takesCsr }];
}

/** The operands one by one: `rd, imm(rs1)` has three. */
function atoms(syntax: string): readonly string[] {
  const flat = syntax.replaceAll('(', ', ').replaceAll(')', '');
  return flat.split(', ').filter((atom) => atom !== '');
}

function groupByName(forms: readonly Form[]): Map<string, Form[]> {
  const grouped = new Map<string, Form[]>();
  for (const form of forms) {
    const same = grouped.get(form.name);
    if (same === undefined) grouped.set(form.name, [form]);
    else same.push(form);
  }
  return grouped;
}
