/** What threads, their time and their domains refuse, with the words and the sentence; and what is next to it and allowed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cnodeData } from '../../../runtime/abi/cap-rights.js';
import type { ErrorName } from '../../../runtime/abi/errors.js';
import { labelNumber, labelTable, type LabelName } from '../../../runtime/abi/labels.js';
import { configuration } from '../../../runtime/kernel/configuration.js';
import {
  fixtureBoard,
  fixtureImage,
  kernelFixture,
  KernelFixture,
  type Slot,
} from '../../support/kernel-fixture.js';
import { says as tell, type Refusal, type Request } from '../../support/refusals.js';

/** What was refused here. */
export const threads: Refusal[] = [];

const says = (
  k: KernelFixture,
  expected: readonly [ErrorName, ...number[]],
  sentence: RegExp,
  request: Request,
): void => {
  tell(threads, k, expected, sentence, request);
};

describe('the registers', () => {
  it('of another thread are read, from 1 to 32 of them, and written', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    const read = (count: number, of: Slot = 't'): Request => [of, 'TCBReadRegisters', [0, count]];
    const many = /registers were asked for; there are 32/;
    for (const count of [0, 33]) says(k, ['RangeError', 1, 32], many, read(count));
    says(k, ['IllegalOperation'], /cannot read its own registers/, read(1, 'tcb'));
    for (const count of [1, 32]) k.succeeds(...read(count));
    const write = (of: Slot): Request => [of, 'TCBWriteRegisters', [0, 1, 0x4000]];
    says(k, ['IllegalOperation'], /cannot write its own registers/, write('tcb'));
    k.succeeds(...write('t'));
    const copy = (from: Slot): Request => ['t', 'TCBCopyRegisters', [0], [from]];
    says(k, ['InvalidCapability', 1], /the CNode given as source is no TCB/, copy('cnode'));
    k.succeeds(...copy('tcb'));
  });
});

describe('a priority', () => {
  it('is at most what the authority, a thread, controls', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('TCB', 'authority');
    k.succeeds('authority', 'TCBSetMCPriority', [10], ['tcb']);
    const calls: readonly ((priority: number, authority: Slot) => Request)[] = [
      (priority, authority) => ['t', 'TCBSetPriority', [priority], [authority]],
      (priority, authority) => ['t', 'TCBSetMCPriority', [priority], [authority]],
      (priority, authority) => [
        't',
        'TCBSetSchedParams',
        [priority, 0],
        [authority, 'nothing', 'nothing'],
      ],
      (priority, authority) => [
        't',
        'TCBSetSchedParams',
        [0, priority],
        [authority, 'nothing', 'nothing'],
      ],
    ];
    for (const call of calls) {
      const above = /priority 11 is above 10, the most that the authority controls/;
      says(k, ['RangeError', 0, 10], above, call(11, 'authority'));
      const kind = /the CNode given as authority is no TCB/;
      says(k, ['InvalidCapability', 1], kind, call(1, 'cnode'));
      k.succeeds(...call(10, 'authority'));
    }
  });
});

describe('a handler of faults', () => {
  it('is an endpoint to send to with grant or grant reply, or none', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('Endpoint', 'e');
    // Bits: send, receive, grant, grant reply.
    k.copy('e', 'noSend', 0b1110);
    k.copy('e', 'noGrant', 0b0011);
    k.copy('e', 'grant', 0b0101);
    k.copy('e', 'grantReply', 0b1001);
    const calls: readonly (readonly [number, (handler: Slot) => Request])[] = [
      [3, (handler) => ['t', 'TCBSetSchedParams', [0, 0], ['tcb', 'nothing', handler]]],
      [1, (handler) => ['t', 'TCBSetTimeoutEndpoint', [], [handler]]],
      [1, (handler) => ['t', 'TCBSetSpace', [0, 0], [handler, 'cnode', 'vspace']]],
    ];
    for (const [place, call] of calls) {
      const sentence = /handler is no endpoint capability with send and grant or grant reply/;
      for (const other of ['tcb', 'noSend', 'noGrant']) {
        says(k, ['InvalidCapability', place], sentence, call(other));
      }
      for (const allowed of ['nothing', 'grant', 'grantReply']) k.succeeds(...call(allowed));
    }
  });
});

