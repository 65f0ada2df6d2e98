/** Output sections of equal rights, one after the other, are one segment. */
import type { Layout, OutputSection } from './layout.js';
import type { LinkedSection, LinkedSegment } from './linked.js';
import { segmentSizeBytes } from './linked.js';

/** A wider gap, made by a large alignment, is left out of the file by starting another segment. */
const longestGapBytes = 0x1_0000;

const endOf = (segment: LinkedSegment): number => segment.address + segmentSizeBytes(segment);

export function segmentsOf(
  layout: Layout,
  sections: ReadonlyMap<OutputSection, LinkedSection>,
): LinkedSegment[] {
  const segments: (Omit<LinkedSegment, 'sections'> & { sections: LinkedSection[] })[] = [];
  for (const output of layout.outputs) {
    const section = sections.get(output);
    if (section === undefined || output.sizeBytes === 0) continue;
    const { writable, executable } = output;
    const last = segments.at(-1);
    const gapBytes = output.address - (last === undefined ? 0 : endOf(last));
    const distance = (output.loadAddress ?? output.address) - output.address;
    const isAsFar =
      last !== undefined && (last.loadAddress ?? last.address) - last.address === distance;
    if (
      isAsFar &&
      last.writable === writable &&
      last.executable === executable &&
      gapBytes <= longestGapBytes
    )
      last.sections.push(section);
    else
      segments.push({
        address: output.address,
        ...(distance === 0 ? {} : { loadAddress: output.address + distance }),
        writable,
        executable,
        sections: [section],
      });
  }
  return segments;
}
