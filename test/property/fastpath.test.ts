import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { fixtureBoard, fixtureImage, KernelFixture } from '../support/kernel-fixture.js';

/** Two clients, two passive servers, one behind the other, and two with time, one of which has a bound notification. */
function system(fastpath: boolean, domains: number): KernelFixture {
  const k = new KernelFixture(fixtureBoard, fixtureImage, { fastpath, settings: { domains } });
  k.checks = false;
  for (const name of ['e', 'f', 'g', 'h']) k.make('Endpoint', name);
  for (const name of ['re', 'rf', 'rg', 'rh', 'spare']) k.make('Reply', name);
  for (const name of ['n', 'bound', 'lends']) k.make('Notification', name);
  k.mint('e', 'e7', 7);
  k.thread('client', { priority: 100, budget: 3000, period: 7000 });
  k.thread('other', { priority: 100 });
  k.thread('server', { priority: 120 });
  k.thread('behind', { priority: 110 });
  k.thread('active', { priority: 130, budget: 1000, period: 4000 });
  k.thread('steady', { priority: 125 });
  k.succeeds('active', 'TCBBindNotification', [], ['bound']);
  k.succeeds('server', 'TCBBindNotification', [], ['lends']);
  if (domains > 1) {
    k.succeeds('domain', 'DomainScheduleConfigure', [0, 0, 4000, 0]);
    k.succeeds('domain', 'DomainScheduleConfigure', [1, 1, 600, 0]);
  }
  // The root task waits for ever; the servers wait for calls, and two of them without time of their own.
  k.wait('n');
  k.recv('g', 'rg');
  k.recv('h', 'rh');
  k.recv('e', 're');
  k.recv('f', 'rf');
  assert.ok(['client', 'other'].includes(k.current), k.current);
  for (const passive of ['server', 'behind']) k.succeeds(`${passive}.sc`, 'SchedContextUnbind');
  // A signal lends it to the passive server that it wakes.
  k.succeeds('server.sc', 'SchedContextBind', [], ['lends']);
  return k;
}

/** What each thread is there for. */
const natural: Readonly<Record<string, readonly Step[]>> = {
  client: [
    { kind: 'call', to: 'e', message: { label: 0, length: 4, extraCaps: 0 } },
    { kind: 'call', to: 'g', message: { label: 3, length: 1, extraCaps: 0 } },
    { kind: 'call', to: 'h', message: { label: 2, length: 4, extraCaps: 0 } },
  ],
  other: [
    { kind: 'call', to: 'e7', message: { label: 0, length: 2, extraCaps: 0 } },
    { kind: 'call', to: 'f', message: { label: 1, length: 0, extraCaps: 0 } },
    { kind: 'call', to: 'h', message: { label: 0, length: 3, extraCaps: 0 } },
  ],
  server: [
    { kind: 'replyRecv', to: 'e', reply: 're', message: { label: 0, length: 4, extraCaps: 0 } },
    { kind: 'call', to: 'f', message: { label: 0, length: 4, extraCaps: 0 } },
  ],
  behind: [
    { kind: 'replyRecv', to: 'f', reply: 'rf', message: { label: 9, length: 3, extraCaps: 0 } },
  ],
  active: [
    { kind: 'replyRecv', to: 'g', reply: 'rg', message: { label: 0, length: 4, extraCaps: 0 } },
  ],
  steady: [
    { kind: 'replyRecv', to: 'h', reply: 'rh', message: { label: 5, length: 4, extraCaps: 0 } },
    { kind: 'call', to: 'g', message: { label: 0, length: 2, extraCaps: 0 } },
  ],
};