describe('the spaces of a thread', () => {
  it('have a CNode with a guard that fits, and a root with an ASID', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('CNode', 'c', 4);
    k.make('PageTable', 'v');
    const set = (cspace: Slot, data: number, vspace: Slot = 'vspace'): Request => [
      't',
      'TCBSetSpace',
      [data, 0],
      ['nothing', cspace, vspace],
    ];
    const root = /given as CSpace root is no CNode, or its guard does not fit/;
    says(k, ['IllegalOperation'], root, set('tcb', 0));
    says(k, ['IllegalOperation'], root, set('c', cnodeData(0, 29)));
    const table = /the VSpace root is no page table with an ASID/;
    k.make('Endpoint', 'e');
    // Its badge is where a page table says that it is mapped.
    k.mint('e', 'odd', 0xfff_ffff);
    for (const other of ['tcb', 'odd']) says(k, ['IllegalOperation'], table, set('c', 0, other));
    // A page table without an ASID cannot even be copied.
    says(k, ['IllegalOperation'], /page table that is not mapped/, set('c', 0, 'v'));
    k.succeeds(...set('c', cnodeData(0, 28)));
  });

  it('stay while the thread holds the last capability to either CNode', () => {
    const k = kernelFixture();
    const set = (of: Slot): Request => [of, 'TCBSetSpace', [0, 0], ['nothing', 'cnode', 'vspace']];
    k.make('TCB', 't');
    k.make('CNode', 'c', 4);
    k.succeeds('t', 'TCBSetSpace', [0, 0], ['nothing', 'c', 'vspace']);
    k.copy('c', 'twin');
    k.succeeds(...set('t'));
    k.succeeds('t', 'TCBSetSpace', [0, 0], ['nothing', 'c', 'vspace']);
    for (const name of ['c', 'twin']) k.delete(name);
    says(k, ['IllegalOperation'], /holds the last capability to its CNode; move it/, set('t'));
  });

  it('have an IPC buffer in a frame of RAM at a multiple of 512, or none', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    k.make('4K_Page', 'f');
    k.make('4K_Page', 'uart', 0, 'device');
    const calls: readonly ((address: number, frame: Slot) => Request)[] = [
      (address, frame) => ['t', 'TCBSetIPCBuffer', [address], [frame]],
      (address, frame) => ['t', 'TCBConfigure', [0, 0, address], ['cnode', 'vspace', frame]],
    ];
    for (const call of calls) {
      says(k, ['IllegalOperation'], /the TCB given as IPC buffer is no frame/, call(0x200, 'tcb'));
      says(k, ['IllegalOperation'], /a device frame cannot be/, call(0x200, 'uart'));
      says(k, ['AlignmentError'], /address 0x210 is no multiple of 512/, call(0x210, 'f'));
      k.succeeds(...call(0x200, 'f'));
      k.succeeds(...call(0, 'tcb'));
    }
  });
});

describe('a bound notification', () => {
  it('is a notification that may be received from, one for each thread', () => {
    const k = kernelFixture();
    k.make('TCB', 't');
    for (const name of ['n', 'n2']) k.make('Notification', name);
    k.copy('n', 'writeOnly', 1);
    const bind = (to: Slot): Request => ['t', 'TCBBindNotification', [], [to]];
    says(k, ['IllegalOperation'], /the CNode is no notification$/, bind('cnode'));
    says(k, ['IllegalOperation'], /lacks the read right/, bind('writeOnly'));
    k.succeeds(...bind('n'));
    says(k, ['IllegalOperation'], /already has a bound notification/, bind('n2'));
    k.succeeds('t', 'TCBUnbindNotification');
    k.succeeds(...bind('n2'));
  });
});

