/**
 * Causes of refusals that share a sentence or an error with another one, each by itself: refused with its words, and
 * the nearest that is allowed.
 */
import { describe, it } from 'node:test';
import { cnodeData } from '../../../runtime/abi/cap-rights.js';
import type { ErrorName } from '../../../runtime/abi/errors.js';
import { configuration } from '../../../runtime/kernel/configuration.js';
import { kernelFixture, type KernelFixture, type Slot } from '../../support/kernel-fixture.js';
import { says as tell, type Refusal, type Request } from '../../support/refusals.js';

/** What was refused here. */
export const causes: Refusal[] = [];

const says = (
  k: KernelFixture,
  expected: readonly [ErrorName, ...number[]],
  sentence: RegExp,
  request: Request,
): void => {
  tell(causes, k, expected, sentence, request);
};

describe('a CNode operation', () => {
  it('looks at the root before the depth, and takes a depth of 1', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('CNode', 'two', 1);
    const copy = (depth: number, root: Slot): Request => [
      'cnode',
      'CNodeCopy',
      [k.slot('x'), 32, 1, depth, 15],
      [root],
    ];
    says(k, ['FailedLookup', 1, 1], /root of the source is no CNode/, copy(0, 'e'));
    k.refuses(['RangeError', 1, 32], ...copy(0, 'two'));
    k.succeeds('two', 'CNodeCopy', [1, 1, k.slot('e'), 32, 15], ['cnode']);
    k.succeeds(...copy(1, 'two'));
  });

  it('cancels sends of an endpoint only, whatever looks like its rights', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    // The last four bits of an untyped's second word are a part of its size: 15 here.
    k.make('Untyped', 'u', 15);
    const cancel = (of: Slot): Request => ['cnode', 'CNodeCancelBadgedSends', [k.slot(of), 32]];
    says(k, ['IllegalOperation'], /the untyped is no endpoint capability/, cancel('u'));
    k.succeeds(...cancel('e'));
  });

  const rotate = (k: KernelFixture, to: Slot, pivot: Slot, from: Slot, data = [0, 0]): Request => [
    'cnode',
    'CNodeRotate',
    [k.slot(to), 32, data[0] ?? 0, k.slot(pivot), 32, data[1] ?? 0, k.slot(from), 32],
    ['cnode', 'cnode'],
  ];

  it('rotates neither through its source nor through its destination, nor over what is there', () => {
    const k = kernelFixture();
    for (const name of ['a', 'b', 'c']) k.make('TCB', name);
    const same = /pivot is the same slot/;
    says(k, ['IllegalOperation'], same, rotate(k, 'x', 'a', 'a'));
    says(k, ['IllegalOperation'], same, rotate(k, 'a', 'a', 'b'));
    says(k, ['DeleteFirst'], /destination slot .* already holds/, rotate(k, 'c', 'b', 'a'));
    // A swap: the source is the destination.
    k.succeeds(...rotate(k, 'a', 'b', 'a'));
    k.succeeds(...rotate(k, 'x', 'b', 'a'));
  });

  it('gives neither capability of a rotation a guard that does not fit', () => {
    const k = kernelFixture();
    k.make('CNode', 'a', 4);
    k.make('CNode', 'b', 4);
    // Word 2 is for the pivot, word 5 for the source; 28 bits and a radix of 4 are 32.
    const [most, tooMuch] = [cnodeData(0, 28), cnodeData(0, 29)];
    const changed = /the CNode capability cannot be copied or changed so/;
    says(k, ['IllegalOperation'], changed, rotate(k, 'x', 'b', 'a', [tooMuch, most]));
    says(k, ['IllegalOperation'], changed, rotate(k, 'x', 'b', 'a', [most, tooMuch]));
    k.succeeds(...rotate(k, 'x', 'b', 'a', [most, most]));
  });
});

