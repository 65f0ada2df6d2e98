/**
 * Where the parts of a program lie in its address space: what the reference tools read out of the program's
 * ELF file. While a component is not built, a small model stands for it: text, data with the heap behind it,
 * and then the symbols that get pages of their own, the small pages before the large ones, without gaps.
 */
import type { AddressSpace } from './address-space.js';
import { entrySymbolOf } from './address-space.js';
import { smallPageBytes } from './architecture.js';
import type { Instance } from '../system.js';

export interface ComponentLayout {
  /** The file that the loader takes the content from: `uart_group_bin`. */
  readonly file: string;
  /** Virtual addresses; names as `symbolOf` and `entrySymbolOf` spell them. */
  readonly symbols: ReadonlyMap<string, LayoutSymbol>;
  readonly segments: readonly LayoutSegment[];
}

export interface LayoutSymbol {
  readonly address: number;
  readonly sizeBytes: number;
}

export interface LayoutSegment {
  readonly address: number;
  readonly memoryBytes: number;
  /** The part of it that is in the file; the rest is zero. */
  readonly fileBytes: number;
  readonly fileOffset: number;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

export interface ModelSizes {
  /** Of each instance. */
  readonly textBytes: number;
  readonly dataBytes: number;
}

export const modelSizes: ModelSizes = { textBytes: 4 * smallPageBytes, dataBytes: smallPageBytes };

/** The address of the first byte of text, as programs of CantripOS are linked. */
const firstAddress = 0x10000;

export const fileNameOf = (key: string): string => `${key}_group_bin`;

/** The heap is in the data of a program; more than this is left to those who build it. */
export const maximumHeapBytes = 1n << 26n;

/** `heapBytes` are those of all instances of the space together. */
export function modelLayout(
  space: AddressSpace,
  instances: readonly Instance[],
  heapBytes: number,
  { textBytes, dataBytes }: ModelSizes = modelSizes,
): ComponentLayout {
  const symbols = new Map<string, LayoutSymbol>();
  const segments: LayoutSegment[] = [];
  let end = firstAddress;
  let fileOffset = smallPageBytes;
  const add = (part: Omit<LayoutSegment, 'address' | 'fileOffset'>): void => {
    if (part.memoryBytes === 0) return;
    segments.push({ ...part, address: end, fileOffset: part.fileBytes > 0 ? fileOffset : 0 });
    end += pageMultiple(part.memoryBytes);
    fileOffset += pageMultiple(part.fileBytes);
  };
  instances.forEach((instance, index) => {
    const address = firstAddress + index * textBytes;
    symbols.set(entrySymbolOf(instance), { address, sizeBytes: textBytes });
  });
  const allText = textBytes * instances.length;
  add({ ...readExecute, memoryBytes: allText, fileBytes: allText });
  const allData = dataBytes * instances.length;
  add({ ...readWrite, memoryBytes: allData + heapBytes, fileBytes: allData });
  for (const regions of regionsByPage(space)) {
    const { pageBits } = regions[0] ?? { pageBits: 0 };
    end = multipleOf(end, 2 ** pageBits);
    let memoryBytes = 0;
    for (const region of regions) {
      const sizeBytes = region.pages.length * 2 ** pageBits;
      symbols.set(region.symbol, { address: end + memoryBytes, sizeBytes });
      memoryBytes += sizeBytes;
    }
    add({ ...readWrite, memoryBytes, fileBytes: 0 });
  }
  return { file: fileNameOf(space.key), symbols, segments };
}

const readExecute = { isReadable: true, isWritable: false, isExecutable: true };
const readWrite = { isReadable: true, isWritable: true, isExecutable: false };

function regionsByPage(space: AddressSpace) {
  const regions = [...space.regions.values()];
  const sizes = [...new Set(regions.map(({ pageBits }) => pageBits))].sort((a, b) => a - b);
  return sizes.map((bits) => regions.filter(({ pageBits }) => pageBits === bits));
}

const multipleOf = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
const pageMultiple = (value: number): number => multipleOf(value, smallPageBytes);
