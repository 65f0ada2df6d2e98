/**
 * What a register is: one row of a device's `.regs.ts` table. The rows are the truth about names,
 * offsets, access and reset values; register-file.ts gives them behaviour, and the debugger reads the
 * same rows to show names and fields. Offsets and field bits are written as the manuals write them.
 */
import type { AccessSize } from '../bus/bus.js';
import { bits } from '../../base/bits.js';

/**
 * `w1c`: a one clears the bit. `rc`: a read takes something away (pops a FIFO, claims an interrupt),
 * so such a register needs a `peek` of its own; a write to it stores nothing. `wo` reads as zero.
 */
export type RegisterAccess = 'rw' | 'ro' | 'wo' | 'w1c' | 'rc';

export interface RegisterField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly doc: string;
}

export interface RegisterRow {
  readonly name: string;
  readonly offset: number;
  readonly access: RegisterAccess;
  /** What a read gives after power-on. */
  readonly reset: number;
  /** Bits outside of all fields read as zero and ignore writes. None at all: the whole width is one value. */
  readonly fields?: readonly RegisterField[];
  readonly doc: string;
  /** An array of equal registers, `stride` bytes apart (default: the table's register width). */
  readonly count?: number;
  readonly stride?: number;
  /** Shares its offset with a register of another bank; the device says which bank answers. */
  readonly bank?: string;
}

export interface RegisterTable<Name extends string = string> {
  readonly device: string;
  readonly widthBytes: 1 | 4;
  /** Sizes that the device accepts; another size is a bus error. */
  readonly accessSizes: readonly AccessSize[];
  /** What an offset without a register does: TileLink devices report an error, others read zero. */
  readonly elsewhere: 'busError' | 'zero';
  readonly rows: readonly (RegisterRow & { readonly name: Name })[];
}

/** Keeps the row names as literal types, so that behaviour for a register that is not there does not compile. */
export function registerTable<const Name extends string>(
  table: RegisterTable<Name>,
): RegisterTable<Name> {
  return table;
}

/** The bits that exist: all of them for a register without fields. */
export function fieldMask(table: RegisterTable, row: RegisterRow): number {
  const width = table.widthBytes * 8;
  const whole = width === 32 ? 0xffff_ffff : 2 ** width - 1;
  if (row.fields === undefined) return whole;
  return row.fields.reduce(
    (mask, { high, low }) => (mask | (bits(whole, high - low, 0) << low)) >>> 0,
    0,
  );
}

/** The offset of element `index` of a row. */
export const registerOffset = (table: RegisterTable, row: RegisterRow, index: number): number =>
  row.offset + index * (row.stride ?? table.widthBytes);

/** A register as a debugger shows it. */
export interface RegisterView {
  /** `PRIO[5]` for an element of an array. */
  readonly name: string;
  readonly offset: number;
  readonly access: RegisterAccess;
  readonly value: number;
  readonly fields: readonly {
    readonly name: string;
    readonly value: number;
    readonly doc: string;
  }[];
  readonly doc: string;
}

/** Every readable register of a device through `peek`, in table order; banked-out registers are left out. */
export function viewRegisters(
  table: RegisterTable,
  peek: (offset: number, size: AccessSize) => number | undefined,
  shownBank?: string,
): RegisterView[] {
  const views: RegisterView[] = [];
  for (const row of table.rows) {
    if (row.access === 'wo') continue;
    if (row.bank !== undefined && row.bank !== shownBank) continue;
    for (let index = 0; index < (row.count ?? 1); index += 1) {
      const offset = registerOffset(table, row, index);
      const value = peek(offset, table.widthBytes);
      if (value === undefined) continue;
      views.push({
        name: row.count === undefined ? row.name : `${row.name}[${index}]`,
        offset,
        access: row.access,
        value,
        fields: (row.fields ?? []).map(({ name, high, low, doc }) => ({
          name,
          value: bits(value, high, low),
          doc,
        })),
        doc: row.doc,
      });
    }
  }
  return views;
}
