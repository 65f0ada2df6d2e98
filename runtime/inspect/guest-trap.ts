/**
 * Why a guest program stopped itself, as a sentence: it executes an instruction that is none, and its compiler says for
 * each such place what it is there for. An `abort` has its arguments in a0 to a3, a full arena what was asked for in a0.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { TrapReason } from '../image/debug-information.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { heapsOfThread } from './heaps.js';
import { readNumber, viewMemory } from './memory.js';
import { locate } from './modules.js';
import { lineFor } from './symbols.js';
import { readRegister, spaceOf } from './thread-state.js';
import { userPlace } from './user-place.js';

/** Undefined for an address at which no guest program stops itself. */
export function guestTrapAt(
  platform: Platform,
  thread: number,
  address: VirtAddr,
): string | undefined {
  const space = spaceOf(platform, thread);
  const located = locate(platform, space, address);
  const trap = located?.image.debug?.traps?.find((each) => each.address === located.address);
  if (trap === undefined) return undefined;
  if (trap.reason === 'abort') return abortSentence(platform, thread, space);
  const line = trap.place ?? userPlace(platform, thread) ?? lineFor(platform, space, address);
  const place = line === undefined ? '' : ` at ${line.file}:${line.line}`;
  if (trap.reason === 'outOfMemory') return `${memorySentence(platform, thread)}${place}`;
  return `${sentences[trap.reason]}${place}`;
}

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

function abortSentence(platform: Platform, thread: number, space: AddressSpace): string {
  const argument = (index: number): number => readRegister(platform, thread, a0 + index) >>> 0;
  const message = textAt(platform, space, argument(0)) ?? 'abort';
  const file = textAt(platform, space, argument(1));
  return file === undefined ? message : `${message} (${file}:${argument(2)}:${argument(3)})`;
}

function memorySentence(platform: Platform, thread: number): string {
  const wanted = readRegister(platform, thread, a0) >>> 0;
  const heaps = heapsOfThread(platform, thread);
  const [heap] = heaps;
  const arena =
    heap === undefined || heaps.length > 1
      ? 'its arena'
      : `its arena of ${heap.arenaBytes} bytes, of which ${heap.usedBytes ?? 0} are in use,`;
  return `out of memory: ${wanted} bytes are asked for, and ${arena} has no room for them; give the component a larger heap_size`;
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
