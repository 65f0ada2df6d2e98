/**
 * Imports that nothing needs: no name of the file, or of what that imports in turn, is used where the
 * import stands, and nobody else reaches such a name through it only. languages.md 2(a).
 */
import { isBuiltin } from './builtin-library.js';
import type { ImportLink } from './import-graph.js';
import { inMap } from './multi-map.js';
import type { Names } from './resolve.js';
import { editOf, fixOf, reportIn } from './report.js';

/** Closures of imports grow with the square of the files; beyond this nobody waits for a hint. */
const mostFiles = 1_000;

export function checkImports(names: Names): void {
  const { graph } = names;
  if (graph.files.size > mostFiles || graph.hasMissing) return;
  // While a file has mistakes, what it imports may be for what is still to be mended.
  const broken = new Set(
    names.report.diagnostics.filter(({ severity }) => severity === 'error').map(({ file }) => file),
  );
  const closures = closuresOf(graph.imports, [...graph.files.keys()]);
  const declares = filesWithItems(names);
  const needs = neededFiles(names);
  for (const link of graph.imports) {
    const { from, node, target } = link;
    if (target === undefined || isBuiltin(from.path) || broken.has(from.path)) continue;
    if (isNeeded(link, closures, declares, needs)) continue;
    reportIn(names.report, from, node.span, {
      severity: 'hint',
      code: 'unused-import',
      message: `Nothing of \`${node.path}\` is used here.`,
      fixes: [fixOf('Remove this import', [editOf(from, node.span, '')], { isPreferred: true })],
    });
  }
}

function isNeeded(
  { from, target = '' }: ImportLink,
  closures: ReadonlyMap<string, ReadonlySet<string>>,
  declares: ReadonlyMap<string, 'items' | 'assembly'>,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const reached = closures.get(target) ?? new Set([target]);
  // A file that could not be read whole, or that adds to the assembly, is there for itself.
  for (const path of reached) if (declares.get(path) !== 'items') return true;
  for (const [user, needed] of needs) {
    if (reached.has(user)) continue;
    const own = user === from.path ? undefined : closures.get(user);
    for (const path of needed) if (reached.has(path) && own?.has(path) !== true) return true;
  }
  return false;
}

/** For each file, all that it imports at any distance, itself included. */
function closuresOf(
  imports: readonly ImportLink[],
  paths: readonly string[],
): Map<string, Set<string>> {
  const next = new Map<string, string[]>(paths.map((path) => [path, []]));
  for (const { from, target } of imports)
    if (target !== undefined) next.get(from.path)?.push(target);
  const closures = new Map<string, Set<string>>();
  for (const path of paths) {
    const reached = new Set([path]);
    for (const at of reached) for (const target of next.get(at) ?? []) reached.add(target);
    closures.set(path, reached);
  }
  return closures;
}

function filesWithItems({ graph, items }: Names): Map<string, 'items' | 'assembly'> {
  const declares = new Map<string, 'items' | 'assembly'>();
  const isBroken = new Set<string>();
  for (const file of graph.files.values())
    if (file.isIncomplete || file.diagnostics.some(({ severity }) => severity === 'error'))
      isBroken.add(file.path);
  for (const path of graph.files.keys()) declares.set(path, 'items');
  for (const { kind, file } of items) if (kind === 'assembly') declares.set(file.path, 'assembly');
  for (const path of isBroken) declares.set(path, 'assembly');
  return declares;
}

/** For each file, those whose names it uses. */
function neededFiles({ references }: Names): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const { file, symbol } of references) {
    if (file === symbol.file) continue;
    inMap(needs, file.path, () => new Set<string>()).add(symbol.file.path);
  }
  return needs;
}
