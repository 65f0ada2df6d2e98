/**
 * The compiler of guest TypeScript as a module, `dist/guest-compiler.mjs`: it loads the script beside it, with what V8
 * has kept of it. A whole compilation is the best time to keep that: `keep` is for whoever has made one. With `?debug`
 * at its address it has the part of binaryen that debug builds call, as a rule.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CompilerModule } from '../toolchain/guest/compiler-module.js';
import { cacheFolder } from './cache-folder.js';
import { runCachedScript } from './cached-script.js';

const here = new URL(import.meta.url);
const place = new URL('./guest-compiler.js', here);
/** Which of binaryen's files, and how much memory it may have: what takes more is an error at the program. */
const binaryenFacts = {
  file: here.searchParams.has('debug') ? './binaryen-debug.wasm' : './binaryen.wasm',
  limitBytes: Number(here.searchParams.get('limit') ?? 1024 * 1024 * 1024),
};
const script = runCachedScript(fileURLToPath(place), cacheFolder(), { use: 'compile' });
type Main = (
  required: NodeJS.Require,
  place: string,
  provide: (module: CompilerModule) => void,
  facts: typeof binaryenFacts,
) => Promise<void>;

const provided: { module?: CompilerModule } = {};
const provide = (module: CompilerModule): void => {
  provided.module = module;
};
const main = script.value as Main;
await main(createRequire(import.meta.url), import.meta.url, provide, binaryenFacts);
if (provided.module === undefined) throw new Error(`${place.href} provides no compiler.`);
export const { guestCompiler, preparedCompiler, compileUnit, newKeptCode } = provided.module;
export const keep = script.keep;
