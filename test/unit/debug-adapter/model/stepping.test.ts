import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Goal } from '../../../../debug-adapter/model/goal.js';
import { Breakpoints, type Breakpoint } from '../../../../debug-adapter/model/breakpoints.js';
import { standpointOf } from '../../../../debug-adapter/model/standpoint.js';
import {
  nextLine,
  stepInstruction,
  stepIntoLine,
  stepOut,
} from '../../../../debug-adapter/model/stepping.js';
import { callFrames } from '../../../../runtime/inspect/call-frames.js';
import { readPc, threadsOf } from '../../../../runtime/inspect/thread-state.js';
import type { Platform } from '../../../../runtime/platform.js';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import { guestPlatform } from '../../../support/guest-platform.js';
import { tinyProgram } from '../../../support/tiny-program.js';
import { marks } from '../../../support/watched-program.js';
import { debug, half, place, write, written } from '../../../support/written-kernel.js';

/** Does what the run loop does, without slices and pauses; how many replaced calls are ahead at the end. */
function drive(platform: Platform, goal: Goal): number {
  let turn = goal.next();
  for (; turn.done !== true; turn = goal.next()) {
    const leg = turn.value;
    assert.notEqual(leg.kind, 'switch');
    if (leg.kind === 'one') platform.run(1);
    if (leg.kind !== 'until') continue;
    for (const stop of leg.stops) platform.machine.breakpoints.add(stop);
    assert.equal(platform.run(10_000).kind, 'breakpoint');
    platform.machine.breakpoints.clear();
  }
  return turn.value;
}

const satp = 0x180;
/** Of a thread that runs: where it goes on. */
const nextIp = 34 * 4;

/** A kernel that answers system calls by going on behind them, and a thread that makes one. */
function callingThread(): { readonly platform: Platform; readonly ecall: number } {
  const platform = written(
    debug,
    `
      la t0, handler
      csrrw x0, stvec, t0
      li t1, 0x40d000
      csrrw x0, sepc, t1
      sret
      handler:
      csrrs t2, sepc, x0
      addi t2, t2, 4
      csrrw x0, sepc, t2
      addi t3, t3, 1
      sret`,
  );
  const [hart] = platform.machine.harts;
  const table = (((hart?.readCsr(satp) ?? 0) & 0x3f_ffff) << 12) >>> 0;
  // The second megapage of user memory is that with the code, in the table of the kernel and of the thread.
  const userMegapage = ((0x8080_0000 >>> 12) << 10) | 0xdf;
  write(platform, table + 4, userMegapage);
  write(platform, place.root + 4, userMegapage);
  const code = tinyProgram('ecall\naddi a0, a0, 1\naddi a0, a0, 1');
  platform.machine.memory.copyIn(physAddr(0x8080_d000), code);
  // What the kernel saved of the thread long ago.
  write(platform, place.alice + half + nextIp, 0x1234);
  platform.machine.breakpoints.add(physAddr(0x8080_d000));
  assert.equal(platform.run(1000).kind, 'breakpoint');
  platform.machine.breakpoints.clear();
  return { platform, ecall: 0x40_d000 };
}

describe('a step over a system call of a kernel that executes on the hart', () => {
  it('ends behind the call, back in the thread, and not at what the kernel saved before', () => {
    const { platform, ecall } = callingThread();
    assert.equal(readPc(platform, place.alice), ecall);
    drive(platform, stepInstruction(platform, place.alice));
    assert.equal(readPc(platform, place.alice), ecall + 4);
    assert.equal(platform.machine.harts[0]?.privilege, 0);
    drive(platform, stepInstruction(platform, place.alice));
    assert.equal(readPc(platform, place.alice), ecall + 8);
  });
});

const nested = `
let log: i32[] = [];
function inner(value: i32): i32 {
  log.push(value);
  return value + log.length;
}
function middle(value: i32): i32 {
  const more = value * 3;
  return inner(more + 1) + 3;
}
export function run(start: i32): i32 {
  let sum = 0;
  for (let i = 0; i < start; i++) {
    sum += middle(i);
  }
  return sum;
}
`;

const everyFile = (): boolean => true;

