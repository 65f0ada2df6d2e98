/**
 * What is a capability fault of each system call: a request that is none, and the one thing that makes it one, with
 * the words that the fault handler gets. In the order in which seL4 looks: of two things that are wrong, the first
 * is told. sel4-abi sections 1, 5 and 6.
 */
import assert from 'node:assert/strict';
import { cnodeData } from '../../../runtime/abi/cap-rights.js';
import { messageInfo } from '../../../runtime/abi/message-info.js';
import type { SyscallName } from '../../../runtime/abi/syscalls.js';
import { kernelFixture, type KernelFixture, type Slot } from '../../support/kernel-fixture.js';

interface Request {
  /** What it sends to, receives from, and the reply object that it brings. */
  readonly to?: Slot;
  readonly from?: Slot;
  readonly reply?: Slot;
  readonly caps?: readonly Slot[];
}

interface Fault {
  readonly change: Request;
  /** From MR1: address, whether it receives, and why the lookup failed. */
  readonly words: readonly Slot[];
}

/** A request that is no fault, and what would make it one. */
type Script = readonly [SyscallName, Request, readonly Fault[]];

const [a0, a1, a6, t0] = [10, 11, 16, 5] as const;

/** The registers that name what is asked. */
const registersOf: Partial<
  Record<SyscallName, readonly (readonly [number, 'to' | 'from' | 'reply'])[]>
> = {
  Call: [[a0, 'to']],
  Send: [[a0, 'to']],
  NBSend: [[a0, 'to']],
  ReplyRecv: [
    [a6, 'reply'],
    [a0, 'from'],
  ],
  NBSendRecv: [
    [t0, 'to'],
    [a0, 'from'],
    [a6, 'reply'],
  ],
  NBSendWait: [
    [a6, 'to'],
    [a0, 'from'],
  ],
  Recv: [
    [a0, 'from'],
    [a6, 'reply'],
  ],
  NBRecv: [
    [a0, 'from'],
    [a6, 'reply'],
  ],
  Wait: [[a0, 'from']],
  NBWait: [[a0, 'from']],
};

/** The root task waits for faults of `t`, which runs. */
export function withFaulter(prepare?: (k: KernelFixture) => void): KernelFixture {
  const k = kernelFixture();
  for (const name of ['faults', 'e']) k.make('Endpoint', name);
  for (const name of ['n', 'own', 'other']) k.make('Notification', name);
  for (const name of ['r', 'faultReply']) k.make('Reply', name);
  k.make('TCB', 'someone');
  for (const name of ['e', 'n']) k.copy(name, `${name}Send`, 0b1101);
  k.thread('t', { faultEndpoint: 'faults' });
  k.succeeds('t', 'TCBBindNotification', [], ['own']);
  k.succeeds('someone', 'TCBBindNotification', [], ['other']);
  prepare?.(k);
  k.recv('faults', 'faultReply');
  assert.notEqual(k.current, 'rootserver');
  return k;
}

/**
 * The faulter's CSpace has 16 slots: 3 is the endpoint; 4 a CNode of four slots behind a guard of 01; 5 one of
 * sixteen behind a guard that leaves no bits. In the first, 0 is empty, 2 is the notification, and 1 and 3 are
 * CNodes that take more bits than are left.
 */
export function withSmallSpace(k: KernelFixture): void {
  k.make('CNode', 'small', 4);
  for (const name of ['four', 'many', 'more']) k.make('CNode', name, 2);
  k.make('CNode', 'last', 4);
  const put = (into: Slot, at: number, bits: number, from: Slot, data = 0): void => {
    k.succeeds(into, 'CNodeMint', [at, bits, k.slot(from), 32, 15, data], ['cnode']);
  };
  put('four', 1, 2, 'many', cnodeData(0, 23));
  put('four', 2, 2, 'n');
  put('four', 3, 2, 'more', cnodeData(0, 25));
  put('last', 1, 4, 'e');
  put('small', 3, 4, 'e');
  put('small', 4, 4, 'four', cnodeData(1, 2));
  put('small', 5, 4, 'last', cnodeData(0, 24));
  k.succeeds('t', 'TCBSetSpace', [0, 0], ['faults', 'small', 'vspace']);
}

