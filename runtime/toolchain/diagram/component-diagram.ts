/**
 * What the diagram of an assembly shows, before it has coordinates: a box an instance, a port an interface,
 * a wire a connection. Plain data with places, so that a click leads to the source, and the table, the
 * picture and a screen reader all tell the same.
 */
import type { CamkesSystem, ConnectionEndpoint } from '../camkes/system.js';
import type { Diagnostic, Position, Range, Severity } from '../text/diagnostic.js';
import type { Place } from '../text/source-line.js';

export interface ComponentDiagram {
  readonly boxes: readonly DiagramBox[];
  readonly wires: readonly DiagramWire[];
}

export interface DiagramBox {
  /** The instance's name. */
  readonly id: string;
  readonly component: string;
  readonly kind: 'software' | 'hardware';
  /** The group whose address space it shares with others. */
  readonly group: string | undefined;
  readonly ports: readonly DiagramPort[];
  readonly place: Place;
  readonly problems: readonly DiagramProblem[];
}

export interface DiagramPort {
  /** `instance.interface` */
  readonly id: string;
  readonly name: string;
  readonly kind: 'uses' | 'provides' | 'emits' | 'consumes' | 'dataport';
  readonly type: string;
  /** Which way the wires go: out of a `from` end, into a `to` end. */
  readonly side: 'out' | 'in';
  readonly isConnected: boolean;
  readonly place: Place;
}

export interface DiagramWire {
  /** The connection's name. */
  readonly id: string;
  readonly connector: string;
  readonly kind: 'event' | 'procedure' | 'dataport';
  /** Ids of ports. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly place: Place;
  readonly problems: readonly DiagramProblem[];
}

export interface DiagramProblem {
  readonly severity: Severity;
  readonly message: string;
}

export function componentDiagram(
  { instances, connections }: CamkesSystem,
  diagnostics: readonly Diagnostic[],
): ComponentDiagram {
  const outward = new Set(connections.flatMap(({ from }) => from.map(idOfEnd)));
  const inward = new Set(connections.flatMap(({ to }) => to.map(idOfEnd)));
  const problemsIn = problemFinder(diagnostics);
  const boxes = instances.map(({ name, component, addressSpace, place }): DiagramBox => ({
    id: name,
    component: component.name,
    kind: component.isHardware ? 'hardware' : 'software',
    group: addressSpace === name ? undefined : addressSpace,
    ports: component.interfaces.map((declared) => {
      const id = `${name}.${declared.name}`;
      const isOut = outward.has(id) || (!inward.has(id) && /^(uses|emits)$/.test(declared.kind));
      return {
        id,
        name: declared.name,
        kind: declared.kind,
        type: declared.type,
        side: isOut ? 'out' : 'in',
        isConnected: outward.has(id) || inward.has(id),
        place: declared.place,
      };
    }),
    place,
    problems: problemsIn(place),
  }));
  const ports = new Set(boxes.flatMap((box) => box.ports.map(({ id }) => id)));
  const known = (ids: readonly string[]): string[] => ids.filter((id) => ports.has(id));
  return {
    // A composite whose interfaces are all aliases of inner ones has nothing left to show.
    boxes: boxes.filter(
      (box, index) =>
        instances[index]?.component.isComposite !== true ||
        box.ports.some(({ isConnected }) => isConnected),
    ),
    wires: connections.map((connection) => ({
      id: connection.name,
      connector: connection.connector.declaredName ?? connection.connector.name,
      kind: connection.connector.from.kind,
      from: known(connection.from.map(idOfEnd)),
      to: known(connection.to.map(idOfEnd)),
      place: connection.place,
      problems: problemsIn(connection.place),
    })),
  };
}

const idOfEnd = (end: ConnectionEndpoint): string => `${end.instance.name}.${end.interface.name}`;

/** The diagnostics that begin inside a place. */
function problemFinder(diagnostics: readonly Diagnostic[]): (place: Place) => DiagramProblem[] {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.file) ?? [];
    list.push(diagnostic);
    byFile.set(diagnostic.file, list);
  }
  return ({ file, range }) =>
    (byFile.get(file) ?? [])
      .filter(({ range: { start } }) => isWithin(start, range))
      .map(({ severity, message }) => ({ severity, message }));
}

const isWithin = (position: Position, { start, end }: Range): boolean =>
  comparePositions(start, position) <= 0 && comparePositions(position, end) < 0;

const comparePositions = (left: Position, right: Position): number =>
  left.line - right.line || left.character - right.character;
