/**
 * Checks for an editor, each of which may take long, or never end. As a rule one thread makes them all, one after the
 * other. One that is asked for while another goes on gets a thread of its own, up to a few, which ends when it has no
 * more to do: each takes as much memory as the first.
 *
 * With all threads busy, one that has not run yet takes the place of one that has had a turn. That one is begun again
 * behind the others, for twice as long: so none waits longer than a turn for each round of those before it, however many
 * hang, and one that only takes long comes to its end.
 */
import type { Cancellation } from '../toolchain/drive-build.js';
import { newCancellation } from '../toolchain/drive-build.js';
import type { GuestUnit } from '../toolchain/guest/compile-unit.js';
import type { CheckedGuest, GuestChecker } from '../toolchain/guest/check-port.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import { tookTooLong, type CompilerThread } from './compiler-thread.js';

export interface CheckerOptions {
  readonly most?: number;
  readonly turnMilliseconds?: number;
  /** Calls after each turn until it is stopped. */
  readonly everyTurn?: (milliseconds: number, passed: () => void) => { readonly stop: () => void };
}

const defaultMost = 3;
const defaultTurnMilliseconds = 10_000;
/** One that gave way so often is taken for one that hangs. */
const mostBeginnings = 4;

interface Check {
  readonly unit: GuestUnit;
  readonly files: SourceFiles;
  readonly cancellation: Cancellation | undefined;
  readonly answer: (checked: CheckedGuest | undefined) => void;
  /** How often it gave way, and after how many turns altogether. */
  beginnings: number;
  turns: number;
}

interface Running {
  readonly check: Check;
  /** Ends it. */
  readonly giveWay: () => void;
  turns: number;
  isLeaving: boolean;
}

type Thread = Pick<CompilerThread, 'check' | 'close'>;

export function checkerThreads(
  newThread: () => Thread,
  {
    most = defaultMost,
    turnMilliseconds = defaultTurnMilliseconds,
    everyTurn = everyTurnOfTime,
  }: CheckerOptions = {},
): GuestChecker & Pick<CompilerThread, 'close'> {
  const threads = new Set<Thread>();
  let idle: Thread[] = [];
  let running: Running[] = [];
  let waiting: Check[] = [];

  const begin = (check: Check): void => {
    const thread = idle.pop() ?? newThread();
    threads.add(thread);
    const ending = newCancellation();
    const entry: Running = {
      check,
      turns: 0,
      isLeaving: false,
      giveWay: () => {
        entry.isLeaving = true;
        ending.cancel();
      },
    };
    running.push(entry);
    void check.cancellation?.cancelled.then(() => ending.cancel());
    const timer = everyTurn(turnMilliseconds, () => {
      entry.turns += 1;
      next();
    });
    void thread.check(check.unit, check.files, ending).then((checked) => {
      timer.stop();
      running = running.filter((each) => each !== entry);
      if (waiting.length === 0 && running.length + idle.length > 0) {
        threads.delete(thread);
        void thread.close();
      } else idle.push(thread);
      settle(entry, checked);
      next();
    });
  };

  const settle = (
    { check, isLeaving, turns }: Running,
    checked: CheckedGuest | undefined,
  ): void => {
    if (checked !== undefined || !isLeaving || check.cancellation?.isCancelled === true) {
      check.answer(checked);
      return;
    }
    check.beginnings += 1;
    check.turns += turns;
    if (check.beginnings < mostBeginnings) wait(check);
    else check.answer(tookTooLong(check.unit, check.turns * turnMilliseconds));
  };

  /** Behind those that gave way as seldom. */
  const wait = (check: Check): void => {
    const at = waiting.findIndex(({ beginnings }) => beginnings > check.beginnings);
    waiting.splice(at < 0 ? waiting.length : at, 0, check);
  };

  const next = (): void => {
    while (running.length < most) {
      const check = waiting.shift();
      if (check === undefined) return;
      begin(check);
    }
    const leaving = running.filter(({ isLeaving }) => isLeaving).length;
    for (const { beginnings } of waiting.slice(leaving)) {
      const [longest] = running
        .filter(({ isLeaving }) => !isLeaving)
        .sort((a, b) => b.turns - a.turns);
      if (longest === undefined || longest.turns < 2 ** beginnings) return;
      longest.giveWay();
    }
  };

  return {
    check: (unit, files, cancellation) =>
      new Promise((answer) => {
        const check = { unit, files, cancellation, answer, beginnings: 0, turns: 0 };
        void cancellation?.cancelled.then(() => {
          if (!waiting.includes(check)) return;
          waiting = waiting.filter((each) => each !== check);
          answer(undefined);
        });
        wait(check);
        next();
      }),
    close: async () => {
      waiting = [];
      idle = [];
      await Promise.all([...threads].map((thread) => thread.close()));
    },
  };
}

function everyTurnOfTime(milliseconds: number, passed: () => void): { readonly stop: () => void } {
  const timer = setInterval(passed, milliseconds);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