describe('a scheduling context', () => {
  const configure = (
    budget: readonly [number, number],
    period: readonly [number, number],
    refills = 0,
    sc: Slot = 's',
  ): Request => [
    'schedControl',
    'SchedControlConfigureFlags',
    [...budget, ...period, refills, 0, 0],
    [sc],
  ];

  it('has a budget and a period within bounds, and refills that fit', () => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 7);
    const most = (2n ** 64n - 1n) / 8n;
    const low = Number(BigInt.asUintN(32, most));
    const largest = [0xffff_ffff, 0x1fff_ffff] as const;
    const above = [0, 0x2000_0000] as const;
    const range = /a (budget|period) of \d+ µs is below 20 µs or too large/;
    says(k, ['RangeError', 20, low], range, configure([19, 0], [1000, 0]));
    says(k, ['RangeError', 20, low], range, configure([20, 0], [19, 0]));
    says(k, ['RangeError', 20, low], range, configure([20, 0xffff_ffff], [20, 0xffff_ffff]));
    says(k, ['RangeError', 20, low], range, configure([20, 0], above));
    says(k, ['RangeError', 20, 1000], /is larger than the period/, configure([1001, 0], [1000, 0]));
    const longer = /is larger than the period/;
    const period = [0xffff_fffe, 0x1fff_ffff] as const;
    says(k, ['RangeError', 20, 0xffff_fffe], longer, configure(largest, period));
    k.succeeds(...configure([20, 0], [20, 0]));
    k.succeeds(...configure([20, 0], largest));
    says(
      k,
      ['RangeError', 0, 2],
      /3 extra refills do not fit; this object holds 2/,
      configure([1000, 0], [2000, 0], 3),
    );
    k.succeeds(...configure([1000, 0], [2000, 0], 2));
    const kind = /the CNode is no scheduling context/;
    says(k, ['InvalidCapability', 1], kind, configure([1000, 0], [2000, 0], 0, 'cnode'));
    const params = (sc: Slot): Request => [
      'tcb',
      'TCBSetSchedParams',
      [255, 255],
      ['tcb', sc, 'nothing'],
    ];
    says(k, ['InvalidCapability', 2], kind, params('cnode'));
    k.succeeds(...params('sc'));
  });

  it('is not taken from the calling thread', () => {
    const k = kernelFixture();
    const own = /the scheduling context is that of the calling thread/;
    says(k, ['IllegalOperation'], own, ['sc', 'SchedContextUnbind']);
    says(k, ['IllegalOperation'], own, ['sc', 'SchedContextUnbindObject', [], ['tcb']]);
    k.thread('t');
    k.succeeds('t.sc', 'SchedContextUnbind');
  });

  it('is yielded to where another thread runs on it that the caller controls', () => {
    const k = kernelFixture();
    k.make('SchedContext', 's', 8);
    k.thread('t', { priority: 100 });
    const yieldTo = (sc: Slot): Request => [sc, 'SchedContextYieldTo'];
    says(k, ['IllegalOperation'], /no thread runs on the scheduling context/, yieldTo('s'));
    says(k, ['IllegalOperation'], /is that of the calling thread/, yieldTo('sc'));
    k.succeeds('tcb', 'TCBSetMCPriority', [99], ['tcb']);
    const higher = /higher priority than 99, the most that the caller controls/;
    says(k, ['IllegalOperation'], higher, yieldTo('t.sc'));
    k.succeeds('t', 'TCBSetPriority', [99], ['tcb']);
    k.succeeds(...yieldTo('t.sc'));
  });
});

