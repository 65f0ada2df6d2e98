import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kernelFixture } from '../support/kernel-fixture.js';

describe('one badge that was given twice', () => {
  it('makes two families: revoking one leaves the copies of the other', () => {
    const k = kernelFixture();
    k.make('Notification', 'n');
    k.mint('n', 'old', 1);
    k.copy('old', 'oldCopy');
    k.mint('n', 'new', 1, 1);
    k.revoke('new');
    assert.ok(!k.isEmpty('oldCopy'));
    k.revoke('old');
    assert.ok(k.isEmpty('oldCopy'));
    assert.ok(!k.isEmpty('new'));
  });
});
