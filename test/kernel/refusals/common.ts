/** Faults that many invocations share: what is too short, and the ways in which an address leads to no slot. */
import type { Change, Fault } from '../../support/refusals.js';

/** Of a message that needs so many words and capabilities, each one of them missing; the kernel asks at once. */
export function tooShort(words: number, caps: number): readonly Fault[] {
  const changes: Change[] = [];
  if (words > 0) changes.push({ wordCount: words - 1 });
  for (let count = caps - 1; count >= 0; count -= 1) changes.push({ capCount: count });
  return changes.map((change): Fault => ({
    row: 'too short',
    change,
    error: ['TruncatedMessage'],
    says: /^\w+: the message is too short; it needs /,
  }));
}

export interface AddressPlace {
  readonly role: 'source' | 'destination' | 'pivot';
  /** Word of the address; the depth, 32 in the allowed request, is the next, or this one. */
  readonly index: number;
  readonly depth?: number;
  /** Which capability is the root, the root CNode of the fixture in the allowed request; or the invoked one is. */
  readonly root: number | 'object';
  /** Length of the guard, where it is not 20 bits. */
  readonly guard?: number;
}

/**
 * How an address leads nowhere. There must be `inner`, a CNode of 2 bits without a guard, and `e`, an endpoint.
 * The root CNode has 12 bits and a guard of 20 zeros, on board virt 13 bits and 19.
 */
export function lostAddress({
  role,
  index,
  depth = index + 1,
  root,
  guard = 20,
}: AddressPlace): Fault[] {
  const wasSource = role === 'destination' ? 0 : 1;
  const at = (is: string): Change => (root === 'object' ? { object: is } : { cap: root, is });
  const says = (text: string): RegExp => new RegExp(`^\\w+: ${text}`);
  const bits = String(guard);
  const where = `${role} 0x[0-9a-f]+ at depth`;
  const faults: Fault[] = [
    {
      row: 'lookup: depth',
      change: { word: depth, is: 33 },
      error: ['RangeError', 1, 32],
      says: says(`depth 33 of the ${role} is outside 1 to 32$`),
    },
    {
      row: 'lookup: guard',
      change: { word: index, is: 0xf000_0000 },
      error: ['FailedLookup', wasSource, 4, 32, 0, guard],
      says: says(
        `${where} 32: the address differs from guard 0x0 of ${bits} bits, with 32 bits left$`,
      ),
    },
    {
      row: 'lookup: guard',
      change: { word: depth, is: guard - 1 },
      error: ['FailedLookup', wasSource, 4, guard - 1, 0, guard],
      says: says(`${where} \\d+: guard 0x0 of ${bits} bits is longer than the \\d+ bits left$`),
      isAlone: 'The words tell how many bits there are.',
    },
    {
      row: 'lookup: early',
      change: { word: depth, is: 31 },
      error: ['FailedLookup', wasSource, 3, 31, 32],
      says: says(`${where} 31: 31 address bits are left where the CNode takes 32$`),
      isAlone: 'The words tell how many bits there are.',
    },
    {
      row: 'lookup: guard',
      change: { word: depth, is: guard },
      error: ['FailedLookup', wasSource, 4, guard, 0, guard],
      says: says(
        `${where} ${bits}: the address differs from guard 0x0 of ${bits} bits, with ${bits} bits left$`,
      ),
      isAlone: 'The words tell how many bits there are.',
    },
    {
      row: 'lookup: late',
      change: at('inner'),
      error: ['FailedLookup', wasSource, 3, 30, 0],
      says: says(`${where} 32: the way ends 30 bits early, at a slot without a CNode$`),
      isAlone: 'With another address or depth, another number of bits is left.',
    },
  ];
  // 0 means something else to Retype, which looks at it before.
  const none: Fault = {
    row: 'lookup: depth',
    change: { word: depth, is: 0 },
    error: ['RangeError', 1, 32],
    says: says(`depth 0 of the ${role} is outside 1 to 32$`),
  };
  const noRoot: Fault = {
    row: 'lookup: root',
    change: at('e'),
    error: ['FailedLookup', wasSource, 1],
    says: says(`the root of the ${role} is no CNode but an object of type endpoint$`),
  };
  return root === 'object' ? [none, ...faults] : [noRoot, none, ...faults];
}
