/**
 * Why the runtime of components stopped a thread: it executes an instruction that is none behind a label that says what for.
 * The place is that of the call in the component's own source.
 */
import type { VirtAddr } from '../base/address.js';
import type { Platform } from '../platform.js';
import { locate } from './modules.js';
import { placeText, type ProgramFault } from './guest-trap.js';
import { readRegister, spaceOf } from './thread-state.js';
import { userPlace } from './user-place.js';

/** Undefined for an address at which the runtime does not stop. */
export function runtimeStopAt(
  platform: Platform,
  thread: number,
  address: VirtAddr,
): ProgramFault | undefined {
  const space = spaceOf(platform, thread);
  const located = locate(platform, space, address);
  if (located === undefined) return undefined;
  const here = located.image.symbols.filter((symbol) => symbol.address === located.address);
  const told = here.map(({ name }) => reasons.get(name.replace(/^.*\./, ''))).find(Boolean);
  if (told === undefined) return undefined;
  const record = readRegister(platform, thread, a0) >>> 0;
  const lock = located.image.symbols.find((each) => each.address === record)?.name;
  const place = userPlace(platform, thread);
  const reason = told(lock?.replace(/^.*camkes_lock\./, ''));
  return { reason, place, sentence: `${reason}${placeText(place)}` };
}

const a0 = 10;

const named = (name: string | undefined): string =>
  name === undefined ? 'a mutex' : `mutex ${name}`;

/** By the label, which has the instance's name before it in a capsule. */
const reasons: ReadonlyMap<string, (lock: string | undefined) => string> = new Map<
  string,
  (lock: string | undefined) => string
>([
  [
    'camkes_locked_twice',
    (lock) =>
      `${named(lock)} is locked by the thread that holds it already, which would wait for ever`,
  ],
  [
    'camkes_unlocked_by_another',
    (lock) => `${named(lock)} is unlocked by a thread that does not hold it`,
  ],
  ['camkes_message_too_large', () => 'a message is too large for the IPC buffer'],
  ['camkes_no_such_action', () => 'a handler of errors gave an answer that is none'],
  ['camkes_called_too_early', () => 'a member of a capsule is called before it has come to life'],
  ['camkes_called_within_itself', () => 'an interface is called while it waits for this very call'],
]);
