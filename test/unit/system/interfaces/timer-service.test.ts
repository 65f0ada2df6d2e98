import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['timer-service'],
  `
  import { CompletedTimersResponse, NowResponse, TimerServiceRequest, timerServiceErrorOf } from '../interfaces/timer-service';
  export function request(verb: i32, timerId: u32, duration: u32): void {
    give(new TimerServiceRequest(verb, timerId, duration, 9).encode());
  }
  export function completed(mask: u32): void { give(new CompletedTimersResponse(mask).encode()); }
  export function now(low: u32, high: u32): void { give(new NowResponse((<u64>high << 32) | low).encode()); }
  export function decodeNow(): string {
    let response = NowResponse.decode(taken);
    return response === null ? 'null' : response.ticks.toString(16);
  }
  export function decodeRequest(): string {
    let request = TimerServiceRequest.decode(taken);
    if (request === null) return 'null';
    if (request.slot > 0) return request.verb.toString() + ' from ' + request.slot.toString();
    return request.verb.toString() + ' ' + request.timerId.toString() + ' ' + request.duration.toString();
  }
  export function decodeCompleted(): string {
    let response = CompletedTimersResponse.decode(taken);
    return response === null ? 'null' : response.timerMask.toString(16);
  }
  export function error(label: u32): i32 { return timerServiceErrorOf(label); }
`,
);

describe('requests to the timer service', () => {
  // By the order of the variants in CantripOS's `TimerServiceRequest`, numbers in four bytes.
  const vectors: readonly (readonly [string, readonly [number, number, number], number[]])[] = [
    ['CompletedTimers', [0, 0, 0], [0]],
    ['Oneshot', [1, 3, 1000], [1, 3, 0, 0, 0, 0xe8, 3, 0, 0]],
    ['Periodic', [2, 30, 100], [2, 30, 0, 0, 0, 100, 0, 0, 0]],
    ['Cancel', [3, 31, 0], [3, 31, 0, 0, 0]],
    ['Capscan', [4, 0, 0], [4]],
    ['Now', [5, 0, 0], [5]],
    ['ComponentUsage', [6, 0, 0], [6]],
  ];
  for (const [name, [verb, timer, duration], bytes] of vectors)
    it(`write and read ${name}`, () => {
      assert.deepEqual(bytesOf('request', verb, timer, duration), bytes);
      assert.equal(toldOf('decodeRequest', bytes), `${verb} ${timer} ${duration}`);
      assert.equal(toldOf('decodeRequest', [...bytes, 9, 9]), `${verb} ${timer} ${duration}`);
    });

  it('write and read CapscanPart', () => {
    assert.deepEqual(bytesOf('request', 7, 0, 0), [7, 9, 0, 0, 0]);
    assert.equal(toldOf('decodeRequest', [7, 9, 0, 0, 0]), '7 from 9');
  });

  it('hold the longest numbers', () => {
    const bytes = bytesOf('request', 1, -1, -1) ?? [];
    assert.equal(bytes.length, 9);
    assert.equal(toldOf('decodeRequest', bytes), '1 4294967295 4294967295');
  });

  it('are none when they end too soon, or ask what there is not', () => {
    for (const bytes of [[], [7], [8], [1], [1, 3], [1, 3, 0, 0, 0, 1, 0, 0], [3, 1, 0, 0], [0x80]])
      assert.equal(toldOf('decodeRequest', bytes), 'null');
  });

  it('are answered with the mask of the timers that completed', () => {
    assert.deepEqual(bytesOf('completed', 0x8000_0001 | 0), [1, 0, 0, 0x80]);
    assert.equal(toldOf('decodeCompleted', [1, 0, 0, 0x80]), '80000001');
    assert.equal(toldOf('decodeCompleted', [1, 0, 0]), 'null');
  });

  it('are answered with the time in two words', () => {
    assert.deepEqual(bytesOf('now', 2, 3), [2, 0, 0, 0, 3, 0, 0, 0]);
    assert.equal(toldOf('decodeNow', [2, 0, 0, 0, 3, 0, 0, 0]), '300000002');
    assert.equal(toldOf('decodeNow', [2, 0, 0, 0, 3, 0, 0]), 'null');
  });

  it('have an unknown error for a status that nobody gives', () => {
    assert.deepEqual(
      [0, 2, 5, 6, -1].map((label) => guest.call('error', label)),
      [0, 2, 5, 5, 5],
    );
  });

  it('are read without a trap, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        assert.match(toldOf('decodeRequest', [...bytes]), /^(?:null|[0-7] \d+ \d+|7 from \d+)$/);
      }),
    );
  });
});
