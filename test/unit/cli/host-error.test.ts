import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { hostErrorSentence, isHostError } from '../../../runtime/cli/host-error.js';
import { writeOutput } from '../../../runtime/cli/disk.js';

function sentenceOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    assert.ok(isHostError(error));
    return hostErrorSentence(error);
  }
  throw new Error('the host allowed it');
}

describe('what the host refuses', () => {
  it('is a sentence with the path', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-host-'));
    try {
      assert.equal(
        sentenceOf(() => {
          writeOutput(folder, 'text');
        }),
        `${folder} is a folder; name a file.`,
      );
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      assert.match(
        sentenceOf(() => {
          writeOutput(path.join(file, 'below', 'it'), 'text');
        }),
        /cannot be made: a part of its path is a file, not a folder\.$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names a port that is in use', async () => {
    const first = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const { port } = first.address() as net.AddressInfo;
    const second = net.createServer().listen(port, '127.0.0.1');
    const error = await new Promise((resolve) => second.once('error', resolve));
    first.close();
    assert.ok(isHostError(error));
    assert.equal(
      hostErrorSentence(error),
      `Port ${String(port)} is in use by another program; choose another one.`,
    );
  });

  it('keeps the words of the host where there is nothing better to say', () => {
    const error = Object.assign(new Error('EIO: i/o error'), { syscall: 'read', code: 'EIO' });
    assert.equal(hostErrorSentence(error), 'EIO: i/o error.');
    assert.equal(isHostError(new Error('ours')), false);
  });
});
