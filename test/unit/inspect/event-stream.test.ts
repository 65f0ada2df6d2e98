import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followKernel, type StreamedEvent } from '../../../runtime/inspect/event-stream.js';
import { viewThreads } from '../../../runtime/inspect/threads.js';
import { helloSample } from '../../support/hello-sample.js';

describe('the stream of kernel events', () => {
  const platform = helloSample(0);
  const untold = helloSample(100_000);
  const told: StreamedEvent[] = [];
  const following = followKernel(platform, (event) => told.push(event));
  platform.run(100_000);
  following.dispose();

  it('tells every kind of thing that the sample does, in order of virtual time', () => {
    const kinds = new Set(told.map(({ event }) => event.kind));
    for (const kind of ['invoked', 'derived', 'message', 'switched', 'threadCreated'] as const) {
      assert.ok(kinds.has(kind), kind);
    }
    const times = told.map(({ cycles }) => cycles);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const [first] = told;
    assert.equal(first?.microseconds, (first?.cycles ?? 0) / 100);
  });

  it('says it in sentences', () => {
    const message = told.find(({ event }) => event.kind === 'message');
    assert.match(
      message?.text ?? '',
      /^message from pinger to rootserver through endpoint 0x\w{8}: label \d+, \d+ words, badge 7$/,
    );
  });

  it('changes neither what happens nor when', () => {
    assert.equal(platform.machine.cycles, untold.machine.cycles);
    assert.deepEqual(viewThreads(platform), viewThreads(untold));
  });

  it('ends when it is disposed', () => {
    const count = told.length;
    platform.reset();
    platform.run(10_000);
    assert.equal(told.length, count);
  });
});
