// The component's own CNode: which of its slots are free, and what is done with capabilities that lie in it. The build
// tells of it in the record `camkes_cspace`; a component of CantripOS has its CNode, and as many free slots as its
// `cnode_headroom` asks for. Every other one has none, and gets no slot here.
import { Capability, invoke } from "./capability";
import { KernelError, LABEL_UNTYPED_RETYPE } from "./constants";
import { CNode } from "./invocations";
import { nameThread, setCapability, setWord } from "./message";
import { SpareMemory } from "./spare-memory";

// Words of the record. Slot numbers are 0 where there is none.
const OWN: usize = 0;
const FIRST: usize = 4;
const LAST: usize = 8;
const RECEIVE: usize = 12;
const RECEIVE_BITS: usize = 16;
const VSPACE: usize = 20;
const ASID_POOL: usize = 24;
const TIME_CONTROL: usize = 28;
const DOMAIN_CONTROL: usize = 32;
// The word at 36 is spare-memory.ts's.
const SLOT_COUNT: usize = 40;

/** Write, read, grant, grantReply. */
const ALL_RIGHTS: u32 = 15;

// @ts-ignore: decorator
@external("address", "camkes_cspace")
declare function record(): usize;
// @ts-ignore: decorator
@external("env", "camkes_own_thread")
declare function threadSlot(): u32;

/** Bits from the first slot that may be given out; those that are set are in use. */
let used: StaticArray<u32> | null = null;
let first: u32 = 0;
let count: u32 = 0;
let inUse: u32 = 0;

/** Made once: what is done with slots is done often. */
let ownNode: CNode | null = null;

export namespace CSpace {
  export const depth: u32 = 32;

  /** The slot of the CNode itself; 0: the component does not hold it. */
  export function root(): u32 {
    return word(OWN);
  }

  export function own(): CNode {
    return new CNode(root());
  }

  /** Deletes what was made of, or copied from, the capability in the slot. */
  export function revoke(slot: u32): KernelError {
    return self().revoke(slot, depth);
  }

  /** Makes objects of an untyped, in slots of a CNode itself. Takes no memory of the program. */
  export function retype(
    untyped: u32,
    node: u32,
    type: u32,
    sizeBits: u32,
    index: u32,
    count: u32,
  ): KernelError {
    setCapability(0, node);
    setWord(4, index);
    setWord(5, count);
    return <KernelError>invoke(untyped, LABEL_UNTYPED_RETYPE, 1, 6, type, sizeBits, 0, 0);
  }

  /** A slot that is free and from now on in use; 0: there is none. */
  export function allocate(): u32 {
    let bits = table();
    for (let index = 0; index < bits.length; index++) {
      let word = bits[index];
      if (word == 0xffffffff) continue;
      let bit = ctz<u32>(~word);
      let number = (<u32>index << 5) + bit;
      if (number >= count) return 0;
      bits[index] = word | ((<u32>1) << bit);
      inUse += 1;
      return first + number;
    }
    return 0;
  }

  /** The first of `wanted` free slots side by side, which are in use from now on; 0: there are none. */
  export function allocateRun(wanted: u32): u32 {
    let bits = table();
    let run: u32 = 0;
    for (let number: u32 = 0; number < count; number++) {
      let word = bits[number >> 5];
      if (word == 0xffffffff && (number & 31) == 0) {
        run = 0;
        number += 31;
        continue;
      }
      run = word & ((<u32>1) << (number & 31)) ? 0 : run + 1;
      if (run < wanted) continue;
      let start = number + 1 - wanted;
      for (let each = start; each <= number; each++) bits[each >> 5] |= (<u32>1) << (each & 31);
      inUse += wanted;
      return first + start;
    }
    return 0;
  }

  /** Whether so many slots are free. */
  export function hasRoom(slots: u32): bool {
    table();
    return count - inUse >= slots;
  }

  export function freeSlots(): u32 {
    table();
    return count - inUse;
  }

  /** Whether it may be given out, so that nothing lies in it. */
  export function isFree(slot: u32): bool {
    let bits = table();
    let number = slot - first;
    return slot >= first && number < count && !(bits[number >> 5] & ((<u32>1) << (number & 31)));
  }

  /** Behind the last slot of the CNode. */
  export function end(): u32 {
    return word(SLOT_COUNT);
  }

