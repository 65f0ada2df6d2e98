import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  analyzeCapdl,
  readCapdl,
  type AnalyzeOptions,
} from '../../../../runtime/toolchain/capdl/read.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';

/** All but hints, each with the stretch that it is about in `⟦…⟧`. */
function problemsIn(text: string, options: AnalyzeOptions = {}): string[] {
  return shown(text, options, ({ severity }) => severity !== 'hint');
}

function shown(
  text: string,
  options: AnalyzeOptions,
  isWanted: (diagnostic: Diagnostic) => boolean,
): string[] {
  const { source, diagnostics } = analyzeCapdl('a.cdl', text, options);
  return diagnostics.filter(isWanted).map(({ file, range, severity, code }) => {
    const start = source.offsetOf(file, range.start) ?? 0;
    const end = source.offsetOf(file, range.end) ?? 0;
    return `${severity} ${code} ${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`;
  });
}

/** The text has one problem, where it is marked. */
function assertProblem(code: string, marked: string, options: AnalyzeOptions = {}): void {
  const text = marked.replace(/[⟦⟧]/g, '');
  assert.deepEqual(problemsIn(text, options), [`${code} ${marked}`]);
}

const assertGood = (text: string): void => {
  assert.deepEqual(problemsIn(text), []);
};

const riscv = (objects: string, caps = ''): string =>
  `arch riscv objects { ${objects} } caps { ${caps} }`;
const ia32 = (objects: string, caps = ''): string =>
  `arch ia32 objects { ${objects} } caps { ${caps} }`;
const inSlot = (type: string, capability: string): string =>
  riscv(`c = cnode (4 bits) a = ${type}`, `c { 1: ${capability} }`);

describe('reading the line arch', () => {
  it('wants one, first, of a known name', () => {
    assertProblem('error missing-architecture', '⟦⟧objects { }');
    assertProblem('error unknown-architecture', 'arch ⟦riscv64⟧ objects { }');
    assertProblem('error duplicate-architecture', 'arch riscv objects { } ⟦arch riscv⟧');
    assertProblem('error misplaced-architecture', 'objects { } ⟦arch riscv⟧');
    assertProblem('error no-section', 'arch ⟦riscv⟧');
    assert.deepEqual(problemsIn(''), []);
  });
});

