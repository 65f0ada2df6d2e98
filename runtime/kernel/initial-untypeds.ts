/**
 * The untyped memory that the root task is given, in the order of its slots: every physical address that is
 * neither RAM nor a device of the kernel's own, as device untypeds, then the RAM that boot left over. Whether
 * anything answers at a device address is not asked. seL4 puts its boot code between the two; we have none.
 */
import { maxBootUntypeds } from '../abi/boot-info.js';
import { maxUntypedBits, minUntypedBits } from '../abi/object-types.js';
import { alignUp } from '../base/bits.js';
import type { Board } from '../machine/boards/board.js';

export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

export interface InitialUntyped {
  readonly base: number;
  readonly sizeBits: number;
  readonly isDevice: boolean;
}

/** User programs may map every 32-bit physical address. */
const physicalTop = 2 ** 32;

/** Those that BootInfo has no room for are lost, as in seL4. */
export function initialUntypeds(
  board: Board,
  deviceBlockBits: number,
  free: readonly MemoryRange[],
): readonly InitialUntyped[] {
  return [
    ...deviceRanges(board, deviceBlockBits).flatMap((range) => blocksOf(range, true)),
    ...free.flatMap((range) => blocksOf(range, false)),
  ].slice(0, maxBootUntypeds);
}

/** What RAM and the kernel's devices leave of physical memory, in order of address. */
function deviceRanges(board: Board, deviceBlockBits: number): readonly MemoryRange[] {
  const { base, sizeBytes } = board.ram;
  const taken: MemoryRange[] = [
    { start: base, end: base + sizeBytes },
    ...board.devices
      .filter((device) => device.kernelOwned)
      .map((device) => ({
        start: Math.floor(device.base / 2 ** deviceBlockBits) * 2 ** deviceBlockBits,
        end: alignUp(device.base + device.sizeBytes, deviceBlockBits),
      })),
  ].sort((a, b) => a.start - b.start);
  const ranges: MemoryRange[] = [];
  let start = 0;
  for (const each of taken) {
    ranges.push({ start, end: each.start });
    start = each.end;
  }
  return [...ranges, { start, end: physicalTop }];
}

/** Cuts a range into the largest blocks whose size divides their address. */
export function blocksOf(
  { start, end }: MemoryRange,
  isDevice: boolean,
): readonly InitialUntyped[] {
  const blocks: InitialUntyped[] = [];
  let base = start;
  while (end - base >= 2 ** minUntypedBits) {
    const fits = Math.floor(Math.log2(end - base));
    const aligned = base === 0 ? maxUntypedBits : 31 - Math.clz32(base & -base);
    const sizeBits = Math.min(fits, aligned, maxUntypedBits);
    if (sizeBits >= minUntypedBits) blocks.push({ base, sizeBits, isDevice });
    base += 2 ** sizeBits;
  }
  return blocks;
}
