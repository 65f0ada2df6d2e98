/** What a symbol is worth once the sections are placed: addresses of sections, and of symbols in them. */
import type { ObjectSymbol } from '../object-file.js';
import type { Layout, OutputSection, PlacedSection } from './layout.js';
import type { SymbolValue } from './relocate-section.js';
import type { Globals } from './resolve.js';
import { providedSymbol } from './resolve.js';

/** By object, then by section index: where the section is, with the output section it went into. */
export type SectionAddresses = readonly ReadonlyMap<
  number,
  { part: PlacedSection; output: OutputSection }
>[];

export function sectionAddresses(layout: Layout): SectionAddresses {
  const byObject: Map<number, { part: PlacedSection; output: OutputSection }>[] = [];
  for (const output of layout.outputs)
    for (const part of output.parts)
      (byObject[part.object] ??= new Map()).set(part.index, { part, output });
  return byObject;
}

export function definedValue(
  object: number,
  { definition }: ObjectSymbol,
  addresses: SectionAddresses,
): number | undefined {
  switch (definition.kind) {
    case 'absolute':
      return definition.value;
    case 'section': {
      // A section that is not loaded (.debug_*) counts from 0.
      const address = addresses[object]?.get(definition.section)?.part.address ?? 0;
      return address + definition.offset;
    }
    case 'common':
    case 'undefined':
      return undefined;
  }
}

/** The value of a symbol that an object names, as the whole program sees it. */
export function symbolValues(
  layout: Layout,
  definitions: Globals['definitions'],
): (object: number, symbol: ObjectSymbol) => SymbolValue {
  const addresses = sectionAddresses(layout);
  return (object, symbol) => {
    const assigned = symbol.binding === 'local' ? undefined : layout.assigned?.get(symbol.name);
    if (assigned?.isProvided === false) return { kind: 'value', value: assigned.value };
    const target = symbol.binding === 'local' ? undefined : definitions.get(symbol.name);
    const definition = target ?? { object, symbol };
    const value = definedValue(definition.object, definition.symbol, addresses);
    if (value !== undefined) return { kind: 'value', value };
    const provided = providedSymbol(symbol.name, layout);
    if (provided !== undefined) return { kind: 'value', value: provided };
    return symbol.binding === 'weak' ? { kind: 'value', value: 0 } : { kind: 'undefined' };
  };
}
