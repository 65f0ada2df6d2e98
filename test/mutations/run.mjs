// How much the tests of the kernel notice: runs them against mutants of what it decides before it performs anything,
// first the scripts of refusals, then others for what these let pass, and lists the mutants that nothing notices.
//   npm run test:mutations [path prefix of the mutated sources…]
// Exits 0 when all that survive are known to be equivalent (equivalent.mjs).
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { whyEquivalent } from './equivalent.mjs';
import { mutate } from './mutants.mjs';

const sources = [
  'runtime/kernel/invocations/',
  'runtime/kernel/capabilities/lookup.ts',
  'runtime/kernel/capabilities/rights.ts',
  'runtime/kernel/syscalls.ts',
];
/** What takes longer hangs. */
const patienceSeconds = 60;

const prefixes = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), 'cantrip-mutations-'));
try {
  const mutants = [];
  const bundle = path.join(folder, 'checks.mjs');
  await build({
    stdin: {
      contents: "export { scripts } from './checks.ts'; export { tests } from './node-test.mjs';",
      resolveDir: 'test/mutations',
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    loader: { '.S': 'text' },
    logLevel: 'warning',
    plugins: [keepingTests(), mutating(prefixes.length === 0 ? sources : prefixes, mutants)],
  });
  const noticed = await tryAll(bundle, mutants.length);
  const by = (who) => mutants.filter((_, index) => noticed[index + 1] === who);
  const survivors = by(0);
  const unknown = survivors.filter((mutant) => whyEquivalent(mutant) === undefined);
  for (const { file, line, what } of unknown) console.log(`${file}:${line}: ${what}`);
  const counts = [
    `${mutants.length} mutants`,
    `${by(1).length} noticed by the scripts of refusals`,
    `${by(2).length} by other tests`,
    `${survivors.length - unknown.length} known to be equivalent`,
    `${unknown.length} survive`,
  ];
  console.log(counts.join(', '));
  process.exitCode = unknown.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

/** An esbuild plugin that has tests kept in place of run. */
function keepingTests() {
  const setup = ({ onResolve }) => {
    onResolve({ filter: /^node:test$/ }, () => ({
      path: path.resolve('test/mutations/node-test.mjs'),
    }));
  };
  return { name: 'kept-tests', setup };
}

/** An esbuild plugin that puts all mutants into the chosen sources. */
function mutating(chosen, mutants) {
  const setup = ({ onLoad }) => {
    onLoad({ filter: /runtime.kernel.*\.ts$/ }, async ({ path: file }) => {
      const name = path.relative('.', file);
      const text = await readFile(file, 'utf8');
      const isChosen = chosen.some((prefix) => name.startsWith(prefix));
      return { contents: isChosen ? mutate(name, text, mutants) : text, loader: 'ts' };
    });
  };
  return { name: 'mutants', setup };
}

/** Who noticed each mutant: 0 nobody, 1 a script, 2 another test. A worker that hangs is begun anew: that counts. */
async function tryAll(bundle, count) {
  const noticed = new Uint8Array(new SharedArrayBuffer(count + 1));
  // The check and the mutant that are being tried, and how many were.
  const progress = new Int32Array(new SharedArrayBuffer(12));
  for (;;) {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      workerData: { bundle, noticed, progress },
    });
    if (await isFinished(worker, progress)) return noticed;
    await worker.terminate();
    noticed[progress[1]] = 1;
  }
}

/** False where it hangs. */
function isFinished(worker, progress) {
  return new Promise((resolve, reject) => {
    let before = -1;
    const watch = setInterval(() => {
      if (progress[2] === before) done(false);
      before = progress[2];
    }, patienceSeconds * 1000);
    const done = (isAtEnd) => {
      clearInterval(watch);
      resolve(isAtEnd);
    };
    worker.on('message', () => done(true));
    worker.on('error', reject);
  });
}
