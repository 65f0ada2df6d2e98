/**
 * GDB, where it is installed, shows of a guest program what our own debugger shows: places, arguments, locals, types,
 * callers.
 */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { virtAddr, type VirtAddr } from '../../../../runtime/base/address.js';
import type { SystemImage } from '../../../../runtime/image/system-image.js';
import { addressesOfLine } from '../../../../runtime/image/lookup.js';
import { callFrames } from '../../../../runtime/inspect/call-frames.js';
import { viewLocals } from '../../../../runtime/inspect/locals.js';
import { viewMemory } from '../../../../runtime/inspect/memory.js';
import {
  readPc,
  readRegister,
  spaceOf,
  threadsOf,
} from '../../../../runtime/inspect/thread-state.js';
import { typedValue } from '../../../../runtime/inspect/typed-value.js';
import { boards, createPlatform, type Platform } from '../../../../runtime/platform.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { writeExecutable } from '../../../../runtime/toolchain/elf/write-executable.js';
import { compileModule } from '../../../../runtime/toolchain/guest/riscv/compile-module.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import { askGdb, gdb } from '../../../support/gdb.js';
import { compileGuest } from '../../../support/guest-program.js';

const source = `
enum Colour { Red, Green = 5 }
let colour: Colour = Colour.Green;
let total: i64 = 10000000000;
let title: string = 'shelf';
class Counter {
  count: i32 = 1;
  wide: u64 = 5000000000;
  isOpen: bool = true;
  add(by: i32, label: string): i32 {
    const twice = by * 2;
    const fixed = 3;
    this.count += twice + fixed;
    return this.count; // here
  }
}
export function run(start: i32): i32 {
  const list: i32[] = [10, 20, start];
  const counter = new Counter();
  let sum: i64 = -5;
  for (let i = 0; i < 3; i++) sum += list[i];
  total += sum;
  return counter.add(list.length, title) + <i32>total + colour;
}
`;

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

/** Each variable is assigned to more than once, or only computed. */
const assigned = `
let log: i32 = 1;
function note(value: i32): i32 {
  log = log * 3 + value;
  for (let each = 0; each < 4; each++) log ^= each << value;
  return log;
}
function weigh(value: i32, by: i32): i32 {
  let weight = value * by;
  const wide: i64 = <i64>weight * weight;
  weight += note(by); // within
  log += <i32>(wide >> 3);
  return weight ^ note(weight);
}
export function run(start: i32): i32 {
  let sum = 0;
  let wider: i64 = start;
  for (let i = 0; i < start; i++) {
    const square = i * i;
    sum += note(square); // in the loop
    wider = wider * 3 + square;
    if (sum > 1000) sum -= square;
  }
  const half = sum / 2;
  sum = note(half); // after it
  return weigh(sum + half, half) + <i32>wider;
}
`;

/** Small functions, each called at several lines that have no other code. */
const copied = `
let total: i32 = 1;
function put(text: string): void {
  for (let at = 0; at < text.length; at++) total += text.charCodeAt(at);
}
export function other(): void {
  put('other');
}
function log(text: string): void {
  put(text);
  put('end');
}
function twice(text: string): void {
  log(text);
  log('b');
}
export function run(start: i32): i32 {
  log('');
  log('I am a program');
  twice('a');
  log('Done');
  put('c');
  return total;
}
`;

const start = `
    .globl _start
_start:
    la sp, top
    call __guest_start
    li a0, 30
    call run
    .globl __guest_heap_start, __guest_heap_end
    .bss
    .balign 16
__guest_heap_start:
    .space 65536
__guest_heap_end:
    .space 4096
top:
`;

interface Stopped {
  readonly platform: Platform;
  readonly elf: Uint8Array;
  readonly line: number;
}

let known: Stopped | undefined;
/** At the line with the comment; nobody lets it go on. */
const stopped = (): Stopped => (known ??= boot());

function boot(): Stopped {
  const line = source.split('\n').findIndex((each) => each.includes('// here')) + 1;
  return bootTo(source, { isOptimized: false }, line, (image) => {
    const row = image.lines.find((each) => each.file === 'app/Main.ts' && each.line === line);
    return row?.address;
  });
}

/** In the body of a function that replaced a call, in one that did so, too. */
function bootInlined(): Stopped {
  return bootTo(nested, { isOptimized: true }, 0, ({ debug }) => {
    const host = debug?.functions.find(({ inlined }) =>
      inlined.some(({ name }) => name === 'twice'),
    );
    const [range] = host?.inlined.find(({ name }) => name === 'twice')?.ranges ?? [];
    return host && range && virtAddr(host.low + range.from);
  });
}

