/**
 * The test that a loop begins with, where it has one: instructions without a branch, then one that leaves the loop. Such
 * a loop is made as one that is entered after a first test and has the others at its end, so that whatever its body
 * begins with happens in each round.
 */
import type { FunctionBody, WasmInstruction, WasmModule } from '../wasm/module.js';
import { accesses, op } from '../wasm/opcodes.js';

export interface LoopTest {
  readonly instructions: readonly WasmInstruction[];
  /** The branch, or the `if`, that ends it. */
  readonly last: WasmInstruction;
  /** Its position among the instructions of the function. */
  readonly lastIndex: number;
  /** How many blocks begin between the loop and its test. */
  readonly blocks: number;
  /** Where a branch leads, counted from outside the loop; undefined: right behind the loop. */
  readonly exitDepth: number | undefined;
}

/** It is there twice, and once more for each other way back. */
const longestTest = 12;
const mostCopied = 24;

/** By the position of its loop. Each instruction is looked at a bounded number of times. */
export function loopTests(
  { instructions }: FunctionBody,
  module: WasmModule,
): ReadonlyMap<number, LoopTest> {
  const tests = new Map<number, LoopTest>();
  const { ends, waysBack } = structureOf(instructions);
  instructions.forEach(({ opcode, result }, index) => {
    if (opcode !== op.loop || result !== undefined) return;
    const test = testOf(instructions, index, ends, module);
    const ways = waysBack.get(index) ?? 0;
    if (test === undefined || ways === 0) return;
    if (ways > 1 && ways * test.instructions.length > mostCopied) return;
    tests.set(index, test);
  });
  return tests;
}

interface Structure {
  /** By the position of what begins a block that of its end; an `if` with an `else` has none. */
  readonly ends: ReadonlyMap<number, number>;
  /** By the position of a loop, how many branches lead back to it. */
  readonly waysBack: ReadonlyMap<number, number>;
}

function structureOf(instructions: readonly WasmInstruction[]): Structure {
  const ends = new Map<number, number>();
  const waysBack = new Map<number, number>();
  const open: number[] = [];
  const split = new Set<number>();
  const branch = (depth: number): void => {
    const target = open[open.length - 1 - depth];
    if (target !== undefined) waysBack.set(target, (waysBack.get(target) ?? 0) + 1);
  };
  instructions.forEach(({ opcode, index, labels }, position) => {
    if (opcode === op.block || opcode === op.loop || opcode === op.if) open.push(position);
    else if (opcode === op.else) split.add(open[open.length - 1] ?? 0);
    else if (opcode === op.br || opcode === op.brIf) branch(index);
    else if (opcode === op.brTable) labels.forEach(branch);
    else if (opcode === op.end) {
      const begin = open.pop();
      if (begin !== undefined && !split.has(begin)) ends.set(begin, position);
    }
  });
  return { ends, waysBack };
}

function testOf(
  instructions: readonly WasmInstruction[],
  loop: number,
  ends: ReadonlyMap<number, number>,
  module: WasmModule,
): LoopTest | undefined {
  let first = loop + 1;
  while (instructions[first]?.opcode === op.block) {
    if (instructions[first]?.result !== undefined) return undefined;
    first += 1;
  }
  const blocks = first - loop - 1;
  let lastIndex = first;
  while (isPlain(instructions[lastIndex], module)) {
    lastIndex += 1;
    if (lastIndex - first > longestTest) return undefined;
  }
  const last = instructions[lastIndex];
  const loopEnd = ends.get(loop);
  if (last === undefined || loopEnd === undefined) return undefined;
  const found = { instructions: instructions.slice(first, lastIndex), last, lastIndex, blocks };
  /** Whether nothing but ends of blocks stands between an end and that of the loop. */
  const leadsOut = (begin: number): boolean => {
    const end = ends.get(begin);
    const around = Math.min(begin, first) - loop - 1;
    return end !== undefined && end + around + 1 === loopEnd;
  };
  if (last.opcode === op.if && last.result === undefined && leadsOut(lastIndex))
    return { ...found, exitDepth: undefined };
  if (last.opcode !== op.brIf) return undefined;
  if (last.index > blocks) return { ...found, exitDepth: last.index - blocks - 1 };
  if (last.index === blocks) return undefined;
  const target = first - 1 - last.index;
  return leadsOut(target) ? { ...found, exitDepth: undefined } : undefined;
}

/** What a test may be made of: no branch, no call, and nothing that takes many instructions. */
function isPlain(instruction: WasmInstruction | undefined, module: WasmModule): boolean {
  if (instruction === undefined) return false;
  const { opcode, index } = instruction;
  switch (opcode) {
    case op.localGet:
    case op.localSet:
    case op.localTee:
    case op.globalGet:
    case op.i32Const:
    case op.i64Const:
    case op.drop:
      return true;
    case op.call: {
      const definition = module.functions[index]?.definition;
      return (
        definition?.kind === 'import' &&
        definition.module === 'riscv' &&
        !definition.name.startsWith('ecall')
      );
    }
    default:
      return accesses.get(opcode)?.kind === 'load' || isShortNumeric(opcode);
  }
}

/** All but counting, multiplying, dividing, and shifts of long numbers. */
const isShortNumeric = (opcode: number): boolean =>
  (opcode >= 0x45 && opcode <= 0x5a) ||
  (opcode >= 0x6a && opcode <= 0x78 && (opcode <= 0x6c || opcode >= 0x71)) ||
  opcode === 0x7c ||
  opcode === 0x7d ||
  (opcode >= 0x83 && opcode <= 0x85) ||
  (opcode >= 0xa7 && opcode <= 0xc4);
