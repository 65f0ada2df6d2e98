/** Collects sections and symbols of an object. Symbols are found by keys, which need not be their names. */
import type {
  ObjectFile,
  ObjectLine,
  ObjectSection,
  ObjectSymbol,
  Relocation,
} from '../../object-file.js';

export interface KeyedRelocation extends Omit<Relocation, 'symbol'> {
  readonly symbol: string;
}

export interface ObjectWriter {
  readonly sections: Omit<ObjectSection, 'relocations'>[];
  /** By section. */
  readonly relocations: KeyedRelocation[][];
  readonly symbols: ObjectSymbol[];
  readonly byKey: Map<string, number>;
}

export const newObjectWriter = (): ObjectWriter => ({
  sections: [],
  relocations: [],
  symbols: [],
  byKey: new Map(),
});

export interface NewSection {
  readonly name: string;
  readonly kind?: ObjectSection['kind'];
  readonly bytes?: Uint8Array;
  readonly sizeBytes?: number;
  readonly access: 'code' | 'constant' | 'data' | 'note';
  readonly alignmentBits: number;
  /** Code finds it by number and not by a symbol, so it stays, whether or not something refers to it. */
  readonly address?: ObjectSection['address'];
  readonly relocations?: readonly KeyedRelocation[];
  readonly lines?: readonly ObjectLine[];
}

/** Its index. */
export function addSection(writer: ObjectWriter, section: NewSection): number {
  const { name, kind = 'progbits', bytes = new Uint8Array(0), access, alignmentBits } = section;
  writer.sections.push({
    name,
    kind,
    allocated: access !== 'note',
    writable: access === 'data',
    executable: access === 'code',
    alignmentBits,
    bytes,
    sizeBytes: section.sizeBytes ?? bytes.length,
    lines: section.lines ?? [],
    ...(section.address === undefined ? {} : { address: section.address, isRetained: true }),
  });
  writer.relocations.push([...(section.relocations ?? [])]);
  return writer.sections.length - 1;
}

export function addSymbol(writer: ObjectWriter, key: string, symbol: ObjectSymbol): void {
  writer.byKey.set(key, writer.symbols.length);
  writer.symbols.push(symbol);
}

/** What no symbol was made for comes from another object, under its key as a name. */
export function finishObject(writer: ObjectWriter, name: string): Omit<ObjectFile, 'debug'> {
  const indexOf = ({ symbol, place }: KeyedRelocation): number => {
    const known = writer.byKey.get(symbol);
    if (known !== undefined) return known;
    addSymbol(writer, symbol, {
      name: symbol,
      binding: 'global',
      kind: 'none',
      definition: { kind: 'undefined' },
      sizeBytes: 0,
      ...(place === undefined ? {} : { place }),
    });
    return writer.symbols.length - 1;
  };
  const sections = writer.sections.map((section, index): ObjectSection => {
    const relocations = (writer.relocations[index] ?? []).map((relocation) => ({
      ...relocation,
      symbol: indexOf(relocation),
    }));
    return { ...section, relocations };
  });
  return { name, sections, symbols: writer.symbols, usesCompressed: true };
}
