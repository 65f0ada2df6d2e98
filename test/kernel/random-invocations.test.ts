/**
 * Twelve thousand random invocations end as they do on a real seL4 16.0 (riscv32, MCS, no FPU, debug build).
 * `npm run test:sel4` compares the texts where there is such a kernel; here are digests of what it prints,
 * one for each thousand lines, so that a difference is found without it.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { boards, createPlatform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';

const source = 'test/sel4/random-invocations.S';
const linesPerDigest = 1000;
const digests: readonly string[] = [
  'ad380a22ab025f6c',
  '7d4757f905047f76',
  '855f070e42268462',
  'f362600b1fde1958',
  'a67235a6064a9d91',
  '85ba1798b40866ea',
  '75add782ae4c433c',
  '21124945a33d2b5f',
  '64624187953e9c4b',
  '75df98511ace55ac',
  '50e4582c15a8e217',
  '3465b010e87b5048',
  '601d763d76c40bce',
];

function printedOnOurKernel(): string {
  const bytes = new Uint8Array(readFileSync(source));
  const text = new TextDecoder().decode(bytes);
  const { image, diagnostics } = build(
    source,
    {
      readText: (path) => (path === source ? text : undefined),
      readBytes: (path) => (path === source ? bytes : undefined),
    },
    { boards, board: 'virt' },
  );
  assert.ok(image, diagnostics[0]?.message);
  const made = createPlatform(image, {
    board: 'virt',
    memoryBytes: 64 * 1024 * 1024,
    kernel: 'builtin',
  });
  assert.ok(made.ok, made.ok ? '' : made.error.message);
  let printed = '';
  made.value.onConsole((byte) => {
    printed += String.fromCharCode(byte);
  });
  assert.equal(made.value.run(100_000_000).kind, 'idle');
  return printed;
}

describe('random invocations', () => {
  it('end as on a real seL4 kernel', () => {
    const lines = printedOnOurKernel().split('\n');
    const found: string[] = [];
    for (let first = 0; first < lines.length; first += linesPerDigest) {
      const part = lines.slice(first, first + linesPerDigest).join('\n');
      found.push(createHash('sha256').update(part).digest('hex').slice(0, 16));
    }
    const wrong = found.findIndex((digest, index) => digest !== digests[index]);
    assert.deepEqual(
      found,
      digests,
      `the first difference is after line ${wrong * linesPerDigest}`,
    );
  });
});
