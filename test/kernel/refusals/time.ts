/** What scheduling contexts, their control, and domains refuse. */
import type { LabelName } from '../../../runtime/abi/labels.js';
import { configuration } from '../../../runtime/kernel/configuration.js';
import {
  fixtureBoard,
  fixtureImage,
  KernelFixture,
  type Slot,
} from '../../support/kernel-fixture.js';
import type { Change, Fault, RefusalScript, Value } from '../../support/refusals.js';
import { tooShort } from './common.js';
import { untilRuns } from './turns.js';

// ---- budgets and periods -------------------------------------------------------------------------

const most = (2n ** 64n - 1n) / 8n;
const low = Number(BigInt.asUintN(32, most));
const withContext = (k: KernelFixture): void => {
  // 128 bytes: two refills more than the least number.
  k.make('SchedContext', 's', 7);
  k.make('Endpoint', 'e');
};

const configure = (
  budget: readonly [number, number],
  period: readonly [number, number],
  refused: readonly Fault[],
  refills = 0,
): RefusalScript => ({
  label: 'SchedControlConfigureFlags',
  system: withContext,
  object: 'schedControl',
  words: [...budget, ...period, refills, 0, 0],
  caps: ['s'],
  refused,
});

const outside = (change: Change, what: 'budget' | 'period', how: string): Fault => ({
  row: 'time: range',
  change,
  error: ['RangeError', 20, low],
  says: new RegExp(`a ${what} of \\d+ µs is ${how}$`),
});

const noContext: Fault = {
  row: 'time: context',
  change: { cap: 0, is: 'e' },
  error: ['InvalidCapability', 1],
  says: /the endpoint is no scheduling context$/,
};

const longer = (change: Change, period: number): Fault => ({
  row: 'time: period',
  change,
  error: ['RangeError', 20, period],
  says: /the budget of \d+ µs is larger than the period of \d+ µs$/,
});

const manyRefills: Fault = {
  row: 'time: refills',
  change: { word: 4, is: 3, not: 2 },
  error: ['RangeError', 0, 2],
  says: /3 extra refills do not fit; this object holds 2$/,
};

/** With ten ticks in a microsecond, a tenth of the most. */
const fastTimer: RefusalScript = {
  ...configure(
    [1000, 0],
    [0x3333_3333, 0x0333_3333],
    [
      {
        row: 'time: range',
        change: { word: 2, is: 0x3333_3334, not: 0x3333_3333 },
        error: ['RangeError', 20, 0x3333_3333],
        says: /a period of 230584300921369396 µs is too large$/,
      },
    ],
  ),
  boot: () => new KernelFixture({ ...fixtureBoard, timeTicksPerSecond: 10_000_000 }, fixtureImage),
};

/** An object of twice the size holds eight more. */
const largerObject: RefusalScript = {
  ...configure(
    [1000, 0],
    [2000, 0],
    [
      {
        row: 'time: refills',
        change: { word: 4, is: 11, not: 10 },
        error: ['RangeError', 0, 10],
        says: /11 extra refills do not fit; this object holds 10$/,
      },
    ],
  ),
  system: (k) => {
    k.make('SchedContext', 's', 8);
  },
};

