/** Common blocks: what C makes of an uninitialised global, of which all files of that name share the largest. */
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object-file.js';
import type { Globals } from './resolve.js';

/** Gives each common block that won a place in a zero-filled section of its own. */
export function withCommonBlocks(
  objects: readonly ObjectFile[],
  { definitions }: Globals,
): ObjectFile[] {
  return objects.map((object, index) => {
    const blocks: ObjectSection[] = [];
    const symbols = object.symbols.map((symbol): ObjectSymbol => {
      if (symbol.definition.kind !== 'common') return symbol;
      const { sizeBytes, alignmentBytes } = symbol.definition;
      const isChosen = symbol.binding === 'local' || definitions.get(symbol.name)?.object === index;
      if (!isChosen || isShadowed(definitions, symbol))
        return { ...symbol, definition: { kind: 'undefined' } };
      blocks.push(commonSection(sizeBytes, alignmentBytes));
      const section = object.sections.length + blocks.length - 1;
      return { ...symbol, sizeBytes, definition: { kind: 'section', section, offset: 0 } };
    });
    return blocks.length === 0 && symbols.every((symbol, at) => symbol === object.symbols[at])
      ? object
      : { ...object, sections: [...object.sections, ...blocks], symbols };
  });
}

/** True when another kind of definition won in the same object. */
function isShadowed(definitions: Globals['definitions'], symbol: ObjectSymbol): boolean {
  return (
    symbol.binding !== 'local' && definitions.get(symbol.name)?.symbol.definition.kind !== 'common'
  );
}

const commonSection = (sizeBytes: number, alignmentBytes: number): ObjectSection => ({
  // The name by which a linker script takes them.
  name: 'COMMON',
  kind: 'nobits',
  allocated: true,
  writable: true,
  executable: false,
  alignmentBits: Math.max(0, Math.ceil(Math.log2(Math.max(1, alignmentBytes)))),
  bytes: new Uint8Array(0),
  sizeBytes,
  relocations: [],
  lines: [],
});