const endpoints = ['e', 'e7', 'f', 'g', 'h'] as const;
const replies = ['re', 'rf', 'rg', 'rh', 'spare'] as const;
const message = fc.record({
  label: fc.constantFrom(...[0, 1, 3, 5, 9]),
  length: fc.constantFrom(...[0, 1, 2, 3, 4, 4, 5, 120]),
  extraCaps: fc.constantFrom(...[0, 0, 0, 0, 1]),
});
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  {
    weight: 200,
    arbitrary: fc.record({ kind: fc.constant('natural' as const), which: fc.nat({ max: 5 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      to: fc.constantFrom(...endpoints),
      message,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('replyRecv' as const),
      to: fc.constantFrom(...endpoints),
      reply: fc.constantFrom(...replies),
      message,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('recv' as const),
      to: fc.constantFrom(...endpoints),
      reply: fc.constantFrom(...replies),
    }),
  },
  fc.record({ kind: fc.constant('send' as const), to: fc.constantFrom('e', 'n', 're'), message }),
  fc.record({ kind: fc.constant('wait' as const), to: fc.constantFrom('n', 'e') }),
  fc.record({ kind: fc.constant('yield' as const) }),
  fc.record({ kind: fc.constant('signal' as const), to: fc.constantFrom('n', 'bound', 'lends') }),
  fc.record({
    kind: fc.constant('yieldTo' as const),
    to: fc.constantFrom('client.sc', 'other.sc', 'active.sc', 'steady.sc'),
  }),
  fc.record({
    kind: fc.constant('domain' as const),
    to: fc.constantFrom('client', 'other', 'server', 'active', 'steady'),
    domain: fc.constantFrom(0, 0, 0, 1),
  }),
  fc.record({
    kind: fc.constant('pass' as const),
    ticks: fc.constantFrom(1, 30, 400, 2500, 9000),
    interrupts: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('invoke' as const),
    to: fc.constantFrom('server', 'behind', 'client', 'steady'),
    label: fc.constantFrom('TCBSuspend' as const, 'TCBResume' as const, 'TCBSetPriority' as const),
    priority: fc.constantFrom(80, 110, 140),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(k: KernelFixture, { ...what }: Step): void {
  if (what.kind === 'pass' || k.waiting) {
    k.now += what.kind === 'pass' ? what.ticks : 1000;
    const fires = k.now >= k.deadline || (k.waiting && k.deadline !== Infinity);
    if (!fires) return;
    k.now = Math.max(k.now, Math.ceil(k.deadline));
    k.trap(0x8000_0005, 0, 'the timer');
    return;
  }
  const offer = ({ label, length, extraCaps }: Message): Readonly<Record<number, number>> => ({
    11: messageInfo(label, 0, extraCaps, length),
    12: k.now,
    13: 2,
    14: -3,
    15: 4,
  });
  switch (what.kind) {
    case 'natural': {
      const choices = natural[k.current] ?? [];
      const choice = choices[what.which % choices.length];
      if (choice !== undefined) take(k, choice);
      return;
    }
    case 'call':
      k.syscall('Call', { ...offer(what.message), 10: k.slot(what.to) });
      return;
    case 'replyRecv':
      k.syscall('ReplyRecv', {
        ...offer(what.message),
        10: k.slot(what.to),
        16: k.slot(what.reply),
      });
      return;
    case 'recv':
      k.recv(what.to, what.reply);
      return;
    case 'send':
      k.syscall('NBSend', { ...offer(what.message), 10: k.slot(what.to) });
      return;
    case 'wait':
      k.nbWait(what.to);
      return;
    case 'yield':
      k.yield();
      return;
    case 'signal':
      k.nbSend(what.to);
      return;
    case 'yieldTo':
      k.invoke(what.to, 'SchedContextYieldTo');
      return;
    case 'domain':
      k.invoke('domain', 'DomainSetSet', [what.domain], [what.to]);
      return;
    case 'invoke':
      k.invoke(what.to, what.label, what.label === 'TCBSetPriority' ? [what.priority] : [], [
        'tcb',
      ]);
  }
}

const looksOf = (k: KernelFixture) => ({
  current: k.state.currentThread,
  waiting: k.waiting,
  deadline: k.deadline,
  registers: [...k.hart.x],
  pc: k.hart.pc,
  cycles: k.hart.cycles,
  events: k.events.length,
  lastEvent: JSON.stringify(k.events.at(-1)),
});

/** How many words the kernel stored in the general way. */
function storesIn(k: KernelFixture, what: Step): number {
  const before = k.memory.stores;
  take(k, what);
  return k.memory.stores - before;
}

/** Who took the fast way in the one and not in the other. */
function assertSame(steps: readonly Step[], domains: number): readonly string[] {
  const general = system(false, domains);
  const fast = system(true, domains);
  const taken: string[] = [];
  steps.forEach((each, index) => {
    const who = fast.current;
    const inGeneral = storesIn(general, each);
    const inFast = storesIn(fast, each);
    // A switch of scheduling contexts stores what time is left, and no more.
    if (inFast < inGeneral / 2) taken.push(who);
    const what = `step ${String(index)}: ${JSON.stringify(each)}`;
    assert.deepEqual(looksOf(fast), looksOf(general), what);
    const same = Buffer.compare(
      Buffer.from(fast.memory.words.buffer),
      Buffer.from(general.memory.words.buffer),
    );
    assert.equal(same, 0, `the kernel's memory after ${what}`);
  });
  fast.checks = true;
  fast.check('all of it');
  return taken;
}

/** How often each took the fast path in so many sequences, all of which ended alike. */
function takenIn(numRuns: number, domains: number): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
      for (const who of assertSame(steps, domains)) taken.set(who, (taken.get(who) ?? 0) + 1);
    }),
    { numRuns },
  );
  return taken;
}

describe('the fast path of IPC', () => {
  it('leaves what the general way leaves, whatever the threads do', () => {
    const taken = takenIn(80, 1);
    const total = [...taken.values()].reduce((sum, times) => sum + times, 0);
    assert.ok(total > 400, `the fast path was taken ${String(total)} times only`);
    for (const who of ['client', 'other', 'server', 'behind', 'steady']) {
      const times = taken.get(who) ?? 0;
      assert.ok(times > 20, `the fast path was taken ${String(times)} times by ${who}`);
    }
  });

  it('is not taken where there are several domains', () => {
    assert.deepEqual([...takenIn(10, 2)], []);
  });
});
