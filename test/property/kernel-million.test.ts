/**
 * Bad input: whatever user threads do, the kernel stays sound, throws nothing and comes back soon. The seed is
 * fixed; `node out/test/property/kernel-million.test.js 42` tries another. A failure names seed, sequence and
 * step; the same seed fails in the same step.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelTable } from '../../runtime/abi/labels.js';
import { KernelFuzzer, type FuzzerOptions } from '../support/kernel-fuzzer.js';
import { Random } from '../support/random.js';
import { firstSeed } from '../support/first-seed.js';

const seed = firstSeed(20_261);
const stepsPerSequence = 1000;

/** Sequences until there were so many system calls. */
function fuzz(
  systemCalls: number,
  { observes = false, ...options }: FuzzerOptions & { readonly observes?: boolean },
): KernelFuzzer {
  const fuzzer = new KernelFuzzer(options);
  fuzzer.k.observes = observes;
  fuzzer.k.traces = observes;
  for (let sequence = 0; fuzzer.systemCalls < systemCalls; sequence += 1) {
    try {
      fuzzer.run(new Random(seed * 65_536 + sequence), stepsPerSequence);
    } catch (error) {
      const domains = String(options.domains ?? 1);
      throw new Error(
        `seed ${String(seed)}, ${domains} domains, sequence ${String(sequence)}: ${describeError(error)}`,
        { cause: error },
      );
    }
  }
  return fuzzer;
}

const describeError = (error: unknown): string =>
  error instanceof Error
    ? [error.message, error.cause === undefined ? '' : describeError(error.cause)].join('\n')
    : String(error);

describe('a million random system calls', () => {
  for (const { domains, systemCalls } of [
    { domains: 1, systemCalls: 660_000 },
    { domains: 3, systemCalls: 300_000 },
  ]) {
    it(`break nothing with ${String(domains)} scheduling domains`, () => {
      const fuzzer = fuzz(systemCalls, { domains, checkEvery: 500 });
      assert.ok(fuzzer.systemCalls >= systemCalls);
      assert.ok(fuzzer.mostRestarts > 5, 'no system call was preempted often');
    });
  }

  it('reach every invocation, to be accepted and to be refused', () => {
    const { k } = fuzz(40_000, { domains: 3, checkEvery: 500, observes: true });
    const accepted = new Set(
      k.trace.filter((event) => event.kind === 'invoked').map(({ invocation }) => invocation),
    );
    const refused = new Set(
      k.events.filter((event) => event.kind === 'refused').map(({ invocation }) => invocation),
    );
    const names = labelTable(16).flatMap((row) => (row === undefined ? [] : [row.name]));
    // The interrupt controller of the board has no trigger to choose.
    const always = ['RISCVIRQIssueIRQHandlerTrigger'];
    assert.deepEqual(
      names.filter((name) => !accepted.has(name)),
      always,
    );
    assert.deepEqual(
      names.filter((name) => !refused.has(name)),
      [],
    );
  });

  it('read and write a bounded number of words in each kernel entry', () => {
    const fuzzer = fuzz(8000, { checkEvery: 1000, countsReads: true });
    assert.ok(fuzzer.mostAccesses > 1000, 'reads were not counted');
  });
});
