/**
 * Which instances of an assembly with mistakes are what their author meant, so that their programs can be looked at all
 * the same: those that no mistake has a part in, but for their connections, which others stand in for (stand-ins.ts). A
 * mistake is where it was told, so what is around that place tells whom it concerns; what may be missing because of it, a
 * connection or a value, is looked for at each instance.
 */
import type { CamkesAnalysis } from './analyze.js';
import type { Diagnostic, Position, Range } from '../text/diagnostic.js';
import type { Place } from '../text/source-line.js';
import { appendTo, inMap } from './multi-map.js';
import {
  canStandIn,
  connectorNamed,
  sideOf,
  usualConnector,
  withStandIns,
  type LostEnd,
  type Side,
} from './stand-ins.js';
import { allSymbols, placeOfName, placeOfWhole, type CamkesSymbol } from './symbol.js';
import type {
  CamkesSystem,
  Connection,
  ConnectorType,
  Instance,
  InterfaceDeclaration,
} from './system.js';

export interface Understanding {
  readonly instances: ReadonlySet<Instance>;
  /** What they are connected with is right in it, or made up. */
  readonly system: CamkesSystem;
  /** Ends of connections that are made up. */
  readonly standIns: readonly LostEnd[];
}

/** What mistakes have a part in; a declaration by the place of its name. */
interface Doubts {
  readonly declarations: Set<string>;
  readonly structs: Set<string>;
  readonly connections: Set<CamkesSymbol<'connection'>>;
  /** As a configuration names them, relative to the component around: instances, and attributes of each. */
  readonly settings: Map<string, string[]>;
  /** Whether a connection may be missing, and whether a value may be. */
  lacksConnections: boolean;
  lacksValues: boolean;
}

export function understoodInstances(
  { system, symbols }: Pick<CamkesAnalysis, 'symbols'> & { readonly system: CamkesSystem },
  errors: readonly Diagnostic[],
): Understanding {
  const doubts = doubtsOf(symbols.symbols, errors);
  if (doubts === undefined) return { instances: new Set(), system, standIns: [] };
  const wrong = wrongConnections(system, doubts);
  const lost = lostEnds(system, doubts, wrong);
  const instances = new Set(
    system.instances.filter(
      (instance) =>
        lost.get(instance) !== 'unknown' &&
        isUnderstood(instance, doubts) &&
        !hasWrongValue(instance, doubts),
    ),
  );
  const standIns = [...instances].flatMap((instance) => {
    const ends = lost.get(instance);
    return ends === undefined || ends === 'unknown' ? [] : ends;
  });
  return { instances, system: withStandIns(system, wrong, standIns), standIns };
}

/** Connections that were merged are one. */
function wrongConnections({ connections }: CamkesSystem, doubts: Doubts): ReadonlySet<Connection> {
  const isInside = placesIn([...doubts.connections].map(placeOfWhole));
  return new Set(
    connections.filter(
      ({ connector, from, to }) =>
        doubts.declarations.has(keyOf(connector.place)) ||
        [...from, ...to].some(({ place }) => isInside(place)),
    ),
  );
}

/** By instance, those without a connection that holds; `unknown` where it cannot be told what one would be like. */
function lostEnds(
  system: CamkesSystem,
  doubts: Doubts,
  wrong: ReadonlySet<Connection>,
): ReadonlyMap<Instance, LostEnd[] | 'unknown'> {
  const connected = new Map<Instance, Set<string>>();
  const meant = new Map<Instance, Map<string, { connector: ConnectorType; side: Side }>>();
  for (const connection of system.connections)
    for (const side of ['from', 'to'] as const)
      for (const { instance, interface: declared } of connection[side])
        if (!wrong.has(connection))
          inMap(connected, instance, () => new Set<string>()).add(declared.name);
        else
          inMap(meant, instance, () => new Map<string, never>()).set(declared.name, {
            connector: connection.connector,
            side,
          });
  const named = namedEnds(system, doubts);
  const lost = new Map<Instance, LostEnd[] | 'unknown'>();
  for (const instance of system.instances) {
    const ends: LostEnd[] = [];
    const local = named.get(instance.name.slice(instance.name.lastIndexOf('.') + 1)) ?? [];
    const names = new Set(instance.component.interfaces.map(({ name }) => name));
    const misspelled = local.filter(({ interface: name }) => !names.has(name));
    for (const declared of instance.component.interfaces) {
      if (connected.get(instance)?.has(declared.name) === true) continue;
      const own = meant.get(instance)?.get(declared.name);
      if (own === undefined && !doubts.lacksConnections) continue;
      const written = local.filter(({ interface: name }) => name === declared.name);
      const known = own === undefined ? (written.length > 0 ? written : misspelled) : [own];
      // One that may stay without a connection does so, as far as anybody knows.
      if (own === undefined && written.length === 0 && declared.isOptional) continue;
      const end = lostEnd(system, instance, declared, known);
      if (end === undefined && !instance.component.isHardware) {
        lost.set(instance, 'unknown');
        break;
      }
      if (end !== undefined) ends.push(end);
    }
    if (ends.length > 0 && !lost.has(instance)) lost.set(instance, ends);
  }
  return lost;
}

