/**
 * A build as an iterator: before each longer piece of work it tells what comes, so whoever drives it can show that,
 * let others have their turn, or stop for good. At one kind of step it asks for something: an object of guest
 * TypeScript, whose compiler is large, may be in another thread, and is not needed at all by a build that finds its
 * objects in a cache. Such steps are announced as early as they are known.
 */
import type { CompiledUnit, GuestUnit } from './guest/compile-unit.js';
import { compileUnit } from './guest/compile-unit.js';
import type { GuestCompiler } from './guest/compiler-port.js';
import { newKeptCode } from './guest/riscv/kept-code.js';
import type { SourceFiles } from './text/source-files.js';

export type BuildStep =
  /** These will be asked for: who has a compiler in another thread may begin with them. */
  | { readonly kind: 'announce'; readonly requests: readonly CompilationRequest[] }
  /** Answered by what was compiled; without an answer, a component in guest TypeScript is an error. */
  | (CompilationStep & { readonly kind: 'compile'; readonly request: CompilationRequest })
  /** Its object is there; from an earlier build, or from another instance of this one. */
  | (CompilationStep & { readonly kind: 'compiled'; readonly isFromCache: boolean })
  | { readonly kind: 'link'; readonly program: string };

export interface CompilationStep {
  readonly instance: string;
  /** The path of its source. */
  readonly source: string;
}

/** One that was announced is the same object when it is asked for. */
export interface CompilationRequest {
  readonly unit: GuestUnit;
  readonly files: SourceFiles;
  /** What it will most likely read: its entries, and what an earlier compilation of it read. */
  readonly likely: readonly string[];
  /** What an earlier compilation of it left for this one (`CompiledUnit.code`). */
  readonly earlier?: Uint8Array;
}

export type Building<T> = Generator<BuildStep, T, CompiledUnit | undefined>;

/** Drives a build at once to its end. */
export function finishBuilding<T>(
  building: Building<T>,
  compiler: GuestCompiler | undefined,
  onStep?: (step: BuildStep) => void,
): T {
  const kept = newKeptCode();
  for (let next = building.next(); ;) {
    if (next.done === true) return next.value;
    const step = next.value;
    onStep?.(step);
    let made: CompiledUnit | undefined;
    if (step.kind === 'compile' && compiler !== undefined) {
      const { unit, files, earlier } = step.request;
      if (earlier !== undefined) kept.add(earlier);
      made = compileUnit(compiler, unit, files, kept);
    }
    next = building.next(made);
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
    case 'announce':
      return undefined;
  }
}
