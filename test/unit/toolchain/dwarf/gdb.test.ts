/**
 * GDB, where it is installed, shows of a guest program what our own debugger shows: places, arguments, locals, types,
 * callers.
 */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
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
  const { module, diagnostics } = compileGuest(source, { memoryBase: 0x10_0000 });
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
  const line = source.split('\n').findIndex((each) => each.includes('// here')) + 1;
  const row = image.lines.find((each) => each.file === 'app/Main.ts' && each.line === line);
  const address = row && platform.imageToPhysical(row.address);
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

  it('sets breakpoints on lines', async (test) => {
    if (!isThere(test)) return;
    const [answer = ''] = await ask(stopped(), ['break Main.ts:13']);
    assert.match(answer, /Breakpoint 1 at 0x[0-9a-f]+: file .*app\/Main\.ts, line 13\./);
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
