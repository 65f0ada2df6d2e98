/** The parameters of capabilities: what each word means, and what a list of them says. */
import type { CapabilityFacts } from './linked.js';
import type { CapabilityNode, ParameterNode } from './tree.js';

export interface CapabilityParameterRow {
  readonly word: string;
  readonly value: 'none' | 'number' | 'rights' | 'asid' | 'slot';
  readonly sentence: string;
}

export const capabilityParameters: readonly CapabilityParameterRow[] = [
  {
    word: 'rights',
    value: 'rights',
    sentence: 'R read, W write, G grant, P grant reply; of a frame X execute.',
  },
  {
    word: 'masked',
    value: 'rights',
    sentence: 'Rights that the copy keeps, if the original has them.',
  },
  { word: 'badge', value: 'number', sentence: 'The word that tells its receiver who sent.' },
  {
    word: 'guard',
    value: 'number',
    sentence: 'Address bits that are checked before those of the CNode.',
  },
  { word: 'guard_size', value: 'number', sentence: 'How many bits the guard has.' },
  { word: 'core', value: 'number', sentence: 'The core whose time it gives.' },
  { word: 'reply', value: 'none', sentence: 'The capability to reply to the thread.' },
  { word: 'master_reply', value: 'none', sentence: 'That from which reply capabilities are made.' },
  { word: 'asid', value: 'asid', sentence: 'The number of its address space: `(high, low)`.' },
  { word: 'cached', value: 'none', sentence: 'The mapping is cached, as without it.' },
  { word: 'uncached', value: 'none', sentence: 'The mapping is not cached: for devices.' },
  {
    word: 'mapping',
    value: 'slot',
    sentence: 'The page table slot that this capability maps: `(table, slot)`.',
  },
];

const rows: ReadonlyMap<string, CapabilityParameterRow> = new Map(
  capabilityParameters.map((row) => [row.word, row]),
);

export const capabilityParameter = (word: string): CapabilityParameterRow | undefined =>
  rows.get(word);

export const allRights = 15;

/** Bits of the letters: read 1, write 2, grant 4, grantReply 8. */
export const rightsBits = (letters: string): number =>
  (letters.includes('R') ? 1 : 0) |
  (letters.includes('W') ? 2 : 0) |
  (letters.includes('G') || letters.includes('X') ? 4 : 0) |
  (letters.includes('P') ? 8 : 0);

export function capabilityFacts({
  parameters,
}: Pick<CapabilityNode, 'parameters'>): CapabilityFacts {
  if (parameters.length === 0) return noFacts;
  const facts: Draft = {};
  // Of a word that is repeated the first counts; of rights all.
  for (let index = parameters.length - 1; index >= 0; index -= 1) {
    const parameter = parameters[index];
    if (parameter !== undefined) addFact(facts, parameter);
  }
  return facts;
}

type Draft = { -readonly [Key in keyof CapabilityFacts]: CapabilityFacts[Key] };

/** What a copy keeps. */
export function maskedFacts(
  facts: CapabilityFacts,
  { parameters }: CapabilityNode,
): CapabilityFacts {
  let mask = allRights;
  for (const { word, value } of parameters) {
    if (word === 'masked' && value?.kind === 'word') mask &= rightsBits(value.text);
  }
  return facts.rights === undefined ? facts : { ...facts, rights: facts.rights & mask };
}

const noFacts: CapabilityFacts = {};

function addFact(facts: Draft, { word, value }: ParameterNode): void {
  if (word === 'cached' || word === 'uncached') facts.cached = word === 'cached';
  else if (word === 'reply') facts.isReply = true;
  else if (word === 'master_reply') facts.isMasterReply = true;
  else if (value?.kind === 'word') {
    if (word === 'rights') facts.rights = (facts.rights ?? 0) | rightsBits(value.text);
  } else if (value?.kind === 'slotReference') {
    if (word === 'mapping') facts.mapping = value;
  } else if (value?.kind === 'pair') {
    if (word !== 'asid' || value.second.kind !== 'number') return;
    facts.asid = { high: BigInt(value.first.value), low: BigInt(value.second.value) };
  } else if (value?.kind === 'number') addNumber(facts, word, value.value);
}

function addNumber(facts: Draft, word: string, value: number | bigint): void {
  if (word === 'badge') facts.badge = BigInt(value);
  else if (word === 'guard') facts.guard = BigInt(value);
  else if (word === 'guard_size') facts.guardSize = Number(value);
  else if (word === 'core') facts.core = Number(value);
}
