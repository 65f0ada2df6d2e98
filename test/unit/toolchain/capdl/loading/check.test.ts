/** What is said of a specification that cannot be loaded, before anything runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planLoad } from '../../../../../runtime/toolchain/capdl/loading/plan.js';
import { tcbSlots } from '../../../../../runtime/toolchain/capdl/tcb-slots.js';
import type { CapdlObject, CapdlSpec } from '../../../../../runtime/toolchain/capdl/spec.js';
import { cap, filesOf, object, specOf } from '../../../../support/loaded-system.js';
import { component } from '../../../../support/spec-component.js';

const problemsOf = (spec: CapdlSpec, files = filesOf()): string[] =>
  planLoad(spec, 'x.cdl', files).diagnostics.map(({ message }) => message);

const problemsWith = (...objects: readonly CapdlObject[]): string[] => problemsOf(specOf(objects));

describe('a specification that cannot be loaded', () => {
  it('is for another architecture', () => {
    assert.deepEqual(problemsOf({ ...specOf([]), architecture: 'arm11' }), [
      'The specification is for arm11, and the emulated boards are riscv32, so it cannot be booted here. Build it from its assembly with --architecture riscv32.',
    ]);
  });

  it('is for a riscv of 64 bits, as the guards of its threads show', () => {
    const wide = cap('cnode', undefined, { guard: 0n, guardSize: 60 });
    assert.deepEqual(
      problemsWith(
        object('cnode', 'cnode', { sizeBits: 4 }),
        object('thread', 'tcb', {}, [[tcbSlots.cspace, wide]]),
      ),
      [
        'The specification is for riscv64, and the emulated boards are riscv32, so it cannot be booted here. Build it from its assembly with --architecture riscv32.',
      ],
    );
  });

  it('has objects that riscv does not have', () => {
    assert.deepEqual(problemsWith(object('vcpu', 'vcpu')), [
      'vcpu is a vcpu, which riscv does not have.',
    ]);
  });

  it('has objects without a size or with a wrong one', () => {
    assert.deepEqual(
      problemsWith(
        object('a', 'cnode'),
        object('b', 'frame', { sizeBits: 16 }),
        object('c', 'ut', { sizeBits: 30 }),
        object('d', 'sc', { sizeBits: 6 }),
      ),
      [
        'a has no size; write `(5 bits)`.',
        'b has a size of 16 bits; frames on riscv have 4k or 4M.',
        'c has a size of 30 bits; the kernel makes it up to 29 bits.',
        'd has a size of 6 bits; it needs at least 7 bits.',
      ],
    );
  });

  it('has capabilities outside their CNode, to nothing, or with too wide badges and guards', () => {
    assert.deepEqual(
      problemsWith(
        object('ep', 'ep'),
        object('cnode', 'cnode', { sizeBits: 3 }, [
          [8, cap('ep')],
          [1, cap('nobody')],
          [2, cap('ep', 'R', { badge: 1n << 28n })],
          [3, cap('cnode', undefined, { guard: 8n, guardSize: 3 })],
        ]),
      ),
      [
        'Slot 0x8 lies outside cnode, whose 8 slots end with 0x7.',
        'Slot 0x1 of cnode names nobody, which is no object of the specification.',
        'The capability to ep has badge 0x10000000; a badge has 28 bits.',
        'The capability to cnode has guard 0x8 of 3 bits; a guard has at most 18 bits that are not zero, and fits into its size.',
      ],
    );
  });

  it('maps frames at the wrong level, above user addresses or in a third level', () => {
    assert.deepEqual(
      problemsWith(
        object('small', 'frame', { sizeBits: 12 }),
        object('large', 'frame', { sizeBits: 22 }),
        object('deep', 'pt', {}, [[0, cap('small', 'R')]]),
        object('table', 'pt', {}, [
          [0, cap('large', 'R')],
          [1, cap('deep')],
        ]),
        object('root', 'pt', {}, [
          [0, cap('table')],
          [1, cap('small', 'R')],
          [600, cap('large', 'R')],
        ]),
      ),
      [
        'large of 4M is mapped at 0x0 by table, whose entries are 4k; map it by the root root.',
        'small is mapped at 0x400000 by the root root, whose entries are 4M; a 4k frame needs a page table between.',
        'large is mapped at 0x96000000 in root; user addresses end at 0x80000000.',
        'deep is a third level of page tables in root; Sv32 has two.',
      ],
    );
  });

  it('maps a page table twice', () => {
    assert.deepEqual(
      problemsWith(
        object('table', 'pt'),
        object('a', 'pt', {}, [[0, cap('table')]]),
        object('b', 'pt', {}, [[3, cap('table')]]),
      ),
      [
        'Page table table is mapped in b at 0xc00000 and in a at 0x0; the kernel maps a table once.',
      ],
    );
  });

  it('has threads that cannot be made', () => {
    const [thread] = component('one').objects.filter(({ type }) => type === 'tcb');
    assert.ok(thread !== undefined);
    const parts = component('one').objects.filter(({ type }) => type !== 'tcb');
    const wrong = {
      ...thread,
      tcb: { ...thread.tcb, init: Array.from({ length: 9 }, () => 0n), affinity: 1, priority: 256 },
      slots: new Map([...thread.slots].filter(([slot]) => slot !== 1)),
    };
    assert.deepEqual(problemsWith(...parts, wrong), [
      'one_tcb has a cspace and no vspace; the kernel gives a thread both or none.',
      'one_tcb has 9 words in `init`; a thread starts with up to 8, in a0 to a7.',
      'one_tcb is to run on core 1; the kernel has one core, number 0.',
      'one_tcb has prio 256; it is a number from 0 to 255.',
    ]);
  });

  it('has the wrong thing in a slot of a thread, or a slot that MCS does not have', () => {
    assert.deepEqual(
      problemsWith(
        object('ntfn', 'notification'),
        object('tcb', 'tcb', {}, [
          [5, cap('ntfn')],
          [2, cap('tcb', undefined, { isMasterReply: true })],
        ]),
      ),
      [
        'fault_ep_slot of tcb has ntfn, a notification; it takes a ep.',
        'tcb has something in reply_slot, which threads of an MCS kernel on riscv do not have.',
        'tcb has a master reply capability, which an MCS kernel does not have.',
      ],
    );
  });

  it('has interrupts without a number, and numbers without an interrupt', () => {
    assert.deepEqual(problemsOf(specOf([object('irq', 'irq'), object('ep', 'ep')], [[4, 'ep']])), [
      'Interrupt 4 is mapped to ep, which is no irq object.',
      'irq has no interrupt number; name it in `irq maps`.',
    ]);
  });

  it('has capabilities twice that the kernel does not copy', () => {
    assert.deepEqual(
      problemsWith(
        object('memory', 'ut', { sizeBits: 12 }),
        object('a', 'cnode', { sizeBits: 2, takesUntyped: true }, [
          [0, cap('memory')],
          [1, cap('irq_control')],
        ]),
        object('b', 'cnode', { sizeBits: 2, takesUntyped: true }, [
          [0, cap('memory')],
          [3, cap('irq_control')],
        ]),
      ),
      [
        'b and a both take the spare memory; only one CNode can.',
        'memory is in slot 0x0 of b and in slot 0x0 of a; the kernel does not copy such a capability.',
        'irq_control is in slot 0x3 of b and in slot 0x1 of a; the kernel does not copy such a capability.',
      ],
    );
  });

  it('has untypeds that are too small for what they cover, or cover each other', () => {
    assert.deepEqual(
      problemsWith(
        object('small', 'ut', { sizeBits: 12 }),
        object('frame', 'frame', { sizeBits: 12, coveredBy: 'small' }),
        object('ep', 'ep', { coveredBy: 'small' }),
        object('registers', 'ut', { sizeBits: 13, physicalAddress: 0x5400_0000n }),
        object('far', 'frame', {
          sizeBits: 12,
          physicalAddress: 0x5400_2000n,
          coveredBy: 'registers',
        }),
        object('egg', 'ut', { sizeBits: 12, coveredBy: 'hen' }),
        object('hen', 'ut', { sizeBits: 13, coveredBy: 'egg' }),
      ),
      [
        'small has 4096 bytes; what it covers needs 4112, 16 more.',
        'far lies at 0x54002000, which registers does not cover, or something else of it is there.',
        'egg is covered by hen, which it covers in turn.',
        'hen is covered by egg, which it covers in turn.',
      ],
    );
  });

  it('fills frames from nowhere, from beyond a file, or beyond their end', () => {
    const filled = (name: string, file: string, from: number, to: number): CapdlObject =>
      object(name, 'frame', {
        sizeBits: 12,
        fill: [
          {
            destinationOffset: to,
            lengthBytes: 100,
            source: { kind: 'file', file, offset: from },
          },
        ],
      });
    const files = filesOf(new Map([['short', new Uint8Array(120)]]));
    assert.deepEqual(
      problemsOf(
        specOf([
          filled('a', 'none', 0, 0),
          filled('b', 'none', 0, 0),
          filled('c', 'short', 40, 0),
          filled('d', 'short', 0, 4000),
          object('e', 'frame', {
            sizeBits: 12,
            fill: [
              {
                destinationOffset: 0,
                lengthBytes: 8,
                source: { kind: 'bootinfo', id: 'CDL_FrameFill_BootInfo_X86_VBE', offset: 0 },
              },
            ],
          }),
        ]),
        files,
      ),
      [
        'There is no file none beside the specification, or it cannot be read; a and others are filled from it.',
        'c is filled from byte 139 of short, which has 120.',
        'd is filled up to byte 4100; it has 4096.',
        'e is to hold CDL_FrameFill_BootInfo_X86_VBE, which this kernel does not tell; it has CDL_FrameFill_BootInfo_BootInfo and CDL_FrameFill_BootInfo_FDT.',
      ],
    );
  });

  it('says where, if the object comes from a text', () => {
    const range = { start: { line: 3, character: 2 }, end: { line: 3, character: 6 } };
    const origin = { place: { file: 'y.cdl', range }, reason: 'object vcpu' };
    const [problem] = planLoad(
      specOf([object('vcpu', 'vcpu', { origin })]),
      'x.cdl',
      filesOf(),
    ).diagnostics;
    assert.equal(problem?.file, 'y.cdl');
    assert.deepEqual(problem.range, range);
  });
});
