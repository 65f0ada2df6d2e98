/**
 * Types as entries of .debug_info. Those of guest TypeScript that other debuggers do not know become what they are in
 * memory: a string is a pointer to UTF-16 units, an array a pointer to its header; guest-types.ts finds them again.
 * DWARF 5, chapter 5.
 */
import type {
  DebugInformation,
  DebugMember,
  DebugType,
  SourcePlace,
  TypeIndex,
} from '../../image/debug-information.js';
import { attribute, encoding, tag } from './constants.js';
import type { EntryAttribute, EntryWriter } from './entry-writer.js';
import { characterName, listMembers } from './guest-types.js';

export interface TypeWriter {
  /** What an entry of this type has; nothing for `void`. */
  attributes(type: TypeIndex | undefined): EntryAttribute[];
  /** Writes all that were named, what these name, and enumerations, whose constants are names by themselves. */
  writeAll(): void;
}

export function typeWriter(
  { types }: DebugInformation,
  writer: EntryWriter,
  declaredAt: (place: SourcePlace | undefined) => EntryAttribute[],
): TypeWriter {
  const wanted = new Set<TypeIndex>();
  const attributes = (type: TypeIndex | undefined): EntryAttribute[] => {
    if (type === undefined || types[type] === undefined) return [];
    wanted.add(type);
    return [reference(labelOf(type))];
  };
  let hasCharacters = false;
  const characters = (): EntryAttribute => {
    hasCharacters = true;
    return reference(characterName);
  };
  const writing: Writing = { writer, attributes, characters, declaredAt };
  return {
    attributes,
    writeAll() {
      for (const [index, { kind }] of types.entries())
        if (kind === 'enumeration') wanted.add(index);
      // The set grows while it is walked.
      for (const index of wanted) {
        const type = types[index];
        if (type !== undefined) writeType(writing, index, type);
      }
      if (hasCharacters)
        writer.leaf(tag.baseType, [...base(characterName, 2, encoding.utf)], characterName);
    },
  };
}

interface Writing {
  readonly writer: EntryWriter;
  readonly attributes: (type: TypeIndex | undefined) => EntryAttribute[];
  readonly characters: () => EntryAttribute;
  readonly declaredAt: (place: SourcePlace | undefined) => EntryAttribute[];
}

const labelOf = (type: TypeIndex): string => `type ${type}`;
const reference = (to: string): EntryAttribute => [attribute.type, { kind: 'reference', to }];
export const named = (text: string): EntryAttribute => [attribute.name, { kind: 'text', text }];
export const numbered = (name: number, value: number): EntryAttribute => [
  name,
  { kind: 'number', value },
];
const size = (value: number): EntryAttribute => numbered(attribute.byteSize, value);
const base = (name: string, sizeBytes: number, code: number): EntryAttribute[] => [
  named(name),
  size(sizeBytes),
  numbered(attribute.encoding, code),
];

const encodings = {
  signed: encoding.signed,
  unsigned: encoding.unsigned,
  boolean: encoding.boolean,
  float: encoding.float,
  character: encoding.unsignedChar,
  address: encoding.address,
} as const;

const addressBytes = 4;

function writeType(writing: Writing, index: TypeIndex, type: DebugType): void {
  const { writer, attributes } = writing;
  const label = labelOf(index);
  const optionalName = (name: string | undefined): EntryAttribute[] =>
    name === undefined ? [] : [named(name)];
  switch (type.kind) {
    case 'base':
      writer.leaf(tag.baseType, base(type.name, type.sizeBytes, encodings[type.encoding]), label);
      return;
    case 'pointer':
      writer.leaf(tag.pointerType, [size(type.sizeBytes), ...attributes(type.target)], label);
      return;
    case 'structure':
    case 'union':
      writer.parent(
        type.kind === 'structure' ? tag.structureType : tag.unionType,
        [...optionalName(type.name), size(type.sizeBytes)],
        type.members.map((member) => () => {
          writeMember(writing, member, type.kind);
        }),
        label,
      );
      return;
    case 'array':
      writer.parent(
        tag.arrayType,
        attributes(type.element),
        [
          () => {
            const count = type.count === undefined ? [] : [numbered(attribute.count, type.count)];
            writer.leaf(tag.subrangeType, count);
          },
        ],
        label,
      );
      return;
    case 'enumeration':
      writer.parent(
        tag.enumerationType,
        [...optionalName(type.name), size(type.sizeBytes), ...writing.declaredAt(type.place)],
        type.values.map(({ name, value }) => () => {
          writer.leaf(tag.enumerator, [
            named(name),
            [attribute.constValue, { kind: 'signed', value: Number(value) }],
          ]);
        }),
        label,
      );
      return;
    case 'alias': {
      const qualifier = qualifiers[type.name.split(' ', 1)[0] ?? ''];
      if (qualifier !== undefined) writer.leaf(qualifier, attributes(type.target), label);
      else writer.leaf(tag.typedef, [named(type.name), ...attributes(type.target)], label);
      return;
    }
    case 'opaque':
      if (type.name === 'function') writer.leaf(tag.subroutineType, [], label);
      else writer.leaf(tag.unspecifiedType, [named(type.name)], label);
      return;
    case 'text': {
      writer.leaf(tag.typedef, [named(type.name), reference(`${label} pointer`)], label);
      writer.leaf(tag.pointerType, [size(addressBytes), writing.characters()], `${label} pointer`);
      return;
    }
    case 'list':
      writeList(writing, index, type);
      return;
  }
}

const qualifiers: Readonly<Record<string, number>> = {
  const: tag.constType,
  volatile: tag.volatileType,
  restrict: tag.restrictType,
};

function writeMember(
  { writer, attributes }: Writing,
  { name, type, offsetBytes, bits }: DebugMember,
  owner: 'structure' | 'union',
): void {
  const place =
    bits !== undefined
      ? [
          numbered(attribute.dataBitOffset, 8 * offsetBytes + bits.first),
          numbered(attribute.bitSize, bits.count),
        ]
      : owner === 'structure'
        ? [numbered(attribute.memberLocation, offsetBytes)]
        : [];
  writer.leaf(tag.member, [...(name === '' ? [] : [named(name)]), ...attributes(type), ...place]);
}

/** The header of an array, with the address of its elements among its members. */
function writeList(
  { writer, attributes }: Writing,
  index: TypeIndex,
  { name, element }: DebugType & { kind: 'list' },
): void {
  const label = labelOf(index);
  writer.leaf(tag.typedef, [named(name), reference(`${label} pointer`)], label);
  writer.leaf(
    tag.pointerType,
    [size(addressBytes), reference(`${label} header`)],
    `${label} pointer`,
  );
  writer.leaf(tag.pointerType, [size(addressBytes), ...attributes(element)], `${label} elements`);
  writer.leaf(tag.baseType, base('unsigned int', addressBytes, encoding.unsigned), `${label} word`);
  writer.parent(
    tag.structureType,
    [named(name), size(addressBytes * listMembers.length)],
    listMembers.map((member, at) => () => {
      const type = member === 'dataStart' ? 'elements' : 'word';
      writer.leaf(tag.member, [
        named(member),
        reference(`${label} ${type}`),
        numbered(attribute.memberLocation, addressBytes * at),
      ]);
    }),
    `${label} header`,
  );
}
