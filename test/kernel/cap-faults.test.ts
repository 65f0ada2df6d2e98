/** Capability faults: those of refusals/cap-faults.ts, and what is none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInfo } from '../../runtime/abi/message-info.js';
import type { KernelFixture } from '../support/kernel-fixture.js';
import {
  capFaultChecks,
  withFaulter,
  withoutSpace,
  withSmallSpace,
} from './refusals/cap-faults.js';

describe('a capability fault', () => {
  for (const { title, prepare } of capFaultChecks) {
    it(title, () => {
      prepare()();
    });
  }

  it('is described by where the lookup ended', () => {
    const described = (system: (k: KernelFixture) => void, from: number): string => {
      const k = withFaulter(system);
      k.syscall('Wait', { 10: from });
      const fault = k.events.findLast((event) => event.kind === 'fault');
      return fault?.fault.description ?? '';
    };
    assert.match(described(withoutSpace, 1), /where there is no CNode at the root$/);
    assert.match(
      described(withSmallSpace, 0x4400_0000),
      /where the slot is empty or does not fit, with 0 address bits left$/,
    );
    assert.match(
      described(withSmallSpace, 0x4500_0000),
      /where 24 address bits are left where the CNode takes 25$/,
    );
  });

  it('is none of a message without an IPC buffer, which has no capabilities', () => {
    const k = withFaulter();
    k.offer({ caps: [0xf000_0000] });
    k.syscall('Yield');
    k.succeeds('t', 'TCBSetIPCBuffer', [0], ['n']);
    k.syscall('Send', { 10: k.slot('n'), 11: messageInfo(0, 0, 1, 0) });
    assert.equal(k.current, 't');
  });
});
