/** The capDL loader on our kernel: what it leaves is what the specification says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewCSpaces, viewSlots } from '../../runtime/inspect/capabilities.js';
import { compareWithSpec } from '../../runtime/inspect/spec-comparison.js';
import { viewThreads } from '../../runtime/inspect/threads.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import type { CapdlSpec } from '../../runtime/toolchain/capdl/spec.js';
import {
  cap,
  loadSystem,
  object,
  specOf,
  type LoadedSystem,
  type LoadOptions,
} from '../support/loaded-system.js';
import { component, putChar, stop, type Component } from '../support/spec-component.js';

/** Loads, and expects that nothing differs. */
function loaded(spec: CapdlSpec, options: LoadOptions = {}): LoadedSystem {
  const system = loadSystem(spec, { instructions: 3_000_000, ...options });
  assert.equal(system.console().replace(/^[^T]*/, ''), '');
  assert.deepEqual(compareWithSpec(system.platform, spec), []);
  const { memory, board } = system.platform.machine;
  assert.deepEqual(checkInvariants(memory, board), []);
  return system;
}

const filesOf = (...components: readonly Component[]): ReadonlyMap<string, Uint8Array> =>
  new Map(components.flatMap(({ files }) => [...files]));

describe('the capDL loader', () => {
  it('gives a thread its spaces, buffer, time, priorities and fault handler', () => {
    loaded(
      specOf([
        object('ep', 'ep'),
        ...component('one', {
          slots: [[1, cap('one_cnode', undefined, { guard: 0n, guardSize: 28 })]],
          tcbSlots: [
            [5, cap('ep', 'WP', { badge: 3n })],
            [7, cap('ep', '', { badge: 4n })],
          ],
          tcb: { init: [7n, 8n] },
        }).objects,
      ]),
    );
  });

  it('mints endpoints and notifications with badges and rights', () => {
    loaded(
      specOf([
        object('ep', 'ep'),
        object('ntfn', 'notification'),
        ...component('one', {
          slots: [
            [1, cap('ep', 'R')],
            [2, cap('ep', 'WP', { badge: 5n })],
            [3, cap('ep', 'RWGP')],
            [4, cap('ntfn', 'R')],
            [9, cap('ntfn', 'W', { badge: 0xfff_ffffn })],
          ],
        }).objects,
      ]),
    );
  });

  it('fills CNodes in CNodes, with guards', () => {
    loaded(
      specOf([
        object('ep', 'ep'),
        object('inner', 'cnode', { sizeBits: 2 }, [
          [3, cap('ep', 'W')],
          [0, cap('one_cnode', undefined, { guard: 5n, guardSize: 8 })],
        ]),
        ...component('one', {
          slots: [[2, cap('inner', undefined, { guard: 1n, guardSize: 3 })]],
        }).objects,
      ]),
    );
  });

  it('maps one frame in two address spaces and small frames beside large ones', () => {
    const files = new Map([['shared.bin', Uint8Array.from([1, 2, 3, 4, 5])]]);
    const shared = object('shared', 'frame', {
      sizeBits: 12,
      fill: [
        {
          destinationOffset: 6,
          lengthBytes: 5,
          source: { kind: 'file', file: 'shared.bin', offset: 0 },
        },
      ],
    });
    loaded(
      specOf([
        shared,
        object('large', 'frame', {
          sizeBits: 22,
          fill: [
            {
              destinationOffset: 0x30_0000,
              lengthBytes: 3,
              source: { kind: 'file', file: 'shared.bin', offset: 1 },
            },
          ],
        }),
        ...component('one', {
          pages: [[20, cap('shared', 'RW')]],
          tables: [[4, cap('large', 'RWX')]],
        }).objects,
        ...component('two', {
          slots: [
            [1, cap('shared', 'R', { mapping: { object: 'two_pt', slot: 21 } })],
            [2, cap('shared', 'RW')],
          ],
          pages: [[21, cap('shared', 'R')]],
          tables: [[5, cap('large', 'R')]],
        }).objects,
      ]),
      { files, memoryBytes: 64 * 2 ** 20 },
    );
  });

  it('maps device registers at their physical address, below others that come first', () => {
    loaded(
      specOf([
        object('timer', 'frame', { sizeBits: 12, physicalAddress: 0x5401_1000n }),
        object('uart', 'frame', { sizeBits: 12, physicalAddress: 0x5400_0000n }),
        object('dmem', 'frame', { sizeBits: 22, physicalAddress: 0x5a00_0000n }),
        ...component('one', {
          slots: [[1, cap('uart', 'RW', { mapping: { object: 'one_pt', slot: 32 } })]],
          pages: [
            [32, cap('uart', 'RW', { cached: false })],
            [33, cap('timer', 'RW', { cached: false })],
          ],
          tables: [[8, cap('dmem', 'RW')]],
        }).objects,
      ]),
    );
  });

  it('makes handlers of interrupts that signal notifications with badges', () => {
    loaded(
      specOf(
        [
          object('ntfn', 'notification'),
          // The tools of seL4 write that the kernel may only receive; it has to signal all the same.
          object('irq_a', 'irq', {}, [[0, cap('ntfn', 'R', { badge: 1n })]]),
          object('irq_b', 'irq', {}, [[0, cap('ntfn', undefined, { badge: 2n })]]),
          object('irq_c', 'irq'),
          ...component('one', {
            slots: [
              [1, cap('ntfn', 'R')],
              [2, cap('irq_a')],
              [3, cap('irq_b')],
            ],
          }).objects,
        ],
        [
          [10, 'irq_a'],
          [11, 'irq_b'],
          [12, 'irq_c'],
        ],
      ),
    );
  });

  it('binds notifications, and gives timeout handlers and reply objects', () => {
    loaded(
      specOf([
        object('ep', 'ep'),
        object('ntfn', 'notification'),
        object('reply', 'rtreply'),
        object('sporadic', 'sc', {
          sizeBits: 9,
          sched: { period: 20_000n, budget: 5_000n, data: 17n },
        }),
        ...component('one', {
          isPassive: true,
          slots: [
            [1, cap('reply')],
            [2, cap('sporadic')],
            [3, cap('one_tcb')],
          ],
          tcbSlots: [
            [6, cap('sporadic')],
            [7, cap('ep', 'WG', { badge: 9n })],
            [8, cap('ntfn', 'R')],
          ],
        }).objects,
      ]),
    );
  });

  it('hands out control capabilities, ASID pools and page tables that are not mapped', () => {
    const { platform } = loaded(
      specOf([
        object('pool', 'asid_pool', { asidHigh: 1 }, [[0, cap('one_pd')]]),
        object('loose', 'pt'),
        ...component('one', {
          slots: [
            [1, cap('irq_control')],
            [2, cap('asid_control')],
            [3, cap('sched_control', undefined, { core: 0 })],
            [4, cap('domain')],
            [5, cap('pool')],
            [6, cap('loose')],
            [7, cap('one_pd')],
            [8, cap('one_pt')],
          ],
        }).objects,
      ]),
    );
    assert.equal(viewThreads(platform).length, 2);
  });

  it('makes what an untyped covers from it', () => {
    loaded(
      specOf([
        object('outer', 'ut', { sizeBits: 14 }),
        object('inner', 'ut', { sizeBits: 12, coveredBy: 'outer' }),
        object('ep', 'ep', { coveredBy: 'inner' }),
        object('frame', 'frame', { sizeBits: 12, coveredBy: 'outer' }),
        object('registers', 'ut', { sizeBits: 14, physicalAddress: 0x5401_4000n }),
        object('late', 'frame', {
          sizeBits: 12,
          physicalAddress: 0x5401_6000n,
          coveredBy: 'registers',
        }),
        ...component('one', {
          slots: [
            [1, cap('outer')],
            [2, cap('ep', 'R')],
            [3, cap('frame', 'R')],
            [4, cap('late', 'RW')],
          ],
        }).objects,
      ]),
    );
  });

  it('lets the source of a derivation revoke what comes from it', () => {
    const spec = specOf([
      object('ep', 'ep'),
      ...component('one', { slots: [[1, cap('ep', 'RWGP')]] }).objects,
      ...component('two', {
        slots: [[1, cap('ep', 'W', { badge: 4n, parent: { object: 'one_cnode', slot: 1 } })]],
      }).objects,
    ]);
    const { platform } = loaded(spec);
    const one = viewCSpaces(platform).find(({ label }) => label === 'one_tcb');
    const slot = viewSlots(platform, one?.cnode ?? 0).slots.find(({ index }) => index === 1);
    assert.deepEqual(
      slot?.capability.children.map(({ place }) => place),
      ['two_tcb 0x1'],
    );
  });

  it('moves all spare memory to the CNode that takes it, and tells BootInfo', () => {
    const info = object('info', 'frame', {
      sizeBits: 12,
      fill: [
        {
          destinationOffset: 0,
          lengthBytes: 4096,
          source: { kind: 'bootinfo', id: 'CDL_FrameFill_BootInfo_BootInfo', offset: 0 },
        },
      ],
    });
    const memory = component('memory', {
      radix: 7,
      // Prints the first slot of untypeds, and how far behind the last of them the empty ones begin.
      code: `li s0, 0x12000
lw a0, 84(s0)
addi a0, a0, '0'
${putChar}lw a0, 88(s0)
lw t0, 20(s0)
sub a0, t0, a0
addi a0, a0, '0'
${putChar}${stop}`,
      slots: [[3, cap('memory_tcb')]],
      pages: [
        [18, cap('info', 'R')],
        [19, cap('registers', 'RW')],
      ],
    });
    const registers = object('registers', 'frame', {
      sizeBits: 12,
      physicalAddress: 0x5401_1000n,
    });
    const spec = specOf(
      [info, registers, ...memory.objects].map((each) =>
        each.name === 'memory_cnode' ? { ...each, takesUntyped: true } : each,
      ),
    );
    const { files } = memory;
    const { platform, console } = loadSystem(spec, { files, instructions: 500_000 });
    assert.deepEqual(compareWithSpec(platform, spec), []);
    // Slot 3 is the last of its own, and 4 stays empty.
    assert.equal(console(), '51');
    const cspace = viewCSpaces(platform).find(({ label }) => label === 'memory_tcb');
    const untypeds = viewSlots(platform, cspace?.cnode ?? 0).slots.filter(
      ({ capability }) => capability.type === 'Untyped',
    );
    assert.equal(untypeds[0]?.index, 5);
    assert.equal(untypeds.at(-1)?.index, 4 + untypeds.length);
  });

  it('lets the owner of the spare memory have the memory of the loader, too', () => {
    const owner = component('owner', {
      radix: 8,
      // Revokes each untyped that BootInfo calls tainted, makes one untyped of all of it, and prints the error.
      code: `li s0, 0x12000
lw s1, 84(s0)
lw s2, 88(s0)
lw s4, 20(s0)
addi s3, s0, 92
1: bgeu s1, s2, 3f
lbu t0, 6(s3)
beqz t0, 2f
li a0, 1
li a1, (18 << 12) | 2
mv a2, s1
li a3, 32
li a7, -1
ecall
li t1, 0x11000
sw s4, 20(t1)
li t2, 1
sw t2, 24(t1)
sw t2, 488(t1)
mv a0, s1
li a1, (1 << 12) | (1 << 7) | 6
li a2, 0
lbu a3, 4(s3)
li a4, 0
li a5, 0
ecall
srli a0, a1, 12
addi a0, a0, '0'
${putChar}addi s4, s4, 1
2: addi s1, s1, 1
addi s3, s3, 8
j 1b
3: li a0, '.'
${putChar}${stop}`,
      slots: [[1, cap('owner_cnode', undefined, { guard: 0n, guardSize: 24 })]],
      pages: [[18, cap('info', 'R')]],
    });
    const info = object('info', 'frame', {
      sizeBits: 12,
      fill: [
        {
          destinationOffset: 0,
          lengthBytes: 4096,
          source: { kind: 'bootinfo', id: 'CDL_FrameFill_BootInfo_BootInfo', offset: 0 },
        },
      ],
    });
    const spec = specOf(
      [info, ...owner.objects, ...component('other').objects].map((each) =>
        each.name === 'owner_cnode' ? { ...each, takesUntyped: true } : each,
      ),
    );
    const { platform, console } = loadSystem(spec, {
      files: owner.files,
      instructions: 1_000_000,
    });
    // The image, and the objects below and above the ASID pool, in blocks of powers of two.
    assert.match(console(), /^0{3,}\.$/);
    assert.deepEqual(
      viewThreads(platform).map(({ name }) => name),
      ['owner_tcb', 'other_tcb'],
    );
    assert.deepEqual(compareWithSpec(platform, spec), []);
    const { memory, board } = platform.machine;
    assert.deepEqual(checkInvariants(memory, board), []);
  });

  it('keeps no untyped memory and no control capability for itself', () => {
    const { platform } = loaded(specOf(component('one').objects));
    const root = viewCSpaces(platform).find(({ label }) => label === 'rootserver');
    const kernelsOwn = viewSlots(platform, root?.cnode ?? 0).slots[0]?.capability.cnode ?? 0;
    const types = viewSlots(platform, kernelsOwn).slots.map(({ capability }) => capability.type);
    assert.deepEqual([...new Set(types)].sort(), [
      'ASIDPool',
      'CNode',
      'Frame',
      'PageTable',
      'SchedContext',
      'TCB',
    ]);
  });

  it('starts two components that talk over an endpoint', () => {
    const client = component('client', {
      code: `li s0, 'a'
1: li a0, 1
mv a2, s0
li a1, 1
li a7, -1
ecall
mv a0, a2
${putChar}addi s0, s0, 1
li t0, 'e'
bne s0, t0, 1b
${stop}`,
      slots: [[1, cap('ep', 'WP', { badge: 7n })]],
    });
    const server = component('server', {
      priority: 200,
      code: `li a6, 2
li a0, 1
li a7, -7
1: ecall
addi a2, a2, -32
li a1, 1
li a0, 1
li a6, 2
li a7, -2
j 1b
`,
      slots: [
        [1, cap('ep', 'R')],
        [2, cap('reply')],
      ],
    });
    const spec = specOf([
      object('ep', 'ep'),
      object('reply', 'rtreply'),
      ...client.objects,
      ...server.objects,
    ]);
    const { platform, console } = loadSystem(spec, {
      files: filesOf(client, server),
      instructions: 200_000,
    });
    assert.equal(console(), 'ABCD');
    assert.deepEqual(compareWithSpec(platform, spec), []);
  });

  it('starts no thread that has no code yet, or that is not to be resumed', () => {
    const code = `li a0, '!'\n${putChar}${stop}`;
    const waiting = component('waiting', { code, resume: false });
    const { platform, console } = loadSystem(
      specOf([...component('unbuilt').objects, ...waiting.objects]),
      { files: waiting.files, instructions: 200_000 },
    );
    assert.equal(console(), '');
    assert.deepEqual(
      viewThreads(platform).map(({ name, state }) => `${name} ${state}`),
      ['rootserver inactive', 'unbuilt_tcb inactive', 'waiting_tcb inactive'],
    );
  });

  it('loads more objects than the kernel’s CNode has slots', () => {
    const many = Array.from({ length: 5000 }, (_, index) => object(`ep${String(index)}`, 'ep'));
    loaded(
      specOf([
        ...many,
        ...component('one', { slots: [[1, cap('ep4999', 'R')]], radix: 4 }).objects,
      ]),
    );
  });

  it('makes pools for more address spaces than the kernel’s has ASIDs', () => {
    loaded(
      specOf(
        Array.from({ length: 40 }, (_, index) => component(`c${String(index)}`).objects).flat(),
      ),
    );
  });
});

