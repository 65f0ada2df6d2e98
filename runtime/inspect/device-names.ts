/**
 * The devices of the board as an expression names them: `uart`, `uart.STATUS`, `uart.STATUS.TXFULL`, `plic.PRIO[5]`.
 * Reading is `peek`, as for the views. A store is one of the whole register, as a program would make it: so a bit of a
 * register that ones clear is stored alone, and a field of what cannot be read back not at all. Total.
 */
import { bits } from '../base/bits.js';
import { physAddr, virtAddr, type PhysAddr } from '../base/address.js';
import { fail, ok, type Result } from '../base/result.js';
import type { DeviceRegion } from '../machine/boards/board.js';
import { deviceRegisters } from '../machine/boards/device-registers.js';
import type { Platform } from '../platform.js';
import {
  answeringBank,
  registerOffset,
  type RegisterField,
  type RegisterRow,
  type RegisterTable,
} from '../registers/register-table.js';
import { readNumber } from './memory.js';

export type NamedDevice =
  | { readonly kind: 'device'; readonly region: DeviceRegion; readonly rows: RegisterTable['rows'] }
  | NamedRegister
  /** All registers of an array. */
  | (InDevice & { readonly kind: 'array' })
  | NamedField;

interface InDevice {
  readonly region: DeviceRegion;
  readonly table: RegisterTable;
  readonly row: RegisterRow;
}

interface NamedRegister extends InDevice {
  readonly kind: 'register';
  /** In its array; 0 outside of one. */
  readonly index: number;
}

interface NamedField extends InDevice {
  readonly kind: 'field';
  readonly index: number;
  readonly field: RegisterField;
}

/** Undefined where the board has no such device. */
export function deviceNamed({ machine }: Platform, name: string): NamedDevice | undefined {
  const region = machine.board.devices.find((candidate) => candidate.name === name);
  const table = region && deviceRegisters(machine.board, name);
  return region && { kind: 'device', region, rows: table?.rows ?? [] };
}

/** A register of a device, or a field of a register. */
export function memberOfDevice(
  { machine }: Platform,
  of: NamedDevice,
  name: string,
): Result<NamedDevice, string> {
  switch (of.kind) {
    case 'device': {
      const { region } = of;
      const table = deviceRegisters(machine.board, region.name);
      const row = table?.rows.find((candidate) => candidate.name === name);
      if (table === undefined || row === undefined)
        return fail(`${region.name} has no register ${name}${oneOf(of.rows)}.`);
      const place = { region, table, row };
      return ok(
        row.count === undefined
          ? { kind: 'register', ...place, index: 0 }
          : { kind: 'array', ...place },
      );
    }
    case 'register': {
      const field = of.row.fields?.find((candidate) => candidate.name === name);
      return field === undefined
        ? fail(`${nameOfDevice(of)} has no field ${name}${oneOf(of.row.fields ?? [])}.`)
        : ok({ ...of, kind: 'field', field });
    }
    case 'array':
      return fail(`${whyNoNumber(of)} Its fields are in those.`);
    case 'field':
      return fail(`${nameOfDevice(of)} is a field of a register, and nothing is in it.`);
  }
}

const oneOf = (known: readonly { readonly name: string }[]): string =>
  known.length === 0 ? '' : `: it has ${known.map(({ name }) => name).join(', ')}`;

export function elementOfDevice(of: NamedDevice, index: number): Result<NamedDevice, string> {
  if (of.kind !== 'array') return fail(`${nameOfDevice(of)} has no elements.`);
  const count = of.row.count ?? 1;
  return Number.isInteger(index) && index >= 0 && index < count
    ? ok({ ...of, kind: 'register', index })
    : fail(`The index ${index} is outside: ${nameOfDevice(of)} has ${count} registers.`);
}

/** As an expression has it. */
export function nameOfDevice(of: NamedDevice): string {
  switch (of.kind) {
    case 'device':
      return of.region.name;
    case 'array':
      return `${of.region.name}.${of.row.name}`;
    case 'register':
      return `${of.region.name}.${registerName(of)}`;
    case 'field':
      return `${of.region.name}.${registerName(of)}.${of.field.name}`;
  }
}

/** As in the views: `PRIO[5]` for an element of an array. */
export const registerName = ({ row, index }: NamedRegister | NamedField): string =>
  row.count === undefined ? row.name : `${row.name}[${index}]`;