/** At the first instruction of the body of `inner`, which replaced its call. */
function inReplacedCall(): { readonly platform: Platform; readonly thread: number } {
  const { platform, image } = guestPlatform(nested, { isOptimized: true });
  const caller = image.debug?.functions.find(({ inlined }) =>
    inlined.some(({ name }) => name === 'inner'),
  );
  const [range] = caller?.inlined.find(({ name }) => name === 'inner')?.ranges ?? [];
  const stop = caller && range && platform.imageToPhysical(virtAddr(caller.low + range.from));
  assert.ok(stop !== undefined);
  platform.machine.breakpoints.add(stop);
  assert.equal(platform.run(1_000_000).kind, 'breakpoint');
  platform.machine.breakpoints.clear();
  return { platform, thread: threadsOf(platform)[0] ?? 0 };
}

const namesOf = (platform: Platform, thread: number): unknown[] =>
  [...callFrames(platform, thread)].map(
    ({ inlined, found }) => inlined?.name ?? found?.function.name,
  );

describe('in a call that was replaced by the body of the function', () => {
  it('a step out ends in the function that called', () => {
    const { platform, thread } = inReplacedCall();
    let ahead = 0;
    const out = (): unknown => {
      const goal = stepOut(platform, thread, ahead, everyFile);
      assert.ok(goal !== undefined);
      ahead = drive(platform, goal);
      return namesOf(platform, thread)[ahead];
    };
    assert.deepEqual(namesOf(platform, thread).slice(0, 4), [
      ...['Array<i32>#push', 'inner', 'middle', 'run'],
    ]);
    assert.equal(out(), 'inner');
    assert.equal(out(), 'middle');
    assert.equal(out(), 'run');
  });

  it('a step over passes what is called, replaced or not', () => {
    const { platform, thread } = inReplacedCall();
    // Before `push`, whose code begins here.
    let ahead = 1;
    for (let count = 0; count < 3; count += 1) {
      ahead = drive(platform, nextLine(platform, thread, ahead, everyFile));
      const at = standpointOf(platform, thread, ahead).line?.line ?? 0;
      // Its own lines and those of its callers, none of the library behind them.
      assert.ok(at >= 4 && at <= 17, String(at));
      assert.ok(['inner', 'middle', 'run'].includes(String(namesOf(platform, thread)[ahead])));
    }
  });
});

const file = 'app/Main.ts';
const copies = `import { mark } from 'marks';
let total = 0;
function put(text: string): void {
  for (let at = 0; at < text.length; at++) total += text.charCodeAt(at);
  mark(total);
}
function log(text: string): void {
  put(text);
  mark(10);
}
function twice(text: string): void {
  log(text);
  log('b');
}
export function run(start: i32): i32 {
  log('');
  log('I am a program');
  mark(3);
  twice('a');
  log('Done');
  put('c');
  return total;
}
`;
const copiesLines = copies.split('\n');

/** An optimised program of which each line was replaced by the body of a function. */
function inCopies(...texts: readonly string[]): Copies {
  const { platform } = guestPlatform(copies, { isOptimized: true, generated: marks });
  const breakpoints = new Breakpoints();
  const made = breakpoints.set(
    `source /elsewhere/${file}`,
    texts.map((text) => ({
      location: {
        kind: 'source',
        path: `/elsewhere/${file}`,
        line: copiesLines.indexOf(`  ${text}`) + 1,
      },
    })),
  );
  breakpoints.apply(platform, '/elsewhere');
  const thread = threadsOf(platform)[0] ?? 0;
  const placeAt = (ahead: number): string => {
    const { function: of, calls, line } = standpointOf(platform, thread, ahead);
    const text = line?.file === file ? (copiesLines[line.line - 1] ?? '') : '?';
    return `${calls.at(-1)?.name ?? of?.name ?? '?'}: ${text.trim()}`;
  };
  const runToStop = (): { readonly ahead: number; readonly stops: readonly Breakpoint[] } => {
    assert.equal(platform.run(100_000).kind, 'breakpoint');
    const address = platform.imageToPhysical(readPc(platform, thread));
    assert.ok(address !== undefined);
    return breakpoints.visit(platform, thread, address);
  };
  return { platform, thread, made, placeAt, runToStop };
}

