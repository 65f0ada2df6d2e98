// What a debug kernel tells of the system: for people who look at it, and for nobody to rely on. CantripOS's own kernel has
// a system call that prints a CNode; in seL4 16.0, which ours is, that number is DebugHalt. So slots are asked for one by
// one: the kernel tells of each what kind of capability lies in it, and neither object nor badge.
import { Capability } from "./capability";
import { CSpace } from "./cspace";
import { log, print } from "./message";
import { SYS_DEBUG_CAP_IDENTIFY, SYS_DEBUG_DUMP_SCHEDULER } from "./constants";

// @ts-ignore: decorator
@external("riscv", "ecall")
declare function ecall(a0: u32, a1: u32, a2: u32, a3: u32, a4: u32, a5: u32, a6: u32, a7: u32): u64;

const ALL_RIGHTS: u32 = 15;
const DIGITS: string = "0123456789abcdef";
/** Of a slot, where there are no more than that. */
const LEAST_DIGITS: u32 = 3;

/** All threads with their states, on the console of the kernel. */
export function dumpScheduler(): void {
  ecall(0, 0, 0, 0, 0, 0, 0, SYS_DEBUG_DUMP_SCHEDULER);
}

/** A line for each slot of the component in which something lies, on the console of the kernel. Takes no memory. */
export function dumpSlots(): void {
  dumpSlotsFrom(1, CSpace.end());
}

/** The same of so many slots from one on; the next one, 0: there is no more. */
export function dumpSlotsFrom(first: u32, count: u32): u32 {
  let end = CSpace.end();
  let next = first < end && end - first > count ? first + count : 0;
  for (let slot = first; slot < (next == 0 ? end : next); slot++) dumpSlot(slot, kindOf(slot));
  return next;
}

/** The same of another CNode, of which the component has a capability; false: there was no slot to look at them in. */
export function dumpNode(node: Capability, bits: u32): bool {
  for (let index: u32 = 0; index < (<u32>1) << bits; index++) {
    if (!CSpace.hasRoom(1)) return false;
    let slot = CSpace.copyFrom(node, index, bits, ALL_RIGHTS);
    if (!slot) continue;
    dumpSlot(index, kindOf(slot));
    CSpace.remove(slot);
  }
  return true;
}

/** Whether there is a frame in a slot of the component. */
export function isFrame(slot: u32): bool {
  return kindOf(slot) == 1;
}

/** Where an object lies: a number to look at. */
export function placeOf<T>(object: T): u32 {
  return changetype<u32>(object);
}

/** The kernel's number for what lies in a slot of the component; 0: nothing. */
export function kindOf(slot: u32): u32 {
  return <u32>ecall(slot, 0, 0, 0, 0, 0, 0, SYS_DEBUG_CAP_IDENTIFY);
}

function dumpSlot(slot: u32, kind: u32): void {
  if (kind == 0) return;
  print("|- ");
  let digits = max(LEAST_DIGITS, (35 - clz(slot | 1)) >> 2);
  for (let at = digits; at > 0; at--) print(DIGITS.charAt(<i32>((slot >> (4 * (at - 1))) & 15)));
  print(". ");
  log(nameOf(kind));
}

/** As the kernel's own console has them. */
function nameOf(kind: u32): string {
  switch (kind) {
    case 1:
      return "cap_frame_cap";
    case 2:
      return "cap_untyped_cap";
    case 3:
      return "cap_page_table_cap";
    case 4:
      return "cap_endpoint_cap";
    case 6:
      return "cap_notification_cap";
    case 8:
      return "cap_reply_cap";
    case 10:
      return "cap_cnode_cap";
    case 11:
      return "cap_asid_control_cap";
    case 12:
      return "cap_thread_cap";
    case 13:
      return "cap_asid_pool_cap";
    case 0x0e:
      return "cap_irq_control_cap";
    case 0x1e:
      return "cap_irq_handler_cap";
    case 0x2e:
      return "cap_zombie_cap";
    case 0x3e:
      return "cap_domain_cap";
    case 0x4e:
      return "cap_sched_context_cap";
    case 0x5e:
      return "cap_sched_control_cap";
    default:
      return "unknown cap";
  }
}
