/** What is refused for reasons that are seldom met, with the code, its words and the sentence; and then allowed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInfo } from '../../../runtime/abi/message-info.js';
import { labelRows, type LabelName } from '../../../runtime/abi/labels.js';
import type { ErrorName } from '../../../runtime/abi/errors.js';
import { physAddr } from '../../../runtime/base/address.js';
import { checkInvariants } from '../../../runtime/kernel/invariants.js';
import { asidTableEntry } from '../../../runtime/kernel/objects/address-space.js';
import { kernelFixture, type KernelFixture, type Slot } from '../../support/kernel-fixture.js';
import { says as tell, type Refusal, type Request } from '../../support/refusals.js';

/** What was refused here. */
export const seldom: Refusal[] = [];

function says(
  k: KernelFixture,
  expected: readonly [ErrorName, ...number[]],
  sentence: RegExp,
  ...request: Request
): void {
  tell(seldom, k, expected, sentence, request);
}

/** Everybody yields until it is this thread's turn. */
function untilRuns(k: KernelFixture, name: string): void {
  while (k.current !== name) k.yield();
}

/** An object of every type, by the prefix of the labels that it understands. */
function withEverything(): KernelFixture {
  const k = kernelFixture();
  k.make('Untyped', 'small', 12);
  k.make('TCB', 't');
  k.make('Notification', 'n');
  k.make('SchedContext', 's', 8);
  k.make('4K_Page', 'f');
  k.make('PageTable', 'pt');
  k.make('PageTable', 'v');
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
  return k;
}

const objectOf = (name: LabelName): string => {
  const prefixes: readonly (readonly [RegExp, string])[] = [
    [/^Untyped/, 'small'],
    [/^TCB/, 't'],
    [/^CNode/, 'cnode'],
    [/IssueIRQHandler/, 'irqControl'],
    [/^IRQ/, 'irq'],
    [/^Domain/, 'domain'],
    [/^SchedControl/, 'schedControl'],
    [/^SchedContext/, 's'],
    [/^RISCVPageTable/, 'pt'],
    [/^RISCVPage/, 'f'],
    [/^RISCVASIDControl/, 'asidControl'],
    [/^RISCVASIDPool/, 'asidPool'],
  ];
  return prefixes.find(([prefix]) => prefix.test(name))?.[1] ?? 'nothing';
};

describe('every invocation', () => {
  // The trigger is refused before anything else where the controller has none.
  const rows = labelRows.filter(({ name }) => name !== 'RISCVIRQIssueIRQHandlerTrigger');

  it('that needs words or capabilities is refused without them', () => {
    const k = withEverything();
    const without = rows.filter(({ caps, words }) => caps.length + words.length > 0);
    assert.ok(without.length > 25);
    for (const { name, method } of without) {
      says(k, ['TruncatedMessage'], new RegExp(`^${method}: .*needs`), objectOf(name), name);
    }
  });

  it('is refused by an object of another type', () => {
    const k = withEverything();
    for (const { name } of rows) {
      for (const [object, method] of [
        ['small', 'UntypedRetype'],
        ['t', 'TCB'],
        ['cnode', 'CNode'],
        ['irqControl', 'IRQIssue'],
        ['irq', 'IRQ'],
        ['domain', 'Domain'],
        ['schedControl', 'SchedControl'],
        ['s', 'SchedContext'],
        ['pt', 'RISCVPageTable'],
        ['f', 'RISCVPage'],
        ['asidControl', 'RISCVASIDControl'],
        ['asidPool', 'RISCVASIDPool'],
      ] as const) {
        if (objectOf(name) === object || name.startsWith(method)) continue;
        says(k, ['IllegalOperation'], /no such operation/, object, name);
      }
    }
  });

  it('is refused by an empty slot, which has no object', () => {
    const k = kernelFixture();
    for (const { name } of rows) {
      says(k, ['InvalidCapability', 0], /empty slot.* has no object/, 'nothing', name);
    }
  });
});

