/**
 * Does for a real seL4 kernel what its ELF loader does: puts kernel, device tree and root task into RAM, turns
 * translation on with a page table that has the kernel at its virtual address, and leaves the hart at
 * the kernel's entry in S-mode with the arguments that it expects in a0 to a7. sel4-abi section 11.
 */
import {
  formatAddress,
  physAddr,
  virtAddr,
  type PhysAddr,
  type VirtAddr,
} from '../../base/address.js';
import { alignDown, alignUp } from '../../base/bits.js';
import { fail, ok, type Result } from '../../base/result.js';
import type { Machine } from '../machine.js';

export interface LoadableProgram {
  readonly name: string;
  readonly entry: VirtAddr;
  readonly segments: readonly {
    readonly virtualAddress: VirtAddr;
    readonly physicalAddress: PhysAddr;
    readonly bytes: Uint8Array;
    readonly memorySizeBytes: number;
  }[];
}

/** Where the root task lies: one contiguous range. */
export interface LoadedTask {
  readonly virtualBase: VirtAddr;
  readonly physicalBase: PhysAddr;
  readonly sizeBytes: number;
}

const pageBits = 12;
const megapageBits = 22;
const satp = 0x180;
const sv32 = 0x8000_0000;
const argument = 10;
/** Valid, readable, writable, executable, accessed, dirty: of the kernel's megapages. */
const kernelLeaf = 0xcf;

/** The error is a sentence; `what` does not fit says by how much. */
export function loadKernel(
  machine: Machine,
  kernel: LoadableProgram,
  task: LoadableProgram,
  deviceTree: Uint8Array,
): Result<LoadedTask, string> {
  const { ram } = machine.board;
  const ramEnd = ram.base + ram.sizeBytes;
  const [kernelStart, kernelEnd] = extent(kernel, 'physicalAddress');
  if (kernelStart < ram.base || kernelStart >= ramEnd) {
    return fail(
      `The kernel ${kernel.name} is linked for physical address ${formatAddress(kernelStart)}, but the RAM of board ` +
        `${machine.board.name} begins at ${formatAddress(ram.base)}. Build the kernel for this board, or choose the board that it was built for.`,
    );
  }
  const treeStart = alignUp(kernelEnd, pageBits);
  const taskStart = alignUp(treeStart + deviceTree.length, pageBits);
  const [virtualStart, virtualEnd] = extent(task, 'virtualAddress');
  const virtualBase = alignDown(virtualStart, pageBits);
  const taskEnd = taskStart + alignUp(virtualEnd, pageBits) - virtualBase;
  const bootTable = taskEnd;
  const missing = bootTable + 2 ** pageBits - ramEnd;
  if (missing > 0) {
    return fail(
      `The kernel ${kernel.name} and the root task ${task.name} need ${bootTable + 2 ** pageBits - ram.base} bytes of RAM, ` +
        `${missing} more than board ${machine.board.name} has. Give it more memory with --memory.`,
    );
  }
  const window = kernelWindow(kernel);
  if (window === undefined) {
    return fail(
      `The entry point ${formatAddress(kernel.entry)} of the kernel ${kernel.name} lies in none of its segments.`,
    );
  }
  copySegments(machine, kernel, (segment) => segment.physicalAddress);
  copySegments(machine, task, (segment) => taskStart + segment.virtualAddress - virtualBase);
  machine.memory.copyIn(physAddr(treeStart), deviceTree);
  mapKernel(machine, bootTable, window);
  for (const hart of machine.harts) {
    const { id } = hart;
    // The second is the offset from virtual to physical addresses, which may be below zero.
    const values = [taskStart, taskEnd, taskStart - virtualBase, task.entry];
    [...values, treeStart, deviceTree.length, id, id].forEach((value, index) => {
      hart.x[argument + index] = value | 0;
    });
    hart.privilege = 1;
    hart.writeCsr(satp, (sv32 | (bootTable >>> pageBits)) >>> 0);
    hart.pc = kernel.entry;
  }
  return ok({
    virtualBase: virtAddr(virtualBase),
    physicalBase: physAddr(taskStart),
    sizeBytes: taskEnd - taskStart,
  });
}

function extent(
  { segments }: LoadableProgram,
  which: 'physicalAddress' | 'virtualAddress',
): readonly [number, number] {
  const starts = segments.map((segment) => segment[which]);
  const ends = segments.map((segment) => segment[which] + segment.memorySizeBytes);
  return [Math.min(...starts), Math.max(...ends)];
}

interface KernelWindow {
  readonly virtual: number;
  readonly physical: number;
}

/** The megapages from the one with the kernel to the end of the address space. */
function kernelWindow({ segments, entry }: LoadableProgram): KernelWindow | undefined {
  const home = segments.find(
    ({ virtualAddress, memorySizeBytes }) =>
      entry >= virtualAddress && entry - virtualAddress < memorySizeBytes,
  );
  return (
    home && {
      virtual: alignDown(home.virtualAddress, megapageBits),
      physical: alignDown(home.physicalAddress, megapageBits),
    }
  );
}

function mapKernel(machine: Machine, table: number, { virtual, physical }: KernelWindow): void {
  machine.memory.fill(physAddr(table), 2 ** pageBits, 0);
  const first = virtual >>> megapageBits;
  const count = 2 ** (32 - megapageBits) - first;
  for (let page = 0; page < count; page += 1) {
    const leads = physical + page * 2 ** megapageBits;
    // Sv32 entries have room for 34 bits of physical address; what is above 32 is not there.
    if (leads >= 2 ** 32) break;
    const entry = (leads / 2 ** pageBits) * 2 ** 10 + kernelLeaf;
    machine.memory.write32(physAddr(table + 4 * (first + page)), entry);
  }
}

function copySegments(
  machine: Machine,
  { segments }: LoadableProgram,
  place: (segment: LoadableProgram['segments'][number]) => number,
): void {
  for (const segment of segments) {
    const at = place(segment);
    const { bytes, memorySizeBytes } = segment;
    machine.memory.copyIn(physAddr(at), bytes);
    machine.memory.fill(physAddr(at + bytes.length), memorySizeBytes - bytes.length, 0);
  }
}
