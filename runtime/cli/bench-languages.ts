/**
 * The languages bench: milliseconds of processor time for each 1,000 lines, from text to every diagnostic, of
 * texts that are made here. The peer looks at the same characters once and counts the lines, which is
 * the least that any reader does. A second table is about single waits in an editor, beside how long each
 * may be.
 */
import { analyzeCamkes } from '../toolchain/camkes/analyze.js';
import { compileAssembly } from '../toolchain/camkes/compile.js';
import { formatCamkes } from '../toolchain/camkes/format.js';
import { readCamkesFile } from '../toolchain/camkes/read-file.js';
import { readOnce } from '../toolchain/camkes/read-once.js';
import { openCapdl, type CapdlDocument } from '../toolchain/capdl/document.js';
import { printSpec } from '../toolchain/capdl/print.js';
import { analyzeCapdl } from '../toolchain/capdl/read.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import type { BenchOptions } from './bench.js';
import { camkesText, capdlText } from './bench-language-texts.js';
import { alignedTable } from './bench-program.js';
import type { ExitCode } from './command.js';
import { printJson, printOut } from './output.js';

/** One row a thing that is done with a text of a language. */
interface LanguageRow {
  readonly language: string;
  readonly work: string;
  readonly text: () => string;
  /** Makes ready, and gives what is measured. */
  readonly prepare: (text: string) => () => void;
}

const rows: readonly LanguageRow[] = [
  {
    language: 'CAmkES',
    work: 'text to tree',
    text: () => camkesText(300),
    prepare: (text) => () => readCamkesFile(camkesPath, onlyFile(text), camkesOptions).tree,
  },
  {
    language: 'CAmkES',
    work: 'text to diagnostics',
    text: () => camkesText(300),
    prepare: (text) => () => analyzeCamkes(camkesPath, onlyFile(text), camkesOptions).diagnostics,
  },
  {
    language: 'CAmkES',
    work: 'text to text',
    text: () => camkesText(300),
    prepare: (text) => () => formatCamkes(text),
  },
  {
    language: 'capDL',
    work: 'text to diagnostics',
    text: () => capdlText(6000),
    prepare: (text) => () => analyzeCapdl('bench.cdl', text).diagnostics,
  },
  {
    language: 'capDL',
    work: 'text to text',
    text: () => capdlText(6000),
    prepare: (text) => () => {
      const { spec } = analyzeCapdl('bench.cdl', text);
      return spec && printSpec(spec);
    },
  },
];

/** One row a thing that an editor waits for. */
interface WaitRow {
  readonly language: string;
  readonly work: string;
  readonly text: () => string;
  /** How long it may take. */
  readonly aimMilliseconds: number;
  /** Makes ready, and gives what is measured, which is done again and again. */
  readonly prepare: (text: string) => () => void;
}

const longCapdl = (): string => capdlText(5_600);
const sparrowSized = (): string => camkesText(100);

