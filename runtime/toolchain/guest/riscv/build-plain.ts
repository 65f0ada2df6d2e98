/** Instructions that lead nowhere: locals and the stack here, numbers, memory and calls in files of their own. */
import type { WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { at } from './at.js';
import { compileCall } from './build-call.js';
import { compileMemory } from './build-memory.js';
import { compileNumeric } from './build-numeric.js';
import type { Builder, Words } from './builder.js';
import { diamond, pop, wordsOf } from './builder.js';
import { addNode, binaryImmediate, constantOf } from './fold.js';
import type { GraphNode } from './graph.js';

export function compilePlain(builder: Builder, instruction: WasmInstruction): void {
  const { opcode, index } = instruction;
  // After a jump nothing is left to compile, but the stack must stay as the checker saw it.
  switch (opcode) {
    case op.localGet:
      builder.stack.push(readLocal(builder, index));
      return;
    case op.localSet:
    case op.localTee: {
      const words = builder.stack[builder.stack.length - 1] ?? [];
      if (opcode === op.localSet) builder.stack.pop();
      writeLocal(builder, index, words);
      return;
    }
    case op.drop:
      builder.stack.pop();
      return;
    case op.select: {
      const [condition] = pop(builder);
      const otherwise = builder.stack.pop() ?? [];
      const then = builder.stack.pop() ?? [];
      builder.stack.push(select(builder, condition, then, otherwise));
      return;
    }
    default:
      if (compileNumeric(builder, instruction)) return;
      if (compileMemory(builder, instruction)) return;
      compileCall(builder, instruction);
  }
}

function select(builder: Builder, condition: GraphNode, then: Words, otherwise: Words): Words {
  const known = constantOf(condition);
  if (known !== undefined) return known === 0 ? otherwise : then;
  if (then.length === 1) {
    const values = `${constantOf(at(then, 0)) ?? ''} ${constantOf(at(otherwise, 0)) ?? ''}`;
    if (values === '1 0') return [binaryImmediate(builder, 'sne', condition, 0)];
    if (values === '0 1') return [binaryImmediate(builder, 'seq', condition, 0)];
  }
  return diamond(
    builder,
    condition,
    () => then,
    () => otherwise,
  );
}

function readLocal(builder: Builder, local: number): Words {
  const first = at(builder.firstWord, local);
  return Array.from({ length: wordsOf(at(builder.localTypes, local)) }, (_, word) =>
    builder.usesHomes
      ? addNode(builder, 'readHome', [], { imm: first + word })
      : at(builder.locals, first + word),
  );
}

function writeLocal(builder: Builder, local: number, words: Words): void {
  const first = at(builder.firstWord, local);
  words.forEach((node, word) => {
    if (builder.usesHomes) addNode(builder, 'writeHome', [node], { imm: first + word });
    else builder.locals[first + word] = node;
  });
}