const control: readonly RefusalScript[] = [
  configure(
    [1000, 0],
    [2000, 0],
    [
      ...tooShort(7, 1),
      outside({ word: 1, is: 0x2000_0000 }, 'budget', 'too large'),
      outside({ word: 3, is: 0x2000_0000 }, 'period', 'too large'),
      outside({ word: 0, is: 19, not: 20 }, 'budget', 'below 20 µs'),
      outside({ word: 2, is: 19 }, 'period', 'below 20 µs'),
      longer({ word: 0, is: 2001, not: 2000 }, 2000),
      noContext,
      manyRefills,
    ],
  ),
  // The least period, which is the least budget.
  configure(
    [20, 0],
    [20, 0],
    [
      outside({ word: 0, is: 19, not: 20 }, 'budget', 'below 20 µs'),
      outside({ word: 2, is: 19, not: 20 }, 'period', 'below 20 µs'),
      longer({ word: 0, is: 21, not: 20 }, 20),
    ],
  ),
  // The largest of both, 0x1fffffff_ffffffff: a number does not tell it from the next.
  configure(
    [0xffff_ffff, 0x1fff_ffff],
    [0xffff_ffff, 0x1fff_ffff],
    [
      {
        ...outside({ word: 1, is: 0x2000_0000, not: 0x1fff_ffff }, 'budget', 'too large'),
        isAlone: 'The first script has the order.',
      },
      {
        ...outside({ word: 3, is: 0x2000_0000, not: 0x1fff_ffff }, 'period', 'too large'),
        isAlone: 'The first script has the order.',
      },
      longer({ word: 2, is: 0xffff_fffe, not: 0xffff_ffff }, 0xffff_fffe),
    ],
  ),
  // 0x20000000_00000000 is one more than the most.
  configure(
    [1000, 0],
    [0, 0x1fff_ffff],
    [outside({ word: 3, is: 0x2000_0000, not: 0x1fff_ffff }, 'period', 'too large')],
  ),
  // A time has two words.
  configure([0, 1], [0, 1], [outside({ word: 1, is: 0 }, 'budget', 'below 20 µs')]),
  fastTimer,
  largerObject,
];

// ---- what a scheduling context is bound to -------------------------------------------------------

const withContexts = (k: KernelFixture): void => {
  for (const name of ['s', 's2']) k.make('SchedContext', name, 8);
  for (const name of ['t', 't2']) k.make('TCB', name);
  for (const name of ['n', 'n2', 'taken']) k.make('Notification', name);
  k.make('Endpoint', 'e');
  k.make('SchedContext', 's3', 8);
  k.succeeds('s3', 'SchedContextBind', [], ['taken']);
};

const of = (label: LabelName, caps: readonly Slot[], refused: readonly Fault[]): RefusalScript => ({
  label,
  system: withContexts,
  object: 's',
  caps,
  refused,
});

const bound =
  (sc: Slot, object: Slot): ((k: KernelFixture) => void) =>
  (k) => {
    k.succeeds(sc, 'SchedContextBind', [], [object]);
  };

const neither: Fault = {
  row: 'context: object',
  change: { cap: 0, is: 'e' },
  error: ['InvalidCapability', 1],
  says: /the endpoint is neither a TCB nor a notification$/,
};

const already = (state: (k: KernelFixture) => void, says: RegExp): Fault => ({
  row: 'context: bound',
  change: { state },
  error: ['IllegalOperation'],
  says,
});

const noBudget: Fault = {
  row: 'context: blocked',
  change: { object: 'burner.sc' },
  error: ['IllegalOperation'],
  says: /the thread is blocked and the scheduling context has no budget now$/,
};

/** `waiter` waits with nothing to run on; `burner.sc` has used up its budget, `unused` never had any. */
const burnt = (k: KernelFixture): void => {
  withContexts(k);
  k.make('Reply', 'r');
  k.make('SchedContext', 'unused', 8);
  k.thread('waiter', { priority: 255, passive: true });
  k.thread('burner', { budget: 1000, period: 100_000 });
  k.succeeds('schedControl', 'SchedControlConfigureFlags', [1000, 0, 1000, 0, 0, 0, 0], ['s']);
  k.succeeds('s', 'SchedContextBind', [], ['waiter']);
  untilRuns(k, 'waiter');
  k.recv('e', 'r');
  untilRuns(k, 'burner');
  k.advance(1200);
  k.succeeds('s', 'SchedContextUnbind');
  k.succeeds('burner.sc', 'SchedContextUnbind');
};

