import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameFields, pageTableFields } from '../../runtime/kernel/capabilities/capability.js';
import { physAddr } from '../../runtime/base/address.js';
import { fixtureBoard, KernelFixture, kernelFixture } from '../support/kernel-fixture.js';

/** An address space `v` with a page table for the addresses from 4 MiB on, and a frame `f`. */
const withSpace = (): KernelFixture => {
  const k = kernelFixture();
  k.make('PageTable', 'v');
  k.make('PageTable', 'pt');
  k.make('4K_Page', 'f');
  k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
  k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
  return k;
};

const entry = (k: KernelFixture, table: string, index: number): number =>
  k.state.read(pageTableFields(k.capability(table)).base + 4 * index);

const readWrite = 3;

describe('RISCV_Page_Map', () => {
  it('writes a Sv32 entry with the rights that capability and mask allow', () => {
    const k = withSpace();
    k.succeeds('f', 'RISCVPageMap', [0x40_1000, readWrite, 0], ['v']);
    const address = frameFields(k.capability('f')).base;
    assert.equal(entry(k, 'pt', 1), ((address >>> 2) | 0xdf) >>> 0);
    k.succeeds('f', 'RISCVPageMap', [0x40_1000, 2, 1], ['v']);
    assert.equal(entry(k, 'pt', 1), ((address >>> 2) | 0xd3) >>> 0);
    k.succeeds('f', 'RISCVPageUnmap');
    assert.equal(entry(k, 'pt', 1), 0);
    k.succeeds('f', 'RISCVPageUnmap');
  });

  it('refuses bad addresses and occupied places', () => {
    const k = withSpace();
    const map = (vaddr: number): number[] => [vaddr, readWrite, 0];
    k.refuses(['TruncatedMessage'], 'f', 'RISCVPageMap', map(0x40_1000));
    k.refuses(['InvalidCapability', 1], 'f', 'RISCVPageMap', map(0x40_1000), ['tcb']);
    k.refuses(['InvalidCapability', 1], 'f', 'RISCVPageMap', map(0x40_1000), ['pt']);
    k.refuses(['InvalidArgument', 0], 'f', 'RISCVPageMap', map(0x8000_0000), ['v']);
    k.refuses(['AlignmentError'], 'f', 'RISCVPageMap', map(0x40_1004), ['v']);
    k.refuses(['FailedLookup', 0, 2, 22], 'f', 'RISCVPageMap', map(0x80_0000), ['v']);
    k.succeeds('f', 'RISCVPageMap', map(0x40_1000), ['v']);
    k.refuses(['InvalidArgument', 0], 'f', 'RISCVPageMap', map(0x40_2000), ['v']);
    k.refuses(['FailedLookup', 0, 2, 22], 'f', 'RISCVPageMap', map(0x40_1000), ['vspace']);
    k.make('4K_Page', 'g');
    k.refuses(['DeleteFirst'], 'g', 'RISCVPageMap', map(0x40_1000), ['v']);
    k.refuses(['IllegalOperation'], 'g', 'TCBResume');
  });

  it('lets every copy of a frame be mapped once', () => {
    const k = withSpace();
    k.copy('f', 'g', 2);
    k.succeeds('f', 'RISCVPageMap', [0x40_1000, readWrite, 0], ['v']);
    k.succeeds('g', 'RISCVPageMap', [0x40_2000, readWrite, 0], ['v']);
    assert.equal(entry(k, 'pt', 2) & 7, 3);
    k.delete('g');
    assert.equal(entry(k, 'pt', 2), 0);
    assert.notEqual(entry(k, 'pt', 1), 0);
  });

  it('tells the physical address of a frame', () => {
    const k = withSpace();
    assert.deepEqual(k.succeeds('f', 'RISCVPageGetAddress'), [frameFields(k.capability('f')).base]);
  });
});

describe('a frame of 4 MiB', () => {
  /** The fixture's board with RAM enough; an address space `v`, page table `pt` and mega pages `f` and `g`. */
  const withMegaPages = (): KernelFixture => {
    const ram = { base: physAddr(0x5000_0000), sizeBytes: 0x400_0000 };
    const k = new KernelFixture({ ...fixtureBoard, ram });
    k.make('Mega_Page', 'f');
    k.make('Mega_Page', 'g');
    k.make('PageTable', 'v');
    k.make('PageTable', 'pt');
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    return k;
  };
  const map = (vaddr: number): number[] => [vaddr, readWrite, 0];

  it('is a leaf of the root table, aligned to its size', () => {
    const k = withMegaPages();
    k.succeeds('f', 'RISCVPageMap', map(0x40_0000), ['v']);
    const { base, vaddr } = frameFields(k.capability('f'));
    assert.equal(base % 0x40_0000, 0);
    assert.equal(vaddr, 0x40_0000);
    assert.equal(entry(k, 'v', 1), ((base >>> 2) | 0xdf) >>> 0);
    k.succeeds('f', 'RISCVPageUnmap');
    assert.equal(entry(k, 'v', 1), 0);
  });

  it('is refused where it does not fit, and keeps others out where it is', () => {
    const k = withMegaPages();
    k.refuses(['AlignmentError'], 'f', 'RISCVPageMap', map(0x40_1000), ['v']);
    k.refuses(['InvalidArgument', 0], 'f', 'RISCVPageMap', map(0x7fc0_1000), ['v']);
    k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
    k.refuses(['FailedLookup', 0, 2, 12], 'f', 'RISCVPageMap', map(0x40_0000), ['v']);
    k.succeeds('pt', 'RISCVPageTableUnmap');
    k.succeeds('f', 'RISCVPageMap', map(0x40_0000), ['v']);
    k.refuses(['DeleteFirst'], 'g', 'RISCVPageMap', map(0x40_0000), ['v']);
    k.refuses(['DeleteFirst'], 'pt', 'RISCVPageTableMap', [0x40_1000, 0], ['v']);
    k.make('4K_Page', 'small');
    k.refuses(['FailedLookup', 0, 2, 22], 'small', 'RISCVPageMap', map(0x40_0000), ['v']);
  });

  it('leaves its address space with its last capability', () => {
    const k = withMegaPages();
    k.succeeds('f', 'RISCVPageMap', map(0x40_0000), ['v']);
    k.delete('f');
    assert.equal(entry(k, 'v', 1), 0);
    k.succeeds('g', 'RISCVPageMap', map(0x40_0000), ['v']);
  });
});

