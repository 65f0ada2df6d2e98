import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['uart'],
  `
  import { CountResponse, ReadRequest, ReadVerb, WriteRequest, uartDriverErrorOf } from '../interfaces/uart';
  export function read(limit: u32): void { give(new ReadRequest(limit).encode()); }
  export function tryRead(limit: u32): void { give(new ReadRequest(limit, ReadVerb.TryRead).encode()); }
  export function write(verb: i32, available: u32): void { give(new WriteRequest(verb, available).encode()); }
  export function count(count: u32): void { give(new CountResponse(count).encode()); }
  export function decodeRead(): string {
    let request = ReadRequest.decode(taken);
    return request === null ? 'null' : request.verb.toString() + ' ' + request.limit.toString();
  }
  export function decodeWrite(): string {
    let request = WriteRequest.decode(taken);
    return request === null ? 'null' : request.verb.toString() + ' ' + request.available.toString();
  }
  export function decodeCount(): string {
    let response = CountResponse.decode(taken);
    return response === null ? 'null' : response.count.toString();
  }
  export function error(label: u32): i32 { return uartDriverErrorOf(label); }
`,
);

describe('requests to the UART driver', () => {
  it('read up to so many characters', () => {
    assert.deepEqual(bytesOf('read', 4096), [0, 0, 0x10, 0, 0, 0, 0, 0, 0]);
    assert.equal(toldOf('decodeRead', [0, 0, 0x10, 0, 0, 0, 0, 0, 0]), '0 4096');
    for (const bytes of [[], [0], [3, 4, 0, 0, 0, 0, 0, 0, 0], [0, 4, 0, 0, 0, 1, 0, 0, 0]])
      assert.equal(toldOf('decodeRead', bytes), 'null');
  });

  it('read what there is without waiting', () => {
    assert.deepEqual(bytesOf('tryRead', 64), [1, 64, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(toldOf('decodeRead', [1, 64, 0, 0, 0, 0, 0, 0, 0]), '1 64');
  });

  it('write, and wait until all is written', () => {
    assert.deepEqual(bytesOf('write', 0, 12), [0, 12, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(bytesOf('write', 1, 0), [1]);
    assert.equal(toldOf('decodeWrite', [0, 12, 0, 0, 0, 0, 0, 0, 0]), '0 12');
    assert.equal(toldOf('decodeWrite', [1]), '1 0');
    for (const bytes of [[], [0], [2], [0, 1, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff]])
      assert.equal(toldOf('decodeWrite', bytes), 'null');
  });

  it('are answered with the number of characters', () => {
    assert.deepEqual(bytesOf('count', 300), [0x2c, 1, 0, 0, 0, 0, 0, 0]);
    assert.equal(toldOf('decodeCount', [0x2c, 1, 0, 0, 0, 0, 0, 0]), '300');
    assert.equal(toldOf('decodeCount', []), 'null');
  });

  it('have an unknown error for a status that nobody gives', () => {
    assert.deepEqual(
      [0, 3, 7, 8].map((label) => guest.call('error', label)),
      [0, 3, 7, 4],
    );
  });
});
