/**
 * The registers of the boards' devices as guest TypeScript, for drivers: a module `registers/DEVICE` for each table. A register
 * is its offset; a field is its mask in place, with `_SHIFT` where it is wider than a bit: `STATUS`, `STATUS_TXFULL`,
 * `CTRL_NCO`, `CTRL_NCO_SHIFT`. An array of registers has `_COUNT` and `_STRIDE`, too.
 */
import { bits } from '../../base/bits.js';
import { deviceTables } from '../../registers/device-tables.js';
import type { RegisterField, RegisterRow, RegisterTable } from '../../registers/register-table.js';

/** By the name that an import spells. */
export const registerModules: ReadonlyMap<string, string> = new Map(
  [...deviceTables].map(([device, table]) => [`registers/${device}`, moduleOf(table)] as const),
);

function moduleOf(table: RegisterTable): string {
  const constants = table.rows.flatMap((row) => [
    constant(row.name, row.offset, row.doc),
    ...arrayConstants(table, row),
    ...(row.fields ?? []).flatMap((field) => fieldConstants(row, field)),
  ]);
  return ['// Made from the table of the registers.', ...constants, ''].join('\n');
}

function arrayConstants(table: RegisterTable, row: RegisterRow): string[] {
  if (row.count === undefined) return [];
  const stride = row.stride ?? table.widthBytes;
  return [
    constant(`${row.name}_COUNT`, row.count, `How many ${row.name} there are.`),
    constant(`${row.name}_STRIDE`, stride, 'Bytes from one to the next.'),
  ];
}

function fieldConstants(row: RegisterRow, { name, high, low, doc }: RegisterField): string[] {
  const full = `${row.name}_${name}`;
  const mask = (bits(0xffff_ffff, high - low, 0) << low) >>> 0;
  return [
    constant(full, mask, doc),
    ...(high === low ? [] : [constant(`${full}_SHIFT`, low, `The lowest bit of ${full}.`)]),
  ];
}

function constant(name: string, value: number, doc: string): string {
  return `/** ${doc} */\n@inline export const ${name.toUpperCase()}: u32 = 0x${value.toString(16)};`;
}
