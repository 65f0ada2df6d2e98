/** Globals that can change, as words of memory: those of two words first, so that each is aligned to its size. */
import type { WasmModule } from '../wasm/module.js';
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

const sizeOf = (type: 'i32' | 'i64'): number => (type === 'i64' ? 8 : 4);
