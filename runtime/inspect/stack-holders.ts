/**
 * Words that threads hold: in their registers, and on their stacks as far as functions are active there. Each has a name: the
 * thread, and the function with the variable that is kept in that place, or else the register or `stack`. A word that a
 * function has no use for any more is told, too, since nobody knows.
 */
import { virtAddr } from '../base/address.js';
import { registers } from '../isa/registers.js';
import type { LoadedProgram, Platform } from '../platform.js';
import { callFrames } from './call-frames.js';
import { readBytes, viewLocals } from './locals.js';
import { programOfThread } from './modules.js';
import { readRegister, spaceOf, threadName, threadsOf } from './thread-state.js';

export interface HeldWord {
  readonly word: number;
  /** `reader_0 in Shelf#lend: book`. */
  readonly holder: string;
}

/** Deeper stacks, and longer ones, are not looked at. */
const mostFrames = 100;
const mostStackBytes = 65_536;
const stackPointer = 2;

/** Of all threads that execute the program, the innermost function of each first. */
export function wordsOfThreads(platform: Platform, program: LoadedProgram): HeldWord[] {
  return threadsOf(platform)
    .filter((thread) => programOfThread(platform, thread) === program)
    .flatMap((thread) => wordsOfThread(platform, thread));
}

/** What a frame calls its registers and words of memory. */
interface NamedPlaces {
  readonly function: string;
  readonly registers: ReadonlyMap<number, string>;
  readonly words: ReadonlyMap<number, string>;
}

function wordsOfThread(platform: Platform, thread: number): HeldWord[] {
  const found: HeldWord[] = [];
  const name = threadName(platform, thread);
  const space = spaceOf(platform, thread);
  const told = (word: number, places: NamedPlaces | undefined, place: string): void => {
    const within = places === undefined ? '' : ` in ${places.function}`;
    found.push({ word, holder: `${name}${within}: ${place}` });
  };
  let from = readRegister(platform, thread, stackPointer);
  const end = from + mostStackBytes;
  let depth = 0;
  let inner: NamedPlaces[] = [];
  for (const { frame, inlined } of callFrames(platform, thread)) {
    inner.push(placesIn(platform, thread, depth, inlined?.name));
    depth += 1;
    if (depth > mostFrames || from >= end) break;
    // A replaced call shares registers and stack with the function that it is in.
    if (inlined !== undefined) continue;
    const [innermost] = inner;
    const nameOf = (
      kind: 'registers' | 'words',
      at: number,
    ): readonly [NamedPlaces, string] | undefined => {
      for (const places of inner) {
        const variable = places[kind].get(at);
        if (variable !== undefined) return [places, variable];
      }
      return undefined;
    };
    if (depth === inner.length)
      for (const { number, abiName: register } of registers) {
        if (number === 0 || number === stackPointer) continue;
        const [places, variable] = nameOf('registers', number) ?? [innermost, register];
        told(readRegister(platform, thread, number), places, variable);
      }
    const to = Math.min(frame.callerSp, end);
    const bytes = to > from ? readBytes(platform, space, virtAddr(from), to - from) : undefined;
    const view = bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; view !== undefined && at + 4 <= view.byteLength; at += 4) {
      const [places, variable] = nameOf('words', from + at) ?? [innermost, 'stack'];
      told(view.getUint32(at, true), places, variable);
    }
    from = Math.max(from, frame.callerSp);
    inner = [];
  }
  return found;
}

function placesIn(
  platform: Platform,
  thread: number,
  depth: number,
  replaced: string | undefined,
): NamedPlaces {
  const view = viewLocals(platform, thread, depth);
  const [inRegisters, words] = [new Map<number, string>(), new Map<number, string>()];
  for (const { name, at } of view?.variables ?? []) {
    if (at?.kind === 'register') inRegisters.set(at.register, name);
    else if (at?.kind === 'memory') words.set(at.address, name);
  }
  return {
    function: replaced ?? view?.function.name ?? 'a function of no known name',
    registers: inRegisters,
    words,
  };
}
