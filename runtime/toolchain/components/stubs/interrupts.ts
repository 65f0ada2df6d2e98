/**
 * Interrupts that a component consumes: a thread waits for them and calls a function of the component, which handles the
 * device and acknowledges.
 */
import type { EndBinding } from '../../camkes/compile/bindings.js';
import type { Making } from './making.js';
import type { StubText } from './stub-text.js';
import { beginFunction, beginsEvent, endFunction, endsEvent, write } from './stub-text.js';

export function writeInterruptConsumer({ text, handlers }: Making, end: EndBinding): void {
  const { name, place } = end.end.interface;
  const { notification, interrupts } = end;
  if (notification === undefined || interrupts === undefined) return;
  writeInterrupts(text, name, notification, interrupts);
  const isOne = interrupts.length <= 1;
  for (const handler of isOne
    ? [`${name}_handle`]
    : [`${name}_handle`, ...interrupts.map((each) => `${each.name}_handle`)])
    handlers.push({
      symbol: handler,
      prototype: `void ${handler}(void)`,
      interface: name,
      place,
      declared: undefined,
      need: 'one',
    });
}

/** Of several interrupts each has its own function; or one takes all and is told which by the badge. */
function writeInterrupts(
  text: StubText,
  name: string,
  notification: number,
  interrupts: NonNullable<EndBinding['interrupts']>,
): void {
  beginFunction(text, `${name}__run`);
  write(text, '1:', `li a0, ${String(notification)}`, 'call camkes_interrupt_wait', 'mv s0, a0');
  write(text, ...beginsEvent(text), `call_optional ${name}_handle`);
  if (interrupts.length > 1)
    interrupts.forEach((each, index) => {
      write(
        text,
        `li t0, ${String(each.badge)}`,
        'and t0, s0, t0',
        `beqz t0, ${String(10 + index)}f`,
      );
      write(text, `call_optional ${each.name}_handle`, `${String(10 + index)}:`);
    });
  write(text, ...endsEvent(text), 'j 1b');
  endFunction(text, `${name}__run`);
  for (const { name: source, handler } of interrupts) {
    const symbol = `${interrupts.length > 1 ? source : name}_acknowledge`;
    beginFunction(text, symbol);
    write(text, `li a0, ${String(handler)}`, 'tail camkes_interrupt_acknowledge');
    endFunction(text, symbol);
  }
}
