/** How a value is shown: whole numbers in both bases, and in bytes where they look like a size. */
import type { Value } from '../../runtime/toolchain/camkes/value.js';

export function showValue(value: Value): string | undefined {
  switch (value.kind) {
    case 'integer':
      return showInteger(value.value);
    case 'float':
      return String(value.value);
    case 'string':
      return JSON.stringify(shortened(value.value));
    case 'list':
    case 'dictionary':
    case 'unknown':
      return undefined;
  }
}

export function showInteger(value: bigint): string {
  const decimal = shortened(value.toString());
  if (value < 10n && value > -10n) return decimal;
  const hexadecimal = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  const size = sizeText(value);
  return `${decimal} = ${shortened(hexadecimal)}${size === undefined ? '' : ` (${size})`}`;
}

/** `4 KiB`, for whole multiples of a unit that is not too far away. */
export function sizeText(bytes: bigint): string | undefined {
  for (const [unit, bits] of units) {
    const size = 1n << bits;
    if (bytes >= size && bytes % size === 0n && bytes / size < 1024n)
      return `${bytes / size} ${unit}`;
  }
  return undefined;
}

const units = [
  ['GiB', 30n],
  ['MiB', 20n],
  ['KiB', 10n],
] as const;

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
