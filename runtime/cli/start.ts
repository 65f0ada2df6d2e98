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

const [, , command = ''] = process.argv;
const keepsCode = ['build', 'check', 'run'].includes(command);
const runsMachine = ['authority', 'bench', 'caps', 'memory', 'run', 'threads'].includes(command);
const builds = keepsCode && !process.argv.includes('--watch');
const lasts = ['--release', '--watch'].some((option) => process.argv.includes(option));
const isShort = !runsMachine && !lasts;
prepareEngine(isShort ? 'oneBuild' : 'other');
// The compiler is loaded beside the command itself when it will most likely be wanted.
const recent = recentSources(cacheFolder(), process.argv.slice(2), process.cwd());
const early =
  builds && recent.haveChanged() ? compilerBeside(__dirname, { later: 'nothing' }) : undefined;
early?.start();
const script = runCachedScript(path.join(__dirname, 'cantrip.js'), cacheFolder(), {
  use: runsMachine ? 'run' : 'build',
});
// Of a command that did little there is little to keep.
if (keepsCode) process.on('exit', script.keep);
type Main = (
  required: typeof require,
  folder: string,
  loadBeside: (path: string) => Promise<unknown>,
  earlyCompiler: CompilerThread | undefined,
) => void;
(script.value as Main)(require, __dirname, (name) => import(name), early);
