// Memory of one component: a fixed arena, cut into blocks that lie side by side. Free blocks are in lists by size
// (two-level segregated fit: 8 lists for each power of two), with a bit for each list that has one, so that taking
// a block, and growing the last one, takes a bounded number of instructions. One free block is in no list: small blocks
// are cut from it, one behind the other, until the next does not fit. Of what is given back, nothing is joined but to
// that one: the collector makes all lists anew.
import { OBJECT, TOTAL_OVERHEAD } from "./common";

// @ts-ignore: decorator
@external("address", "__guest_heap_start")
declare function arenaStart(): usize;
// @ts-ignore: decorator
@external("address", "__guest_heap_end")
declare function arenaEnd(): usize;
// @ts-ignore: decorator
@external("trap", "out_of_memory")
declare function outOfMemory(bytes: usize): void;

// What a debugger shows of the arena, by these names. See toolchain/guest/heap-counters.ts.
export let usedBytes: usize = 0;
export let peakBytes: usize = 0;

/** Whether there are blocks: they are made with the first object. */
export let isReady = false;

/** A header that says of itself that it has no bytes. */
const nothing = memory.data(16, 8);
/** The free block that others are cut from. */
let current: usize = nothing;

/** One bit for each power of two that has a free block. */
let levels: u32 = 0;

// @ts-ignore: decorator
@inline const LISTS_BITS: u32 = 3;
// @ts-ignore: decorator
@inline const LISTS: u32 = 1 << LISTS_BITS;
/** Blocks below this size have one list for each multiple of 8. */
// @ts-ignore: decorator
@inline const SMALL: usize = 8 << LISTS_BITS;
// @ts-ignore: decorator
@inline const LEVELS: u32 = 20;
// @ts-ignore: decorator
@inline const FREE: usize = 1;
/** How many blocks of a list are looked at before the arena is said to be full. */
// @ts-ignore: decorator
@inline const TRIES = 8;
/** The rest of a block that one of this size is cut from goes back to its list. */
// @ts-ignore: decorator
@inline const LARGE: usize = 256;
// @ts-ignore: decorator
@inline const MOST_BYTES: usize = 0x3fffffff;

/** Eight bits for each level. */
const lists = memory.data(LEVELS, 4);
const heads = memory.data(LEVELS * LISTS * 4, 4);

export function firstBlock(): usize {
  return (arenaStart() + 7) & ~7;
}

export function endOfArena(): usize {
  return arenaEnd() & ~7;
}

// @ts-ignore: decorator
@inline
export function sizeOf(block: usize): usize {
  return changetype<OBJECT>(block).mmInfo & ~7;
}

// @ts-ignore: decorator
@inline
export function isFree(block: usize): bool {
  return (changetype<OBJECT>(block).mmInfo & FREE) != 0;
}

/** Gives the address of a block with room for so many bytes; its other words are not set. */
// @ts-ignore: decorator
@inline
export function takeBlock(bytes: usize): usize {
  let block = current;
  let rest = sizeOf(block);
  // What is left has a header, too.
  if (bytes > MOST_BYTES || bytes + 2 * TOTAL_OVERHEAD > rest) return takeElsewhere(bytes);
  let size = blockSize(bytes);
  changetype<OBJECT>(block).mmInfo = size;
  current = block + size;
  changetype<OBJECT>(block + size).mmInfo = (rest - size) | FREE;
  noteUse(size);
  return block;
}

function takeElsewhere(bytes: usize): usize {
  if (!isReady) {
    isReady = true;
    let start = firstBlock();
    let end = endOfArena();
    if (end > start && end - start >= TOTAL_OVERHEAD) addFree(start, end - start);
  }
  if (bytes > MOST_BYTES) outOfMemory(bytes);
  let size = blockSize(bytes);
  let rest = sizeOf(current);
  if (rest >= size) {
    let block = current;
    current = nothing;
    changetype<OBJECT>(block).mmInfo = rest;
    noteUse(rest);
    return block;
  }
  let block = find(size);
  if (!block) {
    outOfMemory(bytes);
    unreachable();
  }
  unlink(block);
  let stretch = sizeOf(block);
  if (size >= LARGE || stretch - size < TOTAL_OVERHEAD) {
    trim(block, stretch, size);
  } else {
    if (rest) addFree(current, rest);
    changetype<OBJECT>(block).mmInfo = size;
    current = block + size;
    changetype<OBJECT>(block + size).mmInfo = (stretch - size) | FREE;
  }
  noteUse(sizeOf(block));
  return block;
}

/** Makes a block larger where it is, if the one behind it is free and large enough. */
export function growBlock(block: usize, bytes: usize): bool {
  if (bytes > MOST_BYTES) return false;
  let size = blockSize(bytes);
  let old = sizeOf(block);
  if (size <= old) return true;
  let next = block + old;
  if (next >= endOfArena() || !isFree(next)) return false;
  let both = old + sizeOf(next);
  if (both < size) return false;
  if (next != current) {
    unlink(next);
    trim(block, both, size);
  } else if (both - size < TOTAL_OVERHEAD) {
    current = nothing;
    changetype<OBJECT>(block).mmInfo = both;
  } else {
    current = block + size;
    changetype<OBJECT>(current).mmInfo = (both - size) | FREE;
    changetype<OBJECT>(block).mmInfo = size;
  }
  noteUse(sizeOf(block) - old);
  return true;
}

