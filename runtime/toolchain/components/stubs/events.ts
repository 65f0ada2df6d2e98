/**
 * Events. Who emits one signals a notification for each consumer; who consumes one waits for it, asks for it, registers a
 * function for the next, or has a function that is called for each.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { diagnosticAt } from '../../text/source-line.js';
import { writeInterruptConsumer, writeRegisters } from './interrupts.js';
import { callbackPrototype, type Making } from './making.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  signalled,
  waitingCall,
  write,
  writeConstantFunction,
  writeForward,
  writeWord,
} from './stub-text.js';

export function writeEmitter({ text }: Making, end: EndBinding): void {
  const { signals = [], counters = [] } = end;
  const name = `${end.end.interface.name}_emit`;
  beginFunction(text, name);
  if (counters.length > 0) write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)');
  for (const { endpoint, memory } of counters)
    write(text, `la a0, ${memory.symbol}`, `li a1, ${String(endpoint)}`, 'call camkes_count');
  if (counters.length > 0) write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16');
  write(text, ...signals.flatMap(signalled), 'ret');
  endFunction(text, name);
}

export function writeConsumer(making: Making, end: EndBinding): void {
  const { text } = making;
  const { name } = end.end.interface;
  const { notification, interrupts } = end;
  writeRegisters(text, end);
  if (interrupts !== undefined) writeInterruptConsumer(making, { ...end, interrupts });
  else if (end.connection.connector.name === callbackConnector) writeCallbackThread(making, end);
  else if (end.handoff !== undefined && end.lock !== undefined) {
    writeEvent(making, end, { handoff: end.handoff, lock: end.lock });
    return;
  }
  const hasThread =
    end.connection.connector[end.side].threads > 0 &&
    (interrupts !== undefined || end.connection.connector.name === callbackConnector);
  if (notification === undefined || (hasThread && end.signal === undefined)) return;
  if (!hasThread) writeWaits(text, name, end);
  writeNotification(text, end);
}

export const callbackConnector = 'seL4GlobalAsynchCallback';
/** Of a badge. */
const allBits = 0xfff_ffffn;

/** The notification itself, and what tells its signals apart. */
export function writeNotification(text: StubText, { end, notification, signal }: EndBinding): void {
  if (notification === undefined) return;
  writeConstantFunction(text, `${end.interface.name}_notification`, notification);
  if (signal !== undefined)
    writeConstantFunction(text, `${end.interface.name}_notification_badge`, signal.badge);
}

/** A thread that waits for all signals of the instance for which no other thread waits, and tells the component of each. */
function writeCallbackThread(
  { text, handlers, language }: Making,
  { end, notification, signal }: EndBinding,
): void {
  const { name, place } = end.interface;
  const symbol = `${name}_callback`;
  const prototype = callbackPrototype(language, symbol, 'badge');
  handlers.push({
    symbol,
    prototype,
    interface: name,
    place,
    declared: undefined,
    need: 'always',
  });
  beginFunction(text, `${name}__run`);
  const base = signal === undefined ? 0n : signal.badge & ~signal.bits;
  write(text, '1:', `li a0, ${String(notification ?? 0)}`, `li a1, ${String(allBits & ~base)}`);
  write(text, 'call camkes_signals_wait', `li t0, ${String(base)}`, 'or a0, a0, t0');
  write(text, 'sw a0, Thread_badge(tp)');
  write(
    text,
    ...beginsEvent(text),
    `.weak ${symbol}`,
    `call ${symbol}`,
    ...endsEvent(text),
    'j 1b',
  );
  endFunction(text, `${name}__run`);
}