describe('reading objects', () => {
  it('takes every kind of the architecture with its parameters', () => {
    assertGood(
      riscv(`e = ep n = notification c = cnode (4 bits) u = ut (12 bits, paddr: 0x1000)
        t = tcb (addr: 0, ip: 0, sp: 0, prio: 1, max_prio: 2, affinity: 0, init: [], dom: 1)
        s = sc (period: 10, budget: 5, data: 1, 8 bits) r = rtreply p = pt f = frame (4k)
        g = frame (4M, paddr: 0x400000, fill: [{0 1 CDL_FrameFill_FileData "a" 0}])
        a = asid_pool (asid_high: 1) t2 = tcb t3 = tcb (addr: 0, affinity: 0)`),
    );
    assertGood(
      ia32(`p = io_ports (ports: [1..2]) d = io_device (domainID: 1, 0:1.0) i = io_pt (level: 1)
        v = vcpu`),
    );
  });

  it('knows no other kind, and not those of another architecture', () => {
    assertProblem('error unknown-kind', riscv('a = ⟦endpoint⟧'));
    assertProblem('error unknown-kind', riscv('a = ⟦ep--b⟧\n'));
    assertProblem('error kind-of-other-architecture', riscv('a = ⟦vcpu⟧'));
    assertProblem('error kind-of-other-architecture', ia32('a = ⟦pml4⟧'));
  });

  it('checks the list of parameters', () => {
    assertProblem('error unknown-parameter', riscv('a = tcb (⟦priority⟧: 1)'));
    assertProblem('error misplaced-parameter', riscv('a = ep (⟦paddr⟧: 1)'));
    assertProblem('error misplaced-parameter', riscv('a = cnode (4 bits, ⟦4k⟧)'));
    assertProblem('error repeated-parameter', riscv('a = cnode (4 bits, 5 ⟦bits⟧)'));
    assertProblem(
      'warning repeated-parameter',
      riscv('a = sc (period: 9, budget: 1, ⟦budget⟧: 2)'),
    );
    assertProblem('error missing-parameter', riscv('a = ⟦cnode⟧'));
    assertProblem('error missing-parameter', riscv('a = frame ⟦(paddr: 0)⟧'));
    assertProblem('error wrong-value', riscv('a = cnode (4 bits, untyped: ⟦true⟧)'));
    assertProblem('error wrong-value', riscv('a = ut (paddr: ⟦x⟧)'));
    assertProblem('error number-out-of-range', riscv('a = tcb (dom: ⟦256⟧)'));
    assertProblem(
      'warning number-too-large',
      riscv(`a = asid_pool (asid_high: ⟦0x1${'0'.repeat(16)}⟧)`),
    );
    assertProblem('error empty-range', ia32('a = io_ports (ports: ⟦[2..1]⟧)'));
    assertProblem('error incomplete-tcb', riscv('a = tcb ⟦(ip: 1, prio: 3)⟧'));
    assertProblem('warning incomplete-tcb', riscv('a = tcb ⟦(prio: 3, max_prio: 3, affinity: 0)⟧'));
    assertProblem('error incomplete-sc', riscv('a = sc ⟦(period: 3)⟧'));
    assertProblem('error budget-over-period', riscv('a = sc (period: 3, ⟦budget: 4⟧)'));
  });

  it('checks the size, the address and the content of a frame', () => {
    assertProblem('error frame-size', riscv('a = frame (⟦0k⟧)'));
    assertProblem('error frame-size', riscv('a = frame (⟦3k⟧)'));
    assertProblem('warning frame-size-of-other-architecture', riscv('a = frame (⟦64k⟧)'));
    assertProblem('error unaligned-paddr', riscv('a = frame (4k, paddr: ⟦0x1001⟧)'));
    assertProblem('error unaligned-paddr', riscv('a = ut (13 bits, paddr: ⟦0x1000⟧)'));
    assertProblem('warning unknown-fill', riscv('a = frame (4k, fill: [⟦{0 1 2}⟧])'));
    assertProblem(
      'error fill-outside-frame',
      riscv('a = frame (4k, fill: [⟦{4095 2 CDL_FrameFill_FileData "a" 0}⟧])'),
    );
  });

  it('says when a file to fill a frame from is missing', () => {
    const files = {
      readText: () => undefined,
      readBytes: (path: string) => (path === 'there' ? new Uint8Array() : undefined),
    };
    const text = (file: string): string =>
      riscv(`a = frame (4k, fill: [{0 1 CDL_FrameFill_FileData ${file} 0}])`);
    assertProblem('warning missing-file', text('⟦"gone"⟧'), { files });
    assert.deepEqual(problemsIn(text('"there"'), { files }), []);
    const [unread] = readCapdl('none.cdl', files).diagnostics;
    assert.equal(unread?.code, 'missing-file');
  });

  it('gives a name to one object', () => {
    assertProblem('error duplicate-object', riscv('a = ep ⟦a⟧ = ep'));
    assertProblem('error duplicate-object', riscv('a[2] = ep ⟦a⟧ = ep'));
    assertProblem('error duplicate-object', riscv('a = ep ⟦a⟧ = ut'));
    assertGood(riscv('a = ut (4 bits) a = ut { b } b = ep'));
    assertProblem('warning repeated-untyped', riscv('a = ut (4 bits) a = ut ⟦(5 bits)⟧'));
    assertProblem('error declaration-in-repeated-untyped', riscv('a = ut a = ut { ⟦b⟧ = ep }'));
    assertProblem('warning reserved-name', riscv('⟦domain⟧ = ep'));
    assertProblem('error array-length', riscv('⟦a[]⟧ = ep'));
    assertProblem('information empty-array', riscv('⟦a[0]⟧ = ep'));
    assertProblem('error too-many-objects', riscv('⟦a[4000000000]⟧ = ep'));
    assertProblem('error members-of-non-untyped', riscv('a = ep ⟦{ }⟧'));
  });
});

