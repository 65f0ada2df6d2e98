import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { labelRows, type LabelName } from '../../runtime/abi/labels.js';
import { syscalls } from '../../runtime/abi/syscalls.js';
import { allThreads } from '../../runtime/kernel/all-slots.js';
import { restart } from '../../runtime/kernel/ipc/cancel.js';
import { fixtureBoard, fixtureImage, KernelFixture } from '../support/kernel-fixture.js';

/** Objects of every type, several threads, badges, mappings: something for every label to hit. */
function populated(domains = 1): KernelFixture {
  const k = new KernelFixture(fixtureBoard, fixtureImage, { settings: { domains } });
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
  if (domains > 1) {
    k.succeeds('domain', 'DomainSetSet', [1], ['b']);
    [0, 1, 0, 2].forEach((domain, index) => {
      k.succeeds('domain', 'DomainScheduleConfigure', [index, domain, 700, 0]);
    });
    k.succeeds('domain', 'DomainScheduleSetStart', [0]);
  }
  k.checks = true;
  k.check('populating');
  return k;
}

/** What a script may lose without coming to a halt. */
const disposable = [
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
  'z',
];
const names = [
  ...disposable,
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
  'nothing',
];

type Word = number | { readonly slot: string };

const slot: fc.Arbitrary<Word> = fc.constantFrom(...disposable).map((name) => ({ slot: name }));
const small: fc.Arbitrary<Word> = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 15, 32, 200, 255);
const any: fc.Arbitrary<Word> = fc.oneof(slot, small, fc.nat({ max: 0xffff_ffff }));
const vaddr: fc.Arbitrary<Word> = fc.constantFrom(
  0x40_0000,
  0x40_1000,
  0x40_2000,
  0x80_0000,
  0x1_0000,
);
const full = fc.constant<Word>(32);
const zero = fc.constant<Word>(0);
const thread = fc.constantFrom('a', 'b', 'd', 'x', 'tcb');
const context = fc.constantFrom('a.sc', 'b.sc', 'x', 'nothing', 'sc');
const space = fc.constantFrom('v', 'vspace', 'x');
const object = fc.constantFrom('a', 'b', 'd', 'n', 'n1', 'e', 'x');

/** An invocation that has a chance: the label fits the object, the words fit the label. */
const invocation = (
  labels: readonly LabelName[],
  to: fc.Arbitrary<string>,
  words: readonly fc.Arbitrary<Word>[],
  caps: readonly fc.Arbitrary<string>[] = [],
) =>
  fc.record({
    kind: fc.constant('invoke' as const),
    to,
    label: fc.constantFrom(...labels),
    words: fc.tuple(...words),
    caps: fc.tuple(...caps),
  });

