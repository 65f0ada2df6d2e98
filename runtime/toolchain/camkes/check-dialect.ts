/**
 * What the chosen dialect does not have. Upstream and Sparrow are one grammar here, so this only speaks
 * when somebody said which of the two is meant. Also tells which connectors the compiler does not know.
 */
import { adviceFor, misfit, type CompiledAs } from './compiled-as.js';
import { connectorRow } from './connectors.js';
import { connectorType, type Lift } from './lift.js';
import { relatedTo, reportIn } from './report.js';
import type { Names } from './resolve.js';
import type { CamkesSymbol } from './symbol.js';
import type { Dialect } from './system.js';

const nameOf = { upstream: 'upstream CAmkES', sparrow: "CantripOS's CAmkES" } as const;

export function checkDialect(names: Names, dialect: Dialect | undefined): void {
  if (dialect === undefined) return;
  for (const symbol of names.ownSymbols) {
    if (symbol.kind === 'has' && symbol.node.kind === 'copyregion' && dialect === 'upstream')
      report(names, symbol, symbol.nameSpan, '`has copyregion`', 'sparrow', dialect);
    if (symbol.kind === 'assembly' && dialect === 'sparrow')
      for (const member of symbol.node.members)
        if (member.kind === 'schedule') {
          const { start } = member.span;
          const word = { start, end: start + 'schedule'.length };
          report(names, symbol, word, '`schedule`', 'upstream', dialect);
        }
    if (symbol.kind !== 'connection' || symbol.type === undefined) continue;
    const only = connectorRow(symbol.type.name)?.dialect;
    if (only !== undefined && only !== dialect)
      report(
        names,
        symbol,
        symbol.node.connector.span,
        `Connector \`${symbol.type.name}\``,
        only,
        dialect,
      );
  }
}

function report(
  names: Names,
  { file }: CamkesSymbol,
  span: CamkesSymbol['span'],
  what: string,
  has: Dialect,
  dialect: Dialect,
): void {
  reportIn(names.report, file, span, {
    code: 'dialect',
    message: `${what} is a part of ${nameOf[has]}; the dialect here is ${dialect === 'upstream' ? 'upstream' : 'sparrow'}, which does not have it.`,
  });
}

/** One for each connector, where it is used first. */
export function checkConnectorsKnown(
  { references, report: findings }: Names,
  lift: Lift,
  compiledAs: CompiledAs | undefined,
): void {
  const seen = new Set<CamkesSymbol>();
  for (const { symbol, file, span, role } of references) {
    if (symbol.kind !== 'connector' || role !== 'type' || seen.has(symbol)) continue;
    seen.add(symbol);
    const row = connectorRow(compiledAs?.get(symbol.name) ?? symbol.name);
    const type = connectorType(lift, symbol);
    if (type === undefined) continue;
    if (row !== undefined) {
      const problem = row.name === symbol.name ? undefined : misfit(type, row);
      if (problem === undefined) continue;
      reportIn(findings, file, span, {
        code: 'connector-misfit',
        message: `\`${symbol.name}\` cannot be compiled as ${row.name}, as cantrip.json says: ${problem}. ${adviceFor(type)}`,
        related: [relatedTo(symbol, `\`${symbol.name}\` is declared here.`)],
      });
      continue;
    }
    reportIn(findings, file, span, {
      severity: 'information',
      code: 'unknown-connector-meaning',
      message: `\`${symbol.name}\` is a connector of this project, with templates of its own; what it becomes in capabilities is not known here, so its connections are not built. ${adviceFor(type)}`,
      related: [relatedTo(symbol, `\`${symbol.name}\` is declared here.`)],
    });
  }
}
