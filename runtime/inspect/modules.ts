/**
 * Which image tells of an address: that of the platform where its memory is mapped, and, in a system that a
 * loader made, the program of the address space. A space is known by its threads, whose names are those of the
 * specification; so a program that is not loaded yet has no space.
 */
import type { VirtAddr } from '../base/address.js';
import type { Segment, SystemImage } from '../image/system-image.js';
import type { LoadedProgram, Platform } from '../platform.js';
import { translate, type AddressSpace } from './address-space.js';
import { viewMemory } from './memory.js';
import { spaceOf, threadName, threadsOf } from './thread-state.js';

export interface Located {
  readonly image: SystemImage;
  /** As the tables of the image count. */
  readonly address: VirtAddr;
}

/** Undefined outside of every image. */
export function locate(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): Located | undefined {
  const found = translate(platform, space, address);
  const inImage = found && platform.physicalToImage(found.physical);
  const program = found && programOfSpace(platform, space);
  // Memory of a root server that is gone may serve a program, also one of which nothing is known.
  if (
    inImage !== undefined &&
    program === undefined &&
    isStillImage(platform, space, address, inImage)
  )
    return { image: platform.image, address: inImage };
  return program && isInside(program.image, address)
    ? { image: program.image, address }
    : undefined;
}

/** Of a system: whether this is the space of its root server, to judge by the address and by the code there. */
function isStillImage(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  inImage: VirtAddr,
): boolean {
  const { image, programs } = platform;
  if (programs.length === 0 || space.kind === 'physical') return true;
  if (inImage !== address) return false;
  const code = image.segments.find(
    (segment) => segment.executable && !segment.writable && isWithin(segment, address),
  );
  if (code === undefined) return true;
  const from = address - code.virtualAddress;
  const known = code.bytes.subarray(from, from + comparedBytes);
  const there = viewMemory(platform, space, address, known.length).bytes;
  return known.every((byte, index) => byte === there[index]);
}

const comparedBytes = 32;

const isInside = ({ segments }: SystemImage, address: VirtAddr): boolean =>
  segments.some((segment) => isWithin(segment, address));

const isWithin = ({ virtualAddress, memorySizeBytes }: Segment, address: VirtAddr): boolean =>
  address >= virtualAddress && address < virtualAddress + memorySizeBytes;

/** The program that runs in an address space; undefined for that of the image itself. */
export function programOfSpace(platform: Platform, space: AddressSpace): LoadedProgram | undefined {
  if (platform.programs.length === 0 || space.kind === 'physical') return undefined;
  for (const thread of threadsOf(platform)) {
    const other = spaceOf(platform, thread);
    if (other.kind !== 'sv32' || other.root !== space.root) continue;
    const program = programOfThread(platform, thread);
    if (program !== undefined) return program;
  }
  return undefined;
}

export function programOfThread(platform: Platform, thread: number): LoadedProgram | undefined {
  const { programs } = platform;
  if (programs.length === 0) return undefined;
  const name = threadName(platform, thread);
  return programs.find(
    ({ threads, isApplication, image }) =>
      threads.some((whole) => isName(name, whole)) &&
      (isApplication !== true || isLoaded(platform, spaceOf(platform, thread), image)),
  );
}

/** The application that a thread has just been named after, whatever its space holds. */
export const isApplicationName = (platform: Platform, name: string): boolean =>
  platform.programs.some(
    ({ isApplication, threads }) =>
      isApplication === true && threads.some((whole) => isName(name, whole)),
  );

/** The address spaces of a program that are there: of an application one for each time that it runs now. */
export function spacesOfProgram(
  platform: Platform,
  program: LoadedProgram,
): readonly AddressSpace[] {
  const spaces = new Map<number, AddressSpace>();
  for (const thread of threadsOf(platform)) {
    if (programOfThread(platform, thread) !== program) continue;
    const space = spaceOf(platform, thread);
    if (space.kind === 'sv32' && space.root !== 0) spaces.set(space.root, space);
  }
  return [...spaces.values()];
}

/** The first of them. */
export const spaceOfProgram = (
  platform: Platform,
  program: LoadedProgram,
): AddressSpace | undefined => spacesOfProgram(platform, program)[0];

/**
 * Whether the code of a space is that of an image, to the byte: lines and variables of another build under the same name
 * would only mislead.
 */
function isLoaded(platform: Platform, space: AddressSpace, { segments }: SystemImage): boolean {
  return segments
    .filter(({ executable, writable }) => executable && !writable)
    .every(({ virtualAddress, bytes }) => {
      const there = viewMemory(platform, space, virtualAddress, bytes.length).bytes;
      return there.length === bytes.length && bytes.every((byte, index) => byte === there[index]);
    });
}

/** The kernel keeps the beginning of a long name. */
const shortestCut = 16;
const isName = (name: string, whole: string): boolean =>
  name === whole || (name.length > shortestCut && whole.startsWith(name));
