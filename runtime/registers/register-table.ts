/**
 * What a register is: one row of a device's `.regs.ts` table. The rows are the truth about names,
 * offsets, access and reset values; register-file.ts gives them behaviour, and the debugger reads the
 * same rows to show names and fields. Offsets and field bits are written as the manuals write them.
 */
import { bits } from '../base/bits.js';

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
  /** What OpenTitan calls some of its values. */
  readonly values?: Readonly<Record<string, number>>;
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
  /** Shares its offset with a register of another bank; `bankBit` of the table says which bank answers. */
  readonly bank?: string;
  /** What OpenTitan's generator makes of the row other than a register, or an array of them; C headers follow it. */
  readonly generated?: GeneratedRow;
  /** Its reset value there, where a read gives another one: what a register without storage shows is not its own. */
  readonly generatedReset?: number;
}

export type GeneratedRow =
  /** The only register of a multi-register: its fields are counted, `active_0`. */
  | { readonly kind: 'multireg' }
  /** Bits of one name, packed into words and counted through: `P_0` to `P_42`. */
  | { readonly kind: 'bits'; readonly field: string; readonly count: number }
  /** Registers of their own, `PRIO0` and so on, with the number in the names of their fields, too. */
  | { readonly kind: 'numbered' }
  /** Memory of that many words. */
  | { readonly kind: 'window' };

export interface RegisterTable<Name extends string = string> {
  readonly device: string;
  readonly widthBytes: 1 | 4;
  /** Sizes that the device accepts; another size is a bus error. */
  readonly accessSizes: readonly (1 | 2 | 4)[];
  /** What an offset without a register does: TileLink devices report an error, others read zero. */
  readonly elsewhere: 'busError' | 'zero';
  /** Needed when the table has banks: the bank that answers while the bit is clear, then the one while it is set. */
  readonly bankBit?: {
    readonly register: string;
    readonly bit: number;
    readonly banks: readonly [string, string];
  };
  /** What OpenTitan's generator calls the block, where that is not the table's name. */
  readonly generatedName?: string;
  /** Numbers that OpenTitan's generator gives beside the registers. */
  readonly parameters?: Readonly<Record<string, number>>;
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

/** The bank that answers now; undefined for a table without banks. `valueOf` gives what a register of it holds. */
export function answeringBank(
  { bankBit }: RegisterTable,
  valueOf: (register: string) => number,
): string | undefined {
  if (bankBit === undefined) return undefined;
  const { register, bit, banks } = bankBit;
  return banks[bits(valueOf(register), bit, bit) === 1 ? 1 : 0];
}

/** The offset of element `index` of a row. */
export const registerOffset = (table: RegisterTable, row: RegisterRow, index: number): number =>
  row.offset + index * (row.stride ?? table.widthBytes);
