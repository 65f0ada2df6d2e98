import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, virtAddr } from '../../../runtime/base/address.js';
import type { Board } from '../../../runtime/machine/boards/board.js';
import { nexusBoard } from '../../../runtime/machine/boards/nexus.js';
import { virtBoard } from '../../../runtime/machine/boards/virt.js';
import { createMachine } from '../../../runtime/machine/create-machine.js';
import type { Machine, MachineStop } from '../../../runtime/machine/machine.js';
import { tinyProgram } from '../../support/tiny-program.js';

const kibibyte = 1024;
const manySteps = 1_000_000;

interface Powered {
  readonly machine: Machine;
  readonly console: () => string;
  readonly run: (steps?: number) => MachineStop;
}

/** The program runs bare, in M-mode, from the start of RAM. */
function powered(board: Board, source: string): Powered {
  let text = '';
  const machine = createMachine(board, {
    console: {
      write(byte) {
        text += String.fromCharCode(byte);
      },
    },
  });
  machine.memory.copyIn(board.ram.base, tinyProgram(source));
  return { machine, console: () => text, run: (steps = manySteps) => machine.run(steps) };
}
const virt = (source: string): Powered => powered(virtBoard(64 * kibibyte), source);
const nexus = (source: string): Powered => powered(nexusBoard(64 * kibibyte), source);
const register = ({ machine }: Powered, number: number): number =>
  (machine.harts[0] ?? assert.fail('no hart')).x[number] ?? 0;
const pc = ({ machine }: Powered): number => machine.harts[0]?.pc ?? 0;

const endless = `
  again:
    addi a0, a0, 1
    jal zero, again`;

/** Interrupts by the ACLINT at `ticks`, then stays in the handler with mcycle in a1. */
const timerProgram = (ticks: number, loop: string): string => `
    la t0, handler
    csrrw zero, mtvec, t0
    li t1, 0x02004000
    sw zero, 4(t1)
    li t2, ${ticks.toString()}
    sw t2, 0(t1)
    li t0, 0x80
    csrrw zero, mie, t0
    csrrsi zero, mstatus, 8
  idle:
    ${loop}
    jal zero, idle
  handler:
    csrrs a1, mcycle, zero
  halt:
    jal zero, halt`;

/** Goes to S-mode, since the PLIC of Nexus serves no other, and echoes by interrupt. */
const echoProgram = `
    li t0, 0x222
    csrrw zero, mideleg, t0
    li t0, -1
    csrrw zero, pmpaddr0, t0
    li t0, 0x1f
    csrrw zero, pmpcfg0, t0
    li t0, 0x800
    csrrw zero, mstatus, t0
    la t0, supervisor
    csrrw zero, mepc, t0
    mret
  supervisor:
    la t0, handler
    csrrw zero, stvec, t0
    li s0, 0x54000000
    li t0, 3
    sw t0, 16(s0)
    li t0, 2
    sw t0, 4(s0)
    li t1, 0x60000000
    li t0, 1
    sw t0, 8(t1)
    li t1, 0x60002000
    li t0, 4
    sw t0, 0(t1)
    li s2, 0x60200000
    li t0, 0x200
    csrrw zero, sie, t0
    csrrsi zero, sstatus, 2
  wait:
    wfi
    jal zero, wait
  handler:
    lw a0, 4(s2)
    li t0, 2
    sw t0, 0(s0)
  drain:
    lw t0, 20(s0)
    andi t0, t0, 32
    bne t0, zero, done
    lw t1, 24(s0)
    sw t1, 28(s0)
    jal zero, drain
  done:
    sw a0, 4(s2)
    sret`;

