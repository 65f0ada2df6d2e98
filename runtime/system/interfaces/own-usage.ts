// The answer of a component to `ComponentUsage`.
import { instanceName } from 'camkes';
import { CSpace } from 'sel4/cspace';
import { OwnProgram } from 'sel4/own-program';
import { Writer } from 'sel4/postcard';
import { ComponentUsage, KindCount, ThreadUsage } from './component-usage';

/** What the IPC buffer has room for. */
const MOST_BYTES: i32 = 480;

/** With what a driver has answered, which only this component talks to; null where it has not, or there is none. */
export function encodeUsage(driver: Uint8Array | null = null): Uint8Array {
  let bytes = new Uint8Array(MOST_BYTES);
  let to = Writer.over(bytes);
  to.u8(1);
  ownUsage().write(to);
  if (!driver || driver.length == 0 || driver.length - 1 > to.room)
    return bytes.subarray(0, to.length);
  let end = to.length;
  bytes[0] += driver[0];
  bytes.set(driver.subarray(1), end);
  return bytes.subarray(0, end + driver.length - 1);
}

export function ownUsage(): ComponentUsage {
  let usage = new ComponentUsage(instanceName);
  usage.program = OwnProgram.name();
  usage.textBytes = OwnProgram.textBytes();
  usage.dataBytes = OwnProgram.dataBytes();
  usage.zeroBytes = OwnProgram.zeroBytes();
  usage.stackBytes = OwnProgram.stackBytes();
  usage.arenaBytes = OwnProgram.arenaBytes();
  usage.arenaUsed = OwnProgram.arenaUsed();
  usage.arenaPeak = OwnProgram.arenaPeak();
  usage.freeSlots = CSpace.freeSlots();
  let counts = OwnProgram.slotCounts();
  for (let kind = 0; kind < counts.length; kind++)
    if (counts[kind] > 0) usage.kinds.push(new KindCount(<u32>kind, counts[kind]));
  let threads = OwnProgram.threadCount();
  for (let index = 0; index < threads; index++)
    usage.threads.push(new ThreadUsage(OwnProgram.threadName(index), OwnProgram.threadTime(index)));
  return usage;
}
