/**
 * Threads of one component that wait for different signals of its one notification. A byte that comes in at the UART wakes
 * a driver of the highest priority after each single instruction of what is tested, so every place where a thread can
 * lose the processor is tried.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPlatform } from '../../runtime/platform.js';
import { assemblyText, routine, say } from '../support/component-text.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import { buildTexts, problemsOf, type Texts } from '../support/component-system.js';

/** The driver emits `d` when a `d` comes in, else `e`; after a `p` the component polls, too. */
const driver = `
    .globl  run, rx_handle
run:
    lw      t0, r
    li      t1, (0xffff << 16) | 3
    sw      t1, 0x10(t0)                    # CTRL: both directions
    li      t1, 2
    sw      t1, 4(t0)                       # INTR_ENABLE: something was received
    ret
rx_handle:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      t0, r
    li      t1, 2
    sw      t1, 0(t0)                       # INTR_STATE
1:  lw      t0, r
    lw      t1, 0x14(t0)                    # STATUS
    andi    t1, t1, 32                      # RXEMPTY
    bnez    t1, 4f
    lw      t1, 0x18(t0)                    # RDATA
    li      t2, 'd'
    beq     t1, t2, 2f
    li      t2, 'p'
    beq     t1, t2, 3f
    call    e_emit
    j       1b
2:  call    d_emit
    j       1b
3:  call    e_emit
    call    p_poll
    j       1b
4:  call    rx_acknowledge
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
`;

const assembly = (settings: string): string =>
  assemblyText({
    procedures: 'procedure P { void go(); void poll(); }',
    components: {
      Hw: 'hardware; dataport Buf r; emits X rx;',
      D: 'control; dataport Buf r; consumes X rx; emits E e; emits E d; uses P p;',
      A: 'control; uses P p;',
      B: 'control; provides P p; provides P q; consumes E e; consumes E d;',
    },
    connections: `connection seL4HardwareMMIO m(from d.r, to hw.r);
      connection seL4HardwareInterrupt i(from hw.rx, to d.rx);
      connection seL4GlobalAsynch x(from d.e, to b.e); connection seL4GlobalAsynch y(from d.d, to b.d);
      connection seL4RPCCall c(from a.p, to b.p); connection seL4RPCCall k(from d.p, to b.q);`,
    settings: `hw.r_paddr = 0x54000000; hw.r_size = 0x1000; hw.rx_irq_number = 2; ${settings}`,
  });

/** So that it is not about to print any more. */
const pause = 'li t0, 20\n1: addi t0, t0, -1\n bnez t0, 1b';

/** Waits for `d` in a call, and for `e` in its control thread. */
const waiter =
  routine('run', say('waits'), pause, 'call e_wait', say('e')) +
  routine('p_go', 'call d_wait', say('d')) +
  routine('p_poll', 'ret') +
  routine('q_go') +
  routine('q_poll', 'call d_poll', 'call d_poll');

const caller = routine('run', 'call p_go');
/** The caller goes first, and the thread that serves it waits before the control thread does. */
const callFirst = 'a.priority = 200; b.p_priority = 150; b.priority = 50;';
/** The control thread waits first. */
const callLast = 'a.priority = 20; b.p_priority = 150; b.priority = 50;';

interface Swept {
  readonly texts: Texts;
  /** The run goes on from the end of this line, and then bytes come in, each after so many instructions more. */
  readonly from: string;
  readonly send: (
    bytes: (text: string) => void,
    run: (instructions: number) => void,
    step: number,
  ) => void;
  readonly steps: number;
  /** Each order that may be. */
  readonly prints: readonly string[];
}

/** What was printed wrongly, by the number of instructions. */
function sweep({ texts, from, send, steps, prints }: Swept): string[] {
  const built = buildTexts(texts);
  // That such priorities make a signal late is told; that it is not lost is seen here.
  assert.deepEqual(problemsOf(built), ['warning signal-priorities system.camkes:14']);
  assert.ok(built.image);
  const made = createPlatform(built.image, { ...built.settings, programs: built.programs ?? [] });
  assert.ok(made.ok);
  const { machine, onConsole } = made.value;
  let console = '';
  onConsole((byte) => {
    console += String.fromCharCode(byte);
    if (console.endsWith(`${from}\n`)) machine.requestStop();
  });
  machine.run(5_000_000);
  assert.ok(console.endsWith(`${from}\n`), console);
  const start = machine.save();
  const wrong: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    machine.load(start);
    console = '';
    const bytes = (text: string): void => machine.receive(new TextEncoder().encode(text));
    const run = (instructions: number): void => void machine.run(instructions);
    send(bytes, run, step);
    machine.run(200_000);
    const got = console.replaceAll('\n', '');
    if (!prints.includes(got)) wrong.push(`${String(step)}: ${got}`);
  }
  return wrong;
}

describe('two threads that wait for different signals of one notification', () => {
  const settings = { 'A.S': caller, 'D.S': driver };

  it('at different priorities are a warning at one of them, with what to set', () => {
    const problems = (priorities: string, source = waiter): Diagnostic[] => {
      const texts = { 'system.camkes': assembly(priorities), 'B.S': source, ...settings };
      return [...buildTexts(texts).diagnostics];
    };
    const [told, ...others] = problems(callFirst);
    assert.deepEqual(others, []);
    assert.match(
      told?.message ?? '',
      /its control thread \(priority 50\) and the thread of `p` \(priority 150\).*Set `b\._priority = 150;`/,
    );
    assert.deepEqual(
      told?.related?.map(({ message }) => message),
      ['`e` is signalled there.', '`d` is signalled there.'],
    );
    assert.deepEqual(problems('b.priority = 150;'), []);
    // Nobody but the control thread waits then.
    assert.deepEqual(problems(callFirst, waiter.replace('call d_wait', 'nop')), []);
  });

  it('a signal for the one that is about to wait is not lost, although the other one receives it', () => {
    const texts = { 'system.camkes': assembly(callFirst), 'B.S': waiter, ...settings };
    const wrong = sweep({
      texts,
      from: 'waits',
      steps: 120,
      send: (bytes, run, step) => {
        run(step);
        bytes('e');
        run(100_000);
        bytes('d');
      },
      prints: ['ed'],
    });
    assert.deepEqual(wrong, []);
  });

  it('the other one goes on to wait at the notification when the first leaves it', () => {
    const texts = { 'system.camkes': assembly(callLast), 'B.S': waiter, ...settings };
    const wrong = sweep({
      texts,
      from: 'waits',
      steps: 200,
      send: (bytes, run, step) => {
        run(20_000);
        bytes('e');
        run(step * 2);
        bytes('d');
      },
      prints: ['ed', 'de'],
    });
    assert.deepEqual(wrong, []);
  });

  it('a poll takes nothing from one that is about to wait', () => {
    const texts = { 'system.camkes': assembly(callFirst), 'B.S': waiter, ...settings };
    const wrong = sweep({
      texts,
      from: 'waits',
      steps: 120,
      send: (bytes, run, step) => {
        run(step);
        bytes('p');
        run(100_000);
        bytes('d');
      },
      prints: ['ed'],
    });
    assert.deepEqual(wrong, []);
  });
});
