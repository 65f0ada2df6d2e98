/** What a copy of a capability may do: never more than its source, for every rights word. sel4-abi sections 2 and 8. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  endpointBadge,
  frameFields,
  frameRights,
  notificationBadge,
  replyCanGrant,
} from '../../runtime/kernel/capabilities/capability.js';
import { kernelFixture, type KernelFixture } from '../support/kernel-fixture.js';

const words = Array.from({ length: 16 }, (_, rights) => rights);

/** The rights bits of the copy that each rights word makes. */
function copies(k: KernelFixture, source: string, rightsOf: (copy: string) => number): number[] {
  return words.map((rights) => {
    k.copy(source, 'copy', rights);
    const found = rightsOf('copy');
    k.delete('copy');
    return found;
  });
}

describe('a copy', () => {
  it('of an endpoint has the rights that its source and the word have', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    // Bits: send, receive, grant, grant reply; as the word has write, read, grant, grant reply.
    for (const own of words) {
      k.copy('e', 'source', own);
      const rights = copies(k, 'source', (copy) => k.capability(copy).w1 & 0xf);
      assert.deepEqual(
        rights,
        words.map((word) => word & own),
      );
      k.delete('source');
    }
  });

  it('of a notification has write and read', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    for (const own of [0, 1, 2, 3]) {
      k.copy('n', 'source', own);
      const rights = copies(k, 'source', (copy) => k.capability(copy).w1 & 0xf);
      assert.deepEqual(
        rights,
        words.map((word) => word & own),
      );
      k.delete('source');
    }
  });

  it('of a reply object has grant', () => {
    const k = kernelFixture();
    k.make('Reply', 'r');
    k.copy('r', 'weak', 0b1011);
    const canGrant = (copy: string): number => Number(replyCanGrant(k.capability(copy).w0));
    assert.deepEqual(
      copies(k, 'r', canGrant),
      words.map((word) => (word & 4) / 4),
    );
    assert.deepEqual(
      copies(k, 'weak', canGrant),
      words.map(() => 0),
    );
  });

  it('of a frame has what Sv32 can do: write with read alone', () => {
    const k = kernelFixture();
    const { kernelOnly, readOnly, readWrite } = frameRights;
    k.make('4K_Page', 'f');
    k.copy('f', 'readable', 2);
    k.copy('f', 'closed', 0);
    const rightsOf = (copy: string): number => frameFields(k.capability(copy)).rights;
    const expected = (both: number, read: number): number[] =>
      words.map((word) => ((word & 2) === 0 ? kernelOnly : (word & 1) === 0 ? read : both));
    assert.deepEqual(copies(k, 'f', rightsOf), expected(readWrite, readOnly));
    assert.deepEqual(copies(k, 'readable', rightsOf), expected(readOnly, readOnly));
    assert.deepEqual(copies(k, 'closed', rightsOf), expected(kernelOnly, kernelOnly));
  });

  it('with a badge has it in 28 bits, and no more rights', () => {
    const k = kernelFixture();
    k.make('Endpoint', 'e');
    k.make('Notification', 'n');
    for (const rights of words) {
      k.mint('e', 'eBadged', 0xf234_5678, rights);
      const e = k.capability('eBadged');
      assert.deepEqual([endpointBadge(e.w0), e.w1 & 0xf], [0x234_5678, rights]);
      k.mint('n', 'nBadged', 0xf234_5678, rights);
      const n = k.capability('nBadged');
      assert.deepEqual([notificationBadge(n.w1), n.w1 & 0xf], [0x234_5678, rights & 3]);
      for (const name of ['eBadged', 'nBadged']) k.delete(name);
    }
  });
});
