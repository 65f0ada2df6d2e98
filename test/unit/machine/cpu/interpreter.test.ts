import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import {
  csr,
  deviceAddress,
  enterMode,
  hartFixture,
  openMemory,
  ramBase,
} from '../../../support/hart-fixture.js';
import { tinyProgram } from '../../../support/tiny-program.js';

const countingLoop = 'loop:\naddi a0, a0, 1\naddi a1, a1, 1\njal zero, loop';
const word = (text: string): number => new DataView(tinyProgram(text).buffer).getInt32(0, true);

describe('a budget', () => {
  it('is used up to the instruction, however it is cut', () => {
    for (const pieces of [[1000], [1, 999], [333, 333, 334], [7, 13, 980]]) {
      const { hart } = hartFixture(countingLoop);
      for (const piece of pieces) {
        assert.equal(hart.run(piece), 'budget');
        assert.equal(hart.elapsedCycles, piece);
      }
      assert.equal(hart.instructions, 1000);
      assert.equal(hart.pc, ramBase + 4);
      assert.deepEqual([hart.x[10], hart.x[11]], [334, 333]);
    }
  });

  it('is not used by looking pages up', () => {
    // A jump to the next page and back, all the time.
    const { hart, load } = hartFixture('loop:\naddi a0, a0, 1\nlui a1, 0x80001\njalr zero, 0(a1)');
    load('lui a1, 0x80000\njalr zero, 0(a1)', ramBase + 0x1000);
    hart.run(5001);
    assert.equal(hart.instructions, 5001);
    assert.equal(hart.x[10], 1001);
  });
});

describe('code that is written', () => {
  it('executes as it is now, by the next instruction already', () => {
    const { hart } = hartFixture(
      'sw a0, 8(a1)\naddi a2, a2, 1\naddi a3, a3, 1\njal zero, start\nstart:',
    );
    hart.x.set([word('addi a4, a4, 5'), ramBase], 10);
    hart.run(3);
    assert.deepEqual([hart.x[12], hart.x[13], hart.x[14]], [1, 0, 5]);
  });

  it('executes as it is now after it has run before', () => {
    const { hart } = hartFixture('sw a0, 4(a1)\naddi a2, a2, 1\nadd zero, zero, zero');
    hart.pc = virtAddr(ramBase + 4);
    hart.x.set([word('addi a3, a3, 1'), ramBase], 10);
    hart.run(1);
    hart.pc = virtAddr(ramBase);
    hart.run(2);
    assert.deepEqual([hart.x[12], hart.x[13]], [1, 1]);
  });

  it('is dropped when its upper half lies in another line', () => {
    const fixture = hartFixture();
    fixture.load('addi a0, a0, 1', ramBase + 62);
    fixture.hart.pc = virtAddr(ramBase + 62);
    fixture.hart.run(1);
    // The immediate is in the upper half.
    fixture.memory.write16(physAddr(ramBase + 64), (word('addi a0, a0, 16') >>> 16) & 0xffff);
    fixture.hart.pc = virtAddr(ramBase + 62);
    fixture.hart.run(1);
    assert.equal(fixture.hart.x[10], 17);
  });

  for (const [how, write] of [
    [
      'a word',
      (address: number, value: number, f: ReturnType<typeof hartFixture>) =>
        f.setWord(address, value),
    ],
    [
      'bytes',
      (address: number, value: number, f: ReturnType<typeof hartFixture>) => {
        f.memory.copyIn(physAddr(address), new Uint8Array(Int32Array.of(value).buffer));
      },
    ],
  ] as const) {
    it(`is dropped when somebody else writes ${how}`, () => {
      const fixture = hartFixture('addi a0, a0, 1');
      fixture.hart.run(1);
      write(ramBase, word('addi a0, a0, 4'), fixture);
      fixture.hart.pc = virtAddr(ramBase);
      fixture.hart.run(1);
      assert.equal(fixture.hart.x[10], 5);
    });
  }
});

