/**
 * Calls: of functions, through the table, of routines, and of what the imports `riscv`, `address`, `trap` and
 * `env.abort` stand for (guest-module.ts).
 */
import type { FunctionType, WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import { beginBlock, endWithTrap, pop, push, trapWhen } from './builder.js';
import type { Builder } from './builder.js';
import type { ArgumentPlace } from './calling-convention.js';
import { placeArguments } from './calling-convention.js';
import { addNode, binary, binaryImmediate, constant } from './fold.js';
import type { GraphNode, Region } from './graph.js';
import { newBlock } from './graph.js';
import { tableSymbol } from './module-context.js';
import type { RoutineName } from './routines.js';
import { trapKinds } from './trap-kinds.js';

export function compileCall(builder: Builder, { opcode, index }: WasmInstruction): void {
  if (opcode === op.callIndirect) {
    compileIndirect(builder, index);
    return;
  }
  if (opcode !== op.call) return;
  const { type, definition } = at(builder.module.module.functions, index);
  const symbol = builder.module.functionSymbols[index];
  if (definition.kind !== 'import') {
    callFunction(builder, type, symbol ?? '');
    return;
  }
  switch (definition.module) {
    case 'address':
      push(builder, addNode(builder, 'address', [], { symbol: definition.name }));
      return;
    case 'riscv':
      compileMachine(builder, definition.name, type);
      return;
    case 'trap':
      stop(builder, type, trapKinds.outOfMemory);
      return;
    default:
      if (definition.name === 'abort') stop(builder, type, trapKinds.abort);
      else callFunction(builder, type, symbol ?? definition.name);
  }
}

/** In the order of the parameters, as words. */
function popArguments(builder: Builder, type: FunctionType): GraphNode[] {
  const words = type.parameters.map(() => pop(builder));
  return words.reverse().flat();
}

function pushResult(builder: Builder, type: FunctionType, call: GraphNode): void {
  if (type.result === undefined) return;
  push(builder, ...results(builder, call, type.result === 'i64' ? 2 : 1));
}

const results = (builder: Builder, call: GraphNode, count: number): GraphNode[] =>
  Array.from({ length: count }, (_, imm) => addNode(builder, 'result', [call], { imm }));

function callFunction(builder: Builder, type: FunctionType, symbol: string): void {
  const { places } = placeArguments(type.parameters);
  const call = addNode(builder, 'call', popArguments(builder, type), { symbol, places });
  forgetGlobals(builder);
  pushResult(builder, type, call);
}

/** A function may set any global that can change. */
function forgetGlobals(builder: Builder): void {
  for (const index of [...builder.knownGlobals.keys()])
    if (!builder.stableGlobals.has(index)) builder.knownGlobals.delete(index);
}

/** Routines take words in registers and follow the calling convention. */
export function callRoutine(
  builder: Builder,
  name: RoutineName,
  words: readonly GraphNode[],
  count: number,
): GraphNode[] {
  builder.module.routines.add(name);
  const { places } = placeArguments(words.map(() => 'i32' as const));
  return results(builder, addNode(builder, 'call', words, { symbol: name, places }), count);
}

/** An entry of the table is the address of the function and the number of its signature, from 1; 0 and 0 without one. */
export const tableEntryBytes = 8;

function compileIndirect(builder: Builder, signature: number): void {
  const { module } = builder.module;
  const type = at(module.types, signature);
  const [index] = pop(builder);
  const size = constant(builder, module.tableSize);
  const isInside = binary(builder, 'sltu', index, size);
  trapWhen(builder, binaryImmediate(builder, 'seq', isInside, 0), trapKinds.tableIndex);
  const table = addNode(builder, 'address', [], { symbol: tableSymbol });
  const entry = binary(builder, 'add', binaryImmediate(builder, 'sll', index, 3), table);
  const found = addNode(builder, 'lw', [entry], { imm: 4 });
  const target = addNode(builder, 'lw', [entry], { imm: 0 });
  trapOnSignature(builder, found, signature + 1);
  const words = popArguments(builder, type);
  const { places } = placeArguments(type.parameters);
  const call = addNode(builder, 'callRegister', [target, ...words], { places });
  forgetGlobals(builder);
  pushResult(builder, type, call);
}

/** One comparison where all is well; what is wrong is told apart on the cold path. */
function trapOnSignature(builder: Builder, found: GraphNode, expected: number): void {
  const isWrong = binaryImmediate(builder, 'sne', found, expected);
  const cold = newBlock(builder.graph, builder.loop);
  const next = newBlock(builder.graph, builder.loop);
  const { block } = builder;
  block.exit = {
    kind: 'branch',
    test: 'bne',
    left: isWrong,
    right: constant(builder, 0),
    then: cold,
    otherwise: next,
  };
  block.exitOffset = builder.offset;
  cold.predecessors.push(block);
  next.predecessors.push(block);
  cold.isCold = true;
  beginBlock(builder, cold);
  trapWhen(builder, binaryImmediate(builder, 'seq', found, 0), trapKinds.nullFunction);
  endWithTrap(builder, trapKinds.wrongSignature, []);
  beginBlock(builder, next);
}

/** The hart stops with the arguments in a0 and up. */
function stop(builder: Builder, type: FunctionType, trap: number): void {
  endWithTrap(builder, trap, popArguments(builder, type).slice(0, 8));
  beginBlock(builder, newBlock(builder.graph, builder.loop));
  if (type.result !== undefined)
    push(
      builder,
      ...[0, 1].slice(0, type.result === 'i64' ? 2 : 1).map(() => constant(builder, 0)),
    );
}

/** a0 to a7, and then t0. */
const systemCallPlaces: readonly ArgumentPlace[] = [10, 11, 12, 13, 14, 15, 16, 17, 5].map(
  (register) => ({ kind: 'register', register }),
);

const region = (builder: Builder, address: GraphNode, kind: Region): GraphNode =>
  addNode(builder, 'region', [address], { region: kind });

function compileMachine(builder: Builder, name: string, type: FunctionType): void {
  const words = popArguments(builder, type);
  switch (name) {
    case 'ecall':
    case 'ecall_t0': {
      const call = addNode(builder, 'ecall', words, { places: systemCallPlaces });
      forgetGlobals(builder);
      const left = results(builder, call, 6);
      for (let register = 0; register < 4; register++)
        builder.registersLeft[register] = at(left, 2 + register);
      push(builder, ...left.slice(0, 2));
      return;
    }
    case 'fence':
      addNode(builder, 'fence', []);
      return;
    case 'check': {
      const isInside = binary(builder, 'sltu', at(words, 0), at(words, 1));
      trapWhen(builder, binaryImmediate(builder, 'seq', isInside, 0), trapKinds.index);
      return;
    }
    case 'sized':
      push(builder, at(words, 0));
      return;
    case 'fixed':
    case 'field':
    case 'element':
      push(builder, builder.usesHomes ? at(words, 0) : region(builder, at(words, 0), name));
      return;
    default:
      push(builder, at(builder.registersLeft, Number(name.slice(1)) - 2));
  }
}
