/**
 * The event queue: a binary heap ordered by cycle, then by the rank of who scheduled, then by order of
 * scheduling. The rank makes a restored machine run as the saved one did: devices schedule again in
 * `load`, in an order of their own, and events of the same cycle must not notice.
 */
import type { Clock } from './ports.js';

export interface EventQueue {
  /** A clock for one device. Of two events at the same cycle, the lower rank happens first. */
  clock(rank: number): Clock;
  /** Cycle of the earliest event; Infinity when there is none. */
  nextCycle(): number;
  /** Does everything that is due at or before `cycle`, also what such events schedule for then. */
  runDue(cycle: number): void;
  clear(): void;
}

interface ScheduledEvent {
  readonly cycle: number;
  readonly rank: number;
  readonly sequence: number;
  /** Undefined once it was cancelled: the heap drops it when it comes to the top. */
  action: (() => void) | undefined;
}

/** `now` is the machine's time; `onSchedule` hears of each new event, since it may cut a run short. */
export function createEventQueue(
  now: () => number,
  onSchedule: (cycle: number) => void,
): EventQueue {
  const heap: ScheduledEvent[] = [];
  let sequence = 0;

  const precedes = (left: ScheduledEvent, right: ScheduledEvent): boolean =>
    left.cycle !== right.cycle
      ? left.cycle < right.cycle
      : left.rank !== right.rank
        ? left.rank < right.rank
        : left.sequence < right.sequence;

  const push = (event: ScheduledEvent): void => {
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = heap[parent];
      if (above === undefined || !precedes(event, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = event;
  };
  const dropFirst = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      let smaller = heap[child];
      if (smaller === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && precedes(right, smaller)) {
        child += 1;
        smaller = right;
      }
      if (!precedes(smaller, last)) break;
      heap[place] = smaller;
      place = child;
    }
    heap[place] = last;
  };
  const first = (): ScheduledEvent | undefined => {
    while (heap[0] !== undefined && heap[0].action === undefined) dropFirst();
    return heap[0];
  };

  return {
    clock: (rank) => ({
      now,
      schedule(cycle, action) {
        // Instruction boundaries are at whole cycles.
        const event: ScheduledEvent = { cycle: Math.ceil(cycle), rank, sequence, action };
        sequence += 1;
        push(event);
        onSchedule(cycle);
        return {
          dispose() {
            event.action = undefined;
          },
        };
      },
    }),
    nextCycle: () => first()?.cycle ?? Infinity,
    runDue(cycle) {
      for (let event = first(); event !== undefined && event.cycle <= cycle; event = first()) {
        const action = event.action;
        dropFirst();
        event.action = undefined;
        action?.();
      }
    },
    clear() {
      heap.length = 0;
    },
  };
}
