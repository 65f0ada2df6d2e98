/**
 * The words that CAmkES keeps for itself. In the reference grammar each of them is reserved everywhere, also
 * where it could only be a name. Surprising choice: words that only one dialect knows are names here unless
 * they stand where that dialect wants them, so that the union of both accepts what either does.
 */
import type { Dialect } from './system.js';

const everywhere = [
  'assembly',
  'attribute',
  'binary_semaphore',
  'char',
  'component',
  'composition',
  'configuration',
  'connection',
  'connector',
  'consumes',
  'control',
  'dataport',
  'Dataport',
  'Dataports',
  'emits',
  'export',
  'Event',
  'Events',
  'False',
  'false',
  'from',
  'group',
  'hardware',
  'has',
  'import',
  'in',
  'include',
  'inout',
  'int',
  'integer',
  'int64_t',
  'maybe',
  'mutex',
  'out',
  'procedure',
  'Procedure',
  'Procedures',
  'provides',
  'refin',
  'semaphore',
  'signed',
  'string',
  'struct',
  'thread',
  'threads',
  'to',
  'True',
  'true',
  'uint64_t',
  'unsigned',
  'uses',
  'void',
  'with',
] as const;

const reserved: ReadonlySet<string> = new Set(everywhere);

/** Words that are reserved in one dialect alone. */
export const dialectKeywords: Readonly<Record<Dialect, readonly string[]>> = {
  upstream: ['schedule', 'ticks', 'us'],
  sparrow: ['copyregion'],
};

/** Reserved in both dialects. */
export const isReserved = (word: string): boolean => reserved.has(word);

/** All words that cannot be a name in a dialect; `Buf` can, though it means something. */
export const reservedWords = (dialect: Dialect): readonly string[] => [
  ...everywhere,
  ...dialectKeywords[dialect],
];
