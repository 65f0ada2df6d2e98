/** Inside the parentheses of a connection: which ends its connector takes. */
import type { SignatureHelp } from 'vscode-languageserver/node';
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';
import type { ConnectorEnd } from '../../runtime/toolchain/camkes/tree.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import { contextAt } from './completion-context.js';
import type { CamkesView } from './view.js';

export function signatureAt(view: CamkesView, position: Position): SignatureHelp | undefined {
  const { source } = view.file;
  const offset = source.offsetOf(view.path, position);
  const context = offset === undefined ? undefined : contextAt(source.text, offset);
  if (context === undefined) return undefined;
  const { statement } = context;
  const open = statement.findIndex(({ text }) => text === '(');
  if (statement[0]?.text !== 'connection' || open < 0) return undefined;
  if (statement.slice(open).some(({ text }) => text === ')')) return undefined;
  const connector = view.analysis.symbols
    .scopeAt(view.path, position)
    .visible('connector')
    .find(({ name }) => name === statement[1]?.text);
  if (connector === undefined) return undefined;
  const ends = connector.node.ends.map(endText);
  const sides = connector.node.ends.map(({ kind }) => kind);
  const written = [...statement, { text: context.partial }].findLast(
    ({ text }) => text === 'from' || text === 'to',
  );
  const active = sides.findIndex((side) => side === (written?.text ?? 'from'));
  const becomes = connectorRow(connector.name)?.becomes;
  return {
    signatures: [
      {
        label: `${connector.name}(${ends.join(', ')})`,
        parameters: ends.map((label) => ({ label })),
        ...(becomes === undefined ? {} : { documentation: becomes }),
      },
    ],
    activeSignature: 0,
    activeParameter: Math.max(active, 0),
  };
}

function endText({ kind, isHardware, type }: ConnectorEnd): string {
  return `${kind}${isHardware ? ' hardware' : ''} ${type ?? '?'}`;
}
