/**
 * What provides an interface: the loop of its thread, the functions that the component has to have, and those by which it
 * tells its clients apart and tells them something.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { prototypeOf } from '../prototype.js';
import { writeBufferServer } from './buffer-message.js';
import { writeClients, writeSenderId } from './clients.js';
import { layoutsOf, type Making } from './making.js';
import { writeRpcServer } from './rpc-server.js';
import { writeCalledServer } from './message-calls.js';
import {
  clientsWithMessages,
  isBufferMessage,
  isMessage,
  isMessageMemory,
  writeMessageServer,
} from './shared-message.js';
import { isThreadless } from './single-thread.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  isGuestText,
  write,
  writeWord,
} from './stub-text.js';

export function writeServer(making: Making, end: EndBinding): void {
  const { text, handlers } = making;
  const { interface: declared } = end.end;
  const { name, place } = declared;
  if (end.connection.connector.name.startsWith('seL4GDB')) {
    if (end.connection.connector.name === 'seL4GDB') writeDebugger(making, end);
    return;
  }
  const isGuest = isGuestText(text);
  if ((isGuest ? isMessage(end) : isMessageMemory(end)) && end.endpoint !== undefined) {
    handlers.push(requestHandler(text.handlerPrefix, end));
    if (end.callLock !== undefined) writeCallLock(text, name, end.callLock);
    (isGuest ? writeCalledServer : writeMessageServer)(text, {
      interface: name,
      endpoint: end.endpoint,
      reply: end.reply ?? 0,
      clients: end.clients ?? [],
      hasCallLock: end.callLock !== undefined,
    });
    writeClients(text, end);
    return;
  }
  if (isBufferMessage(end) && end.endpoint !== undefined) {
    const symbol = `${name}_request`;
    handlers.push({
      symbol,
      prototype: `camkes_answer_t ${symbol}(seL4_Word badge, unsigned label, void *message, size_t size)`,
      interface: name,
      place,
      declared: undefined,
      need: 'always',
    });
    writeBufferServer(text, name, { endpoint: end.endpoint, reply: end.reply ?? 0 });
    writeSenderId(text, name, undefined);
    writeClients(text, end);
    return;
  }
  // Nobody calls it but members of its capsule.
  if (isMessage(end)) handlers.push(requestHandler(text.handlerPrefix, end));
  for (const method of declared.procedure?.methods ?? [])
    handlers.push({
      symbol: `${text.handlerPrefix}${name}_${method.name}`,
      prototype: prototypeOf(`${name}_${method.name}`, method),
      interface: name,
      place,
      declared: method.place,
      need: 'always',
    });
  if (end.callLock !== undefined) writeCallLock(text, name, end.callLock);
  // Who calls directly says so, too, if it is asked for.
  writeSenderId(text, name, isThreadless(end) ? (end.clients ?? []) : undefined);
  if (end.endpoint === undefined) {
    if (isMessage(end)) writeClients(text, end);
    return;
  }
  const methods = layoutsOf(making, end);
  writeRpcServer(text, {
    interface: name,
    endpoint: end.endpoint,
    reply: end.reply ?? 0,
    methods,
    isThreadless: isThreadless(end),
    clients: clientsWithMessages(end),
    hasCallLock: end.callLock !== undefined,
  });
  writeClients(text, end);
}

function requestHandler(prefix: string, { end }: EndBinding): Making['handlers'][number] {
  const { name, place } = end.interface;
  return {
    symbol: `${prefix}${name}_request`,
    prototype: `unsigned ${name}_request(seL4_Word badge, unsigned label, void *message, size_t size)`,
    interface: name,
    place,
    declared: undefined,
    need: 'always',
  };
}

const writeCallLock = (text: StubText, name: string, endpoint: number): void =>
  writeWord(text, '.data', `camkes_call_lock.${name}`, `${String(endpoint)}, 1, 0`);

/**
 * Waits for faults of the component that is debugged: `NAME_fault` is told the slot of the thread's TCB, the kind of
 * fault, where it was, and the second word of its message. It gives the address where the thread goes on, or 0.
 */
function writeDebugger({ text, handlers }: Making, { end, endpoint, reply }: EndBinding): void {
  const { name, place } = end.interface;
  if (endpoint === undefined || reply === undefined) return;
  const symbol = `${name}_fault`;
  handlers.push({
    symbol,
    prototype: `seL4_Word ${symbol}(seL4_Word thread, seL4_Word label, seL4_Word address, seL4_Word word)`,
    interface: name,
    place,
    declared: undefined,
    need: 'always',
  });
  beginFunction(text, `${name}__run`);
  write(text, '1:', `li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`);
  write(text, 'call camkes_receive', 'srli a1, a1, 12', ...beginsEvent(text));
  write(text, `.weak ${symbol}`, `call ${symbol}`, ...endsEvent(text), 'beqz a0, 1b');
  // Its first word is the address; a fault of memory repeats the access whatever it says.
  write(text, 'mv a2, a0', `li a0, ${String(reply)}`, 'li a1, 1', 'li a7, seL4_SysSend', 'ecall');
  write(text, 'j 1b');
  endFunction(text, `${name}__run`);
}
