#!/usr/bin/env node
/**
 * What `cantrip` runs: the command itself is the script `cantrip.js` beside it, which is large, so that the code that
 * V8 makes of it is kept. Commands that build share theirs, those that run a machine have another one.
 */
import path from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { runCachedScript } from './cached-script.js';
import { prepareEngine } from './engine.js';

prepareEngine();
const [, , command = ''] = process.argv;
const uses: ReadonlyMap<string, string> = new Map([
  ['build', 'build'],
  ['check', 'build'],
  ['run', 'run'],
]);
const script = runCachedScript(path.join(__dirname, 'cantrip.js'), cacheFolder(), {
  use: uses.get(command) ?? 'build',
});
// Of a command that did little there is little to keep.
if (uses.has(command)) process.on('exit', script.keep);
type Main = (
  required: typeof require,
  folder: string,
  loadBeside: (path: string) => Promise<unknown>,
) => void;
(script.value as Main)(require, __dirname, (name) => import(name));
