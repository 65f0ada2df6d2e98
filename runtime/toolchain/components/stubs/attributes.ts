/**
 * Attributes of a component as constants: numbers, strings (a pointer, as C has it), structs of them, and arrays. A value
 * that is not known has no constant.
 */
import type { AttributeBinding } from '../../camkes/compile/bindings.js';
import type { AttributeDeclaration } from '../../camkes/system.js';
import type { Value } from '../../camkes/value.js';
import type { AttributeStruct } from '../attribute-structs.js';
import { alignmentOfAttribute, fieldOf, structNameOf, structsOf } from '../attribute-structs.js';
import { cTypeOf } from '../c-types.js';
import type { StubText } from './stub-text.js';
import { newLabel, write } from './stub-text.js';

export function writeAttributes(text: StubText, attributes: readonly AttributeBinding[]): void {
  const structs = structsOf(attributes);
  for (const attribute of attributes) writeAttribute(text, attribute, structs);
}

function writeAttribute(
  text: StubText,
  { declaration, value }: AttributeBinding,
  structs: ReadonlyMap<string, AttributeStruct>,
): void {
  const { name, isArray } = declaration;
  const items = isArray ? (value.kind === 'list' ? value.items : undefined) : [value];
  const lines = items?.map((item) => linesOf(text, item, declaration, structs));
  if (lines === undefined || !areKnown(lines)) return;
  write(text, '', '.section .rodata', '.balign 8', `.globl ${name}`, `.type ${name}, @object`);
  write(text, `${name}:`, ...lines.flat());
  write(text, `.size ${name}, . - ${name}`);
}

type Lines = readonly string[];

const areKnown = (lines: readonly (Lines | undefined)[]): lines is readonly Lines[] =>
  !lines.includes(undefined);

/** The directives of one value, from where it is aligned. */
function linesOf(
  text: StubText,
  value: Value,
  declaration: AttributeDeclaration,
  structs: ReadonlyMap<string, AttributeStruct>,
): Lines | undefined {
  const { type, fields } = declaration;
  if (fields === undefined) {
    const word = wordOf(text, value, type);
    return word === undefined ? undefined : [`${directiveOf(type)} ${word}`];
  }
  const made = structs.get(structNameOf(declaration))?.fields.map((field) => {
    const given = fieldOf(value, field.declaration);
    if (given === undefined) return undefined;
    const { count } = field;
    const items = count === undefined ? [given] : given.kind === 'list' ? given.items : [];
    const lines = items.map((item) => linesOf(text, item, field.declaration, structs));
    if (!areKnown(lines)) return undefined;
    const missing = (count ?? 1) - items.length;
    const rest = emptyOf(field.declaration, structs);
    return [
      `.balign ${String(alignmentOfAttribute(field.declaration))}`,
      ...lines.flat(),
      ...Array.from({ length: missing }, () => rest).flat(),
    ];
  });
  if (made === undefined || !areKnown(made)) return undefined;
  return [...made.flat(), `.balign ${String(alignmentOfAttribute(declaration))}`];
}

/** An element that an array has only because another one of its type is longer. */
function emptyOf(
  declaration: AttributeDeclaration,
  structs: ReadonlyMap<string, AttributeStruct>,
): Lines {
  const { type, fields } = declaration;
  if (fields === undefined) return [`${directiveOf(type)} 0`];
  const struct = structs.get(structNameOf(declaration));
  return [
    ...(struct?.fields ?? []).flatMap((field) => [
      `.balign ${String(alignmentOfAttribute(field.declaration))}`,
      ...Array.from({ length: field.count ?? 1 }, () => emptyOf(field.declaration, structs)).flat(),
    ]),
    `.balign ${String(alignmentOfAttribute(declaration))}`,
  ];
}

const directiveOf = (type: string): string =>
  type === 'string'
    ? '.word'
    : ({ 1: '.byte', 2: '.half', 4: '.word', 8: '.dword' } as const)[cTypeOf(type)?.sizeBytes ?? 4];

function wordOf(text: StubText, item: Value, type: string): string | undefined {
  if (type === 'string') {
    if (item.kind !== 'string') return undefined;
    const label = newLabel(text);
    write(text, '', '.section .rodata', `${label}:`, `.asciz ${JSON.stringify(item.value)}`);
    return label;
  }
  if (item.kind !== 'integer' || cTypeOf(type) === undefined) return undefined;
  const bits = 8 * (cTypeOf(type)?.sizeBytes ?? 4);
  return `0x${BigInt.asUintN(bits, item.value).toString(16)}`;
}
