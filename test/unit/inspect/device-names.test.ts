import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../support/fast-check.js';
import type { DebugInformation } from '../../../runtime/image/debug-information.js';
import {
  assign,
  evaluate,
  evaluateNamed,
  evaluateWord,
  formatEvaluation,
} from '../../../runtime/inspect/evaluate.js';
import { nameOfDevice } from '../../../runtime/inspect/device-names.js';
import { threadsOf } from '../../../runtime/inspect/thread-state.js';
import type { Platform } from '../../../runtime/platform.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

const idle = `.globl _start
_start: j _start
`;

const board = (name: 'nexus' | 'virt', source = idle): Platform =>
  platformOf(source, { board: name, kernel: 'none' });

const contextOf = (platform: Platform) => ({ platform, thread: threadsOf(platform)[0] ?? 0 });

/** As a log message shows it. */
function show(platform: Platform, text: string): string {
  const context = contextOf(platform);
  const found = evaluate(text, context);
  return found.ok ? formatEvaluation(context, found.value) : found.error;
}

/** `target = value`; the empty text when it was stored. */
function store(platform: Platform, target: string, value: string): string {
  const context = contextOf(platform);
  const place = evaluateNamed(target, context);
  if (!place.ok) return place.error;
  const number = evaluateWord(value, context);
  if (!number.ok) return number.error;
  const stored = assign(context, place.value.place, number.value);
  return stored.ok ? '' : stored.error;
}

