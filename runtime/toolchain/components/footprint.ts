/** What each program takes: bytes of its parts, and objects of the kernel, as the specification has them. */
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import type { CapdlObject, CapdlSpec } from '../capdl/spec.js';
import { textTable } from '../text/text-table.js';
import type { Program } from './program.js';

export interface Footprint {
  readonly name: string;
  readonly textBytes: number;
  /** Constants and data. */
  readonly dataBytes: number;
  readonly arenaBytes: number;
  readonly stackBytes: number;
  readonly capabilities: number;
  readonly slots: number;
  /** Mapped in its address space, shared ones and devices with it. */
  readonly frames: number;
  readonly frameBytes: number;
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
  { key, layout, arenaBytes }: Program,
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
    arenaBytes,
    stackBytes: instances
      .flatMap(({ threads }) => threads)
      .reduce((sum, { stackBytes }) => sum + stackBytes, 0),
    capabilities: cnode?.slots.size ?? 0,
    slots: 2 ** (cnode?.sizeBits ?? 0),
    frames: frames.length,
    frameBytes: frames.reduce((sum, { sizeBits = 12 }) => sum + 2 ** sizeBits, 0),
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

export function footprintText(footprints: readonly Footprint[]): string {
  const head = ['COMPONENT', 'TEXT', 'DATA', 'ARENA', 'STACKS', 'CAPABILITIES', 'FRAMES'];
  return textTable('FOOTPRINT IN BYTES', [
    head,
    ...footprints.map((each) => [
      each.name,
      String(each.textBytes),
      String(each.dataBytes),
      String(each.arenaBytes),
      String(each.stackBytes),
      `${String(each.capabilities)} of ${String(each.slots)}`,
      `${String(each.frames)} (${String(each.frameBytes / 1024)} KiB)`,
    ]),
  ]);
}