interface Copies {
  readonly platform: Platform;
  readonly thread: number;
  readonly made: readonly Breakpoint[];
  readonly placeAt: (ahead: number) => string;
  readonly runToStop: () => { readonly ahead: number; readonly stops: readonly Breakpoint[] };
}

describe('a line that is only a replaced call', () => {
  it('is stopped at by a breakpoint, before the call', () => {
    const texts = ["log('');", "log('I am a program');", "twice('a');", "log('Done');"];
    const { made, placeAt, runToStop } = inCopies(...texts);
    for (const [index, text] of texts.entries()) {
      assert.equal(made[index]?.line, copiesLines.indexOf(`  ${text}`) + 1);
      const { stops, ahead } = runToStop();
      assert.deepEqual(stops, [made[index]]);
      assert.equal(placeAt(ahead), `run: ${text}`);
    }
  });

  it('is one that steps over stop at', () => {
    const { platform, thread, placeAt, runToStop } = inCopies("log('');");
    let { ahead } = runToStop();
    platform.machine.breakpoints.clear();
    const places = [placeAt(ahead)];
    for (let count = 0; count < 6; count += 1) {
      ahead = drive(platform, nextLine(platform, thread, ahead, everyFile));
      places.push(placeAt(ahead));
    }
    assert.deepEqual(places, [
      "run: log('');",
      "run: log('I am a program');",
      'run: mark(3);',
      "run: twice('a');",
      "run: log('Done');",
      "run: put('c');",
      'run: return total;',
    ]);
  });

  it('is entered by a step without an instruction, and left by a step out', () => {
    const { platform, thread, placeAt, runToStop } = inCopies("twice('a');");
    let { ahead } = runToStop();
    platform.machine.breakpoints.clear();
    const { instructions } = platform.machine;
    const into = (): string => {
      ahead = drive(
        platform,
        stepIntoLine(platform, thread, ahead, (each) => each === file),
      );
      return placeAt(ahead);
    };
    assert.equal(into(), 'twice: log(text);');
    assert.equal(into(), 'log: put(text);');
    assert.equal(platform.machine.instructions, instructions);
    const out = (): string => {
      const goal = stepOut(platform, thread, ahead, everyFile);
      assert.ok(goal !== undefined);
      ahead = drive(platform, goal);
      return placeAt(ahead);
    };
    assert.equal(out(), "twice: log('b');");
    assert.equal(into(), 'log: put(text);');
    assert.equal(
      into(),
      'put: for (let at = 0; at < text.length; at++) total += text.charCodeAt(at);',
    );
    // Nothing of the line is left behind the call.
    assert.equal(out(), 'log: mark(10);');
    assert.equal(out(), "run: log('Done');");
  });
});

describe('a line of a function that was put into others', () => {
  it('is stopped at in each of its copies', () => {
    const { placeAt, runToStop } = inCopies('put(text);');
    for (let count = 0; count < 5; count += 1) {
      const { stops, ahead } = runToStop();
      assert.equal(stops.length, 1);
      assert.equal(placeAt(ahead), 'log: put(text);');
    }
  });

  it('and the line of a call that begins there are one stop, before the call', () => {
    const { placeAt, runToStop } = inCopies('put(text);', "log('Done');");
    for (let count = 0; count < 4; count += 1) assert.equal(runToStop().stops.length, 1);
    const { stops, ahead } = runToStop();
    assert.equal(stops.length, 2);
    assert.equal(placeAt(ahead), "run: log('Done');");
  });
});

describe('a breakpoint at a function', () => {
  it('stops in each call of it that was replaced', () => {
    const { platform, thread, placeAt } = inCopies();
    const breakpoints = new Breakpoints();
    const [made] = breakpoints.set('function', [{ location: { kind: 'function', name: 'log' } }]);
    breakpoints.apply(platform, '/elsewhere');
    assert.equal(made?.addresses.length, 5);
    for (let count = 0; count < 5; count += 1) {
      assert.equal(platform.run(100_000).kind, 'breakpoint');
      const address = platform.imageToPhysical(readPc(platform, thread));
      assert.ok(address !== undefined);
      const { stops, ahead } = breakpoints.visit(platform, thread, address);
      assert.deepEqual(stops, [made]);
      assert.equal(placeAt(ahead), 'log: put(text);');
    }
  });
});
