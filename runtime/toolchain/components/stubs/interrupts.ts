/**
 * Interrupts that a component consumes: a thread waits for them and calls a function of the component, which handles the
 * device and acknowledges. Without a thread for it, the one that serves the whole instance calls it.
 */
import type { EndBinding, InterruptBinding } from '../../camkes/compile/bindings.js';
import { callbackPrototype, type Making } from './making.js';
import type { StubText } from './stub-text.js';
import {
  beginFunction,
  beginsEvent,
  endFunction,
  endsEvent,
  newLabel,
  write,
  writeWord,
} from './stub-text.js';

type InterruptEnd = EndBinding & { readonly interrupts: readonly InterruptBinding[] };

export function writeInterruptConsumer(making: Making, end: InterruptEnd): void {
  const { text, handlers, language } = making;
  const { name, place } = end.end.interface;
  const { notification, interrupts } = end;
  writeAcknowledging(text, end);
  // Whoever has the notification for all of its connections may do without functions.
  if (end.signal !== undefined || notification === undefined) return;
  beginFunction(text, `${name}__run`);
  write(text, '1:', `li a0, ${String(notification)}`, 'call camkes_interrupt_wait', 'mv s0, a0');
  write(text, ...beginsEvent(text), ...interruptCalls(text, end), ...endsEvent(text), 'j 1b');
  endFunction(text, `${name}__run`);
  const symbols = [
    `${name}_handle`,
    ...(isOfTree(end) ? [`${name}_irq_handle`] : []),
    ...(interrupts.length > 1 ? interrupts.map((each) => `${each.name}_handle`) : []),
  ];
  for (const symbol of symbols)
    handlers.push({
      symbol,
      prototype:
        symbol === `${name}_irq_handle`
          ? `void ${symbol}(ps_irq_t *irq)`
          : callbackPrototype(language, symbol, 'nothing'),
      interface: name,
      place,
      declared: undefined,
      need: 'one',
    });
}

/** Its device is a node of the device tree. */
export const isOfTree = ({ connection }: EndBinding): boolean =>
  connection.connector.name.startsWith('seL4DTB');

/**
 * Calls the functions of the component, with the badge in s0: one for all interrupts, and of several each its own. Of a
 * device in the device tree there may be one that is told which.
 */
export function interruptCalls(text: StubText, end: InterruptEnd): string[] {
  const { interrupts } = end;
  const { name } = end.end.interface;
  const lines = [`call_optional ${name}_handle`];
  const isTold = isOfTree(end);
  if (interrupts.length <= 1 && !isTold) return lines;
  for (const { name: own, badge, irq } of interrupts) {
    const other = newLabel(text);
    const told = [
      'addi sp, sp, -16',
      'sw zero, 0(sp)',
      `li t0, ${String(irq)}`,
      'sw t0, 4(sp)',
      'mv a0, sp',
      `call_optional ${name}_irq_handle`,
      'addi sp, sp, 16',
    ];
    lines.push(`li t0, ${String(badge)}`, 'and t1, s0, t0', `bne t1, t0, ${other}`);
    if (interrupts.length > 1) lines.push(`call_optional ${own}_handle`);
    lines.push(...(isTold ? told : []), `${other}:`);
  }
  return lines;
}

function writeAcknowledging(text: StubText, end: InterruptEnd): void {
  const { interrupts } = end;
  const { name } = end.end.interface;
  for (const { name: source, handler } of interrupts) {
    const symbol = `${interrupts.length > 1 ? source : name}_acknowledge`;
    beginFunction(text, symbol);
    write(text, `li a0, ${String(handler)}`, 'tail camkes_interrupt_acknowledge');
    endFunction(text, symbol);
  }
  if (!isOfTree(end)) return;
  beginFunction(text, `${name}_irq_acknowledge`);
  write(text, 'mv t1, a0', 'li a0, -1', `beqz t1, 1f`, 'lw t1, 4(t1)');
  for (const { irq, handler } of interrupts) {
    const other = newLabel(text);
    write(text, `li t0, ${String(irq)}`, `bne t0, t1, ${other}`, `li a0, ${String(handler)}`);
    write(text, 'tail camkes_interrupt_acknowledge', `${other}:`);
  }
  write(text, '1:', 'ret');
  endFunction(text, `${name}_irq_acknowledge`);
}

/** `NAME_0`, `NAME_1`: pointers to each block of registers. */
export function writeRegisters(text: StubText, { end, registers = [] }: EndBinding): void {
  registers.forEach(({ memory, offset }, index) => {
    const name = `${end.interface.name}_${String(index)}`;
    writeWord(text, '.data', name, `${memory.symbol} + ${String(offset)}`);
  });
}

/** Before anything of the component runs: interrupts get notifications that tell of them. */
export function writePairing(text: StubText, ends: readonly EndBinding[]): void {
  const pairs = ends.flatMap(({ interrupts = [] }) =>
    interrupts.flatMap(({ handler, paired }) =>
      paired === undefined ? [] : [{ handler, paired }],
    ),
  );
  if (pairs.length === 0) return;
  beginFunction(text, 'camkes_prepare');
  write(text, 'addi sp, sp, -16', 'sw ra, 12(sp)');
  for (const { handler, paired } of pairs)
    write(
      text,
      `li a0, ${String(handler)}`,
      `li a1, ${String(paired)}`,
      'call camkes_interrupt_pair',
    );
  write(text, 'lw ra, 12(sp)', 'addi sp, sp, 16', 'ret');
  endFunction(text, 'camkes_prepare');
}