interface MeantConnection {
  readonly connector: ConnectorType | undefined;
  readonly side: Side;
}

interface NamedEnd extends MeantConnection {
  readonly interface: string;
}

/** Ends of wrong connections as they are written, by the name of the instance in its composition. */
function namedEnds(
  system: CamkesSystem,
  { connections }: Doubts,
): ReadonlyMap<string, readonly NamedEnd[]> {
  const named = new Map<string, NamedEnd[]>();
  const connectors = new Map<string, ConnectorType | undefined>();
  for (const { node } of connections) {
    const { text } = node.connector;
    const connector = inMap(connectors, text, () => connectorNamed(system, text));
    for (const { kind: side, reference } of node.ends) {
      const [instance, name] = reference.parts.slice(-2);
      if (instance !== undefined && name !== undefined)
        appendTo(named, instance.text, { interface: name.text, connector, side });
    }
  }
  return named;
}

/** By the one connector that it may have been meant to have, or else by what its kind usually has. */
function lostEnd(
  system: CamkesSystem,
  instance: Instance,
  declared: InterfaceDeclaration,
  meant: readonly MeantConnection[],
): LostEnd | undefined {
  const fitting = new Map<string, { connector: ConnectorType; side: Side }>();
  for (const { connector, side: written } of meant) {
    const side = sideOf(declared) ?? written;
    if (connector !== undefined && canStandIn(connector, instance, declared, side))
      fitting.set(connector.name, { connector, side });
  }
  const [first, ...others] = fitting.values();
  if (others.length > 0) return undefined;
  if (first !== undefined) return { instance, interface: declared, ...first };
  const usual = connectorNamed(system, usualConnector(declared) ?? '');
  const side = sideOf(declared) ?? 'from';
  return usual !== undefined && canStandIn(usual, instance, declared, side)
    ? { instance, interface: declared, connector: usual, side }
    : undefined;
}

function isUnderstood(
  { component, place, settings }: Instance,
  { declarations, structs, lacksValues }: Doubts,
): boolean {
  const { interfaces, attributes } = component;
  if (declarations.has(keyOf(place)) || declarations.has(keyOf(component.place))) return false;
  const isInterfaceWrong = interfaces.some(
    ({ kind, procedure }) =>
      ((kind === 'uses' || kind === 'provides') && procedure === undefined) ||
      (procedure !== undefined && declarations.has(keyOf(procedure.place))),
  );
  const isAttributeWrong = attributes.some(
    ({ name, type }) =>
      (lacksValues && !settings.has(name)) || structs.has(type.replace(/^struct\s+/, '')),
  );
  return !isInterfaceWrong && !isAttributeWrong;
}

/** A configuration inside of a component sets its parts, whatever the path to them is. */
function hasWrongValue({ name, component }: Instance, { settings }: Doubts): boolean {
  const parts = name.split('.');
  const wrong = new Set(
    parts.flatMap((_, index) => settings.get(parts.slice(index).join('.')) ?? []),
  );
  return component.attributes.some((attribute) => wrong.has(attribute.name));
}

/** A declaration at the top of a file, and all inside of it, with where each is. */
interface Item {
  readonly whole: Place;
  readonly symbol: CamkesSymbol;
  inside: readonly { readonly symbol: CamkesSymbol; readonly whole: Place }[] | undefined;
}

