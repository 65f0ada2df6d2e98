import fc from '../support/fast-check.js';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCapdl } from '../../runtime/toolchain/capdl/document.js';
import { formatCapdl } from '../../runtime/toolchain/capdl/format.js';
import { parseText, syntaxProblems } from '../../runtime/toolchain/capdl/parse.js';
import { printSpec } from '../../runtime/toolchain/capdl/print.js';
import { analyzeCapdl } from '../../runtime/toolchain/capdl/read.js';
import type {
  CapdlCapability,
  CapdlObject,
  CapdlSpec,
} from '../../runtime/toolchain/capdl/spec.js';
import { advance, scannerAt } from '../../runtime/toolchain/capdl/token.js';
import { slipOf, withSlip } from '../support/random-slip.js';

const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const small = fc.nat(4000);
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const rights = fc.record({
  read: fc.boolean(),
  write: fc.boolean(),
  grant: fc.boolean(),
  grantReply: fc.boolean(),
});

/** Without what is undefined, as specifications are. */
const defined = <Value extends object>(value: Value): Defined<Value> =>
  Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Defined<Value>;

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

const objectOf = (name: string): fc.Arbitrary<CapdlObject> =>
  fc.oneof<fc.Arbitrary<CapdlObject>[]>(
    fc
      .constantFrom('ep', 'notification', 'rtreply', 'pt', 'irq')
      .map((type): CapdlObject => ({ name, type, slots: new Map() })),
    fc
      .record({ sizeBits: fc.integer({ min: 1, max: 28 }), takesUntyped: optional(fc.boolean()) })
      .map((rest) =>
        defined({
          name,
          type: 'cnode' as const,
          slots: new Map<number, CapdlCapability>(),
          ...rest,
        }),
      ),
    fc
      .record({ sizeBits: fc.constantFrom(12, 22), physicalAddress: optional(word) })
      .chain((rest) =>
        optional(
          fc.array(
            fc.record({
              destinationOffset: small,
              lengthBytes: small,
              source: fc.record({
                kind: fc.constant('file' as const),
                file: fc.constantFrom('a.elf', 'b/c-d'),
                offset: small,
              }),
            }),
            { maxLength: 2 },
          ),
        ).map((fill) =>
          defined({
            name,
            type: 'frame' as const,
            slots: new Map<number, CapdlCapability>(),
            ...rest,
            fill,
          }),
        ),
      ),
    fc
      .record({
        ipcBufferAddress: word,
        instructionPointer: word,
        stackPointer: word,
        priority: fc.nat(255),
        maxPriority: fc.nat(255),
        affinity: fc.nat(3),
        domain: optional(fc.nat(255)),
        init: optional(fc.array(word, { maxLength: 3 })),
        resume: optional(fc.boolean()),
      })
      .map((tcb): CapdlObject => ({ name, type: 'tcb', slots: new Map(), tcb: defined(tcb) })),
    fc.record({ period: word, budget: word, data: optional(word) }).map((sched): CapdlObject => ({
      name,
      type: 'sc',
      slots: new Map(),
      sched: defined(sched),
      sizeBits: 8,
    })),
  );

const capabilityTo = ({ name, type }: CapdlObject): fc.Arbitrary<CapdlCapability> => {
  const object = fc.constant(name);
  if (type === 'ep' || type === 'notification') {
    return fc.record({ object, rights, badge: optional(word) }).map(defined);
  }
  if (type === 'frame')
    return fc.record({ object, rights, cached: optional(fc.boolean()) }).map(defined);
  if (type === 'cnode') {
    return fc
      .record({ object, guard: optional(word), guardSize: optional(fc.nat(64)) })
      .map(defined);
  }
  return fc.record({ object });
};

