/**
 * Every invocation that takes words or capabilities, as it is allowed; and the same with one fewer, where only the
 * count differs: the registers and the IPC buffer hold all of it. sel4-abi section 4.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelNumber, labelRows, labelTable, type LabelName } from '../../runtime/abi/labels.js';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { errors } from '../../runtime/abi/errors.js';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import { fixtureBoard, fixtureImage, KernelFixture, type Slot } from '../support/kernel-fixture.js';

interface Allowed {
  readonly object: Slot;
  /** Values, and names of slots for their numbers. */
  readonly words?: readonly (number | string)[];
  readonly caps?: readonly Slot[];
}

/** One allowed call of each, on the system below. */
const allowed: Partial<Record<LabelName, Allowed>> = {
  UntypedRetype: { object: 'small', words: [2, 0, 0, 0, 'x', 1], caps: ['cnode'] },
  TCBReadRegisters: { object: 't', words: [0, 1] },
  TCBWriteRegisters: { object: 't', words: [0, 1, 0x4000] },
  TCBCopyRegisters: { object: 't', words: [0], caps: ['u'] },
  TCBConfigure: { object: 't', words: [0, 0, 0x2000], caps: ['cnode', 'vspace', 'f'] },
  TCBSetPriority: { object: 't', words: [5], caps: ['tcb'] },
  TCBSetMCPriority: { object: 't', words: [5], caps: ['tcb'] },
  TCBSetSchedParams: { object: 't', words: [5, 5], caps: ['tcb', 's', 'e'] },
  TCBSetTimeoutEndpoint: { object: 't', caps: ['e'] },
  TCBSetIPCBuffer: { object: 't', words: [0x2000], caps: ['f'] },
  TCBSetSpace: { object: 't', words: [0, 0], caps: ['e', 'cnode', 'vspace'] },
  TCBBindNotification: { object: 't', caps: ['n'] },
  TCBSetTLSBase: { object: 't', words: [0x3000] },
  TCBSetFlags: { object: 't', words: [0, 0] },
  CNodeRevoke: { object: 'cnode', words: ['e', 32] },
  CNodeDelete: { object: 'cnode', words: ['e', 32] },
  CNodeCancelBadgedSends: { object: 'cnode', words: ['e', 32] },
  CNodeCopy: { object: 'cnode', words: ['x', 32, 'e', 32, 15], caps: ['cnode'] },
  CNodeMint: { object: 'cnode', words: ['x', 32, 'e', 32, 15, 7], caps: ['cnode'] },
  CNodeMove: { object: 'cnode', words: ['x', 32, 'e', 32], caps: ['cnode'] },
  CNodeMutate: { object: 'cnode', words: ['x', 32, 't', 32, 0], caps: ['cnode'] },
  CNodeRotate: {
    object: 'cnode',
    words: ['x', 32, 0, 'u', 32, 0, 't', 32],
    caps: ['cnode', 'cnode'],
  },
  IRQIssueIRQHandler: { object: 'irqControl', words: [8, 'x', 32], caps: ['cnode'] },
  RISCVIRQIssueIRQHandlerTrigger: {
    object: 'irqControl',
    words: [8, 0, 'x', 32],
    caps: ['cnode'],
  },
  IRQSetIRQHandler: { object: 'irq', caps: ['n'] },
  DomainSetSet: { object: 'domain', words: [0], caps: ['t'] },
  DomainScheduleConfigure: { object: 'domain', words: [0, 0, 4000, 0] },
  DomainScheduleSetStart: { object: 'domain', words: [0] },
  SchedControlConfigureFlags: {
    object: 'schedControl',
    words: [1000, 0, 1000, 0, 0, 0, 0],
    caps: ['s'],
  },
  SchedContextBind: { object: 's', caps: ['t'] },
  SchedContextUnbindObject: { object: 'bound', caps: ['n2'] },
  RISCVPageTableMap: { object: 'pt', words: [0x40_0000, 0], caps: ['v'] },
  RISCVPageMap: { object: 'f', words: [0x2_0000, 3, 0], caps: ['vspace'] },
  RISCVASIDControlMakePool: {
    object: 'asidControl',
    words: ['x', 32],
    caps: ['small', 'cnode'],
  },
  RISCVASIDPoolAssign: { object: 'asidPool', caps: ['w'] },
};

function system(label: LabelName): KernelFixture {
  const hasTrigger = label === 'RISCVIRQIssueIRQHandlerTrigger';
  const board = hasTrigger ? { ...fixtureBoard, name: virtBoard().name } : fixtureBoard;
  const k = new KernelFixture(board, fixtureImage);
  k.make('Untyped', 'small', 12);
  for (const name of ['t', 'u']) k.make('TCB', name);
  for (const name of ['n', 'n2']) k.make('Notification', name);
  for (const name of ['s', 'bound']) k.make('SchedContext', name, 8);
  for (const name of ['pt', 'v', 'w']) k.make('PageTable', name);
  k.make('Endpoint', 'e');
  k.make('4K_Page', 'f');
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('bound', 'SchedContextBind', [], ['n2']);
  k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
  return k;
}

/** The answer to the allowed call, of which the message info claims so much. */
function claim(k: KernelFixture, label: LabelName, words: number, caps: number): string {
  const { object, words: all = [], caps: companions = [] } = allowed[label] ?? { object: 'cnode' };
  k.offer({ words: all.map((word) => k.slot(word)), caps: companions });
  const number = labelNumber(labelTable(16), label) ?? 0;
  k.syscall('Call', { 10: k.slot(object), 11: messageInfo(number, 0, caps, words) });
  return errors[k.message.label]?.name ?? '';
}

describe('an invocation that takes words or capabilities', () => {
  const rows = labelRows.filter(({ words, caps }) => words.length + caps.length > 0);

  it('has an allowed call here', () => {
    const without = rows.filter(({ name }) => allowed[name] === undefined);
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });

  for (const { name, method } of rows) {
    it(`is refused with too few of them, and allowed with all: ${method}`, () => {
      const k = system(name);
      const words = allowed[name]?.words?.length ?? 0;
      const caps = allowed[name]?.caps?.length ?? 0;
      for (let fewer = 0; fewer < words; fewer += 1) {
        assert.equal(claim(k, name, fewer, caps), 'TruncatedMessage', `${String(fewer)} words`);
        assert.match(k.lastRefusal, new RegExp(`^${method}: .*needs`));
      }
      for (let fewer = 0; fewer < caps; fewer += 1) {
        const what = `${String(fewer)} capabilities`;
        assert.equal(claim(k, name, words, fewer), 'TruncatedMessage', what);
        assert.match(k.lastRefusal, new RegExp(`^${method}: .*needs`));
      }
      assert.equal(claim(k, name, words, caps), 'NoError', k.lastRefusal);
    });
  }
});