describe('the capDL loader, refused,', () => {
  const sentenceOf = (spec: CapdlSpec, options: LoadOptions = {}): string => {
    const { platform, console } = loadSystem(spec, { instructions: 3_000_000, ...options });
    assert.deepEqual(
      compareWithSpec(platform, spec).filter(({ object: name }) => name === 'rootserver'),
      [],
    );
    return console().split('\n')[0] ?? '';
  };

  it('names the object, the kernel’s error and the slot', () => {
    // The kernel’s timer has interrupt 43 on this board, and there is none above.
    const spec = specOf([object('irq', 'irq')], [[99, 'irq']]);
    assert.equal(
      sentenceOf(spec),
      'The system cannot be loaded: irq cannot have interrupt 0x63, because the kernel answers RangeError.',
    );
  });

  it('tells the slot of a CNode that a capability does not go into', () => {
    const spec = specOf([
      object('ep', 'ep'),
      ...component('one', {
        slots: [
          [1, cap('ep', 'W', { badge: 1n })],
          [2, cap('ep', 'W', { badge: 2n, parent: { object: 'one_cnode', slot: 1 } })],
        ],
      }).objects,
    ]);
    assert.equal(
      sentenceOf(spec),
      'The system cannot be loaded: the capability to ep does not go into slot 0x2 of one_cnode, because the kernel answers IllegalOperation.',
    );
  });

  it('tells how much memory is missing', () => {
    const frames = Array.from({ length: 1100 }, (_, index) =>
      object(`frame${String(index)}`, 'frame', { sizeBits: 12 }),
    );
    const sentence = sentenceOf(specOf(frames));
    const numbers = /need (\d+) bytes, (\d+) are free, (\d+) are missing/.exec(sentence);
    assert.ok(numbers !== null, sentence);
    assert.equal(Number(numbers[1]) - Number(numbers[2]), Number(numbers[3]));
    assert.match(sentence, /there is no memory for frame\d+;/);
    const more = 4 * 2 ** 20 + Number(numbers[3]);
    const enough = loadSystem(specOf(frames), {
      memoryBytes: Math.ceil(more / 2 ** 16) * 2 ** 16 + 2 ** 16,
    });
    assert.equal(enough.console(), '');
  });

  it('tells of an address that is used twice', () => {
    const at = { sizeBits: 12, physicalAddress: 0x5400_0000n };
    assert.equal(
      sentenceOf(specOf([object('uart', 'frame', at), object('again', 'frame', at)])),
      'The system cannot be loaded: no memory at 0x54000000 is free for again; it is used already, or the kernel keeps it.',
    );
  });

  it('tells how many slots are missing for the spare memory', () => {
    const spec = specOf([object('taker', 'cnode', { sizeBits: 2, takesUntyped: true })]);
    assert.match(
      sentenceOf(spec),
      /: taker takes the spare memory and has 4 slots; (\d+) untypeds are there to put in from slot 0x1 on, so slots are missing: \d+\.$/,
    );
  });
});
