/** The text of the memory runtime of guest programs, by path below `~lib/rt/`. */
import arena from './guest-runtime/arena.ts.js';
import collector from './guest-runtime/collector.ts.js';
import header from './guest-runtime/header.ts.js';
import index from './guest-runtime/index.ts.js';

export const guestRuntimeSources: ReadonlyMap<string, string> = new Map([
  ['index', index],
  // The name under which the compiler looks for it.
  ['common', header],
  ['arena', arena],
  ['collector', collector],
]);
