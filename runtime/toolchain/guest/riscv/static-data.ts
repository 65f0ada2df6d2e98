/**
 * Memory of a module before it runs, at its own addresses: bytes where there are some, and zero-filled sections for
 * long stretches before, between and behind them, so that all of it is there.
 */
import { virtAddr } from '../../../base/address.js';
import type { AddressRange } from '../guest-module.js';
import type { DataSegment } from '../wasm/module.js';
import type { ObjectWriter } from './object-writer.js';
import { addSection } from './object-writer.js';

/** Shorter stretches of zeros are cheaper as bytes. */
const longStretchBytes = 4096;

export function addStaticData(
  writer: ObjectWriter,
  segments: readonly DataSegment[],
  whole: AddressRange | undefined,
): void {
  const sorted = segments.filter(({ bytes }) => bytes.length > 0);
  sorted.sort((a, b) => a.address - b.address);
  let run: { address: number; parts: DataSegment[]; end: number } | undefined;
  const finishRun = (): void => {
    if (run === undefined) return;
    const bytes = new Uint8Array(run.end - run.address);
    for (const part of run.parts) bytes.set(part.bytes, part.address - run.address);
    addSection(writer, {
      name: '.guest.data',
      access: 'data',
      alignmentBits: 0,
      bytes,
      address: virtAddr(run.address),
    });
  };
  const zeros = (from: number, to: number): void => {
    if (to <= from) return;
    addSection(writer, {
      name: '.guest.bss',
      kind: 'nobits',
      access: 'data',
      alignmentBits: 0,
      sizeBytes: to - from,
      address: virtAddr(from),
    });
  };
  for (const segment of sorted) {
    if (run !== undefined && segment.address - run.end < longStretchBytes) {
      run.parts.push(segment);
      run.end = Math.max(run.end, segment.address + segment.bytes.length);
      continue;
    }
    finishRun();
    const before = run?.end ?? whole?.start;
    if (before !== undefined) zeros(before, segment.address);
    run = {
      address: segment.address,
      parts: [segment],
      end: segment.address + segment.bytes.length,
    };
  }
  finishRun();
  if (whole !== undefined) zeros(run?.end ?? whole.start, whole.end);
}
