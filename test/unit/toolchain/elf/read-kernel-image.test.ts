/** What the image of a real kernel tells before it runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasDebugCalls } from '../../../../runtime/toolchain/elf/read-kernel-image.js';
import { kernelPhysical, kernelVirtual, tinyImage } from '../../../support/tiny-kernel.js';

describe('the image of a kernel', () => {
  it('has the debugging system calls when it keeps a list of all threads', () => {
    const kernel = (...symbols: string[]): { image: ReturnType<typeof tinyImage> } => ({
      image: tinyImage(
        new Uint8Array(4),
        kernelVirtual,
        kernelPhysical,
        symbols.map((name) => [name, kernelVirtual, 4]),
      ),
    });
    assert.equal(hasDebugCalls(kernel('ksCurThread', 'ksDebugTCBs')), true);
    assert.equal(hasDebugCalls(kernel('ksCurThread')), false);
  });
});
