import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr } from '../../../../runtime/base/address.js';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { createMailbox } from '../../../../runtime/machine/devices/mailbox.js';
import type { Mailbox } from '../../../../runtime/machine/devices/mailbox.js';
import { mailboxRegisters } from '../../../../runtime/registers/mailbox.regs.js';
import { createSecurityCoreModel } from '../../../../runtime/machine/devices/security-core-model.js';
import { createLinearMemory } from '../../../../runtime/machine/memory/linear-memory.js';
import { ascii, manualClock, wire } from './ports.js';
import { registersOf } from './registers-of.js';

const interrupt = { written: 0, received: 1, error: 2 };

function alone() {
  const interrupts = Array.from({ length: 3 }, wire);
  const mailbox = createMailbox({ interrupts, changed: () => undefined });
  return { interrupts, mailbox, ...registersOf(mailbox, mailboxRegisters) };
}

function withSecurityCore(files: Readonly<Record<string, Uint8Array>> = {}) {
  const clock = manualClock();
  const memory = createLinearMemory(nexusBoard(0x1_0000));
  const sentences: string[] = [];
  const mailbox: Mailbox = createMailbox({
    interrupts: Array.from({ length: 3 }, wire),
    changed: () => {
      model.mailboxChanged();
    },
  });
  const model = createSecurityCoreModel({
    clock,
    memory,
    end: mailbox.end,
    files: () => new Map(Object.entries(files)),
    told: (sentence) => sentences.push(sentence),
  });
  const registers = registersOf(mailbox, mailboxRegisters);
  const settle = (): void => {
    clock.advanceTo(clock.now() + 100_000);
  };
  return {
    clock,
    memory,
    sentences,
    ...registers,
    settle,
    /** Sends words, waiting for room, and gives the words that come back. */
    exchange: (...words: number[]): number[] => {
      for (const word of words) {
        registers.write('MBOXW', word);
        clock.advanceTo(clock.now() + 1_000);
      }
      const answer: number[] = [];
      for (;;) {
        settle();
        if ((registers.read('STATUS') & 1) !== 0) return answer;
        answer.push(registers.read('MBOXR'));
      }
    },
  };
}

/** A header, and bytes in words. */
function message(bytes: readonly number[], page?: number): number[] {
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(
      [0, 1, 2, 3].reduce((word, index) => word + (bytes[at + index] ?? 0) * 256 ** index, 0),
    );
  }
  const length = words.length * 4;
  return page === undefined ? [length, ...words] : [length + 0x8000_0000, page, ...words];
}
const base = 0x5000_0000;

describe('the mailbox', () => {
  it('carries words in both directions, in order', () => {
    const { mailbox, read, write } = alone();
    write('MBOXW', 0xffff_fffe);
    write('MBOXW', 2);
    assert.equal(mailbox.end.take(), 0xffff_fffe);
    assert.equal(mailbox.end.take(), 2);
    assert.equal(mailbox.end.take(), undefined);
    assert.equal(mailbox.end.give(7), true);
    assert.equal(read('STATUS') & 1, 0);
    assert.equal(read('MBOXR'), 7);
    assert.equal(read('STATUS') & 1, 1);
  });

  it('interrupts while more words than the threshold have come in', () => {
    const { mailbox, interrupts, read, write } = alone();
    write('INTR_ENABLE', 1 << interrupt.received);
    write('RIRQT', 1);
    mailbox.end.give(1);
    assert.equal(interrupts[interrupt.received]?.level, false);
    mailbox.end.give(2);
    assert.equal(interrupts[interrupt.received]?.level, true);
    write('INTR_STATE', 1 << interrupt.received);
    assert.equal(interrupts[interrupt.received]?.level, true);
    read('MBOXR');
    write('INTR_STATE', 1 << interrupt.received);
    assert.equal(interrupts[interrupt.received]?.level, false);
  });

  it('takes reads of an empty FIFO and writes to a full one for errors', () => {
    const { interrupts, mailbox, read, write } = alone();
    write('INTR_ENABLE', 1 << interrupt.error);
    assert.equal(read('MBOXR'), 0);
    for (let word = 0; word < 9; word += 1) write('MBOXW', word);
    assert.equal(read('STATUS') & 2, 2);
    assert.equal(interrupts[interrupt.error]?.level, true);
    assert.equal(mailbox.peek(0x18, 4), 3);
    assert.equal(read('ERROR'), 3);
    assert.equal(read('ERROR'), 0);
    write('CTRL', 1);
    assert.equal(mailbox.end.take(), undefined);
  });
});

describe('the model of the security core', () => {
  it('finds files, gives their pages, and says that it is a model', () => {
    const file = Uint8Array.from({ length: 5000 }, (_unused, index) => index & 0xff);
    const { exchange, memory, sentences } = withSecurityCore({ other: ascii('x'), 'a.app': file });
    const name = [...ascii('a.app')];
    assert.deepEqual(exchange(...message([0, name.length, ...name])), [3, 0x2788_01]);
    assert.deepEqual(exchange(...message([1, 1, 0x80, 0x20], base)), [0]);
    const page = memory.copyOut(physAddr(base), 4096);
    assert.deepEqual(page.subarray(0, 904), file.subarray(4096));
    assert.ok(page.subarray(904).every((byte) => byte === 0));
    assert.match(
      sentences[0] ?? '',
      /^A model stands in for the security core: it has found a\.app/,
    );
    assert.equal(sentences.length, 2);
  });

  it('lists the files by name', () => {
    const { exchange } = withSecurityCore({ ab: ascii('x'), c: ascii('y') });
    assert.deepEqual(exchange(...message([5])), [6, 0x6261_0202, 0x0000_6301]);
  });

  it('marks the words of a page in a test', () => {
    const { exchange, memory } = withSecurityCore();
    assert.deepEqual(exchange(...message([4, 3], base + 0x1000)), [0]);
    assert.equal(memory.read32(physAddr(base + 0x1000)), 0x1234_5678);
    assert.equal(memory.read32(physAddr(base + 0x1008)), 0x8765_4321);
  });

  it('takes a longer message with a page for one whose body lies in the page', () => {
    const { exchange, memory } = withSecurityCore();
    assert.deepEqual(exchange(0x8000_0044, base), [0x8000_0044, base]);
    assert.equal(memory.read32(physAddr(base)), 0x1234_5678);
    assert.equal(memory.read32(physAddr(base + 0x40)), 0x8765_4321);
  });

  it('answers what it cannot do with an empty message, and goes on', () => {
    const { exchange, sentences } = withSecurityCore({ a: ascii('x') });
    assert.deepEqual(exchange(...message([0, 1, 0x62])), [0]);
    assert.deepEqual(exchange(...message([0, 200, 0x62])), [0]);
    assert.deepEqual(exchange(...message([1, 0, 0], 0x1000)), [0]);
    assert.deepEqual(exchange(...message([77])), [0]);
    assert.equal(sentences.filter((sentence) => sentence.includes('is refused')).length, 4);
    assert.deepEqual(exchange(...message([0, 1, 0x61])), [2, 0x0100]);
  });
});
