/**
 * Which directory each line table's relative paths start from. DWARF 2 to 4 says it only in the unit's
 * first entry in .debug_info (DW_AT_comp_dir, beside DW_AT_stmt_list), so that one entry is read and
 * nothing below it. Total: what cannot be read leaves its unit out. DWARF 5, sections 7.5.1 to 7.5.5.
 */
import { ByteCursor } from './byte-cursor.js';
import { attribute, form } from './constants.js';

export interface InfoSections {
  readonly info: Uint8Array | undefined;
  readonly abbreviations: Uint8Array | undefined;
  readonly strings: Uint8Array | undefined;
  readonly lineStrings: Uint8Array | undefined;
  readonly stringOffsets: Uint8Array | undefined;
}

/** By the offset of the unit's table in .debug_line. */
export function readCompilationDirectories(sections: InfoSections): ReadonlyMap<number, string> {
  const directories = new Map<number, string>();
  const { info } = sections;
  let offset = 0;
  while (info !== undefined && offset < info.length) {
    const header = new ByteCursor(info, offset);
    let lengthBytes = header.u32();
    const format = lengthBytes === 0xffff_ffff ? 64 : 32;
    if (format === 64) lengthBytes = header.offsetOf(64);
    const end = header.offset + lengthBytes;
    if (header.overrun || end > info.length) break;
    readUnit(sections, new ByteCursor(info, header.offset, end), format, directories);
    offset = end;
  }
  return directories;
}

function readUnit(
  sections: InfoSections,
  cursor: ByteCursor,
  format: 32 | 64,
  directories: Map<number, string>,
): void {
  const version = cursor.u16();
  if (version < 2 || version > 5) return;
  let abbreviationOffset: number;
  let addressSizeBytes: number;
  if (version >= 5) {
    const unitType = cursor.u8();
    addressSizeBytes = cursor.u8();
    abbreviationOffset = cursor.offsetOf(format);
    if (unitType !== 1 && unitType !== 3) return; // only full and partial units stand alone
  } else {
    abbreviationOffset = cursor.offsetOf(format);
    addressSizeBytes = cursor.u8();
  }
  const code = cursor.uleb();
  const specifications = findAbbreviation(sections.abbreviations, abbreviationOffset, code);
  const context: FormContext = { sections, format, version, addressSizeBytes };
  let table: number | undefined;
  let directory: FormValue;
  let offsetsBase = format === 64 ? 16 : 8;
  for (const specification of specifications) {
    const value = readForm(cursor, specification.form, context);
    if (value === 'unknown' || cursor.overrun) break;
    if (specification.attribute === attribute.statementList && typeof value === 'number')
      table = value;
    if (specification.attribute === attribute.compilationDirectory) directory = value;
    if (specification.attribute === attribute.stringOffsetsBase && typeof value === 'number')
      offsetsBase = value;
  }
  const text = typeof directory === 'object' ? directory.text(offsetsBase) : undefined;
  if (table !== undefined && text !== undefined) directories.set(table, text);
}

interface Specification {
  readonly attribute: number;
  readonly form: number;
}

function findAbbreviation(
  bytes: Uint8Array | undefined,
  offset: number,
  wanted: number,
): Specification[] {
  if (bytes === undefined) return [];
  const cursor = new ByteCursor(bytes, offset);
  while (!cursor.atEnd) {
    const code = cursor.uleb();
    if (code === 0) break;
    cursor.uleb(); // tag
    cursor.u8(); // has children
    const specifications: Specification[] = [];
    while (!cursor.atEnd) {
      const specification = { attribute: cursor.uleb(), form: cursor.uleb() };
      if (specification.form === form.implicitConst) cursor.sleb();
      if (specification.attribute === 0 && specification.form === 0) break;
      specifications.push(specification);
    }
    if (code === wanted) return specifications;
  }
  return [];
}

interface FormContext {
  readonly sections: InfoSections;
  readonly format: 32 | 64;
  readonly version: number;
  readonly addressSizeBytes: number;
}

/** A number, a string (which may need the unit's string offsets base), or nothing of interest. */
type FormValue = number | { text(offsetsBase: number): string } | undefined;

/** 'unknown' is a form whose size we cannot tell, so nothing after it can be read. */
function readForm(
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
    case form.udata:
    case form.sdata:
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
      return skip(cursor, addressSizeBytes);
    case form.data8:
    case form.ref8:
      return skip(cursor, 8);
    case form.data16:
      return skip(cursor, 16);
    case form.addrx3:
      return skip(cursor, 3);
    case form.block1:
      return skip(cursor, cursor.u8());
    case form.block2:
      return skip(cursor, cursor.u16());
    case form.block4:
      return skip(cursor, cursor.u32());
    case form.block:
    case form.exprloc:
      return skip(cursor, cursor.uleb());
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

function skip(cursor: ByteCursor, count: number): FormValue {
  cursor.skip(count);
  return undefined;
}
