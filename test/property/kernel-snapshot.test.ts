/**
 * The snapshot in the middle of any sequence, restored in another machine, continues identically: two threads
 * make system calls of many kinds, right and wrong; the machine stops anywhere, also where the kernel has
 * stopped in the middle of a revocation; all state is compared, not results.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initialSlot } from '../../runtime/abi/boot-info.js';
import { labelNumber, labelTable, type LabelName } from '../../runtime/abi/labels.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import {
  readCapability,
  tag,
  tagOf,
  untypedIsDevice,
  untypedSizeBits,
} from '../../runtime/kernel/capabilities/capability.js';
import { lookupSlot } from '../../runtime/kernel/capabilities/lookup.js';
import { readOnlyState } from '../../runtime/kernel/read-only-state.js';
import type { Snapshot } from '../../runtime/machine/machine.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { platformOf } from '../support/assembled-platform.js';
import { Random } from '../support/random.js';
import { firstSeed } from '../support/first-seed.js';

const options = { board: 'nexus', kernel: 'builtin' } as const;
const seed = firstSeed(5);
const labels = labelTable(16);

/** Offsets in the IPC buffer: message words, and the addresses of companions. */
const wordAt = (index: number): number => 4 + 4 * index;
const capAt = (index: number): number => 488 + 4 * index;

/** Assembly that invokes an object by Call, whatever comes of it; s0 points to the IPC buffer. */
function invoke(
  object: number,
  label: LabelName | number,
  words: readonly (number | string)[] = [],
  caps: readonly number[] = [],
): string {
  const number = typeof label === 'number' ? label : (labelNumber(labels, label) ?? 0);
  const info = messageInfo(number, 0, caps.length, words.length);
  const load = (register: string, word: number | string): string =>
    typeof word === 'number' ? `li ${register}, ${String(word | 0)}` : `la ${register}, ${word}`;
  return [
    ...caps.map((cap, index) => `li t0, ${String(cap)}\nsw t0, ${String(capAt(index))}(s0)`),
    ...words.map((word, index) =>
      index < 4
        ? load(`a${String(2 + index)}`, word)
        : `${load('t0', word)}\nsw t0, ${String(wordAt(index))}(s0)`,
    ),
    `li a0, ${String(object)}`,
    `li a1, ${String(info)}`,
    'li a7, -1',
    'ecall',
    '',
  ].join('\n');
}

const syscall = (number: number, a0: number, a6: number): string =>
  `li a0, ${String(a0)}\nli a1, 2\nli a6, ${String(a6)}\nli t0, ${String(a0)}\nli a7, ${String(number)}\necall\n`;

const slot = {
  arena: 500,
  thread: 501,
  buffer: 502,
  sc: 503,
  e: 504,
  n: 505,
  reply: 506,
  cnode: 507,
  e2: 508,
};
const { cnode } = initialSlot;
const play = { first: 600, count: 24 };

/** Answers whoever called or faulted, if somebody did: that thread goes on at its beginning. */
const answer = `li a0, ${String(slot.reply)}
li a1, 1
la a2, other
li a7, -6
ecall
`;

const make = (from: number, type: number, bits: number, to: number, count = 1): string =>
  invoke(from, 'UntypedRetype', [type, bits, 0, 0, to, count], [cnode]);

/** The root task; the slots of its untyped and its scheduling control depend on the board. */
function program(untyped: number, schedControl: number): string {
  // A program that does not stop itself early; where the machine is stopped depends on the seed.
  const random = new Random(5);
  const anySlot = (): number =>
    random.below(3) === 0
      ? random.oneOf([...Object.values(slot), 1, 2, 3, 4, 5, 6, 11, schedControl])
      : play.first + random.below(play.count);
  const anyWord = (): number => random.oneOf([anySlot(), anySlot(), 0, 1, 2, 7, 32, 32, 0x40_0000]);
  const anything = Array.from({ length: 220 }, () => {
    switch (random.below(4)) {
      case 0: {
        // Polling only: one that waits for ever, or receives from what it cannot, would end the program.
        const polled = random.oneOf([slot.e, slot.n]);
        return random.below(2) === 0
          ? syscall(-6, anySlot(), slot.reply)
          : syscall(random.oneOf([-8, -8, -10, -11]), polled, slot.reply) + answer;
      }
      case 1:
        return invoke(
          cnode,
          random.oneOf(['CNodeCopy', 'CNodeMint', 'CNodeMove', 'CNodeDelete'] as const),
          [play.first + random.below(play.count), 32, anySlot(), 32, 15, random.below(3)],
          [cnode],
        );
      case 2:
        return make(
          slot.arena,
          random.below(8),
          random.oneOf([4, 7, 8]),
          play.first + random.below(play.count),
        );
      default: {
        const label = 1 + random.below(46);
        const words = Array.from({ length: random.below(7) }, anyWord);
        // Suspending or binding oneself away ends the program, too.
        return label >= 5 && label <= 14
          ? ''
          : invoke(play.first + random.below(play.count), label, words, [cnode, anySlot()]);
      }
    }
  });
  const copies = Array.from({ length: 260 }, (_, index) =>
    invoke(slot.cnode, 'CNodeMint', [index, 9, slot.e2, 32, 15, index], [cnode]),
  );
  return `.globl _start
_start: lw s0, 16(a0)
${make(untyped, 0, 16, slot.arena)}
${make(untyped, 1, 0, slot.thread)}
${make(untyped, 7, 0, slot.buffer)}
${make(untyped, 5, 8, slot.sc)}
${make(untyped, 2, 0, slot.e)}
${make(untyped, 3, 0, slot.n)}
${make(untyped, 6, 0, slot.reply)}
${invoke(slot.thread, 'TCBConfigure', [0, 0, 0], [cnode, initialSlot.vspace, slot.buffer])}
${invoke(schedControl, 'SchedControlConfigureFlags', [300, 0, 900, 0, 0, 0, 0], [slot.sc])}
${invoke(slot.thread, 'TCBSetSchedParams', [255, 255], [initialSlot.tcb, slot.sc, slot.e])}
${invoke(slot.thread, 'TCBWriteRegisters', [1, 1, 'other'])}
again:
${anything.join('\n')}
${make(slot.arena, 4, 9, slot.cnode)}
${make(slot.arena, 2, 0, slot.e2)}
${copies.join('\n')}
${invoke(cnode, 'CNodeRevoke', [slot.e2, 32])}
${invoke(cnode, 'CNodeDelete', [slot.cnode, 32])}
${make(slot.arena, 7, 0, play.first, 12)}
${invoke(cnode, 'CNodeRevoke', [slot.arena, 32])}
  j again
other:
${syscall(-6, slot.n, 0)}
${syscall(-6, slot.e, 0)}
${syscall(-8, slot.e, slot.reply)}
${syscall(-77, 1, 1)}
  addi s1, s1, 1
  j other
`;
}

