/**
 * A function between WebAssembly and instructions: blocks of values in SSA form. Surprising choice: every value
 * is one 32-bit word, since 64-bit arithmetic is taken apart while the graph is made; so whatever improves words
 * improves halves of long numbers, too. No edge leads from a block with several ways out to one with several in.
 */
import type { ArgumentPlace } from './calling-convention.js';

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'and'
  | 'or'
  | 'xor'
  | 'sll'
  | 'srl'
  | 'sra'
  | 'slt'
  | 'sltu'
  | 'seq'
  | 'sne'
  | 'mul'
  | 'mulh'
  | 'mulhsu'
  | 'mulhu'
  | 'div'
  | 'divu'
  | 'rem'
  | 'remu';

export type LoadOp = 'lb' | 'lbu' | 'lh' | 'lhu' | 'lw';
export type StoreOp = 'sb' | 'sh' | 'sw';

export type NodeOp =
  | BinaryOp
  | LoadOp
  | StoreOp
  | 'const'
  /** The address of a symbol. */
  | 'address'
  /** The part of a symbol's address that `lui` makes; an access adds the rest. */
  | 'high'
  /** A word of a global that cannot change while the function runs. */
  | 'global'
  | 'parameter'
  | 'phi'
  | 'call'
  /** Its first argument is the address. */
  | 'callRegister'
  | 'ecall'
  /** A word that a call or ecall gives; `imm` counts them. */
  | 'result'
  | 'fence'
  /** A local that lives in the frame; `imm` is its word. */
  | 'readHome'
  | 'writeHome'
  /** Its argument, an address of which the source says what it leads to; only while the graph is made. */
  | 'region';

/**
 * What an access is known to reach. `plain`: anything, a device too. `element`: the content of an array or a text.
 * `field`: a word that describes an object. `fixed`: such a word that never changes once somebody has the object.
 */
export type Region = 'plain' | 'element' | 'field' | 'fixed';

export interface GraphNode {
  readonly id: number;
  op: NodeOp;
  /** Of a phi in the order of its block's predecessors. */
  args: GraphNode[];
  imm: number;
  readonly symbol: string | undefined;
  /** Of a call: where each argument goes. */
  readonly places: readonly ArgumentPlace[];
  block: Block;
  /** Of a load or store. */
  readonly region: Region;
  /** Of the WebAssembly instruction that it comes from. */
  readonly offset: number;
  /** What took its place. */
  replacement: GraphNode | undefined;
}

export type BranchTest = 'beq' | 'bne' | 'blt' | 'bge' | 'bltu' | 'bgeu';

export type Exit =
  | { readonly kind: 'jump'; to: Block }
  | {
      readonly kind: 'branch';
      test: BranchTest;
      left: GraphNode;
      right: GraphNode;
      then: Block;
      otherwise: Block;
    }
  | {
      readonly kind: 'switch';
      index: GraphNode;
      readonly targets: Block[];
      otherwise: Block;
    }
  | { readonly kind: 'return'; readonly values: GraphNode[] }
  /** Never goes on; the values are left in a0 and up for whoever looks. */
  | { readonly kind: 'trap'; readonly trap: number; readonly values: GraphNode[] };

export interface Block {
  readonly id: number;
  phis: GraphNode[];
  nodes: GraphNode[];
  predecessors: Block[];
  exit: Exit;
  /** Of the instruction that ends it. */
  exitOffset: number;
  /** The innermost one that it is in. */
  readonly loop: Loop | undefined;
  isCold: boolean;
}

export interface Loop {
  readonly outer: Loop | undefined;
  /** 1 for a loop in no other. */
  readonly depth: number;
  /** The one block that is entered from outside. */
  header: Block | undefined;
}

export function isInside(block: Block, loop: Loop): boolean {
  let inner = block.loop;
  while (inner !== undefined && inner.depth > loop.depth) inner = inner.outer;
  return inner === loop;
}

export interface Graph {
  readonly entry: Block;
  /** In the order of the source. */
  blocks: Block[];
  nextNode: number;
  nextBlock: number;
  /** Words of the frame that hold locals. */
  homeWords: number;
}

export function newBlock(graph: Omit<Graph, 'entry'>, loop: Loop | undefined): Block {
  return {
    id: graph.nextBlock++,
    phis: [],
    nodes: [],
    predecessors: [],
    exit: { kind: 'return', values: [] },
    exitOffset: 0,
    loop,
    isCold: false,
  };
}

export function newGraph(): Graph {
  const draft = { blocks: [], nextNode: 0, nextBlock: 0, homeWords: 0 };
  const entry = newBlock(draft, undefined);
  return { ...draft, nextBlock: 1, entry };
}

export function successors(exit: Exit): Block[] {
  switch (exit.kind) {
    case 'jump':
      return [exit.to];
    case 'branch':
      return [exit.then, exit.otherwise];
    case 'switch':
      return [...exit.targets, exit.otherwise];
    case 'return':
    case 'trap':
      return [];
  }
}

/** What stands for a node now. */
export function resolve(node: GraphNode): GraphNode {
  let last = node;
  while (last.replacement !== undefined) last = last.replacement;
  return last;
}

/** Puts everything that an exit reads through a function. */
export function mapExit(exit: Exit, map: (node: GraphNode) => GraphNode): void {
  switch (exit.kind) {
    case 'jump':
      return;
    case 'branch':
      exit.left = map(exit.left);
      exit.right = map(exit.right);
      return;
    case 'switch':
      exit.index = map(exit.index);
      return;
    case 'return':
    case 'trap':
      exit.values.forEach((value, index) => (exit.values[index] = map(value)));
      return;
  }
}

export function exitValues(exit: Exit): readonly GraphNode[] {
  switch (exit.kind) {
    case 'jump':
      return [];
    case 'branch':
      return [exit.left, exit.right];
    case 'switch':
      return [exit.index];
    case 'return':
    case 'trap':
      return exit.values;
  }
}

/** What may be computed once, anywhere that its arguments are known, or not at all. */
export const isPure = (op: NodeOp): boolean => pureOps.has(op);

const pureOps: ReadonlySet<NodeOp> = new Set<NodeOp>([
  ...([
    'add',
    'sub',
    'and',
    'or',
    'xor',
    'sll',
    'srl',
    'sra',
    'slt',
    'sltu',
    'seq',
    'sne',
  ] as const),
  ...(['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'] as const),
  ...(['const', 'address', 'high', 'global'] as const),
]);

/** What must happen even if nobody reads its value. */
export const hasEffect = ({ op, region }: GraphNode): boolean =>
  effects.has(op) && (region === 'plain' || stores.has(op));

const stores: ReadonlySet<NodeOp> = new Set<NodeOp>(['sb', 'sh', 'sw']);

export const isStore = (op: NodeOp): boolean => stores.has(op);

const effects: ReadonlySet<NodeOp> = new Set<NodeOp>([
  ...(['sb', 'sh', 'sw', 'call', 'callRegister', 'ecall', 'fence', 'writeHome'] as const),
  // A load from a device is an effect, and an address without memory is a fault.
  ...(['lb', 'lbu', 'lh', 'lhu', 'lw'] as const),
]);

/** What can be made anywhere, and so has no place of its own. */
export const isPlaceless = (op: NodeOp): boolean =>
  op === 'const' || op === 'address' || op === 'high';
