/**
 * The facts of one capability as names and values, in the order in which one asks for them. The
 * hover and the text document show the same list, so neither can know more than the other.
 */
import type { Slot } from '../../debug-adapter/protocol.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function factsOf({ cptr, capability }: Slot): Fact[] {
  const facts: Fact[] = [{ name: 'Object type', value: capability.type }];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ name, value });
  };
  add('Capability pointer', cptr === undefined ? undefined : hex(cptr));
  add('Physical address', capability.object === undefined ? undefined : hex(capability.object, 8));
  add('Size', capability.sizeBytes === undefined ? undefined : sizeText(capability.sizeBytes));
  add('Rights', capability.rights === undefined ? undefined : rightsText(capability.rights));
  add('Badge', capability.badge === undefined ? undefined : badgeText(capability.badge));
  add('Guard', capability.guard === undefined ? undefined : guardText(capability.guard));
  add('Mapping', capability.mapping);
  for (const detail of capability.details) add(capitalized(detail.name), detail.value);
  return facts;
}

export function hex(value: number, digits = 1): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}

export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && Number.isInteger(value / 1024) && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value} ${units[unit] ?? ''}`;
}

/** `RW-P` as `RW-P (read, write, grant reply)`. */
export function rightsText(rights: string): string {
  const words: Record<string, string> = { R: 'read', W: 'write', G: 'grant', P: 'grant reply' };
  const held = Object.entries(words).flatMap(([letter, word]) =>
    rights.includes(letter) ? [word] : [],
  );
  return held.length === 0 ? `${rights} (none)` : `${rights} (${held.join(', ')})`;
}

function badgeText(badge: number): string {
  return badge === 0 ? '0 (unbadged)' : badge < 10 ? String(badge) : `${badge} (${hex(badge)})`;
}

function guardText(guard: { value: number; sizeBits: number }): string {
  return `${hex(guard.value)}, ${guard.sizeBits} bits`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