function boot(): Platform {
  // The kernel hands out slots by the size of the image: a first one of the same size tells which.
  const { machine } = platformOf(program(50, 50), options);
  const k = readOnlyState(machine.memory, machine.board);
  let untyped = 0;
  let schedControl = 0;
  let bits = 0;
  for (let index = 16; index < 300; index += 1) {
    const { w0, w1 } = readCapability(k, lookupSlot(k, k.currentThread, index));
    if (tagOf(w0) === tag.schedControl) schedControl = index;
    if (tagOf(w0) !== tag.untyped || untypedIsDevice(w1) || untypedSizeBits(w1) <= bits) continue;
    untyped = index;
    bits = untypedSizeBits(w1);
  }
  return platformOf(program(untyped, schedControl), options);
}

function assertSame(one: Snapshot, other: Snapshot, what: string): void {
  assert.deepEqual(other.devices, one.devices, what);
  assert.equal(Buffer.compare(Buffer.from(one.memory), Buffer.from(other.memory)), 0, what);
}

/** Another machine with the same program, which has run a little itself. */
function another(platform: Platform): Platform {
  const made = createPlatform(platform.image, platform.options);
  assert.ok(made.ok);
  made.value.run(777);
  return made.value;
}

function assertContinues(platform: Platform, instructions: number, what: string): void {
  const snapshot = platform.machine.save();
  const other = another(platform);
  other.machine.load(snapshot);
  assertSame(other.machine.save(), snapshot, `${what}: restored`);
  platform.run(instructions);
  other.run(instructions);
  assertSame(
    other.machine.save(),
    platform.machine.save(),
    `${what}: ${String(instructions)} later`,
  );
}

describe('a snapshot of the machine', () => {
  it('continues identically in another machine, wherever it was taken', () => {
    const random = new Random(seed);
    const platform = boot();
    for (let stop = 0; stop < 12; stop += 1) {
      platform.run(1 + random.below(6000));
      const what = `seed ${String(seed)}, stop ${String(stop)}`;
      assertContinues(platform, 1 + random.below(6000), what);
      assert.deepEqual(checkInvariants(platform.machine.memory, platform.machine.board), [], what);
    }
  });

  for (const { what, invocation, times } of [
    { what: 'a revocation', invocation: 'CNodeRevoke', times: 4 },
    { what: 'a deletion', invocation: 'CNodeDelete', times: 2 },
    { what: 'the clearing of memory', invocation: 'UntypedRetype', times: 2 },
  ]) {
    it(`continues identically where the kernel has stopped in the middle of ${what}`, () => {
      const platform = boot();
      const { machine } = platform;
      const found = { last: '', at: -1, isWanted: true };
      const listening = platform.onKernelTrace((event) => {
        if (event.kind !== 'invoked' || !found.isWanted) return;
        const pc = machine.harts[0]?.pc ?? 0;
        // It has started over at the same instruction: nothing else was invoked in between.
        const now = `${event.invocation} ${String(event.address)} ${String(event.thread)} ${String(pc)}`;
        const startsOver = now === found.last && event.invocation === invocation;
        found.last = now;
        if (!startsOver) return;
        found.at = pc;
        found.isWanted = false;
        machine.requestStop();
      });
      for (let stop = 0; stop < times; stop += 1) {
        // A stop may come just when the work is done: then the next preemption is waited for.
        for (let slice = 0; slice < 100; slice += 1) {
          found.isWanted = true;
          found.at = -1;
          platform.run(5000);
          if (machine.harts[0]?.pc === found.at) break;
        }
        found.isWanted = false;
        assert.equal(machine.harts[0]?.pc, found.at, `no ${invocation} was to start over again`);
        assert.deepEqual(checkInvariants(machine.memory, machine.board), []);
        assertContinues(platform, 9000, `preempted ${invocation} ${String(stop)}`);
      }
      listening.dispose();
    });
  }
});
