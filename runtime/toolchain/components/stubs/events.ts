/**
 * Events. Who emits one signals a notification for each consumer; who consumes one waits for it, asks for it, registers a
 * function for the next, or has a function that is called for each.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import { writeInterruptConsumer } from './interrupts.js';
import type { Making } from './making.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  signalled,
  waitingCall,
  write,
  writeForward,
  writeWord,
} from './stub-text.js';

export function writeEmitter({ text }: Making, { end, signals = [] }: EndBinding): void {
  const name = `${end.interface.name}_emit`;
  beginFunction(text, name);
  write(text, ...signals.flatMap(signalled), 'ret');
  endFunction(text, name);
}

export function writeConsumer(making: Making, end: EndBinding): void {
  const { text, defined } = making;
  const { name } = end.end.interface;
  const { notification, handoff, lock, interrupts } = end;
  if (notification === undefined) return;
  if (interrupts !== undefined) {
    writeInterruptConsumer(making, end);
    return;
  }
  if (handoff === undefined || lock === undefined) {
    writeWaits(text, name, notification);
    return;
  }
  const record = `camkes_event.${name}`;
  const handler = writeEventHandler(text, name, defined.has(`${name}_handle`));
  writeWord(
    text,
    '.data',
    record,
    `${String(notification)}, ${String(handoff)}, 0, ${String(lock)}, 1, 0, 0, ${handler}`,
  );
  for (const [suffix, target] of [
    ['_run', 'camkes_event_run'],
    ['wait', 'camkes_event_wait'],
    ['poll', 'camkes_event_poll'],
    ['reg_callback', 'camkes_event_register'],
  ] as const)
    writeForward(text, `${name}_${suffix}`, record, target);
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

/** Waiting at the notification itself. */
export function writeWaits(text: StubText, name: string, notification: number): void {
  for (const [suffix, call] of [
    ['wait', 'camkes_notification_wait'],
    ['poll', 'camkes_notification_poll'],
  ] as const) {
    beginFunction(text, `${name}_${suffix}`);
    write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)', `li a0, ${String(notification)}`);
    if (suffix === 'wait') write(text, ...waitingCall(text, call));
    else write(text, `call ${call}`, 'snez a0, a0');
    write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
    endFunction(text, `${name}_${suffix}`);
  }
}
