/**
 * From laid-out fragments to the object file: fills tails, resolves what is known, and turns the rest
 * into relocations. What GNU as puts under a relocation (the addend's low bits, a tentative distance)
 * is put there too, so that the bytes are the same.
 */
import { encode, findInstruction } from '../../isa/encode.js';
import type { Instruction, Operands } from '../../isa/instruction.js';
import type {
  ObjectFile,
  ObjectLine,
  ObjectSymbol,
  Relocation,
  RelocationType,
} from '../object-file.js';
import type { Place } from '../text/source-line.js';
import type { AssemblyState } from './assembly-state.js';
import {
  evaluate,
  evaluateNumber,
  fold,
  isNumber,
  type Evaluation,
  type Value,
} from './evaluate.js';
import { branchDistance, fragmentsOf, orgTarget } from './layout.js';
import {
  putLittleEndian,
  type AssemblySection,
  type Fixup,
  type Fragment,
  type Tail,
} from './section.js';
import type { AssemblySymbol } from './symbol.js';

interface Output {
  readonly state: AssemblyState;
  readonly evaluation: Evaluation;
  /** Symbols that relocations name, with their index. */
  readonly indices: Map<AssemblySymbol, number>;
  readonly symbols: ObjectSymbol[];
  absolute: number | undefined;
}

interface SectionOutput {
  readonly section: AssemblySection;
  readonly bytes: Uint8Array;
  readonly relocations: Relocation[];
}

export function makeObject(name: string, state: AssemblyState, evaluation: Evaluation): ObjectFile {
  const output: Output = {
    state,
    evaluation,
    indices: new Map(),
    symbols: [],
    absolute: undefined,
  };
  for (const symbol of state.symbols.all.values()) {
    if (isVisible(symbol)) indexOf(output, symbol);
  }
  const sections = state.sections.map((section) => {
    const fragments = fragmentsOf(section);
    const last = fragments.at(-1);
    const sizeBytes = last === undefined ? 0 : last.address + last.size + last.tailSize;
    const isEmpty = section.kind === 'nobits';
    const bytes = new Uint8Array(isEmpty ? 0 : sizeBytes);
    const target: SectionOutput = { section, bytes, relocations: [] };
    const lines: ObjectLine[] = [];
    for (const fragment of fragments) {
      for (const { offset, ...line } of fragment.lines) {
        lines.push({ offset: fragment.address + offset, ...line });
      }
      checkTail(output, fragment);
      if (isEmpty) continue;
      bytes.set(fragment.bytes.subarray(0, fragment.size), fragment.address);
      fillTail(output, target, fragment);
      for (const fixup of fragment.fixups) resolve(output, target, fragment, fixup);
    }
    const { kind, allocated, writable, executable, alignmentBits } = section;
    return {
      name: section.name,
      kind,
      allocated,
      writable,
      executable,
      alignmentBits,
      bytes,
      sizeBytes,
      relocations: target.relocations.sort((a, b) => a.offset - b.offset),
      lines,
    };
  });
  return { name, sections, symbols: output.symbols };
}

/** Names that begin with `.L` are for the assembler alone, unless a relocation needs one. */
function isVisible(symbol: AssemblySymbol): boolean {
  if (symbol.name.startsWith('.L')) return false;
  if (symbol.definition.kind !== 'undefined') return true;
  return symbol.binding === 'global' || symbol.binding === 'weak';
}

function indexOf(output: Output, symbol: AssemblySymbol): number {
  const known = output.indices.get(symbol);
  if (known !== undefined) return known;
  const index = output.symbols.length;
  output.indices.set(symbol, index);
  output.symbols.push(objectSymbol(output, symbol));
  return index;
}

function objectSymbol(output: Output, symbol: AssemblySymbol): ObjectSymbol {
  const definition = definitionOf(output, symbol);
  const size = symbol.size && evaluateNumber(symbol.size, output.evaluation);
  const isUndefined = definition.kind === 'undefined' || definition.kind === 'common';
  const binding =
    symbol.binding === 'unspecified' ? (isUndefined ? 'global' : 'local') : symbol.binding;
  const place = symbol.place ?? firstUse(symbol);
  return {
    name: symbol.name,
    binding,
    kind: definition.kind === 'common' ? 'object' : symbol.type,
    definition,
    sizeBytes:
      size?.ok === true
        ? Number(size.value)
        : definition.kind === 'common'
          ? definition.sizeBytes
          : 0,
    ...(place ? { place: { file: place.file, range: place.range } } : {}),
  };
}

function firstUse(symbol: AssemblySymbol): Place | undefined {
  return symbol.firstUse?.();
}