function bootOptimized(mark: string): Stopped {
  const line = assigned.split('\n').findIndex((each) => each.includes(mark)) + 1;
  return bootTo(assigned, { isOptimized: true }, line, ({ lines }) => {
    const row = lines.find((each) => each.file === 'app/Main.ts' && each.line === line);
    return row?.address;
  });
}

function bootTo(
  text: string,
  options: { readonly isOptimized: boolean },
  line: number,
  addressIn: (image: SystemImage) => VirtAddr | undefined,
): Stopped {
  const { module, diagnostics } = compileGuest(text, { memoryBase: 0x10_0000, ...options });
  assert.deepEqual(diagnostics, []);
  assert.ok(module !== undefined);
  const assembled = assemble('start.S', { readText: () => start, readBytes: () => undefined });
  const {
    image,
    linked,
    diagnostics: problems,
  } = link([assembled.object, compileModule(module).object], { textBase: virtAddr(0x1_0000) });
  assert.deepEqual(problems, []);
  const made = createPlatform(image, { board: boards[0]?.name ?? 'nexus', kernel: 'builtin' });
  assert.ok(made.ok);
  const platform = made.value;
  const place = addressIn(image);
  const address = place && platform.imageToPhysical(place);
  assert.ok(address !== undefined);
  platform.machine.breakpoints.add(address);
  assert.equal(platform.run(1_000_000).kind, 'breakpoint');
  const elf = writeExecutable(linked, { compilationDirectory: '/project' });
  return { platform, elf, line };
}

async function ask({ platform, elf }: Stopped, commands: readonly string[]): Promise<string[]> {
  const [thread = 0] = threadsOf(platform);
  const space = spaceOf(platform, thread);
  const registers = Array.from({ length: 32 }, (_, number) =>
    readRegister(platform, thread, number),
  );
  return askGdb(
    gdb ?? '',
    {
      elf,
      registers: [...registers, readPc(platform, thread)],
      memory: (address, count) =>
        Uint8Array.from(viewMemory(platform, space, virtAddr(address), count).bytes),
    },
    commands,
  );
}

function isThere(test: TestContext): boolean {
  if (gdb === undefined)
    test.diagnostic('GDB for RISC-V is not installed: nothing was compared with it.');
  return gdb !== undefined;
}

