/** What CNodes, untypeds, address spaces and interrupts refuse, with the words and the sentence; and what is next to it and allowed. */
import { describe, it } from 'node:test';
import type { ErrorName } from '../../../runtime/abi/errors.js';
import { physAddr } from '../../../runtime/base/address.js';
import {
  fixtureBoard,
  kernelFixture,
  KernelFixture,
  type Slot,
} from '../../support/kernel-fixture.js';
import { says as tell, type Refusal, type Request } from '../../support/refusals.js';

/** What was refused here. */
export const memory: Refusal[] = [];

const says = (
  k: KernelFixture,
  expected: readonly [ErrorName, ...number[]],
  sentence: RegExp,
  request: Request,
): void => {
  tell(memory, k, expected, sentence, request);
};

describe('the slots of a CNode', () => {
  it('are named by a depth from 1 to 32 that leads to one exactly', () => {
    const k = kernelFixture();
    k.make('CNode', 'inner', 2);
    const remove = (index: number, depth: number, of: Slot = 'inner'): Request => [
      of,
      'CNodeDelete',
      [index, depth],
    ];
    const outside = /depth (0|33) of the destination is outside 1 to 32$/;
    for (const depth of [0, 33]) says(k, ['RangeError', 1, 32], outside, remove(1, depth));
    const early = /destination 0x1 at depth 1: 1 address bits are left where the CNode takes 2$/;
    says(k, ['FailedLookup', 0, 3, 1, 2], early, remove(1, 1));
    const late = /destination 0x10 at depth 6: the way ends 4 bits early/;
    says(k, ['FailedLookup', 0, 3, 4, 0], late, remove(0x10, 6));
    const guard =
      /destination 0xf0000000 at depth 32: the address differs from guard 0x0 of 20 bits/;
    says(k, ['FailedLookup', 0, 4, 32, 0, 20], guard, remove(0xf000_0000, 32, 'cnode'));
    k.succeeds(...remove(1, 2));
  });

  it('give what can be copied', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 12);
    k.make('Endpoint', 'inside', 0, 'u');
    k.make('PageTable', 'pt');
    k.make('Endpoint', 'e');
    const copy = (from: Slot, to: Slot = 'x'): Request => [
      'cnode',
      'CNodeCopy',
      [k.slot(to), 32, k.slot(from), 32, 15],
      ['cnode'],
    ];
    const empty = /^CNode_Copy: slot 0x[0-9a-f]+ of the source is empty$/;
    says(k, ['FailedLookup', 1, 2, 32], empty, copy('y'));
    says(k, ['RevokeFirst'], /the untyped has children; revoke it/, copy('u'));
    says(k, ['IllegalOperation'], /page table that is not mapped cannot be copied/, copy('pt'));
    says(k, ['IllegalOperation'], /IRQ control capability cannot be copied/, copy('irqControl'));
    says(k, ['DeleteFirst'], /already holds a capability \(endpoint\)/, copy('e', 'inside'));
    k.delete('inside');
    k.succeeds(...copy('u'));
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['pt']);
    k.succeeds(...copy('pt', 'y'));
  });

  it('cancel the badged sends of endpoints with all rights', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.copy('e', 'weak', 7);
    const cancel = (of: Slot): Request => ['cnode', 'CNodeCancelBadgedSends', [k.slot(of), 32]];
    const rights = /the endpoint is no endpoint capability with all rights/;
    says(k, ['IllegalOperation'], rights, cancel('weak'));
    k.succeeds(...cancel('e'));
  });
});

