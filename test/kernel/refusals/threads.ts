/** What threads refuse, but for their time: registers, priorities, spaces, buffers, handlers, notifications. */
import type { LabelName } from '../../../runtime/abi/labels.js';
import { cnodeData } from '../../../runtime/abi/cap-rights.js';
import type { KernelFixture, Slot } from '../../support/kernel-fixture.js';
import type { Change, Fault, RefusalScript, Value } from '../../support/refusals.js';
import { tooShort } from './common.js';
import { untilRuns } from './turns.js';

const withThread = (k: KernelFixture): void => {
  for (const name of ['t', 'authority']) k.make('TCB', name);
  k.succeeds('authority', 'TCBSetMCPriority', [10], ['tcb']);
  k.make('SchedContext', 's', 8);
  k.make('Endpoint', 'e');
  // Bits: send, receive, grant, grant reply.
  k.copy('e', 'noSend', 0b1110);
  k.copy('e', 'noGrant', 0b0011);
  k.copy('e', 'grant', 0b0101);
  k.copy('e', 'grantReply', 0b1001);
  k.make('Notification', 'n');
  k.copy('n', 'writeOnly', 1);
  k.make('CNode', 'c', 4);
  k.make('PageTable', 'pt');
  k.make('4K_Page', 'f');
  k.make('4K_Page', 'registers', 0, 'device');
  k.make('Untyped', 'used', 12);
  k.make('Endpoint', 'inside', 0, 'used');
};

const of = (
  label: LabelName,
  words: readonly Value[],
  caps: readonly Slot[],
  refused: readonly Fault[],
): RefusalScript => ({ label, system: withThread, object: 't', words, caps, refused });

const own = (what: string): Fault => ({
  row: 'registers: own',
  change: { object: 'tcb' },
  error: ['IllegalOperation'],
  says: new RegExp(`a thread cannot ${what} its own registers$`),
});

const count = (is: number, not: number): Fault => ({
  row: 'registers: count',
  change: { word: 1, is, not },
  error: ['RangeError', 1, 32],
  says: new RegExp(`${String(is)} registers were asked for; there are 32$`),
});

const registers: readonly RefusalScript[] = [
  of('TCBReadRegisters', [0, 1], [], [...tooShort(2, 0), count(0, 1), count(33, 32), own('read')]),
  of(
    'TCBWriteRegisters',
    [0, 0],
    [],
    [
      {
        row: 'too short',
        change: { wordCount: 1 },
        error: ['TruncatedMessage'],
        says: /it needs flags and a count$/,
      },
      own('write'),
    ],
  ),
  of(
    'TCBWriteRegisters',
    [0, 2, 0x4000, 0x5000],
    [],
    [
      {
        row: 'too short',
        change: { wordCount: 3 },
        error: ['TruncatedMessage'],
        says: /it needs 2 registers after flags and count$/,
      },
      {
        row: 'too short',
        change: { word: 1, is: 3, not: 2 },
        error: ['TruncatedMessage'],
        says: /it needs 3 registers after flags and count$/,
        isAlone: 'The sentence tells how many.',
      },
      own('write'),
    ],
  ),
  of(
    'TCBCopyRegisters',
    [0],
    ['tcb'],
    [
      ...tooShort(1, 1),
      {
        row: 'registers: source',
        change: { cap: 0, is: 'e' },
        error: ['InvalidCapability', 1],
        says: /the endpoint given as source is no TCB$/,
      },
    ],
  ),
];

const noAuthority: Fault = {
  row: 'priority: authority',
  change: { cap: 0, is: 'e' },
  error: ['InvalidCapability', 1],
  says: /the endpoint given as authority is no TCB$/,
};

const tooHigh = (word: number, most = 10): Fault => ({
  row: 'priority: range',
  change: { word, is: most + 1, not: most },
  error: ['RangeError', 0, most],
  says: new RegExp(`priority ${String(most + 1)} is above ${String(most)}, the most that`),
});