function definitionOf(output: Output, symbol: AssemblySymbol): ObjectSymbol['definition'] {
  const { definition } = symbol;
  switch (definition.kind) {
    case 'undefined':
      return { kind: 'undefined' };
    case 'common':
      return definition;
    case 'label':
      return {
        kind: 'section',
        section: definition.fragment.section.index,
        offset: definition.fragment.address + definition.offset,
      };
    case 'equal': {
      const evaluated = evaluate(definition.expression, output.evaluation);
      if (!evaluated.ok) return { kind: 'absolute', value: 0 };
      const { add, subtract, number } = fold(evaluated.value, output.evaluation);
      if (add === undefined && subtract === undefined) {
        return { kind: 'absolute', value: Number(BigInt.asUintN(32, number)) };
      }
      if (add?.definition.kind !== 'label' || subtract !== undefined) return { kind: 'undefined' };
      return {
        kind: 'section',
        section: add.definition.fragment.section.index,
        offset: add.definition.fragment.address + add.definition.offset + Number(number),
      };
    }
  }
}

function resolve(output: Output, target: SectionOutput, fragment: Fragment, fixup: Fixup): void {
  const offset = fragment.address + fixup.offset;
  if (fixup.kind === 'data') resolveData(output, target, offset, fixup);
  else resolveRelocation(output, target, offset, fixup);
}

const dataBits = { 1: 8, 2: 16, 4: 32, 8: 64 } as const;

function resolveData(
  output: Output,
  target: SectionOutput,
  offset: number,
  fixup: Fixup & { kind: 'data' },
): void {
  const { sizeBytes, expression, place } = fixup;
  const evaluated = evaluate(expression, output.evaluation);
  if (!evaluated.ok) {
    output.state.report.error(place, evaluated.error.code, evaluated.error.message);
    return;
  }
  const value = evaluated.value;
  // In code, a difference stays two relocations: a linker may move what lies between.
  const isInCode = value.add !== undefined && isInExecutable(value.add);
  const folded = isInCode ? cancelled(value) : fold(value, output.evaluation);
  if (isNumber(folded)) {
    putLittleEndian(target.bytes, offset, sizeBytes, folded.number);
    return;
  }
  const { add, subtract, number } = folded;
  const addend = Number(BigInt.asIntN(32, number));
  if (subtract === undefined && add !== undefined) {
    if (sizeBytes === 4 || sizeBytes === 8) {
      target.relocations.push(relocation(output, offset, 'R_RISCV_32', add, addend, place));
      return;
    }
    output.state.report.error(
      place,
      'address-too-wide',
      `The address of \`${add.name}\` has 32 bits and does not fit in ${sizeBytes === 1 ? 'a byte' : 'two bytes'}.`,
    );
    return;
  }
  const types = differenceTypes[dataBits[sizeBytes]];
  if (types === undefined || add === undefined || subtract === undefined) {
    output.state.report.error(
      place,
      'not-computable',
      'Only a symbol plus a number, or the difference of two symbols, can be stored here.',
    );
    return;
  }
  target.relocations.push(relocation(output, offset, types[0], add, addend, place));
  target.relocations.push(relocation(output, offset, types[1], subtract, 0, place));
}

const cancelled = (value: Value): Value =>
  value.add !== undefined && value.add === value.subtract
    ? { add: undefined, subtract: undefined, number: value.number }
    : value;

const isInExecutable = ({ definition }: AssemblySymbol): boolean =>
  definition.kind === 'label' && definition.fragment.section.executable;

const differenceTypes: Readonly<Record<number, readonly [RelocationType, RelocationType]>> = {
  8: ['R_RISCV_ADD8', 'R_RISCV_SUB8'],
  16: ['R_RISCV_ADD16', 'R_RISCV_SUB16'],
  32: ['R_RISCV_ADD32', 'R_RISCV_SUB32'],
  64: ['R_RISCV_ADD32', 'R_RISCV_SUB32'],
};

function resolveRelocation(
  output: Output,
  target: SectionOutput,
  offset: number,
  fixup: Fixup & { kind: 'relocation' },
): void {
  const { type, symbol, place } = fixup;
  if (symbol === undefined) {
    target.relocations.push(relocation(output, offset, type, undefined, fixup.addend, place));
    return;
  }
  const evaluated = evaluate({ kind: 'symbol', symbol }, output.evaluation);
  if (!evaluated.ok) {
    output.state.report.error(place, evaluated.error.code, evaluated.error.message);
    return;
  }
  const value = fold(evaluated.value, output.evaluation);
  if (value.subtract !== undefined) {
    output.state.report.error(
      place,
      'not-computable',
      `\`${symbol.name}\` is a difference of symbols, which an instruction cannot hold.`,
    );
    return;
  }
  const addend = (fixup.addend + Number(BigInt.asIntN(32, value.number))) | 0;
  if (isNumber(value) && (type === 'R_RISCV_HI20' || type.startsWith('R_RISCV_LO12'))) {
    patchImmediate(target.bytes, offset, type, addend);
    return;
  }
  // Of an `.insn`: a place in this section is known, as for a branch.
  const isTarget = type === 'R_RISCV_BRANCH' || type === 'R_RISCV_JAL';
  if (isTarget && patchTarget(target, offset, type, value, addend)) return;
  target.relocations.push(relocation(output, offset, type, value.add, addend, place));
}

