// Runs the checks that only read the tree, two at a time: types, lint, formatting and layers.
//   node test/checks.mjs [name…]         for example: node test/checks.mjs types layers
// Prints what a check that failed said. Exits 1 when one failed, 2 when a name is unknown.
import { spawn } from 'node:child_process';
import path from 'node:path';

const checks = {
  lint: ['eslint/bin/eslint.js', '--max-warnings=0', '.'],
  types: ['typescript/bin/tsc', '-p', '.'],
  formatting: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  layers: [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'runtime',
    'debug-adapter',
    'language-server',
    'extension',
    'test',
  ],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown[0]}; there are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

const queue = wanted.length > 0 ? wanted : Object.keys(checks);
await Promise.all([worker(), worker()]);

async function worker() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const { status, output } = await run(checks[name]);
    console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    if (status === 0) continue;
    console.log(output);
    process.exitCode = 1;
  }
}

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join('node_modules', program), ...args]);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (status) => resolve({ status, output }));
  });
}