const specs: fc.Arbitrary<CapdlSpec> = fc
  .array(fc.constantFrom('a', 'b_1', 'c-d', 'e.f', 'g@0x10', 'array[0]', 'array[1]'), {
    maxLength: 8,
  })
  .chain((names) => fc.tuple(...[...new Set(names)].map(objectOf)))
  .chain((objects) =>
    fc.record({
      objects: fc.tuple(
        ...objects.map((object) =>
          object.type === 'cnode' && objects.length > 0
            ? fc
                .uniqueArray(fc.tuple(fc.nat(500), fc.constantFrom(...objects)), {
                  selector: ([slot]) => slot,
                  maxLength: 5,
                })
                .chain((entries) =>
                  fc.tuple(
                    ...entries.map(([slot, target]) =>
                      capabilityTo(target).map((each): [number, CapdlCapability] => [slot, each]),
                    ),
                  ),
                )
                .map((entries): CapdlObject => ({ ...object, slots: new Map(entries) }))
            : fc.constant(object),
        ),
      ),
      domains: optional(
        fc.record({
          schedule: fc.array(fc.record({ domain: fc.nat(255), duration: word }), {
            minLength: 1,
            maxLength: 3,
          }),
          start: optional(fc.nat(3)),
          indexShift: optional(fc.nat(3)),
        }),
      ),
    }),
  )
  .map(({ objects, domains }) => ({
    architecture: 'riscv',
    objects,
    irqs: new Map(
      objects.filter(({ type }) => type === 'irq').map(({ name }, index) => [index, name]),
    ),
    derivations: [],
    domains,
  }))
  // The generator's records have no prototype.
  .map((spec) => structuredClone<CapdlSpec>(spec as CapdlSpec));

/** Names that capDL has no words for get others when they are printed; then the printed ones count. */
function read(text: string): CapdlSpec | undefined {
  const { spec } = analyzeCapdl('a.cdl', text);
  if (spec === undefined) return undefined;
  const withoutOrigin = <Value extends object>(value: Value): Value =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'origin')) as Value;
  const objects = spec.objects.map((object) => ({
    ...withoutOrigin(object),
    slots: new Map([...object.slots].map(([slot, each]) => [slot, withoutOrigin(each)])),
  }));
  return { ...spec, objects };
}

const sample = `-- Dump
arch riscv /* a /* b */ c */
objects {
  u/v = ut (12 bits, paddr: 0x1000) { e = ep, f[2] = frame (4k, fill: [{0 8 A "b c" 1}]) g[..2] }
  t = tcb (addr: 0x1000, ip: 1, sp: 2, prio: 3, max_prio: 4, affinity: 0, init: [1, 2])
  c = cnode (4 bits, untyped: True)
  i = irq
} caps {
  t { cspace: c (guard: 0, guard_size: 28); vspace: p } -- end of line
  c { 1: n = e (RWG, badge: 7) - child_of (c, 2)
    2: <n> (masked: R); f[] sched_control (core: 0) }
  m = (c, 1)
} irq maps { 33: i } cdt { (c, 1) { (c, 2); m } }
domains { schedule: [(0, 10), (1, 5)] domain_set_start: no_start index_shift: 1 }
`;

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const edits: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(sample.length),
  removed: fc.nat(30),
  inserted: fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      '',
      '{',
      '}',
      '/*',
      '*/',
      '--',
      '(',
      ')',
      '[',
      '\n',
      'caps {',
      'objects',
      ' ',
      '"',
      ';',
      'x = ep\n',
      'irq maps',
      '..',
    ),
  ),
});

const applied = (text: string, { at, removed, inserted }: Edit): string =>
  text.slice(0, at) + inserted + text.slice(at + removed);

const tokensOf = (text: string): string[] => {
  const tokens: string[] = [];
  const scanner = scannerAt(text, 0);
  let isInFill = false;
  while (scanner.kind !== 'end') {
    tokens.push(text.slice(scanner.start, scanner.end));
    if (tokens.slice(-3).join(' ') === 'fill : [') isInFill = true;
    if (scanner.kind === ']') isInFill = false;
    if (isInFill && scanner.kind === '{') scanner.end = pushWords(text, scanner.end, tokens);
    advance(scanner);
  }
  return tokens;
};