const isOfThisSection = ({ section }: SectionOutput, { add }: Value): boolean =>
  add?.definition.kind === 'label' &&
  add.definition.fragment.section === section &&
  add.binding !== 'weak';

function patchTarget(
  target: SectionOutput,
  offset: number,
  type: RelocationType,
  value: Value,
  addend: number,
): boolean {
  if (!isOfThisSection(target, value) || value.add?.definition.kind !== 'label') return false;
  const { fragment, offset: inFragment } = value.add.definition;
  const distance = fragment.address + inFragment + addend - offset;
  const row = findInstruction(type === 'R_RISCV_JAL' ? 'jal' : 'beq');
  const encoded = row && encode(row, { imm: distance });
  if (row === undefined || encoded?.ok !== true) return false;
  const view = new DataView(target.bytes.buffer);
  const word = view.getUint32(offset, true) | (encoded.value ^ row.match);
  view.setUint32(offset, word >>> 0, true);
  return true;
}

/** Puts the upper 20 or lower 12 bits of a number that became known only now into the instruction. */
function patchImmediate(
  bytes: Uint8Array,
  offset: number,
  type: RelocationType,
  value: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = view.getInt32(offset, true);
  const low = value & 0xfff;
  const patched =
    type === 'R_RISCV_HI20'
      ? (word & 0xfff) | ((value + 0x800) & ~0xfff)
      : type === 'R_RISCV_LO12_S'
        ? (word & ~0xfe000f80) | ((low >> 5) << 25) | ((low & 31) << 7)
        : (word & 0xfffff) | (low << 20);
  view.setInt32(offset, patched, true);
}

function relocation(
  output: Output,
  offset: number,
  type: RelocationType,
  symbol: AssemblySymbol | undefined,
  addend: number,
  place: Place,
): Relocation {
  const index = symbol === undefined ? absoluteIndex(output) : indexOf(output, symbol);
  return { offset, type, symbol: index, addend, place: { file: place.file, range: place.range } };
}

/** The symbol of relocations against a plain address. */
function absoluteIndex(output: Output): number {
  if (output.absolute === undefined) {
    output.absolute = output.symbols.length;
    output.symbols.push({
      name: '*ABS*',
      binding: 'local',
      kind: 'none',
      definition: { kind: 'absolute', value: 0 },
      sizeBytes: 0,
    });
  }
  return output.absolute;
}

function checkTail(output: Output, fragment: Fragment): void {
  const { tail } = fragment;
  if (tail === undefined || tail.kind === 'branch' || tail.kind === 'align') return;
  const { report } = output.state;
  const value = evaluateNumber(tail.expression, output.evaluation);
  if (tail.kind === 'org') checkOrg(output, fragment, tail);
  else if (!value.ok) report.error(tail.place, value.error.code, value.error.message);
  else if (tail.kind === 'space' && Number(value.value) !== fragment.tailSize) {
    report.error(
      tail.place,
      'operand-out-of-range',
      `The size of this gap is ${value.value} bytes; it must be from 0 to 64 MiB.`,
    );
  }
}

function checkOrg(
  { state: { report }, evaluation }: Output,
  fragment: Fragment,
  tail: Tail & { kind: 'org' },
): void {
  const address = fragment.address + fragment.size;
  const target = orgTarget(fragment, tail, evaluation);
  if (target === undefined) {
    report.error(
      tail.place,
      'not-computable',
      `\`.org\` needs a number, or a label of its own section \`${fragment.section.name}\`.`,
    );
  } else if (target < address) {
    report.error(
      tail.place,
      'org-backwards',
      `\`.org\` cannot move backwards: the section already has ${address} bytes here, more than ${target}.`,
    );
  } else if (target !== address + fragment.tailSize) {
    report.error(
      tail.place,
      'operand-out-of-range',
      `This gap has ${target - address} bytes; it may have up to 64 MiB.`,
    );
  }
}

