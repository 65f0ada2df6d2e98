/**
 * What is declared and nothing in the system uses: components without an instance, procedures and the like that
 * nothing names, interfaces that no connection reaches. Only hints, and only of the system's own files: what is
 * imported along a path is a library, and a file of which nothing is used has a hint at its import.
 */
import type { Flat } from './flatten.js';
import type { MergedConnection } from './merge-connections.js';
import { fixOf, removalOf, reportIn } from './report.js';
import type { Compositions } from './resolve-composition.js';
import type { Names } from './resolve.js';
import { membersOfKind, nounOf, placeOfName, type CamkesSymbol } from './symbol.js';

export function checkUnused(
  names: Names,
  compositions: Compositions,
  flat: Flat,
  connections: readonly MergedConnection[],
): void {
  const { graph, hasAssembly, report } = names;
  if (!hasAssembly || graph.hasMissing || flat.isOpen) return;
  // While a file has mistakes, what is unused may be for what is still to be mended.
  const broken = new Set(
    report.diagnostics.filter(({ severity }) => severity === 'error').map(({ file }) => file),
  );
  if (broken.size > 0) return;
  const used = new Set(names.references.map(({ symbol }) => symbol));
  const shown = filesToTellOf(names, used);
  for (const item of names.ownItems)
    if (item.name !== '' && shown.has(item.file.path) && !used.has(item)) reportItem(names, item);
  checkInterfaces(names, compositions, flat, connections, shown);
}

const sentences: Readonly<Record<string, string>> = {
  component: 'has no instance in this system',
  procedure: 'is neither used nor provided in this system',
  connector: 'connects nothing in this system',
  struct: 'is the type of nothing in this system',
  composition: 'is part of no component or assembly of this system',
  configuration: 'is part of no component or assembly of this system',
};

function reportItem({ report }: Names, item: CamkesSymbol): void {
  const said = sentences[item.kind];
  if (said === undefined || placeOfName(item).expansion !== undefined) return;
  const noun = nounOf(item);
  reportIn(report, item.file, item.nameSpan, {
    severity: 'hint',
    code: `unused-${item.kind}`,
    message: `${noun.charAt(0).toUpperCase()}${noun.slice(1)} \`${item.name}\` ${said}.`,
    fixes: [fixOf(`Remove ${noun} \`${item.name}\``, [removalOf(item.file, item.span)])],
  });
}

/** The root, and what is imported by quotes, if something of it is used. */
function filesToTellOf({ graph }: Names, used: ReadonlySet<CamkesSymbol>): ReadonlySet<string> {
  const [root = ''] = graph.files.keys();
  const own = new Set([root]);
  for (const path of own)
    for (const { from, node, target } of graph.imports)
      if (from.path === path && node.style === 'quoted' && target !== undefined) own.add(target);
  const usedFiles = new Set([...used].map(({ file }) => file.path));
  return new Set(
    [...own].filter((path) => {
      const file = graph.files.get(path);
      return file?.isIncomplete === false && (path === root || usedFiles.has(path));
    }),
  );
}

/** What is provided or emitted and reaches nobody; an interface that has to be connected is an error elsewhere. */
function checkInterfaces(
  { report }: Names,
  { exports }: Compositions,
  { instances }: Flat,
  connections: readonly MergedConnection[],
  shown: ReadonlySet<string>,
): void {
  const reached = new Set<CamkesSymbol>();
  for (const { from, to } of connections)
    for (const { interfaceSymbol } of [...from, ...to]) reached.add(interfaceSymbol);
  for (const component of new Set(instances.map(({ type }) => type))) {
    if (!shown.has(component.file.path) || component.isOpen) continue;
    const exported = exports.get(component) ?? [];
    for (const declared of membersOfKind(component, 'interface')) {
      const { kind, optional } = declared.node;
      if ((kind !== 'provides' && kind !== 'emits') || optional !== undefined) continue;
      if (reached.has(declared) || exported.some(({ destination }) => destination === declared))
        continue;
      reportIn(report, declared.file, declared.nameSpan, {
        severity: 'hint',
        code: 'unused-interface',
        message: `\`${declared.name}\` of \`${component.name}\` is connected in no instance, so nobody ${kind === 'emits' ? 'is told of it' : 'calls it'}.`,
        fixes: [fixOf(`Remove \`${declared.name}\``, [removalOf(declared.file, declared.span)])],
      });
    }
  }
}
