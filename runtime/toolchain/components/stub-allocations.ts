/**
 * Where the stub of a handler in guest TypeScript takes memory at each call, which a driver may not after its start. The
 * compiler tells where a component's own source does; a stub is no file of anybody's, so this is told at the interface.
 * What it looks at is what `guest-entry-text.ts` makes of each value: numbers are passed as they are, and an array of
 * numbers or a struct that the component gives is read where the component has it. So is a string in a process of its
 * own; a member of a capsule gives a copy.
 */
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import type { GuestKind } from './guest-conversion-text.js';
import type { GuestHandler } from './guest-entry-text.js';
import { wordReturned } from './guest-module-text.js';
import type { GuestMethod } from './guest-methods.js';
import { guestType } from './guest-types.js';

export function stubAllocations(
  { end, method: guest }: GuestHandler,
  { allocationAfterInit, instance }: InstanceBindings,
  kind: GuestKind,
): Diagnostic[] {
  if (allocationAfterInit === 'allowed' || guest === undefined) return [];
  const needs = valuesInMemory(guest, kind);
  if (needs.length === 0) return [];
  const { name, place } = end.end.interface;
  return [
    diagnosticAt(
      place,
      'error',
      'allocation',
      `The method \`${guest.name}\` of \`${name}\` takes memory at each call for ${listOf(needs)}, which is forbidden to a driver after its start and where \`allocation_after_init\` says so: \`${instance.name}\` may take none. Pass numbers, and what is longer in a dataport. Or permit it: \`${instance.name}.allocation_after_init = "allowed";\` in the configuration.`,
      [{ ...guest.method.place, message: 'The method is declared here.' }],
    ),
  ];
}

/** Each value of a method for which its stub makes an object or a copy, in words. */
function valuesInMemory(guest: GuestMethod, program: GuestKind): string[] {
  const { headerTypes, method } = guest;
  const kindOf = (type: string) => guestType(type, headerTypes)?.kind;
  const found = method.parameters.flatMap(({ name, direction, type, isArray }) => {
    const kind = kindOf(type);
    const comes = direction !== 'out' && (isArray || kind !== 'plain');
    const goes =
      (direction === 'out' || direction === 'inout') &&
      ((kind === 'string' && (isArray || program === 'capsule')) || (isArray && kind === 'struct'));
    return comes || goes ? [`\`${name}\` (${wordsFor(kind, isArray)})`] : [];
  });
  const result = kindOf(method.returns);
  const isTaken =
    method.returns !== 'void' &&
    ((result === 'string' && program === 'capsule') ||
      (result === 'struct' && wordReturned(guest) !== 'void'));
  return isTaken ? [...found, `its result (${wordsFor(result, false)})`] : found;
}

function wordsFor(kind: 'string' | 'plain' | 'struct' | undefined, isArray: boolean): string {
  if (isArray) return 'an array';
  return kind === 'string' ? 'a string' : 'a struct';
}

const listOf = (words: readonly string[]): string =>
  words.length === 1
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
