// Runs root tasks on a real seL4 kernel and on ours, and compares what they print:
// `npm run test:sel4 -- <folder>`. The folder holds kernel.elf (riscv32, board virt, 128 MiB, with debug
// information) and root tasks beside it; the root tasks in assembly beside this file run, too. Prints a line
// for each failure and, last, `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { modules } from '../../esbuild.mjs';

const memoryBytes = 128 * 1024 * 1024;
/** What sel4test prints at its end; other programs end when they wait for ever or switch off. */
const end = 'All is well in the universe';
const sliceInstructions = 5_000_000;
/** Far beyond what sel4test takes. */
const maxInstructions = 40_000_000_000;

const [given, ...wanted] = process.argv.slice(2);
if (given === undefined) {
  giveUp(
    'Name the folder of a built seL4 kernel and root tasks: npm run test:sel4 -- <folder> [root task…].',
  );
}
const folder = path.resolve(given);
process.chdir(path.resolve(import.meta.dirname, '../..'));
const names = await readdir(folder).catch((error) =>
  giveUp(`The folder ${folder} of a built seL4 kernel cannot be read (${error.code}).`),
);
if (!names.includes('kernel.elf')) giveUp(`The folder ${folder} holds no kernel.elf.`);
await modules();
const out = (file) => import(path.resolve('out/runtime', file));
const { isElf, readElf } = await out('toolchain/elf/read.js');
const { imageFromElf } = await out('toolchain/elf/image-from-elf.js');
const { readKernelImage } = await out('toolchain/elf/read-kernel-image.js');
const { boards, createPlatform } = await out('platform.js');
const { build } = await out('toolchain/build.js');
const { viewThreads } = await out('inspect/threads.js');
const { viewCSpaces, viewSlots } = await out('inspect/capabilities.js');

const kernelFile = path.join(folder, 'kernel.elf');
const kernel = readKernelImage(kernelFile, await readFile(kernelFile));
if (!kernel.ok) giveUp(kernel.error.message);

let passed = 0;
let failed = 0;
for (const name of names.sort()) {
  const file = path.join(folder, name);
  const bytes = await readFile(file).catch(() => undefined);
  const isWanted = wanted.length === 0 || wanted.includes(name);
  if (bytes === undefined || !isWanted || name === 'kernel.elf' || !isElf(bytes)) continue;
  const elf = readElf(file, bytes);
  const image = elf.ok ? imageFromElf(elf.value) : elf;
  // Root tasks are linked for addresses of user programs; the rest is firmware and the like.
  if (!image.ok || image.value.entry >= 0x8000_0000) continue;
  count(name, whyFailed(image.value));
}
for (const name of await readdir('test/sel4')) {
  const isWanted = wanted.length === 0 || wanted.includes(name);
  // `.inc.S` is what the programs share.
  if (!isWanted || !name.endsWith('.S') || name.endsWith('.inc.S')) continue;
  const source = path.join('test/sel4', name);
  const read = (file, encoding) => (existsSync(file) ? readFileSync(file, encoding) : undefined);
  const files = { readText: (file) => read(file, 'utf8'), readBytes: (file) => read(file) };
  const { image, diagnostics } = build(source, files, { boards, board: 'virt' });
  count(name, image === undefined ? diagnostics[0]?.message : whyFailed(image));
}
if (passed + failed === 0) giveUp(`There is no root task of the name ${wanted.join(' or ')}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function count(name, reason) {
  if (reason === undefined) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: ${reason}`);
  }
}

/** A sentence, or undefined for a root task that says the same on both kernels. */
function whyFailed(image) {
  const real = run(image, kernel.value);
  if (typeof real === 'string') return `on the real kernel, ${real}`;
  const ours = run(image, 'builtin');
  if (typeof ours === 'string') return `on our kernel, ${ours}`;
  const wrongView = whyNotSeen(real.platform);
  if (wrongView !== undefined) return wrongView;
  const expected = said(real.text);
  const actual = said(ours.text);
  const index = expected.findIndex((line, at) => line !== actual[at]);
  if (index < 0 && actual.length === expected.length) return undefined;
  const at = index < 0 ? expected.length : index;
  return `line ${at + 1} is "${expected[at] ?? ''}" on the real kernel and "${actual[at] ?? ''}" on ours.`;
}

/** The console text and the platform as it was at the end, or why there is none. */
function run(image, kernelChoice) {
  const platform = createPlatform(image, { board: 'virt', memoryBytes, kernel: kernelChoice });
  if (!platform.ok) return platform.error.message;
  const { machine } = platform.value;
  let text = '';
  platform.value.onConsole((byte) => {
    text += String.fromCharCode(byte);
    if (byte === 0x0a && text.includes(end, text.length - 200)) machine.requestStop();
  });
  while (machine.instructions < maxInstructions) {
    const stop = platform.value.run(sliceInstructions);
    if (text.includes(end, Math.max(0, text.length - 400))) break;
    if (stop.kind === 'idle' || stop.kind === 'poweredOff') break;
    if (stop.kind === 'lockedUp') return `the hart locked up after: ${text.slice(-200)}`;
  }
  if (machine.instructions >= maxInstructions)
    return `it did not end; last it said: ${text.slice(-200)}`;
  return { text, platform: platform.value };
}

/** The views of the real kernel must show at least the root task and its CSpace. */
function whyNotSeen(platform) {
  const threads = viewThreads(platform);
  if (!threads.some(({ priority }) => priority === 255)) return 'the views show no root thread.';
  const [cspace] = viewCSpaces(platform);
  if (cspace === undefined) return 'the views show no CSpace.';
  const types = new Set(
    viewSlots(platform, cspace.cnode).slots.map(({ capability }) => capability.type),
  );
  return types.has('TCB') && types.has('Untyped')
    ? undefined
    : 'the views show no initial capabilities.';
}

/**
 * What the program itself said. A kernel built for debugging speaks of its boot and of each refused invocation;
 * and the two leave different memory to the program, so numbers count as equal and lists of them as one line.
 */
function said(text) {
  const start = text.indexOf('dropped to user space');
  const own = start < 0 ? text : text.slice(text.indexOf('\n', start) + 1);
  const lines = own
    // eslint-disable-next-line no-control-regex -- colours of a terminal
    .replace(/\u001b\[[0-9;]*m/g, '')
    // It may speak in the middle of a line of the program.
    .replace(/<<seL4\([\s\S]*?>>\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/0x[0-9a-f]+|\d+/gi, '#'))
    .filter((line) => line !== '');
  return lines.filter((line, index) => line !== lines[index - 1]);
}

function giveUp(sentence) {
  console.error(sentence);
  process.exit(2);
}