  /** The slot, which is empty now, may be given out again. */
  export function release(slot: u32): void {
    let bits = table();
    let number = slot - first;
    assert(slot >= first && number < count, "This slot was not given out.");
    let mask = (<u32>1) << (number & 31);
    assert((bits[number >> 5] & mask) != 0, "This slot is free already.");
    bits[number >> 5] &= ~mask;
    inUse -= 1;
  }

  /** Deletes what is in the slot, which stays in use. */
  export function empty(slot: u32): KernelError {
    return self().delete(slot, depth);
  }

  /** Deletes the capability, and its slot is free. */
  export function remove(slot: u32): KernelError {
    let error = empty(slot);
    if (error == KernelError.NoError) release(slot);
    return error;
  }

  /** A further capability to the same object, in a slot of its own; 0: there was no slot, or the kernel refused. */
  export function copy(slot: u32, rights: u32): u32 {
    let to = allocate();
    if (!to) return 0;
    if (self().copy(self(), to, depth, slot, depth, rights) == KernelError.NoError) return to;
    release(to);
    return 0;
  }

  /** The same in an empty slot that is in use already. */
  export function copyTo(to: u32, slot: u32): bool {
    return self().copy(self(), to, depth, slot, depth, ALL_RIGHTS) == KernelError.NoError;
  }

  /** The same with a badge, or the guard of a CNode. */
  export function mint(slot: u32, rights: u32, badge: u32): u32 {
    let to = allocate();
    if (!to) return 0;
    if (self().mint(self(), to, depth, slot, depth, rights, badge) == KernelError.NoError) return to;
    release(to);
    return 0;
  }

  /** A further capability to what another CNode has at an index, that has so many bits there; 0 as before. */
  export function copyFrom(node: Capability, index: u32, bits: u32, rights: u32): u32 {
    let to = allocate();
    if (!to) return 0;
    if (self().copy(node, to, depth, index, bits, rights) == KernelError.NoError) return to;
    release(to);
    return 0;
  }

  /** Moves a capability out of another CNode, at an index that has so many bits there; 0 as before. */
  export function takeFrom(node: Capability, index: u32, bits: u32): u32 {
    let to = allocate();
    if (!to) return 0;
    if (self().moveCapability(node, to, depth, index, bits) == KernelError.NoError) return to;
    release(to);
    return 0;
  }

  /** Moves a capability into another CNode, and its slot here is free. */
  export function giveTo(node: CNode, index: u32, bits: u32, slot: u32): KernelError {
    let error = node.moveCapability(self(), index, bits, slot, depth);
    if (error == KernelError.NoError) release(slot);
    return error;
  }

  /** The CNode in which a component of CantripOS receives objects; 0: none. */
  export function receiveNode(): u32 {
    return word(RECEIVE);
  }

  export function receiveNodeBits(): u32 {
    return word(RECEIVE_BITS);
  }

  /** The thread that asks. */
  export function ownThread(): u32 {
    return threadSlot();
  }

  /** What a debugger calls the thread in this slot. */
  export function name(slot: u32, text: string): void {
    let bytes = String.UTF8.encode(text);
    nameThread(slot, changetype<usize>(bytes), <u32>bytes.byteLength);
  }

  /** The root of the component's own address space. */
  export function vspace(): u32 {
    return word(VSPACE);
  }

  /** Of a component with the settings `asid_pool`, `sched_ctrl` and `domain_ctrl`. */
  export function asidPool(): u32 {
    return word(ASID_POOL);
  }

  export function timeControl(): u32 {
    return word(TIME_CONTROL);
  }

  export function domainControl(): u32 {
    return word(DOMAIN_CONTROL);
  }
}

function self(): CNode {
  let known = ownNode;
  if (known) return known;
  known = CSpace.own();
  ownNode = known;
  return known;
}

function word(offset: usize): u32 {
  return load<u32>(record() + offset);
}

function table(): StaticArray<u32> {
  let known = used;
  if (known) return known;
  first = word(FIRST);
  let last = word(LAST);
  // Who takes over the memory has the slots behind it, which only the root server can tell.
  if (SpareMemory.emptyStart() != 0) {
    first = SpareMemory.emptyStart();
    last = SpareMemory.emptyEnd() - 1;
  }
  count = first && last >= first ? last - first + 1 : 0;
  let bits = new StaticArray<u32>(<i32>((count + 31) >> 5));
  used = bits;
  return bits;
}
