/**
 * A register table in operation: storage, access rules, and behaviour as functions named after the
 * event (`onWrite.WDATA`). The table decides what a plain access does; a device adds only what is
 * particular to it. A value that has no storage of its own (a FIFO level) is computed by `onRead`.
 */
import { invariant } from '../../base/invariant.js';
import type { AccessSize } from '../bus/bus.js';
import { answeringBank, fieldMask, registerOffset } from '../../registers/register-table.js';
import type { RegisterRow, RegisterTable } from '../../registers/register-table.js';

type Handlers<Name extends string, Handler> = Readonly<Partial<Record<Name, Handler>>>;

/** Behaviour of a device, by register name. `index` counts the elements of an array, else 0. */
export interface RegisterBehaviour<Name extends string> {
  /** Computes what is read. May change state only where the row says `rc`, and then `peek` is required. */
  readonly onRead?: Handlers<Name, (index: number) => number>;
  /** What `onRead` would give, without the effect. */
  readonly peek?: Handlers<Name, (index: number) => number>;
  /**
   * After the table's rule stored the value: `written` is what software wrote (existing bits only),
   * `before` what the register held. Software's ones of a `w1c` register are already cleared.
   */
  readonly onWrite?: Handlers<Name, (written: number, before: number, index: number) => void>;
}

export interface RegisterFile<Name extends string> {
  /** Unsigned; undefined is a bus error. */
  readonly read: (offset: number, size: AccessSize) => number | undefined;
  readonly write: (offset: number, size: AccessSize, value: number) => boolean;
  readonly peek: (offset: number, size: AccessSize) => number | undefined;
  /** The stored value, without behaviour. */
  readonly get: (name: Name, index?: number) => number;
  /** Stores as the hardware would: read-only registers too, without behaviour. */
  readonly set: (name: Name, value: number, index?: number) => void;
  readonly reset: () => void;
  readonly save: () => Record<string, readonly number[]>;
  readonly load: (state: unknown) => void;
}

interface Cell {
  readonly row: RegisterRow;
  readonly index: number;
  readonly mask: number;
}

export function createRegisterFile<Name extends string>(
  table: RegisterTable<Name>,
  behaviour: RegisterBehaviour<Name>,
): RegisterFile<Name> {
  const readable = new Map<number, Cell[]>();
  const writable = new Map<number, Cell[]>();
  const values = new Map<string, Uint32Array>();
  const masks = new Map<string, number>();
  for (const row of table.rows) {
    const mask = fieldMask(table, row);
    const count = row.count ?? 1;
    values.set(row.name, new Uint32Array(count).fill(row.reset));
    masks.set(row.name, mask);
    for (let index = 0; index < count; index += 1) {
      const offset = registerOffset(table, row, index);
      const cell: Cell = { row, index, mask };
      if (row.access !== 'wo') readable.set(offset, [...(readable.get(offset) ?? []), cell]);
      const writes =
        row.access === 'rc' ? behaviour.onWrite?.[row.name] !== undefined : row.access !== 'ro';
      if (writes) {
        writable.set(offset, [...(writable.get(offset) ?? []), cell]);
      }
    }
  }

  const storage = (name: string): Uint32Array => {
    const found = values.get(name);
    invariant(found !== undefined, 'REG-1', () => `${table.device} has no register ${name}`);
    return found;
  };
  const bankNow = (): string | undefined =>
    answeringBank(table, (register) => storage(register)[0] ?? 0);
  const cellAt = (cells: ReadonlyMap<number, Cell[]>, offset: number): Cell | undefined =>
    cells.get(offset)?.find(({ row }) => row.bank === undefined || row.bank === bankNow());
  const startOf = (offset: number): number => offset - (offset % table.widthBytes);
  const called = <Handler>(
    handlers: Handlers<Name, Handler> | undefined,
    row: RegisterRow,
  ): Handler | undefined => handlers?.[row.name as Name];

  const valueOf = (offset: number, size: AccessSize, peeking: 'peek' | 'read') => {
    if (!table.accessSizes.includes(size) || offset % size !== 0) return undefined;
    const start = startOf(offset);
    const cell = cellAt(readable, start);
    if (cell === undefined) {
      return table.elsewhere === 'zero' || cellAt(writable, start) !== undefined ? 0 : undefined;
    }
    const { row, index } = cell;
    const onRead = called(behaviour.onRead, row);
    const handler = peeking === 'peek' ? (called(behaviour.peek, row) ?? onRead) : onRead;
    const word = handler === undefined ? (storage(row.name)[index] ?? 0) : handler(index);
    // A narrow read of a wide register sees the bytes at its place.
    const shifted = word >>> (8 * (offset - start));
    return size >= table.widthBytes ? shifted >>> 0 : (shifted & (2 ** (8 * size) - 1)) >>> 0;
  };

  return {
    read: (offset, size) => valueOf(offset, size, 'read'),
    peek: (offset, size) => valueOf(offset, size, 'peek'),
    write(offset, size, value) {
      if (!table.accessSizes.includes(size) || offset % size !== 0) return false;
      const start = startOf(offset);
      const cell = cellAt(writable, start);
      if (cell === undefined) {
        return table.elsewhere === 'zero' || cellAt(readable, start) !== undefined;
      }
      const { row, index, mask } = cell;
      const shift = 8 * (offset - start);
      const covered = size >= table.widthBytes ? 0xffff_ffff : (2 ** (8 * size) - 1) * 2 ** shift;
      // As in OpenTitan's generated register blocks, a write must cover every byte that holds a field of the
      // register: a byte store to WDATA is fine, a byte store to a 32-bit value is a bus error.
      if ((mask & ~covered) !== 0) return false;
      const written = ((value << shift) & mask) >>> 0;
      const cells = storage(row.name);
      const before = cells[index] ?? 0;
      if (row.access === 'rw') cells[index] = written;
      else if (row.access === 'w1c') cells[index] = before & ~written;
      called(behaviour.onWrite, row)?.(written, before, index);
      return true;
    },
    get: (name, index = 0) => storage(name)[index] ?? 0,
    set(name, value, index = 0) {
      storage(name)[index] = (value & (masks.get(name) ?? 0)) >>> 0;
    },
    reset() {
      for (const row of table.rows) storage(row.name).fill(row.reset);
    },
    save() {
      const state: Record<string, readonly number[]> = {};
      for (const [name, cells] of values) state[name] = [...cells];
      return state;
    },
    load(state) {
      const saved = state as Readonly<Record<string, readonly number[]>>;
      for (const [name, cells] of values) cells.set(saved[name] ?? []);
    },
  };
}