describe('reading what untypeds cover', () => {
  it('declares an untyped by a path', () => {
    assertGood(riscv('u/v/a = ep  u/b = ep'));
    const { spec } = analyzeCapdl('a.cdl', riscv('u/v/a = ep'));
    assert.deepEqual(
      spec?.objects.map(({ name, type, coveredBy }) => [name, type, coveredBy]),
      [
        ['a', 'ep', 'v'],
        ['u', 'ut', undefined],
        ['v', 'ut', 'u'],
      ],
    );
  });

  it('covers each object once, by an untyped, with objects that exist', () => {
    assertProblem('error covered-twice', riscv('u = ut { a } v = ut { ⟦a⟧ } a = ep'));
    assertProblem('warning repeated-cover', riscv('u = ut { a ⟦a⟧ } a = ep'));
    assertProblem('error cyclic-cover', riscv('u = ut { v } v = ut { ⟦u⟧ }'));
    assertProblem('error not-an-untyped', riscv('e = ep e/⟦a⟧ = ep'));
    assertProblem('error unknown-object', riscv('u = ut { ⟦other⟧ }'));
    assertProblem('error unknown-object', riscv('u[2] = ut ⟦u[2]⟧ = ut { a } a = ep'));
    assertProblem('error index-out-of-range', riscv('u = ut { a[⟦2⟧] } a[2] = ep'));
  });

  it('says when an untyped is too small, by size, order or address', () => {
    assertProblem('error untyped-too-small', riscv('⟦u⟧ = ut (12 bits) { f[] } f[2] = frame (4k)'));
    assertGood(riscv('u = ut (13 bits) { f[] } f[2] = frame (4k)'));
    assertProblem(
      'warning untyped-order',
      riscv('⟦u⟧ = ut (13 bits) { e, f, g[] } e = ep f = frame (4k) g[100] = ep'),
    );
    assertProblem(
      'error covered-outside',
      riscv('u = ut (12 bits, paddr: 0x1000) { ⟦f⟧ } f = frame (4k, paddr: 0x2000)'),
    );
  });

  it('says when two objects claim the same memory', () => {
    assertProblem(
      'error overlapping-memory',
      riscv('u = ut (13 bits, paddr: 0x2000) v = ut (12 bits, ⟦paddr: 0x3000⟧)'),
    );
    assertProblem(
      'warning same-paddr',
      riscv('f = frame (4k, paddr: 0x3000) g = frame (4k, ⟦paddr: 0x3000⟧)'),
    );
    assertGood(riscv('u = ut (13 bits, paddr: 0x2000) { f } f = frame (4k, paddr: 0x3000)'));
  });
});

