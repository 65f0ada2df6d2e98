/**
 * Why a guest program stopped itself, as a sentence: it executes an instruction that is none, and its compiler says for
 * each such place what it is there for. An `abort` has its arguments in a0 to a3, a full arena what was asked for in a0.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { SourcePlace, TrapReason } from '../image/debug-information.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { heapsOfThread } from './heaps.js';
import { readNumber, viewMemory } from './memory.js';
import { locate, programOfThread } from './modules.js';
import { lineFor, symbolize } from './symbols.js';
import { readRegister, spaceOf } from './thread-state.js';
import { userPlace } from './user-place.js';

/** Why a program stopped itself, or how it went wrong. */
export interface ProgramFault {
  /** A sentence with the place in it, without a full stop. */
  readonly sentence: string;
  /** The same without the place. */
  readonly reason: string;
  readonly place: SourcePlace | undefined;
}

/** Undefined for an address at which no guest program stops itself. */
export function guestTrapAt(
  platform: Platform,
  thread: number,
  address: VirtAddr,
): ProgramFault | undefined {
  const space = spaceOf(platform, thread);
  const located = locate(platform, space, address);
  const trap = located?.image.debug?.traps?.find((each) => each.address === located.address);
  if (trap === undefined) return undefined;
  if (trap.reason === 'abort') return abortion(platform, thread, space);
  const place = trap.place ?? userPlace(platform, thread) ?? lineFor(platform, space, address);
  const reason =
    trap.reason === 'outOfMemory'
      ? memorySentence(platform, thread, symbolize(platform, space, address))
      : sentences[trap.reason];
  return { reason, place, sentence: `${reason}${placeText(place)}` };
}

export const placeText = (place: SourcePlace | undefined): string =>
  place === undefined ? '' : ` at ${place.file}:${place.line}`;

const sentences: Readonly<Record<Exclude<TrapReason, 'abort' | 'outOfMemory'>, string>> = {
  unreachable: 'the program came to a place that it says it never comes to',
  divisionByZero: 'division by zero',
  integerOverflow: 'a result does not fit its integer type',
  tableIndex: 'a call through a number that stands for no function',
  nullFunction: 'a call of a function that is null',
  wrongSignature: 'a call of a function that has another signature',
  stack: 'the stack is full',
  index: 'the index of an element is outside of its array',
};

function abortion(platform: Platform, thread: number, space: AddressSpace): ProgramFault {
  const argument = (index: number): number => readRegister(platform, thread, a0 + index) >>> 0;
  const reason = textAt(platform, space, argument(0)) ?? 'abort';
  const file = textAt(platform, space, argument(1));
  const user = userPlace(platform, thread);
  if (file === undefined) return { reason, sentence: reason, place: user };
  // What a library refuses is the mistake of whoever called it.
  if (file.startsWith('~lib/') && user !== undefined)
    return { reason, place: user, sentence: `${reason}${placeText(user)}` };
  const [line, column] = [argument(2), argument(3)];
  // The program has the name alone, lines have the whole path.
  const whole = user?.file.endsWith(`/${file}`) === true ? user.file : file;
  return {
    reason,
    place: { file: whole, line, column },
    sentence: `${reason} (${file}:${line}:${column})`,
  };
}

/** What a component needs at the start is known when it runs, and not before; so this names the setting, and what it is. */
function memorySentence(platform: Platform, thread: number, stoppedIn: string | undefined): string {
  const wanted = readRegister(platform, thread, a0) >>> 0;
  const asked = `out of memory: ${wanted} bytes are asked for, and its arena`;
  const heaps = heapsOfThread(platform, thread);
  const [only] = heaps;
  // In a capsule each member has an arena and functions of its own.
  const heap =
    heaps.length > 1 ? heaps.find(({ name }) => stoppedIn?.startsWith(`${name}.`)) : only;
  if (heap === undefined)
    return `${asked} has no room for them; give the component a larger heap_size`;
  const { name, arenaBytes, usedBytes = 0 } = heap;
  const isApplication = programOfThread(platform, thread)?.isApplication === true;
  const setting = isApplication ? '"heap" in "app" of its cantrip.json' : `\`${name}.heap_size\``;
  return `${asked} of ${arenaBytes} bytes, of which ${usedBytes} are in use, has no room for them; set ${setting} to more than ${arenaBytes}`;
}

const a0 = 10;
const longestText = 200;

/** A string of guest TypeScript: UTF-16, its bytes in the word before it. */
function textAt(platform: Platform, space: AddressSpace, address: number): string | undefined {
  if (address < 4) return undefined;
  const bytes = readNumber(platform, space, virtAddr(address - 4), 4) ?? 0;
  const view = viewMemory(platform, space, virtAddr(address), Math.min(bytes, 2 * longestText));
  const units = new DataView(view.bytes.buffer, view.bytes.byteOffset, view.bytes.length);
  let text = '';
  for (let at = 0; at + 1 < units.byteLength; at += 2)
    text += String.fromCharCode(units.getUint16(at, true));
  return text === '' ? undefined : text;
}
