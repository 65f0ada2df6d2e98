/** Watches of the machine: which accesses stop a run, where, and that nothing else changes by them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, type PhysAddr } from '../../../runtime/base/address.js';
import { symbolNamed } from '../../../runtime/image/lookup.js';
import type { MachineStop, Watch } from '../../../runtime/machine/machine.js';
import type { Platform } from '../../../runtime/platform.js';
import { platformOf } from '../../support/assembled-platform.js';

const bare = (source: string): Platform =>
  platformOf(`${source}\n.data\n.balign 64\ndata: .word 1, 2, 3, 4\n`, {
    kernel: 'none',
    board: 'virt',
  });

function place(platform: Platform, name: string): PhysAddr {
  const symbol = symbolNamed(platform.image, name);
  const found = symbol && platform.imageToPhysical(symbol.address);
  return found ?? assert.fail(`no ${name}`);
}

function watch(platform: Platform, access: Watch['access'], offset = 0, sizeBytes = 4): void {
  const address = physAddr(place(platform, 'data') + offset);
  platform.machine.watches.set([{ address, sizeBytes, access }]);
}

const word = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(0, true);

/** What stops: the access, the bytes before and after, and the symbol where pc is. */
function seen(platform: Platform, stop: MachineStop): unknown[] {
  if (stop.kind !== 'watch') assert.fail(stop.kind);
  const pc = platform.machine.harts[0]?.pc;
  const at = platform.image.symbols.find(
    ({ address, kind }) => address === pc && kind !== 'section',
  );
  return [
    at?.name,
    ...stop.hits.map(({ access, before, after }) => [access, word(before), word(after)]),
  ];
}

const run = (platform: Platform): unknown[] => seen(platform, platform.run(1000));

describe('a watch', () => {
  it('stops behind the store that changes its bytes, whatever was stored to the page before', () => {
    const platform = bare(`
      .globl _start
      _start: la s0, data
      li t0, 7
      sw t0, 4(s0)
      sw t0, 0(s0)
      after: sb zero, 1(s0)
      again: sb t0, 3(s0)
      last: j last`);
    watch(platform, 'write');
    assert.deepEqual(run(platform), ['after', ['write', 1, 7]]);
    assert.deepEqual(run(platform), ['again', ['write', 7, 7]]);
    assert.deepEqual(run(platform), ['last', ['write', 7, 0x0700_0007]]);
    assert.equal(platform.run(1000).kind, 'limit');
  });

  it('of reads sees loads of any size, and no stores', () => {
    const platform = bare(`
      .globl _start
      _start: la s0, data
      lw t0, 4(s0)
      sw t0, 0(s0)
      lbu t1, 2(s0)
      one: lh t1, -2(s0)
      lw t1, 0(s0)
      two: j two`);
    watch(platform, 'read');
    assert.deepEqual(run(platform), ['one', ['read', 2, 2]]);
    assert.deepEqual(run(platform), ['two', ['read', 2, 2]]);
  });

  it('sees both sides of an atomic instruction', () => {
    const platform = bare(`
      .globl _start
      _start: la s0, data
      li t0, 5
      amoadd.w t1, t0, (s0)
      one: lr.w t2, (s0)
      two: sc.w t3, t0, (s0)
      three: j three`);
    watch(platform, 'readWrite');
    assert.deepEqual(run(platform), ['one', ['read', 1, 1], ['write', 1, 6]]);
    assert.deepEqual(run(platform), ['two', ['read', 6, 6]]);
    assert.deepEqual(run(platform), ['three', ['write', 6, 5]]);
  });

  it('sees an access that begins before it, and across pages', () => {
    const platform = platformOf(
      `.globl _start
      _start: la s0, data + 4096
      li t0, -1
      sw t0, -2(s0)
      one: j one
      .data
      .balign 4096
      data: .space 8192`,
      { kernel: 'none', board: 'virt' },
    );
    watch(platform, 'write', 4096, 4);
    assert.deepEqual(run(platform), ['one', ['write', 0, 0xffff]]);
  });

  it('sees what the kernel writes into a frame, where that changes it', () => {
    const platform = platformOf(`
      .globl _start
      _start: la s0, data
      li a7, -12
      li a0, 'x'
      ecall
      j _start
      .data
      data: .word 1, 2`);
    watch(platform, 'write');
    const { memory } = platform.machine;
    const address = place(platform, 'data');
    let isWritten = false;
    // As the kernel writes: through memory, in the middle of a run.
    platform.onSupervisorTrap(() => {
      memory.write32(address, 1);
      if (isWritten) memory.write32(address, 9);
      isWritten = true;
    });
    const stop = platform.run(1000);
    if (stop.kind !== 'watch') assert.fail(stop.kind);
    assert.deepEqual(
      stop.hits.map(({ hart, before, after }) => [hart, word(before), word(after)]),
      [[undefined, 1, 9]],
    );
  });

  it('is not told what is written between two runs', () => {
    const platform = bare('.globl _start\n_start: la s0, data\nlw t0, 0(s0)\none: j one');
    watch(platform, 'readWrite');
    platform.machine.memory.write32(place(platform, 'data'), 5);
    assert.deepEqual(run(platform), ['one', ['read', 5, 5]]);
  });

  it('changes nothing but where a run ends', () => {
    const source = `
      .globl _start
      _start: la s0, data
      li s1, 100
      loop: lw t0, 0(s0)
      addi t0, t0, 1
      sw t0, 0(s0)
      sw t0, 8(s0)
      addi s1, s1, -1
      bnez s1, loop
      end: j end`;
    const plain = bare(source);
    plain.run(1000);
    const watched = bare(source);
    watch(watched, 'readWrite');
    let stops = 0;
    while (watched.machine.instructions < 1000) {
      const stop = watched.run(1000 - watched.machine.instructions);
      if (stop.kind === 'watch') stops += 1;
    }
    assert.equal(stops, 200);
    assert.deepEqual(watched.machine.save().memory, plain.machine.save().memory);
    assert.equal(watched.machine.cycles, plain.machine.cycles);
  });

  it('is gone when it is taken away, also from pages that were looked at', () => {
    const platform = bare(`
      .globl _start
      _start: la s0, data
      loop: sw s0, 0(s0)
      sw zero, 0(s0)
      j loop`);
    watch(platform, 'write');
    assert.equal(platform.run(1000).kind, 'watch');
    platform.machine.watches.set([]);
    assert.equal(platform.run(1000).kind, 'limit');
  });
});
