/**
 * Where the fields of a struct lie: each at the next multiple of its alignment (RISC-V psABI, "C/C++ type layouts"), which
 * attributes and `#pragma pack` change as GCC has it.
 */
import type { HeaderType, KnownType, StructField } from './header-type.js';
import { alignmentOfType, sizeOfType } from './header-type.js';

export interface DeclaredField {
  readonly name: string;
  readonly type: HeaderType;
  readonly isPacked?: true;
  /** Of an attribute of the field itself, or of what a `typedef` declares. */
  readonly ownAlignBytes?: number;
  /** Where a `typedef` gave its type another one than the type has by itself. */
  readonly typeAlignBytes?: number;
}

export interface StructOptions {
  readonly isPacked: boolean;
  /** Of an attribute of the struct; 0 for none. */
  readonly alignBytes: number;
  /** Of `#pragma pack`; 0 for none. */
  readonly packBytes: number;
}

/** A value of more bytes goes through no message. */
const mostBytes = 0x1_0000;

export function layOutStruct(
  name: string,
  declared: readonly DeclaredField[],
  of: 'struct' | 'union',
  options: StructOptions,
): HeaderType {
  if (declared.length === 0) return { kind: 'unknown', why: 'has no fields' };
  const fields: StructField[] = [];
  let end = 0;
  let next = 0;
  let plainNext = 0;
  let plainAlign = 1;
  let alignBytes = Math.max(options.alignBytes, 1);
  let onlyC = of === 'union' ? 'is a union' : options.isPacked ? 'is packed' : undefined;
  for (const field of declared) {
    const { type } = field;
    if (type.kind === 'unknown')
      return { kind: 'unknown', why: `has a field \`${field.name}\` that ${type.why}` };
    const alignment = alignmentOfField(field, type, options);
    const plain = alignmentOfType(type);
    const offset = of === 'union' ? 0 : roundUp(next, alignment);
    const plainOffset = of === 'union' ? 0 : roundUp(plainNext, plain);
    fields.push({ name: field.name, type, offset });
    next = offset + sizeOfType(type);
    plainNext = plainOffset + sizeOfType(type);
    end = Math.max(end, next);
    alignBytes = Math.max(alignBytes, alignment);
    plainAlign = Math.max(plainAlign, plain);
    if (offset !== plainOffset) onlyC ??= ownAlignment;
    const inner = onlyCOf(type);
    if (inner !== undefined) onlyC ??= `has a field \`${field.name}\` that ${inner}`;
  }
  const sizeBytes = roundUp(end, alignBytes);
  if (sizeBytes !== roundUp(end, plainAlign)) onlyC ??= ownAlignment;
  if (sizeBytes > mostBytes)
    return { kind: 'unknown', why: `has ${String(sizeBytes)} bytes, more than a call carries` };
  return {
    kind: 'struct',
    name,
    fields,
    sizeBytes,
    alignBytes,
    ...(onlyC === undefined ? {} : { onlyC }),
  };
}

const ownAlignment = 'has an alignment of its own';

const roundUp = (value: number, alignment: number): number =>
  Math.ceil(value / alignment) * alignment;

/** A packed field has the alignment that it says itself, else none; `#pragma pack` bounds that of every field. */
function alignmentOfField(
  { isPacked, ownAlignBytes, typeAlignBytes }: DeclaredField,
  type: KnownType,
  options: StructOptions,
): number {
  const natural = typeAlignBytes ?? alignmentOfType(type);
  const alignment =
    isPacked === true || options.isPacked
      ? (ownAlignBytes ?? 1)
      : Math.max(natural, ownAlignBytes ?? 1);
  return options.packBytes === 0 ? alignment : Math.min(alignment, options.packBytes);
}

function onlyCOf(type: KnownType): string | undefined {
  if (type.kind === 'array') return onlyCOf(type.element);
  return type.kind === 'struct' ? type.onlyC : undefined;
}

export function arrayOf(element: HeaderType, count: number): HeaderType {
  if (element.kind === 'unknown') return element;
  if (count < 1) return { kind: 'unknown', why: 'is an array without a length' };
  if (count * sizeOfType(element) > mostBytes)
    return { kind: 'unknown', why: 'is an array of more bytes than a call carries' };
  return { kind: 'array', element, count };
}
