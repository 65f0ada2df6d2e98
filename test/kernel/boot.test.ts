import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bootInfo, bootInfoBytes } from '../../runtime/abi/boot-info.js';
import { virtAddr } from '../../runtime/base/address.js';
import { frameFields, tag, untypedIsDevice } from '../../runtime/kernel/capabilities/capability.js';
import { createKernel } from '../../runtime/kernel/create-kernel.js';
import {
  FixtureHart,
  FixtureMemory,
  fixtureBoard,
  fixtureImage,
  kernelFixture,
} from '../support/kernel-fixture.js';

const bootInfoWord = (k: ReturnType<typeof kernelFixture>, offset: number): number =>
  k.state.read(frameFields(k.capability(9)).base + offset);

describe('booting a root task', () => {
  it('starts at the entry with the address of BootInfo in a0 and zero in all other registers', () => {
    const k = kernelFixture();
    assert.equal(k.hart.pc, 0x1_0000);
    // Two image pages, the IPC buffer, then BootInfo.
    assert.equal(k.hart.x[10], 0x1_3000);
    assert.deepEqual(
      [...k.hart.x].filter((value, index) => index !== 10 && value !== 0),
      [],
    );
    assert.equal(k.current, 'rootserver');
  });

  it('fills the fixed slots in the order of the manual', () => {
    const k = kernelFixture();
    const held = Array.from({ length: 16 }, (_, slot) => k.holds(slot));
    assert.deepEqual(held, [
      tag.null,
      tag.thread,
      tag.cnode,
      tag.pageTable,
      tag.irqControl,
      tag.asidControl,
      tag.asidPool,
      tag.null,
      tag.null,
      tag.frame,
      tag.frame,
      tag.domain,
      tag.null,
      tag.null,
      tag.schedContext,
      tag.null,
    ]);
  });

  it('describes paging, scheduling control, image frames and untypeds in slot order', () => {
    const k = kernelFixture();
    const region = (offset: number): number[] => [
      bootInfoWord(k, offset),
      bootInfoWord(k, offset + 4),
    ];
    assert.deepEqual(region(bootInfo.userImagePaging), [16, 17]);
    assert.deepEqual(region(bootInfo.schedControl), [17, 18]);
    assert.deepEqual(region(bootInfo.userImageFrames), [18, 20]);
    const [first = 0, end = 0] = region(bootInfo.untyped);
    assert.equal(first, 20);
    assert.deepEqual(region(bootInfo.empty), [end, 4096]);
    assert.equal(bootInfoWord(k, bootInfo.rootCNodeSizeBits), 12);
    assert.equal(bootInfoWord(k, bootInfo.ipcBuffer), 0x1_2000);
  });

  it('offers the UART as a device untyped before all RAM', () => {
    const k = kernelFixture();
    assert.equal(bootInfoWord(k, bootInfo.untypedList), 0x5400_0000);
    assert.equal(bootInfoWord(k, bootInfo.untypedList + 4), 0x10c);
    assert.ok(untypedIsDevice(k.capability(20).w1));
    assert.ok(!untypedIsDevice(k.capability(21).w1));
  });

  it('has a BootInfo of 0x78c bytes, as MCS has', () => {
    assert.equal(bootInfoBytes, 0x78c);
  });

  it('loads the image into RAM and clears what the file does not have', () => {
    const k = kernelFixture();
    const frame = frameFields(k.capability(18));
    assert.equal(k.state.read(frame.base), 0x0403_0201);
    assert.equal(k.state.read(frame.base + 4), 0);
    assert.equal(frame.vaddr, 0x1_0000);
  });

  it('says by how much an image does not fit', () => {
    const board = fixtureBoard;
    const kernel = createKernel({
      board,
      memory: new FixtureMemory(board),
      timer: { now: () => 0, ticksPerSecond: 1_000_000, setDeadline: () => undefined },
      interrupts: {
        count: 1,
        claim: () => 0,
        complete: () => undefined,
        setEnabled: () => undefined,
      },
      console: { write: () => undefined },
      observer: undefined,
      powerOff: () => undefined,
    });
    const [segment] = fixtureImage.segments;
    assert.ok(segment !== undefined);
    const large = { ...fixtureImage, segments: [{ ...segment, memorySizeBytes: 0x10_0000 }] };
    const booted = kernel.boot(large, new FixtureHart());
    assert.ok(!booted.ok);
    assert.match(booted.error, /\d+ bytes are missing/);
    const high = {
      ...fixtureImage,
      segments: [{ ...segment, virtualAddress: virtAddr(0x7fff_f000) }],
    };
    const refused = kernel.boot(high, new FixtureHart());
    assert.ok(!refused.ok);
    assert.match(refused.error, /must stay below 0x80000000/);
  });
});
