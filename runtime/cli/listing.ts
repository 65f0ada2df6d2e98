/** An assembler listing: what each source line made, section by section. */
import type { ObjectFile, ObjectSection } from '../toolchain/object-file.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';

/** Data lines make many bytes; a listing line holds so many, the rest follows below it. */
const bytesPerRow = 8;

export function formatListing(object: ObjectFile, files: SourceFiles): string {
  const sources = new Map<string, readonly string[]>();
  const textOf = (file: string, line: number): string => {
    const known = sources.get(file) ?? (files.readText(file) ?? '').split(/\r\n|\r|\n/);
    sources.set(file, known);
    return known[line - 1] ?? '';
  };
  return object.sections
    .filter(({ sizeBytes, lines }) => sizeBytes > 0 && lines.length > 0)
    .map((section) => `section ${section.name}\n${listSection(section, textOf)}`)
    .join('\n');
}

function listSection(
  section: ObjectSection,
  textOf: (file: string, line: number) => string,
): string {
  let listing = '';
  section.lines.forEach(({ offset, file, line }, index) => {
    const end = section.lines[index + 1]?.offset ?? section.sizeBytes;
    const bytes = section.bytes.subarray(offset, end);
    const place = `${file}:${line}`.padEnd(20);
    listing += `${row(offset, bytes.subarray(0, bytesPerRow))}  ${place} ${textOf(file, line).trimEnd()}\n`;
    for (let at = bytesPerRow; at < bytes.length; at += bytesPerRow)
      listing += `${row(offset + at, bytes.subarray(at, at + bytesPerRow)).trimEnd()}\n`;
  });
  return listing;
}

function row(offset: number, bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${hex.padEnd(2 * bytesPerRow)}`;
}
