import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../support/fast-check.js';
import { encodeFrame, FrameReader, type Frame } from '../../../debug-adapter/transport/framing.js';

const readAll = (...chunks: Uint8Array[]): Frame[] => {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => reader.push(chunk));
};

describe('the frame reader', () => {
  it('reads messages however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (texts, size) => {
          const messages = texts.map((text) => JSON.parse(text) as unknown);
          const bytes = Buffer.concat(messages.map(encodeFrame));
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; at += size)
            chunks.push(bytes.subarray(at, at + size));
          assert.deepEqual(
            readAll(...chunks).map(
              (frame) => frame.kind === 'message' && JSON.stringify(frame.value),
            ),
            messages.map((message) => JSON.stringify(message)),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('survives any bytes, and reads the message that follows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (garbage) => {
        const frames = readAll(garbage, Buffer.from('\r\n\r\n'), encodeFrame({ seq: 1 }));
        // Garbage that happens to announce a length may swallow what follows; nothing else may.
        if (Buffer.from(garbage).toString('latin1').includes(':')) return;
        assert.deepEqual(frames.at(-1), { kind: 'message', value: { seq: 1 } });
      }),
      { numRuns: 300 },
    );
  });

  it('counts bytes and not characters', () => {
    assert.deepEqual(readAll(encodeFrame('é€😀')), [{ kind: 'message', value: 'é€😀' }]);
  });

  it('reports a message that is not JSON, and goes on', () => {
    const frames = readAll(Buffer.from('Content-Length: 3\r\n\r\n{x}'), encodeFrame(1));
    assert.deepEqual(
      frames.map(({ kind }) => kind),
      ['malformed', 'message'],
    );
  });

  it('accepts other headers beside the length', () => {
    const text = 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    assert.deepEqual(readAll(Buffer.from(text)), [{ kind: 'message', value: {} }]);
  });
});