describe('a breakpoint', () => {
  it('stops before its instruction, each time', () => {
    const { hart, memory } = hartFixture(countingLoop);
    memory.breakpoints.add(physAddr(ramBase + 4));
    assert.equal(hart.run(100), 'breakpoint');
    assert.deepEqual([hart.pc, hart.instructions], [ramBase + 4, 1]);
    assert.equal(hart.run(100), 'breakpoint');
    assert.deepEqual([hart.pc, hart.instructions], [ramBase + 4, 4]);
    assert.equal(hart.run(100, 'stopAtBreakpoint'), 'breakpoint');
    assert.equal(hart.instructions, 4);
    memory.breakpoints.delete(physAddr(ramBase + 4));
    assert.equal(hart.run(100), 'budget');
  });

  it('in code that has run already stops too', () => {
    const { hart, memory } = hartFixture(countingLoop);
    hart.run(30);
    memory.breakpoints.add(physAddr(ramBase + 8));
    assert.equal(hart.run(100), 'breakpoint');
    assert.equal(hart.pc, ramBase + 8);
    assert.equal(hart.run(1), 'budget');
    assert.equal(hart.pc, ramBase);
  });

  it('on an instruction that jumps to itself stops again', () => {
    const { hart, memory } = hartFixture('loop:\njal zero, loop');
    memory.breakpoints.add(physAddr(ramBase));
    assert.equal(hart.run(100), 'breakpoint');
    assert.equal(hart.instructions, 1);
  });

  it('on an instruction in two pages stops too', () => {
    const fixture = hartFixture();
    fixture.load('addi a0, a0, 1\naddi a0, a0, 1', ramBase + 0xffe);
    fixture.hart.pc = virtAddr(ramBase + 0xffe);
    fixture.memory.breakpoints.add(physAddr(ramBase + 0xffe));
    assert.equal(fixture.hart.run(10, 'stopAtBreakpoint'), 'breakpoint');
    assert.equal(fixture.hart.run(1), 'budget');
    assert.equal(fixture.hart.x[10], 1);
  });
});

describe('a stop request', () => {
  it('from a device ends the run behind the instruction that reached it', () => {
    const fixture = hartFixture('sw a0, 0(a1)\naddi a2, a2, 1');
    const { hart } = fixture;
    hart.x[11] = deviceAddress;
    Object.defineProperty(fixture.device, 'value', {
      set: () => {
        hart.requestStop();
      },
    });
    assert.equal(hart.run(100), 'requested');
    assert.deepEqual([hart.instructions, hart.pc, hart.x[12]], [1, ramBase + 4, 0]);
    assert.equal(hart.elapsedCycles, 1);
  });

  it('from a watched line comes behind the store, whose bytes are in RAM', () => {
    const { hart, memory, word: read } = hartFixture('sw a0, 4(a1)\naddi a2, a2, 1');
    hart.x.set([42, ramBase + 0x3000], 10);
    const stored: number[] = [];
    memory.watchStores(physAddr(ramBase + 0x3000), (address) => {
      stored.push(address, read(address));
      hart.requestStop();
    });
    assert.equal(hart.run(100), 'requested');
    assert.deepEqual(stored, [ramBase + 0x3004, 42]);
    assert.equal(hart.instructions, 1);
  });
});

