/** The registers of a device as a debugger shows them: names and fields of its table, values without side effects. */
import { bits } from '../../base/bits.js';
import type {
  RegisterAccess,
  RegisterField,
  RegisterTable,
} from '../../registers/register-table.js';
import { answeringBank, registerOffset } from '../../registers/register-table.js';
import type { AccessSize } from '../bus/bus.js';

/** A register as a debugger shows it. */
export interface RegisterView {
  /** `PRIO[5]` for an element of an array. */
  readonly name: string;
  /** `PRIO` of an element of an array. */
  readonly array?: string;
  readonly offset: number;
  readonly access: RegisterAccess;
  /** Absent where the register can only be written. */
  readonly value?: number;
  /** What it reads as after power-on. */
  readonly reset: number;
  readonly fields: readonly (RegisterField & { readonly value?: number })[];
  readonly doc: string;
}

/** Every register of a device, in table order, those that can be read through `peek`; banked-out ones are left out. */
export function viewRegisters(
  table: RegisterTable,
  peek: (offset: number, size: AccessSize) => number | undefined,
): RegisterView[] {
  const bank = answeringBank(table, (register) => {
    const row = table.rows.find(({ name }) => name === register);
    return (row && peek(row.offset, table.widthBytes)) ?? 0;
  });
  const views: RegisterView[] = [];
  for (const row of table.rows) {
    if (row.bank !== undefined && row.bank !== bank) continue;
    for (let index = 0; index < (row.count ?? 1); index += 1) {
      const offset = registerOffset(table, row, index);
      const { name, access, reset, doc, fields = [] } = row;
      const value = access === 'wo' ? undefined : peek(offset, table.widthBytes);
      if (access !== 'wo' && value === undefined) continue;
      views.push({
        name: row.count === undefined ? name : `${name}[${index}]`,
        ...(row.count === undefined ? {} : { array: name }),
        offset,
        access,
        ...(value === undefined ? {} : { value }),
        reset,
        fields: fields.map((field) => ({
          ...field,
          ...(value === undefined ? {} : { value: bits(value, field.high, field.low) }),
        })),
        doc,
      });
    }
  }
  return views;
}
