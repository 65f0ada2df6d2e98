/** The text of the capDL loader, by the paths that its own includes lead to. */
import loadTable from './load-table.inc.S.js';
import loader from './loader.S.js';
import memory from './memory.inc.S.js';
import report from './report.inc.S.js';
import sel4 from './sel4.inc.S.js';

const folder = 'builtin:/rootserver';

export const loaderPath = `${folder}/loader.S`;

export const rootserverSources: ReadonlyMap<string, string> = new Map([
  [loaderPath, loader],
  [`${folder}/load-table.inc.S`, loadTable],
  [`${folder}/memory.inc.S`, memory],
  [`${folder}/report.inc.S`, report],
  [`${folder}/sel4.inc.S`, sel4],
]);
