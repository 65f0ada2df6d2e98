// The test runner: builds the modules, then runs test files in processes of their own.
//   node test/run.mjs [--seed N|random] [path prefix…]     for example: node test/run.mjs test/unit/isa test/kernel
// Random tests begin at the same seeds each time, and at N with --seed N; `random` chooses one, and says which.
// Exits 0 when every test passed, 1 when one failed, 2 when no file matches a prefix or an option is wrong.
import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { modules } from '../esbuild.mjs';

const { seed, positionals } = argumentsOf(process.argv.slice(2));
const prefixes = positionals.map((prefix) => path.normalize(prefix));
// The files of tests inherit it.
if (seed !== undefined) process.env['CANTRIP_TEST_SEED'] = String(seed);
// Programs and browsers of the outside world: these have scripts of their own.
const elsewhere = [path.join('test', 'vscode'), path.join('test', 'bench')];

await modules();
const all = (await readdir('test', { recursive: true }))
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => path.join('test', file))
  .filter((file) => !elsewhere.some((folder) => file.startsWith(folder + path.sep)))
  .sort();
const chosen = all.filter(
  (file) => prefixes.length === 0 || prefixes.some((prefix) => file.startsWith(prefix)),
);
if (chosen.length === 0) {
  console.error(
    `No test file starts with ${prefixes.join(' or ')}; test files are test/**/*.test.ts.`,
  );
  process.exit(2);
}

let passed = 0;
let failed = 0;
const stream = run({
  files: chosen.map((file) => path.resolve('out', file.replace(/\.ts$/, '.js'))),
  concurrency: 2,
});
stream.on('test:pass', ({ details, skip, todo }) => {
  if (details.type === 'suite') return;
  if (skip !== undefined || todo !== undefined) failed += 1;
  else passed += 1;
});
stream.on('test:fail', ({ details }) => {
  // A suite fails with its tests, which were counted already, unless it failed on its own.
  if (details.type !== 'suite' || details.error?.failureType !== 'subtestsFailed') failed += 1;
});
stream.compose(spec).pipe(process.stdout);
stream.on('end', () => {
  setImmediate(() => {
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
    if (seed !== undefined) console.log(`\nThe same again: node test/run.mjs --seed ${seed}`);
    console.log(`\n${passed} passed, ${failed} failed`);
  });
});

function argumentsOf(args) {
  try {
    const options = { seed: { type: 'string' } };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.seed === undefined) return { positionals };
    const seed = values.seed === 'random' ? randomInt(1_000_000_000) : Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new Error(`--seed takes a number or the word random, not ${values.seed}.`);
    return { seed, positionals };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
