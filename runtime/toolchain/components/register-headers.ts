/**
 * The registers of the boards' devices as headers for C components, by their paths: `uart_regs.h` for each table. The macros
 * are those of OpenTitan's register generator, so that a driver written for those headers compiles: a register has `_REG_OFFSET`
 * and `_REG_RESVAL`, a field of one bit `_BIT`, a wider one `_MASK` and `_OFFSET`, a field that fills its register nothing.
 */
import { bits } from '../../base/bits.js';
import { deviceTables } from '../../registers/device-tables.js';
import {
  registerOffset,
  type RegisterField,
  type RegisterRow,
  type RegisterTable,
} from '../../registers/register-table.js';

/** The same for every component. */
export const registerHeaders = (): ReadonlyMap<string, string> =>
  new Map(
    [...deviceTables].map(([device, table]) => {
      const name = table.generatedName ?? device;
      return [`${name}_regs.h`, headerOf(name, table)];
    }),
  );

function headerOf(block: string, table: RegisterTable): string {
  const prefix = macroName(block);
  const lines = [
    '/* Made from the table of the registers. */',
    '#pragma once',
    '',
    ...Object.entries(table.parameters ?? {}).map(([name, value]) =>
      define(`${prefix}_PARAM_${name}`, `${value}`),
    ),
    define(`${prefix}_PARAM_REG_WIDTH`, `${8 * table.widthBytes}`),
    '',
    ...interruptLines(prefix, table),
    ...table.rows.flatMap((row) => [`/* ${row.doc} */`, ...rowLines(prefix, table, row), '']),
  ];
  return lines.join('\n');
}

/** Where the bits of one cause are the same in all registers of interrupts. */
function interruptLines(prefix: string, { rows }: RegisterTable): string[] {
  const [state, ...others] = ['INTR_STATE', 'INTR_ENABLE', 'INTR_TEST'].map((name) =>
    rows.find((row) => row.name === name),
  );
  const fields = state?.fields?.filter(({ high, low }) => high === low) ?? [];
  if (fields.length === 0 || others.some((row) => row?.fields !== state?.fields)) return [];
  const common = fields.map(({ name, low }) =>
    define(`${prefix}_INTR_COMMON_${macroName(name)}_BIT`, `${low}`),
  );
  return ['/* The bits of the interrupts, in each of their registers. */', ...common, ''];
}

function rowLines(prefix: string, table: RegisterTable, row: RegisterRow): string[] {
  const name = `${prefix}_${macroName(row.name)}`;
  const count = row.count ?? 1;
  const elements = Array.from({ length: count }, (_unused, index) => index);
  const offsetOf = (index: number): string => hex(registerOffset(table, row, index));
  switch (row.generated?.kind) {
    case 'window':
      return [
        define(`${name}_REG_OFFSET`, offsetOf(0)),
        define(`${name}_SIZE_WORDS`, `${count}`),
        define(`${name}_SIZE_BYTES`, `${count * table.widthBytes}`),
      ];
    case 'numbered':
      // Registers of their own: the number belongs to the name, and to those of the fields.
      return elements.flatMap((index) => [
        ...placeLines(`${name}${index}`, offsetOf(index), row),
        ...fieldLines(
          `${name}${index}`,
          table,
          (row.fields ?? []).map((field) => ({ ...field, name: `${field.name}${index}` })),
        ),
      ]);
    case 'multireg':
    case 'bits':
      return multiregLines(name, table, row);
    case undefined:
      return row.count === undefined
        ? [...placeLines(name, offsetOf(0), row), ...fieldLines(name, table, row.fields ?? [])]
        : multiregLines(name, table, row);
  }
}

const placeLines = (name: string, offset: string, row: RegisterRow): string[] => [
  define(`${name}_REG_OFFSET`, offset),
  define(`${name}_REG_RESVAL`, `${hex(row.generatedReset ?? row.reset)}u`),
];

/** What all registers of an array have in common, then each with its number, and its fields with theirs. */
function multiregLines(name: string, table: RegisterTable, row: RegisterRow): string[] {
  const count = row.count ?? 1;
  const fields =
    row.generated?.kind === 'bits'
      ? [{ name: row.generated.field, high: 0, low: 0, doc: '' }]
      : (row.fields ?? []);
  return [
    ...fields.map((field) =>
      define(`${name}_${macroName(field.name)}_FIELD_WIDTH`, `${field.high - field.low + 1}`),
    ),
    define(`${name}_MULTIREG_COUNT`, `${count}`),
    ...Array.from({ length: count }, (_unused, index) => {
      const own = row.count === undefined ? name : `${name}_${index}`;
      return [
        ...placeLines(own, hex(registerOffset(table, row, index)), row),
        ...fieldLines(own, table, fieldsOfElement(table, row, index)),
      ];
    }).flat(),
  ];
}

function fieldsOfElement(
  { widthBytes }: RegisterTable,
  { fields = [], generated }: RegisterRow,
  index: number,
): RegisterField[] {
  if (generated?.kind !== 'bits')
    return fields.map((field) => ({ ...field, name: `${field.name}_${index}` }));
  const first = index * 8 * widthBytes;
  return Array.from(
    { length: Math.min(8 * widthBytes, generated.count - first) },
    (_unused, bit) => ({
      name: `${generated.field}_${first + bit}`,
      high: bit,
      low: bit,
      doc: '',
    }),
  );
}

function fieldLines(
  register: string,
  { widthBytes }: RegisterTable,
  fields: readonly RegisterField[],
): string[] {
  return fields.flatMap(({ name, high, low, values }) => {
    const field = `${register}_${macroName(name)}`;
    const width = high - low + 1;
    const named = Object.entries(values ?? {}).map(([value, number]) =>
      define(`${field}_VALUE_${value}`, hex(number)),
    );
    if (width === 1) return [define(`${field}_BIT`, `${low}`), ...named];
    if (width === 8 * widthBytes) return named;
    return [
      define(`${field}_MASK`, `${hex(bits(0xffff_ffff, width - 1, 0))}u`),
      define(`${field}_OFFSET`, `${low}`),
      define(
        `${field}_FIELD`,
        `((bitfield_field32_t) { .mask = ${field}_MASK, .index = ${field}_OFFSET })`,
      ),
      ...named,
    ];
  });
}

const define = (name: string, value: string): string => `#define ${name} ${value}`;
const hex = (value: number): string => `0x${value.toString(16)}`;
const macroName = (name: string): string => name.toUpperCase().replace(/\W/g, '_');
