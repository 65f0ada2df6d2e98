/**
 * What a running program tells of its arena: words of its memory runtime, each a variable of the module under the
 * name that the compiler gives it. A build that nobody reads a counter of may have lost it to the optimiser.
 */
export interface HeapCounter {
  readonly name: 'used' | 'peak' | 'collections' | 'steps' | 'longestPause';
  /** The variable's name in the module, and its symbol in the program. */
  readonly symbol: string;
  readonly doc: string;
}

/** The arena itself lies from the first of these symbols up to the second. */
export const heapBounds = { start: '__guest_heap_start', end: '__guest_heap_end' } as const;

export const heapCounters: readonly HeapCounter[] = [
  { name: 'used', symbol: '~lib/rt/arena/usedBytes', doc: 'Bytes of objects, with their headers.' },
  { name: 'peak', symbol: '~lib/rt/arena/peakBytes', doc: 'The most bytes that were ever in use.' },
  {
    name: 'collections',
    symbol: '~lib/rt/collector/collections',
    doc: 'How often memory was collected.',
  },
  {
    name: 'steps',
    symbol: '~lib/rt/collector/steps',
    doc: 'Objects visited and blocks swept in all collections.',
  },
  {
    name: 'longestPause',
    symbol: '~lib/rt/collector/longestPause',
    doc: 'Objects visited and blocks swept in the longest collection.',
  },
];
