/**
 * The header of one unit's line table: the parameters of its program and its files, by the index that
 * the program uses. DWARF 5, section 6.2.4; versions 2 to 4 number files and directories from one and
 * leave directory 0, the compilation directory, to .debug_info.
 */
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import { ByteCursor } from './byte-cursor.js';
import { form, lineContent } from './constants.js';

/** The contents of .debug_line, and of .debug_line_str and .debug_str where the file has them. */
export interface LineSections {
  readonly line: Uint8Array;
  readonly lineStrings?: Uint8Array | undefined;
  readonly strings?: Uint8Array | undefined;
  /** The compilation directory of the unit whose table is at an offset of .debug_line. */
  readonly compilationDirectories?: ReadonlyMap<number, string>;
}

export interface LineHeader {
  readonly version: number;
  readonly minimumInstructionLength: number;
  /** At least 1. */
  readonly maximumOperations: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  /** At least 1. */
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many LEB128 operands standard opcode `index + 1` has. */
  readonly operandCounts: readonly number[];
  /** Paths joined with their directories, by the number in the file register. */
  readonly files: readonly (string | undefined)[];
  readonly programOffset: number;
  /** Where the next unit begins. */
  readonly end: number;
}

export interface LineHeaderError {
  readonly message: string;
  /** Where the next unit begins; undefined when that is unknown. */
  readonly next: number | undefined;
}

export function readLineHeader(
  sections: LineSections,
  offset: number,
): Result<LineHeader, LineHeaderError> {
  const start = new ByteCursor(sections.line, offset);
  let lengthBytes = start.u32();
  const format = lengthBytes === 0xffff_ffff ? 64 : 32;
  if (format === 64) lengthBytes = start.offsetOf(64);
  const end = start.offset + lengthBytes;
  if (start.overrun || end > sections.line.length)
    return fail({ message: 'A line table is longer than its section.', next: undefined });
  const failed = (message: string): Result<never, LineHeaderError> => fail({ message, next: end });

  const cursor = new ByteCursor(sections.line, start.offset, end);
  const version = cursor.u16();
  if (version < 2 || version > 5)
    return failed(`The line table has DWARF version ${version}; versions 2 to 5 can be read.`);
  if (version >= 5) {
    const addressSizeBytes = cursor.u8();
    cursor.u8();
    if (addressSizeBytes !== 4)
      return failed(`The line table has addresses of ${addressSizeBytes} bytes; RV32 has 4.`);
  }
  const headerLengthBytes = cursor.offsetOf(format);
  const programOffset = cursor.offset + headerLengthBytes;
  const minimumInstructionLength = cursor.u8();
  const maximumOperations = version >= 4 ? Math.max(1, cursor.u8()) : 1;
  const defaultIsStatement = cursor.u8() !== 0;
  const lineBase = cursor.s8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operandCounts = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => cursor.u8());
  if (programOffset > end || lineRange === 0 || opcodeBase === 0)
    return failed('The header of a line table is damaged.');

  const names: Names = {
    cursor,
    format,
    sections,
    compilationDirectory: sections.compilationDirectories?.get(offset) ?? '',
  };
  const files = version >= 5 ? readFiles5(names) : readFiles2(names);
  if (files === undefined || cursor.overrun)
    return failed('The file names of a line table are damaged.');
  return ok({
    version,
    minimumInstructionLength,
    maximumOperations,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    files,
    programOffset,
    end,
  });
}

interface Names {
  readonly cursor: ByteCursor;
  readonly format: 32 | 64;
  readonly sections: LineSections;
  readonly compilationDirectory: string;
}

/** Versions 2 to 4: both lists end at an empty name. */
function readFiles2({ cursor, compilationDirectory }: Names): (string | undefined)[] {
  const directories = [compilationDirectory];
  for (let name = cursor.string(); name !== ''; name = cursor.string())
    directories.push(joinPath(compilationDirectory, name));
  const files: (string | undefined)[] = [undefined];
  for (let name = cursor.string(); name !== ''; name = cursor.string()) {
    const directory = directories[cursor.uleb()];
    cursor.uleb(); // time of modification
    cursor.uleb(); // size in bytes
    files.push(joinPath(directory ?? '', name));
  }
  return files;
}

function readFiles5(names: Names): string[] | undefined {
  const directories = readEntries(names);
  const files = directories && readEntries(names);
  if (files === undefined) return undefined;
  const own = directories?.[0]?.path ?? '';
  const compilationDirectory = joinPath(names.compilationDirectory, own);
  return files.map(({ path, directory }) => {
    const folder = directory === 0 ? compilationDirectory : (directories?.[directory]?.path ?? '');
    return joinPath(joinPath(compilationDirectory, folder), path);
  });
}

/** A version 5 list: how an entry is encoded, then the entries. Undefined when a form is unknown. */
function readEntries(names: Names): { path: string; directory: number }[] | undefined {
  const { cursor } = names;
  const formatCount = cursor.u8();
  const format = Array.from({ length: formatCount }, () => ({
    content: cursor.uleb(),
    form: cursor.uleb(),
  }));
  const count = cursor.uleb();
  const entries: { path: string; directory: number }[] = [];
  // Every form takes at least a byte, so the bytes bound the loop, whatever the count says.
  for (let index = 0; index < count && formatCount > 0 && !cursor.overrun; index++) {
    let path = '';
    let directory = 0;
    for (const field of format) {
      const value = readForm(names, field.form);
      if (value === undefined) return undefined;
      if (field.content === lineContent.path && typeof value === 'string') path = value;
      if (field.content === lineContent.directoryIndex && typeof value === 'number')
        directory = value;
    }
    entries.push({ path, directory });
  }
  return entries;
}

/** The forms that section 6.2.4.1 allows. A block (an MD5 checksum, say) reads as 0. */
function readForm({ cursor, format, sections }: Names, kind: number): string | number | undefined {
  switch (kind) {
    case form.string:
      return cursor.string();
    case form.lineStrp:
      return stringIn(sections.lineStrings, cursor.offsetOf(format));
    case form.strp:
      return stringIn(sections.strings, cursor.offsetOf(format));
    case form.udata:
      return cursor.uleb();
    case form.data1:
      return cursor.u8();
    case form.data2:
      return cursor.u16();
    case form.data4:
      return cursor.u32();
    case form.data8:
      cursor.skip(8);
      return 0;
    case form.data16:
      cursor.skip(16);
      return 0;
    case form.block:
      cursor.skip(cursor.uleb());
      return 0;
    default:
      return undefined;
  }
}

/** Longer paths exist on no system; the limit keeps damaged tables from costing time. */
const longestPathBytes = 4096;

function stringIn(section: Uint8Array | undefined, offset: number): string {
  if (section === undefined) return '';
  return new ByteCursor(section, offset, offset + longestPathBytes).string();
}

/** An absolute name stands alone; a directory of '.' or '' adds nothing. */
export function joinPath(directory: string, name: string): string {
  if (directory === '' || directory === '.' || isAbsolutePath(name)) return name;
  if (name === '' || name === '.') return directory;
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

const isAbsolutePath = (path: string): boolean => /^(\/|\\|[A-Za-z]:[\\/])/.test(path);
