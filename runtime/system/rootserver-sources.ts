/** The text of the root server, by path. It is compiled when the tools are built: see esbuild.mjs. */
import bootInfoCopy from './rootserver/boot-info-copy.ts.js';
import cspace from './rootserver/cspace.ts.js';
import main from './rootserver/main.ts.js';
import report from './rootserver/report.ts.js';
import start from './rootserver/start.S.js';
import untypedList from './rootserver/untyped-list.ts.js';

export const rootServerFolder = 'builtin:/rootserver';
export const rootServerStart = `${rootServerFolder}/start.S`;
export const rootServerEntry = `${rootServerFolder}/main.ts`;

export const rootServerSources: ReadonlyMap<string, string> = new Map([
  [rootServerStart, start],
  [rootServerEntry, main],
  [`${rootServerFolder}/cspace.ts`, cspace],
  [`${rootServerFolder}/untyped-list.ts`, untypedList],
  [`${rootServerFolder}/boot-info-copy.ts`, bootInfoCopy],
  [`${rootServerFolder}/report.ts`, report],
]);
