/**
 * The loop of an instance whose one thread serves all of its connections: a call is answered by the interface that its
 * badge belongs to, and a signal is told to the functions of those whose bits it has.
 */
import type {
  EndBinding,
  InstanceBindings,
  SingleThreadBinding,
} from '../../camkes/compile/bindings.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import { interruptCalls } from './interrupts.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  newLabel,
  write,
} from './stub-text.js';

/** A server that has no thread of its own for its calls. */
export const isThreadless = ({ connection, end }: EndBinding): boolean =>
  end.interface.kind === 'provides' &&
  connection.connector.to.threads === 0 &&
  connection.connector.name !== 'seL4DirectCall';

/** Of an instance that has no thread for all of its connections, and is called on one that brings none. */
export const unservedInterfaces = ({ ends, singleThread }: InstanceBindings): Diagnostic[] =>
  singleThread !== undefined
    ? []
    : ends
        .filter((end) => isThreadless(end) && end.endpoint !== undefined)
        .map(({ end: { instance, interface: declared, place }, connection }) =>
          diagnosticAt(
            place,
            'warning',
            'unserved-interface',
            `Nobody answers calls of \`${instance.name}.${declared.name}\`: \`${connection.connector.name}\` brings no thread, so whoever calls waits for ever. Set \`${instance.name}.single_threaded = true;\` in the configuration, whose control thread then serves all, or connect it by \`seL4RPCCall\`.`,
          ),
        );

export function writeSingleThread(
  text: StubText,
  { notification, endpoint, reply }: SingleThreadBinding,
  ends: readonly EndBinding[],
): void {
  const [again, waits] = [newLabel(text), newLabel(text)];
  const from = [`li a0, ${String(endpoint)}`, `li a6, ${String(reply)}`];
  // A function of the component may have waited for a signal, and others came meanwhile.
  const bits = ends.reduce((all, { signal }) => all | (signal?.bits ?? 0n), 0n);
  const rearmed = [
    `li a0, ${String(notification)}`,
    `li a1, ${String(bits)}`,
    'call_optional camkes_signals_rearm',
  ];
  const servers = ends
    .filter(isThreadless)
    .map((end) => ({ end, label: newLabel(text), badges: end.clients ?? [] }));
  beginFunction(text, 'camkes_serve');
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', `li a0, ${String(notification)}`);
  write(text, 'call camkes_bind_notification', ...rearmed, ...from, 'call camkes_receive');
  write(text, `${again}:`);
  write(text, 'lw s4, Thread_badge(tp)');
  for (const { label, badges } of servers)
    for (const { badge } of badges) {
      const other = newLabel(text);
      write(text, `li t0, ${String(badge)}`, `bne s4, t0, ${other}`, `j ${label}`, `${other}:`);
    }
  write(text, 'li a0, 0', `li a1, ${String(bits)}`, 'call_optional camkes_signals_left');
  write(text, 'or s4, s4, a0', 'mv s0, s4', ...beginsEvent(text));
  for (const end of ends) writeSignal(text, end);
  write(text, 'mv a0, s4', 'call camkes_call_handlers', ...endsEvent(text));
  write(text, `${waits}:`, ...rearmed, ...from, 'call camkes_receive', `j ${again}`);
  for (const { end, label } of servers) {
    write(text, `${label}:`, `call ${end.end.interface.name}__answer`);
    // A handler of errors may have said that there is no answer.
    if (text.errorPlaces !== undefined) write(text, `beqz a0, ${waits}`);
    write(text, ...rearmed, ...from, 'call camkes_reply_receive', `j ${again}`);
  }
  endFunction(text, 'camkes_serve');
}

/** With the badge in s0. */
function writeSignal(text: StubText, end: EndBinding): void {
  const { signal, interrupts } = end;
  if (signal === undefined) return;
  const none = newLabel(text);
  write(text, `li t0, ${String(signal.bits)}`, 'and t0, t0, s0', `beqz t0, ${none}`);
  if (interrupts === undefined) write(text, `call_optional ${end.end.interface.name}_handle`);
  else write(text, ...interruptCalls(text, { ...end, interrupts }));
  write(text, `${none}:`);
}
