/**
 * What an optimised build shows of variables is what a debug build shows at the same line, or nothing: both are run
 * side by side to the same stops, and compared in every frame.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../../runtime/base/address.js';
import { callFrames, type CallFrame } from '../../../../../runtime/inspect/call-frames.js';
import { viewLocals } from '../../../../../runtime/inspect/locals.js';
import { readPc, spaceOf, threadsOf } from '../../../../../runtime/inspect/thread-state.js';
import { typedValue } from '../../../../../runtime/inspect/typed-value.js';
import { boards, createPlatform, type Platform } from '../../../../../runtime/platform.js';
import { assemble } from '../../../../../runtime/toolchain/assembly/assemble.js';
import { compileModule } from '../../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { link } from '../../../../../runtime/toolchain/linker/link.js';
import { compileGuest } from '../../../../support/guest-program.js';

const source = `
let title: string = 'list';
class Node {
  next: Node | null = null;
  constructor(public value: i32) {}
}
class List {
  first: Node | null = null;
  count: i32 = 0;
  add(value: i32, wide: i64): i64 {
    const node = new Node(value);
    node.next = this.first;
    this.first = node;
    this.count += 1;
    return wide + value;
  }
  find(value: i32, from: i32): i32 {
    let at = 0;
    let node = this.first;
    while (node !== null) {
      if (node.value == value && at >= from) return at;
      at += 1;
      node = node.next;
    }
    return -1;
  }
}
function deep(list: List, a: i32, b: i32, c: i32, d: i64, e: i32, f: i32, g: i64, h: i32): i64 {
  let sum: i64 = a + b * c;
  for (let i = 0; i < e; i++) {
    sum += list.add(i ^ f, g + i) + list.find(i + h, 0);
    sum = sum * 3 + d;
  }
  if (e > 1) sum += deep(list, b, a, c + 1, sum, e - 1, f, g - d, h + 1);
  return sum + list.count + e + f + h;
}
function count(down: i32, list: List): i32 {
  while (down > 0) {
    down -= 1;
    list.add(down, down);
  }
  return down + list.count;
}
export function run(start: i32): i64 {
  const list = new List();
  let sum = deep(list, 1, 2, start, 4, 5, 6, 7, 8);
  sum += deep(list, start, 3, 1, sum, 3, start + 4, 9, 1);
  title = title + '!';
  return sum + count(start, list) + count(2, list) + title.length;
}
`;

const start = `
    .globl _start
_start:
    la sp, top
    call __guest_start
    li a0, 5
    call run
end:
    j end
    .globl __guest_heap_start, __guest_heap_end
    .bss
    .balign 16
__guest_heap_start:
    .space 65536
__guest_heap_end:
    .space 4096
top:
`;

function boot(isOptimized: boolean, text = source): Platform {
  const { module, diagnostics } = compileGuest(text, { memoryBase: 0x10_0000, isOptimized });
  assert.deepEqual(diagnostics, []);
  assert.ok(module !== undefined);
  const assembled = assemble('start.S', { readText: () => start, readBytes: () => undefined });
  const { image } = link([assembled.object, compileModule(module).object], {
    textBase: virtAddr(0x1_0000),
  });
  const made = createPlatform(image, { board: boards[0]?.name ?? 'nexus', kernel: 'builtin' });
  assert.ok(made.ok);
  return made.value;
}

interface Seen {
  readonly function: string;
  /** Of the parameters. */
  readonly values: ReadonlyMap<string, string>;
}

const nowhere = '-';

/** The frames of the source, innermost first. */
function frames(platform: Platform): Seen[] {
  const [thread = 0] = threadsOf(platform);
  const space = spaceOf(platform, thread);
  return [...callFrames(platform, thread)].flatMap(({ inlined }, depth): Seen[] => {
    if (inlined !== undefined) return [];
    const view = viewLocals(platform, thread, depth);
    if (view?.function.place?.file !== 'app/Main.ts') return [];
    const reading = { platform, space, debug: view.debug };
    const values = view.variables
      .filter(({ isParameter }) => isParameter)
      .map(({ name, type, bytes }): [string, string] => {
        if (type === undefined || bytes === undefined) return [name, nowhere];
        const { text } = typedValue(reading, type, bytes, undefined);
        // Objects change while a function runs, and lie elsewhere in another build.
        return [name, text.startsWith('{') ? '{…}' : text];
      });
    return [{ function: view.function.name, values: new Map(values) }];
  });
}

/** Stops at the first instruction of a function of the source; its name. */
function runToEntry(platform: Platform): string | undefined {
  const entries = (platform.image.debug?.functions ?? []).filter(
    ({ place }) => place?.file === 'app/Main.ts',
  );
  const addresses = entries.map(({ low }) => platform.imageToPhysical(low));
  for (const address of addresses)
    if (address !== undefined) platform.machine.breakpoints.add(address);
  const stop = platform.run(2_000_000);
  for (const address of addresses)
    if (address !== undefined) platform.machine.breakpoints.delete(address);
  const [thread = 0] = threadsOf(platform);
  const pc = readPc(platform, thread);
  return stop.kind === 'breakpoint' ? entries.find(({ low }) => low === pc)?.name : undefined;
}

/** The arguments of each call, as soon as all of them can be seen. */
function callsOf(platform: Platform): Seen[] {
  const calls: Seen[] = [];
  for (let name = runToEntry(platform); name !== undefined; name = runToEntry(platform)) {
    let seen = frames(platform)[0];
    for (
      let count = 0;
      count < 300 && [...(seen?.values.values() ?? [])].includes(nowhere);
      count += 1
    ) {
      platform.run(1);
      seen = frames(platform)[0];
    }
    if (seen !== undefined) calls.push(seen);
    platform.run(1);
    if (calls.length > 100) break;
  }
  return calls;
}