describe('a machine', () => {
  it('runs exactly as many steps as it is asked to', () => {
    const program = virt(endless);
    assert.deepEqual(program.run(1001), { kind: 'limit' });
    assert.equal(program.machine.instructions, 1001);
    assert.equal(program.machine.cycles, 1001);
    assert.equal(register(program, 10), 501);
    program.run(1);
    assert.equal(program.machine.instructions, 1002);
  });

  it('bounds a guest that does nothing but trap', () => {
    const program = virt(`
      la t0, handler
      csrrw zero, mtvec, t0
    handler:
      ecall`);
    // ecall stays at mtvec: every step is a trap.
    assert.deepEqual(program.run(100), { kind: 'limit' });
    assert.equal(program.machine.instructions, 3);
  });

  it('stops before a breakpoint, and goes on from it', () => {
    const program = virt(endless);
    const address = physAddr(0x8000_0004);
    program.machine.breakpoints.add(address);
    const atBreakpoint = { kind: 'breakpoint', hart: 0, address };
    assert.deepEqual(program.run(), atBreakpoint);
    assert.equal(program.machine.instructions, 1);
    assert.deepEqual(program.run(), atBreakpoint);
    assert.equal(program.machine.instructions, 3);
    program.machine.breakpoints.clear();
    assert.deepEqual(program.run(10), { kind: 'limit' });
  });

  it('stops at a breakpoint also where an event has cut the run', () => {
    const program = virt(endless);
    program.machine.breakpoints.add(physAddr(0x8000_0004));
    program.machine.clock.schedule(1, () => undefined);
    assert.equal(program.run().kind, 'breakpoint');
    assert.equal(program.machine.instructions, 1);
  });

  it('stops when an event asks for it, and not for what was asked between runs', () => {
    const program = virt(endless);
    program.machine.requestStop();
    assert.deepEqual(program.run(10), { kind: 'limit' });
    program.machine.clock.schedule(50, () => {
      program.machine.requestStop();
    });
    assert.deepEqual(program.run(), { kind: 'requested' });
    assert.equal(program.machine.cycles, 50);
  });

  it('sends what the program writes to the console', () => {
    const program = virt(`
      li t0, 0x10000000
      addi t1, zero, 72
      sb t1, 0(t0)
      addi t1, zero, 105
      sb t1, 0(t0)
      li t0, 0x00100000
      li t1, 0x5555
      sw t1, 0(t0)`);
    assert.deepEqual(program.run(), { kind: 'poweredOff', code: 0 });
    assert.equal(program.console(), 'Hi');
  });

  it('takes an access fault where nothing answers', () => {
    const program = virt(`
      la t0, handler
      csrrw zero, mtvec, t0
      li t1, 0x40000000
      lw t2, 0(t1)
    handler:
      csrrs a0, mcause, zero
      csrrs a1, mtval, zero`);
    program.run(8);
    assert.equal(register(program, 10), 5);
    assert.equal(register(program, 11), 0x4000_0000);
  });
});

describe('virtual time', () => {
  it('interrupts at the exact cycle in a busy loop', () => {
    // mtime reaches 100 at cycle 1000; the interrupt is a step of its own, then mcycle is read.
    const program = virt(timerProgram(100, 'addi a0, a0, 1'));
    program.run(2000);
    assert.equal(register(program, 11), 1001);
  });

  it('interrupts at the same cycle however the run is cut into pieces', () => {
    const program = virt(timerProgram(100, 'addi a0, a0, 1'));
    for (let count = 0; count < 500; count += 1) program.run(4);
    assert.equal(register(program, 11), 1001);
    const whole = virt(timerProgram(100, 'addi a0, a0, 1'));
    whole.run(2000);
    assert.deepEqual(program.machine.save(), whole.machine.save());
  });

  it('jumps to the next event while the hart waits', () => {
    const program = virt(timerProgram(1_000_000, 'wfi'));
    program.run(100);
    assert.equal(register(program, 11), 10_000_001);
    assert.ok(program.machine.instructions < 200);
  });

  it('is idle when the hart waits and nothing is scheduled', () => {
    const program = virt('wfi');
    assert.deepEqual(program.run(), { kind: 'idle' });
    assert.equal(program.machine.cycles, 1);
  });

  it('is the time that the time CSR reads', () => {
    const program = virt(`
      li t0, 100
    loop:
      addi t0, t0, -1
      bne t0, zero, loop
      csrrs a0, time, zero`);
    program.run(203);
    assert.equal(register(program, 10), 20);
  });
});

