#!/usr/bin/env node
/**
 * What `cantrip` runs: the command itself is the script `cantrip.js` beside it, which is large, so that the code that
 * V8 makes of it is kept. Commands that build share theirs, those that run a machine have another one.
 */
import path from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { runCachedScript } from './cached-script.js';
import { compilerBeside } from './compiler-beside.js';
import type { CompilerThread } from './compiler-thread.js';
import { prepareEngine } from './engine.js';
import { recentSources } from './recent-sources.js';

prepareEngine();
const [, , command = ''] = process.argv;
const uses: ReadonlyMap<string, string> = new Map([
  ['build', 'build'],
  ['check', 'build'],
  ['run', 'run'],
]);
// The compiler is loaded beside the command itself when it will most likely be wanted.
const recent = recentSources(cacheFolder(), process.argv.slice(2), process.cwd());
const isOneBuild = uses.has(command) && !process.argv.includes('--watch');
const early =
  isOneBuild && recent.haveChanged() ? compilerBeside(__dirname, { later: 'nothing' }) : undefined;
early?.start();
const script = runCachedScript(path.join(__dirname, 'cantrip.js'), cacheFolder(), {
  use: uses.get(command) ?? 'build',
});
// Of a command that did little there is little to keep.
if (uses.has(command)) process.on('exit', script.keep);
type Main = (
  required: typeof require,
  folder: string,
  loadBeside: (path: string) => Promise<unknown>,
  earlyCompiler: CompilerThread | undefined,
) => void;
(script.value as Main)(require, __dirname, (name) => import(name), early);
