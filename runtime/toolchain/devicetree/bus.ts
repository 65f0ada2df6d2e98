/**
 * Where a node is in the physical address space: the pairs of `reg`, through the `ranges` of all buses above it, and the
 * numbers of cells that its bus counts with. Devicetree specification 0.4, 2.3.5 to 2.3.8.
 */
import { cellsOf, type DeviceNode } from './device-tree.js';

export interface CellCounts {
  readonly address: number;
  readonly size: number;
}

export interface RegisterBlock {
  readonly address: bigint;
  readonly sizeBytes: bigint;
}

export interface NodeRegisters {
  /** As its parent counts them: 2 and 1 where it does not say. */
  readonly counts: CellCounts;
  readonly blocks: readonly RegisterBlock[];
  /** A block that lies over the end of the window through which its bus is seen. */
  readonly outside: RegisterBlock | undefined;
}

const mostCells = 4;

export function childCounts(bus: DeviceNode | undefined): CellCounts {
  const count = (name: string, standard: number): number => {
    const property = bus?.properties.get(name);
    const found = property === undefined ? undefined : cellsOf(property)[0];
    return Math.min(found ?? standard, mostCells);
  };
  return { address: count('#address-cells', 2), size: count('#size-cells', 1) };
}

export function registersOf(node: DeviceNode): NodeRegisters {
  const counts = childCounts(node.parent);
  const property = node.properties.get('reg');
  const cells = property === undefined ? [] : cellsOf(property);
  const windows = windowsAbove(node);
  const blocks: RegisterBlock[] = [];
  let outside: RegisterBlock | undefined;
  const width = counts.address + counts.size;
  for (let at = 0; width > 0 && at + width <= cells.length; at += width) {
    const block = {
      address: joined(cells.slice(at, at + counts.address)),
      sizeBytes: joined(cells.slice(at + counts.address, at + width)),
    };
    const address = translated(block, windows);
    if (address === undefined) outside ??= block;
    blocks.push({ address: address ?? block.address, sizeBytes: block.sizeBytes });
  }
  return { counts, blocks, outside };
}

interface Window {
  readonly from: bigint;
  readonly to: bigint;
  readonly sizeBytes: bigint;
}

/** Of each bus above the node, from the nearest to the root; without `ranges`, or empty ones, nothing changes. */
function windowsAbove(node: DeviceNode): Window[][] {
  const all: Window[][] = [];
  for (let bus = node.parent; bus !== undefined; bus = bus.parent) {
    const property = bus.properties.get('ranges');
    if (property === undefined || bus.parent === undefined) continue;
    const { address, size } = childCounts(bus);
    const outer = childCounts(bus.parent).address;
    const width = address + outer + size;
    const cells = cellsOf(property);
    const windows: Window[] = [];
    for (let at = 0; width > 0 && at + width <= cells.length; at += width)
      windows.push({
        from: joined(cells.slice(at, at + address)),
        to: joined(cells.slice(at + address, at + address + outer)),
        sizeBytes: joined(cells.slice(at + address + outer, at + width)),
      });
    all.push(windows);
  }
  return all;
}

/** Undefined when the block does not fit into the window that its start is in. */
function translated(
  { address, sizeBytes }: RegisterBlock,
  buses: readonly (readonly Window[])[],
): bigint | undefined {
  let at = address;
  for (const windows of buses) {
    const window = windows.find((each) => at >= each.from && at < each.from + each.sizeBytes);
    if (window === undefined) continue;
    if (at + sizeBytes > window.from + window.sizeBytes) return undefined;
    at = window.to + (at - window.from);
  }
  return at;
}

export const joined = (cells: readonly number[]): bigint =>
  cells.reduce((value, cell) => (value << 32n) | BigInt(cell), 0n);