describe('reading capabilities', () => {
  it('follows the slot before, and takes a slot for each object of a range', () => {
    const { spec } = analyzeCapdl(
      'a.cdl',
      riscv('c = cnode (4 bits) a[4] = ep b = ep', 'c { b a[2..1] 8: a[3..] b }'),
    );
    const slots = [...(spec?.objects[0]?.slots ?? [])].map(([slot, { object }]) => [slot, object]);
    assert.deepEqual(slots, [
      [0, 'b'],
      [1, 'a[2]'],
      [2, 'a[1]'],
      [8, 'a[3]'],
      [9, 'b'],
    ]);
  });

  it('wants containers, objects and slots that exist', () => {
    assertProblem('error unknown-object', riscv('', '⟦c⟧ { }'));
    assertProblem('error unknown-object', riscv('c = cnode (4 bits)', 'c { 1: ⟦other⟧ }'));
    assertProblem('error unknown-object', riscv('c = cnode (4 bits) a[2] = ep', 'c { 1: ⟦a⟧ }'));
    assertProblem('error unknown-object', inSlot('ep', '⟦a⟧[0]'));
    assertProblem(
      'error index-out-of-range',
      riscv('c = cnode (4 bits) a[2] = ep', 'c { 1: a[⟦2⟧] }'),
    );
    assertProblem('error no-slots', riscv('a = ep', '⟦a⟧ { }'));
    assertProblem('error slot-filled', riscv('c = cnode (4 bits) a = ep', 'c { 1: a ⟦1⟧: a }'));
    assertProblem('error slot-outside', riscv('c = cnode (4 bits) a = ep', 'c { ⟦16⟧: a }'));
    assertProblem('error slot-outside', riscv('c = cnode (1 bits) a[3] = ep', 'c { 0: ⟦a[]⟧ }'));
    assertProblem('error unknown-slot', riscv('t = tcb c = cnode (4 bits)', 't { ⟦csapce⟧: c }'));
    assertProblem('error slot-outside', riscv('t = tcb c = cnode (4 bits)', 't { ⟦10⟧: c }'));
  });

  it('knows what each slot takes', () => {
    assertGood(
      riscv(
        't = tcb c = cnode (4 bits) p = pt q = pt f = frame (4k) e = ep n = notification s = sc a = asid_pool',
        `t { cspace: c vspace: p ipc_buffer_slot: f fault_ep_slot: e sc_slot: s temp_fault_ep_slot: e
          bound_notification: n reply_slot: t (master_reply) caller_slot: t (reply) }
         p { 1: q } q { 0: f } a { 1: p }`,
      ),
    );
    assertProblem('error wrong-capability', riscv('t = tcb e = ep', 't { cspace: ⟦e⟧ }'));
    assertProblem('error wrong-capability', riscv('t = tcb', 't { caller_slot: ⟦t⟧ }'));
    assertProblem('error wrong-capability', riscv('p = pt e = ep', 'p { 0: ⟦e⟧ }'));
    assertProblem('error wrong-capability', ia32('t = tcb p = pt', 't { vspace: ⟦p⟧ }'));
    assertProblem('error wrong-capability', riscv('a = asid_pool f = frame (4k)', 'a { 0: ⟦f⟧ }'));
    assertProblem('error capability-of-other-architecture', inSlot('ep', '⟦io_space_master⟧'));
  });

  it('checks the parameters', () => {
    for (const good of [
      'a (RWGP, badge: 3)',
      'a (R, W)',
      'sched_control (core: 1)',
      'irq_control',
    ]) {
      assertGood(inSlot('ep', good));
    }
    assertGood(inSlot('rtreply', 'a (WG)'));
    assertProblem('error misplaced-parameter', inSlot('tcb', 'a (⟦R⟧)'));
    assertProblem('error misplaced-parameter', inSlot('ep', 'a (⟦masked⟧: R)'));
    assertProblem('error unknown-parameter', inSlot('ep', 'a (⟦bagde⟧: 1)'));
    assertProblem('error repeated-parameter', inSlot('ep', 'a (badge: 1, ⟦badge⟧: 2)'));
    assertProblem('error wrong-value', inSlot('ep', 'a (badge: ⟦x⟧)'));
    assertProblem(
      'error reply-twice',
      riscv('c = cnode (4 bits) a = tcb', 'c { ⟦1: a (reply, master_reply)⟧ }'),
    );
    assertProblem('error missing-parameter', inSlot('ep', '⟦sched_control⟧'));
    assertProblem('warning write-without-read', inSlot('frame (4k)', 'a (⟦W⟧)'));
  });

  it('checks how wide badges and guards are', () => {
    const wide = (parameters: string): string =>
      riscv('c = cnode (4 bits) e = ep', `c { 0: c (guard_size: 28) 1: ${parameters} }`);
    assertProblem('error badge-width', wide('e (⟦badge: 0x10000000⟧)'));
    assertGood(wide('e (badge: 0xfffffff)'));
    assertProblem('error guard-width', wide('c (⟦guard: 4⟧, guard_size: 2)'));
    assertProblem(
      'error guard-width',
      riscv('c = cnode (4 bits)', 'c { 0: c (⟦guard_size: 61⟧) }'),
    );
    const badge64 = 'c { 0: c (guard_size: 60) 1: e (badge: 0x8000000000000000) }';
    assertGood(riscv('c = cnode (4 bits) e = ep', badge64));
  });

  it('copies by name, with fewer rights', () => {
    const text = riscv(
      'c = cnode (4 bits) e = ep',
      'c { 1: n = e (RW, badge: 2) 2: <n> (masked: R) 3: <m> } m = (c, 2)',
    );
    assertGood(text);
    const slots = analyzeCapdl('a.cdl', text).spec?.objects[0]?.slots;
    assert.deepEqual(
      [2, 3].map((slot) => [slots?.get(slot)?.rights?.write, slots?.get(slot)?.badge]),
      [
        [false, 2n],
        [false, 2n],
      ],
    );
    const objects = 'c = cnode (4 bits) e = ep';
    assertProblem('error unknown-capability-name', riscv(objects, 'c { 1: <⟦n⟧> }'));
    assertProblem('error empty-slot-reference', riscv(objects, 'c { 1: <⟦n⟧> } n = (c, 2)'));
    assertProblem('error cyclic-copy', riscv(objects, 'c { 1: n = <⟦n⟧> }'));
    assertProblem('error unnumbered-copy', riscv(objects, 'c { 1: n = e ⟦<n>⟧ }'));
    assertProblem('warning unnumbered-name', riscv(objects, 'c { ⟦n⟧ = e }'));
    assertProblem('warning duplicate-capability-name', riscv(objects, 'c { 1: n = e 2: ⟦n⟧ = e }'));
    assertProblem(
      'warning ignored-parameter',
      riscv(objects, 'c { 1: n = e 2: <n> (⟦badge⟧: 1) }'),
    );
    assertProblem(
      'error name-of-several',
      riscv('c = cnode (4 bits) e[2] = ep', 'c { 1: ⟦n⟧ = e[] }'),
    );
    assertProblem(
      'error name-with-index',
      riscv('c = cnode (4 bits) e[2] = ep', 'c { 1: ⟦n[2]⟧ = e[] }'),
    );
    assertGood(riscv('c = cnode (4 bits) e[2] = ep', 'c { 1: n[] = e[] 4: <n[]> 8: <n[1]> }'));
  });

  it('maps page tables once, and says so of frame capabilities as it is', () => {
    const objects = 'c = cnode (4 bits) p = pt q = pt r = pt f = frame (4k) g = frame (4k)';
    assertProblem('error table-mapped-twice', riscv(objects, 'p { 0: r } q { 0: ⟦r⟧ }'));
    assertProblem('error cyclic-page-tables', riscv(objects, 'p { 0: ⟦p⟧ }'));
    assertProblem(
      'error space-in-two-pools',
      riscv('a = asid_pool b = asid_pool p = pt', 'a { 0: p } b { 0: ⟦p⟧ }'),
    );
    assertGood(riscv(objects, 'p { 0: f } c { 1: f (mapping: (p, 0)) }'));
    assertProblem(
      'error wrong-mapping',
      riscv(objects, 'p { 0: f } c { 1: f (mapping: ⟦(p, 1)⟧) }'),
    );
    assertProblem('error wrong-mapping', riscv(objects, 'c { 1: f (mapping: ⟦(c, 1)⟧) }'));
    assertProblem(
      'warning wrong-mapping',
      riscv(objects, 'p { 0: g } c { 1: f (mapping: ⟦(p, 0)⟧) }'),
    );
    assertProblem('error misplaced-mapping', riscv(objects, 'p { 0: f (mapping: ⟦(p, 0)⟧) }'));
    assertProblem(
      'error mapping-twice',
      riscv(objects, 'p { 0: f } c { 1: f (mapping: (p, 0)) 2: f (mapping: ⟦(p, 0)⟧) }'),
    );
  });

  it('says when a thread begins, stacks or is told where nothing is mapped', () => {
    const thread = (tcb: string): string =>
      riscv(
        `t = tcb (${tcb}) p = pt q = pt f = frame (4k) g = frame (4k)`,
        't { vspace: p ipc_buffer_slot: g } p { 0: q } q { 1: f 3: g }',
      );
    const rest = 'prio: 1, max_prio: 1, affinity: 0';
    assertGood(thread(`addr: 0x3000, ip: 0x1000, sp: 0x2000, ${rest}`));
    assertProblem(
      'warning unmapped-address',
      thread(`addr: 0x3000, ⟦ip: 0x2000⟧, sp: 0x2000, ${rest}`),
    );
    assertProblem(
      'warning unmapped-address',
      thread(`addr: 0x3000, ip: 0x1000, ⟦sp: 0x6000⟧, ${rest}`),
    );
    assertProblem(
      'warning unmapped-ipc-buffer',
      thread(`⟦addr: 0x5000⟧, ip: 0x1000, sp: 0x2000, ${rest}`),
    );
    const other = thread(`addr: 0x1000, ip: 0x1000, sp: 0x2000, ${rest}`);
    assertProblem(
      'warning other-ipc-buffer',
      other.replace('ipc_buffer_slot: g', '⟦ipc_buffer_slot: g⟧'),
    );
    assertProblem('warning no-ipc-buffer', riscv('t = tcb (⟦addr: 1⟧, affinity: 0)'));
  });
});

