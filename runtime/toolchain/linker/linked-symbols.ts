/** The symbols and lines of a linked program. */
import { virtAddr } from '../../base/address.js';
import { compareLineRows } from '../../image/line-order.js';
import { compareSymbols } from '../../image/symbol-order.js';
import type { LineRow } from '../../image/system-image.js';
import { endRow } from '../dwarf/line-program.js';
import type { ObjectFile, ObjectSymbol } from '../object-file.js';
import type { Layout } from './layout.js';
import type { LinkedSymbol } from './linked.js';
import type { Globals } from './resolve.js';
import { providedSymbol } from './resolve.js';
import { definedValue, type SectionAddresses } from './symbol-values.js';

/** Every defined symbol but the assembler's own (`.L…`) and the definitions that lost. */
export function symbolsOf(
  objects: readonly ObjectFile[],
  layout: Layout,
  addresses: SectionAddresses,
  definitions: Globals['definitions'],
): LinkedSymbol[] {
  const symbols: LinkedSymbol[] = [];
  const wanted = new Map<string, number>();
  for (const [object, file] of objects.entries())
    for (const symbol of file.symbols) {
      const { name, definition } = symbol;
      const provided =
        definition.kind === 'undefined' && !definitions.has(name)
          ? providedSymbol(name, layout)
          : undefined;
      if (provided !== undefined) wanted.set(name, provided);
      const isAssigned = layout.assigned?.get(name)?.isProvided === false;
      const isKept =
        symbol.binding === 'local' || (definitions.get(name)?.symbol === symbol && !isAssigned);
      const value = definedValue(object, symbol, addresses);
      if (!isKept || value === undefined || !isNamed(symbol)) continue;
      const output =
        definition.kind === 'section'
          ? addresses[object]?.get(definition.section)?.output
          : undefined;
      if (definition.kind === 'section' && output === undefined) continue;
      symbols.push({
        name,
        address: virtAddr(value),
        sizeBytes: symbol.sizeBytes,
        kind: kindOf(symbol),
        binding: symbol.binding,
        section: output?.name,
      });
    }
  for (const [name, { value, isProvided }] of layout.assigned ?? [])
    if (!isProvided || !definitions.has(name)) wanted.set(name, value);
  for (const [name, value] of wanted)
    symbols.push({
      name,
      address: virtAddr(value),
      sizeBytes: 0,
      kind: 'absolute',
      binding: 'global',
      section: undefined,
    });
  return symbols.sort(compareSymbols);
}

const isNamed = ({ name, kind }: ObjectSymbol): boolean =>
  name !== '' && kind !== 'section' && !name.startsWith('.L') && !/^\$[xd]/.test(name);

function kindOf(symbol: ObjectSymbol): LinkedSymbol['kind'] {
  if (symbol.kind === 'none') return symbol.definition.kind === 'absolute' ? 'absolute' : 'label';
  return symbol.kind;
}

/** One sequence for each section that has lines, ended where the section ends. */
export function linesOf(layout: Layout): LineRow[] {
  const rows: LineRow[] = [];
  for (const output of layout.outputs)
    for (const { section, address } of output.parts) {
      if (section.lines.length === 0 || section.sizeBytes === 0) continue;
      for (const { offset, file, line, column } of section.lines)
        rows.push({
          address: virtAddr(address + offset),
          file,
          line,
          column,
          isStatement: true,
          endSequence: false,
        });
      rows.push(endRow(address + section.sizeBytes));
    }
  return rows.sort(compareLineRows);
}
