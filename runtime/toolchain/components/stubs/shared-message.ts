/**
 * Calls of CantripOS whose message lies in a page that client and server share: the request in its first half, the
 * reply in its second. The words of the call carry a label alone, which says what is asked for or what came of it;
 * what the halves hold is a matter between the two components.
 */
import type { ClientBinding, EndBinding, MemoryBinding } from '../../camkes/compile/bindings.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  newLabel,
  waitingCall,
  write,
  writeWord,
} from './stub-text.js';

export interface MessageClient {
  readonly interface: string;
  readonly endpoint: number;
  readonly memory: MemoryBinding;
}

export interface MessageServer {
  readonly interface: string;
  readonly endpoint: number;
  readonly reply: number;
  readonly clients: readonly ClientBinding[];
}

/** Whether calls go through memory, not through the IPC buffer. */
export const isSharedMessage = ({ connection }: EndBinding): boolean =>
  /^(?:cantrip|seL4)RPC\w*OverMultiSharedData$/.test(connection.connector.name);

/** Where messages of a client's calls lie that do not go through the IPC buffer. */
export const messagesOf = (end: EndBinding): MemoryBinding | undefined =>
  isSharedMessage(end) ? end.memory : end.messages;

/** The clients of a server, with the memory of each that their messages lie in; none where they go through the IPC buffer. */
export const clientsWithMessages = (end: EndBinding): readonly ClientBinding[] => {
  const { messages: memory, clients = [] } = end;
  if (isSharedMessage(end)) return clients;
  return memory === undefined ? [] : clients.map((client) => ({ ...client, memory }));
};

/** Whether what they say is a matter of the components alone: CantripOS has no methods. */
export const isMessageMemory = (end: EndBinding): boolean =>
  isSharedMessage(end) &&
  (end.connection.connector.name.startsWith('cantrip') ||
    (end.end.interface.procedure?.methods ?? []).length === 0);

/**
 * Whether messages are bytes in the IPC buffer: of CantripOS's calls without methods. A direct call finds them there, too,
 * without the kernel, between components in guest TypeScript.
 */
export const isBufferMessage = ({ connection, end }: EndBinding): boolean =>
  /^cantripRPCCall(?:Signal)?$/.test(connection.connector.name) &&
  (end.interface.procedure?.methods ?? []).length === 0;

export const isMessage = (end: EndBinding): boolean => isMessageMemory(end) || isBufferMessage(end);

/** `NAME_call(label)` gives the label of the reply; `NAME_data` is the memory, and `NAME_data_size` its size. */
export function writeMessageClient(text: StubText, client: MessageClient): void {
  const { interface: name, endpoint, memory } = client;
  writeWord(text, '.data', `${name}_data`, memory.symbol);
  writeWord(text, '.section .rodata', `${name}_data_size`, String(memory.sizeBytes));
  beginFunction(text, `${name}_call`);
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', 'slli a1, a0, 12', `li a0, ${String(endpoint)}`);
  write(text, ...waitingCall(text, 'camkes_exchange'), 'srli a0, a1, 12');
  write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, `${name}_call`);
}

/** Calls `NAME_request(badge, label, message, size)`, which gives the label of the reply. */
export function writeMessageServer(text: StubText, server: MessageServer): void {
  const { interface: name, endpoint, reply, clients } = server;
  const [again, known, none] = [newLabel(text), newLabel(text), newLabel(text)];
  beginFunction(text, `${name}__run`);
  write(text, 'addi sp, sp, -16', `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`);
  write(
    text,
    'call camkes_receive_first',
    `${again}:`,
    'lw s0, Thread_badge(tp)',
    'srli s2, a1, 12',
  );
  const seen = new Set<bigint>();
  for (const { badge, memory } of clients) {
    if (memory === undefined || seen.has(badge)) continue;
    seen.add(badge);
    const other = newLabel(text);
    write(text, `li t0, ${String(badge)}`, `bne s0, t0, ${other}`, `la a2, ${memory.symbol}`);
    write(text, `li a3, ${String(memory.sizeBytes)}`, `j ${known}`, `${other}:`);
  }
  write(text, 'li a0, 0', `j ${none}`, `${known}:`, 'mv a0, s0', 'mv a1, s2');
  const handler = `${text.handlerPrefix}${name}_request`;
  write(text, ...beginsEvent(text), `.weak ${handler}`, `call ${handler}`, ...endsEvent(text));
  write(text, `${none}:`);
  write(text, 'slli a1, a0, 12', `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`);
  write(text, 'li a7, seL4_SysReplyRecv', 'ecall', 'sw a0, Thread_badge(tp)', `j ${again}`);
  endFunction(text, `${name}__run`);
  beginFunction(text, `${name}_get_sender_id`);
  write(text, 'lw a0, Thread_badge(tp)', 'ret');
  endFunction(text, `${name}_get_sender_id`);
}
