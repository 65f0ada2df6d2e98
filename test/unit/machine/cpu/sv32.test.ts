import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import { pteBits } from '../../../../runtime/machine/cpu/csr-bits.js';
import {
  csr,
  enterMode,
  hartFixture,
  openMemory,
  ramBase,
  type HartFixture,
} from '../../../support/hart-fixture.js';

const root = ramBase + 0x10000;
const table = ramBase + 0x11000;
const { valid, read, write, execute, user, accessed, dirty } = pteBits;
const all = valid | read | write | execute | user | accessed | dirty;
const mxr = 1 << 19;
const sum = 1 << 18;

const pte = (address: number, flags: number): number => (((address >>> 12) << 10) | flags) >>> 0;

/** Virtual 0x40000000 + i pages leads to RAM's page i by `flags`; RAM itself is mapped for S-mode by a megapage. */
function paged(flags: number): HartFixture {
  const fixture = hartFixture();
  fixture.setWord(root + 4 * 0x100, pte(table, valid));
  fixture.setWord(root + 4 * (ramBase >>> 22), pte(ramBase, all & ~user));
  for (let page = 0; page < 16; page++)
    fixture.setWord(table + 4 * page, pte(ramBase + page * 0x1000, flags));
  openMemory(fixture);
  fixture.write(csr.satp, (0x80000000 | (root >>> 12)) >>> 0);
  return fixture;
}

function outcome(
  { hart }: HartFixture,
  kind: 'fetch' | 'load' | 'store',
  address = 0x40002345,
): string {
  const result = hart.translate(virtAddr(address), kind);
  return result.ok ? `0x${result.value.toString(16)}` : `fault ${result.error.cause.toString()}`;
}

