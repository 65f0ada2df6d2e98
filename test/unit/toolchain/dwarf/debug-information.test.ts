/** What GCC tells of functions, variables and types (debug-vectors.json), read, linked and looked at. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { viewLocals } from '../../../../runtime/inspect/locals.js';
import { spaceOf, threadsOf } from '../../../../runtime/inspect/thread-state.js';
import { typedValue } from '../../../../runtime/inspect/typed-value.js';
import { boards, createPlatform, type Platform } from '../../../../runtime/platform.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';
import { placeOfExpression } from '../../../../runtime/toolchain/dwarf/value-place.js';
import { imageFromElf } from '../../../../runtime/toolchain/elf/image-from-elf.js';
import { objectFromElf } from '../../../../runtime/toolchain/elf/object-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { link } from '../../../../runtime/toolchain/linker/link.js';
import type { ObjectFile } from '../../../../runtime/toolchain/object-file.js';

const { source, objects } = JSON.parse(
  readFileSync('test/unit/toolchain/dwarf/debug-vectors.json', 'utf8'),
) as { readonly source: readonly string[]; readonly objects: Readonly<Record<string, string>> };

function compiled(flags: string): ObjectFile {
  const elf = readElf('add.o', Buffer.from(objects[flags] ?? '', 'base64'));
  assert.ok(elf.ok);
  const object = objectFromElf(elf.value);
  assert.ok(object.ok);
  return object.value;
}

const start = `
    .globl _start
_start:
    la sp, top
    call run
    .bss
    .balign 16
    .space 1024
top:
`;

function booted(flags: string): Platform {
  const { object } = assemble('start.S', { readText: () => start, readBytes: () => undefined });
  const { image, diagnostics } = link([object, compiled(flags)], { textBase: virtAddr(0x10000) });
  assert.deepEqual(diagnostics, []);
  const platform = createPlatform(image, { board: boards[0]?.name ?? 'nexus', kernel: 'builtin' });
  assert.ok(platform.ok);
  return platform.value;
}

/** Runs to the first instruction of the line that has this text; gives the values of the frame. */
function valuesAt(platform: Platform, text: string, depth = 0): Record<string, string> {
  const line = source.findIndex((each) => each.includes(text)) + 1;
  const row = platform.image.lines.find((each) => each.line === line && !each.endSequence);
  const address = row && platform.imageToPhysical(row.address);
  assert.ok(address !== undefined);
  platform.machine.breakpoints.add(address);
  assert.equal(platform.run(1_000_000).kind, 'breakpoint');
  platform.machine.breakpoints.delete(address);
  const thread = threadsOf(platform)[0] ?? 0;
  const locals = viewLocals(platform, thread, depth);
  const space = spaceOf(platform, thread);
  return Object.fromEntries(
    (locals?.variables ?? []).map(({ name, type, bytes, at }) => {
      if (locals === undefined || type === undefined || bytes === undefined) return [name, '-'];
      const where = at?.kind === 'memory' ? at.address : undefined;
      const value = typedValue({ platform, space, debug: locals.debug }, type, bytes, where);
      return [name, `${value.typeName} ${value.text.replace(/0x[0-9a-f]+/g, 'ADDRESS')}`];
    }),
  );
}

describe('variables of a C program', () => {
  it('are all readable where it is not optimised, also in the caller', () => {
    const platform = booted('-O0 -gdwarf-5');
    assert.deepEqual(valuesAt(platform, 'counter += (int)w'), {
      p: 'const point * {x: 10, y: -20, next: ADDRESS, kind: 2, rest: 3}',
      n: 'int 5',
      w: 'wide 4294967298',
      sum: 'int 10',
    });
    assert.deepEqual(valuesAt(platform, 'return sum', 1), {
      numbers: 'int[3] (3)',
      c: 'colour BLUE (9)',
      here: 'point {x: 10, y: -20, next: ADDRESS, kind: 2, rest: 3}',
      result: 'volatile int 0',
    });
  });

  it('have their blocks', () => {
    assert.deepEqual(Object.keys(valuesAt(booted('-O0 -gdwarf-5'), 'sum += step')), [
      'p',
      'n',
      'w',
      'sum',
      'i',
      'step',
    ]);
  });

  it('are told as far as they are kept where it is optimised', () => {
    const values = valuesAt(booted('-O2 -gdwarf-4'), 'int sum = p->x');
    assert.equal(values['n'], 'int 5');
    assert.equal(values['w'], 'wide 4294967298');
    assert.match(values['p'] ?? '', /^const point \* \{x: 10, y: -20/);
  });
});

describe('debug information of GCC', () => {
  it('names functions with their places, and what was inlined with its call', () => {
    const { functions = [] } = compiled('-O2 -gdwarf-4').debug ?? {};
    const told = functions.map(({ function: each }) => [
      each.name,
      each.place?.file,
      source[(each.place?.line ?? 0) - 1]?.includes(`${each.name}(`),
      each.inlined.map(({ name, call }) => `${name} ${source[(call?.line ?? 0) - 1]?.trim()}`),
    ]);
    assert.deepEqual(told, [
      ['add', '/src/add.c', true, ['twice int step = twice(i);']],
      ['run', '/src/add.c', true, []],
    ]);
  });

  it('is read in any damage without a throw', () => {
    const bytes = Buffer.from(objects['-O0 -gdwarf-5'] ?? '', 'base64');
    for (let at = 52; at < bytes.length; at += 13) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const elf = readElf('a.o', damaged);
      if (elf.ok && elf.value.kind === 'relocatable') objectFromElf(elf.value);
      else if (elf.ok) imageFromElf(elf.value);
    }
  });
});

describe('a location expression', () => {
  const place = (...bytes: number[]) => placeOfExpression(Uint8Array.from(bytes), undefined);

  it('is a register, memory from a register, an address or a constant', () => {
    assert.deepEqual(place(0x5a), { kind: 'register', register: 10 });
    assert.deepEqual(place(0x72, 0x7c), { kind: 'based', register: 2, offset: -4 });
    assert.deepEqual(place(0x03, 0, 0, 1, 0), { kind: 'memory', address: 0x10000 });
    assert.deepEqual(place(0x33, 0x9f), { kind: 'constant', value: 3n });
    assert.deepEqual(place(0x9e, 2, 0x34, 0x12), { kind: 'constant', value: 0x1234n });
  });

  it('counts from the frame address as the function says', () => {
    const inFrame = (...frameBase: number[]) =>
      placeOfExpression(Uint8Array.of(0x91, 0x70), Uint8Array.from(frameBase));
    assert.deepEqual(inFrame(0x9c), { kind: 'frame', offset: -16 });
    assert.deepEqual(inFrame(0x58), { kind: 'based', register: 8, offset: -16 });
    assert.deepEqual(inFrame(0x78, 4), { kind: 'based', register: 8, offset: -12 });
    assert.equal(inFrame(0x96), undefined);
  });

  it('has pieces, of which some are nowhere', () => {
    assert.deepEqual(place(0x5a, 0x93, 4, 0x93, 4), {
      kind: 'pieces',
      pieces: [
        { sizeBytes: 4, at: { kind: 'register', register: 10 } },
        { sizeBytes: 4, at: undefined },
      ],
    });
  });

  it('is given up when it computes', () => {
    assert.equal(place(0x72, 0, 0x9f), undefined);
    assert.equal(place(0x5a, 0x5b), undefined);
    assert.equal(place(0xff), undefined);
    assert.equal(place(), undefined);
  });
});