/** The faulter is a thread that has never been given a CSpace. */
export function withoutSpace(k: KernelFixture): void {
  k.make('TCB', 'bare');
  k.succeeds('t', 'TCBSuspend');
  k.succeeds('t.sc', 'SchedContextUnbind');
  k.succeeds('bare', 'TCBSetSchedParams', [255, 255], ['tcb', 't.sc', 'faults']);
  k.succeeds('bare', 'TCBResume');
}

/** What one request does, from where the faulter runs; again, as often as it is asked. */
export interface CapFaultCheck {
  readonly title: string;
  readonly prepare: () => () => void;
}

/** The words of the fault that the system call is; undefined where it is none. */
function faultOf(
  k: KernelFixture,
  syscall: SyscallName,
  request: Request,
): readonly number[] | undefined {
  const { caps = [] } = request;
  k.offer({ caps });
  const registers: Record<number, number> = { [a1]: messageInfo(0, 0, caps.length, 0) };
  for (const [register, name] of registersOf[syscall] ?? []) {
    const slot = request[name];
    if (slot !== undefined) registers[register] = k.slot(slot);
  }
  k.syscall(syscall, registers);
  if (k.current !== 'rootserver') return undefined;
  assert.equal(k.message.label, 1);
  return k.message.words.slice(1);
}

/** With a guard of 20 zeros, this address leads nowhere. */
const nowhere = 0xf000_0000;
const differs = [4, 32, 0, 20] as const;
/** There is a slot, with nothing that is fit in it. */
const unfit = [2, 0] as const;

const unfitSources: readonly Fault[] = [
  { change: { from: nowhere }, words: [nowhere, 1, ...differs] },
  ...['nothing', 'someone', 'eSend', 'nSend', 'other'].map((slot) => ({
    change: { from: slot },
    words: [slot, 1, ...unfit],
  })),
];

const unfitReplies: readonly Fault[] = [
  { change: { reply: nowhere }, words: [nowhere, 1, ...differs] },
  ...['nothing', 'e', 'someone'].map((slot) => ({
    change: { reply: slot },
    words: [slot, 1, ...unfit],
  })),
];

const unfitSending: readonly Fault[] = [
  { change: { to: nowhere }, words: [nowhere, 0, ...differs] },
  { change: { caps: [nowhere] }, words: [nowhere, 0, ...differs] },
  { change: { caps: ['e', nowhere + 1] }, words: [nowhere + 1, 0, ...differs] },
  { change: { caps: ['e', 'n', nowhere + 2] }, words: [nowhere + 2, 0, ...differs] },
];

/** Requests that are no faults, each with what would make it one. */
const scripts: readonly Script[] = [
  ['Send', { to: 'e', caps: ['e', 'n', 'r'] }, unfitSending],
  ['Call', { to: 'e', caps: ['e', 'n', 'r'] }, unfitSending],
  // An empty slot is an error, not a fault.
  ['Call', { to: 'nothing' }, unfitSending],
  ['Recv', { from: 'e', reply: 'r' }, [...unfitSources, ...unfitReplies]],
  ['NBRecv', { from: 'e', reply: 'r' }, [...unfitSources, ...unfitReplies]],
  ['ReplyRecv', { from: 'e', reply: 'r' }, [...unfitSources, ...unfitReplies]],
  ['NBSendRecv', { to: 'n', from: 'e', reply: 'r' }, [...unfitSources, ...unfitReplies]],
  // A notification needs no reply object, and a wait for an endpoint has none.
  ['Recv', { from: 'n', reply: 'nothing' }, unfitSources],
  ['Recv', { from: 'own', reply: nowhere }, unfitSources],
  ['Wait', { from: 'e' }, unfitSources],
  ['Wait', { from: 'own' }, unfitSources],
  ['NBWait', { from: 'n' }, unfitSources],
  ['NBSendWait', { to: 'n', from: 'e' }, unfitSources],
  // What is not sent is not told: then it receives all the same, or that is the fault.
  ...[nowhere, 'nothing', 'someone'].flatMap(
    (to) =>
      [
        ['NBSend', { to }, []],
        ['NBSend', { to: 'e', caps: [nowhere] }, []],
        ['NBSendRecv', { to, from: 'e', reply: 'r' }, unfitSources],
        ['NBSendRecv', { to: 'n', from: 'e', reply: 'r', caps: [nowhere] }, unfitSources],
        ['NBSendWait', { to, from: 'e' }, unfitSources],
      ] as const,
  ),
];

