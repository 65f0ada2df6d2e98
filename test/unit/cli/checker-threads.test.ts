/** The threads of an editor's checks, with checks that end when the test says so, and turns that pass when it does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkerThreads } from '../../../runtime/cli/checker-threads.js';
import { newCancellation, type Cancellation } from '../../../runtime/toolchain/drive-build.js';
import type { CheckedGuest } from '../../../runtime/toolchain/guest/check-port.js';
import { filesInMemory } from '../../support/files-in-memory.js';

const options = {
  memoryBase: 0x1_0000,
  isOptimized: false,
  hasFloatingPoint: false,
  allocationAfterInit: 'allowed',
} as const;

const good: CheckedGuest = {
  exports: [],
  unsafeLines: new Map(),
  diagnostics: [],
  files: [],
};

/** Lets everything happen that waits for nothing else. */
const settled = async (): Promise<void> => {
  for (let count = 0; count < 20; count += 1) await Promise.resolve();
};

function desk(most = 3) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const turns = new Set<() => void>();
  let threads = 0;
  const checkers = checkerThreads(
    () => {
      threads += 1;
      return {
        check: (unit, _files, cancellation) =>
          new Promise((answer) => {
            const name = unit.entries[0] ?? '';
            log.push(`begins ${name}`);
            ends.set(name, () => answer(good));
            void cancellation?.cancelled.then(() => {
              log.push(`ends ${name}`);
              answer(undefined);
            });
          }),
        close: () => {
          threads -= 1;
          return Promise.resolve();
        },
      };
    },
    {
      most,
      everyTurn: (_milliseconds, passed) => {
        turns.add(passed);
        return { stop: () => turns.delete(passed) };
      },
    },
  );
  return {
    threads: () => threads,
    check: (name: string, cancellation?: Cancellation): void => {
      const asked = checkers.check({ entries: [name], options }, filesInMemory({}), cancellation);
      void asked.then((checked) => {
        const [problem = { code: 'good' }] = checked?.diagnostics ?? [{ code: 'no answer' }];
        log.push(`${name}: ${problem.code}`);
      });
    },
    end: (name: string) => ends.get(name)?.(),
    turn: async (): Promise<void> => {
      for (const passed of [...turns]) passed();
      await settled();
    },
    /** What happened since it was asked last. */
    happened: async (): Promise<string[]> => {
      await settled();
      return log.splice(0);
    },
  };
}

describe('the threads of checks', () => {
  it('are one where nothing hangs, and one more for each check that goes on, up to a few', async () => {
    const { check, end, happened, threads } = desk();
    check('a');
    end('a');
    assert.deepEqual(await happened(), ['begins a', 'a: good']);
    for (const name of ['b', 'c', 'd', 'e']) check(name);
    assert.deepEqual(await happened(), ['begins b', 'begins c', 'begins d']);
    assert.equal(threads(), 3);
    end('c');
    assert.deepEqual(await happened(), ['begins e', 'c: good']);
    for (const name of ['b', 'd', 'e']) end(name);
    await happened();
    assert.equal(threads(), 1);
  });

  it('have room for a check after one turn, however many hang', async () => {
    const { check, end, happened, turn } = desk();
    for (const name of ['h', 'i', 'j']) check(name);
    await happened();
    check('a');
    assert.deepEqual(await happened(), []);
    await turn();
    assert.deepEqual(await happened(), ['ends h', 'begins a']);
    end('a');
    // The one that gave way is begun again.
    assert.deepEqual(await happened(), ['begins h', 'a: good']);
    check('b');
    // The others have had their turn already.
    assert.deepEqual(await happened(), ['ends i', 'begins b']);
  });

  it('take all that have not run before one that has, and that for twice as long', async () => {
    const { check, happened, turn } = desk(1);
    for (const name of ['h', 'i', 'j']) check(name);
    await happened();
    await turn();
    await turn();
    assert.deepEqual(await happened(), ['ends h', 'begins i', 'ends i', 'begins j']);
    await turn();
    assert.deepEqual(await happened(), []);
    await turn();
    assert.deepEqual(await happened(), ['ends j', 'begins h']);
  });

  it('tell of a check that gave way again and again that it takes too long', async () => {
    const { check, happened, turn } = desk(1);
    check('h');
    check('i');
    for (let count = 0; count < 40; count += 1) await turn();
    const told = (await happened()).filter((line) => !/^(begins|ends)/.test(line));
    assert.deepEqual(told.slice(0, 1), ['h: compiler-timeout']);
  });

  it('let one go that is cancelled, waiting or not, and begin it no more', async () => {
    const { check, happened, turn } = desk(1);
    const [first, second] = [newCancellation(), newCancellation()];
    check('h', first);
    check('i', second);
    check('j');
    await happened();
    second.cancel();
    assert.deepEqual(await happened(), ['i: no answer']);
    first.cancel();
    assert.deepEqual(await happened(), ['ends h', 'begins j', 'h: no answer']);
    await turn();
    assert.deepEqual(await happened(), []);
  });
});
