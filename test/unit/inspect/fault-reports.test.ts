/** How often a fault is told: where a handler lets its thread go on, it may come again and again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Emitter } from '../../../runtime/base/event.js';
import { physAddr, virtAddr } from '../../../runtime/base/address.js';
import { watchFaults } from '../../../runtime/inspect/fault-reports.js';
import { threadsOf } from '../../../runtime/inspect/thread-state.js';
import type { KernelEvent } from '../../../runtime/kernel/events.js';
import { platformOf } from '../../support/assembled-platform.js';

/** Texts of the reports of faults of one thread at these addresses, one after another. */
function reportsOf(
  addresses: readonly number[],
  { handled = true, ofComponents = true } = {},
): string[] {
  const platform = platformOf('.globl _start\n_start: j _start\n');
  const events = new Emitter<KernelEvent>();
  const { image } = platform;
  const programs = ofComponents ? [{ image, threads: ['another'] }] : [];
  const texts: string[] = [];
  watchFaults({ ...platform, programs, onKernelEvent: events.event }, ({ text }) =>
    texts.push(text),
  );
  const thread = physAddr(threadsOf(platform)[0] ?? 0);
  for (const address of addresses) {
    const pc = virtAddr(address);
    const description = `load from ${address}`;
    events.fire({ kind: 'fault', thread, handled, fault: { kind: 'VMFault', pc, description } });
  }
  return texts;
}

const told = (address: number, more = ''): string =>
  `The thread rootserver faulted at 0x${address.toString(16).padStart(8, '0')}: load from ${address}.${more}`;

describe('a fault that a handler only reports', () => {
  it('is told three times, the third time with a word of it, and others meanwhile', () => {
    assert.deepEqual(reportsOf([16, 16, 32, 16, 16, 16, 32]), [
      told(16),
      told(16),
      told(32),
      told(16, ' It is not told again.'),
      told(32),
    ]);
  });

  it('is told of two hundred different ones, the last with a word of it, and of these again', () => {
    const different = Array.from({ length: 200 }, (_, index) => index);
    const texts = reportsOf([...different, 200, 201, 7, 199]);
    assert.deepEqual(
      texts.slice(0, 199),
      different.slice(0, 199).map((each) => told(each)),
    );
    assert.deepEqual(texts.slice(199), [
      told(199, ' No other is told: 200 different faults were.'),
      told(7),
      told(199),
    ]);
  });

  it('is not told of a root task, which may handle it', () => {
    assert.deepEqual(reportsOf([16], { ofComponents: false }), []);
  });
});

describe('a fault that nobody handles', () => {
  it('is always told', () => {
    const texts = reportsOf([16, 16, 16, 16], { handled: false });
    assert.equal(texts.length, 4);
    assert.equal(new Set(texts).size, 1);
    assert.match(texts[0] ?? '', /and nobody handles it: load from 16\.$/);
  });
});
