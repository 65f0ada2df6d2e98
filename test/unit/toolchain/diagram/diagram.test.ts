import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  CamkesSystem,
  ComponentType,
  Connection,
  Instance,
  InterfaceDeclaration,
} from '../../../../runtime/toolchain/camkes/system.js';
import { componentDiagram } from '../../../../runtime/toolchain/diagram/component-diagram.js';
import { layoutDiagram } from '../../../../runtime/toolchain/diagram/diagram-layout.js';
import { diagramSvg } from '../../../../runtime/toolchain/diagram/diagram-svg.js';
import { diagramTable } from '../../../../runtime/toolchain/diagram/diagram-table.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';
import type { Place } from '../../../../runtime/toolchain/text/source-line.js';

const placeOnLine = (line: number): Place => ({
  file: 'system.camkes',
  range: { start: { line, character: 0 }, end: { line, character: 80 } },
});

function declared(kind: InterfaceDeclaration['kind'], name: string): InterfaceDeclaration {
  const place = placeOnLine(0);
  const type = 'T';
  return { kind, name, place, type, isOptional: false, sizeBytes: undefined, procedure: undefined };
}

function component(name: string, interfaces: readonly InterfaceDeclaration[]): ComponentType {
  return {
    name,
    place: placeOnLine(0),
    isControl: false,
    isHardware: name.startsWith('Hw'),
    interfaces,
    mutexes: [],
    semaphores: [],
    binarySemaphores: [],
    copyRegions: [],
    attributes: [],
    isComposite: false,
  };
}

function instance(name: string, type: ComponentType, line: number, group?: string): Instance {
  const place = placeOnLine(line);
  return { name, component: type, addressSpace: group ?? name, place, settings: new Map() };
}

function connection(
  name: string,
  line: number,
  from: readonly Instance[],
  to: Instance,
): Connection {
  const end = { isMany: true, isHardware: false, threads: 1, kind: 'procedure' as const };
  const place = placeOnLine(line);
  const endOf = (at: Instance): Connection['from'][number] => {
    const [first] = at.component.interfaces;
    assert.ok(first);
    return { instance: at, interface: first, place };
  };
  return {
    name,
    place,
    connector: { name: 'seL4RPCCall', place, from: end, to: end, attributes: [] },
    from: from.map(endOf),
    to: [endOf(to)],
    settings: new Map(),
  };
}

const client = component('Client', [declared('uses', 'call')]);
const server = component('Server', [declared('provides', 'serve'), declared('emits', 'done')]);
const a = instance('a', client, 1, 'both');
const b = instance('b', client, 2, 'both');
const s = instance('s', server, 3);
const system: CamkesSystem = {
  dialect: 'upstream',
  instances: [a, b, s],
  connections: [connection('rpc', 4, [a, b], s)],
  looseSettings: [],
  schedule: [],
};
const problem: Diagnostic = {
  file: 'system.camkes',
  range: { start: { line: 4, character: 5 }, end: { line: 4, character: 9 } },
  severity: 'error',
  code: 'x',
  message: 'Wrong <end>.',
};

describe('a component diagram', () => {
  it('has a box for each instance, its ports by direction, and a wire for each connection', () => {
    const { boxes, wires } = componentDiagram(system, []);
    assert.deepEqual(
      boxes.map(({ id, group, ports }) => [
        id,
        group,
        ports.map((port) => `${port.side} ${port.name} ${port.isConnected}`),
      ]),
      [
        ['a', 'both', ['out call true']],
        ['b', 'both', ['out call true']],
        ['s', undefined, ['in serve true', 'out done false']],
      ],
    );
    assert.deepEqual(
      wires.map(({ id, from, to }) => [id, from, to]),
      [['rpc', ['a.call', 'b.call'], ['s.serve']]],
    );
  });

  it('marks the problems that begin at a connection', () => {
    const { wires, boxes } = componentDiagram(system, [problem]);
    assert.deepEqual(wires[0]?.problems, [{ severity: 'error', message: 'Wrong <end>.' }]);
    assert.ok(boxes.every(({ problems }) => problems.length === 0));
  });

  it('is laid out the same each time, with boxes that do not overlap and lines from port to port', async () => {
    const diagram = componentDiagram(system, []);
    const layout = await layoutDiagram(diagram);
    assert.deepEqual(await layoutDiagram(diagram), layout);
    const boxes = [...layout.boxes.values()];
    assert.equal(boxes.length, 3);
    for (const [index, left] of boxes.entries())
      for (const right of boxes.slice(index + 1))
        assert.ok(
          left.x + left.width <= right.x ||
            right.x + right.width <= left.x ||
            left.y + left.height <= right.y ||
            right.y + right.height <= left.y,
        );
    assert.equal(layout.lines.length, 2);
    for (const { points } of layout.lines)
      assert.deepEqual(points.at(-1), layout.ports.get('s.serve'));
    const group = layout.groups.get('both');
    const member = layout.boxes.get('a');
    assert.ok(group !== undefined && member !== undefined);
    assert.ok(member.x > group.x && member.y > group.y);
  });

  it('becomes an SVG in which everything has a name, can be focused, and text is escaped', async () => {
    const diagram = componentDiagram(system, [problem]);
    const svg = diagramSvg(diagram, await layoutDiagram(diagram));
    assert.match(svg, /^<svg [^>]*aria-label="3 components and 1 connections">/);
    assert.match(
      svg,
      /class="wire procedure error" data-kind="wire" data-id="rpc" tabindex="0" role="link"/,
    );
    assert.match(svg, /error: Wrong &lt;end&gt;\./);
    assert.match(svg, /aria-label="uses T call"/);
    assert.match(svg, /aria-label="emits T done, not connected"/);
  });

  it('is told as a table, with what is not connected and what is wrong', () => {
    assert.equal(
      diagramTable(componentDiagram(system, [problem])),
      [
        'COMPONENTS',
        '  NAME  COMPONENT  KIND      ADDRESS SPACE',
        '  a     Client     software  both',
        '  b     Client     software  both',
        '  s     Server     software  its own',
        '',
        'GROUPS',
        '  NAME  MEMBERS',
        '  both  a, b',
        '',
        'CONNECTIONS',
        '  NAME  CONNECTOR    FROM    TO',
        '  rpc   seL4RPCCall  a.call  s.serve',
        '                     b.call',
        '',
        'NOT CONNECTED',
        '  INTERFACE  KIND   TYPE',
        '  s.done     emits  T',
        '',
        'PROBLEMS',
        '  AT   SEVERITY  MESSAGE',
        '  rpc  error     Wrong <end>.',
        '',
      ].join('\n'),
    );
  });

  it('of nothing is an empty picture', async () => {
    const diagram = componentDiagram({ ...system, instances: [], connections: [] }, []);
    assert.match(
      diagramSvg(diagram, await layoutDiagram(diagram)),
      /0 components and 0 connections/,
    );
  });
});
