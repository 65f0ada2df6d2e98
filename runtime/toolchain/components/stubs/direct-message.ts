/**
 * Calls of CantripOS between members of a capsule in guest TypeScript: the message lies in the IPC buffer of the thread
 * that calls, as if it were sent, and its place is handed over in place of it; the answer comes back the same way. Nobody
 * enters the kernel, unless the server waits. A capability does not go along, since both have the same CSpace.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { guestHandlerPrefix, type Making } from './making.js';
import { writeMessageLock } from './message-calls.js';
import { beginFunction, endFunction, newLabel, write } from './stub-text.js';

/** `NAME__lock()`, `NAME__exchange(info)`, which gives the information of the answer, and `NAME__unlock()`. */
export function writeDirectMessages(
  { text, calleeOf }: Making,
  { connection, end, badge = 0n }: EndBinding,
  lock: number,
): void {
  const [server] = connection.to;
  if (server === undefined) return;
  const callee = calleeOf(server.instance);
  const { name } = end.interface;
  const its = server.interface.name;
  const callLock =
    callee?.hasLock(its) === true ? `${server.instance.name}.camkes_call_lock.${its}` : undefined;
  writeMessageLock(text, { interface: name, lock });
  beginFunction(text, `${name}__exchange`);
  if (callee?.mayComeLater === true) {
    const ready = newLabel(text);
    write(text, `lw t0, ${server.instance.name}.camkes_is_ready`, `bnez t0, ${ready}`);
    write(text, 'tail camkes_called_too_early', `${ready}:`);
  }
  write(text, 'addi sp, sp, -32', 'sw ra, 28(sp)', 'sw s0, 24(sp)', 'mv s0, a0');
  if (callLock !== undefined) write(text, `la a0, ${callLock}`, 'call camkes_begin_call');
  write(text, 'lw t0, Thread_badge(tp)', 'sw t0, 20(sp)', `li a0, ${String(badge)}`);
  write(text, 'sw a0, Thread_badge(tp)', 'srli a1, s0, 12', 'lw a2, Thread_ipcBuffer(tp)');
  write(text, 'addi a2, a2, IPCBuffer_words', 'andi a3, s0, 127', 'slli a3, a3, 2', 'li a4, 0');
  write(text, `call ${server.instance.name}.${guestHandlerPrefix}${its}_request`, 'mv s0, a0');
  write(text, 'lw t0, 20(sp)', 'sw t0, Thread_badge(tp)');
  if (callLock !== undefined) write(text, `la a0, ${callLock}`, 'call camkes_end_call');
  write(text, 'mv a0, s0', 'lw s0, 24(sp)', 'lw ra, 28(sp)', 'addi sp, sp, 32', 'ret');
  endFunction(text, `${name}__exchange`);
}
