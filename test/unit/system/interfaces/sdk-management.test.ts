import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['sdk-management'],
  `
  import { AppEvent, EndpointResponse, SdkManagerRequest, encodeNoEvent, sdkManagerErrorOf } from '../interfaces/sdk-management';
  export function request(verb: i32): void { give(new SdkManagerRequest(verb, 'hello', 'thermometer', 9).encode()); }
  export function endpoint(badge: u32): void { give(new EndpointResponse(badge).encode()); }
  export function exited(code: u32): void { give(new AppEvent('panic', 5, 0, code).encode()); }
  export function faulted(label: u32): void { give(new AppEvent('suicide', 6, 1, label, 0x10074, 0xfff).encode()); }
  export function noEvent(): void { give(encodeNoEvent()); }
  export function decodeRequest(): string {
    let request = SdkManagerRequest.decode(taken);
    return request === null ? 'null' : [request.verb.toString(), request.appId, request.device, request.slot > 0 ? request.slot.toString() : ''].join(' ').trim();
  }
  export function decodeEvent(): string {
    let event = AppEvent.decode(taken);
    if (event === null) return 'null';
    let parts: u32[] = [event.badge, event.kind, event.code, event.ip, event.address];
    return event.appId + ' ' + parts.join(' ');
  }
  export function decodeEndpoint(): string {
    let response = EndpointResponse.decode(taken);
    return response === null ? 'null' : response.badge.toString();
  }
  export function error(label: u32): i32 { return sdkManagerErrorOf(label); }
`,
);
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];

describe('requests to the manager of the SDK runtime', () => {
  const vectors: readonly (readonly [string, number, readonly number[], string])[] = [
    ['GetEndpoint', 0, [0, ...text('hello')], '0 hello'],
    ['ReleaseEndpoint', 1, [1, ...text('hello')], '1 hello'],
    ['Capscan', 2, [2], '2'],
    ['NextEvent', 3, [3], '3'],
    ['GrantDevice', 4, [4, ...text('hello'), ...text('thermometer')], '4 hello thermometer'],
    ['GiveParameters', 5, [5, ...text('hello')], '5 hello'],
    ['ComponentUsage', 6, [6], '6'],
    ['CapscanPart', 7, [7, 9, 0, 0, 0], '7   9'],
  ];
  for (const [name, verb, bytes, told] of vectors)
    it(`write and read ${name}`, () => {
      assert.deepEqual(bytesOf('request', verb), bytes);
      assert.equal(toldOf('decodeRequest', bytes), told);
    });

  it('are none when they end too soon, or ask what there is not', () => {
    for (const bytes of [[], [0], [0, 2, 65], [1, 1, 0xff], [4, 1, 65], [5], [7], [8]])
      assert.equal(toldOf('decodeRequest', bytes), 'null');
  });

  it('are answered with the badge of the endpoint', () => {
    assert.deepEqual(bytesOf('endpoint', 0x123456), [0x56, 0x34, 0x12, 0]);
    assert.equal(toldOf('decodeEndpoint', [0x56, 0x34, 0x12, 0]), '1193046');
    assert.equal(toldOf('decodeEndpoint', [0x56]), 'null');
  });

  it('are answered with what became of an application', () => {
    const exited = [1, ...text('panic'), 5, 0, 0, 0, 0, 1, 0, 0, 0];
    assert.deepEqual(bytesOf('exited', 1), exited);
    assert.equal(toldOf('decodeEvent', exited), 'panic 5 0 1 0 0');
    const ip = [0x74, 0, 1, 0];
    const faulted = [1, ...text('suicide'), 6, 0, 0, 0, 1, 5, 0, 0, 0, ...ip, 0xff, 0x0f, 0, 0];
    assert.deepEqual(bytesOf('faulted', 5), faulted);
    assert.equal(toldOf('decodeEvent', faulted), 'suicide 6 1 5 65652 4095');
    assert.equal(toldOf('decodeEvent', bytesOf('noEvent') ?? [9]), 'null');
    assert.equal(toldOf('decodeEvent', faulted.slice(0, -1)), 'null');
  });

  it('have an unknown error for a status that nobody gives', () => {
    assert.deepEqual(
      [0, 3, 6, 7, 8].map((label) => guest.call('error', label)),
      [0, 3, 6, 7, 6],
    );
  });

  it('are read without a trap, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        toldOf('decodeRequest', [...bytes]);
        toldOf('decodeEvent', [1, ...bytes]);
      }),
    );
  });
});
