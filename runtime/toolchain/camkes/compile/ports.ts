/** What only x86 has: I/O ports, and interrupts of an I/O APIC whose settings stand in one string. */
import type { EndScope } from './context.js';
import { bindEnd, heldIn, provide, report, settingsOf } from './context.js';
import { highestInterrupt, plainLine, provideIrqHandler } from './irq.js';
import { textSetting } from './setting-values.js';

/** `"0x3f8:0x3ff"`, the last port included. */
export function renderIoPorts(scope: EndScope): void {
  const { context, connection } = scope;
  const [device] = connection.to;
  if (device === undefined) return;
  const owner = device.instance.name;
  const setting = `${device.interface.name}_attributes`;
  const text = textSetting(context, owner, setting);
  const ports = text === undefined ? undefined : portRange(text);
  if (ports === undefined) {
    const found = text === undefined ? 'is not set' : `is "${text}"`;
    report(
      context,
      settingsOf(context, owner).get(setting)?.place ?? connection.place,
      'error',
      text === undefined ? 'missing-setting' : 'setting-type',
      `\`${owner}.${setting}\` ${found}; expected the first and the last port, such as "0x3f8:0x3ff".`,
    );
    return;
  }
  provide(scope, 'ioport', 'io_ports', {}, { others: new Map([['ports', ports]]) });
}

const highestPort = 0xffff;

/** As capDL writes it; undefined when it is no range of ports. */
export function portRange(text: string): string | undefined {
  const [first, last, ...rest] = text.replaceAll('"', '').split(':', 3).map(numberOf);
  const isRange = first !== undefined && last !== undefined && rest.length === 0;
  return isRange && first <= last && last <= highestPort
    ? `[${String(first)}..${String(last)}]`
    : undefined;
}

/** `"irq,level,trigger"`; the last two are for the program alone. */
export function renderIoapicInterrupt(scope: EndScope): void {
  const { context, connection } = scope;
  const [source] = connection.from;
  if (source === undefined) return;
  const notification = provide(scope, 'notification', 'notification', { rights: 'R' });
  const owner = source.instance.name;
  const setting = `${source.interface.name}_attributes`;
  const text = textSetting(context, owner, setting);
  const place = settingsOf(context, owner).get(setting)?.place ?? source.place;
  const numbers = text?.replaceAll('"', '').split(',', 4).map(numberOf);
  const [irq] = numbers ?? [];
  const isRight = numbers?.length === 3 && numbers.every((each) => each !== undefined);
  if (isRight && irq !== undefined && irq <= highestInterrupt) {
    const handler = provideIrqHandler(
      scope,
      'irq',
      plainLine(irq),
      heldIn(scope, notification),
      place,
    );
    bindEnd(scope, { interrupts: [{ name: 'irq', handler, irq, badge: 0n }] });
  } else if (text !== undefined)
    report(
      context,
      place,
      'error',
      'setting-type',
      `\`${owner}.${setting}\` is "${text}"; expected three numbers: the interrupt, its level and its trigger, such as "4,1,1". The interrupt is left out.`,
    );
  const lock = provide(scope, 'lock', 'notification', { rights: 'RW' });
  bindEnd(scope, { notification, lock });
}

const numberOf = (text: string): number | undefined =>
  /^\s*(?:0[xX][0-9a-fA-F]{1,8}|\d{1,9})\s*$/.test(text) ? Number(text.trim()) : undefined;
