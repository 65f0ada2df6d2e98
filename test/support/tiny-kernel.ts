/** A few instructions as a kernel image that the platform boots in place of seL4: linked as seL4 links itself. */
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import type { ImageSymbol, SystemImage } from '../../runtime/image/system-image.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { readTypeTable } from '../../runtime/toolchain/dwarf/type-table.js';
import { tinyProgram } from './tiny-program.js';

export const kernelVirtual = 0xffa0_0000;
export const kernelPhysical = 0x8020_0000;

export function tinyImage(
  bytes: Uint8Array,
  virtual: number,
  physical: number,
  symbols: readonly (readonly [name: string, address: number, sizeBytes: number])[] = [],
): SystemImage {
  return {
    name: 'tiny',
    entry: virtAddr(virtual),
    segments: [
      {
        virtualAddress: virtAddr(virtual),
        physicalAddress: physAddr(physical),
        bytes,
        memorySizeBytes: 0x4000,
        readable: true,
        writable: true,
        executable: true,
      },
    ],
    symbols: symbols.map(([name, address, sizeBytes]): ImageSymbol => ({
      name,
      address: virtAddr(address),
      sizeBytes,
      kind: 'object',
      binding: 'global',
    })),
    lines: [],
  };
}

export interface TinyKernel {
  readonly code: string;
  readonly symbols?: Parameters<typeof tinyImage>[3];
  readonly debug?: (section: string) => Uint8Array | undefined;
  readonly memoryBytes?: number;
}

/** Boots it with a root task of four bytes at 0x10000, on 16 MiB unless told otherwise. */
export function bootTinyKernel(kernel: TinyKernel): Platform {
  const platform = createPlatform(tinyImage(Uint8Array.of(1, 2, 3, 4), 0x1_0000, 0), {
    board: 'virt',
    memoryBytes: kernel.memoryBytes ?? 0x100_0000,
    kernel: {
      image: tinyImage(
        tinyProgram(kernel.code),
        kernelVirtual,
        kernelPhysical,
        kernel.symbols ?? [],
      ),
      types: readTypeTable(kernel.debug ?? (() => undefined)),
    },
  });
  if (!platform.ok) throw new Error(platform.error.message);
  return platform.value;
}
