/** Which bytes of a function come from calls that were replaced by the body of the function, outer calls first. */
import type { OffsetRange } from '../../../image/debug-information.js';
import type { GuestInlinedCall, GuestModule } from '../guest-module.js';
import type { AssembledFunction } from './assemble-function.js';
import type { InlinedCode } from './describe-function.js';
import { lineAt } from './line-table.js';

export function inlinedCode(
  { lines, inlined = [] }: Pick<GuestModule, 'lines' | 'inlined'>,
  { origins, bytes }: Pick<AssembledFunction, 'origins' | 'bytes'>,
): InlinedCode[] {
  const found = new Map<number, OffsetRange[]>();
  let innermost: number | undefined;
  origins.forEach(({ offset, wasmOffset }, index) => {
    // Code without a line belongs to what is before it, as it does in the line table.
    const line = lineAt(lines, wasmOffset);
    if (line !== undefined) innermost = line.inlined;
    const to = origins[index + 1]?.offset ?? bytes.length;
    for (const call of chainOf(inlined, innermost)) addRange(found, call, { from: offset, to });
  });
  return [...found]
    .flatMap(([index, ranges]) => {
      const call = inlined[index];
      const depth = chainOf(inlined, index).length - 1;
      return call === undefined ? [] : [{ index, call, depth, ranges }];
    })
    .sort((left, right) => left.depth - right.depth);
}

/** A call and those that it is in, outwards. */
export function chainOf(
  inlined: readonly GuestInlinedCall[],
  innermost: number | undefined,
): number[] {
  const chain: number[] = [];
  for (let index = innermost; index !== undefined; index = inlined[index]?.outer) chain.push(index);
  return chain;
}

function addRange(found: Map<number, OffsetRange[]>, call: number, range: OffsetRange): void {
  if (range.from >= range.to) return;
  const ranges = found.get(call) ?? [];
  found.set(call, ranges);
  const last = ranges.at(-1);
  if (last?.to === range.from) ranges.splice(-1, 1, { from: last.from, to: range.to });
  else ranges.push(range);
}