describe('an untyped', () => {
  const retype = (
    k: KernelFixture,
    type: number,
    bits: number,
    { count = 1, offset = k.slot('new'), root = 'cnode', from = 'u', to = [0, 0] } = {},
  ): Request => [from, 'UntypedRetype', [type, bits, ...to, offset, count], [root]];

  it('makes objects that there are, of sizes that they have', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 14);
    says(k, ['InvalidArgument', 0], /there is no object type 10$/, retype(k, 10, 0));
    const large = /size_bits \d+ is too large/;
    says(k, ['RangeError', 0, 29], large, retype(k, 2, 32));
    says(k, ['RangeError', 0, 29], large, retype(k, 4, 26));
    says(k, ['RangeError', 0, 29], large, retype(k, 0, 30));
    const most = /1 × 536870912 bytes for (CNode|Untyped) are needed, 16384 are free/;
    says(k, ['NotEnoughMemory', 0x4000], most, retype(k, 4, 25));
    says(k, ['NotEnoughMemory', 0x4000], most, retype(k, 0, 29));
    const small = /needs size_bits of at least (1|4|7), not/;
    for (const [type, least] of [
      [4, 1],
      [0, 4],
      [5, 7],
    ] as const) {
      says(k, ['InvalidArgument', 1], small, retype(k, type, least - 1));
      k.succeeds(...retype(k, type, least));
      k.delete('new');
    }
  });

  it('makes no more than fits', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 13);
    const much = /3 × 4096 bytes for 4K_Page are needed, 8192 are free/;
    says(k, ['NotEnoughMemory', 8192], much, retype(k, 7, 0, { count: 3 }));
    k.succeeds(...retype(k, 7, 0, { count: 2 }));
  });

  it('of a device makes frames and untypeds', () => {
    const k = kernelFixture();
    const device = /device memory can become frames and untypeds only, not Endpoint/;
    says(k, ['InvalidArgument', 1], device, retype(k, 2, 0, { from: 'device' }));
    k.succeeds(...retype(k, 0, 4, { from: 'device' }));
    k.delete('new');
    k.succeeds(...retype(k, 7, 0, { from: 'device' }));
  });

  it('puts capabilities into as many empty slots of one CNode', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 14);
    k.make('CNode', 'c', 3);
    k.make('Endpoint', 'e');
    const none = /the destination is no CNode \((untyped|endpoint)\)/;
    says(k, ['FailedLookup', 0, 2, 0], none, retype(k, 2, 0, { root: 'u' }));
    const lead = { to: [k.slot('e'), 32] };
    says(k, ['FailedLookup', 0, 2, 32], none, retype(k, 2, 0, lead));
    const into = (offset: number, count: number): Request =>
      retype(k, 2, 0, { offset, count, root: 'c' });
    says(k, ['RangeError', 0, 7], /node_offset 8 is beyond the 8 slots/, into(8, 1));
    const number = /num_objects \d+ is outside 1 to 256/;
    says(k, ['RangeError', 1, 256], number, into(0, 0));
    says(k, ['RangeError', 1, 256], number, into(0, 257));
    says(k, ['RangeError', 1, 3], /4 objects do not fit into the 3 slots from 5 on/, into(5, 4));
    k.succeeds(...into(5, 3));
    says(k, ['DeleteFirst'], /destination slot 0x5 already holds a capability/, into(3, 3));
    k.succeeds(...into(3, 2));
    k.succeeds(...retype(k, 2, 0, { count: 256, offset: 3000 }));
  });
});

describe('ASID pools', () => {
  it('are made of memory that is not in use, in slots that are empty', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 12);
    k.make('Endpoint', 'inside', 0, 'u');
    const make = (to: Slot): Request => [
      'asidControl',
      'RISCVASIDControlMakePool',
      [k.slot(to), 32],
      ['u', 'cnode'],
    ];
    says(k, ['RevokeFirst'], /the untyped is in use/, make('pool'));
    k.delete('inside');
    says(k, ['DeleteFirst'], /the destination slot is not empty/, make('u'));
    k.succeeds(...make('pool'));
  });

  it('have sixteen ASIDs each', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 12);
    const to = [k.slot('pool'), 32];
    k.succeeds('asidControl', 'RISCVASIDControlMakePool', to, ['u', 'cnode']);
    const assign = (index: number): Request => {
      k.make('PageTable', `v${String(index)}`);
      return ['pool', 'RISCVASIDPoolAssign', [], [`v${String(index)}`]];
    };
    for (let index = 0; index < 16; index += 1) k.succeeds(...assign(index));
    says(k, ['DeleteFirst'], /all ASIDs of the pool are assigned/, assign(16));
    k.delete('v3');
    k.succeeds('pool', 'RISCVASIDPoolAssign', [], ['v16']);
  });
});