describe('the console UART of nexus', () => {
  const program = (): Powered => nexus(echoProgram);

  it('is echoed by a driver that sleeps between interrupts', () => {
    const made = program();
    assert.deepEqual(made.run(), { kind: 'idle' });
    made.machine.receive(new TextEncoder().encode('hello'));
    assert.deepEqual(made.run(), { kind: 'idle' });
    made.machine.receive(new TextEncoder().encode('!'));
    assert.deepEqual(made.run(), { kind: 'idle' });
    assert.equal(made.console(), 'hello!');
  });

  it('keeps what came in before the driver was ready', () => {
    const made = program();
    made.machine.receive(new TextEncoder().encode('early'));
    assert.deepEqual(made.run(), { kind: 'idle' });
    assert.equal(made.console(), 'early');
  });

  it('continues from a snapshot in the middle of traffic to the last register', () => {
    const made = program();
    made.run();
    made.machine.receive(new TextEncoder().encode('traffic'));
    made.run(17);
    const snapshot = made.machine.save();
    const copy = program();
    copy.machine.load(snapshot);
    assert.deepEqual(copy.machine.save(), snapshot);
    made.run();
    copy.run();
    assert.deepEqual(copy.machine.save(), made.machine.save());
    assert.equal(made.console(), 'traffic');
    assert.equal(made.machine.instructions, copy.machine.instructions);
  });
});

describe('several harts', () => {
  /** Each hart adds to one counter, and to one of its own, without atomics: the interleaving shows. */
  const race = (): Powered =>
    powered(
      { ...virtBoard(64 * kibibyte), harts: 2 },
      `
      csrrs t0, mhartid, zero
      slli t0, t0, 2
      li s0, 0x80001000
      add s1, s0, t0
    again:
      lw t1, 16(s0)
      addi t1, t1, 1
      sw t1, 16(s0)
      lw t1, 0(s1)
      addi t1, t1, 1
      sw t1, 0(s1)
      jal zero, again`,
    );
  const counter = ({ machine }: Powered, offset: number): number =>
    machine.memory.read32(physAddr(0x8000_1000 + offset));

  it('take turns in quanta', () => {
    const both = race();
    both.run(20_000);
    assert.equal(both.machine.instructions, 20_000);
    assert.equal(both.machine.cycles, 10_000);
    assert.equal(counter(both, 0), counter(both, 4));
    assert.ok(counter(both, 16) < counter(both, 0) + counter(both, 4), 'no update was lost');
  });

  it('interleave in the same way however the run is cut into pieces', () => {
    const whole = race();
    whole.run(10_007);
    const pieces = race();
    for (let left = 10_007; left > 0; left -= 13) pieces.run(Math.min(left, 13));
    assert.deepEqual(pieces.machine.save(), whole.machine.save());
  });
});

describe('the supervisor ports', () => {
  for (const make of [virt, nexus]) {
    it(`raise the timer interrupt at the deadline on ${make('wfi').machine.board.name}`, () => {
      const made = make(endless);
      const { supervisorTimer, board } = made.machine;
      const cyclesPerTick = board.cyclesPerSecond / board.timeTicksPerSecond;
      supervisorTimer.setDeadline(100);
      made.run(100 * cyclesPerTick - 1);
      const stip = (): number => ((made.machine.harts[0]?.readCsr(0x344) ?? 0) >>> 5) & 1;
      assert.equal(supervisorTimer.now(), 99);
      assert.equal(stip(), 0);
      made.run(2);
      assert.equal(supervisorTimer.now(), 100);
      assert.equal(stip(), 1);
      supervisorTimer.setDeadline(Infinity);
      assert.equal(stip(), 0);
    });
  }
});

describe('switching off', () => {
  const test = (value: string): Powered =>
    virt(`
      li t0, 0x00100000
      li t1, ${value}
      sw t1, 0(t0)
      addi a0, zero, 1`);

  it('stops right after the store to the test device, with its code', () => {
    const failed = test('0x00033333');
    assert.deepEqual(failed.run(), { kind: 'poweredOff', code: 3 });
    assert.equal(register(failed, 10), 0);
    assert.equal(pc(failed), 0x8000_0014);
    assert.deepEqual(failed.run(), { kind: 'poweredOff', code: 3 });
  });

  it('starts the board again, with RAM as it is, when the test device says so', () => {
    const program = virt(`
      li t3, 0x80001000
      lw t4, 0(t3)
      addi t4, t4, 1
      sw t4, 0(t3)
      addi t5, zero, 3
      beq t4, t5, stop
      li t0, 0x00100000
      li t1, 0x7777
      sw t1, 0(t0)
    stop:
      wfi`);
    assert.deepEqual(program.run(), { kind: 'idle' });
    assert.equal(program.machine.memory.read32(physAddr(0x8000_1000)), 3);
  });

  it('is undone by a reset, which clears RAM and time', () => {
    const failed = test('0x00033333');
    failed.run();
    failed.machine.reset();
    assert.equal(failed.machine.cycles, 0);
    assert.equal(failed.machine.instructions, 0);
    assert.equal(failed.machine.memory.read32(physAddr(0x8000_0000)), 0);
    assert.equal(pc(failed), 0x8000_0000);
  });
});