describe('Sv32', () => {
  it('finds a page through two levels, and a megapage through one', () => {
    const fixture = paged(all);
    fixture.hart.privilege = 0;
    assert.equal(outcome(fixture, 'load'), '0x80002345');
    fixture.hart.privilege = 1;
    assert.equal(outcome(fixture, 'fetch', ramBase + 0x12345), '0x80012345');
  });

  it('is off in M-mode, except for loads and stores under MPRV', () => {
    const fixture = paged(all);
    assert.equal(outcome(fixture, 'load', ramBase), '0x80000000');
    fixture.write(csr.mstatus, 1 << 17);
    assert.equal(outcome(fixture, 'load'), '0x80002345');
    assert.equal(outcome(fixture, 'fetch', ramBase), '0x80000000');
  });

  for (const [what, flags, privilege, status, load, store, fetch] of [
    ['an invalid entry', all & ~valid, 0, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['writable but not readable', all & ~read, 0, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['a pointer at the last level', valid, 0, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['not accessed yet', all & ~accessed, 0, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['clean', all & ~dirty, 0, 0, '0x80002345', 'fault 15', '0x80002345'],
    ['read-only', valid | read | user | accessed, 0, 0, '0x80002345', 'fault 15', 'fault 12'],
    ['execute-only', valid | execute | user | accessed, 0, 0, 'fault 13', 'fault 15', '0x80002345'],
    [
      'execute-only, MXR',
      valid | execute | user | accessed,
      0,
      mxr,
      '0x80002345',
      'fault 15',
      '0x80002345',
    ],
    ['a supervisor page in U-mode', all & ~user, 0, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['a user page in S-mode', all, 1, 0, 'fault 13', 'fault 15', 'fault 12'],
    ['a user page in S-mode, SUM', all, 1, sum, '0x80002345', '0x80002345', 'fault 12'],
  ] as const) {
    it(`${what}: load ${load}, store ${store}, fetch ${fetch}`, () => {
      const fixture = paged(flags);
      fixture.hart.privilege = privilege;
      fixture.write(csr.mstatus, status);
      assert.deepEqual(
        [outcome(fixture, 'load'), outcome(fixture, 'store'), outcome(fixture, 'fetch')],
        [load, store, fetch],
      );
    });
  }

  it('refuses a misaligned megapage, a pointer with A, D or U, and a table outside RAM', () => {
    const fixture = paged(all);
    fixture.hart.privilege = 0;
    const entry = root + 4 * 0x100;
    fixture.setWord(entry, pte(ramBase + 0x1000, all));
    assert.equal(outcome(fixture, 'load'), 'fault 13');
    for (const flag of [accessed, dirty, user]) {
      fixture.setWord(entry, pte(table, valid | flag));
      assert.equal(outcome(fixture, 'load'), 'fault 13');
    }
    fixture.setWord(entry, pte(0x1000, valid));
    assert.equal(outcome(fixture, 'load'), 'fault 5');
    assert.equal(outcome(fixture, 'store'), 'fault 7');
    assert.equal(outcome(fixture, 'fetch'), 'fault 1');
    // Physical address bit 32.
    fixture.setWord(entry, (0x100000 << 10) | all);
    assert.equal(outcome(fixture, 'load'), 'fault 5');
  });

  it('walks another table when it is asked to', () => {
    const fixture = paged(all);
    fixture.hart.privilege = 0;
    fixture.write(csr.satp, 0);
    const result = fixture.hart.translate(virtAddr(0x40001000), 'load', physAddr(root));
    assert.deepEqual(result, { ok: true, value: ramBase + 0x1000 });
  });

  it('raises the fault of the page that a crossing store cannot write, and writes nothing', () => {
    const fixture = paged(all);
    fixture.load('sw a0, 0(a1)', ramBase + 0x8000);
    fixture.setWord(table + 4 * 3, pte(ramBase + 0x3000, all & ~dirty));
    fixture.write(csr.mtvec, ramBase + 0x9000);
    fixture.hart.privilege = 0;
    fixture.hart.pc = virtAddr(0x40008000);
    fixture.hart.x.set([0x11223344, 0x40002ffe], 10);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 15);
    assert.equal(fixture.read(csr.mtval), 0x40003000);
    assert.equal(fixture.word(ramBase + 0x2ffc), 0);
  });

  it('fetches an instruction that lies in two pages', () => {
    const fixture = paged(all);
    // addi a0, a0, 1 with its halves at the end of page 2 and the start of page 5, which follows it.
    fixture.memory.write16(physAddr(ramBase + 0x2ffe), 0x0513);
    fixture.memory.write16(physAddr(ramBase + 0x5000), 0x0015);
    fixture.load('addi a0, a0, 1', ramBase + 0x5004);
    fixture.memory.write16(physAddr(ramBase + 0x5002), 0x0505);
    fixture.setWord(table + 4 * 3, pte(ramBase + 0x5000, all));
    fixture.hart.privilege = 0;
    fixture.hart.pc = virtAddr(0x40002ffe);
    fixture.hart.run(3);
    assert.equal(fixture.hart.x[10], 3);
    fixture.setWord(table + 4 * 3, 0);
    fixture.hart.flushTranslations();
    fixture.write(csr.mtvec, ramBase + 0x9000);
    fixture.hart.pc = virtAddr(0x40002ffe);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 12);
    assert.equal(fixture.read(csr.mtval), 0x40003000);
    assert.equal(fixture.read(csr.mepc), 0x40002ffe);
  });
});

describe('a TLB hit', () => {
  /** Changes to what is translated, each followed by the fence that it needs, mixed with accesses. */
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('entry' as const),
      page: fc.nat(15),
      target: fc.nat(15),
      flags: fc.constantFrom(
        all,
        all & ~dirty,
        all & ~write,
        all & ~user,
        valid | execute | user | accessed,
        0,
      ),
      byAddress: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('megapage' as const),
      isMegapage: fc.boolean(),
      byAddress: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('satp' as const), isOn: fc.boolean(), asid: fc.nat(3) }),
    fc.record({
      kind: fc.constant('status' as const),
      value: fc.constantFrom(0, sum, mxr, sum | mxr),
    }),
    fc.record({
      kind: fc.constant('access' as const),
      page: fc.nat(15),
      offset: fc.nat(0xfff),
      isStore: fc.boolean(),
      privilege: fc.constantFrom(0 as const, 1 as const),
    }),
  );

  it('is what a fresh walk would find, after any mix of satp, entries and fences', () => {
    const fixture = paged(all);
    const { hart } = fixture;
    // M-mode code under MPRV makes the accesses, and fences.
    fixture.load(
      'lbu a0, 0(a1)\nsb a0, 0(a1)\nsfence.vma a1, zero\nsfence.vma zero, zero',
      ramBase + 0x20000,
    );
    fixture.write(csr.mtvec, ramBase + 0x21000);
    const execute1 = (index: number): void => {
      hart.privilege = 3;
      hart.pc = virtAddr(ramBase + 0x20000 + index * 4);
      hart.run(1);
    };
    const setPrivilege = (privilege: number): void => {
      const status = fixture.read(csr.mstatus) & (sum | mxr);
      fixture.write(csr.mstatus, status | (1 << 17) | (privilege << 11));
    };
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        for (const each of steps) {
          switch (each.kind) {
            case 'entry':
              fixture.setWord(
                table + 4 * each.page,
                pte(ramBase + each.target * 0x1000, each.flags),
              );
              hart.x[11] = 0x40000000 + each.page * 0x1000;
              execute1(each.byAddress ? 2 : 3);
              break;
            case 'megapage':
              fixture.setWord(
                root + 4 * 0x100,
                each.isMegapage ? pte(ramBase, all) : pte(table, valid),
              );
              hart.x[11] = 0x40000000 + 0x5000;
              // A fence for one address of the range is for the one leaf there was; the pages of a table
              // had one each.
              execute1(each.byAddress && !each.isMegapage ? 2 : 3);
              break;
            case 'satp':
              fixture.write(
                csr.satp,
                each.isOn ? (0x80000000 | (each.asid << 22) | (root >>> 12)) >>> 0 : 0,
              );
              break;
            case 'status':
              fixture.write(csr.mstatus, each.value | (1 << 17));
              break;
            case 'access': {
              setPrivilege(each.privilege);
              const address = 0x40000000 + each.page * 0x1000 + each.offset;
              const expected = hart.translate(virtAddr(address), each.isStore ? 'store' : 'load');
              const byte =
                expected.ok && fixture.memory.contains(expected.value, 1)
                  ? fixture.memory.read8(expected.value)
                  : undefined;
              hart.x.set([byte === undefined ? 0 : byte ^ 0xff, address], 10);
              fixture.write(csr.mcause, 0);
              execute1(each.isStore ? 1 : 0);
              const cause = fixture.read(csr.mcause);
              if (!expected.ok) assert.equal(cause, expected.error.cause);
              else if (byte === undefined) assert.equal(cause, each.isStore ? 7 : 5);
              else {
                assert.equal(cause, 0);
                const now = fixture.memory.read8(expected.value);
                assert.equal(
                  each.isStore ? now : hart.x[10]! & 0xff,
                  each.isStore ? byte ^ 0xff : byte,
                );
                fixture.memory.write8(expected.value, byte);
              }
              break;
            }
          }
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('a switch between address spaces', () => {
  const spaces = 6;
  const spaceRoot = (index: number): number => ramBase + 0x30000 + index * 0x2000;
  const where = { space: fc.nat(spaces - 1), page: fc.nat(2) };
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('access' as const), ...where }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('remap' as const),
        ...where,
        target: fc.nat(15),
        fence: fc.constantFrom('supervisor' as const, 'all' as const, 'address' as const),
      }),
    },
  );

  it('finds the translations of each as they are, fences included', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const fixture = paged(all);
        const { hart } = fixture;
        const mapped = Array.from({ length: spaces }, (_, space) =>
          Array.from({ length: 3 }, (_none, page) => (page * 3 + space) % 16),
        );
        const map = (space: number, page: number): void => {
          const target = mapped[space]?.[page] ?? 0;
          const entry = spaceRoot(space) + 0x1000 + 4 * page;
          fixture.setWord(entry, pte(ramBase + target * 0x1000, all));
        };
        for (let space = 0; space < spaces; space++) {
          fixture.setWord(spaceRoot(space) + 4 * 0x100, pte(spaceRoot(space) + 0x1000, valid));
          for (let page = 0; page < 3; page++) map(space, page);
        }
        for (let page = 0; page < 16; page++) fixture.setWord(ramBase + page * 0x1000 + 8, page);
        const code = ramBase + 0x20000;
        fixture.load('lw a0, 8(a1)\nsfence.vma a1, zero\nsfence.vma zero, zero', code);
        // M-mode code under MPRV reads as a program would.
        fixture.write(csr.mstatus, 1 << 17);
        const execute1 = (index: number): void => {
          hart.privilege = 3;
          hart.pc = virtAddr(code + index * 4);
          hart.run(1);
        };
        for (const each of steps) {
          hart.x[11] = 0x40000000 + each.page * 0x1000;
          if (each.kind === 'access') {
            hart.setAddressSpace(physAddr(spaceRoot(each.space)), each.space);
            execute1(0);
            assert.equal(hart.x[10], mapped[each.space]?.[each.page]);
          } else {
            const pages = mapped[each.space];
            if (pages !== undefined) pages[each.page] = each.target;
            map(each.space, each.page);
            if (each.fence === 'supervisor') hart.flushTranslations();
            else execute1(each.fence === 'address' ? 1 : 2);
          }
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe('M-mode with MPRV', () => {
  it('uses the privilege in MPP for data only', () => {
    const fixture = paged(all & ~user);
    fixture.load('lw a0, 0(a1)');
    enterMode(fixture, 0);
    fixture.hart.privilege = 3;
    fixture.write(csr.mstatus, 1 << 17);
    fixture.hart.pc = virtAddr(ramBase);
    fixture.hart.x[11] = 0x40000000;
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 13);
  });
});
