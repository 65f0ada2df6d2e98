/**
 * The map of a linked program as text: what each section is made of and where its symbols lie, and what was
 * left out. Sizes and addresses in hexadecimal, in the order of addresses.
 */
import type { LinkResult } from './link.js';

export function mapText({ linked, parts, dropped }: LinkResult): string {
  const lines = [`Map of ${linked.name}`, `Entry: ${hex(linked.entry)}`, ''];
  for (const segment of linked.segments)
    for (const section of segment.sections) {
      const load = segment.loadAddress;
      const loaded =
        load === undefined ? '' : `, loaded at ${hex(load + section.address - segment.address)}`;
      lines.push(row(section.name, section.address, section.sizeBytes) + loaded);
      for (const part of parts)
        if (part.output === section.name && part.sizeBytes > 0)
          lines.push(`${row(`  ${part.section}`, part.address, part.sizeBytes)}  ${part.object}`);
      for (const symbol of linked.symbols)
        if (symbol.section === section.name)
          lines.push(`${' '.repeat(nameWidth)} ${hex(symbol.address)}            ${symbol.name}`);
    }
  const absolute = linked.symbols.filter(({ section }) => section === undefined);
  if (absolute.length > 0) lines.push('', 'Symbols in no section');
  for (const { name, address } of absolute)
    lines.push(`${' '.repeat(nameWidth)} ${hex(address)}            ${name}`);
  if (dropped.length > 0) lines.push('', 'Sections that nothing needs, left out');
  for (const { object, section } of dropped)
    lines.push(`${row(`  ${section.name}`, 0, section.sizeBytes)}  ${object.name}`);
  return `${lines.join('\n')}\n`;
}

const nameWidth = 32;

const row = (name: string, address: number, sizeBytes: number): string =>
  `${name.padEnd(nameWidth)} ${hex(address)} ${`0x${sizeBytes.toString(16)}`.padStart(10)}`;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
