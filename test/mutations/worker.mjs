// Runs each check with the mutants that it comes past and that none before has noticed.
import { parentPort, workerData } from 'node:worker_threads';

const { bundle, noticed, progress } = workerData;

let passed = new Set();
const ignore = () => undefined;
const record = (...numbers) => {
  for (const number of numbers) passed.add(number);
};
globalThis.$m = { is: 0, pass: ignore };

const { scripts, tests } = await import(bundle);
const checks = [...scripts, ...tests];
for (let index = progress[0]; index < checks.length; index += 1) {
  progress[0] = index;
  const run = checks[index].prepare();
  passed = new Set();
  globalThis.$m.pass = record;
  run();
  globalThis.$m.pass = ignore;
  for (const number of passed) {
    progress[2] += 1;
    if (noticed[number] !== 0) continue;
    progress[1] = number;
    globalThis.$m.is = number;
    try {
      run();
    } catch {
      noticed[number] = index < scripts.length ? 1 : 2;
    }
    globalThis.$m.is = 0;
  }
}
parentPort.postMessage('done');
