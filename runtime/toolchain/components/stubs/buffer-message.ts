/**
 * Calls of CantripOS without methods, of components in C and assembly: a label, and bytes in the IPC buffer, there and back.
 * What they mean is a matter between the two components. A label with a number of bytes is two words, in a0 and a1.
 */
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  waitingCall,
  write,
} from './stub-text.js';

/** `NAME_message()` is where the bytes are, in the buffer of the calling thread; `NAME_call(label, size)` sends them. */
export function writeBufferClient(text: StubText, name: string, endpoint: number): void {
  beginFunction(text, `${name}_message`);
  write(text, 'lw a0, Thread_ipcBuffer(tp)', 'addi a0, a0, IPCBuffer_words', 'ret');
  endFunction(text, `${name}_message`);
  beginFunction(text, `${name}_call`);
  write(text, ...messageInfo, 'addi sp, sp, -16', 'sw ra, 12(sp)', `li a0, ${String(endpoint)}`);
  write(text, ...waitingCall(text, 'camkes_exchange_words'));
  write(text, 'srli a0, a1, 12', 'andi a1, a1, 127', 'slli a1, a1, 2');
  write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, `${name}_call`);
}

/** Calls `NAME_request(badge, label, message, size)`, which gives the label and the bytes of the answer. */
export function writeBufferServer(
  text: StubText,
  name: string,
  { endpoint, reply }: { readonly endpoint: number; readonly reply: number },
): void {
  const from = [`li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`];
  beginFunction(text, `${name}__run`);
  write(text, 'addi sp, sp, -16', ...from, 'call camkes_receive_first', '1:');
  write(text, 'lw a0, Thread_badge(tp)', 'srli a1, a1, 12', 'mv a2, s0', 'sub a3, s1, s0');
  write(text, ...beginsEvent(text), `.weak ${name}_request`, `call ${name}_request`);
  write(text, ...endsEvent(text), ...messageInfo, ...from);
  write(text, 'call camkes_reply_receive_words', 'j 1b');
  endFunction(text, `${name}__run`);
}

/** Of the label a0 and a1 bytes: a1. */
export const messageInfo: readonly string[] = [
  'li t0, IPCBuffer_messageBytes',
  'bltu t0, a1, camkes_message_too_large',
  'addi a1, a1, 3',
  'srli a1, a1, 2',
  'slli a0, a0, 12',
  'or a1, a0, a1',
];
