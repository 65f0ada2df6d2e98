/**
 * What the connectors of the device tree read out of the value of a query: registers and interrupts of one node, with
 * the guesses of the reference tools, which do not see the interrupt controller.
 */
import { joined } from '../../devicetree/bus.js';
import { entryOf } from '../query-value.js';
import type { Value } from '../value.js';
import type { Architecture } from './architecture.js';

export interface NodeBlock {
  readonly address: bigint;
  readonly sizeBytes: bigint;
}

const cellsIn = (node: Value, name: string): number[] | undefined => {
  const value = entryOf(node, name);
  return value?.kind === 'list'
    ? value.items.flatMap((item) => (item.kind === 'integer' ? [Number(item.value)] : []))
    : undefined;
};

/** The dictionaries of a query's value; undefined when it is no such value. */
export function nodesOfQuery(value: Value): readonly Value[] | undefined {
  const nodes = entryOf(value, 'query');
  return nodes?.kind === 'list' ? nodes.items : undefined;
}

export const treeBytesOf = (value: Value): number | undefined => cellsIn(value, 'dtb_size')?.[0];

/** Undefined when the bus of the node counts no sizes: then there is nothing to map. */
export function blocksOfNode(node: Value): NodeBlock[] | undefined {
  const cells = cellsIn(node, 'reg');
  if (cells === undefined) return [];
  const [addressCells = 2] = cellsIn(node, 'this_address_cells') ?? [];
  const [sizeCells = 1] = cellsIn(node, 'this_size_cells') ?? [];
  if (sizeCells === 0) return undefined;
  const width = addressCells + sizeCells;
  return Array.from({ length: Math.floor(cells.length / width) }, (_, index) => {
    const block = cells.slice(index * width, (index + 1) * width);
    return {
      address: joined(block.slice(0, addressCells)),
      sizeBytes: joined(block.slice(addressCells)),
    };
  });
}

export type NodeInterrupts =
  | { readonly ok: true; readonly numbers: readonly number[] }
  | { readonly ok: false; readonly message: string };

/** What badges can tell apart. */
const mostInterrupts = 28;

/** Arm has three cells each: type, number, flags. Elsewhere fewer than three values are numbers alone. */
export function interruptsOfNode(node: Value, { capdl }: Architecture): NodeInterrupts {
  const isArm = capdl === 'arm11' || capdl === 'aarch64';
  const plain = cellsIn(node, 'interrupts');
  const extended = plain === undefined ? cellsIn(node, 'interrupts_extended') : undefined;
  // Only the first of several controllers is left out, as it is when there is one.
  const cells = plain ?? extended?.slice(1) ?? [];
  const width = isArm || cells.length >= 3 ? 3 : 1;
  if (!isArm && cells.length % width !== 0)
    return {
      ok: false,
      message: `it has ${String(cells.length)} values, and three are taken for each interrupt`,
    };
  const count =
    isArm && extended !== undefined
      ? Math.floor(extended.length / 4)
      : Math.floor(cells.length / width);
  if (count > mostInterrupts)
    return {
      ok: false,
      message: `it has ${String(count)} interrupts, and a badge tells ${String(mostInterrupts)} apart`,
    };
  const numbers = Array.from({ length: count }, (_, index) => {
    const [first = 0, second = 0] = cells.slice(index * width, (index + 1) * width);
    if (width === 1) return first;
    // A shared peripheral interrupt counts from 32.
    return isArm && first === 0 ? second + 32 : second;
  });
  return { ok: true, numbers };
}
