import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { globals, tcb } from '../../runtime/kernel/layout.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { fixtureBoard, fixtureImage, KernelFixture } from '../support/kernel-fixture.js';

const withDomains = (domains: number): KernelFixture =>
  new KernelFixture(fixtureBoard, fixtureImage, { settings: { domains } });

const configure = (k: KernelFixture, index: number, domain: number, ticks: number): void => {
  k.succeeds('domain', 'DomainScheduleConfigure', [index, domain, ticks, 0]);
};
const move = (k: KernelFixture, thread: string, domain: number): void => {
  k.succeeds('domain', 'DomainSetSet', [domain], [thread]);
};
/** Entries after each other from index 0; then the schedule starts. */
const runSchedule = (k: KernelFixture, entries: readonly (readonly [number, number])[]): void => {
  entries.forEach(([domain, ticks], index) => {
    configure(k, index, domain, ticks);
  });
  k.succeeds('domain', 'DomainScheduleSetStart', [0]);
};
const domain = (k: KernelFixture): number => k.state.global(globals.currentDomain);

/** Who ran, sampled every 100 µs. */
function sample(k: KernelFixture, microseconds: number): string[] {
  const seen: string[] = [];
  for (let time = 0; time < microseconds; time += 100) {
    k.advance(100);
    seen.push(k.current);
  }
  return seen;
}
/** Names in a row as often as they came: `a 3, b 2`. */
function runs(names: readonly string[]): string[] {
  const found: { name: string; count: number }[] = [];
  for (const name of names) {
    const last = found.at(-1);
    if (last?.name === name) last.count += 1;
    else found.push({ name, count: 1 });
  }
  return found.map(({ name, count }) => `${name} ${String(count)}`);
}

describe('the domain schedule', () => {
  it('is domain 0 for ever after boot', () => {
    const k = withDomains(4);
    k.thread('other', { priority: 200 });
    move(k, 'other', 1);
    k.advance(1_000_000);
    assert.equal(k.current, 'rootserver');
    assert.equal(domain(k), 0);
  });

  it('gives each domain its time in turn, whatever the priorities are', () => {
    const k = withDomains(4);
    k.succeeds('tcb', 'TCBSetPriority', [100], ['tcb']);
    k.thread('high', { priority: 99 });
    k.thread('low', { priority: 1 });
    move(k, 'high', 1);
    move(k, 'low', 2);
    runSchedule(k, [
      [0, 3000],
      [1, 2000],
      [2, 1000],
    ]);
    assert.deepEqual(runs(sample(k, 12_000)), [
      'rootserver 29',
      'high 20',
      'low 10',
      'rootserver 30',
      'high 20',
      'low 10',
      'rootserver 1',
    ]);
  });

  it('may have a domain in several entries, and goes on at the entry where it was told to start', () => {
    const k = withDomains(2);
    k.thread('other');
    move(k, 'other', 1);
    configure(k, 5, 0, 1000);
    configure(k, 6, 1, 500);
    configure(k, 7, 0, 2000);
    configure(k, 8, 1, 1500);
    k.succeeds('domain', 'DomainScheduleSetStart', [5]);
    assert.deepEqual(runs(sample(k, 10_000)).slice(0, 6), [
      'rootserver 9',
      'other 5',
      'rootserver 20',
      'other 15',
      'rootserver 10',
      'other 5',
    ]);
  });

  it('leaves the processor idle in a domain that has nothing to run', () => {
    const k = withDomains(3);
    runSchedule(k, [
      [0, 1000],
      [2, 3000],
    ]);
    assert.deepEqual(runs(sample(k, 5000)), [
      'rootserver 9',
      'idle_thread 30',
      'rootserver 10',
      'idle_thread 1',
    ]);
    assert.ok(k.waiting);
  });

  it('shares the time of a domain by priority and turn, as without domains', () => {
    const k = withDomains(2);
    k.thread('a', { priority: 50, budget: 1000 });
    k.thread('b', { priority: 50, budget: 1000 });
    k.thread('c', { priority: 40 });
    for (const name of ['a', 'b', 'c']) move(k, name, 1);
    runSchedule(k, [
      [0, 1000],
      [1, 4000],
    ]);
    const seen = sample(k, 25_000);
    assert.ok(seen.includes('a') && seen.includes('b'));
    assert.ok(!seen.includes('c'));
  });
});

