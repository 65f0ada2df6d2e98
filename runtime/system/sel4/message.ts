// The message of a thread: words in its IPC buffer. The first four travel in registers; the system calls here take
// them from the buffer and put them back, so that a message is in one place. Nothing in this file allocates.
import {
  LABEL_SHIFT,
  LENGTH_MASK,
  MAX_WORDS,
  OFFSET_CAPS,
  OFFSET_RECEIVE_DEPTH,
  OFFSET_RECEIVE_INDEX,
  OFFSET_RECEIVE_ROOT,
  OFFSET_WORDS,
  SYS_CALL,
  SYS_DEBUG_NAME_THREAD,
  SYS_DEBUG_PUT_CHAR,
  SYS_NB_RECV,
  SYS_NB_SEND,
  SYS_NB_SEND_RECV,
  SYS_NB_SEND_WAIT,
  SYS_NB_WAIT,
  SYS_RECV,
  SYS_REPLY_RECV,
  SYS_SEND,
  SYS_WAIT,
  SYS_YIELD,
  CAPS_SHIFT,
  CAPS_MASK,
} from "./constants";

// @ts-ignore: decorator
@external("env", "camkes_ipc_buffer")
declare function ipcBuffer(): usize;
// @ts-ignore: decorator
@external("riscv", "ecall")
declare function ecall(a0: u32, a1: u32, a2: u32, a3: u32, a4: u32, a5: u32, a6: u32, a7: u32): u64;
// @ts-ignore: decorator
@external("riscv", "ecall_t0")
declare function ecallWithT0(
  a0: u32,
  a1: u32,
  a2: u32,
  a3: u32,
  a4: u32,
  a5: u32,
  a6: u32,
  a7: u32,
  t0: u32,
): u64;
// @ts-ignore: decorator
@external("riscv", "a2")
declare function a2(): u32;
// @ts-ignore: decorator
@external("riscv", "a3")
declare function a3(): u32;
// @ts-ignore: decorator
@external("riscv", "a4")
declare function a4(): u32;
// @ts-ignore: decorator
@external("riscv", "a5")
declare function a5(): u32;

/** What a message is about, how many words it has and how many capabilities come along. */
export namespace MessageInfo {
  // @ts-ignore: decorator
  @inline
  export function make(label: u32, words: u32, capabilities: u32 = 0): u32 {
    return (label << LABEL_SHIFT) | ((capabilities & CAPS_MASK) << CAPS_SHIFT) | (words & LENGTH_MASK);
  }

  // @ts-ignore: decorator
  @inline
  export function label(info: u32): u32 {
    return info >> LABEL_SHIFT;
  }

  // @ts-ignore: decorator
  @inline
  export function words(info: u32): u32 {
    return min<u32>(info & LENGTH_MASK, MAX_WORDS);
  }

  /** A bit for each capability that came as a badge: that of the very endpoint that received it. */
  // @ts-ignore: decorator
  @inline
  export function unwrapped(info: u32): u32 {
    return (info >> (CAPS_SHIFT + 2)) & 7;
  }

  // @ts-ignore: decorator
  @inline
  export function capabilities(info: u32): u32 {
    return (info >> CAPS_SHIFT) & CAPS_MASK;
  }
}

/** What came with a message or a signal: the badge of the sender's capability, and the message info. */
export namespace Received {
  // @ts-ignore: decorator
  @inline
  export function badge(received: u64): u32 {
    return <u32>received;
  }

  // @ts-ignore: decorator
  @inline
  export function info(received: u64): u32 {
    return <u32>(received >> 32);
  }
}

/** Word `index` of the message, from 0 to 119. */
export function word(index: u32): u32 {
  assert(index < MAX_WORDS, "A message has at most 120 words.");
  return load<u32>(ipcBuffer() + OFFSET_WORDS + (index << 2));
}

export function setWord(index: u32, value: u32): void {
  assert(index < MAX_WORDS, "A message has at most 120 words.");
  store<u32>(ipcBuffer() + OFFSET_WORDS + (index << 2), value);
}

/** The bytes of the message, for the encoders of this library. */
export function messageStart(): usize {
  return ipcBuffer() + OFFSET_WORDS;
}

export function messageEnd(): usize {
  return messageStart() + (MAX_WORDS << 2);
}

/** For modules that have another `memory`: an interface may be called so. */
export function copyBytes(to: usize, from: usize, count: usize): void {
  memory.copy(to, from, count);
}

/** The capability in this slot goes along with the next message. */
export function setCapability(index: u32, slot: u32): void {
  assert(index <= CAPS_MASK, "A message carries at most 3 capabilities.");
  store<u32>(ipcBuffer() + OFFSET_CAPS + (index << 2), slot);
}

/** The slot of capability `index` of a message that has not left. */
export function capability(index: u32): u32 {
  return load<u32>(ipcBuffer() + OFFSET_CAPS + (index << 2));
}

/** The badge of capability `index` that came as the badge of an endpoint. */
export function unwrappedBadge(index: u32): u32 {
  assert(index < CAPS_MASK, "A message carries at most 3 capabilities.");
  return load<u32>(ipcBuffer() + OFFSET_CAPS + (index << 2));
}

/** Where a capability that comes with the next message is to be put. */
export function setReceiveSlot(root: u32, index: u32, depth: u32): void {
  let buffer = ipcBuffer();
  store<u32>(buffer + OFFSET_RECEIVE_ROOT, root);
  store<u32>(buffer + OFFSET_RECEIVE_INDEX, index);
  store<u32>(buffer + OFFSET_RECEIVE_DEPTH, depth);
}

