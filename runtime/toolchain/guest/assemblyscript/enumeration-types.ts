/** Enumerations of the compiler library as those that a debugger shows. */
import { ConstantValueKind, ElementKind, NodeKind } from 'assemblyscript';
import type {
  DeclaredElement,
  Element,
  EnumValue,
  NamedType,
  Node,
  Range as SourceRange,
  TypeName,
  TypeNode,
} from 'assemblyscript';
import binaryen, { type BinaryenModule } from 'assemblyscript/binaryen';
import type { DebugType, SourcePlace } from '../../../image/debug-information.js';

export interface EnumerationFacts {
  readonly module: BinaryenModule;
  readonly placeOf: (range: SourceRange) => SourcePlace;
}

/** Of a type as the source writes it. */
export function enumerationOf(written: TypeNode, scope: Element): DeclaredElement | undefined {
  if (written.kind !== NodeKind.NamedType) return undefined;
  let name: TypeName | null = (written as NamedType).name;
  let found = scope.lookup(name.identifier.text, true);
  for (name = name.next; name !== null && found !== null; name = name.next)
    found = found.members?.get(name.identifier.text) ?? null;
  return found?.kind === ElementKind.Enum ? (found as DeclaredElement) : undefined;
}

/** What is used has its numbers from the library, in the module if not `const`; the rest, off the source. */
export function enumerationType(
  enumeration: DeclaredElement,
  { placeOf, module }: EnumerationFacts,
): DebugType {
  const values: { name: string; value: bigint }[] = [];
  let next: bigint | undefined = 0n;
  for (const member of enumeration.members?.values() ?? []) {
    if (member.kind !== ElementKind.EnumValue) continue;
    const { internalName, constantValueKind, constantIntegerValue, declaration } =
      member as EnumValue;
    const global = constantGlobal(module, internalName);
    const { initializer } = declaration;
    const value: bigint | undefined =
      constantValueKind === ConstantValueKind.Integer
        ? BigInt(constantIntegerValue.toString())
        : global !== undefined
          ? BigInt(global)
          : initializer === null || initializer === undefined
            ? next
            : constantOf(initializer);
    if (value !== undefined) values.push({ name: member.name, value });
    next = value === undefined ? undefined : value + 1n;
  }
  const place = placeOf(enumeration.declaration.name.range);
  return { kind: 'enumeration', name: enumeration.name, sizeBytes: 4, values, place };
}

/** What a global of the module is from the beginning, if it stays so. */
function constantGlobal(module: BinaryenModule, symbol: string): number | undefined {
  const global = module.getGlobal(symbol);
  if (global === 0) return undefined;
  const { mutable, init } = binaryen.getGlobalInfo(global);
  return mutable || binaryen.getExpressionId(init) !== binaryen.ConstId
    ? undefined
    : binaryen.getExpressionInfo(init).value;
}

/** A number as enumerations are given: `7`, `-1`, `0x10`, `1 << 4`. */
function constantOf({ range }: Node): bigint | undefined {
  const text = range.source.text.slice(range.start, range.end).replaceAll('_', '');
  const parts = /^(-?)\s*(0x[\da-f]+|0b[01]+|0o[0-7]+|\d+)(?:\s*<<\s*(\d{1,2}))?$/i.exec(text);
  const digits = parts?.[2];
  if (digits === undefined) return undefined;
  const value = BigInt(digits) << BigInt(parts?.[3] ?? 0);
  return parts?.[1] === '-' ? -value : value;
}
