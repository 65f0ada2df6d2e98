/** A component that faults: which one did what is told, and the rest of the system goes on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultSentence } from '../../runtime/inspect/fault-sentence.js';
import { viewFault } from '../../runtime/inspect/faults.js';
import { threadsOf } from '../../runtime/inspect/thread-state.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';
import { assemblyText, routine, say, sayDigit } from '../support/component-text.js';

/** A thread of S that serves `q` faults; the one that serves `p` still answers. */
const texts = (fault: string, more = ''): Texts => ({
  'system.camkes': assemblyText({
    procedures: 'procedure P { int add(in int left, in int right); }',
    components: {
      A: 'control; uses P p;',
      B: 'control; uses P q;',
      S: 'provides P p; provides P q;',
    },
    connections: `connection seL4RPCCall c(from a.p, to s.p);
      connection seL4RPCCall d(from b.q, to s.q);`,
    settings: `a.priority = 100; ${more}`,
  }),
  'A.S': routine('run', 'li a0, 3', 'li a1, 4', 'call p_add', sayDigit),
  'B.S': routine('run', 'call q_add', say('never')),
  'S.S': routine('p_add', 'add a0, a0, a1') + routine('q_add', '.globl wrong', fault),
});

function ran(fault: string, settings: Record<string, unknown>, more?: string) {
  const program = { program: 'system.camkes', ...settings };
  const built = buildTexts({ ...texts(fault, more), 'cantrip.json': JSON.stringify(program) });
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  const wrong = built.programs
    ?.find(({ key }) => key === 's')
    ?.image.symbols.find(({ name }) => name === 'wrong');
  return { lines: console.split('\n').slice(0, -1), at: hexOf(wrong?.address ?? 0) };
}

const hexOf = (address: number): string => `0x${address.toString(16).padStart(8, '0')}`;
const load = 'wrong: lw a0, 64(zero)';

describe('a fault of a component', () => {
  it('is printed by the kernel, with the thread, what it did and where; another thread serves on', () => {
    const { lines, at } = ran(load, {});
    assert.deepEqual(lines, [
      `Thread "s_s_q_0000_tcb" has no fault handler and stops. VM fault at ${at}: load from 0x00000040, which no page maps or allows.`,
      '7',
    ]);
  });

  it('is told with the function and the line of the source', () => {
    const built = buildTexts(texts(load));
    const { platform } = bootBuilt(built);
    const told = threadsOf(platform).flatMap((thread) => {
      const fault = viewFault(platform, thread);
      return fault === undefined ? [] : [faultSentence(platform, thread, fault)];
    });
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^VM fault at .*allows, in wrong \(S\.S:\d+\)$/);
  });

  it('is printed by the fault handler of the component where it has one', () => {
    const told = (fault: string, what: (at: string) => string): void => {
      const { lines, at } = ran(fault, { faultHandlers: true });
      assert.deepEqual(lines, [`Fault in s, thread q: ${what(at)}. The thread stands still.`, '7']);
    };
    told(load, (at) => `load from 0x00000040, which no page maps or allows, at ${at}`);
    told('wrong: unimp', (at) => `exception 0x00000002 at ${at}`);
    // As our compiler has programs stop themselves.
    const reasons = [
      'it came to a place that it says it never comes to',
      'division by zero',
      'a result does not fit its integer type',
      'a call through a number that stands for no such function',
      'a call of a function that is null',
      'the index of an element is outside of its array',
      'its memory is full',
    ];
    reasons.forEach((reason, index) =>
      told(`wrong: .half ${String(4 * (index + 1))}`, (at) => `${reason} at ${at}`),
    );
    told('wrong: .half 0xffff, 0xffff', (at) => `exception 0x00000002 at ${at}`);
    told('li a0, 999\n    li a7, -5\nwrong: ecall', (at) => `no capability 0x000003e7 at ${at}`);
  });

  it('is printed so of a component of CantripOS, too', () => {
    const settings = { faultHandlers: true, dialect: 'sparrow' };
    const { lines, at } = ran(load, settings, 's.cantripos = true;');
    assert.deepEqual(lines, [
      `Fault in s, thread q: load from 0x00000040, which no page maps or allows, at ${at}. The thread stands still.`,
      '7',
    ]);
  });

  it('of a stack that is too small is one of memory, in the page before it', () => {
    const { lines } = ran('wrong: call q_add', { faultHandlers: true });
    assert.match(lines[0] ?? '', /^Fault in s, thread q: store to 0x\w{8}, which no page maps/);
    assert.equal(lines[1], '7');
  });
});
