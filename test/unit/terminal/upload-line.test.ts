import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Emitter } from '../../../runtime/base/event.js';
import { createBundleUpload } from '../../../runtime/terminal/bundle-upload.js';
import { connectUpload } from '../../../runtime/terminal/upload-line.js';

describe('the line of an upload', () => {
  it('brings an answer in at the cycle of the byte that it answers, and not within its instruction', () => {
    const console = new Emitter<number>();
    const due: { cycle: number; action: () => void }[] = [];
    let typed = '';
    const machine = {
      clock: {
        now: () => 70,
        schedule: (cycle: number, action: () => void) => due.push({ cycle, action }),
      },
      receive: (bytes: Uint8Array) => {
        typed += new TextDecoder().decode(bytes);
      },
    };
    const upload = createBundleUpload({
      name: 'a.app',
      file: new Uint8Array(1),
      begins: 'prompt',
    });
    let heard = 0;
    const connection = connectUpload({ onConsole: console.event, machine }, upload, () => {
      heard += 1;
    });
    for (const letter of 'CANTRIP> ') console.fire(letter.charCodeAt(0));
    assert.deepEqual(
      due.map(({ cycle }) => cycle),
      [70],
    );
    assert.equal(typed, '');
    due[0]?.action();
    assert.equal(typed, '\x05\x15install -z\r');
    connection.dispose();
    console.fire(0x20);
    assert.equal(heard, 9);
  });
});
