/**
 * The structures in .debug_info. Entries are read in one pass as a flat list; the types that members name
 * are followed afterwards, through typedefs, qualifiers and arrays, because an entry may name a later one.
 * Total: what cannot be read leaves the rest of its unit out. DWARF 5, sections 5.7 and 7.5.
 */
import type { MemberType, StructureType, TypeTable } from '../../image/type-table.js';
import { attribute, form, tag } from './constants.js';
import {
  isFormText,
  readAbbreviations,
  readForm,
  readUnits,
  type InfoSections,
  type InfoUnit,
  type Specification,
} from './info-unit.js';

interface Entry {
  readonly tag: number;
  readonly name?: string;
  readonly sizeBytes?: number;
  /** Offset in .debug_info of the entry that it names as its type. */
  readonly type?: number;
  readonly location?: number;
  /** Offsets of the entries right below it. */
  readonly members: number[];
}

export function readTypeTable(section: (name: string) => Uint8Array | undefined): TypeTable {
  const sections: InfoSections = {
    info: section('.debug_info'),
    abbreviations: section('.debug_abbrev'),
    strings: section('.debug_str'),
    lineStrings: section('.debug_line_str'),
    stringOffsets: section('.debug_str_offsets'),
  };
  const structures = new Map<string, StructureType>();
  for (const unit of readUnits(sections)) {
    const entries = readEntries(sections, unit);
    const names = namesOf(entries);
    for (const [offset, entry] of entries) {
      const name = names.get(offset);
      // The first description counts; a declaration without a size describes nothing.
      if (name === undefined || entry.sizeBytes === undefined || structures.has(name)) continue;
      structures.set(name, {
        sizeBytes: entry.sizeBytes,
        members: new Map(
          entry.members.flatMap((member) => memberOf(entries, names, entries.get(member))),
        ),
      });
    }
  }
  return { structures };
}

const isStructure = (entry: Entry | undefined): boolean =>
  entry?.tag === tag.structureType || entry?.tag === tag.unionType;

/** Of structures and unions; one without a name has that of a typedef. */
function namesOf(entries: ReadonlyMap<number, Entry>): Map<number, string> {
  const names = new Map<number, string>();
  for (const [offset, entry] of entries) {
    if (isStructure(entry) && entry.name !== undefined) names.set(offset, entry.name);
  }
  for (const entry of entries.values()) {
    if (entry.tag !== tag.typedef || entry.name === undefined || entry.type === undefined) continue;
    const named = entries.get(entry.type);
    if (isStructure(named) && !names.has(entry.type)) names.set(entry.type, entry.name);
  }
  return names;
}

function memberOf(
  entries: ReadonlyMap<number, Entry>,
  names: ReadonlyMap<number, string>,
  entry: Entry | undefined,
): (readonly [string, MemberType])[] {
  if (entry?.tag !== tag.member || entry.name === undefined) return [];
  const structure = names.get(structureBehind(entries, entry.type) ?? -1);
  return [
    [
      entry.name,
      // All members of a union are at its beginning, and so have no location.
      { offset: entry.location ?? 0, ...(structure === undefined ? {} : { structure }) },
    ],
  ];
}

const wrappers: ReadonlySet<number> = new Set([
  tag.typedef,
  tag.constType,
  tag.volatileType,
  tag.arrayType,
]);

function structureBehind(
  entries: ReadonlyMap<number, Entry>,
  type: number | undefined,
): number | undefined {
  const seen = new Set<number>();
  for (let at = type; at !== undefined && !seen.has(at); at = entries.get(at)?.type) {
    seen.add(at);
    const entry = entries.get(at);
    if (isStructure(entry)) return at;
    if (entry === undefined || !wrappers.has(entry.tag)) return undefined;
  }
  return undefined;
}

function readEntries(
  sections: InfoSections,
  { cursor, offset: unitOffset, abbreviationOffset, context }: InfoUnit,
): ReadonlyMap<number, Entry> {
  const abbreviations = readAbbreviations(sections.abbreviations, abbreviationOffset);
  const entries = new Map<number, Entry>();
  const parents: (Entry | undefined)[] = [];
  let offsetsBase = context.format === 64 ? 16 : 8;
  while (!cursor.atEnd) {
    const offset = cursor.offset;
    const code = cursor.uleb();
    if (code === 0) {
      parents.pop();
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) break;
    const values: { -readonly [Name in keyof Entry]?: Entry[Name] } = {};
    for (const specification of abbreviation.specifications) {
      const value = readForm(cursor, specification.form, context);
      if (value === 'unknown' || cursor.overrun) return entries;
      const number = specification.implicit ?? (typeof value === 'number' ? value : undefined);
      switch (specification.attribute) {
        case attribute.stringOffsetsBase:
          if (number !== undefined) offsetsBase = number;
          break;
        case attribute.name:
          if (isFormText(value)) values.name = value.text(offsetsBase);
          break;
        case attribute.byteSize:
          if (number !== undefined) values.sizeBytes = number;
          break;
        case attribute.memberLocation:
          if (number !== undefined) values.location = number;
          break;
        case attribute.type:
          if (number !== undefined) values.type = typeOffset(specification, number, unitOffset);
          break;
        default:
          break;
      }
    }
    const entry: Entry = { ...values, tag: abbreviation.tag, members: [] };
    if (keptTags.has(entry.tag)) {
      entries.set(offset, entry);
      parents.at(-1)?.members.push(offset);
    }
    if (abbreviation.hasChildren) parents.push(entry);
  }
  return entries;
}

const keptTags: ReadonlySet<number> = new Set([
  ...wrappers,
  tag.member,
  tag.structureType,
  tag.unionType,
]);

/** "References within the unit" count from its first byte, DW_FORM_ref_addr from that of the section. */
const typeOffset = ({ form: how }: Specification, value: number, unitOffset: number): number =>
  how === form.refAddr ? value : unitOffset + value;