describe('the host-target interface', () => {
  const tohost = physAddr(0x8000_1000);
  const fromhost = physAddr(0x8000_1040);
  const withHtif = (source: string): Powered => {
    const made = virt(source);
    made.machine.attachHtif(tohost, fromhost);
    return made;
  };
  const store = (low: string, high: string): string => `
    li t0, 0x80001000
    li t1, ${low}
    li t2, ${high}
    sw t1, 0(t0)
    sw t2, 4(t0)`;

  it('ends the run right after the store', () => {
    const passed = withHtif(`${store('1', '0')}\n addi a0, zero, 1`);
    assert.deepEqual(passed.run(), { kind: 'poweredOff', code: 0 });
    assert.equal(passed.machine.instructions, 8);
    assert.equal(register(passed, 10), 0);
  });

  it('gives the number of the test that failed', () => {
    assert.deepEqual(withHtif(store('0x2b', '0')).run(), { kind: 'poweredOff', code: 21 });
  });

  it('also takes a low word that stays alone', () => {
    const made = withHtif(`
      li t0, 0x80001000
      addi t1, zero, 1
      sw t1, 0(t0)
    halt:
      jal zero, halt`);
    assert.deepEqual(made.run(), { kind: 'poweredOff', code: 0 });
  });

  it('prints a character, odd ones too, and clears the word', () => {
    const made = withHtif(`${store('0x41', '0x01010000')}\n wfi`);
    assert.deepEqual(made.run(), { kind: 'idle' });
    assert.equal(made.console(), 'A');
    assert.equal(made.machine.memory.read32(tohost), 0);
    assert.equal(made.machine.memory.read32(physAddr(fromhost + 4)), 0x0101_0000);
  });

  it('ignores stores beside it', () => {
    const made = withHtif(`
      li t0, 0x80001008
      addi t1, zero, 1
      sw t1, 0(t0)
      wfi`);
    assert.deepEqual(made.run(), { kind: 'idle' });
  });
});

describe('a debugger', () => {
  it('reads RAM and device registers without side effects, and nothing elsewhere', () => {
    const { machine } = nexus('wfi');
    machine.memory.write8(physAddr(0x5000_0100), 0xab);
    assert.equal(machine.inspectByte(physAddr(0x5000_0100)), 0xab);
    assert.equal(machine.inspectByte(physAddr(0x5400_0014)), 0x3c);
    assert.equal(machine.inspectByte(physAddr(0x5401_010e)), 0x01);
    assert.equal(machine.inspectByte(physAddr(0x5405_0000)), undefined);
  });

  it('reads each of the registers of a byte that lie side by side', () => {
    const { machine } = virt('wfi');
    const bytes = [1, 2, 5].map((offset) => machine.inspectByte(physAddr(0x1000_0000 + offset)));
    assert.deepEqual(bytes, [0x00, 0x01, 0x60]);
  });

  it('stores into a device with the effect of a store, into nothing else, and nobody hears of it', () => {
    const heard: unknown[] = [];
    const machine = createMachine(nexusBoard(64 * kibibyte), {
      console: { write: () => undefined },
      deviceObserver: () => (event) => heard.push(event),
    });
    assert.equal(machine.storeToDevice(physAddr(0x5400_0008), 4, 0x10), true);
    assert.equal(machine.inspectByte(physAddr(0x5400_0000)), 0x10);
    assert.equal(machine.storeToDevice(physAddr(0x5405_0000), 4, 1), false);
    assert.equal(machine.storeToDevice(physAddr(0x5000_0000), 4, 1), false);
    assert.equal(machine.inspectByte(physAddr(0x5000_0000)), 0);
    assert.deepEqual(heard, []);
  });

  it('switches the board off by a store into the device for that', () => {
    const program = virt(endless);
    program.machine.storeToDevice(physAddr(0x0010_0000), 4, 0x5555);
    assert.deepEqual(program.run(10), { kind: 'poweredOff', code: 0 });
  });

  it('may set the program counter', () => {
    const program = virt(endless);
    const hart = program.machine.harts[0] ?? assert.fail('no hart');
    hart.pc = virtAddr(0x8000_0004);
    program.run(1);
    assert.equal(hart.pc, 0x8000_0000);
  });
});
