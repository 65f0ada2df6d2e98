/**
 * The languages bench: milliseconds of processor time for each 1,000 lines, from text to every diagnostic, of
 * texts that are made here. The peer looks at the same characters once and counts the lines, which is
 * the least that any reader does.
 */
import { analyzeCamkes } from '../toolchain/camkes/analyze.js';
import { formatCamkes } from '../toolchain/camkes/format.js';
import { readCamkesFile } from '../toolchain/camkes/read-file.js';
import { openCapdl } from '../toolchain/capdl/document.js';
import { printSpec } from '../toolchain/capdl/print.js';
import { analyzeCapdl } from '../toolchain/capdl/read.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import type { BenchOptions } from './bench.js';
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
    prepare: (text) => () =>
      readCamkesFile('bench.camkes', onlyFile(text), { defines: {}, includePaths: [] }).tree,
  },
  {
    language: 'CAmkES',
    work: 'text to diagnostics',
    text: () => camkesText(300),
    prepare: (text) => () =>
      analyzeCamkes('bench.camkes', onlyFile(text), {
        dialect: undefined,
        importPaths: [],
        includePaths: [],
        defines: {},
      }).diagnostics,
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
    work: 'a key in the middle',
    text: () => capdlText(6000),
    prepare: (text) => {
      const document = openCapdl('bench.cdl', text);
      const middle = text.indexOf('\n', text.length / 2) + 1;
      const changed = `${text.slice(0, middle)} ${text.slice(middle)}`;
      // Joined strings become one when somebody looks into them; that is not the work here.
      changed.charCodeAt(middle);
      let isChanged = false;
      return () => {
        isChanged = !isChanged;
        document.edit(isChanged ? changed : text);
        return document.analysis.diagnostics;
      };
    },
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
  if (json) printJson({ bench: 'languages', languages: measured });
  else printOut(`${table(measured)}\n`);
  return 0;
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
  readText: (path) => (path === 'bench.camkes' ? text : undefined),
  readBytes: () => undefined,
});

/** An assembly of so many components, each of which calls the one before it: 11 lines each. */
function camkesText(components: number): string {
  const types: string[] = [];
  const parts: string[] = [];
  const settings: string[] = [];
  for (let index = 0; index < components; index += 1) {
    const isFirst = index === 0;
    types.push(
      `component Part${index} {`,
      '    control;',
      '    provides Work own;',
      isFirst ? '    has mutex lock;' : '    uses Work before;',
      '    dataport Buf(4 * KIB) log;',
      '    attribute int size = 2 * KIB; // of the buffer',
      '}',
    );
    parts.push(`        component Part${index} part${index};`);
    if (!isFirst) {
      const ends = `from part${index}.before, to part${index - 1}.own`;
      parts.push(`        connection seL4RPCCall call${index}(${ends});`);
    }
    settings.push(`        part${index}.size = KIB + ${index};`);
  }
  return [
    'import <std_connector.camkes>;',
    '#define KIB 1024',
    'procedure Work { int run(in int a, out string b); }',
    ...types,
    'assembly {',
    '    composition {',
    ...parts,
    '    }',
    '    configuration {',
    ...settings,
    '    }',
    '}',
    '',
  ].join('\n');
}

/** A system of so many components, each with a thread, a page table, frames and a CNode: 18 lines each. */
function capdlText(components: number): string {
  const objects: string[] = [];
  const caps: string[] = [];
  for (let index = 0; index < components; index += 1) {
    const name = `component_${index.toString().padStart(6, '0')}`;
    objects.push(
      `${name}_cnode = cnode (4 bits)`,
      `${name}_ep = ep`,
      `${name}_frame_0 = frame (4k, fill: [{0 4096 CDL_FrameFill_FileData "${name}_group_bin" 4096}])`,
      `${name}_pd = pt`,
      `${name}_tcb = tcb (addr: 0x1000, ip: 0x1010, sp: 0x2000, prio: 254, max_prio: 254, affinity: 0, init: [1])`,
      `${name}_pt = pt`,
    );
    caps.push(
      `${name}_cnode {`,
      `0x1: ${name}_cnode (guard: 0, guard_size: 28)`,
      `0x2: ${name}_ep (RWGP, badge: ${index})`,
      `0x3: ${name}_frame_0 (RW)`,
      '}',
      `${name}_tcb {`,
      `cspace: ${name}_cnode (guard: 0, guard_size: 28)`,
      `vspace: ${name}_pd`,
      `ipc_buffer_slot: ${name}_frame_0 (RW)`,
      '}',
      `${name}_pd { 0x0: ${name}_pt }`,
      `${name}_pt { 0x1: ${name}_frame_0 (RWX) }`,
    );
  }
  return ['arch riscv', 'objects {', ...objects, '} caps {', ...caps, '}', ''].join('\n');
}
