/**
 * The build bench: seconds on the wall that somebody waits for a sample's image: with an empty cache, with nothing
 * changed, after an edit of a component, each in a process of its own, and after an edit where the compiler is warm, as
 * an editor has it. The peer is the first one of these, in the same run; beside it, an empty process of Node.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boards } from '../platform.js';
import { buildInSteps } from '../toolchain/build.js';
import { driveBuild } from '../toolchain/drive-build.js';
import type { BenchOptions } from './bench.js';
import { alignedTable } from './bench-program.js';
import type { ExitCode } from './command.js';
import { diskFiles } from './disk.js';
import { diskCache } from './disk-cache.js';
import { compilerBeside } from './compiler-beside.js';
import { printJson, printOut } from './output.js';
import { packageFolder } from './sibling.js';

const samples = ['rpc', 'event'] as const;

/** The work, by name, in seconds. */
type Measured = Readonly<Record<(typeof works)[number], number>>;
const works = ['node', 'cold', 'unchanged', 'edited', 'edited, warm'] as const;

export async function benchBuild({ json, rounds }: BenchOptions): Promise<ExitCode> {
  const results: { sample: string; seconds: Measured }[] = [];
  for (const sample of samples) {
    const all: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await measure(sample));
    const best = (work: (typeof works)[number]): number =>
      Math.min(...all.map((measured) => measured[work]));
    const seconds = Object.fromEntries(works.map((work) => [work, best(work)])) as Measured;
    results.push({ sample, seconds });
  }
  if (json) {
    printJson({ bench: 'build', results });
    return 0;
  }
  const lines = results.flatMap(({ sample, seconds }) =>
    works.map((work) => [
      sample,
      work,
      seconds[work].toFixed(2),
      (seconds[work] / seconds.cold).toFixed(2),
    ]),
  );
  printOut(`${alignedTable([['sample', 'build', 'seconds', 'of cold'], ...lines])}\n`);
  return 0;
}

async function measure(sample: string): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-bench-build-'));
  try {
    const source = path.join(folder, sample);
    cpSync(path.join(packageFolder(), 'extension', 'samples', sample), source, { recursive: true });
    const components = path.join(source, 'components');
    const script = readdirSync(components).find((name) => name.endsWith('.ts')) ?? '';
    let edits = 0;
    const edit = (): void => {
      edits += 1;
      appendFileSync(path.join(components, script), `// ${String(edits)}\n`);
    };
    const cache = path.join(folder, 'cache');
    const inProcess = (argv: readonly string[]): number =>
      seconds(() => {
        const env = { ...process.env, CANTRIP_CACHE: cache };
        const { status, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
        if (status !== 0) throw new Error(`The sample ${sample} cannot be built: ${stderr}`);
      });
    const build = [process.argv[1] ?? '', 'build', source];
    const node = inProcess(['-e', '0']);
    const cold = inProcess(build);
    const unchanged = inProcess(build);
    edit();
    const edited = inProcess(build);
    return { node, cold, unchanged, edited, 'edited, warm': await warm(source, cache, edit) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The third build of a process that stays. */
async function warm(source: string, folder: string, edit: () => void): Promise<number> {
  const compiler = compilerBeside(__dirname);
  const cache = diskCache(folder, 'bench');
  let last = 0;
  for (let build = 0; build < 3; build += 1) {
    edit();
    const begun = performance.now();
    await driveBuild(buildInSteps(source, diskFiles, { boards, cache }), {
      compiler,
      turn: () => new Promise((resolve) => setImmediate(resolve)),
    });
    last = (performance.now() - begun) / 1000;
  }
  await compiler.close();
  return last;
}

function seconds(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}
