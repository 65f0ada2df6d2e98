/**
 * Coordinates for a component diagram: layers from left to right, along the connections. The layout is
 * ELK's (elkjs), which is as large as all our front ends, so it is loaded when the first diagram is drawn.
 * The same diagram always gets the same layout. Units are CSS pixels, from the top left of the whole.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { ComponentDiagram, DiagramBox, DiagramPort } from './component-diagram.js';

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  /** By the name of the group. */
  readonly groups: ReadonlyMap<string, Rectangle>;
  /** By id of the box. */
  readonly boxes: ReadonlyMap<string, Rectangle>;
  /** By id of the port: the point on the box's edge where wires end. */
  readonly ports: ReadonlyMap<string, Point>;
  /** One line for each pair of a `from` and a `to` end. */
  readonly lines: readonly DiagramLine[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface DiagramLine {
  /** The id of the wire. */
  readonly wire: string;
  readonly points: readonly Point[];
}

/** Widths of text are estimated, since nothing here can measure a font. */
const characterWidth = 7.2;
const rowHeight = 18;
const headerHeight = 40;

export async function layoutDiagram(diagram: ComponentDiagram): Promise<DiagramLayout> {
  const { default: elk } = await import('elkjs/lib/elk.bundled.js');
  const root = await new elk.default().layout(graphOf(diagram));
  const found = {
    groups: new Map<string, Rectangle>(),
    boxes: new Map<string, Rectangle>(),
    ports: new Map<string, Point>(),
  };
  for (const node of root.children ?? []) collect(node, { x: 0, y: 0 }, found);
  return {
    width: root.width ?? 0,
    height: root.height ?? 0,
    ...found,
    lines: (root.edges ?? []).map(lineOf),
  };
}

function graphOf({ boxes, wires }: ComponentDiagram): ElkNode {
  const children: ElkNode[] = [];
  const groups = new Map<string, ElkNode[]>();
  for (const box of boxes) {
    const node = nodeOf(box);
    if (box.group === undefined) {
      children.push(node);
      continue;
    }
    let members = groups.get(box.group);
    if (members === undefined) {
      groups.set(box.group, (members = []));
      children.push({
        id: groupPrefix + box.group,
        children: members,
        layoutOptions: groupOptions,
      });
    }
    members.push(node);
  }
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.json.edgeCoords': 'ROOT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '60',
      'elk.layered.mergeEdges': 'false',
      'elk.spacing.nodeNode': '28',
      'elk.randomSeed': '1',
      'elk.padding': '[top=16,left=16,bottom=16,right=16]',
    },
    children,
    edges: wires.flatMap(({ id, from, to }) =>
      from.flatMap((source) =>
        to.map((target): ElkExtendedEdge => ({
          id: `${id}\n${source}\n${target}`,
          sources: [source],
          targets: [target],
        })),
      ),
    ),
  };
}

const groupPrefix = 'group\n';
const groupOptions = { 'elk.padding': '[top=34,left=16,bottom=16,right=16]' };

function nodeOf({ id, component, ports }: DiagramBox): ElkNode {
  const inward = ports.filter(({ side }) => side === 'in');
  const outward = ports.filter(({ side }) => side === 'out');
  const rows = Math.max(inward.length, outward.length);
  const columns =
    widest(inward) + widest(outward) + (inward.length > 0 && outward.length > 0 ? 3 : 0);
  const width = Math.ceil(Math.max(columns, id.length, component.length, 8) * characterWidth) + 28;
  const place = (port: DiagramPort, index: number): NonNullable<ElkNode['ports']>[number] => ({
    id: port.id,
    width: 0,
    height: 0,
    x: port.side === 'in' ? 0 : width,
    y: headerHeight + index * rowHeight + rowHeight / 2,
    layoutOptions: { 'elk.port.side': port.side === 'in' ? 'WEST' : 'EAST' },
  });
  return {
    id,
    width,
    height: headerHeight + Math.max(rows, 0) * rowHeight + 8,
    layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    ports: [...inward.map(place), ...outward.map(place)],
  };
}

const widest = (ports: readonly DiagramPort[]): number =>
  ports.reduce((most, { name }) => Math.max(most, name.length), 0);

interface Found {
  readonly groups: Map<string, Rectangle>;
  readonly boxes: Map<string, Rectangle>;
  readonly ports: Map<string, Point>;
}

function collect(node: ElkNode, origin: Point, found: Found): void {
  const { id, width = 0, height = 0 } = node;
  const at = { x: origin.x + (node.x ?? 0), y: origin.y + (node.y ?? 0) };
  if (id.startsWith(groupPrefix)) {
    found.groups.set(id.slice(groupPrefix.length), { ...at, width, height });
    for (const child of node.children ?? []) collect(child, at, found);
    return;
  }
  found.boxes.set(id, { ...at, width, height });
  for (const port of node.ports ?? [])
    found.ports.set(port.id, { x: at.x + (port.x ?? 0), y: at.y + (port.y ?? 0) });
}

function lineOf({ id, sections }: ElkExtendedEdge): DiagramLine {
  const points = (sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) => [
    startPoint,
    ...(bendPoints ?? []),
    endPoint,
  ]);
  return { wire: id.slice(0, id.indexOf('\n')), points };
}
