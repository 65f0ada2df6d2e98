/** One function body to bytes: graph, instructions, registers, order, encoding. */
import type { FunctionBody, FunctionType } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { allocate } from './allocate.js';
import type { Allocation } from './allocate.js';
import { arrange } from './arrange.js';
import { assembleFunction } from './assemble-function.js';
import type { AssembledFunction } from './assemble-function.js';
import { buildGraph } from './build-graph.js';
import type { SeenLocals } from './build-graph.js';
import { coalesce } from './coalesce.js';
import { expand, farRegister } from './expand.js';
import type { Expanded } from './expand.js';
import { moveConstants } from './loop-constants.js';
import { nearFrameBytes } from './frame.js';
import type { GraphNode } from './graph.js';
import { cleanGraph, improveGraph } from './improve.js';
import type { MachineFunction } from './machine-code.js';
import type { ModuleContext } from './module-context.js';
import { selectInstructions } from './select.js';
import { noteValues } from './value-contents.js';
import type { ValuesBefore } from './value-contents.js';

export interface CompiledFunction {
  readonly assembled: AssembledFunction;
  readonly expanded: Expanded;
  readonly machine: MachineFunction;
  readonly allocation: Allocation;
  /** Locals are in the frame, for all of the function. */
  readonly usesHomes: boolean;
  /** Words of locals that somebody asks for, with their places among the nodes in `seen`. */
  readonly watched: ReadonlyMap<number, number>;
  readonly seen: SeenLocals;
  readonly values: ValuesBefore;
}

export interface FunctionOptions {
  readonly isDebug: boolean;
  /** Shared by the functions of a module: encoding an instruction twice is not needed. */
  readonly encodings: Map<string, number>;
  /** Words of locals that a debugger is to find. */
  readonly watched?: readonly number[];
}

/** `symbol` is what the names of its tables begin with. */
export function compileFunction(
  body: FunctionBody,
  type: FunctionType,
  context: ModuleContext,
  options: FunctionOptions & { readonly symbol: string },
): CompiledFunction {
  const usesHomes = options.isDebug || isTooLargeForValues(body);
  const { watched = [] } = options;
  const seen = new Map<number, readonly GraphNode[]>();
  const graph = buildGraph(body, type, context, { usesHomes, watched, seen });
  if (options.isDebug) cleanGraph(graph);
  else improveGraph(graph);
  const attempt = (isFar: boolean): CompiledFunction | undefined => {
    const machine = selectInstructions(graph, type, options.symbol);
    if (!usesHomes) moveConstants(machine);
    const values = usesHomes ? new Map<never, never>() : noteValues(machine);
    coalesce(machine);
    const allocation = allocate(machine, isFar ? { reserved: farRegister } : {});
    const expanded = expand(machine, allocation, isFar);
    if (!isFar && expanded.frame.sizeBytes + machine.outgoingBytes > nearFrameBytes - 64)
      return undefined;
    const isReturnShort = expanded.frame.sizeBytes === 0;
    const ordered = arrange(expanded.blocks, isReturnShort);
    const assembled = assembleFunction(ordered, options.encodings);
    return {
      ...{ assembled, expanded, machine, allocation, usesHomes, seen, values },
      watched: new Map(watched.map((word, index) => [word, index])),
    };
  };
  return attempt(false) ?? attempt(true) ?? neverHappens(options.symbol);
}

function neverHappens(symbol: string): never {
  throw new Error(`the second attempt at ${symbol} failed`);
}

/** Each place where ways meet costs time for each local; past this many, locals live in the frame. */
const mostMergedLocals = 4_000_000;

function isTooLargeForValues({ locals, instructions }: FunctionBody): boolean {
  const joins = instructions.filter(({ opcode }) => branching.has(opcode)).length;
  return joins * 2 * locals.length > mostMergedLocals;
}

const branching: ReadonlySet<number> = new Set([
  op.block,
  op.loop,
  op.if,
  op.else,
  op.end,
  op.br,
  op.brIf,
  op.brTable,
  op.return,
]);
