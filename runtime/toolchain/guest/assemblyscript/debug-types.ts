/**
 * Types of the compiler library as those that a debugger shows. A variable of a class holds an address, so its type
 * is a pointer under the name of the class; what it points to is the object, whose members lie at offsets from that
 * address. Strings and arrays are such addresses by themselves to a debugger. Enumerations are
 * plain numbers to the library: their names are found by the type that the source writes.
 */
import { CommonFlags, ElementKind } from 'assemblyscript';
import type {
  Class,
  DeclaredElement,
  Element,
  Program,
  Property,
  PropertyPrototype,
  Type,
  TypeNode,
} from 'assemblyscript';
import type { DebugMember, DebugType, TypeIndex } from '../../../image/debug-information.js';
import { enumerationOf, enumerationType, type EnumerationFacts } from './enumeration-types.js';

/** By a path of the library: whether the build made this source for the user's program. */
type IsGenerated = (libraryPath: string) => boolean;

export interface DebugTypes {
  readonly types: readonly DebugType[];
  /** `written` is how the source spells it, to be looked up from `scope`. */
  indexOf(type: Type, written?: TypeNode | null, scope?: Element): TypeIndex | undefined;
  /** Of the user's files, and those of generated ones that are used; also where no variable is declared as one. */
  addEnumerations(program: Program): void;
}

const addressBytes = 4;
const stringClass = '~lib/string/String';
const arrayClass = '~lib/array/Array';
const mapClass = '~lib/map/Map';
const setClass = '~lib/set/Set';
const staticArrayClass = '~lib/staticarray/StaticArray';
const bufferClass = '~lib/arraybuffer/ArrayBuffer';
const dataViewClass = '~lib/dataview/DataView';
/** What names of numbers begin with. */
const letters = { signed: 'i', unsigned: 'u', float: 'f' } as const;
const viewsFile = '~lib/typedarray/';

const alignedTo = (offset: number, bytes: number): number =>
  bytes === 0 ? offset : Math.ceil(offset / bytes) * bytes;

