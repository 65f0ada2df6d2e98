/**
 * `cantrip build --watch`: builds again when a file that the last build read has another time of change, or one is there
 * that it looked for in vain. Such files are asked for in turn, which works on every host and disk; they are few. It has
 * no end of its own: Ctrl-C is one.
 */
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExitCode } from './command.js';
import type { CompilerThread } from './compiler-thread.js';
import { displayPath } from './disk.js';
import { compilerBeside } from './compiler-beside.js';
import { printError } from './output.js';

export interface FinishedBuild {
  readonly code: ExitCode;
  readonly files: readonly string[];
  /** What it looked for and did not find. */
  readonly missing: readonly string[];
}

const pauseMilliseconds = 200;

export async function watchBuilds(
  sources: readonly string[],
  build: (compiler: CompilerThread) => Promise<FinishedBuild>,
): Promise<never> {
  // The second build has a compiler that has done this before.
  const compiler = compilerBeside(__dirname);
  for (;;) {
    const begun = performance.now();
    const begunAt = Date.now();
    const { code, files, missing } = await build(compiler);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const read = [...new Set([...files, ...sources])].map(displayPath);
    const result = code === 0 ? 'Built' : 'Built with errors';
    printError(`${result} in ${seconds} s; waiting for changes of ${String(read.length)} files.`);
    await untilChanged([...read, ...missing.map(displayPath)], begunAt);
  }
}

/** Until one of the files is another one, is there, or is gone. What has changed since `begunAt` may have been read before. */
export async function untilChanged(files: readonly string[], begunAt: number): Promise<void> {
  const before = timesOf(files);
  if (files.some((file) => (modifiedAt(file) ?? 0) > begunAt)) return;
  while (timesOf(files) === before) await wait(pauseMilliseconds);
}

const timesOf = (files: readonly string[]): string =>
  files.map((file) => String(modifiedAt(file))).join();

/** Undefined where there is no such file, as below what is no folder. */
function modifiedAt(file: string): number | undefined {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return undefined;
  }
}
