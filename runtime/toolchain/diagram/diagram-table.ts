/** A component diagram as text: the same facts in the order of the sources, for a terminal or a screen reader. */
import { textTable } from '../text/text-table.js';
import type { ComponentDiagram, DiagramPort, DiagramProblem } from './component-diagram.js';

export function diagramTable({ boxes, wires }: ComponentDiagram): string {
  const groups = [...new Set(boxes.flatMap(({ group }) => (group === undefined ? [] : [group])))];
  return [
    textTable('COMPONENTS', [
      ['NAME', 'COMPONENT', 'KIND', 'ADDRESS SPACE'],
      ...boxes.map(({ id, component, kind, group }) => [
        id,
        component,
        kind,
        kind === 'hardware' ? '' : (group ?? 'its own'),
      ]),
    ]),
    ...(groups.length === 0
      ? []
      : [
          textTable('GROUPS', [
            ['NAME', 'MEMBERS'],
            ...groups.map((name) => [
              name,
              boxes
                .filter(({ group }) => group === name)
                .map(({ id }) => id)
                .join(', '),
            ]),
          ]),
        ]),
    textTable('CONNECTIONS', [
      ['NAME', 'CONNECTOR', 'FROM', 'TO'],
      ...wires.flatMap(({ id, connector, from, to }) =>
        Array.from({ length: Math.max(from.length, to.length, 1) }, (_, row) => [
          row === 0 ? id : '',
          row === 0 ? connector : '',
          from[row] ?? '',
          to[row] ?? '',
        ]),
      ),
    ]),
    ...looseEnds(boxes.flatMap(({ ports }) => ports)),
    ...problems([
      ...boxes.map((box) => ({ name: box.id, problems: box.problems })),
      ...wires.map((wire) => ({ name: wire.id, problems: wire.problems })),
    ]),
  ].join('\n');
}

function looseEnds(ports: readonly DiagramPort[]): string[] {
  const loose = ports.filter(({ isConnected }) => !isConnected);
  if (loose.length === 0) return [];
  const rows = loose.map(({ id, kind, type }) => [id, kind, type]);
  return [textTable('NOT CONNECTED', [['INTERFACE', 'KIND', 'TYPE'], ...rows])];
}

function problems(
  things: readonly { readonly name: string; readonly problems: readonly DiagramProblem[] }[],
): string[] {
  const rows = things.flatMap(({ name, problems: own }) =>
    own.map(({ severity, message }) => [name, severity, message]),
  );
  return rows.length === 0 ? [] : [textTable('PROBLEMS', [['AT', 'SEVERITY', 'MESSAGE'], ...rows])];
}