/** Takes back what nobody uses any more, before a collection would. */
export function giveBack(block: usize): void {
  let size = sizeOf(block);
  usedBytes -= size;
  if (block + size != current) {
    addFree(block, size);
    return;
  }
  let both = size + sizeOf(current);
  current = block;
  changetype<OBJECT>(block).mmInfo = both | FREE;
}

/** Before a collection adds what it finds. */
export function forgetFree(): void {
  current = nothing;
  levels = 0;
  usedBytes = 0;
  memory.fill(lists, 0, LEVELS);
  memory.fill(heads, 0, LEVELS * LISTS * 4);
}

export function addFree(block: usize, size: usize): void {
  let index = listOf(size);
  let head = load<usize>(heads + index * 4);
  changetype<OBJECT>(block).mmInfo = size | FREE;
  setNext(block, head);
  setBefore(block, 0);
  if (head) setBefore(head, block);
  store<usize>(heads + index * 4, block);
  let level = index >> LISTS_BITS;
  levels |= (<u32>1) << level;
  store<u8>(lists + level, load<u8>(lists + level) | <u8>((<u32>1) << (index & (LISTS - 1))));
}

// @ts-ignore: decorator
@inline
export function noteUse(bytes: usize): void {
  usedBytes += bytes;
  if (usedBytes > peakBytes) peakBytes = usedBytes;
}

// @ts-ignore: decorator
@inline
function blockSize(bytes: usize): usize {
  return (bytes + TOTAL_OVERHEAD + 7) & ~7;
}

/** The list that a block of this size is in. */
function listOf(size: usize): u32 {
  if (size < SMALL) return <u32>size >> 3;
  let log = <u32>31 - <u32>clz<u32>(<u32>size);
  let level = log - LISTS_BITS - 2;
  if (level >= LEVELS) return LEVELS * LISTS - 1;
  return (level << LISTS_BITS) | ((<u32>size >> (log - LISTS_BITS)) & (LISTS - 1));
}

/** A free block of at least this size; 0: there is none. */
function find(size: usize): usize {
  // Every block of the lists behind the size's own is large enough; one of that list may be.
  let own = listOf(size);
  let index = own;
  if (size >= SMALL) {
    let log = <u32>31 - <u32>clz<u32>(<u32>size);
    if ((<u32>size & (((<u32>1) << (log - LISTS_BITS)) - 1)) != 0) index += 1;
  }
  if (index < LEVELS * LISTS) {
    let level = index >> LISTS_BITS;
    let bits = <u32>load<u8>(lists + level) & ((<u32>~0) << (index & (LISTS - 1)));
    if (!bits) {
      let above = level + 1 < 32 ? levels & ((<u32>~0) << (level + 1)) : 0;
      if (above) {
        level = ctz<u32>(above);
        bits = load<u8>(lists + level);
      }
    }
    if (bits) {
      let block = load<usize>(heads + ((level << LISTS_BITS) | ctz<u32>(bits)) * 4);
      // The last list holds every size above.
      if (sizeOf(block) >= size) return block;
    }
  }
  let block = load<usize>(heads + own * 4);
  for (let tries = 0; block && tries < TRIES; tries++) {
    if (sizeOf(block) >= size) return block;
    block = nextOf(block);
  }
  return 0;
}

/** Takes a block out of its list. */
function unlink(block: usize): void {
  let next = nextOf(block);
  let before = changetype<usize>(load<usize>(block, offsetof<OBJECT>("rtId")));
  if (next) setBefore(next, before);
  if (before) {
    setNext(before, next);
    return;
  }
  let index = listOf(sizeOf(block));
  store<usize>(heads + index * 4, next);
  if (next) return;
  let level = index >> LISTS_BITS;
  let bits = <u32>load<u8>(lists + level) & ~((<u32>1) << (index & (LISTS - 1)));
  store<u8>(lists + level, <u8>bits);
  if (!bits) levels &= ~((<u32>1) << level);
}

/** Makes a block of a stretch, and of the rest of it a free one when a header fits in. */
function trim(block: usize, stretch: usize, size: usize): void {
  let rest = stretch - size;
  if (rest < TOTAL_OVERHEAD) {
    changetype<OBJECT>(block).mmInfo = stretch;
    return;
  }
  changetype<OBJECT>(block).mmInfo = size;
  addFree(block + size, rest);
}

// @ts-ignore: decorator
@inline
function nextOf(block: usize): usize {
  return load<usize>(block, offsetof<OBJECT>("gcInfo"));
}

// @ts-ignore: decorator
@inline
function setNext(block: usize, next: usize): void {
  store<usize>(block, next, offsetof<OBJECT>("gcInfo"));
}

// @ts-ignore: decorator
@inline
function setBefore(block: usize, before: usize): void {
  store<usize>(block, before, offsetof<OBJECT>("rtId"));
}
