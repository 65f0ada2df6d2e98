/** A fault with the function and the line in which it was. */
import type { FaultView } from '../kernel/events.js';
import type { Platform } from '../platform.js';
import { asMapped } from './faults.js';
import { codeSymbolFor, lineFor } from './symbols.js';
import { spaceOf } from './thread-state.js';

/** Without a full stop at its end. */
export function faultSentence(platform: Platform, thread: number, fault: FaultView): string {
  const space = spaceOf(platform, thread);
  const { description } = asMapped(platform, thread, fault);
  const found = codeSymbolFor(platform, space, fault.pc);
  const row = lineFor(platform, space, fault.pc);
  const line = row === undefined ? '' : `${row.file}:${String(row.line)}`;
  if (found === undefined) return line === '' ? description : `${description} (${line})`;
  const name = found.symbol.name;
  return `${description}, in ${name}${line === '' ? '' : ` (${line})`}`;
}