const binding: readonly RefusalScript[] = [
  of(
    'SchedContextBind',
    ['t'],
    [
      ...tooShort(0, 1),
      neither,
      already(bound('s', 't2'), /the scheduling context is bound to a thread already$/),
      {
        ...already(bound('s2', 't'), /the thread already has a scheduling context$/),
        isAlone: 'Both are bound in the script below.',
      },
    ],
  ),
  // Of a context and a thread that are both bound, the context is told.
  {
    ...of(
      'SchedContextBind',
      ['t'],
      [
        already(bound('s', 't2'), /the scheduling context is bound to a thread already$/),
        {
          row: 'context: bound',
          change: { cap: 0, is: 'tcb' },
          error: ['IllegalOperation'],
          says: /the thread already has a scheduling context$/,
        },
      ],
    ),
  },
  of(
    'SchedContextBind',
    ['n'],
    [
      neither,
      already(bound('s', 'n2'), /the scheduling context is bound to a notification already$/),
      {
        row: 'context: bound',
        change: { cap: 0, is: 'taken' },
        error: ['IllegalOperation'],
        says: /the notification already has a scheduling context$/,
      },
    ],
  ),
  {
    ...of('SchedContextBind', ['waiter'], [noBudget]),
    system: burnt,
  },
  {
    ...of('SchedContextBind', ['waiter'], [{ ...noBudget, change: { object: 'unused' } }]),
    system: burnt,
  },
  // A thread that does not wait gets a context without budget, too; and one that waits, once there is some.
  { ...of('SchedContextBind', ['t'], [neither]), system: burnt, object: 'burner.sc' },
  {
    ...of('SchedContextBind', ['waiter'], [neither]),
    system: (k) => {
      burnt(k);
      k.advance(100_000);
      // The kernel looks at the clock.
      k.make('Endpoint', 'later');
    },
    object: 'burner.sc',
  },
];

const notBound = (change: Change, what: string): Fault => ({
  row: 'context: not bound',
  change,
  error: ['IllegalOperation'],
  says: new RegExp(`the ${what} is not bound to this scheduling context$`),
});

const ownContext = (change: Change): Fault => ({
  row: 'context: own',
  change,
  error: ['IllegalOperation'],
  says: /the scheduling context is that of the calling thread$/,
});

const unbinding: readonly RefusalScript[] = [
  {
    ...of(
      'SchedContextUnbindObject',
      ['t'],
      [
        ...tooShort(0, 1),
        neither,
        notBound({ cap: 0, is: 't2' }, 'thread'),
        notBound({ cap: 0, is: 'n2' }, 'notification'),
      ],
    ),
    system: (k) => {
      withContexts(k);
      for (const object of ['t', 'n']) k.succeeds('s', 'SchedContextBind', [], [object]);
    },
  },
  // The caller's own context may still be taken from a notification; and only what is bound to it is its own.
  {
    ...of(
      'SchedContextUnbindObject',
      ['n'],
      [
        notBound({ cap: 0, is: 't' }, 'thread'),
        notBound({ cap: 0, is: 'n2' }, 'notification'),
        ownContext({ cap: 0, is: 'tcb' }),
      ],
    ),
    system: (k) => {
      withContexts(k);
      k.succeeds('sc', 'SchedContextBind', [], ['n']);
    },
    object: 'sc',
  },
  {
    ...of('SchedContextUnbindObject', ['t'], [notBound({ cap: 0, is: 'tcb' }, 'thread')]),
    system: (k) => {
      withContexts(k);
      k.succeeds('s', 'SchedContextBind', [], ['t']);
    },
  },
  of('SchedContextUnbind', [], [ownContext({ object: 'sc' })]),
];

const yielding: readonly RefusalScript[] = [
  {
    label: 'SchedContextYieldTo',
    system: (k) => {
      k.make('SchedContext', 's', 8);
      k.thread('t', { priority: 99 });
      k.succeeds('tcb', 'TCBSetMCPriority', [99], ['tcb']);
    },
    object: 't.sc',
    refused: [
      {
        row: 'yield: none',
        change: { object: 's' },
        error: ['IllegalOperation'],
        says: /no thread runs on the scheduling context$/,
      },
      ownContext({ object: 'sc' }),
    ],
  },
  {
    label: 'SchedContextYieldTo',
    system: (k) => {
      for (const priority of [99, 100]) k.thread(`t${String(priority)}`, { priority });
      k.succeeds('tcb', 'TCBSetMCPriority', [99], ['tcb']);
    },
    object: 't99.sc',
    refused: [
      {
        row: 'yield: priority',
        change: { object: 't100.sc' },
        error: ['IllegalOperation'],
        says: /the thread has a higher priority than 99, the most that the caller controls$/,
      },
      // The caller, whose priority is above that, too.
      ownContext({ object: 'sc' }),
    ],
  },
];

