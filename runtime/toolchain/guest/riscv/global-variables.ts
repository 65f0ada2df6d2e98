/**
 * Globals that can change, as words of memory: those of two words first, so that each is aligned to its size. A debugger
 * is told where they are, and what those are that cannot change.
 */
import { virtAddr } from '../../../base/address.js';
import type { ObjectGlobal } from '../../object-file.js';
import type { GuestGlobal } from '../guest-module.js';
import type { WasmModule } from '../wasm/module.js';
import { at as elementAt } from './at.js';
import type { ObjectWriter } from './object-writer.js';
import { addSection, addSymbol } from './object-writer.js';

export function addGlobals(
  writer: ObjectWriter,
  { globals }: WasmModule,
  keys: readonly string[],
): void {
  const numbered = globals.map((global, index) => ({ ...global, index }));
  const mutable = numbered.filter(({ isMutable }) => isMutable);
  mutable.sort((a, b) => sizeOf(b.type) - sizeOf(a.type));
  const add = (kind: 'progbits' | 'nobits', chosen: typeof mutable): void => {
    if (chosen.length === 0) return;
    const sizeBytes = chosen.reduce((sum, { type }) => sum + sizeOf(type), 0);
    const bytes = new Uint8Array(kind === 'nobits' ? 0 : sizeBytes);
    const section = addSection(writer, {
      name: kind === 'nobits' ? '.bss.guest' : '.data.guest',
      kind,
      access: 'data',
      alignmentBits: 3,
      bytes,
      sizeBytes,
    });
    let offset = 0;
    for (const { type, initial, name, index } of chosen) {
      if (kind === 'progbits') {
        const view = new DataView(bytes.buffer);
        for (let at = 0; at < sizeOf(type); at += 4)
          view.setInt32(offset + at, Number(BigInt.asIntN(32, initial >> BigInt(8 * at))), true);
      }
      addSymbol(writer, keys[index] ?? '', {
        name: name ?? `global${index}`,
        binding: 'local',
        kind: 'object',
        definition: { kind: 'section', section, offset },
        sizeBytes: sizeOf(type),
      });
      offset += sizeOf(type);
    }
  };
  add(
    'progbits',
    mutable.filter(({ initial }) => initial !== 0n),
  );
  add(
    'nobits',
    mutable.filter(({ initial }) => initial === 0n),
  );
}

/** Those of the source that the module still has, or that are constants. */
export function describeGlobals(
  { symbols, byKey }: ObjectWriter,
  { globals }: WasmModule,
  keys: readonly string[],
  told: readonly GuestGlobal[],
): ObjectGlobal[] {
  const byName = new Map(globals.map(({ name }, index) => [name, index]));
  return told.flatMap(({ symbol, name, type, file, line, value }): ObjectGlobal[] => {
    const global = { name, ...(type === undefined ? {} : { type }), place: { file, line } };
    const constant = (of: bigint): ObjectGlobal[] => [
      { section: undefined, offset: 0, global: { ...global, at: { kind: 'constant', value: of } } },
    ];
    const index = byName.get(symbol);
    if (index === undefined) return value === undefined ? [] : constant(value);
    const { isMutable, initial } = elementAt(globals, index);
    if (!isMutable) return constant(initial);
    const definition = symbols[byKey.get(keys[index] ?? '') ?? -1]?.definition;
    if (definition?.kind !== 'section') return [];
    const { section, offset } = definition;
    const at = { kind: 'memory', address: virtAddr(0) } as const;
    return [{ section, offset, global: { ...global, at } }];
  });
}

const sizeOf = (type: 'i32' | 'i64'): number => (type === 'i64' ? 8 : 4);
