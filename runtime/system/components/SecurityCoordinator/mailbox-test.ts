// A message of 17 words to the security core, which marks its first and its last word and sends it back: whether that
// works tells that both cores see the same memory, and that messages go both ways.
import { DEEP_COPY_SRC, api } from 'camkes';
import { KernelError, ObjectType, Page, word } from 'sel4';
import {
  MailboxError,
  MailboxMessage,
  MailboxRequest,
  MailboxVerb,
} from '../../interfaces/mailbox';
import { MemoryError, ObjDesc } from '../../interfaces/memory';
import { allocateHere, giveBackHere } from '../../interfaces/memory-client';

const WORDS: u32 = 17;
const BYTES: u32 = 4 * WORDS;
const SENT_FIRST: u32 = 0xdead_beef;
const SENT_LAST: u32 = 0xf00d_cafe;
const MARKED_FIRST: u32 = 0x1234_5678;
const MARKED_LAST: u32 = 0x8765_4321;

export function mailboxWorks(): bool {
  let frame = [new ObjDesc(ObjectType.Page, 1, 0)];
  if (allocateHere(frame) != MemoryError.Success) return false;
  let slot = frame[0].cptr;
  let isDone = write(slot) && exchange(slot) && isMarked(slot);
  return giveBackHere(frame) == MemoryError.Success && isDone;
}

/** What the driver of the mailbox tells of itself. */
export function mailboxUsage(): Uint8Array | null {
  let error = api.call(0, new MailboxRequest(MailboxVerb.ComponentUsage).encode());
  return error == MailboxError.Success ? api.reply() : null;
}

function write(slot: u32): bool {
  if (DEEP_COPY_SRC.map(slot) != KernelError.NoError) return false;
  DEEP_COPY_SRC.set<u32>(0, SENT_FIRST);
  DEEP_COPY_SRC.set<u32>(BYTES - 4, SENT_LAST);
  return DEEP_COPY_SRC.unmap(slot) == KernelError.NoError;
}

/** The security core knows memory by its physical address. */
function exchange(slot: u32): bool {
  if (new Page(slot).getAddress() != KernelError.NoError) return false;
  let address = word(0);
  let sent = api.call(0, new MailboxRequest(MailboxVerb.Send, address, BYTES).encode());
  if (sent != MailboxError.Success) return false;
  let received = api.call(0, new MailboxRequest(MailboxVerb.Recv).encode());
  let message = received == MailboxError.Success ? MailboxMessage.decode(api.reply()) : null;
  return message ? message.address == address && message.size == BYTES : false;
}

function isMarked(slot: u32): bool {
  if (DEEP_COPY_SRC.map(slot) != KernelError.NoError) return false;
  let first = DEEP_COPY_SRC.get<u32>(0);
  let last = DEEP_COPY_SRC.get<u32>(BYTES - 4);
  let isUnmapped = DEEP_COPY_SRC.unmap(slot) == KernelError.NoError;
  return isUnmapped && first == MARKED_FIRST && last == MARKED_LAST;
}
