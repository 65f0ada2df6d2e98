/**
 * A graph to instructions: immediates where they fit, comparisons in branches, one step for what the calling
 * convention asks for. Constants have no place in the graph; they are made in the block that needs them.
 */
import { at } from './at.js';
import { firstArgument, placeArguments, stackPointer } from './calling-convention.js';
import { constantOf } from './fold.js';
import type { BinaryOp, Block, Graph, GraphNode } from './graph.js';
import { isPlaceless } from './graph.js';
import { removeDead } from './improve.js';
import { firstValue, inRegister, step } from './machine-code.js';
import type { MachineBlock, MachineFunction, Move, Register, Step } from './machine-code.js';
import type { FunctionType } from '../wasm/module.js';

export function selectInstructions(
  graph: Graph,
  type: FunctionType,
  symbol: string,
): MachineFunction {
  const uses = removeDead(graph);
  const registers = new Map<GraphNode, Register>();
  const joined = new Map<MachineBlock, Register[]>();
  const selection: Selection = {
    machine: {
      blocks: [],
      nextRegister: firstValue,
      nextBlock: graph.nextBlock,
      outgoingBytes: 0,
      homeBytes: 4 * graph.homeWords,
      slots: 0,
      hasCalls: graph.blocks.some(({ nodes }) =>
        nodes.some(({ op }) => op === 'call' || op === 'callRegister'),
      ),
      valueOf: (node) => registers.get(node),
      joined,
    },
    blocks: new Map(),
    registers,
    results: new Map(),
    uses,
    symbol,
    tables: 0,
    made: new Map(),
    steps: [],
    offset: 0,
    last: new Map(),
  };
  for (const block of graph.blocks) {
    const { id, loop, isCold, exitOffset } = block;
    selection.blocks.set(block, {
      id,
      steps: [],
      exit: { kind: 'return', reads: [] },
      exitOffset,
      loop,
      isCold,
    });
    for (const node of block.nodes)
      if (node.op === 'result') {
        const call = at(node.args, 0);
        selection.results.set(call, [...(selection.results.get(call) ?? []), node]);
      }
  }
  graph.blocks.forEach((block, index) => {
    selectBlock(selection, block, index === 0 ? type : undefined);
  });
  for (const [block, machine] of selection.blocks)
    joined.set(
      machine,
      block.phis.map((phi) => registers.get(phi)).filter((value) => value !== undefined),
    );
  return selection.machine;
}

interface Selection {
  readonly machine: MachineFunction;
  readonly blocks: Map<Block, MachineBlock>;
  readonly registers: Map<GraphNode, Register>;
  /** Of each call, those of its results that are read. */
  readonly results: Map<GraphNode, GraphNode[]>;
  readonly uses: ReadonlyMap<GraphNode, number>;
  readonly symbol: string;
  tables: number;
  /** Constants that are in a register in this block. */
  readonly made: Map<string, Register>;
  /** Of the block that is being made. */
  steps: Step[];
  offset: number;
  /** The last step of each node that has one. */
  readonly last: Map<GraphNode, Step | undefined>;
}

const newRegister = ({ machine }: Selection): Register => machine.nextRegister++;

function emit(selection: Selection, kind: Step['kind'], fields: Partial<Step>): Step {
  const made = step(kind, selection.offset, fields);
  selection.steps.push(made);
  return made;
}

const plain = (selection: Selection, name: string, fields: Partial<Step>): Step =>
  emit(selection, 'plain', { name, ...fields });

function selectBlock(
  selection: Selection,
  block: Block,
  entryType: FunctionType | undefined,
): void {
  const machine = machineBlock(selection, block);
  selection.machine.blocks.push(machine);
  selection.steps = machine.steps;
  selection.made.clear();
  if (entryType !== undefined) selectParameters(selection, block, entryType);
  for (const node of block.nodes) {
    selection.offset = node.offset;
    selectNode(selection, node);
    selection.last.set(node, selection.steps[selection.steps.length - 1]);
  }
  selection.offset = block.exitOffset;
  selectExit(selection, block, machine);
}

