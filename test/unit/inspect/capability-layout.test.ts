import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  classicCapabilities,
  decodeCapability,
  mcsCapabilities,
} from '../../../runtime/inspect/capability-layout.js';
import {
  asidPoolCapability,
  cnodeCapability,
  cnodeZombie,
  endpointCapability,
  frameCapability,
  irqHandlerCapability,
  notificationCapability,
  pageTableCapability,
  replyCapability,
  schedContextCapability,
  tag,
  threadCapability,
  untypedCapability,
  type Capability,
} from '../../../runtime/kernel/capabilities/capability.js';

const decode = ({ w0, w1 }: Capability) => {
  const { type, fields } = decodeCapability(mcsCapabilities, w0, w1);
  return { type, ...fields };
};

describe('the table of capability layouts', () => {
  it('reads what our kernel packs, for every type with fields', () => {
    assert.deepEqual(decode(untypedCapability(0x8010_0000, 20, true, 0x123)), {
      type: 'untyped',
      pointer: 0x8010_0000,
      freeIndex: 0x123,
      isDevice: 1,
      sizeBits: 20,
    });
    assert.deepEqual(decode(endpointCapability(0xffff_fff0, 0xfff_ffff, 0b1010)), {
      type: 'endpoint',
      badge: 0xfff_ffff,
      pointer: 0xffff_fff0,
      grantReply: 1,
      grant: 0,
      receive: 1,
      send: 0,
    });
    assert.deepEqual(decode(notificationCapability(0x8000_0020, 5, 1)), {
      type: 'notification',
      pointer: 0x8000_0020,
      badge: 5,
      receive: 0,
      send: 1,
    });
    assert.deepEqual(decode(replyCapability(0x8000_0040, true)), {
      type: 'reply',
      grant: 1,
      pointer: 0x8000_0040,
    });
    assert.deepEqual(decode(cnodeCapability(0x8001_0000, 12, 20, 3)), {
      type: 'cnode',
      pointer: 0x8001_0000,
      guardSize: 20,
      radix: 12,
      guard: 3,
    });
    assert.deepEqual(decode(threadCapability(0x8002_0100)), {
      type: 'thread',
      pointer: 0x8002_0100,
    });
    const frame = { base: 0x8fff_f000, size: 0, rights: 3, isDevice: false } as const;
    assert.deepEqual(decode(frameCapability({ ...frame, asid: 7, vaddr: 0x7fff_f000 })), {
      type: 'frame',
      frameSize: 0,
      frameRights: 3,
      isDevice: 0,
      vaddr: 0x7fff_f000,
      asid: 7,
      pointer: 0x8fff_f000,
    });
    const table = { base: 0x8003_0000, isMapped: true, asid: 511, vaddr: 0x40_0000 };
    assert.deepEqual(decode(pageTableCapability(table)), {
      type: 'pageTable',
      isMapped: 1,
      vaddr: 0x40_0000,
      asid: 511,
      pointer: 0x8003_0000,
    });
    assert.deepEqual(decode(asidPoolCapability(0x8004_0000, 16)), {
      type: 'asidPool',
      pointer: 0x8004_0000,
      firstAsid: 16,
    });
    assert.deepEqual(decode(irqHandlerCapability(42)), { type: 'irqHandler', irq: 42 });
    assert.deepEqual(decode(schedContextCapability(0x8005_0000, 8)), {
      type: 'schedContext',
      sizeBits: 8,
      pointer: 0x8005_0000,
    });
    assert.deepEqual(decode(cnodeZombie(0x8006_0000, 4)), {
      type: 'zombie',
      zombieType: 4,
      pointer: 0x8006_0010,
    });
  });

  it('has a row for every tag of our kernel', () => {
    for (const [type, value] of Object.entries(tag)) {
      assert.equal(decodeCapability(mcsCapabilities, value, 0).type, type);
    }
  });

  it('takes a word with an unknown tag for an empty slot', () => {
    assert.deepEqual(decodeCapability(mcsCapabilities, 0x6e, 0), { type: 'null', fields: {} });
    assert.equal(decodeCapability(classicCapabilities, tag.schedContext, 0).type, 'null');
  });

  it('finds the caller in a reply capability of a kernel without MCS', () => {
    const { fields } = decodeCapability(classicCapabilities, 0x8002_0128, 0);
    assert.deepEqual(fields, { pointer: 0x8002_0100, grant: 1 });
  });
});
