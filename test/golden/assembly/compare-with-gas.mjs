// Compares our assembler with GNU as, byte for byte, in every section of the golden sources and of the
// files named on the command line.
//   node test/golden/assembly/compare-with-gas.mjs [-march=rv32…] [-Ifolder] [file…]
// Exits 0 when all are the same, 1 when one differs, 2 when GNU as is not installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { modules } from '../../../esbuild.mjs';

const prefix = process.env.CROSS_COMPILE ?? 'riscv64-unknown-elf-';
if (spawnSync(`${prefix}gcc`, ['--version']).status !== 0) {
  console.error(
    `There is no ${prefix}gcc here. Install gcc-riscv64-unknown-elf and binutils-riscv64-unknown-elf, or set CROSS_COMPILE to the prefix of another toolchain.`,
  );
  process.exit(2);
}

const given = process.argv.slice(2);
const marches = given.filter((one) => one.startsWith('-march=')).map((one) => one.slice(7));
const includePaths = given.filter((one) => one.startsWith('-I')).map((one) => one.slice(2));
let sources = given.filter((one) => !one.startsWith('-'));
const golden = path.dirname(new URL(import.meta.url).pathname);
if (sources.length === 0) {
  sources = readdirSync(golden)
    .filter((name) => name.endsWith('.S'))
    .map((name) => path.join(golden, name));
}

await modules();
const { assemble } = await import('../../../out/runtime/toolchain/assembly/assemble.js');
const read = (name, encoding) => {
  try {
    return readFileSync(name, encoding);
  } catch {
    return undefined;
  }
};
const files = { readText: (name) => read(name, 'utf8'), readBytes: (name) => read(name) };
const folder = mkdtempSync(path.join(os.tmpdir(), 'compare-with-gas-'));
let different = 0;

for (const march of marches.length > 0 ? marches : ['rv32imac_zicsr_zifencei']) {
  for (const source of sources) {
    const problem = compare(source, march);
    if (problem !== undefined) {
      different += 1;
      console.log(`${source} (${march}): ${problem}`);
    }
  }
}
rmSync(folder, { recursive: true });
console.log(`${sources.length} files, ${different} different`);
process.exitCode = different > 0 ? 1 : 0;

/** What differs, or undefined. */
function compare(source, march) {
  const { object, diagnostics } = assemble(source, files, { march, includePaths });
  const ours = [...new Set(diagnostics.filter(isError).map(({ range }) => range.start.line + 1))];
  const output = path.join(folder, 'theirs.o');
  const options = [`-march=${march}`, '-mabi=ilp32', '-Wa,-mno-relax', '-c', source, '-o', output];
  const gas = spawnSync(`${prefix}gcc`, [...includePaths.map((one) => `-I${one}`), ...options], {
    encoding: 'utf8',
  });
  if (gas.status !== 0 || ours.length > 0) {
    if (gas.status !== 0 && ours.length > 0) return 'both reject it';
    return gas.status !== 0
      ? `only GNU as rejects it:\n${gas.stderr}`
      : `only we reject it, at line ${ours.join(', ')}: ${diagnostics.find(isError)?.message}`;
  }
  for (const section of object.sections) {
    if (section.kind === 'nobits' || !section.allocated) continue;
    const theirs = sectionOf(output, section.name);
    const at = firstDifference(section.bytes, theirs);
    if (at < 0) continue;
    const line = section.lines.findLast(({ offset }) => offset <= at);
    return `${section.name} differs at 0x${at.toString(16)} (line ${line?.line}): ours ${hex(section.bytes, at)}, theirs ${hex(theirs, at)}`;
  }
  return undefined;
}

function isError({ severity }) {
  return severity === 'error';
}

function sectionOf(object, name) {
  const raw = path.join(folder, 'section.bin');
  writeFileSync(raw, '');
  spawnSync(`${prefix}objcopy`, ['-O', 'binary', '-j', name, object, raw]);
  return readFileSync(raw);
}

function firstDifference(left, right) {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return at;
  }
  return -1;
}

function hex(bytes, at) {
  return Buffer.from(bytes.subarray(at, at + 8)).toString('hex');
}