describe('a name of a device', () => {
  const nexus = board('nexus');
  const cases: readonly (readonly [string, string])[] = [
    ['uart.STATUS', '0x0000003c'],
    ['$uart.STATUS', '0x0000003c'],
    ['uart.STATUS.RXEMPTY', '1'],
    ['uart.STATUS.TXFULL == 1', '0x00000000 (0)'],
    ['uart.STATUS.RXEMPTY == 1 && uart.STATUS & 4', '0x00000001 (1)'],
    ['uart.STATUS,b', '0b111100'],
    ['uart.STATUS.RXEMPTY,x', '0x00000001'],
    ['spi_host.CONTROL.RX_WATERMARK', '127'],
    ['plic.PRIO[42]', '0x00000000'],
    ['plic.PRIO[40 + 2].PRIO', '0'],
    ['(uart).STATUS', '0x0000003c'],
  ];
  for (const [text, expected] of cases) {
    it(`gives ${expected} for ${text}`, () => assert.equal(show(nexus, text), expected));
  }

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['uart', /^uart is a device: name a register of it, such as uart\.INTR_STATE\.$/],
    ['uart + 1', /^uart is a device: /],
    ['ml_memory', /^ml_memory is memory on the bus: read it by its addresses\.$/],
    ['uart.STATE', /^uart has no register STATE: it has INTR_STATE, .*TIMEOUT_CTRL\.$/],
    ['uart.STATUS.FULL', /^uart\.STATUS has no field FULL: it has TXFULL, .*RXEMPTY\.$/],
    ['uart.STATUS.TXFULL.X', /^uart\.STATUS\.TXFULL is a field of a register, and nothing is in/],
    ['uart.WDATA', /^uart\.WDATA is write-only: /],
    ['uart.WDATA.WDATA == 1', /^uart\.WDATA\.WDATA is write-only: /],
    ['!uart.WDATA', /^uart\.WDATA is write-only: /],
    ['[uart.WDATA]', /^uart\.WDATA is write-only: /],
    ['plic.PRIO', /^plic\.PRIO is an array of 43 registers: name one, such as plic\.PRIO\[0\]\.$/],
    ['plic.PRIO.PRIO', /^plic\.PRIO is an array of 43 registers: .* Its fields are in those\.$/],
    ['plic.PRIO[43]', /^The index 43 is outside: plic\.PRIO has 43 registers\.$/],
    ['plic.PRIO[-1]', /^The index -1 is outside/],
    ['uart.STATUS[0]', /^uart\.STATUS has no elements\.$/],
    ['&uart.STATUS', /a register has none\.$/],
    ['rtc.TIME_LOW', /no register, CSR or symbol named rtc\.TIME_LOW/],
  ];
  for (const [text, expected] of wrong) {
    it(`is refused with a sentence: ${text}`, () => assert.match(show(nexus, text), expected));
  }

  it('shows a register of a byte as wide as it is', () => {
    assert.equal(show(board('virt'), 'uart.LSR'), '0x60');
  });

  it('of a register in the bank that does not answer is refused, and says when it does', () => {
    const platform = board('virt');
    assert.equal(show(platform, 'uart.DLL'), 'uart.DLL answers only while bit 7 of LCR is 1.');
    assert.equal(store(platform, 'uart.LCR', '0x80'), '');
    assert.equal(show(platform, 'uart.DLL'), '0x0c');
    assert.equal(show(platform, 'uart.RBR'), 'uart.RBR answers only while bit 7 of LCR is 0.');
    assert.match(store(platform, 'uart.THR', '65'), /^uart\.THR answers only while /);
  });

  it('comes behind those of the program, unless it has a dollar sign', () => {
    const source = `.globl _start
_start: j _start
uart: .word 7
`;
    const platform = board('nexus', source);
    assert.match(show(platform, 'uart'), /<uart>/);
    assert.equal(show(platform, 'uart.STATUS'), '0x0000003c');
    assert.match(show(platform, '$uart'), /^uart is a device: /);
    assert.equal(show(platform, '$uart.STATUS'), '0x0000003c');
  });

  it('of which a variable has the first part is that variable, and the answer names the device', () => {
    const debugOf = (addressOf: (symbol: string) => number): DebugInformation => ({
      types: [{ kind: 'base', name: 'u32', sizeBytes: 4, encoding: 'unsigned' }],
      functions: [],
      globals: [
        { name: 'uart', type: 0, at: { kind: 'memory', address: addressOf('words') as never } },
      ],
    });
    const source = `.globl _start
_start: j _start
words: .word 7
`;
    const platform = platformOf(source, { board: 'nexus', kernel: 'none' }, debugOf);
    assert.equal(show(platform, 'uart'), '7');
    assert.match(show(platform, 'uart.STATUS'), /has no member STATUS.* The device is \$uart\.$/);
    assert.equal(show(platform, '$uart.STATUS'), '0x0000003c');
  });

  it('is written as it is read', () => {
    for (const text of ['uart', 'plic.PRIO', 'plic.PRIO[3]', 'uart.CTRL', 'plic.PRIO[3].PRIO']) {
      const found = evaluateNamed(text, contextOf(nexus));
      assert.ok(found.ok && found.value.device);
      assert.equal(nameOfDevice(found.value.device), text);
    }
  });

  it('and whatever is made of it changes nothing', () => {
    const platform = board('virt');
    platform.machine.receive(new TextEncoder().encode('x'));
    const before = platform.machine.save();
    const piece = fc.constantFrom(
      ...'uart $uart plic rtc test .RBR .LSR .DR .THR .claim_m .priority .TIME_LOW [ 1 ] ( ) + == , x'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const text of [pieces.join(''), pieces.join(' ')]) {
          const found = evaluateNamed(text, contextOf(platform));
          assert.ok(found.ok || found.error.endsWith('.'));
        }
      }),
      { numRuns: 300 },
    );
    for (const { name } of platform.machine.board.devices) show(platform, name);
    for (const text of ['uart.RBR', 'plic.claim_m', 'rtc.TIME_LOW', 'uart.THR', 'test.FINISH'])
      show(platform, text);
    assert.equal(show(platform, 'uart.RBR'), '0x78');
    assert.deepEqual(platform.machine.save(), before);
  });
});

