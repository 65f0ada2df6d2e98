/**
 * What a root server did, counted while the kernel works for it: objects, capabilities and mappings that came to be by
 * its invocations, until it suspends itself. Any root task is counted that suspends itself in the end.
 */
import type { KernelTraceEvent } from '../kernel/events.js';
import type { Platform } from '../platform.js';
import { threadAt, threadName } from './thread-state.js';

/** Calls back once, with a sentence, when the root server retires. */
export function watchLoading(
  platform: Platform,
  report: (sentence: string) => void,
): { dispose(): void } {
  const counts = {
    objects: 0,
    capabilities: 0,
    mappings: 0,
    filled: 0,
    threads: 0,
    started: 0,
  };
  let invocation = '';
  let isOwn = false;
  let isDone = false;
  const note = (event: KernelTraceEvent): void => {
    if (event.kind === 'invoked') {
      isOwn = threadName(platform, threadAt(event.thread)) === rootServerName;
      ({ invocation } = event);
      if (!isOwn) return;
      if (invocation === 'RISCVPageMap') counts.mappings += 1;
      if (invocation === 'RISCVPageUnmap') counts.filled += 1;
      if (invocation === 'TCBConfigure') counts.threads += 1;
      if (invocation === 'TCBResume') counts.started += 1;
      if (invocation !== 'TCBSuspend') return;
      isDone = true;
      report(sentenceOf(counts, platform));
    } else if (isOwn && event.kind === 'derived') {
      if (invocation === 'UntypedRetype') counts.objects += 1;
      else counts.capabilities += 1;
    } else if (isOwn && event.kind === 'moved') counts.capabilities += 1;
  };
  return platform.onKernelTrace((event) => {
    if (!isDone) note(event);
  });
}

/** As the kernel calls the thread that it makes itself. */
const rootServerName = 'rootserver';

type Counts = Readonly<
  Record<'objects' | 'capabilities' | 'mappings' | 'filled' | 'threads' | 'started', number>
>;

function sentenceOf(
  { objects, capabilities, mappings, filled, threads, started }: Counts,
  { machine }: Platform,
): string {
  // A frame is mapped to be filled, too.
  const mapped = mappings - filled;
  return `The root server made ${objects} objects, placed ${capabilities} capabilities, filled ${filled} frames, mapped ${mapped}, and set up ${threads} threads, of which it started ${started}: ${machine.instructions} instructions, ${machine.cycles} cycles.`;
}
