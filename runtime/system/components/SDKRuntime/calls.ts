// What the kernel has of the calls of applications: their endpoint, the way back to each caller, and the page with its
// parameters. A reply object holds one caller; the one that is free receives the next call, and whoever waits keeps the
// one that it came with. The page is the one that ProcessManager gave the application: what comes along with a call is
// only counted, since it may be anything, and is never used.
import { SDK_PARAMS } from 'camkes';
import {
  KernelError,
  MessageInfo,
  ObjectType,
  Received,
  Reply,
  Rights,
  setReceiveSlot,
} from 'sel4';
import { CSpace } from 'sel4/cspace';
import { beginRest, endRest, receiveInTurn } from 'sel4/turns';
import { MemoryError, ObjDesc } from '../../interfaces/memory';
import { allocateHere, giveBackHere } from '../../interfaces/memory-client';
import { HALF_PAGE, SdkError } from '../../interfaces/sdk-runtime';

/** What is kept for an application. Slots. */
class Held {
  /** The page with its parameters; 0: it was given none. */
  page: u32 = 0;
  isWaiting: bool = false;

  constructor(
    /** Its capability to the endpoint, from which all others come. */
    public endpoint: u32,
    public reply: u32,
  ) {}
}

let endpoint: u32 = 0;
/** The reply object that the next call comes with. */
let spare: u32 = 0;
/** Where a capability comes that goes along with it. */
let arrival: u32 = 0;
let held: Map<u32, Held> = new Map<u32, Held>();
/** Read anew for each request, and used before anybody else can. */
let request: Uint8Array = new Uint8Array(<i32>HALF_PAGE);

export function openCalls(): bool {
  let objs = [new ObjDesc(ObjectType.Endpoint, 1, 0), new ObjDesc(ObjectType.Reply, 1, 0)];
  arrival = CSpace.allocate();
  if (!arrival || allocateHere(objs) != MemoryError.Success) return false;
  endpoint = objs[0].cptr;
  spare = objs[1].cptr;
  return true;
}

/** The slot of a capability for the application of this badge; 0: no room. */
export function openEndpoint(badge: u32): u32 {
  let objs = [new ObjDesc(ObjectType.Reply, 1, 0)];
  if (!endpoint || allocateHere(objs) != MemoryError.Success) return 0;
  let rights = Rights.Write | Rights.Grant | Rights.GrantReply;
  let slot = CSpace.mint(endpoint, rights, badge);
  if (slot) held.set(badge, new Held(slot, objs[0].cptr));
  else giveBackHere(objs);
  return slot;
}

/** The capability in this slot, which is ours from now on, is that of the page of this application. */
export function takePage(badge: u32, slot: u32): bool {
  if (!held.has(badge)) return false;
  let kept = held.get(badge);
  if (kept.page) CSpace.remove(kept.page);
  kept.page = slot;
  return true;
}

/** Nobody has a capability of this badge any more. */
export function closeEndpoint(badge: u32): void {
  if (!held.has(badge)) return;
  let kept = held.get(badge);
  held.delete(badge);
  CSpace.own().revoke(kept.endpoint, CSpace.depth);
  CSpace.remove(kept.endpoint);
  if (kept.page) CSpace.remove(kept.page);
  giveBackHere([new ObjDesc(ObjectType.Reply, 1, kept.reply)]);
}

/** Waits for a call; others have their turn meanwhile. */
export function receiveCall(): u64 {
  setReceiveSlot(CSpace.root(), arrival, CSpace.depth);
  beginRest();
  let received = receiveInTurn(endpoint, spare);
  endRest();
  if (MessageInfo.capabilities(Received.info(received)) > 0) CSpace.empty(arrival);
  return received;
}

/** The parameters of the call that came from this application; null when no page came along, or it has none. */
export function parameters(badge: u32, info: u32): Uint8Array | null {
  let hasCapability = MessageInfo.capabilities(info) > 0;
  if (!hasCapability || (MessageInfo.unwrapped(info) & 1) != 0) return null;
  let page = pageOf(badge);
  if (!page || SDK_PARAMS.map(page) != KernelError.NoError) return null;
  SDK_PARAMS.read(0, request);
  SDK_PARAMS.unmap(page);
  return request;
}

/** Answers the call that came, with bytes only if it came from an application. */
export function answerNow(badge: u32, error: SdkError, bytes: Uint8Array | null): void {
  let status = writeAnswer(pageOf(badge), error, bytes);
  new Reply(spare).send(MessageInfo.make(status, 0));
}

/** The call that came is answered later, or never: its caller keeps the reply object. */
export function keepCall(badge: u32, isWaiting: bool): void {
  if (!held.has(badge)) return;
  let kept = held.get(badge);
  let reply = kept.reply;
  kept.reply = spare;
  spare = reply;
  kept.isWaiting = isWaiting;
}

/** What it waited for before was given up. */
export function forgetWaiting(badge: u32): void {
  if (held.has(badge)) held.get(badge).isWaiting = false;
}

/** The call of an application that waits. */
export function answerWaiting(badge: u32, error: SdkError, bytes: Uint8Array | null): void {
  if (!held.has(badge)) return;
  let kept = held.get(badge);
  if (!kept.isWaiting) return;
  kept.isWaiting = false;
  let status = writeAnswer(kept.page, error, bytes);
  new Reply(kept.reply).send(MessageInfo.make(status, 0));
}

function pageOf(badge: u32): u32 {
  return held.has(badge) ? held.get(badge).page : 0;
}

function writeAnswer(page: u32, error: SdkError, bytes: Uint8Array | null): SdkError {
  if (!bytes || error != SdkError.Success) return error;
  if (<u32>bytes.length > HALF_PAGE) return SdkError.SerializeFailed;
  if (!page || SDK_PARAMS.map(page) != KernelError.NoError) return SdkError.MapPageFailed;
  SDK_PARAMS.write(HALF_PAGE, bytes);
  SDK_PARAMS.unmap(page);
  return error;
}