describe('ASIDs', () => {
  it('have 32 pools and no more', () => {
    const k = kernelFixture();
    const make = (index: number): readonly [number[], Slot[]] => {
      k.make('Untyped', `memory${String(index)}`, 12);
      return [
        [k.slot(`pool${String(index)}`), 32],
        [`memory${String(index)}`, 'cnode'],
      ];
    };
    for (let index = 1; index < 32; index += 1) {
      k.succeeds('asidControl', 'RISCVASIDControlMakePool', ...make(index));
    }
    const more = make(32);
    says(
      k,
      ['DeleteFirst'],
      /all 32 ASID pools/,
      'asidControl',
      'RISCVASIDControlMakePool',
      ...more,
    );
    k.delete('pool5');
    k.succeeds('asidControl', 'RISCVASIDControlMakePool', ...more);
  });

  it('of a pool that the table has not are refused, which no sequence of calls brings about', () => {
    // invocations/asid.ts has the proof, and VM-2 is checked after every system call of every test: so the table is
    // changed here as no kernel would.
    const k = kernelFixture();
    k.make('Untyped', 'memory', 12);
    const pool = [k.slot('pool'), 32];
    k.succeeds('asidControl', 'RISCVASIDControlMakePool', pool, ['memory', 'cnode']);
    k.make('PageTable', 'v');
    const entry = physAddr(asidTableEntry(k.state, 1));
    const own = k.memory.read32(entry);
    k.checks = false;
    const assign = ['pool', 'RISCVASIDPoolAssign', [], ['v']] as const;
    k.memory.write32(entry, 0);
    says(k, ['FailedLookup', 0, 1], /^RISCV_ASIDPool_Assign: the pool is not in/, ...assign);
    assert.match(checkInvariants(k.memory, k.board).join(), /^VM-2: ASIDs from 16 on/);
    k.memory.write32(entry, k.memory.read32(physAddr(asidTableEntry(k.state, 0))));
    says(k, ['InvalidCapability', 0], /^RISCV_ASIDPool_Assign: another pool has/, ...assign);
    k.memory.write32(entry, own);
    k.checks = true;
    k.succeeds(...assign);
  });

  it('of a table whose pool is gone lead nowhere', () => {
    const k = kernelFixture();
    k.make('Untyped', 'memory', 12);
    k.succeeds(
      'asidControl',
      'RISCVASIDControlMakePool',
      [k.slot('pool'), 32],
      ['memory', 'cnode'],
    );
    for (const name of ['v', 'pt']) k.make('PageTable', name);
    k.make('4K_Page', 'f');
    k.succeeds('pool', 'RISCVASIDPoolAssign', [], ['v']);
    k.delete('pool');
    const gone = /ASID 16 of the address space is not assigned any more/;
    says(k, ['FailedLookup', 0, 1], gone, 'pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
    says(k, ['FailedLookup', 0, 1], gone, 'f', 'RISCVPageMap', [0x40_0000, 3, 0], ['v']);
    k.succeeds(
      'asidControl',
      'RISCVASIDControlMakePool',
      [k.slot('again'), 32],
      ['memory', 'cnode'],
    );
    k.make('PageTable', 'v2');
    k.succeeds('again', 'RISCVASIDPoolAssign', [], ['v2']);
    k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v2']);
  });
});

describe('a frame', () => {
  it('that is mapped in one address space is refused by another until it is unmapped', () => {
    const k = kernelFixture();
    for (const name of ['v', 'w', 'ptV', 'ptW']) k.make('PageTable', name);
    k.make('4K_Page', 'f');
    for (const name of ['v', 'w']) k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], [name]);
    k.succeeds('ptV', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
    k.succeeds('ptW', 'RISCVPageTableMap', [0x40_0000, 0], ['w']);
    const words = [0x40_1000, 3, 0];
    k.succeeds('f', 'RISCVPageMap', words, ['v']);
    says(k, ['InvalidCapability', 1], /another address space/, 'f', 'RISCVPageMap', words, ['w']);
    k.succeeds('f', 'RISCVPageUnmap');
    k.succeeds('f', 'RISCVPageMap', words, ['w']);
  });
});

describe('CNode operations', () => {
  it('refuse an address that goes on behind the last CNode', () => {
    const k = kernelFixture();
    k.make('CNode', 'inner', 2);
    k.make('Endpoint', 'e');
    k.succeeds('inner', 'CNodeCopy', [1, 2, k.slot('e'), 32, 15], ['cnode']);
    // Two bits lead to the endpoint, and four are left.
    says(k, ['FailedLookup', 0, 3, 4, 0], /4 bits early/, 'inner', 'CNodeDelete', [0x10, 6]);
    const words = [k.slot('x'), 32, 0x10, 6, 15];
    k.refuses(['FailedLookup', 1, 3, 4, 0], 'cnode', 'CNodeCopy', words, ['inner']);
    k.succeeds('inner', 'CNodeDelete', [1, 2]);
  });

  it('refuse to rotate an empty pivot or source', () => {
    const k = kernelFixture();
    k.make('TCB', 'a');
    k.make('TCB', 'b');
    const words = (to: string, pivot: string, from: string): number[] => [
      k.slot(to),
      32,
      0,
      k.slot(pivot),
      32,
      0,
      k.slot(from),
      32,
    ];
    const caps = ['cnode', 'cnode'];
    const pivot = words('x', 'y', 'a');
    says(k, ['FailedLookup', 0, 2, 32], /pivot slot is empty/, 'cnode', 'CNodeRotate', pivot, caps);
    const source = words('x', 'a', 'y');
    says(
      k,
      ['FailedLookup', 1, 2, 32],
      /source slot is empty/,
      'cnode',
      'CNodeRotate',
      source,
      caps,
    );
    k.succeeds('cnode', 'CNodeRotate', words('x', 'b', 'a'), caps);
    assert.ok(k.isEmpty('a') && !k.isEmpty('b') && !k.isEmpty('x'));
  });
});