describe('parameters in an optimised build', () => {
  it('have at their entry what the debug build has', () => {
    const optimized = callsOf(boot(true));
    const names = new Set(optimized.map((each) => each.function));
    assert.ok(names.has('run') && names.has('deep'), [...names].join());
    // Calls that were replaced by a body are not there.
    const debug = callsOf(boot(false)).filter((each) => names.has(each.function));
    for (const [index, { values }] of optimized.entries())
      for (const [name, value] of values)
        if (value !== nowhere) assert.equal(value, debug[index]?.values.get(name), name);
  });

  it('are at each instruction, and in callers, what they were at the entry, or nowhere', () => {
    const platform = boot(true);
    const open: Seen[] = [];
    let shown = 0;
    let asked = 0;
    assert.notEqual(runToEntry(platform), undefined);
    for (let count = 0; count < 1500; count += 1) {
      const now = frames(platform).reverse();
      if (now.length === 0) break;
      open.length = Math.min(open.length, now.length);
      for (const [index, { function: name, values }] of now.entries()) {
        const entered = open[index];
        if (entered?.function !== name) {
          open.splice(index, open.length, now[index] ?? { function: name, values });
          continue;
        }
        for (const [parameter, value] of values) {
          asked += 1;
          if (value === nowhere) continue;
          shown += 1;
          assert.equal(value, entered.values.get(parameter), `${name} ${parameter}`);
        }
      }
      platform.run(1);
    }
    assert.ok(asked > 1000 && shown > asked / 3, `${shown} of ${asked} are shown`);
  });
});

/** The replaced calls in which the code is, innermost first, with the lines that they stand at. */
function replacedCalls(platform: Platform): string[] {
  const [thread = 0] = threadsOf(platform);
  const [innermost, ...outer] = [...callFrames(platform, thread)];
  const own: CallFrame[] = innermost === undefined ? [] : [innermost];
  // Those of the frame that runs share its stack.
  for (const each of outer) if (each.frame === innermost?.frame) own.push(each);
  return own.map(({ inlined, found }) => {
    if (inlined === undefined) return found?.function.name ?? '?';
    const { file, line = 0 } = inlined.call ?? {};
    return `${inlined.name} @ ${file === 'app/Main.ts' ? (lines[line - 1] ?? '').trim() : '-'}`;
  });
}

const nested = `
let log: i32[] = [];
// @ts-ignore: decorator
@inline function twice(x: i32): i32 {
  return x * x + x;
}
function inner(value: i32): i32 {
  log.push(value);
  return twice(value + log.length);
}
function middle(value: i32): i32 {
  return inner(value + 1) + 3;
}
export function run(start: i32): i32 {
  let sum = 0;
  for (let i = 0; i < start; i++) {
    sum += middle(i);
  }
  return sum;
}
`;

const lines = nested.split('\n');

/** Every way in which code was in replaced calls. */
function waysOf(isOptimized: boolean): Set<string> {
  const platform = boot(isOptimized, nested);
  assert.notEqual(runToEntry(platform), undefined);
  const ways = new Set<string>();
  for (let count = 0; count < 1500; count += 1) {
    ways.add(replacedCalls(platform).join(' < '));
    platform.run(1);
  }
  return ways;
}

describe('calls that were replaced by the body of the function', () => {
  const ofTwice = 'twice @ return twice(value + log.length);';

  it('are frames of their own, called from the lines at which their calls stand', () => {
    const ways = waysOf(true);
    const inMiddle = 'inner @ return inner(value + 1) + 3; < middle @ sum += middle(i); < run';
    assert.ok(ways.has('run') && ways.has(inMiddle), [...ways].join('\n'));
    assert.ok(ways.has(`${ofTwice} < ${inMiddle}`), [...ways].join('\n'));
  });

  it('are so in a debug build, where the source asks for it', () => {
    const ways = waysOf(false);
    assert.ok(ways.has(`${ofTwice} < inner`), [...ways].join('\n'));
    assert.ok(ways.has('middle') && ways.has('run'));
  });

  it('show in a debug build what they were called with', () => {
    const platform = boot(false, nested);
    const [thread = 0] = threadsOf(platform);
    const shown = new Set<string>();
    for (let count = 0; count < 5000; count += 1) {
      if (replacedCalls(platform)[0] === ofTwice) {
        const view = viewLocals(platform, thread, 0);
        shown.add((view?.variables ?? []).map(({ name, bytes }) => `${name} ${bytes?.[0]}`).join());
      }
      platform.run(1);
    }
    // For the values 1 to 5, of a list that has as many elements.
    for (const each of ['x 2', 'x 4', 'x 6', 'x 8', 'x 10'])
      assert.ok(shown.has(each), [...shown].join());
  });

  it('leave the variables of a block of their caller to be seen', () => {
    const text = `
// @ts-ignore: decorator
@inline function twice(x: i32): i32 {
  return x * x + x;
}
export function run(start: i32): i32 {
  let sum = 0;
  for (let i = 0; i < start; i++) {
    const inBlock = i * 3;
    sum += twice(inBlock);
  }
  return sum;
}
`;
    const platform = boot(false, text);
    const [thread = 0] = threadsOf(platform);
    let seen = 0;
    for (let count = 0; count < 5000; count += 1) {
      const [innermost, caller] = [...callFrames(platform, thread)];
      if (innermost?.inlined?.name === 'twice' && caller?.frame === innermost.frame) {
        const names = viewLocals(platform, thread, 1)?.variables.map(({ name }) => name);
        assert.deepEqual(names, ['start', 'sum', 'i', 'inBlock']);
        seen += 1;
      }
      platform.run(1);
    }
    assert.ok(seen > 10, String(seen));
  });
});
