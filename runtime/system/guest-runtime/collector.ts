// Objects, and what becomes of those that nothing refers to any more. The collector runs only between two events,
// when no function of the component is being executed, so that globals are all there is to begin with: no stack is
// searched and no write is watched. It is precise: the compiler writes what visits the members of each class.
// The longest pause is bounded by the arena: each block is looked at twice, and is no smaller than its header.
import { OBJECT, TOTAL_OVERHEAD } from "./common";
import {
  addFree,
  endOfArena,
  firstBlock,
  forgetFree,
  giveBack,
  growBlock,
  isFree,
  isReady,
  noteUse,
  sizeOf,
  takeBlock,
  usedBytes,
} from "./arena";

/** The end of a list: no address of an object, and not 0. */
// @ts-ignore: decorator
@inline const END: usize = 1;

// What a debugger shows of it, by these names. See toolchain/guest/heap-counters.ts.
export let collections: u32 = 0;
/** Objects visited and blocks swept, in all and in the longest collection. */
export let steps: u32 = 0;
export let longestPause: u32 = 0;

/** Bytes in use after the last collection. */
let survived: usize = 0;
/** With so many in use a collection is worth it; 0 where that is to be found out. */
let worthFrom: usize = 0;
/** Objects that were seen and are to be searched, linked by their first collector word. */
let gray: usize = END;

// @ts-ignore: decorator
@global @unsafe
export function __new(size: usize, id: i32): usize {
  let block = takeBlock(size);
  let object = changetype<OBJECT>(block);
  object.gcInfo = 0;
  // With `gcInfo2`.
  store<u32>(block, <u16>id, offsetof<OBJECT>("rtId"));
  object.rtSize = <u32>size;
  let start = block + TOTAL_OVERHEAD;
  let end = start + size;
  // The block ends at a multiple of 8, too.
  for (let at = start; at < end; at += 8) store<u64>(at, 0);
  return start;
}

/** Space that the library needs while it sorts: an object that nothing refers to, since no collection comes meanwhile. */
// @ts-ignore: decorator
@global @unsafe
export function __alloc(size: usize): usize {
  return __new(size, idof<ArrayBuffer>());
}

// @ts-ignore: decorator
@global @unsafe
export function __free(pointer: usize): void {
  giveBack(pointer - TOTAL_OVERHEAD);
}

/** An object with the same bytes and another size; what refers to the old one is to refer to this. */
// @ts-ignore: decorator
@global @unsafe
export function __renew(old: usize, size: usize): usize {
  let object = changetype<OBJECT>(old - TOTAL_OVERHEAD);
  if (isInArena(old) && growBlock(old - TOTAL_OVERHEAD, size)) {
    object.rtSize = <u32>size;
    return old;
  }
  let moved = __new(size, object.rtId);
  memory.copy(moved, old, min<usize>(size, object.rtSize));
  return moved;
}

// @ts-ignore: decorator
@global @unsafe
export function __link(parent: usize, child: usize, expectMultiple: bool): void {}

// @ts-ignore: decorator
@global @unsafe
export function __visit(pointer: usize, cookie: i32): void {
  if (!pointer) return;
  let object = changetype<OBJECT>(pointer - TOTAL_OVERHEAD);
  if (object.gcInfo) return;
  object.gcInfo = <u32>gray;
  gray = changetype<usize>(object);
}

// @ts-ignore: decorator
@global @unsafe
export function __collect(): void {
  let before = steps;
  mark();
  sweep();
  survived = usedBytes;
  worthFrom = 0;
  collections += 1;
  let pause = steps - before;
  if (pause > longestPause) longestPause = pause;
}

/** Collects if it is worth it: a quarter of the arena was given out since the last time, or less than that is left. */
// @ts-ignore: decorator
@global @unsafe
export function __collectBetweenEvents(): void {
  if (usedBytes >= worthFrom) collectIfWorth();
}

function collectIfWorth(): void {
  let quarter = (endOfArena() - firstBlock()) >> 2;
  if (usedBytes - survived >= quarter || usedBytes >= quarter * 3) __collect();
  worthFrom = min<usize>(survived + quarter, quarter * 3);
}

function mark(): void {
  // Objects among the static data may refer to others and are not swept, so their word is set back here.
  let statics: usize = END;
  __visit_globals(0);
  while (gray != END) {
    let object = changetype<OBJECT>(gray);
    gray = object.gcInfo;
    if (isInArena(changetype<usize>(object))) {
      object.gcInfo = <u32>END;
    } else {
      object.gcInfo = <u32>statics;
      statics = changetype<usize>(object);
    }
    steps += 1;
    __visit_members(changetype<usize>(object) + TOTAL_OVERHEAD, 0);
  }
  while (statics != END) {
    let object = changetype<OBJECT>(statics);
    statics = object.gcInfo;
    object.gcInfo = 0;
  }
}

function sweep(): void {
  if (!isReady) return;
  forgetFree();
  let end = endOfArena();
  let run: usize = 0;
  let block = firstBlock();
  while (block < end) {
    let size = sizeOf(block);
    let object = changetype<OBJECT>(block);
    if (isFree(block) || !object.gcInfo) {
      if (!run) run = block;
    } else {
      if (run) addFree(run, block - run);
      run = 0;
      object.gcInfo = 0;
      noteUse(size);
    }
    steps += 1;
    block += size;
  }
  if (run) addFree(run, end - run);
}

// @ts-ignore: decorator
@inline
function isInArena(address: usize): bool {
  return address >= firstBlock() && address < endOfArena();
}
