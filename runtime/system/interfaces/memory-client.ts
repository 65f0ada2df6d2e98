// Asking MemoryManager, for components whose interface to it is called `memory`: as all of ours have it.
import { memory } from 'camkes';
import { CSpace } from 'sel4/cspace';
import { Reader, Writer } from 'sel4/postcard';
import {
  ClientStats,
  Lifetime,
  MemoryError,
  MemoryRequest,
  MemoryRequestKind,
  MemoryStats,
  ObjDesc,
  ObjDescBundle,
} from './memory';

/** Half of the page that is shared. Made once: a client may ask often before its memory is collected. */
const room: Uint8Array = new Uint8Array(2048);

/** Makes the objects of a bundle, in the CNode whose capability lies in slot `bundle.cnode`. */
export function allocate(bundle: ObjDescBundle, lifetime: Lifetime = Lifetime.Medium): MemoryError {
  return send(MemoryRequest.alloc(bundle, lifetime), bundle.cnode);
}

/** Deletes the capabilities; the objects are gone where nobody else has one. */
export function giveBack(bundle: ObjDescBundle): MemoryError {
  return send(MemoryRequest.free(bundle), bundle.cnode);
}

/** Makes objects in the component's own CNode, in slots that are written into the descriptors. */
export function allocateHere(objs: ObjDesc[]): MemoryError {
  for (let index = 0; index < objs.length; index++) {
    objs[index].cptr = CSpace.allocateRun(objs[index].retypeCount);
    if (objs[index].cptr != 0) continue;
    releaseSlots(objs, index);
    return MemoryError.CapAllocFailed;
  }
  let error = allocate(new ObjDescBundle(CSpace.root(), <u8>CSpace.depth, objs));
  if (error != MemoryError.Success) releaseSlots(objs, objs.length);
  return error;
}

/** Gives back what `allocateHere` made. */
export function giveBackHere(objs: ObjDesc[]): MemoryError {
  let error = giveBack(new ObjDescBundle(CSpace.root(), <u8>CSpace.depth, objs));
  if (error == MemoryError.Success) releaseSlots(objs, objs.length);
  return error;
}

export function memoryStats(): MemoryStats | null {
  return ask(MemoryRequestKind.Stats) == MemoryError.Success
    ? MemoryStats.read(Reader.over(memory.reply()))
    : null;
}

/** What this component has of the memory. */
export function clientStats(): ClientStats | null {
  return ask(MemoryRequestKind.ClientStats) == MemoryError.Success
    ? ClientStats.read(Reader.over(memory.reply()))
    : null;
}

/** A request that has nothing but its kind. */
export function ask(kind: MemoryRequestKind): MemoryError {
  return send(new MemoryRequest(kind), 0);
}

function send(request: MemoryRequest, node: u32): MemoryError {
  let to = Writer.over(room);
  request.write(to);
  if (to.isTooLong) return MemoryError.SerializeFailed;
  if (node != 0) memory.sendCapability(node);
  return <MemoryError>memory.call(0, room.subarray(0, to.length));
}

function releaseSlots(objs: ObjDesc[], count: i32): void {
  for (let index = 0; index < count; index++) {
    let each = objs[index];
    for (let at: u32 = 0; at < each.retypeCount; at++) CSpace.release(each.cptr + at);
  }
}
