/**
 * Where the static data of guest TypeScript lies. It is compiled for an address before the program is linked, and so
 * behind all that the linker places from the start of the program on: code, whose size nobody knows yet, and heaps and
 * pages, which are known. Each instance of a group has a place of its own. Where that turns out to be too little room,
 * the program is compiled again for what the linker measured.
 */
import type { InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import { defaultMemoryBase } from '../guest/compiler-port.js';
import type { LinkedPart } from '../linker/link.js';

/** Where the data of the first instance lies, and how far it is from one to the next. */
export interface GuestRoom {
  readonly base: number;
  readonly bytesOfInstance: number;
}

/** Bases are multiples of it. */
const unitBytes = 0x10_0000;
/** Room for the code of one instance, with what its library and its stubs keep beside it. */
const codeBytes = 0x8_0000;
/** That of the next members: much of the runtime is there once for each of them. */
const codeBytesOfMember = 0x4_0000;

/** What is enough for most programs. */
export function guestRoom({
  instances,
  regions,
}: {
  readonly instances: readonly Pick<InstanceBindings, 'heapBytes'>[];
  readonly regions: ProgramBindings['regions'];
}): GuestRoom {
  const heaps = instances.reduce((sum, { heapBytes }) => sum + heapBytes + leastHeapBytes, 0);
  const pages = regions.reduce(
    (sum, region) => sum + region.pages.length * 2 ** region.pageBits,
    0,
  );
  const largestPage = Math.max(0, ...regions.map(({ pageBits }) => 2 ** pageBits));
  const code = codeBytes + (instances.length - 1) * codeBytesOfMember;
  const end = code + heaps + pages + largestPage;
  return { base: Math.max(inUnits(end), defaultMemoryBase), bytesOfInstance: unitBytes };
}

/** Of an instance without a setting for it. */
const leastHeapBytes = 0x5000;

export const guestDataBase = ({ base, bytesOfInstance }: GuestRoom, index: number): number =>
  base + index * bytesOfInstance;

/** What a program takes that was linked with too little room. Code for another base may be a little larger. */
export function measuredRoom(
  { base, bytesOfInstance }: GuestRoom,
  instances: number,
  parts: readonly LinkedPart[],
): GuestRoom {
  const isData = ({ output }: LinkedPart): boolean => output.startsWith('.guest.');
  const endOf = ({ address, sizeBytes }: LinkedPart): number => address + sizeBytes;
  const end = Math.max(0, ...parts.filter((part) => !isData(part)).map(endOf));
  const data = parts.filter(isData);
  // Whose data it is that does not end before the next one's begins, nobody says: none has more than all together.
  const all = data.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    base: Math.max(base, inUnits(end + end / 16)),
    bytesOfInstance:
      instances === 1 ? bytesOfInstance : inUnits(Math.max(bytesOfInstance, all + all / 16)),
  };
}

const inUnits = (bytes: number): number => Math.ceil(bytes / unitBytes) * unitBytes;
