/** The kernel on the real machine: its page tables, its timer, and user code that misbehaves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KernelEvent } from '../../runtime/kernel/events.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';

interface Booted {
  readonly platform: Platform;
  readonly events: readonly KernelEvent[];
  readonly console: () => string;
}

function boot(source: string): Booted {
  const files = {
    readText: (path: string) => (path === 'task.S' ? source : undefined),
    readBytes: (path: string) => (path === 'task.S' ? new TextEncoder().encode(source) : undefined),
  };
  const built = build('task.S', files, { boards: [nexusBoard()] });
  assert.deepEqual(built.diagnostics, []);
  assert.ok(built.image);
  const made = createPlatform(built.image, { board: 'nexus', kernel: 'builtin' });
  assert.ok(made.ok, made.ok ? '' : made.error.message);
  const events: KernelEvent[] = [];
  made.value.onKernelEvent((event) => events.push(event));
  let text = '';
  made.value.onConsole((byte) => {
    text += String.fromCharCode(byte);
  });
  return { platform: made.value, events, console: () => text };
}

const invariantsHold = ({ machine }: Platform): void => {
  assert.deepEqual(checkInvariants(machine.memory, machine.board), []);
};

const print = (character: string): string => `li a0, '${character}'
  li a7, -12
  ecall
`;

describe('a root task on the machine', () => {
  it('finds the kernel’s message when it stores to an address that no page maps', () => {
    const { platform, events, console } = boot(`.globl _start
_start: ${print('A')} sw x0, 16(x0)
`);
    assert.equal(platform.run(10_000).kind, 'idle');
    assert.match(console(), /^AThread "rootserver" has no fault handler and stops\. VM fault/);
    const fault = events.find((event) => event.kind === 'fault');
    assert.ok(fault?.kind === 'fault' && fault.fault.address === 16 && !fault.handled);
    invariantsHold(platform);
  });

  it('reads the number of nodes in BootInfo through its page tables', () => {
    const { platform, console } = boot(`.globl _start
_start: lw t1, 8(a0)
  addi a0, t1, '0'
  li a7, -12
  ecall
  li a7, -14
  ecall
`);
    assert.equal(platform.run(10_000).kind, 'poweredOff');
    assert.match(console(), /^1/);
  });

  it('makes progress in a loop of refused invocations, interrupted by its budget', () => {
    const { platform, events } = boot(`.globl _start
_start: li s0, 0
1: addi s0, s0, 1
  li a0, 2
  li a1, 0xfffff000
  li a7, -1
  ecall
  j 1b
`);
    assert.equal(platform.run(60_000).kind, 'limit');
    const [hart] = platform.machine.harts;
    assert.ok((hart?.x[8] ?? 0) > 5000);
    assert.ok(events.filter((event) => event.kind === 'refused').length > 5000);
    invariantsHold(platform);
  });

  it('goes on from a snapshot in the middle of a system call loop exactly as without', () => {
    const { platform } = boot(`.globl _start
_start: li a0, 0
  li a7, -15
  ecall
  li a7, -11
  ecall
  j _start
`);
    const { machine } = platform;
    platform.run(5000);
    const middle = machine.save();
    platform.run(5000);
    const end = machine.save();
    machine.load(middle);
    platform.run(5000);
    assert.deepEqual(machine.save(), end);
  });
});
