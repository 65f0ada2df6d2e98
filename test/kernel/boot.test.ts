import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bootInfo, bootInfoBytes } from '../../runtime/abi/boot-info.js';
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import type { SystemImage } from '../../runtime/image/system-image.js';
import {
  frameFields,
  tag,
  untypedBase,
  untypedIsDevice,
  untypedSizeBits,
} from '../../runtime/kernel/capabilities/capability.js';
import type { KernelSettings } from '../../runtime/kernel/configuration.js';
import { createKernel } from '../../runtime/kernel/create-kernel.js';
import type { Board } from '../../runtime/machine/boards/board.js';
import { virtBoard } from '../../runtime/machine/boards/virt.js';
import {
  FixtureHart,
  FixtureMemory,
  KernelFixture,
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

  it('offers every address that is neither RAM nor the kernel’s, the devices first', () => {
    const untypeds = untypedList(kernelFixture());
    const blocks = untypeds.map(({ base, sizeBits, isDevice }) => ({
      start: base,
      end: base + 2 ** sizeBits,
      isDevice,
    }));
    const firstRam = blocks.findIndex(({ isDevice }) => !isDevice);
    assert.ok(blocks.slice(firstRam).every(({ isDevice }) => !isDevice));
    // What one block leaves to the next in order of address: RAM and the PLIC.
    const gaps = [...blocks.slice(0, firstRam), { start: 2 ** 32, end: 0 }]
      .map(({ start }, index) => ({ from: blocks[index - 1]?.end ?? 0, to: start }))
      .filter(({ from, to }) => from !== to);
    assert.deepEqual(gaps, [
      { from: 0x5000_0000, to: 0x5010_0000 },
      { from: 0x6000_0000, to: 0x6800_0000 },
    ]);
    for (const { base, sizeBits } of untypeds) assert.equal(base % 2 ** sizeBits, 0);
    assert.deepEqual(
      untypeds.find(({ base }) => base === 0x5400_0000),
      { base: 0x5400_0000, sizeBits: 26, isDevice: true },
    );
  });

  it('offers on virt the device untypeds that seL4 offers there', () => {
    const k = new KernelFixture(virtBoard(0x800_0000));
    const devices = untypedList(k).filter(({ isDevice }) => isDevice);
    const megabyte = 0x10_0000;
    assert.deepEqual(
      devices.map(({ base, sizeBits }) => [base / megabyte, sizeBits]),
      [
        [0, 25],
        [0x24, 22],
        [0x28, 23],
        [0x30, 24],
        [0x40, 26],
        [0x80, 26],
        [0xc8, 23],
        [0xd0, 24],
        [0xe0, 25],
        [0x100, 28],
        [0x200, 29],
        [0x400, 29],
        [0x600, 29],
        [0x880, 27],
        [0x900, 28],
        [0xa00, 29],
        [0xc00, 29],
        [0xe00, 29],
      ],
    );
  });

  it('lists untypeds as the capabilities in their slots have them', () => {
    const k = kernelFixture();
    const first = bootInfoWord(k, bootInfo.untyped);
    untypedList(k).forEach(({ base, sizeBits, isDevice }, index) => {
      const { w0, w1 } = k.capability(first + index);
      assert.deepEqual(
        [untypedBase(w0), untypedSizeBits(w1), untypedIsDevice(w1)],
        [base, sizeBits, isDevice],
      );
    });
  });

  it('makes a frame of the device untyped at address 0', () => {
    const k = kernelFixture();
    const zero = bootInfoWord(k, bootInfo.untyped);
    assert.equal(untypedBase(k.capability(zero).w0), 0);
    k.make('4K_Page', 'first', 0, zero);
    k.make('4K_Page', 'second', 0, zero);
    assert.equal(frameFields(k.capability('second')).base, 0x1000);
    k.revoke(zero);
    assert.ok(k.isEmpty('first') && k.isEmpty('second'));
  });

  it('gives the root task a CNode of the size that the board or its user chose', () => {
    const slots = (k: ReturnType<typeof kernelFixture>): number[] => [
      bootInfoWord(k, bootInfo.rootCNodeSizeBits),
      bootInfoWord(k, bootInfo.empty + 4),
    ];
    assert.deepEqual(slots(kernelFixture()), [12, 4096]);
    assert.deepEqual(slots(new KernelFixture(virtBoard(0x10_0000))), [13, 8192]);
    const small = new KernelFixture(fixtureBoard, fixtureImage, {
      settings: { rootCNodeRadix: 9 },
    });
    assert.deepEqual(slots(small), [9, 512]);
    assert.equal(small.capability(511).w0, 0);
  });

  it('maps the device tree behind BootInfo, with its header', () => {
    const deviceTree = Uint8Array.from({ length: 5000 }, (_, index) => index & 0xff);
    const k = new KernelFixture(fixtureBoard, fixtureImage, { deviceTree });
    assert.equal(bootInfoWord(k, bootInfo.extraLength), 5008);
    const pages = [0, 4].map((at) => bootInfoWord(k, bootInfo.extraBootInfoPages + at));
    // After the page table and before the scheduling control.
    assert.deepEqual(pages, [17, 19]);
    const frames = [17, 18].map((slot) => frameFields(k.capability(slot)));
    assert.deepEqual(
      frames.map(({ vaddr }) => vaddr),
      [0x1_4000, 0x1_5000],
    );
    const [frame] = frames;
    assert.ok(frame !== undefined);
    assert.deepEqual([k.state.read(frame.base), k.state.read(frame.base + 4)], [6, 5008]);
    assert.deepEqual(k.memory.copyOut(physAddr(frame.base + 8), 5000), deviceTree);
    assert.equal(k.state.read(frame.base + 5008), 0);
    assert.equal(bootInfoWord(kernelFixture(), bootInfo.extraLength), 0);
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

  it('says by how many bytes an image does not fit, to the page', () => {
    const [segment] = fixtureImage.segments;
    assert.ok(segment !== undefined);
    const boot = (memorySizeBytes: number, ramBytes: number) =>
      bootOn(ramOf(ramBytes), { ...fixtureImage, segments: [{ ...segment, memorySizeBytes }] });
    const refused = boot(0x10_0000, 0x10_0000);
    const missing = Number(/: (\d+) bytes are missing/.exec(refused ?? '')?.[1]);
    assert.ok(missing > 0, refused);
    assert.equal(boot(0x10_0000, 0x10_0000 + missing), undefined);
    assert.match(boot(0x10_0000, 0x10_0000 + missing - 0x1000) ?? '', /: 4096 bytes are missing/);
  });

  it('says by how many slots the capabilities of an image do not fit', () => {
    const [segment] = fixtureImage.segments;
    assert.ok(segment !== undefined);
    const boot = (pages: number) => {
      const large = { ...segment, memorySizeBytes: pages * 0x1000 };
      return bootOn(ramOf(0x200_0000), { ...fixtureImage, segments: [large] });
    };
    const missing = Number(/and lacks (\d+)\./.exec(boot(4096) ?? '')?.[1]);
    assert.ok(missing > 0);
    assert.equal(boot(4096 - missing), undefined);
  });

  it('refuses a number of domains that no kernel has', () => {
    for (const domains of [0, 257, 1.5]) {
      const refused = bootOn(fixtureBoard, fixtureImage, { domains });
      assert.match(refused ?? '', /1 to 256 scheduling domains, not/);
    }
    assert.equal(bootOn(fixtureBoard, fixtureImage, { domains: 256 }), undefined);
  });

  it('says how much too high an image is linked', () => {
    const [segment] = fixtureImage.segments;
    assert.ok(segment !== undefined);
    const at = (address: number) =>
      bootOn(fixtureBoard, {
        ...fixtureImage,
        segments: [{ ...segment, virtualAddress: virtAddr(address) }],
      });
    assert.match(at(0x7fff_d000) ?? '', /must stay below 0x80000000 and is 8192 bytes too high/);
    assert.equal(at(0x7fff_b000), undefined);
  });
});

const ramOf = (sizeBytes: number): Board => ({
  ...fixtureBoard,
  ram: { ...fixtureBoard.ram, sizeBytes },
});

/** Why it cannot boot. */
function bootOn(
  board: Board,
  image: SystemImage,
  settings: Partial<KernelSettings> = {},
): string | undefined {
  const memory = new FixtureMemory(board);
  const kernel = createKernel({
    board,
    settings,
    memory,
    timer: { now: () => 0, ticksPerSecond: 1_000_000, setDeadline: () => undefined },
    interrupts: {
      count: 1,
      claim: () => 0,
      complete: () => undefined,
      setEnabled: () => undefined,
    },
    console: { write: () => undefined },
    observer: () => undefined,
    powerOff: () => undefined,
  });
  const booted = kernel.boot(image, new FixtureHart(memory));
  return booted.ok ? undefined : booted.error;
}

function untypedList(k: ReturnType<typeof kernelFixture>) {
  const count = bootInfoWord(k, bootInfo.untyped + 4) - bootInfoWord(k, bootInfo.untyped);
  return Array.from({ length: count }, (_, index) => {
    const at = bootInfo.untypedList + 8 * index;
    const word = bootInfoWord(k, at + 4);
    return { base: bootInfoWord(k, at), sizeBits: word & 0xff, isDevice: word >>> 8 === 1 };
  });
}
