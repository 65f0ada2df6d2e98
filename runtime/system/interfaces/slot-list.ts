// The answer of a service to `CapscanPart`: a few of its slots are listed on the console of the kernel, and the reply tells
// which one is next. So whoever asks may stop in between, which CantripOS's own request does not allow.
import { dumpSlotsFrom } from 'sel4/debug';
import { Reader, Writer } from 'sel4/postcard';

/** Slots of a part. */
const SLOTS: u32 = 16;

/** Lists them, and gives the reply. */
export function listSlots(first: u32): Uint8Array {
  let bytes = new Uint8Array(4);
  Writer.over(bytes).fixed32(dumpSlotsFrom(first, SLOTS));
  return bytes;
}

/** Of a reply; 0: there is no more. */
export function nextSlotOf(reply: Uint8Array): u32 {
  let from = Reader.over(reply);
  let next = from.fixed32();
  return from.isWrong ? 0 : next;
}