describe('reading the small sections', () => {
  const caps = 'i { 0: n } j { 0: n }';
  const irqs = (entries: string): string =>
    `arch riscv objects { i = irq j = irq n = notification } caps { ${caps} } irq maps { ${entries} }`;

  it('gives each interrupt one number', () => {
    assertGood(irqs('33: i j'));
    assertProblem('error interrupt-mapped-twice', irqs('1: i 2: j ⟦1: j⟧'));
    assertProblem('error not-an-interrupt', irqs('1: i 2: j ⟦3: n⟧'));
    assertProblem('warning interrupt-object-twice', irqs('1: i 2: j ⟦3: j⟧'));
    assertProblem('error unknown-object', irqs('1: i 2: j 3: ⟦other⟧'));
    assertProblem('warning interrupt-without-number', 'arch riscv objects { ⟦i⟧ = irq }');
    assertProblem(
      'information interrupt-without-notification',
      'arch riscv objects { ⟦i⟧ = irq } irq maps { 1: i }',
    );
    assertProblem('error duplicate-section', `${irqs('1: i 2: j')} ⟦irq maps {⟧ }`);
  });

  it('derives a capability from one other', () => {
    const cdt = (entries: string): string =>
      `${riscv('c = cnode (4 bits) e = ep', 'c { 1: e 2: e 3: e - child_of (c, 1) }')} cdt { ${entries} }`;
    assertGood(cdt('(c, 1) { (c, 2) }'));
    assertProblem('error two-parents', cdt('(c, 2) { ⟦(c, 3)⟧ }'));
    assertProblem('warning empty-slot', cdt('(c, 1) { ⟦(c, 4)⟧ }'));
    assertProblem('warning cyclic-derivation', cdt('(c, 2) { ⟦(c, 2)⟧ }'));
    assertProblem('error unknown-capability-name', cdt('⟦n⟧ { }'));
    assertProblem('warning nested-derivation', cdt('(c, 1) { ⟦(c, 2) { }⟧ }'));
  });

  it('checks a schedule of domains', () => {
    const domains = (items: string): string => `arch riscv domains { ${items} }`;
    assertGood(domains('schedule: [(0, 10), (1, 5), (0, 0)] domain_set_start: 1 index_shift: 2'));
    assertProblem('error domain-schedule', domains('schedule: [⟦(1, 0)⟧]'));
    assertProblem('error domain-schedule', domains('schedule: [(⟦256⟧, 1)]'));
    assertProblem('error domain-start', domains('schedule: [(0, 1)] domain_set_start: ⟦1⟧'));
    assertProblem('error domain-start', domains('schedule: [(0, 0)] domain_set_start: ⟦0⟧'));
    assertProblem('error duplicate-domain-item', domains('index_shift: 1 ⟦index_shift⟧: 1'));
  });
});

