import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { schedContextPointer } from '../../runtime/kernel/capabilities/capability.js';
import { chargeRefills, headAmount, headTime } from '../../runtime/kernel/scheduler/refills.js';
import { kernelFixture, savedRegister, type KernelFixture } from '../support/kernel-fixture.js';

const configure = (
  k: KernelFixture,
  sc: string,
  budget: number,
  period: number,
  refills = 0,
): void => {
  k.succeeds(
    'schedControl',
    'SchedControlConfigureFlags',
    [budget, 0, period, 0, refills, 0, 0],
    [sc],
  );
};

describe('time', () => {
  it('that goes back is a bug of the machine, not an endless charge', () => {
    const k = kernelFixture();
    k.advance(100);
    k.yield();
    k.now -= 50;
    assert.throws(() => {
      k.yield();
    }, /invariant TIME-1/);
  });
});

describe('a sporadic server', () => {
  it('joins a rest too small to run on to the next refill, so that both end as before', () => {
    const k = kernelFixture();
    k.make('SchedContext', 'server', 8);
    configure(k, 'server', 100, 1000, 4);
    const sc = schedContextPointer(k.capability('server').w1);
    const start = headTime(k.state, sc);
    chargeRefills(k.state, sc, 90);
    assert.equal(headAmount(k.state, sc), 100);
    assert.equal(headTime(k.state, sc), start + 990);
  });

  it('gets back what it used one period after it began to use it', () => {
    const k = kernelFixture();
    k.make('SchedContext', 'server', 8);
    configure(k, 'server', 100, 1000, 4);
    const sc = schedContextPointer(k.capability('server').w1);
    const start = headTime(k.state, sc);
    chargeRefills(k.state, sc, 40);
    assert.deepEqual([headTime(k.state, sc) - start, headAmount(k.state, sc)], [40, 60]);
    chargeRefills(k.state, sc, 60);
    assert.deepEqual([headTime(k.state, sc) - start, headAmount(k.state, sc)], [1000, 100]);
  });
});

describe('round robin', () => {
  it('lets threads of one priority take turns of a budget each', () => {
    const k = kernelFixture();
    k.thread('a');
    k.thread('b');
    const order: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      order.push(k.current);
      const before = k.current;
      for (let step = 0; step < 20 && k.current === before; step += 1) k.advance(1000);
    }
    assert.deepEqual([...new Set(order)].sort(), ['a', 'b', 'rootserver']);
    assert.deepEqual(order.slice(3), order.slice(0, 3));
  });

  it('never runs a thread while one of a higher priority can', () => {
    const k = kernelFixture();
    k.thread('low', { priority: 100 });
    k.advance(100_000);
    assert.equal(k.current, 'rootserver');
  });

  it('gives up the turn on Yield', () => {
    const k = kernelFixture();
    k.thread('a');
    k.yield();
    assert.equal(k.current, 'a');
    k.yield();
    assert.equal(k.current, 'rootserver');
  });
});

describe('budgets', () => {
  /** `worker` may run 1 ms in 10 ms, above everyone else. */
  const withWorker = (): KernelFixture => {
    const k = kernelFixture();
    k.succeeds('tcb', 'TCBSetPriority', [200], ['tcb']);
    k.thread('worker', { priority: 250, budget: 1000, period: 10_000 });
    return k;
  };

  it('stop a thread when they are used up, and start it again one period later', () => {
    const k = withWorker();
    k.advance(0);
    assert.equal(k.current, 'worker');
    k.advance(1000);
    assert.equal(k.current, 'rootserver');
    k.advance(8000);
    assert.equal(k.current, 'rootserver');
    k.advance(1100);
    assert.equal(k.current, 'worker');
  });

  it('bound the share of the processor over many periods', () => {
    const k = withWorker();
    let used = 0;
    for (let time = 0; time < 200_000; time += 100) {
      if (k.current === 'worker') used += 100;
      k.advance(100);
    }
    assert.ok(used >= 19_000 && used <= 21_000, `the worker ran ${String(used)} of 200000 µs`);
  });

  it('that end go to the timeout handler, where there is one', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'f');
    k.make('Reply', 'r');
    k.thread('worker', { priority: 250, budget: 1000, period: 10_000 });
    k.succeeds('worker', 'TCBSetTimeoutEndpoint', [], ['f']);
    k.succeeds(
      'schedControl',
      'SchedControlConfigureFlags',
      [1000, 0, 10_000, 0, 0, 77, 0],
      ['worker.sc'],
    );
    k.recv('f', 'r');
    assert.equal(k.current, 'worker');
    k.advance(1500);
    assert.equal(k.current, 'rootserver');
    assert.equal(k.message.label, 5);
    assert.equal(k.message.words[0], 77);
    assert.ok((k.message.words[1] ?? 0) >= 980);
  });

  it('are told and forgotten by Consumed', () => {
    const k = withWorker();
    k.advance(1000);
    const [low = 0, high] = k.succeeds('worker.sc', 'SchedContextConsumed');
    assert.ok(low >= 980 && low <= 1001, `${String(low)} µs`);
    assert.equal(high, 0);
    assert.deepEqual(k.succeeds('worker.sc', 'SchedContextConsumed'), [0, 0]);
  });

  it('are all in the list of threads, whoever was told of them', () => {
    const k = withWorker();
    const listed = (): number => {
      k.console = '';
      k.syscall('DebugDumpScheduler');
      return Number(/^ +worker .* (\d+)$/m.exec(k.console)?.[1]);
    };
    k.advance(1000);
    const first = listed();
    k.succeeds('worker.sc', 'SchedContextConsumed');
    assert.equal(listed(), first);
    k.advance(20_000);
    const second = listed();
    assert.ok(first > 0 && second > first, `${String(first)}, then ${String(second)}`);
    k.succeeds('worker.sc', 'SchedContextConsumed');
    assert.equal(listed(), second);
  });

  it('with no thread to run leave the hart waiting for the next refill', () => {
    const k = withWorker();
    k.advance(1000);
    assert.equal(k.current, 'rootserver');
    k.make('Notification', 'n');
    k.wait('n');
    assert.ok(k.waiting);
    assert.ok(k.deadline > k.now && k.deadline < 11_000);
    k.advance(9500);
    assert.equal(k.current, 'worker');
  });
});

