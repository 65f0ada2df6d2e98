// What the root server hands to a component with `untyped_memory`: all untyped memory that is left, in slots of the
// component's own CNode. The page of BootInfo that comes with it tells which, and which slots are empty behind it; the
// record `camkes_cspace` tells where that page is.
import {
  BOOT_EMPTY,
  BOOT_UNTYPED,
  BOOT_UNTYPED_BYTES,
  BOOT_UNTYPED_IS_DEVICE,
  BOOT_UNTYPED_IS_TAINTED,
  BOOT_UNTYPED_LIST,
  BOOT_UNTYPED_SIZE_BITS,
} from "./constants";

const BOOT_INFO: usize = 36;

// @ts-ignore: decorator
@external("address", "camkes_cspace")
declare function record(): usize;

export namespace SpareMemory {
  /** Untypeds; 0 for a component that has none. */
  export function count(): u32 {
    return isThere() ? word(BOOT_UNTYPED + 4) - word(BOOT_UNTYPED) : 0;
  }

  /** The slot of untyped `index`. */
  export function slot(index: u32): u32 {
    return word(BOOT_UNTYPED) + index;
  }

  export function address(index: u32): u32 {
    return load<u32>(entry(index));
  }

  export function sizeBits(index: u32): u32 {
    return load<u8>(entry(index) + BOOT_UNTYPED_SIZE_BITS);
  }

  export function isDevice(index: u32): bool {
    return load<u8>(entry(index) + BOOT_UNTYPED_IS_DEVICE) != 0;
  }

  /** The root server lies in it, which has done its work: revoked, it is free. */
  export function isTainted(index: u32): bool {
    return load<u8>(entry(index) + BOOT_UNTYPED_IS_TAINTED) != 0;
  }

  /** The first empty slot, and the one behind the last; 0 where there is no BootInfo. */
  export function emptyStart(): u32 {
    return isThere() ? word(BOOT_EMPTY) : 0;
  }

  export function emptyEnd(): u32 {
    return isThere() ? word(BOOT_EMPTY + 4) : 0;
  }
}

function page(): usize {
  return load<u32>(record() + BOOT_INFO);
}

function isThere(): bool {
  return page() != 0;
}

function word(offset: u32): u32 {
  return load<u32>(page() + offset);
}

function entry(index: u32): usize {
  assert(index < SpareMemory.count(), "There is no such untyped.");
  return page() + BOOT_UNTYPED_LIST + BOOT_UNTYPED_BYTES * index;
}
