/**
 * What is asked of V8 in a process that compiles. Code that is kept is only good for the same flags, so they are set
 * before the first script is loaded. A build of one second does not live to see most of what V8 optimises meanwhile,
 * on other threads, which take the processors away from it.
 */
import { setFlagsFromString } from 'node:v8';

/** `oneBuild`: a debug build and nothing after it; binaryen's passes and a machine are worth optimised code. */
export type EngineUse = 'oneBuild' | 'other';

export function prepareEngine(use: EngineUse): void {
  const flags = use === 'oneBuild' ? [...always, ...forOneBuild] : always;
  for (const flag of flags) setFlagsFromString(flag);
}

/**
 * A compiler makes many objects that live long: with little room for new ones, they are copied again and again. With
 * much, each page of it is first had from the host: a build takes a fifth more time with 32.
 */
export const newMegabytes = 8;

const always: readonly string[] = [
  // Binaryen's functions are checked when they are called, and most never are.
  '--wasm-lazy-validation',
  // Read when the heap of a thread is made.
  `--min-semi-space-size=${String(newMegabytes)}`,
];

const forOneBuild: readonly string[] = [
  // Both: with the second alone, code is optimised at once.
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
  // How much code runs before it is optimised; about seven times what it is else.
  '--interrupt-budget=1000000',
];
