/**
 * Structs and enums of C headers in guest TypeScript. A struct is a class with the fields of C: numbers, values of other
 * such classes, and arrays that are as long as the header says. A call copies it field by field to where C has it, and
 * back, so what a component holds is a value of its own that nobody else can reach.
 */
import type { EnumType, KnownType, StructType } from '../c-headers/header-type.js';
import { flatArray, sizeOfType } from '../c-headers/header-type.js';
import type { ProcedureType } from '../camkes/system.js';
import { guestType, guestTypeOf, spellingOfEnum } from './guest-types.js';

/** By name, those that others have as fields too. */
export type GuestClasses = Map<string, StructType | EnumType>;

export function addClasses(
  classes: GuestClasses,
  { headerTypes, methods }: Pick<ProcedureType, 'headerTypes' | 'methods'>,
): void {
  for (const { returns, parameters } of methods)
    for (const type of [returns, ...parameters.map((each) => each.type)]) {
      const declared = headerTypes?.get(type);
      if (declared === undefined || declared.kind === 'unknown') continue;
      if (declared.kind === 'enum' || guestType(type, headerTypes)?.kind === 'struct')
        addClass(classes, declared);
    }
}

/** Headers are read to a bounded depth, and a struct holds no struct that is declared after it. */
function addClass(classes: GuestClasses, type: KnownType): void {
  if (type.kind === 'array') addClass(classes, type.element);
  if ((type.kind !== 'struct' && type.kind !== 'enum') || type.name === '') return;
  if (classes.has(type.name)) return;
  classes.set(type.name, type);
  if (type.kind === 'struct') for (const field of type.fields) addClass(classes, field.type);
}

/** As an editor is told of them. */
export const declaredClass = (type: StructType | EnumType): string => {
  if (type.kind === 'enum') return enumText(type, 'export declare enum');
  const fields = type.fields.map((field) => `  ${fieldHead(field.name, field.type)};\n`).join('');
  return `export declare class ${type.name} {\n${fields}}\n`;
};

/** With the functions that calls are made of. */
export const classText = (type: StructType | EnumType): string =>
  type.kind === 'enum' ? enumText(type, 'export enum') : structText(type);

function enumText({ name, members }: EnumType, head: string): string {
  const list = members.map(
    (member) => `  ${member.name} = ${String(BigInt.asIntN(32, member.value))},\n`,
  );
  return `${head} ${name} {\n${list.join('')}}\n`;
}

const elementSpelling = (type: KnownType): string => {
  switch (type.kind) {
    case 'number':
      return guestTypeOf(type.type.name) ?? 'u32';
    case 'enum':
      return spellingOfEnum(type.name);
    case 'struct':
      return type.name;
    case 'array':
      return elementSpelling(type.element);
  }
};

const fieldHead = (name: string, type: KnownType): string =>
  type.kind === 'array'
    ? `readonly ${name}: StaticArray<${elementSpelling(type)}>`
    : `${name}: ${elementSpelling(type)}`;

function initialOf(type: KnownType): string {
  if (type.kind === 'struct') return `new ${type.name}()`;
  if (type.kind === 'array')
    return `new StaticArray<${elementSpelling(type)}>(${String(flatArray(type).count)})`;
  return elementSpelling(type) === 'bool' ? 'false' : '0';
}

/** Room of whole words, which is zeros. */
export const spaceText = `
export function spaceFor(bytes: usize): usize {
  return changetype<usize>(new StaticArray<u64>(<i32>((bytes + 7) >> 3)));
}
`;

/** What the entry needs of the module for a struct. */
export const functionsOf = (name: string): string[] =>
  ['pack', 'unpack', 'packed', 'packedAll', 'allFrom'].map((verb) => `${verb}_${name}`);

function structText({ name, fields, sizeBytes }: StructType): string {
  const filled = fields.flatMap((field) => {
    const { element, count } = flatArray(field.type);
    return field.type.kind === 'array' && element.kind === 'struct'
      ? [
          `    for (let i = 0; i < ${String(count)}; i++) this.${field.name}[i] = new ${element.name}();\n`,
        ]
      : [];
  });
  const members = fields.map(
    (field) => `  ${fieldHead(field.name, field.type)} = ${initialOf(field.type)};\n`,
  );
  const made = filled.length === 0 ? '' : `  constructor() {\n${filled.join('')}  }\n`;
  const copies = (copy: typeof storeOf): string =>
    fields.map((field) => `  ${copy(field.name, field.type, field.offset)}\n`).join('');
  const size = String(sizeBytes);
  return `export class ${name} {
${members.join('')}${made}}
export function pack_${name}(value: ${name}, at: usize): void {
${copies(storeOf)}}
export function unpack_${name}(at: usize): ${name} {
  let value = new ${name}();
${copies(loadOf)}  return value;
}
export function packed_${name}(value: ${name}): usize {
  let at = spaceFor(${size});
  pack_${name}(value, at);
  return at;
}
export function packedAll_${name}(values: ${name}[]): usize {
  let at = spaceFor(${size} * <usize>values.length);
  for (let i = 0; i < values.length; i++) pack_${name}(values[i], at + ${size} * <usize>i);
  return at;
}
export function allFrom_${name}(start: usize, count: usize): ${name}[] {
  let made = new Array<${name}>();
  for (let i: usize = 0; i < count; i++) made.push(unpack_${name}(start + ${size} * i));
  return made;
}
export function takeAll_${name}(start: usize, count: usize): ${name}[] {
  let taken = allFrom_${name}(start, count);
  c_free(start);
  return taken;
}
`;
}

const memoryType = (type: KnownType): string =>
  type.kind === 'enum' ? 'i32' : elementSpelling(type);

function storeOf(name: string, type: KnownType, offset: number): string {
  const at = String(offset);
  if (type.kind === 'struct') return `pack_${type.name}(value.${name}, at + ${at});`;
  if (type.kind !== 'array') return `store<${memoryType(type)}>(at, value.${name}, ${at});`;
  const { element, count } = flatArray(type);
  if (element.kind === 'struct')
    return `for (let i = 0; i < ${String(count)}; i++) pack_${element.name}(value.${name}[i], at + ${at} + ${String(element.sizeBytes)} * <usize>i);`;
  return `memory.copy(at + ${at}, changetype<usize>(value.${name}), ${String(sizeOfType(type))});`;
}

function loadOf(name: string, type: KnownType, offset: number): string {
  const at = String(offset);
  if (type.kind === 'struct') return `value.${name} = unpack_${type.name}(at + ${at});`;
  if (type.kind !== 'array') return `value.${name} = load<${memoryType(type)}>(at, ${at});`;
  const { element, count } = flatArray(type);
  if (element.kind === 'struct')
    return `for (let i = 0; i < ${String(count)}; i++) value.${name}[i] = unpack_${element.name}(at + ${at} + ${String(element.sizeBytes)} * <usize>i);`;
  return `memory.copy(changetype<usize>(value.${name}), at + ${at}, ${String(sizeOfType(type))});`;
}
