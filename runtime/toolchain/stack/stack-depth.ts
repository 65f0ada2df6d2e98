/**
 * The most stack that a call of a function takes, with all that it calls: the worst path through the graph of calls. A
 * path that comes back to a function has no end that is known here, so the depth counts once around it.
 */
import type { Code, FunctionUse, StackCall } from './walk-function.js';
import { walkFunction } from './walk-function.js';

export interface StackDepth {
  readonly bytes: number;
  /** The functions of the worst path, from the first one on, with the frame of each. */
  readonly path: readonly StackFrame[];
  /** A function that may call itself, by itself or by others: the way around. */
  readonly recursion: readonly number[] | undefined;
  /** There is more that is not known: a call by an address in memory, or a frame of any size. */
  readonly isLeast: boolean;
  /** Every function that may be called. */
  readonly reached: ReadonlySet<number>;
}

export interface StackFrame {
  readonly function: number;
  readonly frameBytes: number;
}

export interface StackGraph {
  readonly code: Code;
  /** Whom a call by an address in memory may reach, of the function that `entry` begins; undefined: nobody knows. */
  readonly targetsOf: (call: StackCall, entry: number) => readonly number[] | undefined;
  /** What was found of functions before. */
  readonly uses: Map<number, FunctionUse>;
}

interface Found {
  readonly bytes: number;
  readonly next: number | undefined;
  readonly frameBytes: number;
  readonly isLeast: boolean;
}

interface Visit {
  readonly entry: number;
  readonly use: FunctionUse;
  readonly edges: readonly { readonly target: number; readonly downBytes: number }[];
  isLeast: boolean;
  at: number;
}

export function stackDepth(root: number, graph: StackGraph): StackDepth {
  const found = new Map<number, Found>();
  const stack: Visit[] = [];
  const open = new Map<number, number>();
  let recursion: number[] | undefined;
  const enter = (entry: number): void => {
    open.set(entry, stack.length);
    stack.push(visitOf(entry, graph));
  };
  enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = top.edges[top.at];
    if (edge === undefined) {
      stack.pop();
      open.delete(top.entry);
      found.set(top.entry, worstOf(top, found));
      continue;
    }
    const around = open.get(edge.target);
    if (around !== undefined) {
      recursion ??= stack.slice(around).map(({ entry }) => entry);
      top.at += 1;
    } else if (found.has(edge.target)) top.at += 1;
    else enter(edge.target);
  }
  return { ...pathOf(root, found), recursion, reached: new Set(found.keys()) };
}

function visitOf(entry: number, { code, uses, targetsOf }: StackGraph): Visit {
  const use = uses.get(entry) ?? walkFunction(entry, code);
  uses.set(entry, use);
  let isLeast = use.isDynamic;
  const edges = use.calls.flatMap((call) => {
    const { downBytes } = call;
    const targets = call.target === undefined ? targetsOf(call, entry) : [call.target];
    if (targets === undefined) isLeast = true;
    return (targets ?? []).map((target) => ({ target, downBytes }));
  });
  return { entry, use, edges, isLeast, at: 0 };
}

/** A function that is called by one that it calls is not there yet, and counts as nothing. */
function worstOf({ use, edges, isLeast }: Visit, found: ReadonlyMap<number, Found>): Found {
  let worst: Found = {
    bytes: use.frameBytes,
    next: undefined,
    frameBytes: use.frameBytes,
    isLeast,
  };
  let anyIsLeast = isLeast;
  for (const { target, downBytes } of edges) {
    const callee = found.get(target);
    if (callee === undefined) continue;
    anyIsLeast ||= callee.isLeast;
    const bytes = downBytes + callee.bytes;
    if (bytes > worst.bytes) worst = { bytes, next: target, frameBytes: downBytes, isLeast };
  }
  return { ...worst, isLeast: anyIsLeast };
}

function pathOf(
  root: number,
  found: ReadonlyMap<number, Found>,
): Omit<StackDepth, 'recursion' | 'reached'> {
  const path: StackFrame[] = [];
  const seen = new Set<number>();
  for (let at: number | undefined = root; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const here = found.get(at);
    path.push({ function: at, frameBytes: here?.frameBytes ?? 0 });
    at = here?.next;
  }
  const whole = found.get(root);
  return { bytes: whole?.bytes ?? 0, path, isLeast: whole?.isLeast ?? false };
}
