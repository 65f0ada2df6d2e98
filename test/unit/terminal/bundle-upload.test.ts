import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBundleUpload } from '../../../runtime/terminal/bundle-upload.js';

const begin = (begins: 'now' | 'prompt') =>
  createBundleUpload({ name: 'a.app', file: Uint8Array.of(1, 2, 3), begins });
type Upload = ReturnType<typeof begin>;

function print(upload: Upload, text: string): string {
  for (const byte of Buffer.from(text, 'latin1')) upload.hear(byte);
  return Buffer.from(upload.take()).toString('latin1');
}

describe('the upload of a bundle', () => {
  it('waits for the prompt, asks for the file, sends it and tells what the shell says', () => {
    const upload = begin('prompt');
    assert.equal(print(upload, 'booting\r\n'), '');
    assert.equal(print(upload, 'CANTRIP> '), '\x05\x15install -z\r');
    assert.equal(print(upload, 'install -z\r\nStarting zmodem upload...\r\n'), '');
    const info = print(upload, '**\x18B01000400236290\r\n\x11');
    assert.ok(info.startsWith('*\x18C\x04') && info.includes('a.app\x003 '), info);
    assert.ok(print(upload, '**\x18B0900000000a87c\r\n\x11').startsWith('*\x18C\n'));
    assert.equal(upload.outcome, undefined);
    print(upload, '\r\nBundle "a" installed\r\nCANTRIP> ');
    assert.deepEqual(upload.outcome, { isInstalled: true, message: 'Bundle "a" installed' });
  });

  it('tells what is wrong, also where the shell has no such command', () => {
    for (const line of [
      'upload failed: it was cancelled',
      'Bundle install failed: BundleFound',
      'unknown command: install',
    ]) {
      const upload = begin('now');
      assert.equal(upload.isWaiting, true);
      print(upload, `install -z\r\n${line}\r\n`);
      assert.deepEqual(upload.outcome, { isInstalled: false, message: line });
    }
  });
});
