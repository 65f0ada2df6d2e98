import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf } = runEncoding(
  ['component-usage'],
  `
  import { Writer } from 'sel4/postcard';
  import { ComponentUsage, KindCount, ThreadUsage, readUsages } from '../interfaces/component-usage';
  export function usage(): void {
    let usage = new ComponentUsage('a');
    usage.program = 'p';
    usage.textBytes = 300; usage.dataBytes = 2; usage.zeroBytes = 3; usage.stackBytes = 4;
    usage.arenaBytes = 5; usage.arenaUsed = 6; usage.arenaPeak = 7; usage.freeSlots = 8;
    usage.kinds.push(new KindCount(0x4e, 2));
    usage.threads.push(new ThreadUsage('', 1000));
    usage.threads.push(new ThreadUsage('timer', 1));
    let bytes = new Uint8Array(64);
    let to = Writer.over(bytes);
    to.u8(1);
    usage.write(to);
    give(bytes.subarray(0, to.length));
  }
  export function told(): string {
    let usages = readUsages(taken);
    let text = usages.length.toString();
    for (let index = 0; index < usages.length; index++) {
      let each = usages[index];
      let numbers: u32[] = [
        each.textBytes, each.dataBytes, each.zeroBytes, each.stackBytes,
        each.arenaBytes, each.arenaUsed, each.arenaPeak, each.freeSlots,
      ];
      text += ' ' + each.name + ' of ' + each.program + ' ' + numbers.join(' ');
      for (let at = 0; at < each.kinds.length; at++)
        text += ' kind ' + each.kinds[at].kind.toString() + ': ' + each.kinds[at].count.toString();
      for (let at = 0; at < each.threads.length; at++)
        text += ' thread ' + each.threads[at].serves + ': ' + each.threads[at].used.toString();
    }
    return text;
  }
`,
);
const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];
const usage = [
  ...[...text('a'), ...text('p'), 0xac, 2, 2, 3, 4, 5, 6, 7, 8],
  ...[1, 0x4e, 2, 2, ...text(''), 0xe8, 7, ...text('timer'), 1],
];
const said = ' a of p 300 2 3 4 5 6 7 8 kind 78: 2 thread : 1000 thread timer: 1';

describe('what a component tells of itself', () => {
  it('is written and read, one component behind the other', () => {
    assert.deepEqual(bytesOf('usage'), [1, ...usage]);
    assert.equal(toldOf('told', [1, ...usage]), `1${said}`);
    assert.equal(toldOf('told', [2, ...usage, ...usage]), `2${said}${said}`);
    // A page that is shared is longer than what lies in it.
    assert.equal(toldOf('told', [1, ...usage, 0, 0]), `1${said}`);
  });

  it('is nothing where the bytes end too soon', () => {
    for (let length = 0; length <= usage.length; length += 1)
      assert.equal(toldOf('told', [1, ...usage].slice(0, length)), '0');
  });
});