describe('scheduling contexts', () => {
  const params = (sc: Slot): readonly [LabelName, number[], Slot[]] => [
    'TCBSetSchedParams',
    [255, 255],
    ['tcb', sc, 'nothing'],
  ];

  it('are neither taken from the caller nor given twice by TCB_SetSchedParams', () => {
    const k = kernelFixture();
    k.thread('t', { priority: 10 });
    k.thread('u', { priority: 10, passive: true });
    const own = /cannot take its own scheduling context away/;
    says(k, ['IllegalOperation'], own, 'tcb', ...params('nothing'));
    const kind = /the endpoint is no scheduling context/;
    k.make('Endpoint', 'e');
    says(k, ['InvalidCapability', 2], kind, 't', ...params('e'));
    k.make('SchedContext', 's', 8);
    says(k, ['IllegalOperation'], /thread already has/, 't', ...params('s'));
    says(k, ['IllegalOperation'], /bound to another thread/, 'u', ...params('t.sc'));
    k.succeeds('t', ...params('t.sc'));
    k.succeeds('t', ...params('nothing'));
    k.succeeds('u', ...params('t.sc'));
  });

  it('without budget now are not given to a thread that waits', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Reply', 'r');
    k.thread('waiter', { priority: 255, passive: true });
    k.thread('burner', { budget: 1000, period: 100_000 });
    // The waiter waits; the burner uses up what it has.
    k.make('SchedContext', 's', 8);
    k.succeeds('schedControl', 'SchedControlConfigureFlags', [1000, 0, 1000, 0, 0, 0, 0], ['s']);
    k.succeeds('s', 'SchedContextBind', [], ['waiter']);
    untilRuns(k, 'waiter');
    k.recv('e', 'r');
    untilRuns(k, 'burner');
    k.advance(1200);
    assert.equal(k.current, 'rootserver');
    k.succeeds('s', 'SchedContextUnbind');
    k.succeeds('burner.sc', 'SchedContextUnbind');
    const none = /the thread is blocked and the scheduling context has no budget now/;
    says(k, ['IllegalOperation'], none, 'burner.sc', 'SchedContextBind', [], ['waiter']);
    says(k, ['IllegalOperation'], none, 'waiter', ...params('burner.sc'));
    k.advance(100_000);
    k.succeeds('burner.sc', 'SchedContextBind', [], ['waiter']);
  });

  it('are lent by one notification each', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    for (const name of ['s', 's2']) k.make('SchedContext', name, 8);
    k.succeeds('s', 'SchedContextBind', [], ['n']);
    const twice = /notification already has a scheduling context/;
    says(k, ['IllegalOperation'], twice, 's2', 'SchedContextBind', [], ['n']);
    k.succeeds('s', 'SchedContextUnbindObject', [], ['n']);
    k.succeeds('s2', 'SchedContextBind', [], ['n']);
  });
});

describe('the spaces of a thread', () => {
  it('are not exchanged while it holds the last capability to its CNode', () => {
    const k = kernelFixture();
    k.make('CNode', 'c', 4);
    k.make('TCB', 't');
    const spaces = (root: Slot): readonly [LabelName, number[], Slot[]] => [
      'TCBSetSpace',
      [0, 0],
      ['nothing', root, 'vspace'],
    ];
    k.succeeds('t', ...spaces('c'));
    k.delete('c');
    says(k, ['IllegalOperation'], /last capability to its CNode/, 't', ...spaces('cnode'));
  });

  it('want a page table that an ASID pool has assigned', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('PageTable', 'v');
    const words = (root: Slot): readonly [LabelName, number[], Slot[]] => [
      'TCBSetSpace',
      [0, 0],
      ['nothing', 'cnode', root],
    ];
    says(k, ['IllegalOperation'], /no page table with an ASID/, 't', ...words('tcb'));
    k.refuses(['IllegalOperation'], 't', ...words('v'));
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    k.succeeds('t', ...words('v'));
  });
});

describe('a notification', () => {
  it('that somebody waits for, or that is bound, is refused to a thread', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.thread('waiter');
    k.make('TCB', 't');
    k.make('TCB', 'u');
    untilRuns(k, 'waiter');
    k.wait('n');
    const taken = /threads wait for the notification, or it is bound already/;
    says(k, ['IllegalOperation'], taken, 't', 'TCBBindNotification', [], ['n']);
    k.signal('n');
    k.succeeds('t', 'TCBBindNotification', [], ['n']);
    says(k, ['IllegalOperation'], taken, 'u', 'TCBBindNotification', [], ['n']);
    k.succeeds('t', 'TCBUnbindNotification');
    says(k, ['IllegalOperation'], /no notification is bound/, 't', 'TCBUnbindNotification');
    k.succeeds('u', 'TCBBindNotification', [], ['n']);
  });
});

describe('a refused invocation', () => {
  it('tells a caller the error and a sender nothing, and both go on', () => {
    const k = kernelFixture();
    k.send('tcb', { label: 999, words: [1, 2] });
    assert.equal(k.hart.x[11], messageInfo(999, 0, 0, 2));
    assert.equal(k.current, 'rootserver');
    k.call('tcb', { label: 999 });
    assert.equal(k.message.label, 3);
  });
});
