/**
 * A build as an iterator: before each longer piece of work it tells what comes, so whoever drives it can show that,
 * let others have their turn, or stop for good. At one step it asks for something: the compiler of guest TypeScript,
 * which is large, and which a build that finds all of its objects in a cache can do without.
 */
import type { GuestCompiler } from './guest/compiler-port.js';

export type BuildStep =
  /** Answered by the compiler; without one, a component in guest TypeScript is an error. */
  | { readonly kind: 'wantsGuestCompiler' }
  /** Sources of an instance to WebAssembly, then to instructions. */
  | (CompilationStep & { readonly kind: 'compile' | 'generate' })
  /** Its object is there; from an earlier build, or from another instance of this one. */
  | (CompilationStep & { readonly kind: 'compiled'; readonly isFromCache: boolean })
  | { readonly kind: 'link'; readonly program: string };

export interface CompilationStep {
  readonly instance: string;
  /** The path of its source. */
  readonly source: string;
}

export type Building<T> = Generator<BuildStep, T, GuestCompiler | undefined>;

/** Drives a build at once to its end. */
export function finishBuilding<T>(
  building: Building<T>,
  compiler: GuestCompiler | undefined,
  onStep?: (step: BuildStep) => void,
): T {
  for (let next = building.next(compiler); ; next = building.next(compiler)) {
    if (next.done === true) return next.value;
    onStep?.(next.value);
  }
}

/** A step as a line of a log or of a progress bar; what needs no line has none. */
export function stepText(step: BuildStep): string | undefined {
  switch (step.kind) {
    case 'compile':
      return `compiling ${step.source} for ${step.instance}`;
    case 'compiled':
      return step.isFromCache ? `${step.source} for ${step.instance}: from cache` : undefined;
    case 'link':
      return `linking ${step.program}`;
    case 'generate':
    case 'wantsGuestCompiler':
      return undefined;
  }
}
