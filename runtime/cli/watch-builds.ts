/**
 * `cantrip build --watch`: builds again when a file that the last build read has another time of change. Such files are
 * asked for in turn, which works on every host and disk; they are few. It has no end of its own: Ctrl-C is one.
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
    const { code, files } = await build(compiler);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const read = [...new Set([...files, ...sources])].map(displayPath);
    const result = code === 0 ? 'Built' : 'Built with errors';
    printError(`${result} in ${seconds} s; waiting for changes of ${String(read.length)} files.`);
    const before = timesOf(read);
    // What changed while it was built may have been read before.
    const isOld = read.some((file) => (modifiedAt(file) ?? 0) > begunAt);
    while (!isOld && timesOf(read) === before) await wait(pauseMilliseconds);
  }
}

const timesOf = (files: readonly string[]): string =>
  files.map((file) => String(modifiedAt(file))).join();

const modifiedAt = (file: string): number | undefined =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs;
