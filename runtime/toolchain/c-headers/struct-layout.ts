/** Where the fields of a struct lie: each at the next multiple of its alignment (RISC-V psABI, "C/C++ type layouts"). */
import type { HeaderType, KnownType, StructField } from './header-type.js';
import { alignmentOfType, sizeOfType } from './header-type.js';

export interface DeclaredField {
  readonly name: string;
  readonly type: HeaderType;
}

/** A value of more bytes goes through no message. */
const mostBytes = 0x1_0000;

export function layOutStruct(
  name: string,
  declared: readonly DeclaredField[],
  of: 'struct' | 'union',
  isPacked: boolean,
): HeaderType {
  if (declared.length === 0) return { kind: 'unknown', why: 'has no fields' };
  const fields: StructField[] = [];
  let end = 0;
  let next = 0;
  let alignBytes = 1;
  let onlyC = of === 'union' ? 'is a union' : isPacked ? 'is packed' : undefined;
  for (const field of declared) {
    const { type } = field;
    if (type.kind === 'unknown')
      return { kind: 'unknown', why: `has a field \`${field.name}\` that ${type.why}` };
    const alignment = isPacked ? 1 : alignmentOfType(type);
    const offset = of === 'union' ? 0 : Math.ceil(next / alignment) * alignment;
    fields.push({ name: field.name, type, offset });
    next = offset + sizeOfType(type);
    end = Math.max(end, next);
    alignBytes = Math.max(alignBytes, alignment);
    const inner = onlyCOf(type);
    if (inner !== undefined) onlyC ??= `has a field \`${field.name}\` that ${inner}`;
  }
  const sizeBytes = Math.ceil(end / alignBytes) * alignBytes;
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