describe('an access', () => {
  it('to RAM may be misaligned, also across pages', () => {
    const { hart, word: read } = hartFixture(
      'sw a0, 0(a1)\nlw a2, 0(a1)\nlh a3, 2(a1)\nlhu a4, 1(a1)',
    );
    hart.x.set([0x89abcdef | 0, ramBase + 0x2ffd], 10);
    hart.run(4);
    assert.deepEqual([...hart.x.subarray(12, 15)], [0x89abcdef | 0, 0xffff89ab | 0, 0xabcd]);
    assert.equal(read(ramBase + 0x2ffc), 0xabcdef00);
    assert.equal(read(ramBase + 0x3000), 0x89);
  });

  for (const [text, cause] of [
    ['lr.w a0, (a1)', 4],
    ['sc.w a0, a2, (a1)', 6],
    ['amoadd.w a0, a2, (a1)', 6],
  ] as const) {
    it(`by ${text} must be aligned`, () => {
      const fixture = hartFixture(text);
      fixture.write(csr.mtvec, ramBase + 0x1000);
      fixture.hart.x[11] = ramBase + 0x2002;
      fixture.hart.run(1);
      assert.equal(fixture.read(csr.mcause), cause);
      assert.equal(fixture.read(csr.mtval), ramBase + 0x2002);
    });
  }

  it('where nothing is faults', () => {
    const fixture = hartFixture('lw a0, 0(a1)');
    fixture.write(csr.mtvec, ramBase + 0x1000);
    fixture.hart.x[11] = 0x20000000;
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 5);
    assert.equal(fixture.read(csr.mtval), 0x20000000);
  });
});

describe('a reservation', () => {
  const program = 'lr.w a0, (a1)\nsc.w a2, a3, (a1)\nsc.w a4, a3, (a1)';

  it('lets one sc succeed', () => {
    const { hart, word: read } = hartFixture(program);
    hart.x.set([0, ramBase + 0x2000, 9, 7, 9], 10);
    hart.run(3);
    assert.deepEqual([hart.x[12], hart.x[14]], [0, 1]);
    assert.equal(read(ramBase + 0x2000), 7);
  });

  it('ends when somebody else writes the line', () => {
    const { hart, setWord } = hartFixture(program);
    hart.x.set([0, ramBase + 0x2000, 9, 7], 10);
    hart.run(1);
    setWord(ramBase + 0x2004, 1);
    hart.run(1);
    assert.equal(hart.x[12], 1);
  });

  it('ends when a trap reaches the supervisor, which may switch programs', () => {
    const { hart } = hartFixture('lr.w a0, (a1)\necall\nsc.w a2, a3, (a1)');
    hart.attachSupervisor({
      trap(trapped) {
        trapped.pc = virtAddr(trapped.pc + 4);
        return 'resume';
      },
    });
    hart.x.set([0, ramBase + 0x2000, 9, 7], 10);
    hart.run(3);
    assert.equal(hart.x[12], 1);
  });

  it('ends when the supervisor changes the address space', () => {
    const { hart } = hartFixture(program);
    hart.x.set([0, ramBase + 0x2000, 9, 7], 10);
    hart.run(1);
    hart.setAddressSpace(physAddr(ramBase), 0);
    hart.run(1);
    assert.equal(hart.x[12], 1);
  });
});

describe('the state of a hart', () => {
  it('is its part of linear memory: put back, the run is the same again', () => {
    const program =
      'li a1, 0x80002000\nloop:\namoadd.w a0, a2, (a1)\naddi a2, a2, 3\nsw a2, 64(a1)\nlr.w a3, (a1)\nsc.w a4, a2, (a1)\necall\njal zero, loop';
    const fixture = hartFixture(program);
    enterMode(fixture, 1);
    // The handler counts and returns behind the ecall.
    fixture.load(
      'csrrs t0, mepc, zero\naddi t0, t0, 4\ncsrrw zero, mepc, t0\naddi s1, s1, 1\nmret',
      ramBase + 0x1000,
    );
    openMemory(fixture);
    fixture.hart.run(777);
    const saved = fixture.memory.state.slice();
    fixture.hart.run(1234);
    const once = fixture.memory.state.slice();
    fixture.memory.state.set(saved);
    fixture.memory.stateReplaced();
    fixture.hart.stateReplaced();
    fixture.hart.run(234);
    fixture.hart.run(1000);
    assert.deepEqual(fixture.memory.state, once);
    assert.ok(fixture.hart.x[9]! > 50);
  });
});
