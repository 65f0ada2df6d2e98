/**
 * The texts that stand in no file of the user's and that lines of programs come from all the same: the root server and
 * the support library of guest programs. Debuggers show them by the paths that lines name.
 */
import { rootServerFolder, rootServerSources } from '../system/rootserver-sources.js';
import { bootInfoSource } from './capdl/loading/boot-info-source.js';
import { loadTableSource } from './capdl/loading/table-source.js';
import { guestLibrary } from './guest/guest-library.js';

export const builtinPrefix = 'builtin:/';

/** What the root server imports beside its own files and the support library. */
export const rootServerGenerated: ReadonlyMap<string, string> = new Map([
  ['boot-info', bootInfoSource()],
  ['load-table', loadTableSource()],
]);

/** By path, in an order that does not change. */
export const builtinSources: ReadonlyMap<string, string> = new Map([
  ...rootServerSources,
  ...[...rootServerGenerated].map(
    ([name, text]) => [`${rootServerFolder}/${name}.ts`, text] as const,
  ),
  ...[...guestLibrary].map(([name, text]) => [`${builtinPrefix}guest/${name}.ts`, text] as const),
]);
