import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printSpec } from '../../../../runtime/toolchain/capdl/print.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlSpec,
} from '../../../../runtime/toolchain/capdl/spec.js';

const specOf = (objects: readonly CapdlObject[], rest: Partial<CapdlSpec> = {}): CapdlSpec => ({
  architecture: 'riscv',
  objects,
  irqs: new Map(),
  derivations: [],
  domains: undefined,
  ...rest,
});

const object = (
  name: string,
  type: CapdlObject['type'],
  rest: Partial<CapdlObject> = {},
): CapdlObject => ({ name, type, slots: new Map(), ...rest });

const slots = (...entries: [number, CapdlCapability][]): CapdlObject['slots'] => new Map(entries);

const rights = (letters: string): NonNullable<CapdlCapability['rights']> => ({
  read: letters.includes('R'),
  write: letters.includes('W'),
  grant: /[GX]/.test(letters),
  grantReply: letters.includes('P'),
});

describe('printing capDL', () => {
  it('writes objects, capabilities and interrupts as the tools of seL4 do', () => {
    const spec = specOf(
      [
        object('a_cnode', 'cnode', {
          sizeBits: 5,
          takesUntyped: false,
          slots: slots(
            [
              16,
              { object: 'frame_a', rights: rights('RWX'), mapping: { object: 'pt_a', slot: 3 } },
            ],
            [1, { object: 'a_cnode', guard: 0n, guardSize: 27 }],
            [2, { object: 'ep_a', rights: rights('RWGP'), badge: 20n }],
            [3, { object: 'sched_control', core: 0 }],
          ),
        }),
        object('a_tcb', 'tcb', {
          tcb: {
            ipcBufferAddress: 0x1000n,
            instructionPointer: 0x10n,
            stackPointer: 0x2000n,
            priority: 254,
            maxPriority: 254,
            affinity: 0,
            init: [1n],
          },
          slots: slots(
            [4, { object: 'frame_a', rights: rights('RW') }],
            [0, { object: 'a_cnode', guard: 0n, guardSize: 27 }],
          ),
        }),
        object('ep_a', 'ep'),
        object('frame_a', 'frame', {
          sizeBits: 12,
          physicalAddress: 0x80000000n,
          fill: [
            {
              destinationOffset: 0,
              lengthBytes: 64,
              source: { kind: 'file', file: 'a.elf', offset: 4096 },
            },
          ],
        }),
        object('irq_a', 'irq', {
          slots: slots([0, { object: 'ntfn_a', rights: rights(''), badge: 1n }]),
        }),
        object('ntfn_a', 'notification'),
        object('sc_a', 'sc', { sizeBits: 8, sched: { period: 10000n, budget: 10000n, data: 0n } }),
      ],
      {
        irqs: new Map([[33, 'irq_a']]),
        derivations: [
          { parent: { object: 'a_cnode', slot: 2 }, child: { object: 'a_cnode', slot: 3 } },
        ],
        domains: { schedule: [{ domain: 0, duration: 10n }], start: undefined, indexShift: 0 },
      },
    );
    assert.equal(
      printSpec(spec),
      `arch riscv

objects {
a_cnode = cnode (5 bits, untyped: False)
a_tcb = tcb (addr: 0x1000, ip: 0x10, sp: 0x2000, prio: 254, max_prio: 254, affinity: 0, init: [1])
ep_a = ep
frame_a = frame (4k, paddr: 0x80000000, fill: [{0 64 CDL_FrameFill_FileData "a.elf" 4096}])
irq_a = irq
ntfn_a = notification
sc_a = sc (period: 10000, budget: 10000, data: 0, 8 bits)
}

caps {
a_cnode {
0x1: a_cnode (guard: 0, guard_size: 27)
0x2: ep_a (RWGP, badge: 20)
0x3: sched_control (core: 0)
0x10: frame_a (RWX, mapping: (pt_a, 3))
}
a_tcb {
cspace: a_cnode (guard: 0, guard_size: 27)
ipc_buffer_slot: frame_a (RW)
}
irq_a {
0x0: ntfn_a (badge: 1)
}
}

irq maps {
33: irq_a
}

cdt {
(a_cnode, 2) {
(a_cnode, 3)
}
}

domains {
schedule: [(0, 10)]
domain_set_start: no_start
index_shift: 0
}
`,
    );
  });

  it('says why an object or capability is there, unless it is asked not to', () => {
    const place = {
      file: 'system.camkes',
      range: { start: { line: 11, character: 2 }, end: { line: 11, character: 9 } },
    };
    const spec = specOf([object('a', 'ep', { origin: { place, reason: 'connection\na' } })]);
    assert.match(printSpec(spec), /^a = ep -- system\.camkes:12 connection a$/m);
    assert.match(printSpec(spec, { origins: 'none' }), /^a = ep$/m);
  });

  it('names the files below a folder relative to it', () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const from = (name: string, file: string): CapdlObject =>
      object(name, 'ep', { origin: { place: { file, range }, reason: 'x' } });
    const spec = specOf([from('a', '/home/it/s.camkes'), from('b', '/other/s.camkes')]);
    const text = printSpec(spec, { folder: '/home/it' });
    assert.match(text, /^a = ep -- s\.camkes:1 x$/m);
    assert.match(text, /^b = ep -- \/other\/s\.camkes:1 x$/m);
  });

  it('declares elements that are alike as one array, and renames those that are not', () => {
    const alike = specOf([object('a[0]', 'ep'), object('a[1]', 'ep')]);
    assert.match(printSpec(alike), /^a\[2\] = ep$/m);
    const unlike = specOf([object('a[0]', 'ep'), object('a[1]', 'tcb'), object('a_1', 'ep')]);
    assert.match(printSpec(unlike), /^a_0 = ep\na_1_2 = tcb\na_1 = ep$/m);
  });

  it('renames what capDL does not take for a name', () => {
    const spec = specOf([object('_a', 'ep'), object('caps', 'ep'), object('x y', 'ep')]);
    assert.match(printSpec(spec), /^o__a = ep\no_caps = ep\nx_y = ep$/m);
  });

  it('says what an untyped covers, by its own word or by that of its children', () => {
    const spec = specOf([
      object('a', 'ep', { coveredBy: 'u' }),
      object('b', 'ep', { coveredBy: 'v' }),
      object('c', 'ep', { coveredBy: 'v' }),
      object('u', 'ut', { sizeBits: 4 }),
      object('v', 'ut', { sizeBits: 5, covers: ['c', 'b'] }),
    ]);
    assert.match(printSpec(spec), /^u = ut \(4 bits\) { a }\nv = ut \(5 bits\) { c, b }$/m);
  });
});
