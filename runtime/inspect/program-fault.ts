/**
 * What a fault of a component means for its program: that it stopped itself, or that it ran off its stack, which begins
 * and ends with a page that nothing maps. The kernel knows neither.
 */
import type { FaultView } from './events.js';
import type { Platform } from '../platform.js';
import { guestTrapAt, placeText, type ProgramFault } from './guest-trap.js';
import { runtimeStopAt } from './runtime-stop.js';
import { programOfThread } from './modules.js';
import { userPlace } from './user-place.js';

export type { ProgramFault } from './guest-trap.js';

/** Undefined where there is nothing to say of the fault but what the kernel says. */
export const programFault = (
  platform: Platform,
  thread: number,
  fault: FaultView,
): ProgramFault | undefined =>
  guestTrapAt(platform, thread, fault.pc) ??
  runtimeStopAt(platform, thread, fault.pc) ??
  stackFault(platform, thread, fault);

const pageBytes = 0x1000;

function stackFault(
  platform: Platform,
  thread: number,
  { kind, address }: FaultView,
): ProgramFault | undefined {
  const program = programOfThread(platform, thread);
  if (kind !== 'VMFault' || program === undefined || address === undefined) return undefined;
  const stack = program.image.symbols.find(
    ({ name, address: start, sizeBytes }) =>
      name.includes('_camkes_stack_') && address >= start && address < start + sizeBytes,
  );
  if (stack === undefined) return undefined;
  const place = userPlace(platform, thread);
  const inFunction = place?.name === undefined ? '' : ` in ${place.name}`;
  const told = (what: string, more: string): ProgramFault => ({
    reason: `${what}${more}`,
    place,
    sentence: `${what}${inFunction}${placeText(place)}${more}`,
  });
  if (address < stack.address + pageBytes)
    return told(
      'stack overflow',
      `: the stack of this thread has ${stack.sizeBytes - 2 * pageBytes} bytes; give it a larger one (setting \`_stack_size\`, or \`INTERFACE_stack_size\`)`,
    );
  return address >= stack.address + stack.sizeBytes - pageBytes
    ? told('an access above the stack of this thread', '')
    : undefined;
}
