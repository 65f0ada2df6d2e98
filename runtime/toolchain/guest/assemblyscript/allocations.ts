/**
 * Where a program that may not allocate after its start does so: calls in the user's functions, reached from `run` or
 * a handler, that lead through the library to the allocator. Found in the module before it is optimised, where each
 * call still stands; an indirect call is taken to reach every function in the table.
 */
import { LiteralKind, NodeKind } from 'assemblyscript';
import type { Node, Range, Source } from 'assemblyscript';
import { callSitesOf, type CallSite } from '../call-sites.js';
import type { GuestLine } from '../guest-module.js';
import type { ModuleNames } from '../module-names.js';
import type { Places } from './places.js';
import type { Report } from './report.js';
import { walk } from './walk.js';

const allocators = /(^|\/)(__new|__renew)$/;
/** What runs before a component serves: these may allocate. */
const beginnings = /^(__guest_start|pre_init|post_init|.+__init)$/;

export interface AllocationContext {
  readonly names: ModuleNames;
  readonly lines: readonly GuestLine[];
  /** The user's sources, by the path in `lines`. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly places: Places;
}

export function allocationsIn(wasm: Uint8Array, context: AllocationContext, report: Report): void {
  const { exports, calls, tableFunctions } = callSitesOf(wasm);
  const callsOf = groupedByCaller(calls);
  const calleesOf = (site: CallSite): readonly number[] =>
    site.callee === undefined ? tableFunctions : [site.callee];
  const allocating = functionsThatReach(
    [...context.names.functions].filter(([, name]) => allocators.test(name)).map(([at]) => at),
    calls,
    tableFunctions,
  );
  const roots = [...exports].filter(([name]) => !beginnings.test(name)).map(([, index]) => index);
  const open = [...roots];
  /** By whom each function was reached first; undefined for a root. */
  const seen = new Map<number, number | undefined>(open.map((root) => [root, undefined]));
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const site of callsOf.get(at) ?? []) {
      const callees = calleesOf(site);
      const allocator = isUsers(site.caller, context)
        ? callees.find(
            (callee) =>
              allocating.has(callee) &&
              (!isUsers(callee, context) || isConstructor(callee, context)),
          )
        : undefined;
      if (allocator !== undefined) {
        reportAt(site.offset, [...pathTo(site.caller, seen), allocator], context, report);
        continue;
      }
      for (const callee of callees)
        if (!seen.has(callee)) {
          seen.set(callee, at);
          open.push(callee);
        }
    }
}

/** From a root, at most so many functions of it. */
const longestPath = 8;

function pathTo(index: number, seen: ReadonlyMap<number, number | undefined>): number[] {
  const path: number[] = [];
  for (
    let at: number | undefined = index;
    at !== undefined && path.length < longestPath;
    at = seen.get(at)
  )
    path.unshift(at);
  return path;
}

/** As a reader knows it: without its file, and what the compiler adds for the program's entry. */
const shownName = (index: number, { names }: AllocationContext): string =>
  (names.functions.get(index) ?? 'the library')
    .replace(/^~lib\/rt\/.*\/__(?:re)?new$/, 'the allocator')
    .replace(/^.*\/(?=[^/]+$)/, '');

function groupedByCaller(calls: readonly CallSite[]): Map<number, CallSite[]> {
  const groups = new Map<number, CallSite[]>();
  for (const site of calls) {
    const group = groups.get(site.caller);
    if (group === undefined) groups.set(site.caller, [site]);
    else group.push(site);
  }
  return groups;
}

function functionsThatReach(
  targets: readonly number[],
  calls: readonly CallSite[],
  tableFunctions: readonly number[],
): Set<number> {
  const callersOf = new Map<number, number[]>();
  for (const { caller, callee } of calls)
    for (const target of callee === undefined ? tableFunctions : [callee])
      callersOf.set(target, [...(callersOf.get(target) ?? []), caller]);
  const reaching = new Set(targets);
  const open = [...targets];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const caller of callersOf.get(at) ?? [])
      if (!reaching.has(caller)) {
        reaching.add(caller);
        open.push(caller);
      }
  return reaching;
}

/** Whether a function is of a file of the user's: its own calls tell more exactly. */
function isUsers(index: number, { names, sources }: AllocationContext): boolean {
  const name = names.functions.get(index) ?? '';
  return [...sources.values()].some(({ internalPath }) => name.startsWith(`${internalPath}/`));
}

/** A constructor is told of where it is called, at `new`. */
const isConstructor = (index: number, { names }: AllocationContext): boolean =>
  names.functions.get(index)?.endsWith('#constructor') === true;

/** At the last place of the user's before an instruction: some have none, or one of what was put in from the library. */
function reportAt(
  offset: number,
  path: readonly number[],
  context: AllocationContext,
  report: Report,
): void {
  const { lines, sources } = context;
  const line = lines.findLast((each) => each.offset <= offset && sources.has(each.file));
  const source = line === undefined ? undefined : sources.get(line.file);
  if (line === undefined || source === undefined) return;
  report(
    rangeAt(source, line),
    'allocation',
    `This may take memory after the start of the component (${path.map((at) => `\`${shownName(at, context)}\``).join(' → ')}), which is forbidden to a driver and where \`allocation_after_init\` says so. Make the object in \`pre_init\` or \`post_init\` and use it again; in place of an array, which can grow, a StaticArray. Or permit it: \`INSTANCE.allocation_after_init = "allowed";\` in the configuration.`,
  );
}

/** The smallest call, object, list or operation around a place: some instructions have the place of an operand. */
function rangeAt(source: Source, { line, column }: GuestLine): Range {
  const offset = offsetOf(source.text, line, column);
  let found: Range | undefined;
  walk(source.statements, ({ node }) => {
    const { start, end } = node.range;
    if (start > offset || end <= offset || !mayAllocate(node)) return;
    if (found === undefined || end - start < found.end - found.start) found = node.range;
  });
  return found ?? { start: offset, end: offset + 1, source };
}

function mayAllocate(node: Node): boolean {
  const { literalKind } = node as { readonly literalKind?: number };
  return (
    node.kind === NodeKind.Call ||
    node.kind === NodeKind.New ||
    node.kind === NodeKind.Binary ||
    literalKind === LiteralKind.Array ||
    literalKind === LiteralKind.Template
  );
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let count = 1; count < line; count += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}