function fillTail(output: Output, target: SectionOutput, fragment: Fragment): void {
  const { tail, tailSize } = fragment;
  if (tail === undefined || tailSize === 0) return;
  const start = fragment.address + fragment.size;
  const { bytes } = target;
  switch (tail.kind) {
    case 'branch':
      fillBranch(output, target, fragment, tail, start);
      return;
    case 'align':
      fillAlignment(bytes, start, tailSize, tail);
      return;
    case 'org':
    case 'space':
      bytes.fill(tail.fill, start, start + tailSize);
      return;
    case 'leb128': {
      const value = evaluateNumber(tail.expression, output.evaluation);
      if (value.ok) putLeb(bytes, start, tailSize, value.value);
    }
  }
}

const wideNop = [0x13, 0, 0, 0];
const shortNop = [0x01, 0];

/** GNU as: an odd rest first as zeros, then one short nop where one is needed, then wide ones. */
function fillAlignment(
  bytes: Uint8Array,
  start: number,
  size: number,
  tail: Tail & { kind: 'align' },
): void {
  if (!tail.isCode) {
    const { fill = [0] } = tail;
    // A fill of several bytes ends at the boundary; what is left over before it stays zero.
    const rest = size % fill.length;
    for (let index = rest; index < size; index += 1) {
      bytes[start + index] = fill[(index - rest) % fill.length] ?? 0;
    }
    return;
  }
  let at = start + (size % 2);
  const end = start + size;
  if ((end - at) % 4 === 2) {
    bytes.set(shortNop, at);
    at += 2;
  }
  for (; at < end; at += 4) bytes.set(wideNop, at);
}

function putLeb(bytes: Uint8Array, start: number, size: number, value: bigint): void {
  let rest = value;
  for (let index = 0; index < size; index += 1) {
    const more = index + 1 < size ? 0x80 : 0;
    bytes[start + index] = Number(rest & 0x7fn) | more;
    rest >>= 7n;
  }
}

const inverses: Readonly<Record<string, string>> = {
  beq: 'bne',
  bne: 'beq',
  blt: 'bge',
  bge: 'blt',
  bltu: 'bgeu',
  bgeu: 'bltu',
  'c.beqz': 'c.bnez',
  'c.bnez': 'c.beqz',
};

function fillBranch(
  output: Output,
  target: SectionOutput,
  fragment: Fragment,
  tail: Tail & { kind: 'branch' },
  start: number,
): void {
  const { tailSize } = fragment;
  const distance = branchDistance(fragment, tail, start, output.evaluation);
  const { row, operands, compressed } = tail;
  if (tailSize === 2 && compressed !== undefined && distance !== undefined) {
    put(output, target, start, compressed, { ...operands, imm: distance }, tail.place);
    return;
  }
  if (tailSize === 4 && (!tail.isJump || distance !== undefined)) {
    put(output, target, start, row, { ...operands, imm: distance ?? 0 }, tail.place);
    return;
  }
  let at = start;
  let jump: Operands = operands;
  if (!tail.isJump) {
    const base = tailSize === 6 ? (compressed ?? row) : row;
    const inverse = findInstruction(inverses[base.name] ?? '') ?? base;
    put(output, target, at, inverse, { ...operands, imm: tailSize }, tail.place);
    at += inverse.lengthBytes;
    jump = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0 };
  }
  const jal = findInstruction('jal') ?? row;
  const jumpDistance =
    distance === undefined ? tentativeDistance(output, tail, at) : distance - (at - start);
  put(output, target, at, jal, { ...jump, imm: jumpDistance }, tail.place);
  if (distance === undefined) {
    resolveRelocation(output, target, at, {
      kind: 'relocation',
      offset: 0,
      type: 'R_RISCV_JAL',
      symbol: tail.symbol,
      addend: tail.addend,
      place: tail.place,
    });
  }
}

/** As if the symbol's section began at 0; the linker overwrites it. */
function tentativeDistance(
  output: Output,
  tail: Tail & { kind: 'branch' },
  address: number,
): number {
  if (tail.symbol === undefined) return 0;
  const definition = definitionOf(output, tail.symbol);
  if (definition.kind === 'absolute') return 0;
  const value = definition.kind === 'section' ? definition.offset : 0;
  return (((value + tail.addend - address) << 11) >> 11) & ~1;
}

function put(
  output: Output,
  target: SectionOutput,
  offset: number,
  row: Instruction,
  operands: Operands,
  place: Place,
): void {
  const encoded = encode(row, operands);
  if (encoded.ok) {
    putLittleEndian(target.bytes, offset, row.lengthBytes, encoded.value);
    return;
  }
  output.state.report.error(place, 'target-out-of-range', encoded.error.message);
}
