/**
 * Which ends a connector takes: kind, direction, and hardware or software. Used to check a connection, to
 * propose a connector that fits, and to offer connectors while a connection is written.
 */
import { connectorRow, connectorTable } from './connectors.js';
import { connectorType, isHardware, type Lift } from './lift.js';
import type { Names } from './resolve.js';
import type { CamkesSymbol } from './symbol.js';
import type { ConnectorEndType, ConnectorType, Dialect, InterfaceDeclaration } from './system.js';

/** An interface as it would be an end: of which component, behind all exports. */
export interface EndCandidate {
  readonly interface: CamkesSymbol<'interface'>;
  readonly component: CamkesSymbol | undefined;
}

type InterfaceKind = InterfaceDeclaration['kind'];

export const kindOfInterface: Readonly<Record<InterfaceKind, ConnectorEndType['kind']>> = {
  uses: 'procedure',
  provides: 'procedure',
  emits: 'event',
  consumes: 'event',
  dataport: 'dataport',
};

/** A dataport may stand on either side. */
export const canBe = (kind: InterfaceKind, side: 'from' | 'to'): boolean =>
  kind === 'dataport' || (kind === 'uses' || kind === 'emits' ? side === 'from' : side === 'to');

export function fits(
  connector: ConnectorType,
  side: 'from' | 'to',
  { interface: { node }, component }: EndCandidate,
): boolean {
  const end = connector[side];
  return (
    canBe(node.kind, side) &&
    end.kind === kindOfInterface[node.kind] &&
    (component === undefined || end.isHardware === isHardware(component))
  );
}

export interface EndCounts {
  readonly from: readonly EndCandidate[];
  readonly to: readonly EndCandidate[];
}

/** The table begins with the usual ones; those of a project go before it. */
const tableIndex = ({ name }: CamkesSymbol): number =>
  connectorTable.findIndex((row) => row.name === name);

/** Connectors that take these ends, those that the system uses most first. */
export function fittingConnectors(
  names: Names,
  lift: Lift,
  { from, to }: EndCounts,
  dialect: Dialect,
): CamkesSymbol<'connector'>[] {
  const uses = (lift.connectorUses ??= usesOfConnectors(names));
  const fitting = names.items.filter((item): item is CamkesSymbol<'connector'> => {
    if (item.kind !== 'connector') return false;
    const type = connectorType(lift, item);
    if (type === undefined) return false;
    if ((from.length > 1 && !type.from.isMany) || (to.length > 1 && !type.to.isMany)) return false;
    return from.every((end) => fits(type, 'from', end)) && to.every((end) => fits(type, 'to', end));
  });
  const isForeign = ({ name }: CamkesSymbol): number => {
    const row = connectorRow(name);
    if (dialect === 'sparrow') return row?.dialect === 'sparrow' ? 0 : 1;
    return row?.dialect === 'sparrow' ? 1 : 0;
  };
  return fitting.sort(
    (left, right) =>
      (uses.get(right) ?? 0) - (uses.get(left) ?? 0) ||
      isForeign(left) - isForeign(right) ||
      tableIndex(left) - tableIndex(right),
  );
}

function usesOfConnectors({ references }: Names): Map<CamkesSymbol, number> {
  const uses = new Map<CamkesSymbol, number>();
  for (const { symbol } of references)
    if (symbol.kind === 'connector') uses.set(symbol, (uses.get(symbol) ?? 0) + 1);
  return uses;
}