const unfitHandlers = (place: number, number: number): readonly Fault[] =>
  (
    [
      ['c', /the CNode given as handler is no endpoint$/],
      ['noSend', /the handler's endpoint capability lacks the right to send$/],
      ['noGrant', /the handler's endpoint capability has neither grant nor grant reply$/],
    ] as const
  ).map(([is, says]): Fault => ({
    row: 'handler',
    change: { cap: place, is },
    error: ['InvalidCapability', number],
    says,
  }));

const priorities: readonly RefusalScript[] = [
  of('TCBSetPriority', [5], ['authority'], [...tooShort(1, 1), noAuthority, tooHigh(0)]),
  of('TCBSetMCPriority', [5], ['authority'], [...tooShort(1, 1), noAuthority, tooHigh(0)]),
];

const ownContext = (k: KernelFixture): void => {
  k.succeeds('t', 'TCBSetSchedParams', [5, 5], ['tcb', 's', 'nothing']);
};

/** `waiter` waits with nothing to run on; `burner.sc` has used up its budget. */
const burnt = (k: KernelFixture): void => {
  k.make('Reply', 'r');
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

const params: readonly RefusalScript[] = [
  of(
    'TCBSetSchedParams',
    [5, 5],
    ['authority', 's', 'grant'],
    [
      ...tooShort(2, 3),
      noAuthority,
      tooHigh(0),
      tooHigh(1),
      {
        row: 'params: context',
        change: { cap: 1, is: 'e' },
        error: ['InvalidCapability', 2],
        says: /the endpoint is no scheduling context$/,
      },
      {
        row: 'params: bound',
        change: {
          state: (k) => {
            k.make('SchedContext', 'other', 8);
            k.succeeds('other', 'SchedContextBind', [], ['t']);
          },
        },
        error: ['IllegalOperation'],
        says: /the thread already has a scheduling context$/,
      },
      {
        row: 'params: bound',
        change: { cap: 1, is: 'sc' },
        error: ['IllegalOperation'],
        says: /the scheduling context is bound to another thread$/,
      },
      ...unfitHandlers(2, 3),
    ],
  ),
  // Its own context is no other one, and nothing is a handler.
  {
    ...of(
      'TCBSetSchedParams',
      [255, 255],
      ['tcb', 'sc', 'nothing'],
      [
        tooHigh(0, 255),
        tooHigh(1, 255),
        {
          row: 'params: own',
          change: { cap: 1, is: 'nothing' },
          error: ['IllegalOperation'],
          says: /a thread cannot take its own scheduling context away$/,
        },
        ...unfitHandlers(2, 3),
      ],
    ),
    object: 'tcb',
  },
  {
    ...of('TCBSetSchedParams', [5, 5], ['tcb', 'nothing', 'grantReply'], unfitHandlers(2, 3)),
    system: (k) => {
      withThread(k);
      ownContext(k);
    },
  },
  {
    ...of(
      'TCBSetSchedParams',
      [255, 255],
      ['tcb', 's', 'nothing'],
      [
        {
          row: 'context: blocked',
          change: { cap: 1, is: 'burner.sc' },
          error: ['IllegalOperation'],
          says: /the thread is blocked and the scheduling context has no budget now$/,
        },
        ...unfitHandlers(2, 3),
      ],
    ),
    system: (k) => {
      withThread(k);
      burnt(k);
    },
    object: 'waiter',
  },
  // One that has no context keeps none.
  of('TCBSetSchedParams', [5, 5], ['tcb', 'nothing', 'nothing'], [noAuthority, tooHigh(0, 255)]),
  // A context that was never configured has none either; one with a budget at a later time has one by then.
  {
    ...of(
      'TCBSetSchedParams',
      [255, 255],
      ['tcb', 'burner.sc', 'nothing'],
      [
        {
          row: 'context: blocked',
          change: { cap: 1, is: 'unused' },
          error: ['IllegalOperation'],
          says: /the thread is blocked and the scheduling context has no budget now$/,
        },
      ],
    ),
    system: (k) => {
      withThread(k);
      burnt(k);
      k.advance(100_000);
      k.make('SchedContext', 'unused', 8);
    },
    object: 'waiter',
  },
];

const handlers: readonly RefusalScript[] = ['grant', 'grantReply', 'nothing'].map((handler) =>
  of('TCBSetTimeoutEndpoint', [], [handler], [...tooShort(0, 1), ...unfitHandlers(0, 1)]),
);

/** The thread has the last capability to the CNode that it has now. */
const holdsLast: Change = {
  state: (k) => {
    k.make('CNode', 'own', 4);
    k.succeeds('t', 'TCBSetSpace', [0, 0], ['nothing', 'own', 'vspace']);
    k.delete('own');
  },
};

/** `cspace` and `vspace` are the places of the two capabilities; their data are words 0 and 1. */
const unfitSpaces = (cspace: number, vspace: number): readonly Fault[] => {
  const derived = (cap: number): readonly Fault[] => [
    {
      row: 'derive: untyped',
      change: { cap, is: 'used' },
      error: ['RevokeFirst'],
      says: /the untyped has children; revoke it before it is copied$/,
    },
    {
      row: 'derive: page table',
      change: { cap, is: 'pt' },
      error: ['IllegalOperation'],
      says: /a page table that is not mapped cannot be copied$/,
    },
  ];
  return [
    {
      row: 'spaces: last',
      change: holdsLast,
      error: ['IllegalOperation'],
      says: /the thread holds the last capability to its CNode; move it first$/,
    },
    ...derived(cspace),
    {
      row: 'spaces: cspace',
      change: { cap: cspace, is: 'e' },
      error: ['IllegalOperation'],
      says: /the endpoint given as CSpace root is no CNode$/,
    },
    {
      row: 'data: guard',
      change: { word: 0, is: cnodeData(0, 29), not: cnodeData(0, 28) },
      error: ['IllegalOperation'],
      says: /the guard is too long for the CNode given as CSpace root$/,
    },
    ...derived(vspace),
    {
      row: 'spaces: vspace',
      change: { cap: vspace, is: 'e' },
      error: ['IllegalOperation'],
      says: /the endpoint given as VSpace root is no page table$/,
    },
  ];
};

/** `place` of the frame among the capabilities, `word` of the address. */
const unfitBuffers = (place: number, word: number): readonly Fault[] => [
  {
    row: 'derive: untyped',
    change: { cap: place, is: 'used' },
    error: ['RevokeFirst'],
    says: /the untyped has children; revoke it before it is copied$/,
  },
  {
    row: 'derive: page table',
    change: { cap: place, is: 'pt' },
    error: ['IllegalOperation'],
    says: /a page table that is not mapped cannot be copied$/,
  },
  {
    row: 'buffer: frame',
    change: { cap: place, is: 'e' },
    error: ['IllegalOperation'],
    says: /the endpoint given as IPC buffer is no frame$/,
  },
  {
    row: 'buffer: frame',
    change: { cap: place, is: 'registers' },
    error: ['IllegalOperation'],
    says: /a device frame cannot be an IPC buffer$/,
  },
  ...[0x210, 0x300].map((is): Fault => ({
    row: 'buffer: alignment',
    change: { word, is, not: 0x200 },
    error: ['AlignmentError'],
    says: new RegExp(`IPC buffer address 0x${is.toString(16)} is no multiple of 512$`),
  })),
];

const spaces: readonly RefusalScript[] = [
  of(
    'TCBSetSpace',
    [0, 0],
    ['grant', 'c', 'vspace'],
    [...tooShort(2, 3), ...unfitSpaces(1, 2), ...unfitHandlers(0, 1)],
  ),
  of('TCBSetSpace', [0, 0], ['nothing', 'c', 'vspace'], unfitHandlers(0, 1)),
  // Where somebody else has a capability to the CNode, too, it is exchanged.
  {
    ...of(
      'TCBSetSpace',
      [0, 0],
      ['nothing', 'c', 'vspace'],
      [
        {
          row: 'spaces: last',
          change: {
            state: (k) => {
              k.delete('own');
            },
          },
          error: ['IllegalOperation'],
          says: /the thread holds the last capability to its CNode; move it first$/,
        },
      ],
    ),
    system: (k) => {
      withThread(k);
      k.make('CNode', 'own', 4);
      k.succeeds('t', 'TCBSetSpace', [0, 0], ['nothing', 'own', 'vspace']);
    },
  },
  of(
    'TCBConfigure',
    [0, 0, 0x200],
    ['c', 'vspace', 'f'],
    [...tooShort(3, 3), ...unfitBuffers(2, 2), ...unfitSpaces(0, 1)],
  ),
  of('TCBSetIPCBuffer', [0x200], ['f'], [...tooShort(1, 1), ...unfitBuffers(0, 0)]),
  // Address 0 takes the buffer away, whatever comes with it.
  of('TCBSetIPCBuffer', [0], ['e'], tooShort(1, 1)),
  of('TCBConfigure', [0, 0, 0], ['c', 'vspace', 'e'], unfitSpaces(0, 1)),
];

const notifications: readonly RefusalScript[] = [
  of(
    'TCBBindNotification',
    [],
    ['n'],
    [
      ...tooShort(0, 1),
      {
        row: 'bind: bound',
        change: {
          state: (k) => {
            k.make('Notification', 'other');
            k.succeeds('t', 'TCBBindNotification', [], ['other']);
          },
        },
        error: ['IllegalOperation'],
        says: /the thread already has a bound notification$/,
      },
      {
        row: 'bind: notification',
        change: { cap: 0, is: 'e' },
        error: ['IllegalOperation'],
        says: /the endpoint is no notification$/,
      },
      {
        row: 'bind: notification',
        change: { cap: 0, is: 'writeOnly' },
        error: ['IllegalOperation'],
        says: /the notification capability lacks the read right$/,
      },
      {
        row: 'bind: waiting',
        change: {
          state: (k) => {
            k.thread('waiter');
            untilRuns(k, 'waiter');
            k.wait('n');
          },
        },
        error: ['IllegalOperation'],
        says: /a thread waits for the notification$/,
        isAlone: 'What is waited for is not bound, and what is bound is not waited for by another.',
      },
      {
        row: 'bind: bound',
        change: {
          state: (k) => {
            k.succeeds('authority', 'TCBBindNotification', [], ['n']);
          },
        },
        error: ['IllegalOperation'],
        says: /the notification is bound to a thread already$/,
        isAlone: 'The thread has another, or this one.',
      },
    ],
  ),
  {
    ...of(
      'TCBUnbindNotification',
      [],
      [],
      [
        {
          row: 'bind: none',
          change: { object: 'authority' },
          error: ['IllegalOperation'],
          says: /no notification is bound to the thread$/,
        },
      ],
    ),
    system: (k) => {
      withThread(k);
      k.succeeds('t', 'TCBBindNotification', [], ['n']);
    },
  },
];

const rest: readonly RefusalScript[] = [
  of('TCBSetTLSBase', [0x3000], [], tooShort(1, 0)),
  of('TCBSetFlags', [0, 0], [], tooShort(2, 0)),
];

export const threads: readonly RefusalScript[] = [
  ...registers,
  ...priorities,
  ...params,
  ...handlers,
  ...spaces,
  ...notifications,
  ...rest,
];
