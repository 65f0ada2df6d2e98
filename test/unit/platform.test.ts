import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import type { Segment, SystemImage } from '../../runtime/image/system-image.js';
import { boardDeviceTree } from '../../runtime/machine/boards/device-tree.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';

// addi a0, x0, 42; then a jump to itself.
const program = words(0x02a00513, 0x0000006f);

describe('a platform', () => {
  it('starts a bare image at its entry in M-mode', () => {
    const platform = bare(imageAt(0x8000_0000));
    const [hart] = platform.machine.harts;
    assert.ok(hart);
    assert.equal(hart.pc, 0x8000_0000);
    assert.equal(hart.privilege, 3);
    assert.deepEqual(platform.run(1), { kind: 'limit' });
    assert.equal(hart.x[10], 42);
    assert.equal(platform.machine.instructions, 1);
  });

  it('hands a bare image its hart number and the device tree, as QEMU does', () => {
    const platform = bare(imageAt(0x8000_0000));
    const [hart] = platform.machine.harts;
    assert.ok(hart);
    assert.equal(hart.x[10], 0);
    const address = (hart.x[11] ?? 0) >>> 0;
    assert.ok(address % 0x1000 === 0 && platform.machine.memory.contains(address, 0x1000));
    const tree = boardDeviceTree(platform.machine.board);
    assert.deepEqual(platform.machine.memory.copyOut(physAddr(address), tree.length), tree);
  });

  it('hands no device tree to an image that needs all of RAM', () => {
    const whole = { ...segment(0x8000_0000, 0x8000_0000), memorySizeBytes: 0x100_0000 };
    const platform = bare({ ...imageAt(0x8000_0000), segments: [whole] });
    assert.equal(platform.machine.harts[0]?.x[11], 0);
    assert.equal(platform.machine.memory.read32(physAddr(0x80ff_f000)), 0);
  });

  it('is as new after a reset, with its breakpoints', () => {
    const platform = bare(imageAt(0x8000_0000));
    platform.machine.breakpoints.add(physAddr(0x8000_0004));
    assert.equal(platform.run(10).kind, 'breakpoint');
    const before = platform.machine.save();
    platform.run(5);
    platform.reset();
    assert.equal(platform.machine.instructions, 0);
    assert.equal(platform.machine.harts[0]?.x[10], 0);
    assert.equal(platform.run(10).kind, 'breakpoint');
    assert.deepEqual(platform.machine.save(), before);
  });

  it('says where an image address lies in RAM and back', () => {
    const platform = bare({
      ...imageAt(0x8000_0000),
      ...{ segments: [segment(0x1000, 0x8000_2000)] },
      entry: virtAddr(0x1000),
    });
    assert.equal(platform.imageToPhysical(virtAddr(0x1004)), 0x8000_2004);
    assert.equal(platform.physicalToImage(physAddr(0x8000_2004)), 0x1004);
    assert.equal(platform.imageToPhysical(virtAddr(0x2000)), undefined);
    assert.equal(platform.machine.harts[0]?.pc, 0x8000_2000);
  });

  it('maps a root task by pages and keeps the same correspondence', () => {
    const created = createPlatform(imageAt(0x1_0000), { board: 'nexus', kernel: 'builtin' });
    assert.ok(created.ok);
    const physical = created.value.imageToPhysical(virtAddr(0x1_0004));
    assert.ok(physical !== undefined);
    assert.equal(created.value.machine.memory.read32(physical), 0x6f);
    assert.equal(created.value.physicalToImage(physical), 0x1_0004);
    const [hart] = created.value.machine.harts;
    assert.ok(hart);
    assert.equal(hart.pc, 0x1_0000);
    assert.equal(hart.privilege, 0);
  });

  it('hands a root task the device tree behind BootInfo', () => {
    const created = createPlatform(imageAt(0x1_0000), { board: 'nexus', kernel: 'builtin' });
    assert.ok(created.ok);
    const { memory, harts, board } = created.value.machine;
    // Image, IPC buffer and BootInfo are a page each.
    const at = virtAddr(0x1_3000);
    const physical = harts[0]?.translate(at, 'load');
    assert.ok(physical?.ok);
    assert.equal(memory.read32(physical.value), 6);
    const tree = boardDeviceTree(board);
    assert.deepEqual(memory.copyOut(physAddr(physical.value + 8), tree.length), tree);
  });

  it('refuses an image outside RAM with both sizes', () => {
    const created = createPlatform(imageAt(0x1000), { board: 'virt', kernel: 'none' });
    assert.ok(!created.ok);
    assert.equal(created.error.code, 'image-outside-ram');
    assert.match(created.error.message, /8 bytes at 0x00001000.*at 0x80000000/);
  });

  it('refuses an image larger than RAM with both sizes', () => {
    for (const kernel of ['none', 'builtin'] as const) {
      const large = { ...segment(0x8000_0000, 0x8000_0000), memorySizeBytes: 0x100_0000 };
      const image = { ...imageAt(0x8000_0000), segments: [large] };
      const created = createPlatform(image, { board: 'virt', kernel, memoryBytes: 0x10_0000 });
      assert.ok(!created.ok);
      assert.equal(created.error.code, 'image-too-large');
      assert.match(created.error.message, /16777216 bytes.*1048576.*15728640/);
    }
  });

  it('refuses an entry point that lies in no segment', () => {
    for (const kernel of ['none', 'builtin'] as const) {
      const image = { ...imageAt(0x8000_0000), entry: virtAddr(0x10) };
      const created = createPlatform(image, { board: 'virt', kernel });
      assert.equal(!created.ok && created.error.code, 'no-entry');
    }
  });

  it('powers off when a bare image stores to tohost', () => {
    // lui a0, 0x80001; li a1, 1; sw a1, 0(a0); sw zero, 4(a0)
    const store = words(0x80001537, 0x00100593, 0x00b52023, 0x00052223);
    const platform = bare({
      ...imageAt(0x8000_0000),
      segments: [{ ...segment(0x8000_0000, 0x8000_0000), bytes: store, memorySizeBytes: 0x2000 }],
      symbols: [
        {
          name: 'tohost',
          address: virtAddr(0x8000_1000),
          sizeBytes: 8,
          kind: 'object',
          binding: 'global',
        },
      ],
    });
    assert.deepEqual(platform.run(100), { kind: 'poweredOff', code: 0 });
    assert.equal(platform.machine.instructions, 4);
  });
});

function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function bare(image: SystemImage): Platform {
  const created = createPlatform(image, { board: 'virt', kernel: 'none' });
  assert.ok(created.ok);
  return created.value;
}

function imageAt(address: number): SystemImage {
  return {
    name: 'tiny',
    entry: virtAddr(address),
    segments: [segment(address, address)],
    symbols: [],
    lines: [],
  };
}

function segment(virtual: number, physical: number): Segment {
  return {
    virtualAddress: virtAddr(virtual),
    physicalAddress: physAddr(physical),
    bytes: program,
    memorySizeBytes: program.length,
    readable: true,
    writable: false,
    executable: true,
  };
}
