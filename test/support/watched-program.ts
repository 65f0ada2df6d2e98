/**
 * Guest programs whose variables are looked at while they run: each calls `mark(n)` here and there, which stops it, so
 * that a debug build and an optimised one of the same source can be compared at the same moments.
 */
import assert from 'node:assert/strict';
import { callFrames } from '../../runtime/inspect/call-frames.js';
import { viewLocals } from '../../runtime/inspect/locals.js';
import { spaceOf, threadsOf } from '../../runtime/inspect/thread-state.js';
import { typedValue } from '../../runtime/inspect/typed-value.js';
import type { Platform } from '../../runtime/platform.js';
import { lineAt } from '../../runtime/image/lookup.js';
import { guestPlatform } from './guest-platform.js';

/** The module that is imported. */
export const marks: ReadonlyMap<string, string> = new Map([
  [
    'marks',
    `// @ts-ignore: decorator
@external("env", "mark")
export declare function mark(value: i32): void;
`,
  ],
]);

export const markImport = "import { mark } from 'marks';";

export interface WatchedProgram {
  readonly platform: Platform;
  /** Runs to the next mark; false at the end of the program. */
  runToMark(): boolean;
  /** One instruction. */
  step(): 'on' | 'mark' | 'end';
}

export function watchedProgram(
  source: string,
  { isOptimized }: { readonly isOptimized: boolean },
): WatchedProgram {
  const { platform, image } = guestPlatform(source, { isOptimized, generated: marks });
  const addressOf = (name: string): number => {
    const symbol = image.symbols.find((each) => each.name === name);
    assert.ok(symbol !== undefined, name);
    const physical = platform.imageToPhysical(symbol.address);
    assert.ok(physical !== undefined);
    platform.machine.breakpoints.add(physical);
    return symbol.address;
  };
  const [mark, end] = [addressOf('mark'), addressOf('end')];
  const pc = (): number => {
    const [frame] = callFrames(platform, threadsOf(platform)[0] ?? 0);
    return frame?.frame.pc ?? 0;
  };
  return {
    platform,
    runToMark() {
      if (pc() === mark) platform.run(1);
      const stop = platform.run(20_000_000);
      assert.equal(stop.kind, 'breakpoint');
      return pc() !== end;
    },
    step() {
      platform.run(1);
      return pc() === mark ? 'mark' : pc() === end ? 'end' : 'on';
    },
  };
}

export interface SeenFrame {
  readonly function: string;
  readonly isInlined: boolean;
  readonly line: number | undefined;
  /** `-`: it has no value. */
  readonly values: ReadonlyMap<string, string>;
}

export const nowhere = '-';

/** The frames of the source, innermost first; those of the innermost function alone, with the calls that are in it. */
export function seenFrames(platform: Platform, which: 'all' | 'innermost'): SeenFrame[] {
  const [thread = 0] = threadsOf(platform);
  const space = spaceOf(platform, thread);
  const frames: SeenFrame[] = [];
  let depth = -1;
  for (const { frame, inlined, calls, found } of callFrames(platform, thread)) {
    depth += 1;
    const view = viewLocals(platform, thread, depth);
    if (view?.function.place?.file === 'app/Main.ts' && found !== undefined) {
      const reading = { platform, space, debug: view.debug };
      const values = view.variables.map(({ name, type, bytes }): [string, string] => {
        if (type === undefined || bytes === undefined) return [name, nowhere];
        const { text } = typedValue(reading, type, bytes, undefined);
        // Objects change while a function runs, and lie elsewhere in another build.
        return [name, text.startsWith('{') ? '{…}' : text];
      });
      frames.push({
        function: inlined?.name ?? view.function.name,
        isInlined: inlined !== undefined,
        line:
          calls === undefined
            ? lineAt(platform.image, frame.lookupAddress)?.line
            : calls.call?.line,
        values: new Map(values),
      });
    }
    if (which === 'innermost' && inlined === undefined) break;
  }
  return frames;
}
