/**
 * The compiler of guest TypeScript as a module, `dist/guest-compiler.mjs`: it loads the script beside it, with what V8
 * has kept of it. A whole compilation is the best time to keep that: `keep` is for whoever has made one.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CompilerModule } from '../toolchain/guest/compiler-module.js';
import { cacheFolder } from './cache-folder.js';
import { runCachedScript } from './cached-script.js';

const place = new URL('./guest-compiler.js', import.meta.url);
const script = runCachedScript(fileURLToPath(place), cacheFolder(), { use: 'compile' });
type Main = (
  required: NodeJS.Require,
  place: string,
  provide: (module: CompilerModule) => void,
) => Promise<void>;

const provided: { module?: CompilerModule } = {};
await (script.value as Main)(createRequire(import.meta.url), import.meta.url, (module) => {
  provided.module = module;
});
if (provided.module === undefined) throw new Error(`${place.href} provides no compiler.`);
export const { guestCompiler, preparedCompiler, compileUnit, newKeptCode } = provided.module;
export const keep = script.keep;