/** Words of what fills a frame are ended by space alone: `0--` is one of them. Comments are between them. */
function pushWords(text: string, start: number, words: string[]): number {
  const part = /\s+|--[^\n]*|\/\*(?:(?!\*\/)[^])*\*\/|([^\s}]+)/y;
  part.lastIndex = start;
  for (let end = start; ; end = part.lastIndex) {
    const found = part.exec(text);
    if (found === null) return end;
    if (found[1] !== undefined) words.push(found[1]);
  }
}

const commentsOf = (text: string): string[] =>
  (text.match(/--[^\n]*|\/\*[^*]*\*\//g) ?? []).map((comment) => comment.trimEnd());

const slip = slipOf([
  ...Array.from('{}()[];,.="<>@#/-*:'),
  ...['<-', '/*', '*/', '--', 'objects', 'caps', 'irq', 'maps', 'cdt', 'arch', 'ut', 'cnode', 'ep'],
  ...['child_of', 'X', '12', '0x', 'é', '\0', '\n', 'RW', '..'],
]);

describe('capDL', () => {
  it('makes at most two problems of one slip', () => {
    fc.assert(
      fc.property(specs, slip, (spec, made) => {
        const text = withSlip(printSpec(spec), made);
        const messages = syntaxProblems(parseText(text), text).map(({ message }) => message);
        assert.ok(messages.length <= 2, `${messages.join('\n')}\n\n${text}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads from printed text the specification that was printed', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const text = printSpec(spec);
        assert.deepEqual(syntaxProblems(parseText(text), text), []);
        const again = read(text);
        assert.equal(again && printSpec(again), text);
        const isPlain = spec.objects.every(({ name }) => !name.includes('['));
        if (isPlain) assert.deepEqual(again, spec);
      }),
      { numRuns: 300 },
    );
  });

  it('has a tree that covers the text, whatever it is, with few problems', () => {
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 6 }), (list) => {
        const text = list.reduce(applied, sample);
        const { blocks } = parseText(text);
        let end = 0;
        for (const { start, block } of blocks) {
          assert.equal(start, end);
          end += block.length;
        }
        assert.equal(end, text.length);
        const { diagnostics } = analyzeCapdl('a.cdl', text);
        for (const { range } of diagnostics) {
          assert.ok(range.start.line <= range.end.line);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('makes one problem of one edit on the whole, and at most two', () => {
    const clean = sample.replace('"b c"', '"bc"');
    assert.deepEqual(syntaxProblems(parseText(clean), clean), []);
    let count = 0;
    let cuts = 0;
    // Every cut of up to three characters: there are not many, so none is left to chance.
    for (let at = 0; at <= clean.length; at += 1) {
      for (let removed = 1; removed <= 3; removed += 1) {
        const text = applied(clean, { at, removed, inserted: '' });
        const { length } = syntaxProblems(parseText(text), text);
        assert.ok(length <= 2, text);
        count += length;
        cuts += 1;
      }
    }
    assert.ok(count <= cuts, `${count} problems of ${cuts} edits`);
  });

  it('is read after an edit as if it were read anew', () => {
    fc.assert(
      fc.property(fc.array(edits, { minLength: 1, maxLength: 4 }), (list) => {
        let text = sample;
        const document = openCapdl('a.cdl', text);
        for (const edit of list) {
          text = applied(text, edit);
          document.edit(text);
          assert.deepEqual(document.tree, parseText(text));
        }
        assert.deepEqual(document.analysis.diagnostics, analyzeCapdl('a.cdl', text).diagnostics);
      }),
      { numRuns: 300 },
    );
  });

  it('has the same tokens and comments when it is formatted, and is formatted once and for all', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 3 }), (list) => {
        const text = list.reduce(applied, sample.replace('"b c"', '"bc"'));
        const formatted = formatCapdl(text);
        assert.equal(formatCapdl(formatted), formatted);
        assert.deepEqual(tokensOf(formatted), tokensOf(text));
        if (list.length === 0) assert.deepEqual(commentsOf(formatted), commentsOf(text));
      }),
      { numRuns: 300 },
    );
  });
});
