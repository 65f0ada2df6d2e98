/**
 * WebAssembly to a graph: an abstract run over the stack of each instruction. Values merge where branches meet
 * (a phi for each local that differs), so a loop begins with one for each local that is set inside. Locals of a debug
 * build, and of functions too large for that, live in the frame.
 */
import type { FunctionBody, FunctionType } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { setsOfLoops } from '../wasm/sets-of-loops.js';
import { at } from './at.js';
import { compileControl, openLoop } from './build-control.js';
import { compilePlain } from './build-plain.js';
import type { Builder } from './builder.js';
import { wordsOf } from './builder.js';
import { addNode, constant } from './fold.js';
import type { Graph, GraphNode } from './graph.js';
import { newGraph } from './graph.js';
import { functionFrame, type Frame } from './label-frames.js';
import type { LoopTest } from './loop-tests.js';
import { loopTests } from './loop-tests.js';
import type { ModuleContext } from './module-context.js';
import { stableGlobals } from './stable-globals.js';

export interface BuildOptions {
  readonly usesHomes: boolean;
  /** Words of locals that are looked at, and where to put what is seen of them. */
  readonly watched?: readonly number[];
  readonly seen?: Map<number, readonly GraphNode[]>;
}

/** What words of locals are before each instruction, by its offset, in the order of `watched`. */
export type SeenLocals = ReadonlyMap<number, readonly GraphNode[]>;

export function buildGraph(
  body: FunctionBody,
  type: FunctionType,
  module: ModuleContext,
  options: BuildOptions,
): Graph {
  const graph = newGraph();
  graph.blocks.push(graph.entry);
  const firstWord: number[] = [];
  let words = 0;
  for (const local of body.locals) {
    firstWord.push(words);
    words += wordsOf(local);
  }
  const builder: Builder = {
    graph,
    block: graph.entry,
    offset: body.offset,
    module,
    stack: [],
    locals: [],
    firstWord,
    localTypes: body.locals,
    usesHomes: options.usesHomes,
    registersLeft: [],
    knownGlobals: new Map(),
    stableGlobals: options.usesHomes
      ? new Set()
      : stableGlobals(module.module, body, module.laterSetGlobals),
    loop: undefined,
    look: lookAt(options),
    testsCopied: 0,
  };
  enterFunction(builder, type, words);
  const frames: Frame[] = [functionFrame(builder, type)];
  const sets = setsOfLoops(body.instructions);
  const tests = options.usesHomes ? new Map<number, LoopTest>() : loopTests(body, module.module);
  for (let index = 0; index < body.instructions.length; index++) {
    const instruction = at(body.instructions, index);
    builder.offset = instruction.offset;
    builder.look(builder);
    if (instruction.opcode === op.loop) {
      const test = tests.get(index);
      openLoop(builder, frames, instruction, {
        setInside: wordsIn(sets.get(index), builder),
        test,
      });
      index = test?.lastIndex ?? index;
    } else if (!compileControl(builder, frames, instruction)) compilePlain(builder, instruction);
  }
  forgetRegions(graph);
  return graph;
}

/** An address that an access has taken its region from is just an address. */
function forgetRegions(graph: Graph): void {
  for (const block of graph.blocks)
    for (const node of block.nodes) if (node.op === 'region') node.replacement = at(node.args, 0);
  for (const block of graph.blocks) block.nodes = block.nodes.filter(({ op }) => op !== 'region');
}

function enterFunction(builder: Builder, type: FunctionType, words: number): void {
  const parameterWords = type.parameters.reduce((sum, each) => sum + wordsOf(each), 0);
  const parameters = Array.from({ length: parameterWords }, (_, imm) =>
    addNode(builder, 'parameter', [], { imm }),
  );
  const zero = constant(builder, 0);
  if (builder.usesHomes) {
    builder.graph.homeWords = words;
    for (let word = 0; word < words; word++)
      addNode(builder, 'writeHome', [parameters[word] ?? zero], { imm: word });
  } else for (let word = 0; word < words; word++) builder.locals.push(parameters[word] ?? zero);
  for (let register = 0; register < 4; register++) builder.registersLeft.push(zero);
}

/** Most instructions change no local: then what was seen last is seen again. */
function lookAt({ watched = [], seen, usesHomes }: BuildOptions): (builder: Builder) => void {
  let last: readonly GraphNode[] = [];
  if (seen === undefined || watched.length === 0 || usesHomes) return () => undefined;
  return ({ locals, offset }) => {
    if (last.length === 0 || watched.some((word, index) => locals[word] !== last[index]))
      last = watched.map((word) => at(locals, word));
    seen.set(offset, last);
  };
}

/** The words of locals that a loop sets. */
const wordsIn = (
  locals: ReadonlySet<number> | undefined,
  { firstWord, localTypes }: Builder,
): readonly number[] =>
  [...(locals ?? [])].flatMap((local) =>
    Array.from(
      { length: wordsOf(at(localTypes, local)) },
      (_, word) => at(firstWord, local) + word,
    ),
  );
