// What a debug kernel tells of the system: for people who look at it, and for nobody to rely on.
import { CSpace } from "./cspace";
import { SYS_DEBUG_CAP_IDENTIFY, SYS_DEBUG_DUMP_SCHEDULER } from "./constants";

// @ts-ignore: decorator
@external("riscv", "ecall")
declare function ecall(a0: u32, a1: u32, a2: u32, a3: u32, a4: u32, a5: u32, a6: u32, a7: u32): u64;

/** Above it a number is no kind of capability. */
const KINDS: i32 = 0x60;

/** All threads with their states, on the console of the kernel. */
export function dumpScheduler(): void {
  ecall(0, 0, 0, 0, 0, 0, 0, SYS_DEBUG_DUMP_SCHEDULER);
}

/** What the component has in its slots, by kinds, and how many are free. */
export function slotsText(): string {
  let counts = new StaticArray<u32>(KINDS);
  let end = CSpace.end();
  for (let slot: u32 = 1; slot < end; slot++) {
    let kind = <i32>ecall(slot, 0, 0, 0, 0, 0, 0, SYS_DEBUG_CAP_IDENTIFY);
    if (kind > 0 && kind < KINDS) counts[kind] += 1;
  }
  let text = "";
  for (let kind = 0; kind < KINDS; kind++)
    if (counts[kind] > 0) text += counts[kind].toString() + " " + nameOf(kind) + ", ";
  return text + CSpace.freeSlots().toString() + " slots are free";
}

function nameOf(kind: i32): string {
  switch (kind) {
    case 1:
      return "frame";
    case 2:
      return "untyped";
    case 3:
      return "page table";
    case 4:
      return "endpoint";
    case 6:
      return "notification";
    case 8:
      return "reply";
    case 10:
      return "CNode";
    case 11:
      return "ASID control";
    case 12:
      return "TCB";
    case 13:
      return "ASID pool";
    case 0x0e:
      return "IRQ control";
    case 0x1e:
      return "IRQ handler";
    case 0x2e:
      return "zombie";
    case 0x3e:
      return "domain";
    case 0x4e:
      return "scheduling context";
    case 0x5e:
      return "scheduling control";
    default:
      return "other";
  }
}
