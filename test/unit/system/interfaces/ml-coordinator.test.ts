import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['ml-coordinator'],
  `
  import { CompletedJobsResponse, MlCoordRequest, MlOutput, mlCoordErrorOf } from '../interfaces/ml-coordinator';
  export function request(verb: i32): void { give(new MlCoordRequest(verb, 'mltest', 'conv', 250, 9).encode()); }
  export function longRequest(length: i32): void {
    give(new MlCoordRequest(1, 'b'.repeat(64), 'm'.repeat(length)).encode());
  }
  export function jobs(mask: u32): void { give(new CompletedJobsResponse(mask).encode()); }
  export function output(epc: u32): void {
    let output = new MlOutput();
    output.jobNumber = 7;
    output.returnCode = 2;
    output.hasEpc = epc != 0;
    output.epc = epc;
    output.data[0] = 42;
    output.data[63] = 43;
    give(output.encode());
  }
  export function decodeRequest(): string {
    let request = MlCoordRequest.decode(taken);
    return request === null ? 'null' : [request.verb.toString(), request.bundleId, request.modelId, (request.rate + request.slot).toString()].join(' ');
  }
  export function decodeJobs(): string {
    let response = CompletedJobsResponse.decode(taken);
    return response === null ? 'null' : response.jobMask.toString();
  }
  export function decodeOutput(): string {
    let output = MlOutput.decode(taken);
    if (output === null) return 'null';
    let parts: u32[] = [output.jobNumber, output.returnCode, output.hasEpc ? output.epc : 0, output.data[0], output.data[63]];
    return parts.join(' ');
  }
  export function error(label: u32): i32 { return mlCoordErrorOf(label); }
`,
);
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];
const names = [...text('mltest'), ...text('conv')];

describe('requests to the coordinator of models', () => {
  const vectors: readonly (readonly [string, number, readonly number[], string])[] = [
    ['CompletedJobs', 0, [0], '0   0'],
    ['Oneshot', 1, [1, ...names], '1 mltest conv 0'],
    ['Periodic', 2, [2, ...names, 250, 0, 0, 0], '2 mltest conv 250'],
    ['Cancel', 3, [3, ...names], '3 mltest conv 0'],
    ['GetOutput', 4, [4, ...names], '4 mltest conv 0'],
    ['DebugState', 5, [5], '5   0'],
    ['Capscan', 6, [6], '6   0'],
    ['ComponentUsage', 7, [7], '7   0'],
    ['CapscanPart', 8, [8, 9, 0, 0, 0], '8   9'],
  ];
  for (const [name, verb, bytes, told] of vectors)
    it(`write and read ${name}`, () => {
      assert.deepEqual(bytesOf('request', verb), bytes);
      assert.equal(toldOf('decodeRequest', bytes), told);
    });

  it('are none when they end too soon, or ask what there is not', () => {
    for (const bytes of [[], [1], [1, 3, 65], [1, ...text('b')], [2, ...names, 1, 0, 0], [8], [9]])
      assert.equal(toldOf('decodeRequest', bytes), 'null');
  });

  it('are not written when a name is too long', () => {
    assert.equal(bytesOf('longRequest', 64)?.length, 131);
    assert.equal(bytesOf('longRequest', 100), undefined);
  });

  it('are answered with the jobs that completed', () => {
    assert.deepEqual(bytesOf('jobs', 0x8000_0000 | 0), [0, 0, 0, 0x80]);
    assert.equal(toldOf('decodeJobs', [0, 0, 0, 0x80]), '2147483648');
    assert.equal(toldOf('decodeJobs', [0]), 'null');
  });

  it('are answered with what came of a run', () => {
    const data = [42, ...Array<number>(62).fill(0), 43];
    const head = [7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0];
    assert.deepEqual(bytesOf('output', 0), [...head, 0, ...data]);
    assert.deepEqual(bytesOf('output', 0x8000_0004 | 0), [...head, 1, 4, 0, 0, 0x80, ...data]);
    assert.equal(toldOf('decodeOutput', [...head, 0, ...data]), '7 2 0 42 43');
    assert.equal(toldOf('decodeOutput', [...head, 1, 4, 0, 0, 0, ...data]), '7 2 4 42 43');
    assert.equal(toldOf('decodeOutput', [...head, 0, ...data.slice(1)]), 'null');
    assert.equal(toldOf('decodeOutput', [...head, 2, ...data]), 'null');
  });

  it('have an unknown error for a status that nobody gives', () => {
    assert.deepEqual(
      [0, 9, 11, 12].map((label) => guest.call('error', label)),
      [0, 9, 11, 9],
    );
  });

  it('are read without a trap, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.uint8Array({ maxLength: 24 }), (verb, bytes) => {
        toldOf('decodeRequest', [verb, ...bytes]);
        toldOf('decodeOutput', [...bytes]);
      }),
    );
  });
});
