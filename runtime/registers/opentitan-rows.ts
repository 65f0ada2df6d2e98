/** What the register blocks of OpenTitan have in common: interrupts and the alert test, in their first four words. */
import type { RegisterField, RegisterRow } from './register-table.js';

/** A field of one bit. */
export const bit = (name: string, position: number, doc: string): RegisterField => ({
  name,
  high: position,
  low: position,
  doc,
});

type Named<Name extends string> = RegisterRow & { readonly name: Name };

/** `stateDoc` says how long a bit of INTR_STATE stays, `testDoc` what INTR_TEST does to it. */
export function interruptRows(
  fields: readonly RegisterField[],
  stateDoc: string,
  testDoc: string,
): readonly [Named<'INTR_STATE'>, Named<'INTR_ENABLE'>, Named<'INTR_TEST'>] {
  const common = { reset: 0, fields } as const;
  return [
    { name: 'INTR_STATE', offset: 0x00, access: 'w1c', ...common, doc: stateDoc },
    {
      name: 'INTR_ENABLE',
      offset: 0x04,
      access: 'rw',
      ...common,
      doc: 'A cause whose bit is set here drives its interrupt line while its INTR_STATE bit is set.',
    },
    { name: 'INTR_TEST', offset: 0x08, access: 'wo', ...common, doc: testDoc },
  ];
}

export const alertTestRow = (offset: number): Named<'ALERT_TEST'> => ({
  name: 'ALERT_TEST',
  offset,
  access: 'wo',
  reset: 0,
  fields: [bit('fatal_fault', 0, 'Sends a test alert. No alert handler listens on this board.')],
  doc: 'Sends a test alert.',
});