describe('RISCV_PageTable_Map', () => {
  it('refuses tables and places that are taken', () => {
    const k = withSpace();
    k.make('PageTable', 'more');
    k.refuses(['InvalidCapability', 0], 'pt', 'RISCVPageTableMap', [0x80_0000, 0], ['v']);
    k.refuses(['DeleteFirst'], 'more', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
    k.refuses(['InvalidArgument', 0], 'more', 'RISCVPageTableMap', [0x8000_0000, 0], ['v']);
    k.refuses(['InvalidCapability', 1], 'more', 'RISCVPageTableMap', [0x80_0000, 0], ['tcb']);
    k.refuses(['TruncatedMessage'], 'more', 'RISCVPageTableMap', [0x80_0000], ['v']);
    k.refuses(
      ['IllegalOperation'],
      'cnode',
      'CNodeCopy',
      [k.slot('x'), 32, k.slot('more'), 32, 15],
      ['cnode'],
    );
  });

  it('is undone by Unmap, but not for a root or while there are copies', () => {
    const k = withSpace();
    k.refuses(['RevokeFirst'], 'v', 'RISCVPageTableUnmap');
    k.copy('pt', 'twin');
    k.refuses(['RevokeFirst'], 'pt', 'RISCVPageTableUnmap');
    k.delete('twin');
    k.succeeds('f', 'RISCVPageMap', [0x40_1000, readWrite, 0], ['v']);
    k.succeeds('pt', 'RISCVPageTableUnmap');
    assert.equal(entry(k, 'pt', 1), 0);
    assert.equal(entry(k, 'v', 1), 0);
    k.succeeds('f', 'RISCVPageUnmap');
  });
});

describe('ASIDs', () => {
  it('are assigned once to a table, until the pool is full', () => {
    const k = kernelFixture();
    k.make('PageTable', 'v');
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    k.refuses(['InvalidCapability', 1], 'asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    k.refuses(['TruncatedMessage'], 'asidPool', 'RISCVASIDPoolAssign');
    // ASID 0 is none, 1 is the root task's, 2 is v's.
    for (let index = 3; index < 16; index += 1) {
      k.make('PageTable', `v${String(index)}`);
      k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], [`v${String(index)}`]);
    }
    k.make('PageTable', 'late');
    k.refuses(['DeleteFirst'], 'asidPool', 'RISCVASIDPoolAssign', [], ['late']);
    k.delete('v');
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['late']);
  });

  it('come from pools that are made of 4 KiB of untyped memory', () => {
    const k = kernelFixture();
    k.make('Untyped', 'u', 12);
    k.make('Untyped', 'wrong', 13);
    const into = (name: string): number[] => [k.slot(name), 32];
    k.refuses(['InvalidCapability', 1], 'asidControl', 'RISCVASIDControlMakePool', into('p'), [
      'wrong',
      'cnode',
    ]);
    k.refuses(['DeleteFirst'], 'asidControl', 'RISCVASIDControlMakePool', into('u'), [
      'u',
      'cnode',
    ]);
    k.succeeds('asidControl', 'RISCVASIDControlMakePool', into('p'), ['u', 'cnode']);
    k.refuses(['RevokeFirst'], 'asidControl', 'RISCVASIDControlMakePool', into('q'), [
      'u',
      'cnode',
    ]);
    k.make('PageTable', 'v');
    k.succeeds('p', 'RISCVASIDPoolAssign', [], ['v']);
    assert.equal(pageTableFields(k.capability('v')).asid, 16);
    k.revoke('u');
    assert.ok(k.isEmpty('p'));
  });
});

describe('address spaces of threads', () => {
  it('are switched with the thread', () => {
    const k = kernelFixture();
    const root = k.hart.rootTable;
    k.make('PageTable', 'v');
    k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    k.thread('t');
    k.succeeds('t', 'TCBSetSpace', [0, 0], ['nothing', 'cnode', 'v']);
    k.yield();
    assert.equal(k.current, 't');
    assert.equal(k.hart.rootTable, pageTableFields(k.capability('v')).base);
    k.yield();
    assert.equal(k.hart.rootTable, root);
  });

  it('become empty when the root table is deleted under a running thread', () => {
    const k = kernelFixture();
    k.call('cnode', { label: 18, words: [k.slot('vspace'), 32] });
    const root = k.hart.rootTable;
    k.call('cnode', { label: 19, words: [k.slot('vspace'), 32] });
    assert.ok(root !== 0);
  });
});