/** So many declarations are looked at for all errors together; with more than that nothing is understood. */
const mostLooks = 2 ** 21;

/** Undefined where there are too many mistakes to look at. */
function doubtsOf(
  symbols: readonly CamkesSymbol[],
  errors: readonly Diagnostic[],
): Doubts | undefined {
  const doubts: Doubts = {
    declarations: new Set(),
    structs: new Set(),
    connections: new Set(),
    settings: new Map(),
    lacksConnections: false,
    lacksValues: false,
  };
  const items = new Map<string, Item[]>();
  for (const symbol of symbols) {
    if (symbol.container !== undefined) continue;
    const whole = placeOfWhole(symbol);
    appendTo(items, whole.file, { symbol, whole, inside: undefined });
  }
  let looks = 0;
  for (const error of errors) {
    // Settings of the project say nothing about a declaration.
    if (/(^|[/\\])cantrip\.json$/.test(error.file)) continue;
    const inFile = items.get(error.file) ?? [];
    const item = inFile.find(({ whole }) => holds(whole, error));
    if (item !== undefined)
      item.inside ??= allSymbols([item.symbol]).map((symbol) => ({
        ...{ symbol, whole: placeOfWhole(symbol) },
      }));
    const inside = item?.inside ?? [];
    looks += inFile.length + inside.length;
    if (looks > mostLooks) return undefined;
    // From the outside in.
    const around = inside.filter(({ whole }) => holds(whole, error));
    addDoubt(
      doubts,
      error,
      around.map(({ symbol }) => symbol),
    );
  }
  return doubts;
}

function addDoubt(doubts: Doubts, error: Diagnostic, around: readonly CamkesSymbol[]): void {
  const innermost = around.findLast(({ kind }) => kinds.has(kind));
  switch (innermost?.kind) {
    case 'connection':
      doubts.connections.add(innermost);
      doubts.lacksConnections = true;
      return;
    case 'configuration': {
      const { file, node } = innermost;
      const setting = node.settings.find(({ span }) => holds(file.source.placeOf(span), error));
      if (setting?.kind === 'setting')
        appendTo(doubts.settings, setting.instance.text, setting.attribute.text);
      else doubts.lacksValues = true;
      return;
    }
    case 'struct':
      doubts.structs.add(innermost.name);
      return;
    case 'component':
    case 'connector':
    case 'instance':
    case 'procedure':
      doubts.declarations.add(keyOf(placeOfName(innermost)));
      // What hangs on a declaration that is not understood was left out.
      doubts.lacksConnections = true;
      return;
    default:
      doubts.lacksConnections = true;
      doubts.lacksValues = true;
  }
}

const kinds: ReadonlySet<CamkesSymbol['kind']> = new Set([
  'component',
  'composition',
  'configuration',
  'connection',
  'connector',
  'instance',
  'procedure',
  'struct',
] as const);

const keyOf = ({ file, range: { start } }: Place): string =>
  JSON.stringify([file, start.line, start.character]);

type Ranged = Pick<Place, 'file' | 'range'>;

const holds = (outer: Ranged, inner: Ranged): boolean =>
  outer.file === inner.file && contains(outer.range, inner.range.start);

const contains = ({ start, end }: Range, at: Position): boolean =>
  !isBefore(at, start) && !isBefore(end, at);

const isBefore = (left: Position, right: Position): boolean =>
  left.line < right.line || (left.line === right.line && left.character < right.character);

/** Whether a place begins in one of these, none of which is inside of another. */
function placesIn(places: readonly Place[]): (at: Place) => boolean {
  const byFile = new Map<string, Place[]>();
  for (const place of places) appendTo(byFile, place.file, place);
  for (const inFile of byFile.values())
    inFile.sort((left, right) => (isBefore(left.range.start, right.range.start) ? -1 : 1));
  return (at) => {
    const inFile = byFile.get(at.file) ?? [];
    let [low, high] = [0, inFile.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = inFile[middle]?.range.start;
      if (start !== undefined && !isBefore(at.range.start, start)) low = middle + 1;
      else high = middle;
    }
    const last = inFile[low - 1];
    return last !== undefined && holds(last, at);
  };
}
