// What a component can tell of itself while it runs: the parts of its program, as the build measured them, its arena, its
// slots, and the time that its threads have had. The build writes the first into the records `camkes_own` and
// `camkes_footprint`; the kernel tells the last two.
import { CSpace } from "./cspace";
import { KernelError } from "./constants";
import { SchedulingContext } from "./invocations";
import { kindOf } from "./debug";
import { word } from "./message";
import { peakBytes, usedBytes } from "rt/arena";

// @ts-ignore: decorator
@external("address", "camkes_own")
declare function record(): usize;
// @ts-ignore: decorator
@external("address", "camkes_footprint")
declare function footprint(): usize;
// @ts-ignore: decorator
@external("address", "__guest_arena_start")
declare function arenaStart(): u32;
// @ts-ignore: decorator
@external("address", "__guest_arena_end")
declare function arenaEnd(): u32;

// Words of `camkes_own`, and behind them two words a thread: the slot of its TCB, and the interface that it serves.
const PROGRAM: usize = 0;
const THREAD_COUNT: usize = 4;
const FIRST_THREAD: usize = 8;
const THREAD_BYTES: usize = 8;

/** Kinds of capabilities are numbers below this one. */
const KINDS: i32 = 0x60;
const SCHEDULING_CONTEXT: u32 = 0x4e;

/** Microseconds that each thread has had, as far as the kernel was asked: it tells what came since then. */
let times: StaticArray<u64> | null = null;

export namespace OwnProgram {
  /** The address space: members of a group share it, and the figures of the program with it. */
  export function name(): string {
    return changetype<string>(load<usize>(record() + PROGRAM));
  }

  export function textBytes(): u32 {
    return load<u32>(footprint());
  }

  /** Constants, and what begins with a value. */
  export function dataBytes(): u32 {
    return load<u32>(footprint(), 4);
  }

  /** What begins as zeros; arenas and stacks are no part of it. */
  export function zeroBytes(): u32 {
    return load<u32>(footprint(), 8);
  }

  export function stackBytes(): u32 {
    return load<u32>(footprint(), 12);
  }

  export function arenaBytes(): u32 {
    return arenaEnd() - arenaStart();
  }

  /** With what was not collected yet. */
  export function arenaUsed(): u32 {
    return <u32>usedBytes;
  }

  export function arenaPeak(): u32 {
    return <u32>peakBytes;
  }

  /** How many capabilities there are, by the kernel's numbers for their kinds. */
  export function slotCounts(): StaticArray<u32> {
    let counts = new StaticArray<u32>(KINDS);
    let end = CSpace.end();
    for (let slot: u32 = 1; slot < end; slot++) {
      if (CSpace.isFree(slot)) continue;
      let kind = kindOf(slot);
      if (kind > 0 && kind < <u32>KINDS) counts[kind] += 1;
    }
    return counts;
  }

  export function threadCount(): i32 {
    return load<i32>(record() + THREAD_COUNT);
  }

  /** The interface that a thread serves; empty for the one of the component itself. */
  export function threadName(index: i32): string {
    return changetype<string>(load<usize>(thread(index) + 4));
  }

  /** Microseconds since the start. The time of a thread lies in the slot behind the thread; 0 for one without. */
  export function threadTime(index: i32): u64 {
    let all = times;
    if (!all) times = all = new StaticArray<u64>(threadCount());
    let slot = load<u32>(thread(index)) + 1;
    if (kindOf(slot) != SCHEDULING_CONTEXT) return all[index];
    if (new SchedulingContext(slot).consumed() == KernelError.NoError)
      all[index] += ((<u64>word(1)) << 32) | (<u64>word(0));
    return all[index];
  }
}

function thread(index: i32): usize {
  assert(index >= 0 && index < OwnProgram.threadCount(), "There is no such thread.");
  return record() + FIRST_THREAD + <usize>index * THREAD_BYTES;
}
