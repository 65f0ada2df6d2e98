/**
 * Drives a build whose compiler is elsewhere, in a thread of its own: what the build announces is begun at once, and
 * its own work goes on beside it. Between two steps others have their turn, so a build can be cancelled at each of
 * them, and in the middle of a compilation.
 */
import type { Building, BuildStep, CompilationRequest } from './build-step.js';
import type { CompiledUnit } from './guest/compile-unit.js';

export interface CompilerElsewhere {
  /** Never rejects: what went wrong is among the diagnostics. */
  readonly compile: (request: CompilationRequest) => Promise<CompiledUnit>;
  /** Gives up what was begun; what comes later is compiled all the same. */
  readonly abandon: () => void;
  /** All that was announced is answered, and most likely nothing else will be asked in this build. */
  readonly expectNothing?: () => void;
}

export interface Cancellation {
  readonly isCancelled: boolean;
  readonly cancelled: Promise<void>;
}

export interface DriveOptions {
  readonly compiler: CompilerElsewhere;
  readonly onStep?: (step: BuildStep) => void;
  /** Until everything that waits in this thread had its turn. */
  readonly turn: () => Promise<void>;
  readonly cancellation?: Cancellation;
}

/** Undefined when it was cancelled. */
export async function driveBuild<T>(
  building: Building<T>,
  { compiler, onStep, turn, cancellation }: DriveOptions,
): Promise<T | undefined> {
  const begun = new Map<CompilationRequest, Promise<CompiledUnit>>();
  const begin = (request: CompilationRequest): Promise<CompiledUnit> => {
    const running = begun.get(request) ?? compiler.compile(request);
    begun.set(request, running);
    return running;
  };
  try {
    for (let next = building.next(); ;) {
      if (next.done === true) return next.value;
      const step = next.value;
      onStep?.(step);
      if (step.kind === 'announce')
        void Promise.all(step.requests.map(begin)).then(() => compiler.expectNothing?.());
      await turn();
      let answer: CompiledUnit | undefined;
      if (step.kind === 'compile') {
        const made = begin(step.request);
        answer = await (cancellation === undefined
          ? made
          : Promise.race([made, cancellation.cancelled.then(() => undefined)]));
      }
      if (cancellation?.isCancelled === true) {
        compiler.abandon();
        return undefined;
      }
      next = building.next(answer);
    }
  } finally {
    building.return(undefined as never);
  }
}

/** A cancellation that has not happened, and how to make it happen. */
export function newCancellation(): Cancellation & { readonly cancel: () => void } {
  const state = { isCancelled: false, resolve: (): void => undefined };
  const cancelled = new Promise<void>((resolve) => {
    state.resolve = resolve;
  });
  return {
    cancelled,
    get isCancelled() {
      return state.isCancelled;
    },
    cancel: () => {
      state.isCancelled = true;
      state.resolve();
    },
  };
}
