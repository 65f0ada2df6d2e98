/**
 * Calls of CantripOS between components in guest TypeScript. A message is bytes and up to one capability; the bytes are
 * in the IPC buffer, or in memory that client and server share. What the module `camkes` has around these stubs
 * writes and reads the bytes; here the message information goes out, and that of the answer comes back.
 */
import type { ClientBinding, MemoryBinding } from '../../camkes/compile/bindings.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsCall,
  endFunction,
  endsCall,
  newLabel,
  waitingCall,
  write,
  writeWord,
} from './stub-text.js';

export interface CallingClient {
  readonly interface: string;
  readonly endpoint: number;
  /** The endpoint of a lock: threads of the component call one after the other. */
  readonly lock: number;
}

export interface CalledServer {
  readonly interface: string;
  readonly endpoint: number;
  readonly reply: number;
  readonly clients: readonly ClientBinding[];
  /** Members of its capsule call it, too, and one call is let in at a time. */
  readonly hasCallLock: boolean;
}

/** `NAME__lock()`, `NAME__exchange(info)`, which gives the information of the answer, and `NAME__unlock()`. */
export function writeCallingClient(text: StubText, client: CallingClient): void {
  const { interface: name, endpoint } = client;
  writeMessageLock(text, client);
  beginFunction(text, `${name}__exchange`);
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', 'mv a1, a0', `li a0, ${String(endpoint)}`);
  write(text, ...waitingCall(text, 'camkes_exchange_words'), 'mv a0, a1');
  write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, `${name}__exchange`);
}

export function writeMessageLock(
  text: StubText,
  { interface: name, lock }: Pick<CallingClient, 'interface' | 'lock'>,
): void {
  if (text.takesTurns)
    writeWord(text, '.data', `camkes_message_lock.${name}`, `${String(lock)}, 1`);
  const semaphore = (verb: string, call: readonly string[]): void => {
    beginFunction(text, `${name}__${verb}`);
    if (text.takesTurns) {
      write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', `la a0, camkes_message_lock.${name}`);
      write(text, ...call, 'lw ra, 12(sp)', 'addi sp, sp, 16');
    }
    write(text, 'ret');
    endFunction(text, `${name}__${verb}`);
  };
  semaphore('lock', waitingCall(text, 'camkes_semaphore_wait'));
  semaphore('unlock', ['call camkes_semaphore_post']);
}

/**
 * Calls the handler with the badge, the label, where the message is, its bytes, and the number of capabilities that came;
 * it gives the message information of the answer.
 */
export function writeCalledServer(text: StubText, server: CalledServer): void {
  const { interface: name, endpoint, reply, clients, hasCallLock } = server;
  const [again, known, none] = [newLabel(text), newLabel(text), newLabel(text)];
  beginFunction(text, `${name}__run`);
  write(text, 'addi sp, sp, -16', `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`);
  write(text, 'call camkes_receive_first', `${again}:`);
  write(text, 'mv a2, s0', 'sub a3, s1, s0', 'lw s0, Thread_badge(tp)', 'mv s2, a1');
  const memories = memoryByBadge(clients);
  for (const [badge, { symbol, sizeBytes }] of memories) {
    const other = newLabel(text);
    write(text, `li t0, ${String(badge)}`, `bne s0, t0, ${other}`, `la a2, ${symbol}`);
    write(text, `li a3, ${String(sizeBytes)}`, `j ${known}`, `${other}:`);
  }
  if (memories.size > 0) write(text, 'li a0, 0', `j ${none}`);
  write(text, `${known}:`, 'mv s3, a2', 'mv s4, a3', ...beginsCall(text));
  if (hasCallLock) write(text, `la a0, camkes_call_lock.${name}`, 'call camkes_begin_call');
  write(text, 'mv a0, s0', 'srli a1, s2, 12', 'mv a2, s3', 'mv a3, s4', 'srli a4, s2, 7');
  write(text, 'andi a4, a4, 3', `call ${text.handlerPrefix}${name}_request`);
  if (hasCallLock)
    write(
      text,
      'mv s2, a0',
      `la a0, camkes_call_lock.${name}`,
      'call camkes_end_call',
      'mv a0, s2',
    );
  write(text, ...endsCall(text), `${none}:`);
  write(text, 'mv a1, a0', `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`);
  write(text, 'call camkes_reply_receive_words', `j ${again}`);
  endFunction(text, `${name}__run`);
  beginFunction(text, `${name}_get_sender_id`);
  write(text, 'lw a0, Thread_badge(tp)', 'ret');
  endFunction(text, `${name}_get_sender_id`);
}

/** Clients of one badge are one. */
function memoryByBadge(clients: readonly ClientBinding[]): Map<bigint, MemoryBinding> {
  const found = new Map<bigint, MemoryBinding>();
  for (const { badge, memory } of clients)
    if (memory !== undefined && !found.has(badge)) found.set(badge, memory);
  return found;
}