describe('a store into a register of a device', () => {
  it('is what the program would have stored', () => {
    const byHand = board('nexus');
    const byProgram = board(
      'nexus',
      `.globl _start
_start: li s0, 0x54000000
    li t0, 0x12340003
    sw t0, 0x10(s0)
done: j done
`,
    );
    assert.equal(store(byHand, 'uart.CTRL', '0x12340003'), '');
    runToSymbol(byProgram, 'done');
    assert.equal(show(byHand, 'uart.CTRL'), '0x12340003');
    const uartOf = (platform: Platform): unknown => platform.machine.save().devices['uart'];
    assert.ok(uartOf(byHand));
    assert.deepEqual(uartOf(byHand), uartOf(byProgram));
  });

  it('has the effects of one: a byte is sent', () => {
    const platform = board('nexus');
    const sent: number[] = [];
    platform.onConsole((byte) => sent.push(byte));
    assert.equal(store(platform, 'uart.CTRL.TX', '1'), '');
    assert.equal(store(platform, 'uart.WDATA', "'A'"), '');
    platform.run(1_000_000);
    assert.deepEqual(sent, [0x41]);
  });

  it('into a field leaves the others as they are', () => {
    const platform = board('nexus');
    store(platform, 'uart.CTRL', '0xffff0301');
    assert.equal(store(platform, 'uart.CTRL.RXBLVL', '1'), '');
    assert.equal(show(platform, 'uart.CTRL'), '0xffff0101');
    assert.equal(
      store(platform, 'uart.CTRL.RXBLVL', '4'),
      'uart.CTRL.RXBLVL has 2 bits: at most 3 fits.',
    );
    assert.equal(store(platform, 'uart.CTRL.TX', '2'), 'uart.CTRL.TX has one bit: at most 1 fits.');
    assert.equal(show(platform, 'uart.CTRL'), '0xffff0101');
  });

  it('clears one bit of those that ones clear, and no other', () => {
    const platform = board('nexus');
    store(platform, 'uart.INTR_TEST', '0x18');
    assert.equal(show(platform, 'uart.INTR_STATE'), '0x00000018');
    assert.match(store(platform, 'uart.INTR_STATE.rx_overflow', '0'), /^.* Store 1\.$/);
    assert.equal(store(platform, 'uart.INTR_STATE.rx_overflow', '1'), '');
    assert.equal(show(platform, 'uart.INTR_STATE'), '0x00000010');
  });

  it('raises an interrupt that the hart takes', () => {
    const platform = board(
      'nexus',
      `.globl _start
_start: la t0, taken
    csrw mtvec, t0
    li t0, 0x888
    csrw mie, t0
    csrsi mstatus, 8
ready: j ready
    .balign 4
taken: j taken
`,
    );
    runToSymbol(platform, 'ready');
    assert.equal(store(platform, 'plic.MSIP0', '1'), '');
    runToSymbol(platform, 'taken');
    assert.equal(show(platform, 'mcause'), '0x80000003');
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['uart.STATUS', '1', /^uart\.STATUS is read-only: a store changes nothing there\.$/],
    ['uart.STATUS.TXFULL', '1', /^uart\.STATUS\.TXFULL is read-only: /],
    ['uart.INTR_TEST.tx_empty', '1', /other bits of INTR_TEST are to be: store the whole register/],
    ['uart', '1', /^This is a value and no place: /],
    ['plic.PRIO', '1', /^This is a value and no place: /],
  ];
  for (const [target, value, expected] of refused) {
    it(`is refused with a sentence, and changes nothing: ${target} = ${value}`, () => {
      const platform = board('nexus');
      const before = platform.machine.save();
      assert.match(store(platform, target, value), expected);
      assert.deepEqual(platform.machine.save(), before);
    });
  }

  it('of a value that is too wide for a register of a byte is refused', () => {
    assert.equal(store(board('virt'), 'uart.LCR', '256'), 'uart.LCR has 8 bits: at most 255 fits.');
  });
});
