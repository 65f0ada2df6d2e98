/** What each program takes: bytes of its parts, and objects of the kernel, as the specification has them. */
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import type { CapdlObject, CapdlSpec } from '../capdl/spec.js';
import { textTable } from '../text/text-table.js';
import type { Program } from './program.js';
import type { ThreadStack } from './thread-stacks.js';

export interface Footprint {
  readonly name: string;
  readonly textBytes: number;
  /** Constants, and data that begins with a value. */
  readonly dataBytes: number;
  /** Data that begins as zeros; arenas, stacks and what is shared are no part of it. */
  readonly zeroBytes: number;
  readonly arenaBytes: number;
  /** What is in use of it before anything happens, at least. */
  readonly startBytes: number;
  readonly stackBytes: number;
  readonly capabilities: number;
  readonly slots: number;
  /** Mapped in its address space, shared ones and devices with it. */
  readonly frames: number;
  readonly frameBytes: number;
  /** Lines of guest TypeScript that touch raw memory: of the support library, and of text that the build makes. */
  readonly unsafeLines: number;
  /** Of each thread that is built here. */
  readonly stacks: readonly ThreadStack[];
}

export function footprintsOf(
  spec: CapdlSpec,
  bindings: readonly ProgramBindings[],
  programs: readonly Program[],
): Footprint[] {
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  return programs.flatMap((program) => {
    const about = bindings.find(({ key }) => key === program.key);
    return about === undefined ? [] : [footprintOf(program, about, objects)];
  });
}

function footprintOf(
  { key, layout, arenaBytes, startBytes, zeroBytes, unsafeLines, stacks }: Program,
  { instances }: ProgramBindings,
  objects: ReadonlyMap<string, CapdlObject>,
): Footprint {
  const cnode = objects.get(`${key}_cnode`);
  const frames = framesIn(objects, `${key}_group_bin_pd`);
  const bytesOf = (isExecutable: boolean): number =>
    layout.segments
      .filter((segment) => segment.isExecutable === isExecutable)
      .reduce((sum, { fileBytes }) => sum + fileBytes, 0);
  return {
    name: key,
    textBytes: bytesOf(true),
    dataBytes: bytesOf(false),
    zeroBytes,
    arenaBytes,
    startBytes,
    stackBytes: instances
      .flatMap(({ threads }) => threads)
      .reduce((sum, { stackBytes }) => sum + stackBytes, 0),
    capabilities: cnode?.slots.size ?? 0,
    slots: 2 ** (cnode?.sizeBits ?? 0),
    frames: frames.length,
    frameBytes: frames.reduce((sum, { sizeBits = 12 }) => sum + 2 ** sizeBits, 0),
    unsafeLines: [...unsafeLines.values()].reduce((sum, count) => sum + count, 0),
    stacks,
  };
}

/** Tables of an address space lie in each other, never in a circle. */
function framesIn(objects: ReadonlyMap<string, CapdlObject>, root: string): CapdlObject[] {
  const frames: CapdlObject[] = [];
  const seen = new Set<string>();
  const pending = [root];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const object = objects.get(name);
    if (object?.type === 'frame') frames.push(object);
    else for (const { object: next } of object?.slots.values() ?? []) pending.push(next);
  }
  return frames;
}

/** Lines that touch raw memory in all programs together; those of the support library count once. */
export function unsafeLinesOf(programs: readonly Program[]): number {
  const library = new Map<string, number>();
  let generated = 0;
  for (const { unsafeLines } of programs)
    for (const [file, count] of unsafeLines)
      if (file.startsWith('generated:/')) generated += count;
      else library.set(file, count);
  return [...library.values()].reduce((sum, count) => sum + count, generated);
}

export function footprintText(footprints: readonly Footprint[]): string {
  const head = [
    ...['COMPONENT', 'TEXT', 'DATA', 'ZEROS', 'ARENA', 'STACKS', 'CAPABILITIES', 'FRAMES'],
    'UNSAFE LINES',
  ];
  const taken = textTable('FOOTPRINT IN BYTES', [
    head,
    ...footprints.map((each) => [
      each.name,
      String(each.textBytes),
      String(each.dataBytes),
      String(each.zeroBytes),
      arenaText(each),
      String(each.stackBytes),
      `${String(each.capabilities)} of ${String(each.slots)}`,
      `${String(each.frames)} (${String(each.frameBytes / 1024)} KiB)`,
      String(each.unsafeLines),
    ]),
  ]);
  const stacks = footprints.flatMap((each) => each.stacks);
  return stacks.length === 0 ? taken : `${taken}\n${stackText(stacks)}`;
}

const arenaText = ({ arenaBytes, startBytes }: Footprint): string =>
  startBytes === 0 ? String(arenaBytes) : `${String(arenaBytes)} (${String(startBytes)}+ at start)`;

/** A `+` is behind a figure that is the least: what is called there is not all known, or calls itself. */
const stackText = (stacks: readonly ThreadStack[]): string =>
  textTable('STACKS IN BYTES', [
    ['THREAD', 'NEEDS', 'HAS'],
    ...stacks.map(({ name, needBytes, stackBytes, isLeast }) => [
      name,
      `${String(needBytes)}${isLeast ? '+' : ''}`,
      String(stackBytes),
    ]),
  ]);