describe('GDB on a guest program', () => {
  it('knows where it stands and who called it', async (test) => {
    if (!isThere(test)) return;
    const program = stopped();
    const [trace = '', at = ''] = await ask(program, ['bt', 'info line']);
    assert.match(
      trace,
      /#0 .*Counter#add \(this=.*, by=3, label=.*u"shelf"\) at .*app\/Main\.ts:14/,
    );
    assert.match(trace, /#1 .* run \(start=30\) at .*app\/Main\.ts:23/);
    assert.match(trace, /#2 .* _start/);
    assert.match(at, /Line 14 of ".*app\/Main\.ts" starts at/);
  });

  it('has frames for calls that were replaced by the body of the function, as we have', async (test) => {
    if (!isThere(test)) return;
    const program = bootInlined();
    const [thread = 0] = threadsOf(program.platform);
    const own = [...callFrames(program.platform, thread)].map(
      ({ inlined, found }) => inlined?.name ?? found?.function.name,
    );
    assert.deepEqual(own.slice(0, 4), ['twice', 'inner', 'middle', 'run']);
    const [trace = ''] = await ask(program, ['bt']);
    assert.match(trace, /#0 .*twice .*Main\.ts:5\n/);
    assert.match(trace, /#1 .*inner .*Main\.ts:9\n/);
    assert.match(trace, /#2 .*middle .*Main\.ts:12\n/);
    assert.match(trace, /#3 .*run .*Main\.ts:17/);
  });

  it('shows arguments and locals with their values, also of the caller', async (test) => {
    if (!isThere(test)) return;
    const [args = '', locals = '', , outer = ''] = await ask(stopped(), [
      'info args',
      'info locals',
      'up',
      'info locals',
    ]);
    assert.match(args, /^by = 3$/m);
    assert.match(args, /^label = .* u"shelf"$/m);
    assert.deepEqual(locals.split('\n').sort(), ['fixed = 3', 'twice = 6']);
    assert.match(outer, /^sum = 55$/m);
    assert.match(outer, /^counter = 0x/m);
  });

  it('follows references, and prints by types', async (test) => {
    if (!isThere(test)) return;
    const answers = await ask(stopped(), [
      'print *this',
      'print colour',
      'print total',
      'ptype this',
      'up',
      'print list->length',
      'print list->dataStart[2]',
      'whatis list',
      'print i',
    ]);
    assert.deepEqual(answers.slice(0, 3), [
      '$1 = {count = 10, wide = 5000000000, isOpen = true}',
      '$2 = Green',
      '$3 = 10000000055',
    ]);
    assert.match(
      answers[3] ?? '',
      /struct Counter \{\s+i32 count;\s+u64 wide;\s+bool isOpen;\s+\} \*/,
    );
    assert.deepEqual(answers.slice(5, 8), ['$4 = 3', '$5 = 30', 'type = Array<i32>']);
  });

  it('reads the variables of an optimised build, and of calls in it, as we do', async (test) => {
    if (!isThere(test)) return;
    let [shown, missing] = [0, 0];
    for (const mark of ['// in the loop', '// after it', '// within']) {
      const program = bootOptimized(mark);
      const [thread = 0] = threadsOf(program.platform);
      const depths = [...callFrames(program.platform, thread)].length;
      for (let depth = 0; depth < Math.min(depths, 3); depth += 1) {
        const view = viewLocals(program.platform, thread, depth);
        if (view === undefined) break;
        const reading = {
          platform: program.platform,
          space: spaceOf(program.platform, thread),
          debug: view.debug,
        };
        const names = view.variables.map(({ name }) => `print ${name}`);
        const answers = await ask(program, [`frame ${String(depth)}`, ...names]);
        view.variables.forEach(({ name, type, bytes }, index) => {
          const ours =
            type === undefined || bytes === undefined
              ? '<optimized out>'
              : typedValue(reading, type, bytes, undefined).text;
          if (bytes === undefined) missing += 1;
          else shown += 1;
          const theirs = (answers[index + 1] ?? '').split('\n')[0]?.replace(/^\$\d+ = /, '');
          assert.equal(theirs, ours, `${name} of frame ${String(depth)} ${mark}`);
        });
      }
    }
    assert.ok(shown > 8 && shown > missing, `${String(shown)} shown, ${String(missing)} not`);
  });

  it('sets breakpoints on lines', async (test) => {
    if (!isThere(test)) return;
    const [answer = ''] = await ask(stopped(), ['break Main.ts:13']);
    assert.match(answer, /Breakpoint 1 at 0x[0-9a-f]+: file .*app\/Main\.ts, line 13\./);
  });
});

describe('GDB on lines that are only replaced calls', () => {
  it('finds them where our breakpoints are, in each copy of a function', async (test) => {
    if (!isThere(test)) return;
    const program = bootTo(
      copied,
      { isOptimized: true },
      0,
      ({ symbols }) => symbols.find(({ name }) => name === 'run')?.address,
    );
    const { image } = program.platform;
    const isEntry = (address: number): boolean =>
      image.symbols.some(({ kind, address: entry }) => kind === 'function' && entry === address);
    const lines = copied
      .split('\n')
      .flatMap((text, index) => (/^ {2}(log|twice|put)\(/.test(text) ? [index + 1] : []));
    assert.equal(lines.length, 10);
    let [one, several] = [0, 0];
    for (const line of lines) {
      const [, answer = ''] = await ask(program, [`break Main.ts:${line}`, 'info breakpoints']);
      const theirs = [...answer.matchAll(/0x[0-9a-f]{8}/g)].map(([address]) => Number(address));
      const ours = addressesOfLine(image, (file) => file === 'app/Main.ts', line);
      assert.equal(ours?.line, line);
      // Where a function begins, GDB goes on to what it takes for the second line.
      if (ours.addresses.some(isEntry)) continue;
      assert.deepEqual(theirs.sort(), [...ours.addresses].sort(), `line ${line}: ${answer}`);
      if (theirs.length > 1) several += 1;
      else one += 1;
    }
    assert.ok(one >= 5 && several >= 1, `${one} and ${several}`);
  });
});

describe('our debugger on the same program', () => {
  it('shows the same', () => {
    const { platform } = stopped();
    const [thread = 0] = threadsOf(platform);
    const locals = viewLocals(platform, thread, 0);
    assert.ok(locals !== undefined);
    const reading = { platform, space: spaceOf(platform, thread), debug: locals.debug };
    const shown = locals.variables.map(({ name, type, bytes, at }) => {
      const address = at?.kind === 'memory' ? at.address : undefined;
      return type === undefined || bytes === undefined
        ? [name]
        : [name, typedValue(reading, type, bytes, address).text];
    });
    assert.deepEqual(shown, [
      ['this', '{count: 10, wide: 5000000000, isOpen: true}'],
      ['by', '3'],
      ['label', '"shelf"'],
      ['twice', '6'],
      ['fixed', '3'],
    ]);
  });
});
