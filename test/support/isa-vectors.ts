/**
 * The instruction vectors in `test/unit/isa/vectors/<extension>.txt` and how to run one. A line is
 * `text | word | before -> after`. The instruction lies at 0x80001000 in machine mode, unless `mode=` says
 * otherwise; every memory access is permitted and mtvec is 0x80000100. A state is a list of `a0=5`,
 * `mscratch=7`, `[0x80002000]=9`, `pc=…`, `mode=U|S|M`. `trap=2` stands for mcause, mepc, mode and pc.
 * What `after` does not name is as before, and pc is at the next instruction.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { formatAddress } from '../../runtime/base/address.js';
import { findCsr } from '../../runtime/isa/csrs.js';
import { instructionLength } from '../../runtime/isa/decode.js';
import type { Extension } from '../../runtime/isa/instruction.js';
import { findRegister } from '../../runtime/isa/registers.js';

export interface Vector {
  /** As it is printed without aliases. */
  readonly text: string;
  readonly word: number;
  readonly before: readonly Assignment[];
  readonly after: readonly Assignment[];
}

type Assignment = readonly [place: string, value: string];

/** A hart with RAM from 0x80000000 that a vector can run on. */
export interface VectorTarget {
  reset(): void;
  readonly x: Int32Array;
  pc: number;
  privilege: number;
  readCsr(number: number): number | undefined;
  writeCsr(number: number, value: number): void;
  read32(address: number): number;
  write32(address: number, value: number): void;
  step(): void;
}

export const vectorAddress = 0x8000_1000;
const handlerAddress = 0x8000_0100;
const modes: Readonly<Record<string, number>> = { U: 0, S: 1, M: 3 };

export function readVectors(extension: Extension): readonly Vector[] {
  // The compiled test lies in out/, the vectors only in the sources.
  const file = new URL(`../../../test/unit/isa/vectors/${extension}.txt`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseVector);
}

function parseVector(line: string): Vector {
  const [text, word, states] = line.split('|').map((part) => part.trim());
  const [before, after] = (states ?? '').split('->').map(parseAssignments);
  assert.ok(text && word && before && after, `not a vector: ${line}`);
  return { text, word: Number.parseInt(word, 16), before, after };
}

const parseAssignments = (text: string): readonly Assignment[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [place = '', value = ''] = part.split('=');
      return [place, value];
    });

/** Runs it on a target after a reset, and compares everything that the vector can name. */
export function runVector(vector: Vector, target: VectorTarget): void {
  const csr = (name: string): number => findCsr(name)?.number ?? assert.fail(`no CSR ${name}`);
  target.reset();
  target.writeCsr(csr('pmpaddr0'), -1);
  target.writeCsr(csr('pmpcfg0'), 0x1f);
  target.writeCsr(csr('mtvec'), handlerAddress);
  target.write32(vectorAddress, vector.word);
  target.pc = vectorAddress;

  const expected = new Map<string, number>();
  for (const [place, value] of vector.before) {
    if (place === 'mode') target.privilege = modes[value] ?? assert.fail(value);
    else if (place.startsWith('[')) target.write32(addressOf(place), Number(value));
    else if (findRegister(place)) target.x[findRegister(place)?.number ?? 0] = Number(value);
    else target.writeCsr(csr(place), Number(value));
    // A write to a CSR may not keep every bit, so what counts is what can be read.
    if (place !== 'mode') expected.set(place, read(target, place));
  }
  expected.set('mode', target.privilege);
  expected.set('pc', vectorAddress + instructionLength(vector.word));
  target.x.forEach((value, number) => expected.set(`x${number}`, value));

  for (const [place, value] of vector.after) {
    if (place === 'mode') expected.set(place, modes[value] ?? assert.fail(value));
    else if (place === 'trap') {
      expected.set('mcause', Number(value)).set('mepc', vectorAddress | 0);
      expected.set('mode', 3).set('pc', handlerAddress);
    } else if (place === 'pc') expected.set(place, Number(value));
    else {
      const register = findRegister(place);
      if (register) expected.delete(place);
      expected.set(register?.name ?? place, Number(value) | 0);
    }
  }
  for (const [place] of vector.before) if (findRegister(place)) expected.delete(place);

  target.step();
  const seen = new Map([...expected.keys()].map((place) => [place, read(target, place)]));
  assert.deepEqual(show(seen), show(expected), vector.text);
}

function read(target: VectorTarget, place: string): number {
  if (place === 'pc') return target.pc;
  if (place === 'mode') return target.privilege;
  if (place.startsWith('[')) return target.read32(addressOf(place)) | 0;
  const register = findRegister(place);
  if (register) return target.x[register.number] ?? 0;
  return (target.readCsr(findCsr(place)?.number ?? -1) ?? assert.fail(`no CSR ${place}`)) | 0;
}

const addressOf = (place: string): number => Number(place.slice(1, -1));

const show = (state: ReadonlyMap<string, number>): readonly string[] =>
  [...state].map(([place, value]) => `${place}=${formatAddress(value)}`).sort();