describe('a thread of another domain', () => {
  const withServer = (): KernelFixture => {
    const k = withDomains(2);
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.succeeds('tcb', 'TCBSetPriority', [100], ['tcb']);
    k.thread('server', { priority: 200 });
    assert.equal(k.current, 'server');
    k.recv('e', 'r');
    assert.equal(k.current, 'rootserver');
    move(k, 'server', 1);
    runSchedule(k, [
      [0, 2000],
      [1, 1000],
    ]);
    return k;
  };

  it('that a message wakes runs when its domain does', () => {
    const k = withServer();
    k.nbSend('e', { words: [7] });
    assert.equal(k.current, 'rootserver');
    assert.equal(k.stateOf('server'), 'running');
    const seen = runs(sample(k, 3000));
    assert.deepEqual(seen, ['rootserver 19', 'server 10', 'rootserver 1']);
  });

  it('answers a call in its own time, and the caller goes on in its own', () => {
    const k = withServer();
    k.call('e', { words: [1] });
    // The caller waits, and nothing else is in its domain.
    assert.equal(k.current, 'idle_thread');
    k.advance(2000);
    assert.equal(k.current, 'server');
    assert.deepEqual(k.message.words, [1]);
    k.replyRecv('e', 'r', { words: [2] });
    assert.equal(k.current, 'idle_thread');
    assert.equal(k.stateOf('rootserver'), 'running');
    k.advance(1000);
    assert.equal(k.current, 'rootserver');
    assert.deepEqual(k.message.words, [2]);
  });

  it('gets a new budget while others run, and uses it in its own time', () => {
    const k = withDomains(2);
    k.thread('worker', { priority: 200, budget: 500, period: 1700 });
    move(k, 'worker', 1);
    runSchedule(k, [
      [0, 2000],
      [1, 1000],
    ]);
    const seen = runs(sample(k, 6000));
    assert.deepEqual(seen, [
      'rootserver 19',
      'worker 5',
      'idle_thread 5',
      'rootserver 20',
      'worker 5',
      'idle_thread 5',
      'rootserver 1',
    ]);
  });

  it('faults with a timeout to a handler that is in yet another domain', () => {
    const k = withDomains(3);
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.thread('handler', { priority: 255 });
    k.yield();
    assert.equal(k.current, 'handler');
    k.recv('e', 'r');
    k.thread('worker', { priority: 200, budget: 500, period: 10_000 });
    k.succeeds('worker', 'TCBSetTimeoutEndpoint', [], ['e']);
    move(k, 'worker', 1);
    move(k, 'handler', 2);
    runSchedule(k, [
      [0, 1000],
      [1, 1000],
      [2, 1000],
    ]);
    assert.deepEqual(runs(sample(k, 2500)), [
      'rootserver 9',
      'worker 5',
      'idle_thread 5',
      'handler 6',
    ]);
    assert.equal(k.message.label, 5);
    assert.equal(k.stateOf('worker'), 'blockedOnReply');
  });
});

describe('DomainSet_Set', () => {
  it('takes the processor from a thread that moves itself out of the current domain', () => {
    const k = withDomains(2);
    runSchedule(k, [
      [0, 1000],
      [1, 1000],
    ]);
    move(k, 'tcb', 1);
    assert.equal(k.current, 'idle_thread');
    k.advance(1000);
    assert.equal(k.current, 'rootserver');
    assert.equal(domain(k), 1);
    // A thread is created in the domain of its creator.
    k.make('TCB', 'child');
    const child = k.capability('child').w0 & ~0xf;
    assert.equal(k.state.read((child >>> 0) + tcb.domain), 1);
    move(k, 'tcb', 0);
    assert.equal(k.current, 'idle_thread');
  });

  it('moves a ready thread into the current domain without disturbing the one that runs', () => {
    const k = withDomains(2);
    k.succeeds('tcb', 'TCBSetPriority', [100], ['tcb']);
    k.thread('high', { priority: 99 });
    move(k, 'high', 1);
    move(k, 'high', 0);
    assert.equal(k.current, 'rootserver');
    k.succeeds('tcb', 'TCBSetPriority', [98], ['tcb']);
    assert.equal(k.current, 'high');
  });

  it('is refused for domains that there are not, as a seL4 built for so many refuses', () => {
    const k = withDomains(4);
    k.refuses(['InvalidArgument', 0], 'domain', 'DomainSetSet', [4], ['tcb']);
    assert.match(k.lastRefusal, /there is no domain 4/);
    k.refuses(['InvalidArgument', 0], 'domain', 'DomainSetSet', [0xffff_ffff], ['tcb']);
    k.refuses(['InvalidArgument', 1], 'domain', 'DomainSetSet', [3], ['cnode']);
    k.refuses(['TruncatedMessage'], 'domain', 'DomainSetSet', [3]);
    k.refuses(['TruncatedMessage'], 'domain', 'DomainSetSet');
    k.refuses(['IllegalOperation'], 'domain', 'TCBResume');
  });
});