/** In the small CSpace. The bits behind the endpoint are not looked at. */
const inSmallSpace: readonly Script[] = [
  ...[0x3000_0000, 0x3fff_ffff, 0x5000_0001].map((from): Script => [
    'Wait',
    { from },
    [
      { change: { from: 0x4200_0000 }, words: [0x4200_0000, 1, 4, 28, 1, 2] },
      { change: { from: 0x4400_0000 }, words: [0x4400_0000, 1, 2, 0] },
      { change: { from: 0x4500_0000 }, words: [0x4500_0000, 1, 3, 24, 25] },
      { change: { from: 0x4700_0000 }, words: [0x4700_0000, 1, 4, 24, 0, 25] },
      { change: { from: 0x5000_0000 }, words: [0x5000_0000, 1, 2, 0] },
      { change: { from: 0x5100_0001 }, words: [0x5100_0001, 1, 4, 28, 0, 24] },
    ],
  ]),
  ['NBWait', { from: 0x4600_0000 }, []],
  [
    'Call',
    { to: 0x4400_0000 },
    [{ change: { to: 0x4200_0000 }, words: [0x4200_0000, 0, 4, 28, 1, 2] }],
  ],
];

const inNoSpace: readonly Script[] = [['NBSend', { to: 1 }, []]];

function check(
  title: string,
  syscall: SyscallName,
  request: Request,
  words?: readonly Slot[],
  system?: (k: KernelFixture) => void,
): CapFaultCheck {
  return {
    title,
    prepare: () => {
      const k = withFaulter(system);
      const restore = k.save();
      const expected = words?.map((word) => k.slot(word));
      return () => {
        restore();
        assert.deepEqual(faultOf(k, syscall, request), expected);
      };
    },
  };
}

const describeChange = (change: Request): string =>
  `${Object.keys(change).join()} is ${Object.values(change).join()}`;

/** A request that is no fault, with each fault, and with every two of different places, of which the first is told. */
function checksOf(
  [syscall, request, faults]: Script,
  system?: (k: KernelFixture) => void,
): readonly CapFaultCheck[] {
  const title = `${syscall} of ${Object.values(request).flat().join(', ')}`;
  const pairs = faults.flatMap((first, index) =>
    faults
      .slice(index + 1)
      .filter(({ change }) => Object.keys(change)[0] !== Object.keys(first.change)[0])
      .map((second) => ({ first, second })),
  );
  return [
    check(`is not ${title}`, syscall, request, undefined, system),
    ...faults.map(({ change, words }) => {
      const what = `is ${title}, where ${describeChange(change)}`;
      return check(what, syscall, { ...request, ...change }, words, system);
    }),
    ...pairs.map(({ first, second }) => {
      const both = `${describeChange(first.change)} before ${describeChange(second.change)}`;
      const changes = { ...request, ...second.change, ...first.change };
      return check(`is ${title}, where ${both}`, syscall, changes, first.words, system);
    }),
  ];
}

export const capFaultChecks: readonly CapFaultCheck[] = [
  ...scripts.flatMap((script) => checksOf(script)),
  ...inSmallSpace.flatMap((script) => checksOf(script, withSmallSpace)),
  ...inNoSpace.flatMap((script) => checksOf(script, withoutSpace)),
  // Nothing is allowed without a CSpace but what is not told.
  check('is Wait without a CSpace', 'Wait', { from: 1 }, [1, 1, 1], withoutSpace),
  check('is Send without a CSpace', 'Send', { to: 1 }, [1, 0, 1], withoutSpace),
];
