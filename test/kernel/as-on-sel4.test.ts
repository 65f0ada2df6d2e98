/**
 * Random invocations and random conversations of threads end as they do on a real seL4 16.0 (riscv32, MCS, no
 * FPU, debug build). `npm run test:sel4` compares the texts where there is such a kernel; here are digests of
 * what it prints, one for each thousand lines, so that a difference is found without it. Who changes one of
 * the programs takes the new digests from a run that `npm run test:sel4` passes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { boards, createPlatform } from '../../runtime/platform.js';
import { build } from '../../runtime/toolchain/build.js';

const linesPerDigest = 1000;

function digestsOnOurKernel(source: string): string[] {
  const readBytes = (path: string) =>
    existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined;
  const readText = (path: string) =>
    existsSync(path) ? readFileSync(path, { encoding: 'utf8' }) : undefined;
  const built = build(source, { readText, readBytes }, { boards, board: 'virt' });
  assert.ok(built.image, built.diagnostics[0]?.message);
  const made = createPlatform(built.image, {
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
  const lines = printed.split('\n');
  const digests: string[] = [];
  for (let first = 0; first < lines.length; first += linesPerDigest) {
    const part = lines.slice(first, first + linesPerDigest).join('\n');
    digests.push(createHash('sha256').update(part).digest('hex').slice(0, 16));
  }
  return digests;
}

describe('as on a real seL4 kernel', () => {
  it('end twelve thousand random invocations', () => {
    assert.deepEqual(digestsOnOurKernel('test/sel4/random-invocations.S'), [
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
    ]);
  });

  it('four threads that talk at random get the same messages in the same order', () => {
    assert.deepEqual(digestsOnOurKernel('test/sel4/random-ipc.S'), [
      '69279481eefc5904',
      'b6d36ff24ac001c1',
      '76e11c73145be286',
      '8d0898d207b14ca9',
      '0b1a891106b41beb',
      '32760fa279b550a8',
    ]);
  });
});
