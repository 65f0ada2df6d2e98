/**
 * What provides an interface: the loop of its thread, the functions that the component has to have, and those by which it
 * tells its clients apart and tells them something.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { prototypeOf } from '../prototype.js';
import { layoutsOf, type Making } from './making.js';
import { writeRpcServer } from './rpc-server.js';
import { isMessageMemory, writeMessageServer } from './shared-message.js';
import type { StubText } from './stub-text.js';
import { beginFunction, endFunction, signalled, write, writeWord } from './stub-text.js';

export function writeServer(making: Making, end: EndBinding): void {
  const { text, handlers } = making;
  const { interface: declared } = end.end;
  const { name, place } = declared;
  if (isMessageMemory(end) && end.endpoint !== undefined) {
    const symbol = `${text.handlerPrefix}${name}_request`;
    const prototype = `unsigned ${name}_request(seL4_Word badge, unsigned label, void *message, size_t size)`;
    handlers.push({
      symbol,
      prototype,
      interface: name,
      place,
      declared: undefined,
      need: 'always',
    });
    writeMessageServer(text, {
      interface: name,
      endpoint: end.endpoint,
      reply: end.reply ?? 0,
      clients: end.clients ?? [],
    });
    return;
  }
  for (const method of declared.procedure?.methods ?? [])
    handlers.push({
      symbol: `${text.handlerPrefix}${name}_${method.name}`,
      prototype: prototypeOf(`${name}_${method.name}`, method),
      interface: name,
      place,
      declared: method.place,
      need: 'always',
    });
  if (end.callLock !== undefined)
    writeWord(text, '.data', `camkes_call_lock.${name}`, `${String(end.callLock)}, 1, 0`);
  // Who calls directly says so, too, if it is asked for.
  beginFunction(text, `${name}_get_sender_id`);
  write(text, 'lw a0, Thread_badge(tp)', 'ret');
  endFunction(text, `${name}_get_sender_id`);
  if (end.endpoint === undefined) return;
  const methods = layoutsOf(making, end);
  writeRpcServer(text, {
    interface: name,
    endpoint: end.endpoint,
    reply: end.reply ?? 0,
    methods,
  });
  writeClientSignals(text, end);
}

/** What tells a client something: `NAME_emit(badge)`. */
function writeClientSignals(text: StubText, { end, clients = [] }: EndBinding): void {
  if (!clients.some(({ signal }) => signal !== undefined)) return;
  const name = `${end.interface.name}_emit`;
  beginFunction(text, name);
  clients.forEach(({ badge, signal }, index) => {
    if (signal === undefined) return;
    const other = `.L${name}${String(index)}`;
    write(text, `li t0, ${String(badge)}`, `bne a0, t0, ${other}`, ...signalled(signal), 'ret');
    write(text, `${other}:`);
  });
  write(text, 'ret');
  endFunction(text, name);
}
