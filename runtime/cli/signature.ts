/**
 * The memory between the symbols begin_signature and end_signature, as architecture tests compare it: one
 * 32-bit word a line, eight hexadecimal digits, lowest address first (RISCOF, "Signature").
 */
import { physAddr, virtAddr } from '../base/address.js';
import { fail, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { symbolNamed } from '../image/lookup.js';
import type { Platform } from '../platform.js';

export function readSignature(platform: Platform): Result<string, string> {
  const begin = symbolNamed(platform.image, 'begin_signature');
  const end = symbolNamed(platform.image, 'end_signature');
  if (begin === undefined || end === undefined)
    return fail('The program has no begin_signature and end_signature, so it has no signature.');
  const lines: string[] = [];
  for (let address = begin.address; address < end.address; address = virtAddr(address + 4)) {
    let word = 0;
    for (let byte = 3; byte >= 0; byte--) {
      const physical = platform.imageToPhysical(virtAddr(address + byte));
      const value =
        physical === undefined ? undefined : platform.machine.inspectByte(physAddr(physical));
      word = (word << 8) | (value ?? 0);
    }
    lines.push((word >>> 0).toString(16).padStart(8, '0'));
  }
  return ok(lines.map((line) => `${line}\n`).join(''));
}