describe('DomainSet_ScheduleConfigure and ScheduleSetStart', () => {
  const configureLabel = 'DomainScheduleConfigure';
  const start = 'DomainScheduleSetStart';

  it('refuse what would leave no schedule, in seL4’s order', () => {
    const k = withDomains(4);
    const top = 2 ** 24;
    k.refuses(['TruncatedMessage'], 'domain', configureLabel, [99, 9, 0]);
    // The last of 100 entries stays an end marker.
    k.refuses(['RangeError', 0, 98], 'domain', configureLabel, [99, 9, 0, top]);
    k.refuses(['RangeError', 0, 98], 'domain', configureLabel, [0xffff_ffff, 0, 1, 0]);
    k.refuses(['RangeError', 0, 3], 'domain', configureLabel, [0, 4, 0, top]);
    k.refuses(['InvalidArgument', 2], 'domain', configureLabel, [0, 0, 0, top]);
    k.refuses(['InvalidArgument', 1], 'domain', configureLabel, [1, 1, 0, 0]);
    k.refuses(['InvalidArgument', 2], 'domain', configureLabel, [0, 0, 0, 0]);
    k.refuses(['TruncatedMessage'], 'domain', start);
    k.refuses(['RangeError', 0, 99], 'domain', start, [100]);
    k.refuses(['InvalidArgument', 0], 'domain', start, [1]);
    k.refuses(['InvalidArgument', 0], 'domain', start, [99]);
  });

  it('hold with one domain too, whose schedule has one entry', () => {
    const k = withDomains(1);
    k.refuses(['RangeError', 0, 0], 'domain', configureLabel, [1, 0, 100, 0]);
    k.refuses(['RangeError', 0, 1], 'domain', start, [2]);
    configure(k, 0, 0, 1000);
    k.succeeds('domain', start, [0]);
    k.advance(10_000);
    assert.equal(k.current, 'rootserver');
  });

  it('change an entry in force from its next turn on', () => {
    const k = withDomains(2);
    k.thread('other');
    move(k, 'other', 1);
    runSchedule(k, [
      [0, 1000],
      [1, 1000],
    ]);
    configure(k, 0, 0, 3000);
    assert.deepEqual(runs(sample(k, 5500)), [
      'rootserver 9',
      'other 10',
      'rootserver 30',
      'other 6',
    ]);
  });

  it('take the longest duration, which outlasts every run', () => {
    const k = withDomains(2);
    k.succeeds('domain', configureLabel, [0, 0, 0xffff_ffff, 0x00ff_ffff]);
    k.succeeds('domain', start, [0]);
    k.advance(1_000_000);
    assert.equal(k.current, 'rootserver');
  });
});

describe('the invariants of domains', () => {
  it('notice a current thread that is not of the current domain, and a schedule that ends at once', () => {
    const k = withDomains(2);
    const broken = (): string[] => checkInvariants(k.memory, k.board);
    assert.deepEqual(broken(), []);
    k.state.setGlobal(globals.currentDomain, 1);
    assert.match(broken().join('\n'), /SCHED-5/);
    k.state.setGlobal(globals.currentDomain, 0);
    k.state.setGlobal(globals.domainScheduleStart, 3);
    assert.match(broken().join('\n'), /DOM-1/);
  });
});
