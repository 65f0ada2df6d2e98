/**
 * Which directory each line table's relative paths start from. DWARF 2 to 4 says it only in the unit's
 * first entry in .debug_info (DW_AT_comp_dir, beside DW_AT_stmt_list), so that one entry is read and
 * nothing below it. Total: what cannot be read leaves its unit out. DWARF 5, sections 7.5.1 to 7.5.5.
 */
import { attribute } from './constants.js';
import {
  isFormText,
  readAbbreviations,
  readForm,
  readUnits,
  type FormValue,
  type InfoSections,
  type InfoUnit,
} from './info-unit.js';

/** By the offset of the unit's table in .debug_line. */
export function readCompilationDirectories(sections: InfoSections): ReadonlyMap<number, string> {
  const directories = new Map<number, string>();
  for (const unit of readUnits(sections)) readUnit(sections, unit, directories);
  return directories;
}

function readUnit(
  sections: InfoSections,
  { cursor, abbreviationOffset, context }: InfoUnit,
  directories: Map<number, string>,
): void {
  const table = readAbbreviations(sections.abbreviations, abbreviationOffset);
  const specifications = table.get(cursor.uleb())?.specifications ?? [];
  let statements: number | undefined;
  let directory: FormValue;
  let offsetsBase = context.format === 64 ? 16 : 8;
  for (const specification of specifications) {
    const value = readForm(cursor, specification.form, context);
    if (value === 'unknown' || cursor.overrun) break;
    if (specification.attribute === attribute.statementList && typeof value === 'number')
      statements = value;
    if (specification.attribute === attribute.compilationDirectory) directory = value;
    if (specification.attribute === attribute.stringOffsetsBase && typeof value === 'number')
      offsetsBase = value;
  }
  const text = isFormText(directory) ? directory.text(offsetsBase) : undefined;
  if (statements !== undefined && text !== undefined) directories.set(statements, text);
}
