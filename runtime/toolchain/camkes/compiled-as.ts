/**
 * Connectors that a project declares itself, with templates of its own: what those make is not known here. Where
 * it is what a known connector makes, cantrip.json says so ("connectors"), and the system has that one in its
 * place from here on. The ends have to be such as the known connector takes; their threads are the project's.
 */
import { connectorRow, connectorTable, type ConnectorRow } from './connectors.js';
import type { ConnectorEndType, ConnectorType } from './system.js';

/** Names of known connectors by those of the project. */
export type CompiledAs = ReadonlyMap<string, string>;

type Ends = Pick<ConnectorType, 'from' | 'to'>;

/** The connector as it is compiled: itself, or the known one that it stands for. */
export function compiledConnector(
  connector: ConnectorType,
  compiledAs: CompiledAs | undefined,
): ConnectorType {
  const row = connectorRow(compiledAs?.get(connector.name) ?? '');
  if (row === undefined || misfit(connector, row) !== undefined) return connector;
  const declared = new Set(connector.attributes.map(({ name }) => name));
  const flags = (row.attributes ?? []).filter((name) => !declared.has(name));
  return {
    ...connector,
    name: row.name,
    declaredName: connector.name,
    attributes: [...connector.attributes, ...flags.map((name) => flagOf(name, connector))],
  };
}

const flagOf = (name: string, { place }: ConnectorType): ConnectorType['attributes'][number] => ({
  name,
  place,
  type: 'bool',
  isArray: false,
  fields: undefined,
  initial: { kind: 'integer', value: 1n },
});

/** Why a connector cannot stand for a known one, as a part of a sentence; undefined when it can. */
export function misfit(connector: Ends, row: ConnectorRow): string | undefined {
  for (const side of ['from', 'to'] as const) {
    const [own, known] = [connector[side], row[side]];
    if (own.kind !== known.kind || own.isHardware !== known.isHardware)
      return `its \`${side}\` end is ${nounOf(own)}, and that of ${row.name} ${nounOf(known)}`;
    if (own.isMany && !known.isMany)
      return `it takes several \`${side}\` ends, and ${row.name} takes one`;
  }
  return undefined;
}

const nounOf = ({ kind, isHardware }: ConnectorEndType): string => {
  const article = kind === 'event' ? 'an' : 'a';
  return isHardware ? `${article} ${kind} of hardware` : `${article} ${kind}`;
};

/** So many are named in a sentence. */
const mostNamed = 3;

/** What it could be compiled as, the usual ones first. */
export const candidatesFor = (connector: Ends): readonly string[] =>
  connectorTable
    .filter((row) => misfit(connector, row) === undefined)
    .slice(0, mostNamed)
    .map(({ name }) => name);

/** What to do about a connector that is not known. */
export function adviceFor({ name, ...ends }: Pick<ConnectorType, 'name' | 'from' | 'to'>): string {
  const candidates = candidatesFor(ends);
  const [first] = candidates;
  return first === undefined
    ? 'No connector that is known here has such ends.'
    : `If it makes what a known one makes, such as ${candidates.join(', ')}, say so in cantrip.json: "connectors": { "${name}": "${first}" }.`;
}