export function createDebugTypes(
  facts: EnumerationFacts & { readonly isGenerated: IsGenerated },
): DebugTypes {
  const types: DebugType[] = [];
  const known = new Map<string, TypeIndex>();
  const waiting: (() => void)[] = [];

  const add = (key: string, type: () => DebugType): TypeIndex => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const index = types.push({ kind: 'opaque', name: key }) - 1;
    known.set(key, index);
    // Members may be of the very type, and of types without end: they are made one after another.
    waiting.push(() => {
      types[index] = type();
    });
    return index;
  };

  const indexOf = (
    type: Type,
    written?: TypeNode | null,
    scope?: Element,
  ): TypeIndex | undefined => {
    const enumeration = written && scope ? enumerationOf(written, scope) : undefined;
    if (enumeration !== undefined) return addEnumeration(enumeration);
    const classOf = type.getClass();
    if (type.isReference && classOf !== null) {
      const whole = add(classOf.internalName, () => objectType(classOf));
      if (isReferredTo(classOf)) return whole;
      const pointer = add(`*${classOf.internalName}`, () => ({
        kind: 'pointer',
        sizeBytes: addressBytes,
        target: whole,
      }));
      const name = shortName(classOf.name);
      return add(`&${classOf.internalName}`, () => ({ kind: 'alias', name, target: pointer }));
    }
    const name = shortName(type.toString());
    if (type.getSignature() !== null) return add(name, () => ({ kind: 'opaque', name }));
    if (type.byteSize === 0) return undefined;
    return add(name, () => ({
      kind: 'base',
      name,
      sizeBytes: type.byteSize,
      encoding: type.isBooleanValue
        ? 'boolean'
        : type.isFloatValue
          ? 'float'
          : type.isSignedIntegerValue
            ? 'signed'
            : 'unsigned',
    }));
  };

  const addEnumeration = (enumeration: DeclaredElement): TypeIndex =>
    add(`enum ${enumeration.internalName}`, () => enumerationType(enumeration, facts));

  const objectType = (classOf: Class): DebugType => {
    const name = shortName(classOf.name);
    const { internalName } = classOf.prototype;
    if (internalName === stringClass) return { kind: 'text', name: 'string' };
    const element = classOf.typeArguments?.[0];
    if (internalName === arrayClass && element !== undefined) {
      const index = indexOf(element);
      if (index !== undefined) return { kind: 'list', name, element: index };
    }
    return {
      kind: 'structure',
      name,
      sizeBytes: classOf.nextMemoryOffset,
      members: contentOf(classOf) ?? membersOf(classOf),
    };
  };

  /** What the members of a collection lead to, which the library itself only knows as addresses. */
  const contentOf = (classOf: Class): DebugMember[] | undefined => {
    const { internalName, name } = classOf.prototype;
    const parts = classOf.typeArguments ?? [];
    if (internalName === mapClass || internalName === setClass) {
      const entry = entryType(classOf.internalName, parts);
      return entry === undefined
        ? undefined
        : withPointer(
            classOf,
            'entries',
            add(`[] ${classOf.internalName}`, () => ({ kind: 'array', element: entry })),
          );
    }
    if (internalName === staticArrayClass || internalName === bufferClass) {
      const element = parts[0] === undefined ? integer(8, 'unsigned') : indexOf(parts[0]);
      if (element === undefined) return undefined;
      const type = add(`[] ${classOf.internalName}`, () => ({ kind: 'array', element }));
      return [{ name: 'data', type, offsetBytes: 0 }];
    }
    if (internalName === dataViewClass)
      return withPointer(classOf, 'dataStart', integer(8, 'unsigned'));
    const view = /^(Uint|Int|Float)(8|16|32|64)(?:Clamped)?Array$/.exec(name);
    if (view === null || !internalName.startsWith(viewsFile)) return undefined;
    const encoding = view[1] === 'Int' ? 'signed' : view[1] === 'Float' ? 'float' : 'unsigned';
    return withPointer(classOf, 'dataStart', integer(Number(view[2]), encoding));
  };

  const integer = (bits: number, encoding: keyof typeof letters): TypeIndex => {
    const name = `${letters[encoding]}${String(bits)}`;
    return add(name, () => ({ kind: 'base', name, sizeBytes: bits / 8, encoding }));
  };

  const withPointer = (classOf: Class, member: string, target: TypeIndex): DebugMember[] => {
    const type = add(`to ${member} of ${classOf.internalName}`, () => ({
      kind: 'pointer',
      sizeBytes: addressBytes,
      target,
    }));
    return membersOf(classOf).map((each) => (each.name === member ? { ...each, type } : each));
  };

  /** Of the parts of a map or set, each at a multiple of its size; then a word, whose lowest bit marks what is gone. */
  const entryType = (name: string, parts: readonly Type[]): TypeIndex | undefined => {
    const members: DebugMember[] = [];
    let end = 0;
    let widest = addressBytes;
    for (const [index, part] of parts.entries()) {
      const type = indexOf(part);
      if (type === undefined) return undefined;
      const offsetBytes = alignedTo(end, part.byteSize);
      members.push({ name: index === 0 ? 'key' : 'value', type, offsetBytes });
      end = offsetBytes + part.byteSize;
      widest = Math.max(widest, part.byteSize);
    }
    const offsetBytes = alignedTo(end, addressBytes);
    members.push({ name: 'taggedNext', type: integer(32, 'unsigned'), offsetBytes });
    const sizeBytes = alignedTo(offsetBytes + addressBytes, widest);
    return add(`entry of ${name}`, () => ({
      kind: 'structure',
      name: shortName(`Entry of ${name}`),
      sizeBytes,
      members,
    }));
  };

  const membersOf = (classOf: Class): DebugMember[] =>
    [...(classOf.members?.values() ?? [])]
      .map(fieldOf)
      .filter((field) => field !== undefined)
      .flatMap((field): DebugMember[] => {
        const type = indexOf(field.type, field.prototype.typeNode, classOf);
        return type === undefined
          ? []
          : [{ name: field.name, type, offsetBytes: field.memoryOffset }];
      })
      .sort((left, right) => left.offsetBytes - right.offsetBytes);

  const finish = (): void => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
  };

  return {
    types,
    indexOf(type, written, scope) {
      const index = indexOf(type, written, scope);
      finish();
      return index;
    },
    addEnumerations(program) {
      for (const element of program.elementsByDeclaration.values()) {
        if (element.kind !== ElementKind.Enum) continue;
        const { isLibrary, normalizedPath } = element.declaration.range.source;
        const isUsed = (element.flags & CommonFlags.Compiled) !== 0;
        if (!isLibrary || (isUsed && facts.isGenerated(normalizedPath))) addEnumeration(element);
      }
      finish();
    },
  };
}

/** A debugger takes a text and a list for what refers to it, so they need no pointer. */
const isReferredTo = ({ prototype: { internalName } }: Class): boolean =>
  internalName === stringClass || internalName === arrayClass;

/** A name without the paths of files in it: `Map<~lib/string/String,i32>` is `Map<String,i32>`. */
export const shortName = (name: string): string => name.replace(/[^<>,|()=&\s]*\//g, '');

function fieldOf(member: Element): Property | undefined {
  const property =
    member.kind === ElementKind.PropertyPrototype
      ? (member as PropertyPrototype).instance
      : member.kind === ElementKind.Property
        ? (member as Property)
        : null;
  return property !== null && property.isField && property.memoryOffset >= 0 ? property : undefined;
}