/** What a register or a field holds. */
export function readDevice(platform: Platform, of: NamedDevice): Result<number, string> {
  const reason = whyNoNumber(of) ?? whySilent(platform, of);
  if (reason !== undefined || of.kind === 'device' || of.kind === 'array')
    return fail(reason ?? '');
  const value = peek(platform, of);
  if (value === undefined)
    return fail(`${nameOfDevice(of)} cannot be read: nothing answers there.`);
  return ok(of.kind === 'field' ? bits(value, of.field.high, of.field.low) : value);
}

/** Why nothing can be computed with it, whatever the device holds; undefined for what can be read. */
export function whyNoNumber(of: NamedDevice): string | undefined {
  const name = nameOfDevice(of);
  switch (of.kind) {
    case 'device': {
      const example = of.rows.find(({ access }) => access !== 'wo') ?? of.rows[0];
      return example === undefined
        ? `${name} is memory on the bus: read it by its addresses.`
        : `${name} is a device: name a register of it, such as ${name}.${example.name}.`;
    }
    case 'array':
      return `${name} is an array of ${of.row.count ?? 1} registers: name one, such as ${name}[0].`;
    case 'register':
    case 'field':
      return of.row.access === 'wo'
        ? `${name} is write-only: the device keeps nothing there that can be read.`
        : undefined;
  }
}

/** Stores into a register or a field, as a store of the program would. A sentence when that cannot be done. */
export function storeToDevice(
  platform: Platform,
  of: NamedDevice,
  value: number,
): Result<undefined, string> {
  const name = nameOfDevice(of);
  if (of.kind === 'device' || of.kind === 'array') return fail(whyNoNumber(of) ?? '');
  if (of.row.access === 'ro') return fail(`${name} is read-only: a store changes nothing there.`);
  const silent = whySilent(platform, of);
  if (silent !== undefined) return fail(silent);
  const widthBits =
    of.kind === 'field' ? of.field.high - of.field.low + 1 : of.table.widthBytes * 8;
  if (value >= 2 ** widthBits)
    return fail(
      `${name} has ${widthBits === 1 ? 'one bit' : `${widthBits} bits`}: at most ${2 ** widthBits - 1} fits.`,
    );
  const word = of.kind === 'field' ? wordAround(platform, of, value) : ok(value);
  if (!word.ok) return word;
  return platform.machine.storeToDevice(addressOfRegister(of), of.table.widthBytes, word.value)
    ? ok(undefined)
    : fail(`${name} was not stored: the device answers with a bus error.`);
}

/** What a program stores to change one field. */
function wordAround(platform: Platform, of: NamedField, value: number): Result<number, string> {
  const { row, field } = of;
  const name = nameOfDevice(of);
  const shifted = (value << field.low) >>> 0;
  const mask = (bits(0xffff_ffff, field.high - field.low, 0) << field.low) >>> 0;
  switch (row.access) {
    case 'rw': {
      const before = peek(platform, of);
      return before === undefined
        ? fail(`${name} cannot be read: nothing answers there.`)
        : ok(((before & ~mask) | shifted) >>> 0);
    }
    case 'w1c':
      return value === 0
        ? fail(`${name} is cleared by storing ones: a zero leaves it as it is. Store 1.`)
        : ok(shifted);
    case 'ro':
    case 'rc':
    case 'wo':
      return row.fields?.length === 1
        ? ok(shifted)
        : fail(
            `Nothing tells what the other bits of ${row.name} are to be: store the whole register.`,
          );
  }
}

/** Physical. */
export const addressOfRegister = ({
  region,
  table,
  row,
  index,
}: NamedRegister | NamedField): PhysAddr =>
  physAddr(region.base + registerOffset(table, row, index));

const peek = (platform: Platform, of: NamedRegister | NamedField): number | undefined =>
  readNumber(platform, { kind: 'physical' }, virtAddr(addressOfRegister(of)), of.table.widthBytes);

/** Another register answers at that place now. */
function whySilent(platform: Platform, of: NamedDevice): string | undefined {
  if (of.kind === 'device' || of.kind === 'array' || of.row.bank === undefined) return undefined;
  const { region, table, row } = of;
  const held = (register: string): number => {
    const switching = table.rows.find(({ name }) => name === register);
    return (
      (switching &&
        peek(platform, { kind: 'register', region, table, row: switching, index: 0 })) ??
      0
    );
  };
  if (answeringBank(table, held) === row.bank || table.bankBit === undefined) return undefined;
  const { register, bit, banks } = table.bankBit;
  return `${nameOfDevice(of)} answers only while bit ${bit} of ${register} is ${banks[1] === row.bank ? 1 : 0}.`;
}
