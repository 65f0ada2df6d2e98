/**
 * Runs a program up to a moment to look at it: `--at` is a time of the machine (`10ms`, `1.5s`, `200us`) or
 * a number of instructions. Without it: until nothing happens any more, at most so many instructions.
 */
import type { Platform } from '../platform.js';
import { UsageError } from './command.js';
import type { OptionSpec } from './command.js';

export const atOption: OptionSpec = {
  name: '--at',
  value: 'TIME',
  help: 'When to look: 10ms of machine time, or a number of instructions; when idle without it.',
};

export type Moment =
  | { readonly kind: 'instructions'; readonly count: number }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'idle' };

const longestWait = 100_000_000;
const slice = 10_000;

export function parseMoment(text: string | undefined): Moment {
  if (text === undefined) return { kind: 'idle' };
  const match = /^(\d+(?:\.\d+)?)(us|µs|ms|s)?$/.exec(text);
  const value = Number(match?.[1]);
  const unit = match?.[2];
  if (match === null || (unit === undefined && !Number.isSafeInteger(value)))
    throw new UsageError(
      `The value of --at is a time such as 10ms or a whole number, not ${text}.`,
    );
  if (unit === undefined) return { kind: 'instructions', count: value };
  const scale = unit === 's' ? 1 : unit === 'ms' ? 1e-3 : 1e-6;
  return { kind: 'seconds', seconds: value * scale };
}

export function runTo(platform: Platform, moment: Moment): void {
  const { machine } = platform;
  const isReached = (): boolean => {
    if (moment.kind === 'seconds')
      return machine.cycles >= moment.seconds * machine.board.cyclesPerSecond;
    const count = moment.kind === 'instructions' ? moment.count : longestWait;
    return machine.instructions >= count;
  };
  runSlices(platform, isReached, moment);
}

/** Until something holds, nothing happens any more, or the longest wait is over. */
export function runUntil(platform: Platform, isReached: () => boolean): void {
  const { machine } = platform;
  runSlices(platform, () => machine.instructions >= longestWait || isReached());
}

function runSlices(platform: Platform, isReached: () => boolean, moment?: Moment): void {
  const { machine } = platform;
  while (!isReached()) {
    const left = moment?.kind === 'instructions' ? moment.count - machine.instructions : slice;
    const stop = platform.run(Math.min(slice, left));
    if (stop.kind === 'idle' || stop.kind === 'poweredOff' || stop.kind === 'lockedUp') return;
  }
}