describe('ASIDs', () => {
  it('get a pool from an untyped of RAM of one page', () => {
    const k = kernelFixture();
    k.make('Untyped', 'page', 12);
    k.make('Untyped', 'registers', 12, 'device');
    // Of two endpoints, the one at a multiple of 32 bytes, with rights that look like a size of 12 bits.
    for (const name of ['e', 'f']) {
      k.make('Endpoint', name);
      k.copy(name, `${name}12`, 0xc);
    }
    const make = (memory: Slot): Request => [
      'asidControl',
      'RISCVASIDControlMakePool',
      [k.slot('pool'), 32],
      [memory, 'cnode'],
    ];
    const memory = /the memory must be an untyped of 4096 bytes of RAM/;
    for (const other of ['e12', 'f12', 'registers', 'untyped']) {
      says(k, ['InvalidCapability', 1], memory, make(other));
    }
    k.succeeds(...make('page'));
  });

  it('are assigned to page tables that have none', () => {
    const k = kernelFixture();
    k.make('PageTable', 'v');
    const assign = (table: Slot): Request => ['asidPool', 'RISCVASIDPoolAssign', [], [table]];
    says(k, ['InvalidCapability', 1], /the TCB is no page table/, assign('tcb'));
    k.succeeds(...assign('v'));
    says(k, ['InvalidCapability', 1], /mapped or assigned already/, assign('v'));
  });
});

describe('an interrupt', () => {
  it('has a number from 1 on, and tells a notification', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Notification', 'n');
    const get = (irq: number): Request => [
      'irqControl',
      'IRQIssueIRQHandler',
      [irq, k.slot('irq'), 32],
      ['cnode'],
    ];
    says(k, ['RangeError', 1, 43], /interrupt 0 is outside 1 to 43/, get(0));
    k.succeeds(...get(1));
    const set = (to: Slot): Request => ['irq', 'IRQSetIRQHandler', [], [to]];
    says(k, ['InvalidCapability', 0], /the endpoint is no notification/, set('e'));
    k.succeeds(...set('n'));
  });
});

describe('a page', () => {
  it('ends below the top of user addresses, which is looked at before alignment', () => {
    const k = kernelFixture();
    k.make('PageTable', 'pt');
    k.make('4K_Page', 'f');
    const top = configuration.userTop;
    k.succeeds('pt', 'RISCVPageTableMap', [top - 0x1000, 0], ['vspace']);
    const map = (vaddr: number): Request => ['f', 'RISCVPageMap', [vaddr, 3, 0], ['vspace']];
    says(k, ['InvalidArgument', 0], /is not a user address/, map(top - 0xfff));
    says(k, ['AlignmentError'], /is no multiple of the frame's 4096 bytes/, map(top - 0x1001));
    k.succeeds(...map(top - 0x1000));
  });
});

describe('a scheduling context', () => {
  it('is bound to one thread and one notification, and to nothing else', () => {
    const k = kernelFixture();
    for (const name of ['s', 's2']) k.make('SchedContext', name, 8);
    for (const name of ['t', 't2']) k.make('TCB', name);
    for (const name of ['n', 'n2']) k.make('Notification', name);
    k.make('Endpoint', 'e');
    const bind = (object: Slot, sc: Slot = 's'): Request => [sc, 'SchedContextBind', [], [object]];
    const unbind = (object: Slot): Request => ['s', 'SchedContextUnbindObject', [], [object]];
    const neither = /the endpoint is neither a TCB nor a notification/;
    says(k, ['InvalidCapability', 1], neither, bind('e'));
    says(k, ['InvalidCapability', 1], neither, unbind('e'));
    k.succeeds(...bind('t'));
    k.succeeds(...bind('n'));
    says(k, ['IllegalOperation'], /is bound to a thread already/, bind('t2'));
    says(k, ['IllegalOperation'], /is bound to a notification already/, bind('n2'));
    says(k, ['IllegalOperation'], /the thread already has/, bind('t', 's2'));
    says(k, ['IllegalOperation'], /the notification already has/, bind('n', 's2'));
    const not = /the object is not bound to this/;
    for (const other of ['t2', 'n2']) says(k, ['IllegalOperation'], not, unbind(other));
    for (const own of ['t', 'n']) k.succeeds(...unbind(own));
    for (const other of ['t2', 'n2']) k.succeeds(...bind(other));
  });
});

describe('the registers of a thread', () => {
  it('are written as many as the message has, and none is enough', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    const write = (...words: number[]): Request => ['t', 'TCBWriteRegisters', words];
    says(k, ['TruncatedMessage'], /needs flags and a count$/, write(0));
    says(k, ['TruncatedMessage'], /needs 2 registers after flags and count$/, write(0, 2, 0x4000));
    k.succeeds(...write(0, 0));
    k.succeeds(...write(0, 2, 0x4000, 0x5000));
  });
});
