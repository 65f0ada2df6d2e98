/**
 * The arena of an instance in guest TypeScript: how large it is, and whether that is enough for the objects that the
 * program begins with, as far as the build can tell.
 */
import { maximumHeapBytes } from '../camkes/compile/component-layout.js';
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { Allocations, StartAllocations } from '../guest/start-allocations.js';
import type { Diagnostic, RelatedPlace } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';

/** Of an instance whose assembly says nothing of a heap, and of an application. */
export const defaultArenaBytes = 16_384;

/** The header of an object takes 16 bytes, and so does the end of the list of free ones. */
const leastArenaBytes = 64;

const unitBytes = 4096;

export const arenaBytesOf = ({ heapBytes }: Pick<InstanceBindings, 'heapBytes'>): number =>
  heapBytes > 0 ? heapBytes : defaultArenaBytes;

export function arenaProblems(
  bindings: Pick<InstanceBindings, 'instance' | 'heapBytes'>,
  start: StartAllocations | undefined,
): Diagnostic[] {
  const { instance, heapBytes } = bindings;
  const { name } = instance;
  const setting = instance.settings.get('heap_size');
  const problem = (
    code: string,
    message: string,
    related: readonly RelatedPlace[] = [],
  ): Diagnostic => diagnosticAt(setting?.place ?? instance.place, 'error', code, message, related);
  const wanted = setting?.value.kind === 'integer' ? setting.value.value : 0n;
  if (wanted > maximumHeapBytes)
    return [
      problem(
        'arena-too-large',
        `The arena of \`${name}\` cannot have ${String(wanted)} bytes; expected ${String(maximumHeapBytes)} at most.`,
      ),
    ];
  const arenaBytes = arenaBytesOf(bindings);
  const needed = start && neededIn(arenaBytes, start);
  if (needed !== undefined && !hasRoom(arenaBytes, needed)) {
    const has = `${heapBytes > 0 ? '' : 'without the setting `heap_size` '}it has ${String(arenaBytes)}`;
    const advice = adviceText(
      needed,
      (enough) => `\`${name}.heap_size = ${String(enough)};\` in the configuration`,
    );
    const message = `${needText(name, needed)}, and ${has}. ${advice}`;
    return [problem(tooSmall, message, takenAt(needed))];
  }
  if (setting === undefined || heapBytes === 0 || heapBytes >= leastArenaBytes) return [];
  return [
    problem(
      tooSmall,
      `The arena of \`${name}\` is ${String(heapBytes)} bytes, in which no object has room; expected ${String(leastArenaBytes)} at least. Without the setting it has ${String(defaultArenaBytes)}.`,
    ),
  ];
}

export const tooSmall = 'arena-too-small';

/** Objects of which nothing is reclaimed before all of them are there; with the name of the last function that makes some. */
export type FirstObjects = Allocations & { readonly name?: string };

/**
 * Behind the start, `pre_init` begins an event, before which objects are reclaimed when a quarter of the arena is in use
 * (guest-runtime/collector.ts).
 */
const neededIn = (arenaBytes: number, { withNext, ...start }: StartAllocations): FirstObjects =>
  withNext !== undefined && start.bytes < Math.floor(arenaBytes / 8) * 2 ? withNext : start;

/** The arena begins at a multiple of 8, and ends at one: guest-runtime/arena.ts. */
export const hasRoom = (arenaBytes: number, { bytes }: FirstObjects): boolean =>
  arenaBytes - (arenaBytes % 8) >= bytes;

export const needText = (program: string, { bytes, name }: FirstObjects): string =>
  `The objects that \`${program}\` makes when it starts${name === undefined ? '' : ` and in \`${name}\``}, of which nothing is reclaimed meanwhile, need an arena of at least ${String(bytes)} bytes`;

/** `settingOf`: how it is set to so many bytes. */
export function adviceText({ bytes }: FirstObjects, settingOf: (enough: number) => string): string {
  const enough = Math.ceil(bytes / unitBytes) * unitBytes;
  return BigInt(enough) > maximumHeapBytes
    ? `Make fewer or smaller ones: an arena has ${String(maximumHeapBytes)} bytes at most.`
    : `Set ${settingOf(enough)}, or more if it makes others later.`;
}

/** The lines that take the most. */
export const takenAt = ({ largest }: FirstObjects): RelatedPlace[] =>
  largest.map(({ file, line, column, bytes }) => {
    const position = { line: line - 1, character: Math.max(0, column - 1) };
    const message = `${String(bytes)} bytes are taken here.`;
    return { file, range: { start: position, end: position }, message };
  });