const machineBlock = (selection: Selection, block: Block): MachineBlock => {
  const found = selection.blocks.get(block);
  return found ?? { ...at([...selection.blocks.values()], 0) };
};

/** The register that a value is in; one is made for it where it is first asked for. */
function register(selection: Selection, node: GraphNode): Register {
  if (node.op === 'const') return materialize(selection, node.imm);
  if (isPlaceless(node.op)) return materializeSymbol(selection, node);
  const known = selection.registers.get(node);
  if (known !== undefined) return known;
  const made = newRegister(selection);
  selection.registers.set(node, made);
  return made;
}

function materialize(selection: Selection, value: number): Register {
  if (value === 0) return 0;
  const key = `${value}`;
  const known = selection.made.get(key);
  if (known !== undefined) return known;
  const rd = newRegister(selection);
  emit(selection, 'constant', { rd, imm: value });
  selection.made.set(key, rd);
  return rd;
}

function materializeSymbol(selection: Selection, { op, symbol = '' }: GraphNode): Register {
  const key = `${op} ${symbol}`;
  const known = selection.made.get(key);
  if (known !== undefined) return known;
  const rd = newRegister(selection);
  if (op === 'address') emit(selection, 'address', { rd, symbol });
  else plain(selection, 'lui', { rd, symbol, part: 'high' });
  selection.made.set(key, rd);
  return rd;
}

/** The source of a copy; a number needs no register for it. */
function source(selection: Selection, node: GraphNode): Move['from'] {
  const value = constantOf(node);
  return value === undefined ? inRegister(register(selection, node)) : { kind: 'constant', value };
}

function selectParameters(selection: Selection, { nodes }: Block, type: FunctionType): void {
  const { places } = placeArguments(type.parameters);
  const moves: Move[] = [];
  const loads: GraphNode[] = [];
  for (const node of nodes) {
    if (node.op !== 'parameter') continue;
    selection.offset = node.offset;
    const place = at(places, node.imm);
    if (place.kind === 'register')
      moves.push({
        to: inRegister(register(selection, node)),
        from: inRegister(place.register),
      });
    else loads.push(node);
  }
  if (moves.length > 0) emit(selection, 'moves', { moves });
  for (const node of loads) {
    const place = at(places, node.imm);
    if (place.kind !== 'stack') continue;
    const rd = register(selection, node);
    plain(selection, 'lw', { rd, rs1: stackPointer, imm: place.offset, frame: 'incoming' });
  }
}

const fits = (value: number): boolean => value >= -2048 && value <= 2047;

const immediateForms: Partial<Record<BinaryOp, string>> = {
  add: 'addi',
  and: 'andi',
  or: 'ori',
  xor: 'xori',
  slt: 'slti',
  sltu: 'sltiu',
};

const shiftForms: Partial<Record<BinaryOp, string>> = { sll: 'slli', srl: 'srli', sra: 'srai' };

function selectNode(selection: Selection, node: GraphNode): void {
  const { op, args, imm, symbol } = node;
  switch (op) {
    case 'const':
    case 'address':
    case 'high':
    case 'parameter':
    case 'result':
    case 'phi':
    case 'region':
      return;
    case 'lb':
    case 'lbu':
    case 'lh':
    case 'lhu':
    case 'lw':
    case 'global': {
      const rs1 = register(selection, at(args, 0));
      // A load that nobody reads is still made, into x0.
      const rd = selection.uses.has(node) ? register(selection, node) : 0;
      const name = op === 'global' ? 'lw' : op;
      plain(selection, name, { rd, rs1, imm, ...lowPart(symbol) });
      return;
    }
    case 'sb':
    case 'sh':
    case 'sw': {
      const rs1 = register(selection, at(args, 0));
      const rs2 = register(selection, at(args, 1));
      plain(selection, op, { rs1, rs2, imm, ...lowPart(symbol) });
      return;
    }
    case 'readHome': {
      const rd = register(selection, node);
      plain(selection, 'lw', { rd, rs1: stackPointer, imm: 4 * imm, frame: 'home' });
      return;
    }
    case 'writeHome': {
      const rs2 = register(selection, at(args, 0));
      plain(selection, 'sw', { rs1: stackPointer, rs2, imm: 4 * imm, frame: 'home' });
      return;
    }
    case 'fence':
      plain(selection, 'fence', { imm: 0xff });
      return;
    case 'call':
    case 'callRegister':
    case 'ecall':
      selectCall(selection, node);
      return;
    case 'seq':
    case 'sne':
      selectEquality(selection, node, op);
      return;
    default:
      selectBinary(selection, node, op);
  }
}

