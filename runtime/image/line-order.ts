import type { LineRow } from './system-image.js';

/**
 * The order of `SystemImage.lines`. The end of one sequence stands before the start of the next at the
 * same address, so that a lookup of the last row at or below an address finds the start. Rows of one
 * sequence at one address keep their order (sorting is stable): the last one is in force.
 */
export function compareLineRows(a: LineRow, b: LineRow): number {
  return a.address - b.address || Number(b.endSequence) - Number(a.endSequence);
}