describe('SchedControl_ConfigureFlags', () => {
  it('refuses times and refills out of range', () => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 7);
    const words = (budget: number, period: number, refills: number): number[] => [
      budget,
      0,
      period,
      0,
      refills,
      0,
      0,
    ];
    const label = 'SchedControlConfigureFlags';
    const most = 0xffff_ffff;
    k.refuses(['TruncatedMessage'], 'schedControl', label, words(1000, 1000, 0));
    k.refuses(['TruncatedMessage'], 'schedControl', label, [1000, 0, 1000, 0, 0, 0], ['s']);
    k.refuses(['RangeError', 20, most], 'schedControl', label, words(19, 1000, 0), ['s']);
    k.refuses(['RangeError', 20, most], 'schedControl', label, words(1000, 19, 0), ['s']);
    k.refuses(['RangeError', 20, 1000], 'schedControl', label, words(1001, 1000, 0), ['s']);
    k.refuses(['RangeError', 20, most], 'schedControl', label, [1, most, 1, 0, 0, 0, 0], ['s']);
    k.refuses(['InvalidCapability', 1], 'schedControl', label, words(1000, 1000, 0), ['tcb']);
    k.refuses(['RangeError', 0, 2], 'schedControl', label, words(1000, 1000, 3), ['s']);
    configure(k, 's', 1000, 2000, 2);
    k.refuses(['IllegalOperation'], 'schedControl', 'TCBResume');
  });
});

describe('SchedContext_Bind and Unbind', () => {
  it('refuse what is bound already, and the own context', () => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 7);
    k.make('TCB', 't');
    k.make('Notification', 'n');
    k.refuses(['IllegalOperation'], 's', 'SchedContextBind', [], ['tcb']);
    k.refuses(['InvalidCapability', 1], 's', 'SchedContextBind', [], ['cnode']);
    k.succeeds('s', 'SchedContextBind', [], ['t']);
    k.refuses(['IllegalOperation'], 's', 'SchedContextBind', [], ['t']);
    k.succeeds('s', 'SchedContextBind', [], ['n']);
    k.refuses(['IllegalOperation'], 's', 'SchedContextBind', [], ['n']);
    k.refuses(['IllegalOperation'], 'sc', 'SchedContextUnbind');
    k.refuses(['IllegalOperation'], 'sc', 'SchedContextUnbindObject', [], ['tcb']);
    k.refuses(['IllegalOperation'], 's', 'SchedContextUnbindObject', [], ['tcb']);
    k.succeeds('s', 'SchedContextUnbindObject', [], ['t']);
    k.succeeds('s', 'SchedContextUnbindObject', [], ['n']);
  });

  it('stop and start a thread', () => {
    const k = kernelFixture();
    k.thread('t');
    k.succeeds('t.sc', 'SchedContextUnbind');
    k.yield();
    assert.equal(k.current, 'rootserver');
    k.succeeds('t.sc', 'SchedContextBind', [], ['t']);
    k.yield();
    assert.equal(k.current, 't');
  });
});

describe('SchedContext_YieldTo', () => {
  it('lets the other thread run first, and then tells what it used', () => {
    const k = kernelFixture();
    k.thread('t');
    k.call('t.sc', { label: 38 });
    assert.equal(k.current, 't');
    k.advance(500);
    k.yield();
    assert.equal(k.current, 'rootserver');
    const [low = 0] = k.message.words;
    assert.ok(low >= 490 && low <= 510, `${String(low)} µs`);
  });

  it('refuses itself, an unbound context, and too high a priority', () => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 7);
    k.refuses(['IllegalOperation'], 's', 'SchedContextYieldTo');
    k.refuses(['IllegalOperation'], 'sc', 'SchedContextYieldTo');
    k.thread('t', { priority: 200 });
    assert.equal(k.saved('t', savedRegister.faultIp), 0x4000);
    k.succeeds('tcb', 'TCBSetMCPriority', [100], ['tcb']);
    k.refuses(['IllegalOperation'], 't.sc', 'SchedContextYieldTo');
  });
});

describe('domains', () => {
  it('are one, and its schedule has one entry', () => {
    const k = kernelFixture();
    k.succeeds('domain', 'DomainSetSet', [0], ['tcb']);
    k.refuses(['InvalidArgument', 0], 'domain', 'DomainSetSet', [1], ['tcb']);
    k.refuses(['InvalidArgument', 1], 'domain', 'DomainSetSet', [0], ['cnode']);
    k.refuses(['TruncatedMessage'], 'domain', 'DomainSetSet');
    k.refuses(['RangeError', 0, 0], 'domain', 'DomainScheduleConfigure', [1, 0, 5, 0]);
    k.refuses(['RangeError', 0, 1], 'domain', 'DomainScheduleSetStart', [2]);
    k.refuses(['InvalidArgument', 0], 'domain', 'DomainScheduleSetStart', [1]);
    k.succeeds('domain', 'DomainScheduleSetStart', [0]);
  });
});