const waits: readonly WaitRow[] = [
  {
    language: 'capDL',
    work: 'open, to diagnostics',
    text: longCapdl,
    aimMilliseconds: 1_500,
    prepare: (text) => () => analyzeCapdl('bench.cdl', text).diagnostics,
  },
  {
    language: 'capDL',
    work: 'a key in a capability, to diagnostics',
    text: longCapdl,
    aimMilliseconds: 50,
    prepare: keyInCapdl(/ep \(RWGP/, ({ analysis }) => analysis.diagnostics),
  },
  {
    language: 'capDL',
    work: 'a key in a declaration, to diagnostics',
    text: longCapdl,
    aimMilliseconds: 50,
    prepare: keyInCapdl(/_ep = ep/, ({ analysis }) => analysis.diagnostics),
  },
  {
    language: 'capDL',
    work: 'a key in a capability, to what a hover needs',
    text: longCapdl,
    aimMilliseconds: 50,
    prepare: keyInCapdl(/ep \(RWGP/, ({ analysis: { symbols, linked } }, at) => {
      const name = symbols.at(at - 1)?.name ?? '';
      const object = linked.objects.get(name);
      return [
        symbols.of('object', name),
        linked.capabilities.filter((each) => each.object === object),
      ];
    }),
  },
  {
    language: 'CAmkES',
    work: 'open, to diagnostics',
    text: sparrowSized,
    aimMilliseconds: 150,
    prepare: (text) => () => analyzeCamkes(camkesPath, onlyFile(text), camkesOptions).diagnostics,
  },
  {
    language: 'CAmkES',
    work: 'a key, to diagnostics and capDL',
    text: sparrowSized,
    aimMilliseconds: 20,
    prepare: (text) => {
      const at = text.indexOf('assembly {');
      const library = readOnce(onlyFile(''));
      let spaces = 0;
      return () => {
        spaces += 1;
        const files = onlyFile(text.slice(0, at) + ' '.repeat(spaces) + text.slice(at));
        const { system, diagnostics } = analyzeCamkes(camkesPath, files, {
          ...camkesOptions,
          readBefore: (path) => (path === camkesPath ? undefined : library(path, camkesOptions)),
        });
        return [diagnostics, system && compileAssembly(system).diagnostics];
      };
    },
  },
];

/** A letter comes and goes at the first match behind the middle. */
function keyInCapdl(
  where: RegExp,
  ask: (document: CapdlDocument, at: number) => unknown,
): WaitRow['prepare'] {
  return (text) => {
    const document = openCapdl('bench.cdl', text);
    const half = text.length / 2;
    const at = half + text.slice(half).search(where);
    const changed = `${text.slice(0, at)}x${text.slice(at)}`;
    // Joined strings become one when somebody looks into them; that is not the work here.
    changed.charCodeAt(at);
    ask(document, at);
    let isChanged = false;
    return () => {
      isChanged = !isChanged;
      document.edit(isChanged ? changed : text);
      ask(document, at);
    };
  };
}

interface Measured {
  readonly language: string;
  readonly work: string;
  readonly lines: number;
  readonly megabytes: number;
  readonly millisecondsPerThousandLines: number;
  readonly peerMillisecondsPerThousandLines: number;
}

export function benchLanguages({ json, rounds }: BenchOptions): ExitCode {
  const measured = rows.map((row): Measured => {
    const text = row.text();
    const lines = countLines(text);
    const run = row.prepare(text);
    let own = Infinity;
    let peer = Infinity;
    // Once for the engine to compile, then in turn with the peer.
    for (let round = 0; round <= rounds; round += 1) {
      const [first, second] = [milliseconds(run), milliseconds(() => countLines(text))];
      if (round === 0) continue;
      own = Math.min(own, first);
      peer = Math.min(peer, second);
    }
    return {
      language: row.language,
      work: row.work,
      lines,
      megabytes: text.length / 1e6,
      millisecondsPerThousandLines: (own / lines) * 1000,
      peerMillisecondsPerThousandLines: (peer / lines) * 1000,
    };
  });
  const waited = waits.map((row) => waitFor(row, rounds));
  if (json) printJson({ bench: 'languages', languages: measured, waits: waited });
  else printOut(`${table(measured)}\n\n${waitTable(waited)}\n`);
  return 0;
}

interface Waited {
  readonly language: string;
  readonly work: string;
  readonly lines: number;
  readonly milliseconds: number;
  readonly aimMilliseconds: number;
}

/** So often before it counts: an editor runs for hours, and the engine has compiled what it does often. */
const unmeasuredRounds = 8;

function waitFor({ prepare, text, ...row }: WaitRow, rounds: number): Waited {
  const made = text();
  const run = prepare(made);
  const isOften = row.aimMilliseconds <= 50;
  for (let round = 0; round < (isOften ? unmeasuredRounds : 1); round += 1) run();
  let least = Infinity;
  for (let round = 0; round < rounds * (isOften ? unmeasuredRounds : 1); round += 1)
    least = Math.min(least, milliseconds(run));
  const { language, work, aimMilliseconds } = row;
  return { language, work, lines: countLines(made), milliseconds: least, aimMilliseconds };
}

function waitTable(waited: readonly Waited[]): string {
  return alignedTable([
    ['what an editor waits for', 'lines', 'ms', 'aim', 'part of it'],
    ...waited.map(({ language, work, lines, milliseconds: own, aimMilliseconds }) => [
      `${language}: ${work}`,
      `${lines}`,
      own.toFixed(1),
      `${aimMilliseconds}`,
      (own / aimMilliseconds).toFixed(2),
    ]),
  ]);
}

function table(measured: readonly Measured[]): string {
  const heads = ['language', 'lines', 'MB', 'ms per 1000 lines', 'one look', 'ratio'];
  return alignedTable([
    heads,
    ...measured.map((each) => {
      const { millisecondsPerThousandLines: own, peerMillisecondsPerThousandLines: peer } = each;
      return [
        `${each.language}: ${each.work}`,
        `${each.lines}`,
        each.megabytes.toFixed(1),
        own.toFixed(3),
        peer.toFixed(3),
        (own / peer).toFixed(1),
      ];
    }),
  ]);
}

function milliseconds(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  return process.cpuUsage(start).user / 1000;
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === 0x0a) lines += 1;
  return lines;
}

const onlyFile = (text: string): SourceFiles => ({
  readText: (path) => (path === camkesPath ? text : undefined),
  readBytes: () => undefined,
});

const camkesPath = 'bench.camkes';
const camkesOptions = { dialect: undefined, importPaths: [], includePaths: [], defines: {} };
