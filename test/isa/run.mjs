// Runs the built RISC-V tests in a folder: `npm run test:isa -- <folder>`. Every ELF file there boots bare on
// board virt and reports through HTIF. Prints a line for each failure and, last, `N passed, N failed`.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { modules } from '../../esbuild.mjs';

/** Far beyond the longest test, which takes some hundred thousand. */
const maxInstructions = 20_000_000;

const [given] = process.argv.slice(2);
if (given === undefined) {
  giveUp('Name the folder of built RISC-V tests: npm run test:isa -- <folder>.');
}
const folder = path.resolve(given);
process.chdir(path.resolve(import.meta.dirname, '../..'));
const names = await readdir(folder).catch((error) =>
  giveUp(`The folder ${folder} of built RISC-V tests cannot be read (${error.code}).`),
);
await modules();
const out = (file) => import(path.resolve('out/runtime', file));
const { isElf, readElf } = await out('toolchain/elf/read.js');
const { imageFromElf } = await out('toolchain/elf/image-from-elf.js');
const { createPlatform } = await out('platform.js');

let passed = 0;
let failed = 0;
for (const name of names.sort()) {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined || !isElf(bytes)) continue;
  const reason = whyFailed(file, bytes);
  if (reason === undefined) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: ${reason}`);
  }
}
if (passed + failed === 0) {
  giveUp(`The folder ${folder} holds no ELF file. Build the RISC-V tests for rv32 first.`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** A sentence, or undefined for a test that passed. */
function whyFailed(file, bytes) {
  const elf = readElf(file, bytes);
  if (!elf.ok) return elf.error.message;
  const image = imageFromElf(elf.value);
  if (!image.ok) return image.error.message;
  const platform = createPlatform(image.value, { board: 'virt', kernel: 'none' });
  if (!platform.ok) return platform.error.message;
  const stop = platform.value.run(maxInstructions);
  if (stop.kind === 'poweredOff') {
    return stop.code === 0 ? undefined : `test case ${stop.code} failed.`;
  }
  const [hart] = platform.value.machine.harts;
  const where = `0x${hart.pc.toString(16)}`;
  return `it did not report; the run ended with \`${stop.kind}\` at ${where} after ${hart.instructions} instructions.`;
}

function giveUp(sentence) {
  console.error(sentence);
  process.exit(2);
}