/** A thread waits for the event; threads of the component wait for what it tells them, or have functions called. */
function writeEvent(
  making: Making,
  { end, notification, counters }: EndBinding,
  { handoff, lock }: { readonly handoff: number; readonly lock: number },
): void {
  const { text, defined } = making;
  const { name } = end.interface;
  checkTaken(making, end.interface);
  const [counter] = counters ?? [];
  const waited = notification ?? counter?.endpoint;
  if (waited === undefined) return;
  const record = `camkes_event.${name}`;
  const handler = writeEventHandler(text, name, defined.has(`${name}_handle`));
  writeWord(
    text,
    '.data',
    record,
    `${String(waited)}, ${String(handoff)}, 0, ${String(lock)}, 1, 0, 0, ${handler}`,
  );
  for (const [suffix, target] of [
    ...(counter === undefined ? ([['_run', 'camkes_event_run']] as const) : []),
    ['wait', 'camkes_event_wait'],
    ['poll', 'camkes_event_poll'],
    ['reg_callback', 'camkes_event_register'],
  ] as const)
    writeForward(text, `${name}_${suffix}`, record, target);
  if (counter === undefined) return;
  beginFunction(text, `${name}__run`);
  write(text, `la a0, ${record}`, `la a1, ${counter.memory.symbol}`, 'tail camkes_queue_run');
  endFunction(text, `${name}__run`);
}

/** Who waits for what a function takes waits for ever. */
function checkTaken(
  { defined, named, language, diagnostics }: Making,
  { name, place }: EndBinding['end']['interface'],
): void {
  const verb = ['wait', 'poll', 'reg_callback'].find((each) => named.has(`${name}_${each}`));
  if (verb === undefined || !defined.has(`${name}_handle`)) return;
  const call = language === 'guest' ? `${name}.${verb}` : `${name}_${verb}`;
  diagnostics.push(
    diagnosticAt(
      place,
      'warning',
      'event-taken',
      `The component has a function \`${name}_handle\`, which is called for each event of \`${name}\`, so there is never one for its call of \`${call}\`. Leave out the function or the call.`,
    ),
  );
}

/** What is called at each event; a component need not have it. */
function writeEventHandler(text: StubText, name: string, isDefined: boolean): string {
  const handler = `${name}_handle`;
  write(text, `.weak ${handler}`);
  if (!text.takesTurns) return handler;
  if (!isDefined) return '0';
  const wrapper = `${name}__event`;
  beginFunction(text, wrapper);
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', ...beginsEvent(text), `call ${handler}`);
  write(text, ...endsEvent(text), 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, wrapper);
  return wrapper;
}

/** A thread of a client that its server signals: `NAME_signalled()` is called for each signal, where there is one. */
export function writeSignalThread({ text, defined }: Making, end: EndBinding): void {
  const { name } = end.end.interface;
  const handler = `${name}_signalled`;
  if (end.notification === undefined || !defined.has(handler)) return;
  const target = end.signal === undefined ? 'camkes_notification_wait' : 'camkes_signals_wait';
  beginFunction(text, `${name}__run`);
  write(text, '1:', `li a0, ${String(end.notification)}`);
  if (end.signal !== undefined) write(text, `li a1, ${String(end.signal.bits)}`);
  write(
    text,
    `call ${target}`,
    ...beginsEvent(text),
    `call ${handler}`,
    ...endsEvent(text),
    'j 1b',
  );
  endFunction(text, `${name}__run`);
}

/** Waiting at the notification itself; where others wait at it, too, for the own bits alone. */
export function writeWaits(
  text: StubText,
  name: string,
  { notification = 0, signal }: Pick<EndBinding, 'notification' | 'signal'>,
): void {
  const [wait, poll] =
    signal === undefined
      ? ['camkes_notification_wait', 'camkes_notification_poll']
      : ['camkes_signals_wait', 'camkes_signals_poll'];
  const load = [
    `li a0, ${String(notification)}`,
    ...(signal === undefined ? [] : [`li a1, ${String(signal.bits)}`]),
  ];
  for (const [suffix, lines] of [
    ['wait', waitingCall(text, wait)],
    ['poll', [`call ${poll}`, 'snez a0, a0']],
  ] as const) {
    beginFunction(text, `${name}_${suffix}`);
    write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', ...load, ...lines);
    write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
    endFunction(text, `${name}_${suffix}`);
  }
}
