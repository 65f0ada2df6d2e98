import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Context } from '../../../../debug-adapter/context.js';
import {
  logPoints,
  LogOutput,
  mostTextsPerWindow,
} from '../../../../debug-adapter/model/log-output.js';

interface Fixture {
  readonly log: LogOutput;
  readonly sent: string[];
  time: number;
  /** The host gets its turn. */
  readonly turn: () => void;
}

function fixture(): Fixture {
  const sent: string[] = [];
  const turns: (() => void)[] = [];
  const state: Fixture = {
    sent,
    time: 0,
    turn: () => turns.splice(0).forEach((action) => action()),
    log: new LogOutput(
      {
        host: {
          now: () => state.time,
          soon: (action) => void turns.push(action),
          saveFile: () => undefined,
        },
        send: (_: string, body?: { output?: string }) => void sent.push(body?.output ?? ''),
      } as Partial<Context> as Context,
      logPoints,
    ),
  };
  return state;
}

describe('the output of log points', () => {
  it('of one turn is one event', () => {
    const { log, sent, turn } = fixture();
    log.add('one');
    log.add('two');
    assert.deepEqual(sent, []);
    turn();
    assert.deepEqual(sent, ['one\ntwo\n']);
  });

  it('is bounded a second, and says how much it left out', () => {
    const state = fixture();
    for (let count = 0; count < 10_000; count += 1) state.log.add('again');
    state.time = 1000;
    state.log.add('later');
    state.turn();
    const lines = state.sent.join('').trim().split('\n');
    assert.equal(lines.length, mostTextsPerWindow + 2);
    assert.match(lines.at(-2) ?? '', /^9500 messages of log points are left out/);
    assert.equal(lines.at(-1), 'later');
  });

  it('is complete before a stop is told', () => {
    const { log, sent } = fixture();
    log.add('last');
    log.flush();
    assert.deepEqual(sent, ['last\n']);
  });
});
