/**
 * What the runtime allocates memory for DMA from: the record that `dma.S` reads, the slots of the pool's frames, and room
 * for what it finds out. A program that allocates none has none of it.
 */
import { smallPageBytes } from '../../camkes/compile/architecture.js';
import type { DmaPoolBinding } from '../../camkes/compile/bindings.js';
import type { StubText } from './stub-text.js';
import { newLabel, write, writeWord } from './stub-text.js';

/** `dma.S` gives memory in such units, and keeps a bit for each. */
const unitBytes = 64;

export function writeDmaPool(text: StubText, { symbol, frames, isCached }: DmaPoolBinding): void {
  const slots = frames?.slots ?? [];
  const [table, addresses, bits] = [newLabel(text), newLabel(text), newLabel(text)];
  const words = [symbol, slots.length, isCached ? 1 : 0, table, addresses, bits];
  writeWord(text, '.section .data.camkes_dma_pool, "aw"', 'camkes_dma_pool', words.join(', '));
  write(text, '.section .rodata.camkes_dma_pool, "a"', '.balign 4', `${table}:`);
  for (const slot of slots) write(text, `.word ${String(slot)}`);
  const bitBytes = Math.ceil((slots.length * smallPageBytes) / unitBytes / 32) * 4;
  write(text, '.section .bss.camkes_dma_pool, "aw", @nobits', '.balign 4');
  write(text, `${addresses}:`, `.space ${String(4 * slots.length)}`);
  write(text, `${bits}:`, `.space ${String(bitBytes)}`);
}
