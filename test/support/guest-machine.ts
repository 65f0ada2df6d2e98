/**
 * Compiled guest modules on a hart of their own, bare: each call of a function ends by a write to a device, which a
 * piece of code at the bottom of RAM does when the function returns, and another when the hart traps.
 */
import assert from 'node:assert/strict';
import { physAddr, virtAddr } from '../../runtime/base/address.js';
import type { Bus } from '../../runtime/machine/bus/bus.js';
import { createHart } from '../../runtime/machine/cpu/hart.js';
import { createLinearMemory } from '../../runtime/machine/memory/linear-memory.js';
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import type { GuestModule } from '../../runtime/toolchain/guest/guest-module.js';
import { compileModule } from '../../runtime/toolchain/guest/riscv/compile-module.js';
import { link } from '../../runtime/toolchain/linker/link.js';
import type { LinkResult } from '../../runtime/toolchain/linker/link.js';
import { segmentBytes } from '../../runtime/toolchain/linker/linked.js';
import type { ObjectFile } from '../../runtime/toolchain/object-file.js';
import { tinyProgram } from './tiny-program.js';

export type Outcome =
  | { readonly kind: 'value'; readonly value: bigint }
  /** Of a trap record; or the cause of another trap, negative. */
  | { readonly kind: 'trap'; readonly trap: number }
  | { readonly kind: 'endless' };

export interface GuestMachine {
  readonly linked: LinkResult['linked'];
  readonly object: ObjectFile;
  /** Words in a0 and up, then on the stack. */
  call(name: string, words?: readonly number[]): Outcome;
  readonly memory: ReturnType<typeof createLinearMemory>;
  readonly x: Int32Array;
  addressOf(name: string): number;
  readonly instructions: number;
}

export interface GuestMachineOptions {
  readonly isDebug?: boolean;
  /** Assembly that is linked with it. */
  readonly assembly?: string;
  readonly objects?: readonly ObjectFile[];
  readonly budget?: number;
}

export const moduleOf = (wasm: Uint8Array, fields: Partial<GuestModule> = {}): GuestModule => ({
  name: 'test.ts',
  wasm,
  lines: [],
  functions: new Map(),
  types: [],
  isDebug: false,
  ...fields,
});

const ramBase = 0x8000;
const ramBytes = 0x40_0000;
const deviceAddress = 0x7000_0000;
const returnStub = ramBase;
const trapStub = ramBase + 0x100;
const stackTop = ramBase + ramBytes - 0x1000;
const defaultBudget = 2_000_000;

export function assembled(text: string): ObjectFile {
  const readText = (path: string): string | undefined => (path === 'extra.S' ? text : undefined);
  const { object, diagnostics } = assemble('extra.S', { readText, readBytes: () => undefined });
  assert.deepEqual(diagnostics, []);
  return object;
}

export function guestMachine(
  module: Uint8Array | GuestModule,
  options: GuestMachineOptions = {},
): GuestMachine {
  const guest = module instanceof Uint8Array ? moduleOf(module) : module;
  const { object, diagnostics } = compileModule(guest, { isDebug: options.isDebug ?? false });
  assert.deepEqual(diagnostics, []);
  const extra = options.assembly === undefined ? [] : [assembled(options.assembly)];
  const result = link([object, ...extra, ...(options.objects ?? [])], {
    entry: '__guest_start',
    textBase: virtAddr(0x1_0000),
  });
  assert.deepEqual(result.diagnostics, []);
  return loadGuest(object, result, options.budget ?? defaultBudget);
}

function loadGuest(object: ObjectFile, result: LinkResult, budget: number): GuestMachine {
  const { linked } = result;
  const memory = createLinearMemory({
    ram: { base: physAddr(ramBase), sizeBytes: ramBytes },
    harts: 1,
  });
  let written = -1;
  const bus: Bus = {
    read: () => undefined,
    write(address, _size, value) {
      if (address !== deviceAddress) return false;
      written = value;
      hart.requestStop();
      return true;
    },
    peek: () => undefined,
  };
  const now = (): number => hart.elapsedCycles;
  const hart = createHart({
    id: 0,
    memory,
    bus,
    clock: { now, ticks: now },
    resetAddress: ramBase,
  });
  const put = (address: number, source: string): void => {
    memory.copyIn(physAddr(address), tinyProgram(source));
  };
  put(returnStub, `li t0, ${deviceAddress}\nsw zero, 0(t0)`);
  put(trapStub, `li t0, ${deviceAddress}\nli t1, 1\nsw t1, 0(t0)`);
  for (const segment of linked.segments)
    memory.copyIn(physAddr(segment.address), segmentBytes(segment));
  const addressOf = (name: string): number =>
    linked.symbols.find((symbol) => symbol.name === name)?.address ?? assert.fail(`no ${name}`);
  const traps = trapRecords(object, linked.symbols);
  let instructions = 0;
  const machine = {
    linked,
    object,
    memory,
    x: hart.x,
    addressOf,
    get instructions() {
      return instructions;
    },
    call(name: string, words: readonly number[] = []): Outcome {
      written = -1;
      hart.x.fill(0);
      hart.x[1] = returnStub;
      let stack = stackTop;
      if (words.length > 8) stack -= 4 * Math.ceil((words.length - 8) / 4) * 4;
      hart.x[2] = stack;
      for (let saved = 18; saved < 28; saved++) hart.x[saved] = 0x5a5a_0000 + saved;
      words.forEach((word, index) => {
        if (index < 8) hart.x[10 + index] = word;
        else memory.write32(physAddr(stack + 4 * (index - 8)), word);
      });
      hart.pc = virtAddr(addressOf(name));
      hart.writeCsr(0x305, trapStub);
      const before = hart.steps;
      hart.run(budget);
      instructions = hart.steps - before;
      if (written === -1) return { kind: 'endless' };
      if (written === 1) {
        const epc = hart.readCsr(0x341) ?? 0;
        const cause = hart.readCsr(0x342) ?? 0;
        const known = cause === 2 ? traps.get(epc >>> 0) : undefined;
        return { kind: 'trap', trap: known ?? -cause };
      }
      // What a function must leave as it found it.
      assert.equal(hart.x[2], stack, `${name} leaves sp as it was`);
      for (let saved = 18; saved < 28; saved++)
        assert.equal(hart.x[saved], 0x5a5a_0000 + saved, `${name} leaves x${saved} as it was`);
      const low = BigInt((hart.x[10] ?? 0) >>> 0);
      return { kind: 'value', value: (BigInt(hart.x[11] ?? 0) << 32n) | low };
    },
  };
  return machine;
}

function trapRecords(
  object: ObjectFile,
  symbols: LinkResult['linked']['symbols'],
): ReadonlyMap<number, number> {
  const section = object.sections.find(({ name }) => name === '.guest.traps');
  const records = new Map<number, number>();
  if (section === undefined) return records;
  const view = new DataView(section.bytes.buffer, section.bytes.byteOffset);
  for (const { offset, symbol, addend } of section.relocations) {
    const name = object.symbols[symbol]?.name;
    const base = symbols.find((each) => each.name === name)?.address ?? 0;
    records.set(base + addend, view.getUint32(offset + 4, true));
  }
  return records;
}
