/**
 * Attributes of a component as constants: numbers, strings (a pointer, as C has it) and arrays of them. A value that
 * is not known, and one of a struct, has no constant.
 */
import type { AttributeBinding } from '../../camkes/compile/bindings.js';
import type { Value } from '../../camkes/value.js';
import { cTypeOf } from '../c-types.js';
import type { StubText } from './stub-text.js';
import { newLabel, write } from './stub-text.js';

export function writeAttribute(text: StubText, { declaration, value }: AttributeBinding): void {
  const { name, type, isArray } = declaration;
  const items = isArray ? (value.kind === 'list' ? value.items : undefined) : [value];
  const directive = directiveOf(type);
  if (items === undefined || directive === undefined) return;
  const words = items.map((item) => wordOf(text, item, type));
  if (words.some((word) => word === undefined)) return;
  write(text, '', '.section .rodata', '.balign 8', `.globl ${name}`, `.type ${name}, @object`);
  write(text, `${name}:`);
  for (const word of words) write(text, `${directive} ${word ?? '0'}`);
  write(text, `.size ${name}, . - ${name}`);
}

const directiveOf = (type: string): string | undefined =>
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