const lowPart = (symbol: string | undefined): Partial<Step> =>
  symbol === undefined ? {} : { symbol, part: 'low' };

function selectBinary(selection: Selection, node: GraphNode, op: BinaryOp): void {
  const [left, right] = [at(node.args, 0), at(node.args, 1)];
  const value = constantOf(right);
  const shift = shiftForms[op];
  const immediate = immediateForms[op];
  const rs1 = register(selection, left);
  if (value !== undefined && shift !== undefined) {
    plain(selection, shift, { rd: register(selection, node), rs1, imm: value & 31 });
  } else if (value !== undefined && immediate !== undefined && fits(value)) {
    plain(selection, immediate, { rd: register(selection, node), rs1, imm: value });
  } else {
    const rs2 = register(selection, right);
    plain(selection, op, { rd: register(selection, node), rs1, rs2 });
  }
}

/** Equal is "the difference is below 1", different is "0 is below the difference", unsigned. */
function selectEquality(selection: Selection, node: GraphNode, op: 'seq' | 'sne'): void {
  const [left, right] = [at(node.args, 0), at(node.args, 1)];
  const value = constantOf(right);
  let difference = register(selection, left);
  if (value !== 0) {
    const rs1 = difference;
    difference = newRegister(selection);
    if (value !== undefined && fits(-value))
      plain(selection, 'addi', { rd: difference, rs1, imm: -value });
    else plain(selection, 'sub', { rd: difference, rs1, rs2: register(selection, right) });
  }
  const rd = register(selection, node);
  if (op === 'seq') plain(selection, 'sltiu', { rd, rs1: difference, imm: 1 });
  else plain(selection, 'sltu', { rd, rs1: 0, rs2: difference });
}

function selectCall(selection: Selection, node: GraphNode): void {
  const { op, symbol, places } = node;
  const words = op === 'callRegister' ? node.args.slice(1) : node.args;
  const target = op === 'callRegister' ? register(selection, at(node.args, 0)) : 0;
  const moves: Move[] = [];
  const reads: Register[] = [];
  words.forEach((word, index) => {
    const place = places[index] ?? { kind: 'register', register: firstArgument + index };
    if (place.kind === 'register') {
      reads.push(place.register);
      moves.push({ to: inRegister(place.register), from: source(selection, word) });
      return;
    }
    const rs2 = register(selection, word);
    plain(selection, 'sw', { rs1: stackPointer, rs2, imm: place.offset, frame: 'outgoing' });
    const { machine } = selection;
    machine.outgoingBytes = Math.max(machine.outgoingBytes, place.offset + 4);
  });
  if (moves.length > 0) emit(selection, 'moves', { moves });
  const results = (selection.results.get(node) ?? []).filter((result) =>
    selection.uses.has(result),
  );
  const writes = results.map(({ imm }) => firstArgument + imm);
  if (op === 'ecall') emit(selection, 'ecall', { reads, writes });
  else if (op === 'callRegister') emit(selection, 'callRegister', { rs1: target, reads, writes });
  else emit(selection, 'call', { symbol: symbol ?? '', reads, writes });
  if (results.length === 0) return;
  emit(selection, 'moves', {
    moves: results.map((result) => ({
      to: inRegister(register(selection, result)),
      from: inRegister(firstArgument + result.imm),
    })),
  });
}

