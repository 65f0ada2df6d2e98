import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { labelRows } from '../../runtime/abi/labels.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { KernelFixture } from '../support/kernel-fixture.js';

/** Objects of every type, several threads, badges, mappings: something for every label to hit. */
function populated(): KernelFixture {
  const k = new KernelFixture();
  k.checks = false;
  k.make('Untyped', 'small', 14);
  k.make('Untyped', 'pool', 12);
  k.make('Endpoint', 'e');
  k.make('Notification', 'n');
  k.make('Reply', 'r');
  k.make('Reply', 'r2');
  k.make('CNode', 'c', 4);
  k.make('4K_Page', 'f');
  k.make('PageTable', 'pt');
  k.make('PageTable', 'v');
  k.mint('e', 'e7', 7);
  k.mint('n', 'n1', 1);
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
  k.succeeds('irq', 'IRQSetIRQHandler', [], ['n1']);
  k.thread('a', { faultEndpoint: 'e7' });
  k.thread('b', { priority: 200, budget: 1000, period: 5000 });
  k.thread('d', { priority: 255, passive: true });
  k.succeeds('a', 'TCBBindNotification', [], ['n']);
  k.checks = true;
  k.check('populating');
  return k;
}

const names = [
  'tcb',
  'cnode',
  'vspace',
  'irqControl',
  'asidControl',
  'asidPool',
  'domain',
  'sc',
  'schedControl',
  'untyped',
  'device',
  'small',
  'pool',
  'e',
  'n',
  'r',
  'r2',
  'c',
  'f',
  'pt',
  'v',
  'e7',
  'n1',
  'irq',
  'a',
  'a.sc',
  'a.buffer',
  'b',
  'b.sc',
  'd',
  'x',
  'y',
];

/** A word that means something to some invocation, or nothing to any. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names).map((name) => ({ slot: name })) },
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, 4, 5, 7, 12, 15, 20, 32, 0x40_0000, 0x40_1000) },
  { weight: 1, arbitrary: fc.nat({ max: 0xffff_ffff }) },
);

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('invoke' as const),
      to: fc.constantFrom(...names),
      label: fc.integer({ min: 0, max: labelRows.length + 1 }),
      words: fc.array(word, { maxLength: 8 }),
      caps: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('syscall' as const),
      number: fc.integer({ min: -13, max: 1 }),
      target: fc.constantFrom('e', 'n', 'e7', 'n1', 'r', 'a'),
      reply: fc.constantFrom('r', 'r2', 'e'),
      caps: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
      info: fc.nat({ max: 0xffff_ffff }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      cause: fc.constantFrom(0, 2, 3, 5, 12, 13, 15),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      microseconds: fc.nat({ max: 7000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('interrupt' as const),
      irq: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('garbage' as const),
      words: fc.array(fc.nat({ max: 0xffff_ffff }), { minLength: 31, maxLength: 31 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(k: KernelFixture, action: Step): void {
  if (action.kind === 'time') k.advance(action.microseconds);
  else if (action.kind === 'interrupt') k.interrupt(action.irq);
  else if (k.waiting) k.advance(5000);
  else applyToThread(k, action);
}

function applyToThread(k: KernelFixture, action: Step): void {
  switch (action.kind) {
    case 'invoke': {
      const words = action.words.map((each) =>
        typeof each === 'number' ? each : k.slot(each.slot),
      );
      k.call(action.to, { label: action.label, words, caps: action.caps });
      break;
    }
    case 'syscall':
      k.call('nothing', { caps: action.caps });
      if (k.waiting) return;
      k.hart.x[10] = k.slot(action.target);
      k.hart.x[11] = action.info % 3 === 0 ? action.info : messageInfo(1, 0, action.caps.length, 5);
      k.hart.x[16] = k.slot(action.reply);
      k.hart.x[17] = action.number;
      k.hart.x[5] = k.slot(action.target);
      k.trap(8, 0, `system call ${String(action.number)}`);
      break;
    case 'fault':
      k.trap(action.cause, 0x1234, `cause ${String(action.cause)}`);
      break;
    case 'garbage':
      action.words.forEach((value, index) => {
        k.hart.x[index + 1] = value;
      });
      k.trap(8, 0, 'a system call of garbage');
      break;
    default:
      break;
  }
}

describe('random system calls', () => {
  it('break no invariant and throw nothing', () => {
    // The same seed on every machine: a failure prints it with the path to the shrunk case.
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 120 }), (steps) => {
        const k = populated();
        steps.forEach((action, index) => {
          // Every check walks the whole system; a third of them finds what any would.
          k.checks = index % 3 === 0;
          apply(k, action);
        });
        k.checks = true;
        k.check('the last step');
      }),
      { numRuns: 20, seed: 20_260, endOnFailure: true },
    );
  });

  it('from one state give one result', () => {
    const run = (): Uint8Array => {
      const k = populated();
      k.checks = false;
      for (const action of fc.sample(step, { numRuns: 300, seed: 7 })) apply(k, action);
      return k.memory.copyOut(k.memory.base, k.memory.sizeBytes);
    };
    assert.deepEqual(run(), run());
  });
});