// ---- domains -------------------------------------------------------------------------------------

const withDomains = (): KernelFixture =>
  new KernelFixture(fixtureBoard, fixtureImage, { settings: { domains: 2 } });

const domain = (
  label: LabelName,
  words: readonly Value[],
  caps: readonly Slot[],
  refused: readonly Fault[],
): RefusalScript => ({
  label,
  boot: withDomains,
  system: (k) => {
    k.make('TCB', 't');
    k.make('Endpoint', 'e');
    // Entry 1 is domain 1, 2 and all behind it are end markers.
    k.succeeds('domain', 'DomainScheduleConfigure', [1, 1, 5, 0]);
  },
  object: 'domain',
  words,
  caps,
  refused,
});

const last = configuration.longestDomainSchedule - 1;

const noEntry: Fault = {
  row: 'domain: index',
  change: { word: 0, is: last, not: last - 1 },
  error: ['RangeError', 0, last - 1],
  says: new RegExp(`there is no entry ${String(last)} to write$`),
};

const noDomain: Fault = {
  row: 'domain: number',
  change: { word: 1, is: 2, not: 1 },
  error: ['RangeError', 0, 1],
  says: /there is no domain 2$/,
};

const domains: readonly RefusalScript[] = [
  domain(
    'DomainSetSet',
    [0],
    ['t'],
    [
      tooShortWords(0),
      {
        row: 'domain: number',
        change: { word: 0, is: 2, not: 1 },
        error: ['InvalidArgument', 0],
        says: /there is no domain 2$/,
      },
      ...tooShort(0, 1),
      {
        row: 'domain: thread',
        change: { cap: 0, is: 'e' },
        error: ['InvalidArgument', 1],
        says: /the endpoint is no TCB$/,
      },
    ],
  ),
  domain(
    'DomainScheduleConfigure',
    [1, 1, 0xffff_ffff, 0xff_ffff],
    [],
    [
      ...tooShort(4, 0),
      noEntry,
      noDomain,
      {
        row: 'domain: duration',
        change: { word: 3, is: 0x100_0000, not: 0xff_ffff },
        error: ['InvalidArgument', 2],
        says: /the duration does not fit into 56 bits$/,
      },
    ],
  ),
  // An end marker.
  domain(
    'DomainScheduleConfigure',
    [1, 0, 0, 0],
    [],
    [
      noEntry,
      {
        row: 'domain: end',
        change: { word: 1, is: 1 },
        error: ['InvalidArgument', 1],
        says: /an end marker has domain 0$/,
      },
      {
        row: 'domain: end',
        change: { word: 0, is: 0 },
        error: ['InvalidArgument', 2],
        says: /the first entry of the schedule cannot be an end marker$/,
      },
    ],
  ),
  // A duration of which one word is 0 is none of an end marker.
  ...[
    [5, 0],
    [0, 5],
  ].map(([first = 0, second = 0]) =>
    domain(
      'DomainScheduleConfigure',
      [0, 1, first, second],
      [],
      [
        {
          row: 'domain: end',
          change: first === 0 ? { word: 3, is: 0 } : { word: 2, is: 0 },
          error: ['InvalidArgument', 1],
          says: /an end marker has domain 0$/,
        },
      ],
    ),
  ),
  domain(
    'DomainScheduleSetStart',
    [1],
    [],
    [
      ...tooShort(1, 0),
      {
        row: 'domain: index',
        change: { word: 0, is: last + 1 },
        error: ['RangeError', 0, last],
        says: new RegExp(`there is no entry ${String(last + 1)}$`),
      },
      ...[2, last].map((is): Fault => ({
        row: 'domain: end',
        change: { word: 0, is, not: 1 },
        error: ['InvalidArgument', 0],
        says: new RegExp(`entry ${String(is)} is an end marker$`),
      })),
    ],
  ),
];

function tooShortWords(wordCount: number): Fault {
  return {
    row: 'too short',
    change: { wordCount },
    error: ['TruncatedMessage'],
    says: /the message is too short; it needs a domain and a thread$/,
  };
}

export const time: readonly RefusalScript[] = [
  ...control,
  ...binding,
  ...unbinding,
  ...yielding,
  ...domains,
];