const cnode = fc.constant('cnode');
const invoke = fc.oneof(
  invocation(['CNodeRevoke', 'CNodeDelete', 'CNodeCancelBadgedSends'], cnode, [slot, full]),
  invocation(
    ['CNodeCopy', 'CNodeMint', 'CNodeMove', 'CNodeMutate'],
    cnode,
    [slot, full, slot, full, small, small],
    [cnode],
  ),
  invocation(
    ['CNodeRotate'],
    cnode,
    [slot, full, zero, slot, full, zero, slot, full],
    [cnode, cnode],
  ),
  invocation(
    ['UntypedRetype'],
    fc.constantFrom('untyped', 'small', 'pool', 'device', 'x'),
    [
      fc.nat({ max: 10 }),
      fc.constantFrom(1, 4, 7, 8, 12),
      zero,
      zero,
      slot,
      fc.constantFrom(1, 1, 2, 3),
    ],
    [cnode],
  ),
  invocation(
    ['TCBConfigure'],
    thread,
    [zero, zero, fc.constantFrom(0, 0x2000)],
    [cnode, space, fc.constantFrom('f', 'a.buffer')],
  ),
  invocation(
    ['TCBSetSpace'],
    thread,
    [zero, zero],
    [fc.constantFrom('e', 'nothing'), cnode, space],
  ),
  invocation(['TCBSetPriority', 'TCBSetMCPriority'], thread, [small], [thread]),
  invocation(
    ['TCBSetSchedParams'],
    thread,
    [small, small],
    [thread, context, fc.constantFrom('e7', 'nothing')],
  ),
  invocation(['TCBSuspend', 'TCBUnbindNotification'], fc.constantFrom('a', 'b', 'd'), []),
  invocation(
    ['TCBResume', 'TCBBindNotification', 'TCBSetTimeoutEndpoint'],
    thread,
    [],
    [fc.constantFrom('n', 'e')],
  ),
  invocation(
    ['TCBReadRegisters', 'TCBCopyRegisters', 'TCBSetFlags'],
    thread,
    [small, small],
    [thread],
  ),
  invocation(
    ['SchedControlConfigureFlags'],
    fc.constant('schedControl'),
    [fc.constantFrom(500, 2000), zero, fc.constantFrom(2000, 5000), zero, small, small, small],
    [context],
  ),
  invocation(
    [
      'SchedContextBind',
      'SchedContextUnbindObject',
      'SchedContextUnbind',
      'SchedContextConsumed',
      'SchedContextYieldTo',
    ],
    context,
    [],
    [object],
  ),
  invocation(
    ['RISCVPageTableMap', 'RISCVPageTableUnmap'],
    fc.constantFrom('pt', 'x', 'v'),
    [vaddr, zero],
    [space],
  ),
  invocation(
    ['RISCVPageMap', 'RISCVPageUnmap', 'RISCVPageGetAddress'],
    fc.constantFrom('f', 'x', 'y'),
    [vaddr, small, small],
    [space],
  ),
  invocation(
    ['RISCVASIDControlMakePool'],
    fc.constant('asidControl'),
    [slot, full],
    [fc.constantFrom('pool', 'x'), cnode],
  ),
  invocation(
    ['RISCVASIDPoolAssign'],
    fc.constantFrom('asidPool', 'x', 'y'),
    [],
    [fc.constantFrom('pt', 'v', 'x', 'y')],
  ),
  invocation(['DomainSetSet'], fc.constant('domain'), [fc.nat({ max: 3 })], [thread]),
  invocation(['DomainScheduleConfigure'], fc.constant('domain'), [
    fc.nat({ max: 5 }),
    fc.nat({ max: 3 }),
    fc.constantFrom(0, 300, 2000),
    zero,
  ]),
  invocation(['DomainScheduleSetStart'], fc.constant('domain'), [fc.nat({ max: 5 })]),
  invocation(['IRQIssueIRQHandler'], fc.constant('irqControl'), [small, slot, full], [cnode]),
  invocation(
    ['IRQAckIRQ', 'IRQSetIRQHandler', 'IRQClearIRQHandler'],
    fc.constantFrom('irq', 'x'),
    [],
    [fc.constantFrom('n', 'n1')],
  ),
  fc.record({
    kind: fc.constant('invoke' as const),
    to: fc.constantFrom(...names),
    label: fc.constantFrom(...labelRows.map(({ name }) => name)),
    words: fc.array(any, { maxLength: 8 }),
    caps: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
  }),
);

const step = fc.oneof(
  { weight: 14, arbitrary: invoke },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('syscall' as const),
      number: fc.integer({ min: -13, max: -1 }),
      target: fc.constantFrom('e', 'n', 'e7', 'n1', 'r', 'r2', 'a'),
      from: fc.constantFrom('e', 'n'),
      reply: fc.constantFrom('r', 'r2'),
      caps: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
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
  else {
    if (k.waiting) reviveAll(k);
    if (!k.waiting) applyToThread(k, action);
  }
}

/** Everyone waits for someone: what a debugger could do, too, is to resume them all. */
function reviveAll(k: KernelFixture): void {
  for (const thread of allThreads(k.state)) restart(k.state, thread);
  k.trap(0x8000_0005, 0, 'resuming all threads');
  if (k.waiting) k.advance(5000);
}

function applyToThread(k: KernelFixture, action: Step): void {
  switch (action.kind) {
    case 'invoke': {
      const label = labelRows.findIndex(({ name }) => name === action.label) + 1;
      const words = action.words.map((each) =>
        typeof each === 'number' ? each : k.slot(each.slot),
      );
      k.call(action.to, { label, words, caps: action.caps });
      break;
    }
    case 'syscall': {
      const row = syscalls[-action.number - 1];
      k.offer({ caps: action.caps, words: [1, 2, 3, 4, 5], reply: action.reply });
      // ReplyRecv and NBSendWait send along a6, NBSendRecv along t0, all others along a0.
      const receives = /Recv|Wait/.test(row?.name ?? '');
      k.hart.x[10] = k.slot(receives ? action.from : action.target);
      if (row?.name === 'NBSendWait') k.hart.x[16] = k.slot(action.target);
      k.hart.x[5] = k.slot(action.target);
      k.hart.x[17] = action.number;
      k.trap(8, 0, `system call ${String(action.number)}`);
      break;
    }
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
  for (const { domains, numRuns } of [
    { domains: 1, numRuns: 12 },
    { domains: 3, numRuns: 6 },
  ]) {
    it(`break no invariant and throw nothing with ${String(domains)} scheduling domains`, () => {
      // The same seed on every machine: a failure prints it with the path to the shrunk case.
      fc.assert(
        fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
          const k = populated(domains);
          steps.forEach((action, index) => {
            // Every check walks the whole system; a quarter of them finds what any would.
            k.checks = index % 4 === 0;
            apply(k, action);
          });
          k.checks = true;
          k.check('the last step');
        }),
        { numRuns, seed: 20_260, endOnFailure: true },
      );
    });
  }

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