describe('page tables and frames', () => {
  const ram = { base: physAddr(0x5000_0000), sizeBytes: 0x400_0000 };
  const withSpace = (): KernelFixture => {
    const k = new KernelFixture({ ...fixtureBoard, ram });
    for (const name of ['v', 'pt', 'more']) k.make('PageTable', name);
    for (const name of ['f', 'g']) k.make('4K_Page', name);
    k.make('Mega_Page', 'mega');
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
    return k;
  };
  const table = (vaddr: number, root: Slot = 'v', of: Slot = 'more'): Request => [
    of,
    'RISCVPageTableMap',
    [vaddr, 0],
    [root],
  ];
  const page = (vaddr: number, root: Slot = 'v', of: Slot = 'f'): Request => [
    of,
    'RISCVPageMap',
    [vaddr, 3, 0],
    [root],
  ];

  it('are mapped in the root of an address space', () => {
    const k = withSpace();
    const noSpace = /the address space is no page table with an ASID \((TCB|page table)\)/;
    const noRoot = /the page table is not the root of its address space/;
    for (const request of [table, page]) {
      says(k, ['InvalidCapability', 1], noSpace, request(0x40_1000, 'tcb'));
      says(k, ['InvalidCapability', 1], noSpace, request(0x40_1000, 'more'));
      says(k, ['InvalidCapability', 1], noRoot, request(0x40_1000, 'pt'));
      says(k, ['InvalidArgument', 0], /0x80000000 is not a user address/, request(0x8000_0000));
    }
    k.succeeds(...table(0x7fff_f000));
    k.succeeds(...page(0x40_1000));
  });

  it('are mapped where nothing is: tables', () => {
    const k = withSpace();
    says(k, ['InvalidCapability', 0], /is mapped already/, table(0x80_0000, 'v', 'pt'));
    const there = /something is mapped at 0x[0-9a-f]+ already/;
    says(k, ['DeleteFirst'], there, table(0x40_0000));
    k.succeeds(...page(0x80_0000, 'v', 'mega'));
    says(k, ['DeleteFirst'], there, table(0x80_0000));
    k.succeeds('mega', 'RISCVPageUnmap');
    k.succeeds(...table(0x80_0000));
  });

  it('are mapped where nothing is: frames', () => {
    const k = withSpace();
    says(k, ['FailedLookup', 0, 2, 22], /no page table is mapped for 0x800000/, page(0x80_0000));
    const taken = /a page table is mapped at 0x400000, where a 4 MiB frame would go/;
    says(k, ['FailedLookup', 0, 2, 12], taken, page(0x40_0000, 'v', 'mega'));
    k.succeeds(...page(0x40_1000));
    const already = /the frame is mapped at 0x401000 already/;
    says(k, ['InvalidArgument', 0], already, page(0x40_2000));
    says(k, ['DeleteFirst'], /another frame is mapped at 0x401000/, page(0x40_1000, 'v', 'g'));
    k.succeeds(...page(0x40_1000));
    k.succeeds(...page(0x40_2000, 'v', 'g'));
    k.succeeds(...page(0xc0_0000, 'v', 'mega'));
  });

  it('are unmapped unless there are copies, and roots are not', () => {
    const k = withSpace();
    const unmap = (of: Slot): Request => [of, 'RISCVPageTableUnmap'];
    k.copy('pt', 'twin');
    says(k, ['RevokeFirst'], /there are copies of the page table/, unmap('pt'));
    says(k, ['RevokeFirst'], /is the root of an address space/, unmap('v'));
    k.delete('twin');
    k.succeeds(...unmap('pt'));
  });
});

describe('interrupts', () => {
  it('are given to one handler, in an empty slot', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    const get = (irq: number, to: Slot): Request => [
      'irqControl',
      'IRQIssueIRQHandler',
      [irq, k.slot(to), 32],
      ['cnode'],
    ];
    says(k, ['RangeError', 1, 43], /interrupt 44 is outside 1 to 43/, get(44, 'irq'));
    says(k, ['DeleteFirst'], /the destination slot is not empty/, get(7, 'n'));
    k.succeeds(...get(7, 'irq'));
    says(k, ['RevokeFirst'], /interrupt 7 has a handler already/, get(7, 'x'));
    k.delete('irq');
    k.succeeds(...get(7, 'x'));
    const trigger: Request = [
      'irqControl',
      'RISCVIRQIssueIRQHandlerTrigger',
      [8, 0, k.slot('y'), 32],
      ['cnode'],
    ];
    says(k, ['IllegalOperation'], /of this board has no selectable trigger/, trigger);
  });

  it('tell a notification that may be signalled', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.copy('n', 'readOnly', 2);
    k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
    const set = (to: Slot): Request => ['irq', 'IRQSetIRQHandler', [], [to]];
    const right = /the notification is no notification capability with the write right/;
    says(k, ['InvalidCapability', 0], right, set('readOnly'));
    k.succeeds(...set('n'));
  });
});
