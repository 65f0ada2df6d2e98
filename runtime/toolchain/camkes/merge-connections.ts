/**
 * Connections that share an end are one, named by their names in order with dots between them. What is
 * only seen on the flat system is checked here: ends that are used twice, and interfaces that are not
 * connected. Stages 9 and 10 of the reference tools.
 */
import { appendTo, inMap } from './multi-map.js';
import type { Flat, FlatConnection, FlatEnd } from './flatten.js';
import { connectorType, type Lift } from './lift.js';
import { relatedAt, reportAt } from './report.js';
import { placeOfName, type CamkesSymbol } from './symbol.js';
import type { ConnectorType } from './system.js';

export interface MergedConnection {
  readonly name: string;
  /** The connections that it was made of, in the order of the sources. */
  readonly parts: readonly FlatConnection[];
  readonly connector: ConnectorType | undefined;
  readonly from: readonly FlatEnd[];
  readonly to: readonly FlatEnd[];
}

export function mergeConnections(lift: Lift, { connections }: Flat): MergedConnection[] {
  const groups = groupsThatShareEnds(connections);
  const alone: MergedConnection[] = [];
  const merged: MergedConnection[] = [];
  for (const parts of groups) {
    const [first] = parts;
    if (first === undefined) continue;
    checkOneConnector(lift, parts);
    const connector = connectorOf(lift, first);
    const ends =
      parts.length === 1 ? first.ends : withoutRepeats(parts.flatMap((each) => each.ends));
    const name = parts
      .map((part) => part.name)
      .sort()
      .join('.');
    const connection = {
      name,
      parts,
      connector,
      from: sideOf(ends, 'from'),
      to: sideOf(ends, 'to'),
    };
    if (parts.length > 1 && connector !== undefined) checkCounts(lift, connection, connector);
    (parts.length === 1 ? alone : merged).push(connection);
  }
  checkUsedOnce(lift, [...alone, ...merged]);
  return [...alone, ...merged];
}

const sideOf = (ends: readonly FlatEnd[], side: FlatEnd['kind']): FlatEnd[] =>
  ends.filter(({ kind }) => kind === side);

const connectorOf = (
  lift: Lift,
  { symbol: { type } }: FlatConnection,
): ConnectorType | undefined =>
  type?.kind === 'connector' ? connectorType(lift, type) : undefined;

/** One number for each pair of instance and interface. */
function endNumbers(): (end: FlatEnd) => number {
  const byInstance = new Map<object, Map<CamkesSymbol, number>>();
  let count = 0;
  return ({ instance, interfaceSymbol }) => {
    const ofInstance = inMap(byInstance, instance, () => new Map<CamkesSymbol, number>());
    return inMap(ofInstance, interfaceSymbol, () => count++);
  };
}

/** The same interface on the same side joins two connections. In order of the first of each group. */
function groupsThatShareEnds(connections: readonly FlatConnection[]): FlatConnection[][] {
  const numberOf = endNumbers();
  const leader = connections.map((_, index) => index);
  const find = (start: number): number => {
    let at = start;
    for (let up = leader[at] ?? at; up !== at; up = leader[at] ?? at) {
      leader[at] = leader[up] ?? up;
      at = up;
    }
    return at;
  };
  const holder = new Map<string, number>();
  for (const [index, { ends }] of connections.entries()) {
    for (const end of ends) {
      const key = `${end.kind}${String(numberOf(end))}`;
      const other = holder.get(key);
      if (other === undefined) {
        holder.set(key, index);
        continue;
      }
      const [low, high] = [find(other), find(index)].sort((a, b) => a - b);
      if (low !== undefined && high !== undefined) leader[high] = low;
    }
  }
  const groups = new Map<number, FlatConnection[]>();
  for (const [index, connection] of connections.entries()) {
    appendTo(groups, find(index), connection);
  }
  return [...groups.values()];
}

function withoutRepeats(ends: readonly FlatEnd[]): FlatEnd[] {
  const numberOf = endNumbers();
  const seen = new Set<string>();
  return ends.filter((end) => {
    const key = `${end.kind}${String(numberOf(end))}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function checkOneConnector({ report }: Lift, parts: readonly FlatConnection[]): void {
  const [first, ...others] = parts;
  if (first === undefined) return;
  for (const other of others) {
    if (other.symbol.type === first.symbol.type) continue;
    if (other.symbol.type === undefined || first.symbol.type === undefined) continue;
    const { file, node } = other.symbol;
    reportAt(report, file.source.placeOf(node.connector.span), {
      code: 'mixed-connectors',
      message: `\`${other.name}\` shares an end with \`${first.name}\`, so both are one connection and need one connector; \`${first.name}\` has \`${first.symbol.type.name}\`, this one \`${other.symbol.type.name}\`.`,
      related: [
        relatedAt(
          first.symbol.file.source.placeOf(first.symbol.node.connector.span),
          'The other connection is here.',
        ),
      ],
    });
  }
}

/** Within one connection this is checked as it is written; here are those that came together. */
function checkCounts({ report }: Lift, merged: MergedConnection, connector: ConnectorType): void {
  for (const side of ['from', 'to'] as const) {
    const [first, ...others] = merged[side];
    const surplus = others.find(({ node }) => !merged.parts[0]?.symbol.node.ends.includes(node));
    if (connector[side].isMany || first === undefined || surplus === undefined) continue;
    reportAt(report, surplus.place, {
      code: 'surplus-end',
      message: `\`${merged.parts.map(({ name }) => name).join('` and `')}\` share an end, so they are one connection; it would have ${String(others.length + 1)} \`${side}\` ends, and connector \`${connector.name}\` permits one.`,
      related: [
        relatedAt(first.place, `The other \`${side}\` end is here.`),
        relatedAt(connector.place, `Connector \`${connector.name}\` is declared here.`),
      ],
    });
  }
}

function checkUsedOnce({ report }: Lift, connections: readonly MergedConnection[]): void {
  const numberOf = endNumbers();
  const first = new Map<number, FlatEnd>();
  for (const { from, to } of connections) {
    for (const end of [...from, ...to]) {
      const number = numberOf(end);
      const earlier = first.get(number);
      if (earlier === undefined) {
        first.set(number, end);
        continue;
      }
      const name = `${end.instance.name}.${end.interface.name}`;
      reportAt(report, end.place, {
        code: 'interface-used-twice',
        message: `\`${name}\` is an end twice${earlier.kind === end.kind ? '' : ', on both sides'}; an interface is the end of one connection.`,
        related: [relatedAt(earlier.place, `\`${name}\` is an end here, too.`)],
      });
    }
  }
}

export const placeOfConnection = ({
  parts,
}: MergedConnection): ReturnType<typeof placeOfName> | undefined =>
  parts[0] && placeOfName(parts[0].symbol);