describe('reading a dialect', () => {
  it('warns about what the other tool does not read, where the project says which it uses', () => {
    const untyped = riscv('c = cnode (4 bits, ⟦untyped⟧: True)');
    assertProblem('warning other-dialect', untyped, { dialect: 'upstream' });
    const rights = riscv('c = cnode (4 bits) r = rtreply', 'c { 1: r (⟦WG⟧) }');
    assertProblem('warning other-dialect', rights, { dialect: 'upstream' });
    const slot = riscv('t = tcb n = notification', 't { ⟦bound_notification⟧: n }');
    assertProblem('warning other-dialect', slot, { dialect: 'sparrow' });
    assertProblem('warning other-dialect', 'arch riscv ⟦domains {⟧ }', { dialect: 'sparrow' });
    for (const each of [untyped, rights, slot]) assertGood(each.replace(/[⟦⟧]/g, ''));
  });
});

describe('a diagnostic of capDL', () => {
  it('leads to the other place and offers what mends it', () => {
    const text = riscv('c = cnode (4 bits) timer_ep = ep', 'c { 1: timer_ep 1: timer_pe }');
    const { diagnostics } = analyzeCapdl('a.cdl', text);
    const unknown = diagnostics.find(({ code }) => code === 'unknown-object');
    assert.equal(unknown?.message, 'There is no object `timer_pe`; did you mean `timer_ep`?');
    assert.deepEqual(unknown.fixes?.[0]?.title, 'Change to `timer_ep`');
    const twice = analyzeCapdl('a.cdl', text.replace('pe }', 'ep }')).diagnostics.find(
      ({ code }) => code === 'slot-filled',
    );
    assert.equal(twice?.related?.[0]?.message, 'The slot is filled here.');
    assert.equal(twice.fixes?.[0]?.edits[0]?.newText, '2');
  });

  it('hints at what is not used', () => {
    const text = riscv('c = cnode (4 bits) e = ep', 'c { 1: n = domain }');
    const hints = shown(text, {}, ({ severity }) => severity === 'hint');
    assert.deepEqual(
      hints.map((hint) => hint.split(' ').slice(0, 2).join(' ')),
      ['hint unused-object', 'hint unused-object', 'hint unused-name'],
    );
  });

  it('reads interrupts of a dump from their names', () => {
    const text = '-- Dump\narch arm11 objects { irqhandler@0x1b = irq } caps { } cdt { }';
    assert.deepEqual(
      [...(analyzeCapdl('a.cdl', text).spec?.irqs ?? [])],
      [[0x1b, 'irqhandler@0x1b']],
    );
  });

  it('knows from the comment behind it why an object or capability is there', () => {
    const text = 'arch riscv objects {\na = ep -- system.camkes:12 connection a\nb = ep\n}';
    const [first, second] = analyzeCapdl('a.cdl', text).spec?.objects ?? [];
    assert.equal(first?.origin?.place.file, 'system.camkes');
    assert.equal(first.origin.place.range.start.line, 11);
    assert.equal(first.origin.reason, 'connection a');
    assert.equal(second?.origin?.place.file, 'a.cdl');
  });
});
