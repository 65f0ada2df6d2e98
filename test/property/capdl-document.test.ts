import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { openCapdl, type CapdlDocument } from '../../runtime/toolchain/capdl/document.js';
import { analyzeCapdl, type CapdlAnalysis } from '../../runtime/toolchain/capdl/read.js';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'u', 'v');
const index = fc.constantFrom('', '', '', '', '[]', '[1]', '[0..1]', '[5]');
const reference = fc.tuple(name, index).map(([base, brackets]) => base + brackets);
const length = fc.constantFrom('', '', '', '[2]', '[0]');

const kind = fc.constantFrom(
  'ep',
  'notification',
  'tcb',
  'tcb (addr: 0x1000, ip: 0x400000, sp: 0x2000, prio: 1, max_prio: 1, affinity: 0, init: [])',
  'cnode (2 bits)',
  'cnode (4 bits)',
  'pt',
  'asid_pool',
  'frame (4k)',
  'frame (4k, paddr: 0x1000)',
  'frame (4M, paddr: 0x0, fill: [{0 4 CDL_FrameFill_FileData "f" 0}])',
  'frame (4k, fill: [{0 4 CDL_FrameFill_FileData "g" 0}])',
  'frame (4k, fill: [{0 4 CDL_FrameFill_FileData "there" 0}])',
  'frame (64k, paddr: 0x10000)',
  'irq',
  'irq',
  'sc (period: 1, budget: 2)',
  'ut (12 bits, paddr: 0x1000)',
  'ut (20 bits)',
);

const member = fc.oneof(
  reference,
  fc.tuple(name, kind).map(([base, type]) => `${base} = ${type}`),
);
const objectLine = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(name, length, kind).map((all) => `${all[0]}${all[1]} = ${all[2]}`),
  },
  fc
    .tuple(name, fc.array(member, { maxLength: 3 }))
    .map(([base, members]) => `${base} = ut (16 bits) { ${members.join(', ')} }`),
  fc.tuple(name, name, kind).map(([untyped, base, type]) => `${untyped}/${base} = ${type}`),
);

const slot = fc.constantFrom('', '', '1: ', '2: ', '3: ', '9: ', 'vspace: ', 'cspace: ');
const parameters = fc.constantFrom(
  '',
  '',
  ' (RW)',
  ' (badge: 7)',
  ' (guard: 0, guard_size: 28)',
  ' (guard: 0, guard_size: 60)',
  ' (RW, mapping: (c, 1))',
  ' (R, mapping: (c, 1))',
  ' (RW, mapping: (b, 2))',
  ' (RW, mapping: (d[1], 3))',
  ' (masked: R)',
);
const target = fc.oneof(
  { weight: 6, arbitrary: reference },
  fc.constantFrom('<n>', '<m>', 'n = a', 'm[] = b[]', 'domain'),
);
const parent = fc.constantFrom('', '', '', '', '', ' - child_of (a, 1)', ' - child_of n');
const entry = fc.tuple(slot, target, parameters, parent).map((parts) => parts.join(''));
const capsLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(reference, fc.array(entry, { maxLength: 4 }))
      .map(([container, entries]) => `${container} { ${entries.join('; ')} }`),
  },
  name.map((base) => `n = (${base}, 1)`),
);
const irqLine = fc.oneof(
  reference,
  reference.map((base) => `3: ${base}`),
);
const cdtLine = fc.tuple(name, name).map(([one, other]) => `(${one}, 1) { (${other}, 2); n }`);

/** A text by lines, so that an edit can take away one or bring one where it belongs. */
type Sections = readonly (readonly string[])[];

const lines = [objectLine, capsLine, irqLine, cdtLine] as const;
const heads = ['arch riscv\nobjects {', '} caps {', '} irq maps {', '} cdt {'];
/** Most names mean something at the start. */
const usual = [
  'a = cnode (4 bits)',
  'b = pt',
  'c = pt',
  'd[2] = frame (4k)',
  'e = ep',
  'v = tcb (addr: 0x1000, ip: 0x400000, sp: 0x2000, prio: 1, max_prio: 1, affinity: 0, init: [])',
];
const usualCaps = ['v { vspace: b; ipc_buffer_slot: d[1] }', 'b { 1: c }', 'c { 1: d[0] }'];
const startingWith = (
  first: readonly string[],
  rest: fc.Arbitrary<string[]>,
): fc.Arbitrary<string[]> =>
  fc.tuple(fc.nat(first.length), rest).map(([count, more]) => [...first.slice(0, count), ...more]);
