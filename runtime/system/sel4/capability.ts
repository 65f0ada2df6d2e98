// A capability as something that is owned: an object stands for the slot that it lies in. What was moved away, to
// another owner or in a message, cannot be used again: the compiler tells where it sees that, and where it does not
// the program ends at the use.
import { MessageInfo, callInRegisters, setCapability } from "./message";

export class Capability {
  constructor(private place: u32) {}

  /** The slot, while this object owns the capability. */
  get slot(): u32 {
    if (!this.place) throw new Error("This capability was moved away, so it cannot be used here.");
    return this.place;
  }

  get isMoved(): bool {
    return this.place == 0;
  }

  /** Gives the slot away. */
  leave(): u32 {
    let slot = this.slot;
    this.place = 0;
    return slot;
  }
}

/** 0, the empty slot, for no capability. */
export function slotOf(capability: Capability | null): u32 {
  return capability ? capability.slot : 0;
}

/** Calls an object of the kernel; gives the number of the error, 0 for none. Words from the fifth on are set before. */
export function invoke(
  slot: u32,
  label: u32,
  capabilities: u32,
  words: u32,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
): u32 {
  let info = MessageInfo.make(label, words, capabilities);
  return callInRegisters(slot, info, word0, word1, word2, word3);
}

export function passCapability(index: u32, capability: Capability | null): void {
  setCapability(index, slotOf(capability));
}
