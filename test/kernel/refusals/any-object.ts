/** What every object refuses, whatever is asked of it; and what has no object at all, or may not be sent to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInfo } from '../../../runtime/abi/message-info.js';
import { labelNumber, labelRows, labelTable, type LabelName } from '../../../runtime/abi/labels.js';
import { kernelFixture, type KernelFixture, type Slot } from '../../support/kernel-fixture.js';
import type { Refusal } from '../../support/refusals.js';
import type { AbiRow } from './abi-rows.js';

/** The rows that are told here. */
export const anyObject: readonly AbiRow[] = [
  'no object',
  'no right to send',
  'first phase',
  'unknown operation',
];

/** An object of every type, and the beginnings of the labels that it understands. */
const objects: readonly (readonly [object: string, labels: RegExp])[] = [
  ['small', /^Untyped/],
  ['t', /^TCB/],
  ['cnode', /^CNode/],
  ['irqControl', /IssueIRQHandler/],
  ['irq', /^IRQ(Ack|Set|Clear)/],
  ['domain', /^Domain/],
  ['schedControl', /^SchedControl/],
  ['s', /^SchedContext/],
  ['pt', /^RISCVPageTable/],
  ['f', /^RISCVPage(Map|Unmap|GetAddress)/],
  ['asidControl', /^RISCVASIDControl/],
  ['asidPool', /^RISCVASIDPool/],
];

function withEverything(): KernelFixture {
  const k = kernelFixture();
  k.make('Untyped', 'small', 12);
  k.make('TCB', 't');
  k.make('SchedContext', 's', 8);
  k.make('4K_Page', 'f');
  k.make('PageTable', 'pt');
  k.make('Endpoint', 'e');
  k.make('Notification', 'n');
  k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
  return k;
}

export function tellAnyObject(seen: Refusal[]): void {
  const refused = (
    k: KernelFixture,
    row: AbiRow,
    error: Refusal['error'],
    words: readonly number[],
    object: Slot,
    label: LabelName,
    says: RegExp,
  ): void => {
    k.refuses([error, ...words], object, label);
    assert.match(k.lastRefusal, says);
    seen.push({ label, error, row, sentence: k.lastRefusal, place: `object ${String(object)}` });
  };

  describe('every invocation', () => {
    it('is refused by an object of another type', () => {
      const k = withEverything();
      for (const { name, method } of labelRows) {
        for (const [object, labels] of objects) {
          if (labels.test(name)) continue;
          const says = new RegExp(`^${method}: .* has no such operation$`);
          refused(k, 'unknown operation', 'IllegalOperation', [], object, name, says);
        }
      }
    });

    it('is refused by an empty slot, which has no object', () => {
      const k = withEverything();
      for (const { name } of labelRows) {
        const says = /^capability 0x3e7 \(empty slot\) has no object to invoke$/;
        refused(k, 'no object', 'InvalidCapability', [0], 'nothing', name, says);
      }
    });

    it('is refused by a capability that may not be sent to, and sent along one that may', () => {
      const k = withEverything();
      for (const name of ['e', 'n']) {
        k.copy(name, `${name}Receive`, 0b1110);
        k.copy(name, `${name}Send`, 0b0001);
      }
      const says = /^capability 0x[0-9a-f]+ \((endpoint|notification)\) lacks the right to send$/;
      for (const { name } of labelRows) {
        for (const object of ['eReceive', 'nReceive']) {
          refused(k, 'no right to send', 'InvalidCapability', [0], object, name, says);
        }
      }
      k.signal('nSend');
      k.nbWait('n');
      assert.equal(k.current, 'rootserver');
      k.send('eSend');
      assert.equal(k.current, 'idle_thread');
    });

    it('is refused with a label that the ABI does not have', () => {
      const k = withEverything();
      for (const [object] of objects) {
        for (const label of [0, labelTable(16).length, 0xf_ffff]) {
          k.call(object, { label });
          assert.equal(k.message.label, 3);
          const says = new RegExp(`^label ${String(label)}: .* has no such operation$`);
          assert.match(k.lastRefusal, label === 0 ? /has no such operation$/ : says);
        }
      }
    });
  });

  describe('the sending half of a combined call', () => {
    // What could stop the caller, so that it cannot receive; each with a label that it understands.
    const stopping: readonly (readonly [Slot, LabelName])[] = [
      ['t', 'TCBResume'],
      ['cnode', 'CNodeDelete'],
      ['domain', 'DomainSetSet'],
      ['s', 'SchedContextUnbind'],
      ['schedControl', 'SchedControlConfigureFlags'],
    ];
    const others: readonly (readonly [Slot, LabelName])[] = [
      ['f', 'RISCVPageUnmap'],
      ['irq', 'IRQAckIRQ'],
      ['pt', 'RISCVPageTableUnmap'],
    ];

    /** What was refused, silently: the caller goes on with the signal, whatever became of the sending. */
    const sentence = (k: KernelFixture, to: Slot, label: LabelName): string => {
      const before = k.events.length;
      k.signal('n');
      k.nbSendWait(to, 'n', { label: labelNumber(labelTable(16), label) ?? 0 });
      assert.equal(k.current, 'rootserver');
      const refusal = k.events.slice(before).find((event) => event.kind === 'refused');
      return refusal?.message ?? '';
    };

    it('does not invoke what could stop the caller', () => {
      const k = withEverything();
      for (const [object, label] of stopping) {
        const told = sentence(k, object, label);
        assert.match(told, /cannot be invoked in the sending half of a combined system call$/);
        const row = 'first phase';
        seen.push({ label, error: 'InvalidCapability', row, sentence: told, place: 'first phase' });
      }
      for (const [object, label] of others) assert.equal(sentence(k, object, label), '');
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
}
