/** Capability faults: those of refusals/cap-faults.ts, and what is none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageInfo } from '../../runtime/abi/message-info.js';
import { capFaultChecks, withFaulter } from './refusals/cap-faults.js';

describe('a capability fault', () => {
  for (const { title, prepare } of capFaultChecks) {
    it(title, () => {
      prepare()();
    });
  }

  it('is none of a message without an IPC buffer, which has no capabilities', () => {
    const k = withFaulter();
    k.offer({ caps: [0xf000_0000] });
    k.syscall('Yield');
    k.succeeds('t', 'TCBSetIPCBuffer', [0], ['n']);
    k.syscall('Send', { 10: k.slot('n'), 11: messageInfo(0, 0, 1, 0) });
    assert.equal(k.current, 't');
  });
});