describe('domains', () => {
  const withDomains = (): KernelFixture =>
    new KernelFixture(fixtureBoard, fixtureImage, { settings: { domains: 2 } });
  const configure = (index: number, domain: number, time: readonly [number, number]): Request => [
    'domain',
    'DomainScheduleConfigure',
    [index, domain, ...time],
  ];

  it('have threads', () => {
    const k = withDomains();
    k.make('TCB', 't');
    const set = (domain: number, thread: Slot): Request => [
      'domain',
      'DomainSetSet',
      [domain],
      [thread],
    ];
    says(k, ['InvalidArgument', 0], /there is no domain 2$/, set(2, 't'));
    says(k, ['InvalidArgument', 1], /the CNode is no TCB/, set(1, 'cnode'));
    k.succeeds(...set(1, 't'));
  });

  it('have a schedule of as many entries as there is room for, and an end', () => {
    const k = withDomains();
    const last = configuration.longestDomainSchedule - 1;
    says(
      k,
      ['RangeError', 0, last - 1],
      /there is no entry 99 to write/,
      configure(last, 0, [5, 0]),
    );
    k.succeeds(...configure(last - 1, 1, [5, 0]));
    says(k, ['RangeError', 0, 1], /there is no domain 2$/, configure(1, 2, [5, 0]));
    const long = /the duration does not fit into 56 bits/;
    says(k, ['InvalidArgument', 2], long, configure(1, 1, [0, 0x100_0000]));
    k.succeeds(...configure(1, 1, [0xffff_ffff, 0xff_ffff]));
    says(k, ['InvalidArgument', 1], /an end marker has domain 0/, configure(2, 1, [0, 0]));
    k.succeeds(...configure(2, 0, [0, 0]));
    const first = /the first entry of the schedule cannot be an end marker/;
    says(k, ['InvalidArgument', 2], first, configure(0, 0, [0, 0]));
    const start = (index: number): Request => ['domain', 'DomainScheduleSetStart', [index]];
    says(k, ['RangeError', 0, last], /there is no entry 100$/, start(last + 1));
    says(k, ['InvalidArgument', 0], /entry 2 is an end marker/, start(2));
    says(k, ['InvalidArgument', 0], /entry 99 is an end marker/, start(last));
    k.succeeds(...start(1));
  });
});

describe('a capability', () => {
  it('without the right to send has no invocation', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Notification', 'n');
    for (const name of ['e', 'n']) k.copy(name, `${name}Receive`, 2);
    const lacks = /^capability 0x[0-9a-f]+ \((endpoint|notification)\) lacks the right to send$/;
    for (const name of ['eReceive', 'nReceive']) {
      says(k, ['InvalidCapability', 0], lacks, [name, 'TCBResume']);
    }
    k.signal('n');
  });

  it('that could stop its caller has none in the sending half of a combined call', () => {
    const k = kernelFixture();
    k.make('4K_Page', 'f');
    k.make('Notification', 'n');
    k.make('SchedContext', 's', 8);
    const sending = (to: Slot, label: LabelName): string => {
      const before = k.events.length;
      k.signal('n');
      k.nbSendWait(to, 'n', { label: labelNumber(labelTable(16), label) ?? 0 });
      // It goes on with the signal, whatever became of the sending.
      assert.equal(k.current, 'rootserver');
      const refusal = k.events.slice(before).find(({ kind }) => kind === 'refused');
      return refusal === undefined ? '' : k.lastRefusal;
    };
    const half = /cannot be invoked in the sending half of a combined system call$/;
    for (const [object, label] of [
      ['tcb', 'TCBSuspend'],
      ['cnode', 'CNodeDelete'],
      ['domain', 'DomainSetSet'],
      ['s', 'SchedContextUnbind'],
      ['schedControl', 'SchedControlConfigureFlags'],
    ] as const) {
      const sentence = sending(object, label);
      assert.match(sentence, half);
      threads.push({ sentence, request: object });
    }
    assert.equal(sending('f', 'RISCVPageUnmap'), '');
  });
});