const sections: fc.Arbitrary<Sections> = fc.tuple(
  startingWith(usual, fc.array(objectLine, { maxLength: 6 })),
  startingWith(usualCaps, fc.array(capsLine, { maxLength: 6 })),
  fc.array(irqLine, { maxLength: 2 }),
  fc.array(cdtLine, { maxLength: 1 }),
);
const textOf = (all: Sections): string =>
  `${all.map((each, at) => [heads[at], ...each].join('\n')).join('\n')}\n}\n`;

/** What a hand changes in a line: the first is what it finds, the second what it writes there. */
const rewritings: readonly (readonly [RegExp, string])[] = [
  [/paddr: 0x1000/, 'paddr: 0x2000'],
  [/paddr: 0x[12]000/, 'paddr: 0x0'],
  [/, paddr: 0x\w+/, ''],
  [/\(12 bits\)/, '(12 bits, paddr: 0x1000)'],
  [/mapping: \(c, 1\)/, 'mapping: (c, 2)'],
  [/mapping: \(\w+, /, 'mapping: (e, '],
  [/mapping: \(\w+, \d+/, 'mapping: (b, 1'],
  [/= pt\b/, '= pd'],
  [/= (?:pt|cnode \(4 bits\))/, '= asid_pool'],
  [/\bc\b/, 'b'],
  [/\bb\b/, 'c'],
  [/\ba\b/, 'x'],
  [/\b[abc]\b/, 'd[0]'],
  [/\bn\b/, 'm'],
  [/\d: /, '1: '],
  [/^3: /, ''],
  [/"f"/, '"there"'],
  [/"there"/, '"g"'],
  [/= \w+/, '= irq'],
  [/= \w+(?: \(.*)?/, '= frame (4k)'],
  [/guard_size: \d+/, 'guard_size: 60'],
  [/4k/, '4M'],
  [/RW/, 'W'],
  [/ \{.*/, ' {}'],
  [/[{}]/, ''],
  [/^/, '-- '],
  [/^-- /, ''],
];

type Edit =
  | { readonly section: number; readonly line: number; readonly rewriting: number }
  | {
      readonly section: number;
      readonly at: number;
      readonly removed: number;
      readonly added: string[];
    }
  | { readonly at: number; readonly removed: number; readonly inserted: string };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.nat(3).chain((section) =>
      fc.record({
        section: fc.constant(section),
        at: fc.nat(9),
        removed: fc.nat(2),
        added: fc.array(lines[section] ?? objectLine, { maxLength: 2 }),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      section: fc.nat(3),
      line: fc.nat(12),
      rewriting: fc.nat(rewritings.length - 1),
    }),
  },
  fc.record({
    at: fc.nat(400),
    removed: fc.nat(3),
    inserted: fc.constantFrom(
      '',
      'a',
      'x',
      ' ',
      '\n',
      '{',
      '}',
      '/*',
      '--',
      '[2]',
      '(',
      'arch ia32 ',
    ),
  }),
);

/** Edits of characters hold for the one text; edits of lines go on from the lines. */
function* textsAfter(start: Sections, edits: readonly Edit[]): Iterable<string> {
  let now = start;
  for (const each of edits) {
    if ('rewriting' in each) {
      now = rewritten(now, each);
      yield textOf(now);
    } else if ('section' in each) {
      now = now.map((all, section) =>
        section === each.section ? all.toSpliced(each.at, each.removed, ...each.added) : all,
      );
      yield textOf(now);
    } else {
      const text = textOf(now);
      const at = each.at % text.length;
      yield text.slice(0, at) + each.inserted + text.slice(at + each.removed);
    }
  }
}

/** At the first line from the given one on that has something to write over. */
function rewritten(
  sectionsNow: Sections,
  { section, line, rewriting }: { section: number; line: number; rewriting: number },
): Sections {
  const [found, written] = rewritings[rewriting] ?? [/^/, ''];
  return sectionsNow.map((all, number) => {
    if (number !== section || all.length === 0) return all;
    const at = all.findIndex((each, index) => index >= line % all.length && found.test(each));
    return at < 0 ? all : all.with(at, (all[at] ?? '').replace(found, written));
  });
}

const resultOf = ({ diagnostics, symbols, spec }: CapdlAnalysis): unknown => ({
  diagnostics,
  spec,
  occurrences: symbols.occurrences,
  ofA: symbols.of('object', 'a'),
  ofN: symbols.of('capability', 'n'),
});

const options = {
  files: {
    readText: () => undefined,
    readBytes: (path: string) => (path.endsWith('there') ? new Uint8Array() : undefined),
  },
};

const assertFresh = (document: CapdlDocument, text: string): void => {
  assert.deepEqual(
    resultOf(document.analysis),
    resultOf(analyzeCapdl('a.cdl', text, options)),
    text,
  );
};

describe('a capDL document', () => {
  it('says after each edit what it says when it is opened', () => {
    fc.assert(
      fc.property(sections, fc.array(edit, { minLength: 1, maxLength: 6 }), (start, edits) => {
        const document = openCapdl('a.cdl', textOf(start), options);
        assertFresh(document, textOf(start));
        for (const text of textsAfter(start, edits)) {
          document.edit(text);
          assertFresh(document, text);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('is right when it was edited several times, or in the middle of the work', () => {
    const pause = fc.constantFrom(0, 1, 5, 20, 60, 1000);
    fc.assert(
      fc.property(
        sections,
        fc.array(fc.tuple(edit, pause), { minLength: 1, maxLength: 8 }),
        (start, edits) => {
          const document = openCapdl('a.cdl', textOf(start), options);
          const pauses = edits.map(([, steps]) => steps);
          for (const text of textsAfter(
            start,
            edits.map(([each]) => each),
          )) {
            document.edit(text);
            const steps = document.steps();
            for (let left = pauses.shift() ?? 0; left > 0; left -= 1)
              if (steps.next().done === true) break;
          }
          assertFresh(document, document.source.text);
        },
      ),
      { numRuns: 700 },
    );
  });
});

describe('an edit of a long capDL document', () => {
  const componentsText = (count: number): string => {
    const objects: string[] = [];
    const caps: string[] = [];
    for (let at = 0; at < count; at += 1) {
      objects.push(`c${at} = cnode (4 bits)`, `e${at} = ep`, `t${at} = tcb`);
      caps.push(`c${at} {\n1: c${at}\n2: e${at} (RW)\n}`, `t${at} {\ncspace: c${at}\n}`);
    }
    return ['arch riscv', 'objects {', ...objects, '} caps {', ...caps, '}', ''].join('\n');
  };
  const blocksLinkedAfter = (change: (text: string) => string): number => {
    const text = componentsText(500);
    const document = openCapdl('a.cdl', text);
    assert.equal(document.work.linkedBlocks, document.work.allBlocks);
    document.edit(change(text));
    assertFreshText(document);
    return document.work.linkedBlocks;
  };
  const assertFreshText = ({ analysis, source }: CapdlDocument): void => {
    assert.deepEqual(analysis.diagnostics, analyzeCapdl('a.cdl', source.text).diagnostics);
  };

  it('links again a capability’s block alone', () => {
    assert.ok(blocksLinkedAfter((text) => text.replace('2: e250 (RW)', '2: e250 (R)')) <= 2);
    assert.ok(blocksLinkedAfter((text) => text.replace('2: e250 (RW)', '2: e25x (RW)')) <= 2);
  });

  it('links again what refers to an object that is declared otherwise', () => {
    assert.ok(blocksLinkedAfter((text) => text.replace('e250 = ep', 'e250 = notification')) <= 4);
    assert.ok(blocksLinkedAfter((text) => text.replace('c250 = cnode', 'c250x = cnode')) <= 6);
  });
});
