/**
 * Calls of CantripOS between members of a capsule. The message lies where it would lie if it were sent: in the IPC buffer
 * of the thread that calls, or in memory of the client. Its place is handed over instead, and the answer comes back the
 * same way; nobody enters the kernel, unless the server waits. A capability that goes along is the number of its slot,
 * since both have the same CSpace: `system/sel4/passing.ts` makes the copy that the kernel would make.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { messageInfo } from './buffer-message.js';
import { guestHandlerPrefix, type Making } from './making.js';
import { writeMessageLock } from './message-calls.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  endFunction,
  isGuestText,
  newLabel,
  write,
  writeWord,
} from './stub-text.js';

/**
 * Of guest TypeScript `NAME__lock()`, `NAME__exchange(info)`, which gives the information of the answer, and
 * `NAME__unlock()`; of C what it has for a call through the kernel. `lock` is that of the client's own threads.
 */
export function writeDirectMessages(
  { text, calleeOf }: Making,
  end: EndBinding,
  lock: number,
): void {
  const [server] = end.connection.to;
  const callee = server && calleeOf(server.instance);
  if (server === undefined || callee === undefined) return;
  const { name } = end.end.interface;
  const its = server.interface.name;
  const owner = server.instance.name;
  const isGuest = isGuestText(text);
  const own = isGuest ? `${name}__exchange` : `${name}_call`;
  if (isGuest) writeMessageLock(text, { interface: name, lock });
  else writePlaceOfMessage(text, end);
  beginFunction(text, own);
  if (callee.mayComeLater) {
    const ready = newLabel(text);
    write(text, `lw t0, ${owner}.camkes_is_ready`, `bnez t0, ${ready}`);
    write(text, 'tail camkes_called_too_early', `${ready}:`);
  }
  // s0 becomes the message information, whatever the language says it with.
  write(text, 'addi sp, sp, -32', 'sw ra, 28(sp)', 'sw s0, 24(sp)');
  write(text, ...(isGuest ? ['mv s0, a0'] : informationOf(end)));
  const callLock = callee.hasLock(its) ? `${owner}.camkes_call_lock.${its}` : undefined;
  if (callLock !== undefined) write(text, `la a0, ${callLock}`, 'call camkes_begin_call');
  write(text, 'lw t0, Thread_badge(tp)', 'sw t0, 20(sp)', `li a0, ${String(end.badge ?? 0n)}`);
  write(text, 'sw a0, Thread_badge(tp)', 'srli a1, s0, 12', ...messageOf(end));
  write(text, 'srli a4, s0, 7', 'andi a4, a4, 1', 'slli a4, a4, 2');
  const prefix = callee.language === 'guest' ? guestHandlerPrefix : '';
  write(text, `call ${owner}.${prefix}${its}_request`);
  write(text, ...(callee.language === 'guest' ? ['mv s0, a0'] : informationOf(end)));
  write(text, 'lw t0, 20(sp)', 'sw t0, Thread_badge(tp)');
  if (callLock !== undefined) write(text, `la a0, ${callLock}`, 'call camkes_end_call');
  if (isGuest) write(text, 'mv a0, s0');
  else write(text, 'srli a0, s0, 12', 'andi a1, s0, 127', 'slli a1, a1, 2');
  write(text, 'lw s0, 24(sp)', 'lw ra, 28(sp)', 'addi sp, sp, 32', 'ret');
  endFunction(text, own);
}

/** Of a label and, in the IPC buffer, bytes, as C has them. */
const informationOf = ({ memory }: EndBinding): string[] =>
  memory === undefined ? [...messageInfo, 'mv s0, a1'] : ['slli s0, a0, 12'];

const messageOf = ({ memory }: EndBinding): string[] =>
  memory === undefined
    ? [
        'lw a2, Thread_ipcBuffer(tp)',
        'addi a2, a2, IPCBuffer_words',
        'andi a3, s0, 127',
        'slli a3, a3, 2',
      ]
    : [`la a2, ${memory.symbol}`, `li a3, ${String(memory.sizeBytes)}`];

function writePlaceOfMessage(text: StubText, { end, memory }: EndBinding): void {
  const { name } = end.interface;
  if (memory !== undefined) {
    writeWord(text, '.data', `${name}_data`, memory.symbol);
    writeWord(text, '.section .rodata', `${name}_data_size`, String(memory.sizeBytes));
    return;
  }
  beginFunction(text, `${name}_message`);
  write(text, 'lw a0, Thread_ipcBuffer(tp)', 'addi a0, a0, IPCBuffer_words', 'ret');
  endFunction(text, `${name}_message`);
}
