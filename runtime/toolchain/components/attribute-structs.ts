/**
 * Attributes whose type is a struct of the assembly: `struct s { int a; string b[]; }`. In C it is a struct of the same
 * name with the fields in their order, whose arrays are as long as the longest one in a value of the instance; in guest TypeScript
 * a class. A struct without a name goes by the attribute that has it.
 */
import type { AttributeBinding } from '../camkes/compile/bindings.js';
import type { AttributeDeclaration } from '../camkes/system.js';
import type { Value } from '../camkes/value.js';
import { inMap } from '../camkes/multi-map.js';
import { cTypeOf, spellingInC } from './c-types.js';
import { guestTypeOf } from './guest-types.js';

/** Without the word `struct`. */
export const structNameOf = ({ type, name }: AttributeDeclaration): string =>
  type === 'struct' ? `camkes_anon_struct_${name}` : type;

export interface AttributeStruct {
  readonly name: string;
  readonly fields: readonly AttributeField[];
}

export interface AttributeField {
  readonly declaration: AttributeDeclaration;
  /** Of an array the number of its elements. */
  readonly count: number | undefined;
}

interface Collected {
  readonly fields: readonly AttributeDeclaration[];
  readonly values: Value[];
}

/** The structs of all attributes of an instance, those that others have as fields first. */
export function structsOf(
  attributes: readonly AttributeBinding[],
): ReadonlyMap<string, AttributeStruct> {
  const collected = new Map<string, Collected>();
  for (const { declaration, value } of attributes)
    collect(collected, declaration, itemsOf(declaration, [value]));
  const structs = [...collected].map(([name, { fields, values }]): [string, AttributeStruct] => [
    name,
    { name, fields: fields.map((declaration) => withCount(declaration, values)) },
  ]);
  return new Map(structs);
}

function collect(
  collected: Map<string, Collected>,
  declaration: AttributeDeclaration,
  values: readonly Value[],
): void {
  const { fields } = declaration;
  if (fields === undefined) return;
  for (const field of fields)
    collect(
      collected,
      field,
      itemsOf(
        field,
        values.flatMap((value) => fieldOf(value, field) ?? []),
      ),
    );
  inMap(collected, structNameOf(declaration), () => ({ fields, values: [] })).values.push(
    ...values,
  );
}

function withCount(declaration: AttributeDeclaration, values: readonly Value[]): AttributeField {
  if (!declaration.isArray) return { declaration, count: undefined };
  const lengths = values.map((value) => {
    const given = fieldOf(value, declaration);
    return given?.kind === 'list' ? given.items.length : 0;
  });
  return { declaration, count: Math.max(0, ...lengths) };
}

const itemsOf = ({ isArray }: AttributeDeclaration, values: readonly Value[]): readonly Value[] =>
  isArray ? values.flatMap((value) => (value.kind === 'list' ? value.items : [])) : values;

/** As given, or as the struct declares it. */
export function fieldOf(value: Value, { name, initial }: AttributeDeclaration): Value | undefined {
  if (value.kind !== 'dictionary') return undefined;
  const given = value.entries.find(([key]) => key.kind === 'string' && key.value === name);
  return given?.[1] ?? initial;
}

export const spellingOfAttribute = (declaration: AttributeDeclaration): string => {
  if (declaration.fields !== undefined) return `struct ${structNameOf(declaration)} `;
  return declaration.type === 'string' ? 'char *' : `${spellingInC(declaration.type)} `;
};

export const structInC = ({ name, fields }: AttributeStruct): string[] => [
  `struct ${name} {`,
  ...fields.map(
    ({ declaration, count }) =>
      `  ${spellingOfAttribute(declaration)}${declaration.name}${count === undefined ? '' : `[${String(count)}]`};`,
  ),
  '};',
];

/** Bytes of one value, without its elements: what it is aligned to. */
export function alignmentOfAttribute({ type, fields }: AttributeDeclaration): number {
  if (fields !== undefined) return Math.max(1, ...fields.map(alignmentOfAttribute));
  return type === 'string' ? 4 : (cTypeOf(type)?.sizeBytes ?? 4);
}

/** Undefined for a type that there is none for. */
export function guestSpelling(declaration: AttributeDeclaration): string | undefined {
  const plain =
    declaration.fields === undefined ? guestTypeOf(declaration.type) : structNameOf(declaration);
  return plain === undefined || !declaration.isArray ? plain : `${plain}[]`;
}

export const structInGuest = ({ name, fields }: AttributeStruct): string => {
  const list = fields.map(
    ({ declaration }) => `public ${declaration.name}: ${guestSpelling(declaration) ?? 'i32'}`,
  );
  return `export class ${name} {\n  constructor(${list.join(', ')}) {}\n}\n`;
};