/** Sends the message, and waits for the answer; gives its message info. */
export function call(slot: u32, info: u32): u32 {
  return <u32>(exchange(slot, info, 0, SYS_CALL) >> 32);
}

/** Like `call`, with a message that lies elsewhere: its capabilities, then its words. Gives the label of the answer. */
export function callWith(slot: u32, info: u32, message: usize): u32 {
  let buffer = ipcBuffer();
  let words = message + (MessageInfo.capabilities(info) << 2);
  let to = buffer + OFFSET_CAPS;
  while (message < words) {
    store<u32>(to, load<u32>(message));
    message += 4;
    to += 4;
  }
  // Four words travel in registers; what lies behind a shorter message goes nowhere.
  let end = words + (MessageInfo.words(info) << 2);
  message += 16;
  to = buffer + OFFSET_WORDS + 16;
  while (message < end) {
    store<u32>(to, load<u32>(message));
    message += 4;
    to += 4;
  }
  let answer = ecall(
    slot,
    info,
    load<u32>(words),
    load<u32>(words, 4),
    load<u32>(words, 8),
    load<u32>(words, 12),
    0,
    SYS_CALL,
  );
  return MessageInfo.label(<u32>(answer >> 32));
}

/** `call` with the first four words of the message in its arguments. Gives the label of the answer. */
export function callInRegisters(
  slot: u32,
  info: u32,
  word0: u32,
  word1: u32,
  word2: u32,
  word3: u32,
): u32 {
  let words = ipcBuffer() + OFFSET_WORDS;
  let answer = ecall(slot, info, word0, word1, word2, word3, 0, SYS_CALL);
  store<u32>(words, a2());
  store<u32>(words, a3(), 4);
  store<u32>(words, a4(), 8);
  store<u32>(words, a5(), 12);
  return MessageInfo.label(<u32>(answer >> 32));
}

/** Gives a thread a name, where a debug kernel keeps names. */
export function nameThread(slot: u32, text: usize, bytes: u32): void {
  let words = ipcBuffer() + OFFSET_WORDS;
  let most = min<u32>(bytes, (MAX_WORDS << 2) - 1);
  memory.copy(words, text, most);
  store<u8>(words + most, 0);
  ecall(slot, 0, 0, 0, 0, 0, 0, SYS_DEBUG_NAME_THREAD);
}

export function send(slot: u32, info: u32): void {
  exchange(slot, info, 0, SYS_SEND);
}

/** Sends if somebody waits for it. */
export function trySend(slot: u32, info: u32): void {
  exchange(slot, info, 0, SYS_NB_SEND);
}

export function receive(slot: u32, reply: u32): u64 {
  return exchange(slot, 0, reply, SYS_RECV);
}

export function tryReceive(slot: u32, reply: u32): u64 {
  return exchange(slot, 0, reply, SYS_NB_RECV);
}

/** Answers the caller of the last message, and waits for the next. */
export function replyAndReceive(slot: u32, info: u32, reply: u32): u64 {
  return exchange(slot, info, reply, SYS_REPLY_RECV);
}

/** Sends to one if somebody waits for it, and receives from another. */
export function trySendAndReceive(to: u32, info: u32, from: u32, reply: u32): u64 {
  let words = ipcBuffer() + OFFSET_WORDS;
  let result = ecallWithT0(
    from,
    info,
    load<u32>(words),
    load<u32>(words, 4),
    load<u32>(words, 8),
    load<u32>(words, 12),
    reply,
    SYS_NB_SEND_RECV,
    to,
  );
  takeWords(words);
  return result;
}

/** The same without a reply object: nobody who calls is received from. */
export function trySendAndWait(to: u32, info: u32, from: u32): u64 {
  return exchange(from, info, to, SYS_NB_SEND_WAIT);
}

export function wait(slot: u32): u64 {
  return exchange(slot, 0, 0, SYS_WAIT);
}

export function poll(slot: u32): u64 {
  return exchange(slot, 0, 0, SYS_NB_WAIT);
}

export function yieldTime(): void {
  ecall(0, 0, 0, 0, 0, 0, 0, SYS_YIELD);
}

/** Writes a line to the console of the kernel, where a debug kernel has one. */
export function log(text: string): void {
  print(text);
  putByte(10);
}

/** The same of a part of a line. */
export function print(text: string): void {
  for (let at = 0; at < text.length; at++) {
    let point = <u32>text.codePointAt(at);
    if (point > 0xffff) at += 1;
    if (point < 0x80) putByte(point);
    else {
      if (point < 0x800) putByte(0xc0 | (point >> 6));
      else {
        if (point < 0x10000) putByte(0xe0 | (point >> 12));
        else {
          putByte(0xf0 | (point >> 18));
          putByte(0x80 | ((point >> 12) & 0x3f));
        }
        putByte(0x80 | ((point >> 6) & 0x3f));
      }
      putByte(0x80 | (point & 0x3f));
    }
  }
}

function putByte(byte: u32): void {
  ecall(byte, 0, 0, 0, 0, 0, 0, SYS_DEBUG_PUT_CHAR);
}

/** One system call with the first four words of the message in its registers, and back. */
function exchange(slot: u32, info: u32, reply: u32, number: u32): u64 {
  let words = ipcBuffer() + OFFSET_WORDS;
  let result = ecall(
    slot,
    info,
    load<u32>(words),
    load<u32>(words, 4),
    load<u32>(words, 8),
    load<u32>(words, 12),
    reply,
    number,
  );
  takeWords(words);
  return result;
}

// @ts-ignore: decorator
@inline
function takeWords(words: usize): void {
  store<u32>(words, a2());
  store<u32>(words, a3(), 4);
  store<u32>(words, a4(), 8);
  store<u32>(words, a5(), 12);
}
