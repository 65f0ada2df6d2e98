/**
 * Where the static data of guest TypeScript lies. It is compiled for an address before the program is linked, and so
 * behind all that the linker places from the start of the program on: code, whose size nobody knows yet, and heaps and
 * pages, which are known. Each instance of a group has a place of its own.
 */
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import { defaultMemoryBase } from '../guest/compiler-port.js';

/** Room for the static data of one instance in a program of several; bases are multiples of it. */
const bytesOfInstance = 0x10_0000;
/** Room for the code of one instance, with what its library and its stubs keep beside it. */
const codeBytes = 0x8_0000;
/** That of the next members: much of the runtime is there once for each of them. */
const codeBytesOfMember = 0x4_0000;

export function guestDataBase(
  { instances, regions }: Pick<ProgramBindings, 'instances' | 'regions'>,
  index: number,
): number {
  const heaps = instances.reduce((sum, { heapBytes }) => sum + heapBytes + leastHeapBytes, 0);
  const pages = regions.reduce(
    (sum, region) => sum + region.pages.length * 2 ** region.pageBits,
    0,
  );
  const largestPage = Math.max(0, ...regions.map(({ pageBits }) => 2 ** pageBits));
  const code = codeBytes + (instances.length - 1) * codeBytesOfMember;
  const end = code + heaps + pages + largestPage;
  const base = Math.ceil(end / bytesOfInstance) * bytesOfInstance;
  return Math.max(base, defaultMemoryBase) + index * bytesOfInstance;
}

/** Of an instance without a setting for it. */
const leastHeapBytes = 0x5000;