function selectExit(selection: Selection, block: Block, machine: MachineBlock): void {
  const { exit } = block;
  switch (exit.kind) {
    case 'jump':
      selectPhis(selection, block, exit.to);
      machine.exit = { kind: 'jump', to: machineBlock(selection, exit.to) };
      return;
    case 'branch': {
      const rs1 = register(selection, exit.left);
      const rs2 = register(selection, exit.right);
      const then = machineBlock(selection, exit.then);
      const otherwise = machineBlock(selection, exit.otherwise);
      machine.exit = { kind: 'branch', name: exit.test, rs1, rs2, then, otherwise };
      return;
    }
    case 'switch':
      selectSwitch(selection, block, machine);
      return;
    case 'return':
    case 'trap': {
      const moves = exit.values.map((value, index): Move => ({
        to: inRegister(firstArgument + index),
        from: source(selection, value),
      }));
      if (moves.length > 0) emit(selection, 'moves', { moves });
      const reads = exit.values.map((_, index) => firstArgument + index);
      machine.exit =
        exit.kind === 'return'
          ? { kind: 'return', reads }
          : { kind: 'trap', trap: exit.trap, reads };
    }
  }
}

function selectPhis(selection: Selection, from: Block, to: Block): void {
  const way = to.predecessors.indexOf(from);
  const moves: Move[] = [];
  for (const phi of to.phis) {
    const arg = at(phi.args, way);
    if (arg === phi) continue;
    moves.push({ to: inRegister(register(selection, phi)), from: source(selection, arg) });
  }
  if (moves.length > 0) emit(selection, 'moves', { moves });
}

/** Comparisons one after the other cost less than a table up to here. */
const mostComparisons = 4;

function selectSwitch(selection: Selection, block: Block, machine: MachineBlock): void {
  const { exit } = block;
  if (exit.kind !== 'switch') return;
  const targets = exit.targets.map((target) => machineBlock(selection, target));
  const otherwise = machineBlock(selection, exit.otherwise);
  const index = register(selection, exit.index);
  const follow = (): MachineBlock => {
    const { exitOffset, loop, isCold } = block;
    const next: MachineBlock = {
      id: selection.machine.nextBlock++,
      steps: [],
      exit: { kind: 'jump', to: otherwise },
      exitOffset,
      loop,
      isCold,
    };
    selection.machine.blocks.push(next);
    selection.steps = next.steps;
    selection.made.clear();
    return next;
  };
  let last = machine;
  if (targets.length <= mostComparisons) {
    targets.forEach((then, value) => {
      const rs2 = materialize(selection, value);
      const from = last;
      last = follow();
      from.exit = { kind: 'branch', name: 'beq', rs1: index, rs2, then, otherwise: last };
    });
    last.exit = { kind: 'jump', to: otherwise };
    return;
  }
  const rs2 = materialize(selection, targets.length);
  last = follow();
  machine.exit = {
    kind: 'branch',
    name: 'bgeu',
    rs1: index,
    rs2,
    then: otherwise,
    otherwise: last,
  };
  const table = `${selection.symbol}.table${selection.tables++}`;
  const [scaled, high, entry, target] = [0, 1, 2, 3].map(() => newRegister(selection));
  plain(selection, 'slli', { rd: scaled ?? 0, rs1: index, imm: 2 });
  plain(selection, 'lui', { rd: high ?? 0, symbol: table, part: 'high' });
  plain(selection, 'add', { rd: entry ?? 0, rs1: scaled ?? 0, rs2: high ?? 0 });
  plain(selection, 'lw', { rd: target ?? 0, rs1: entry ?? 0, imm: 0, symbol: table, part: 'low' });
  last.exit = { kind: 'switch', rs1: target ?? 0, targets, table };
}
