/**
 * The units of .debug_info and what their entries are written in: abbreviations, which give each kind of
 * entry its tag and attributes, and forms, which say how a value is stored. DWARF 5, sections 7.5.1 to
 * 7.5.6. Total: a unit that cannot be read is left out, and nothing is read past its end.
 */
import { ByteCursor } from './byte-cursor.js';
import { form } from './constants.js';

export interface InfoSections {
  readonly info: Uint8Array | undefined;
  readonly abbreviations: Uint8Array | undefined;
  readonly strings: Uint8Array | undefined;
  readonly lineStrings: Uint8Array | undefined;
  readonly stringOffsets: Uint8Array | undefined;
}

/** A full or partial unit; the cursor is at its first entry. */
export interface InfoUnit {
  readonly cursor: ByteCursor;
  /** Where the unit begins in .debug_info: references inside it count from there. */
  readonly offset: number;
  readonly abbreviationOffset: number;
  readonly context: FormContext;
}

export function readUnits(sections: InfoSections): InfoUnit[] {
  const units: InfoUnit[] = [];
  const { info } = sections;
  let offset = 0;
  while (info !== undefined && offset < info.length) {
    const header = new ByteCursor(info, offset);
    let lengthBytes = header.u32();
    const format = lengthBytes === 0xffff_ffff ? 64 : 32;
    if (format === 64) lengthBytes = header.offsetOf(64);
    const end = header.offset + lengthBytes;
    if (header.overrun || end > info.length) break;
    const cursor = new ByteCursor(info, header.offset, end);
    const unit = readUnitHeader(sections, cursor, format, offset);
    if (unit !== undefined) units.push(unit);
    offset = end;
  }
  return units;
}

function readUnitHeader(
  sections: InfoSections,
  cursor: ByteCursor,
  format: 32 | 64,
  offset: number,
): InfoUnit | undefined {
  const version = cursor.u16();
  if (version < 2 || version > 5) return undefined;
  let abbreviationOffset: number;
  let addressSizeBytes: number;
  if (version >= 5) {
    const unitType = cursor.u8();
    addressSizeBytes = cursor.u8();
    abbreviationOffset = cursor.offsetOf(format);
    if (unitType !== 1 && unitType !== 3) return undefined; // only full and partial units stand alone
  } else {
    abbreviationOffset = cursor.offsetOf(format);
    addressSizeBytes = cursor.u8();
  }
  const context: FormContext = { sections, format, version, addressSizeBytes };
  return { cursor, offset, abbreviationOffset, context };
}

export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly specifications: readonly Specification[];
}

export interface Specification {
  readonly attribute: number;
  readonly form: number;
  /** DW_FORM_implicit_const: the value stands here and not in the entry. */
  readonly implicit?: number;
}

/** The table at an offset, by code. */
export function readAbbreviations(
  bytes: Uint8Array | undefined,
  offset: number,
): ReadonlyMap<number, Abbreviation> {
  const table = new Map<number, Abbreviation>();
  if (bytes === undefined) return table;
  const cursor = new ByteCursor(bytes, offset);
  while (!cursor.atEnd) {
    const code = cursor.uleb();
    if (code === 0) break;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const specifications: Specification[] = [];
    while (!cursor.atEnd) {
      const specification = { attribute: cursor.uleb(), form: cursor.uleb() };
      if (specification.attribute === 0 && specification.form === 0) break;
      specifications.push(
        specification.form === form.implicitConst
          ? { ...specification, implicit: cursor.sleb() }
          : specification,
      );
    }
    table.set(code, { tag, hasChildren, specifications });
  }
  return table;
}

export interface FormContext {
  readonly sections: InfoSections;
  readonly format: 32 | 64;
  readonly version: number;
  readonly addressSizeBytes: number;
}

/** A string may need the unit's string offsets base. */
export interface FormText {
  text(offsetsBase: number): string;
}

/** A number, a string, a block of bytes, or nothing of interest. */
export type FormValue = number | FormText | Uint8Array | undefined;

export const isFormText = (value: FormValue): value is FormText =>
  typeof value === 'object' && 'text' in value;

/** 'unknown' is a form whose size we cannot tell, so nothing after it can be read. */
export function readForm(
  cursor: ByteCursor,
  kind: number,
  { sections, format, version, addressSizeBytes }: FormContext,
): FormValue | 'unknown' {
  const stringAt = (section: Uint8Array | undefined, offset: number): FormValue => ({
    text: () => (section === undefined ? '' : new ByteCursor(section, offset).string()),
  });
  const indexed = (index: number): FormValue => ({
    text: (base) => {
      if (sections.stringOffsets === undefined || sections.strings === undefined) return '';
      const entry = new ByteCursor(sections.stringOffsets, base + index * (format / 8));
      return new ByteCursor(sections.strings, entry.offsetOf(format)).string();
    },
  });
  switch (kind) {
    case form.data1:
    case form.flag:
    case form.ref1:
    case form.addrx1:
      return cursor.u8();
    case form.data2:
    case form.ref2:
    case form.addrx2:
      return cursor.u16();
    case form.data4:
    case form.ref4:
    case form.addrx4:
      return cursor.u32();
    case form.sdata:
      return cursor.sleb();
    case form.udata:
    case form.refUdata:
    case form.addrx:
    case form.loclistx:
    case form.rnglistx:
      return cursor.uleb();
    case form.secOffset:
      return cursor.offsetOf(format);
    case form.refAddr:
      return version === 2 ? skip(cursor, addressSizeBytes) : cursor.offsetOf(format);
    case form.addr:
      return addressSizeBytes === 4 ? cursor.u32() : skip(cursor, addressSizeBytes);
    case form.data8:
    case form.ref8:
      return skip(cursor, 8);
    case form.data16:
      return skip(cursor, 16);
    case form.addrx3:
      return skip(cursor, 3);
    case form.block1:
      return block(cursor, cursor.u8());
    case form.block2:
      return block(cursor, cursor.u16());
    case form.block4:
      return block(cursor, cursor.u32());
    case form.block:
    case form.exprloc:
      return block(cursor, cursor.uleb());
    case form.flagPresent:
    case form.implicitConst:
      return undefined;
    case form.string: {
      const text = cursor.string();
      return { text: () => text };
    }
    case form.strp:
      return stringAt(sections.strings, cursor.offsetOf(format));
    case form.lineStrp:
      return stringAt(sections.lineStrings, cursor.offsetOf(format));
    case form.strx:
      return indexed(cursor.uleb());
    case form.strx1:
      return indexed(cursor.u8());
    case form.strx2:
      return indexed(cursor.u16());
    case form.strx3:
      return indexed(cursor.u16() | (cursor.u8() << 16));
    case form.strx4:
      return indexed(cursor.u32());
    default:
      return 'unknown';
  }
}

function block(cursor: ByteCursor, count: number): FormValue {
  const start = cursor.offset;
  cursor.skip(count);
  return cursor.overrun ? undefined : cursor.bytes.subarray(start, start + count);
}

function skip(cursor: ByteCursor, count: number): FormValue {
  cursor.skip(count);
  return undefined;
}
