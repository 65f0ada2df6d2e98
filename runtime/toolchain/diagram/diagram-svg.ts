/**
 * A component diagram as one SVG text, for the editor's view and for a file alike: colours are the theme's
 * where there is one, and have a value of their own elsewhere. Everything that leads to a source carries
 * `data-id` and can be reached with the keyboard; a title says to a screen reader what the picture shows.
 */
import type {
  ComponentDiagram,
  DiagramBox,
  DiagramPort,
  DiagramProblem,
  DiagramWire,
} from './component-diagram.js';
import type { DiagramLayout, Point, Rectangle } from './diagram-layout.js';

export function diagramSvg(diagram: ComponentDiagram, layout: DiagramLayout): string {
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  const { boxes, wires } = diagram;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${escape(`${boxes.length} components and ${wires.length} connections`)}">`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...[...layout.groups].map(([name, rectangle]) => groupSvg(name, rectangle)),
    ...wires.map((wire) => wireSvg(wire, layout)),
    ...boxes.map((box) => boxSvg(box, layout)),
    '</svg>\n',
  ].join('\n');
}

const colour = (theme: string, otherwise: string): string => `var(--vscode-${theme}, ${otherwise})`;

const style = [
  `text{font:12px ${colour('font-family', 'sans-serif')};fill:${colour('editor-foreground', '#1f2328')}}`,
  `.paper{fill:${colour('editor-background', '#ffffff')}}`,
  `.box>rect{fill:${colour('editorWidget-background', '#f6f8fa')};stroke:${colour('descriptionForeground', '#57606a')}}`,
  `.hardware>rect{stroke-dasharray:6 3}`,
  `.group>rect{fill:none;stroke:${colour('descriptionForeground', '#57606a')};stroke-dasharray:2 3}`,
  `.name{font-weight:bold}`,
  `.type,.group text,.label{fill:${colour('descriptionForeground', '#57606a')}}`,
  `.wire path{fill:none;stroke-width:1.6}.wire .reach{stroke:transparent;stroke-width:9}`,
  `.procedure .line,.procedure.dot{stroke:${colour('charts-blue', '#0969da')}}`,
  `.event .line{stroke:${colour('charts-purple', '#8250df')};stroke-dasharray:5 3}`,
  `.dataport .line{stroke:${colour('charts-green', '#1a7f37')};stroke-width:2.4}`,
  `.dot{fill:${colour('editor-foreground', '#1f2328')}}`,
  `.loose{fill:none;stroke:${colour('editor-foreground', '#1f2328')}}`,
  `.error>rect,.error .line{stroke:${colour('editorError-foreground', '#cf222e')};stroke-width:2.4}`,
  `.warning>rect,.warning .line{stroke:${colour('editorWarning-foreground', '#9a6700')};stroke-width:2.4}`,
  `[data-id]{cursor:pointer}[data-id]:focus{outline:2px solid ${colour('focusBorder', '#0969da')}}`,
  `.wire:hover .line,.wire:focus .line{stroke-width:3.6}`,
].join('');

function groupSvg(name: string, rectangle: Rectangle): string {
  const { x, y } = rectangle;
  return `<g class="group"><rect ${sides(rectangle)} rx="10"/><text x="${x + 10}" y="${y + 20}">group ${escape(name)}</text></g>`;
}

function boxSvg(box: DiagramBox, layout: DiagramLayout): string {
  const rectangle = layout.boxes.get(box.id);
  if (rectangle === undefined) return '';
  const middle = rectangle.x + rectangle.width / 2;
  const { y } = rectangle;
  const title = `${box.component} ${box.id}${box.kind === 'hardware' ? ', hardware' : ''}`;
  return [
    `<g class="box ${box.kind} ${worst(box.problems)}" ${target('box', box.id, withProblems(title, box.problems))}>`,
    `<title>${escape(withProblems(title, box.problems))}</title>`,
    `<rect ${sides(rectangle)} rx="5"/>`,
    `<text class="name" x="${middle}" y="${y + 17}" text-anchor="middle">${escape(box.id)}</text>`,
    `<text class="type" x="${middle}" y="${y + 32}" text-anchor="middle">${escape(box.component)}</text>`,
    ...box.ports.map((port) => portSvg(port, layout.ports.get(port.id))),
    '</g>',
  ].join('');
}

function portSvg({ id, name, kind, type, side, isConnected }: DiagramPort, at?: Point): string {
  if (at === undefined) return '';
  const [x, anchor] = side === 'in' ? [at.x + 9, 'start'] : [at.x - 9, 'end'];
  const title = `${kind} ${type} ${name}${isConnected ? '' : ', not connected'}`;
  return [
    `<g ${target('port', id, title)}><title>${escape(title)}</title>`,
    `<circle class="${isConnected ? 'dot' : 'loose'}" cx="${at.x}" cy="${at.y}" r="3.5"/>`,
    `<text x="${x}" y="${at.y + 4}" text-anchor="${anchor}">${escape(name)}</text></g>`,
  ].join('');
}

function wireSvg(wire: DiagramWire, layout: DiagramLayout): string {
  const lines = layout.lines.filter((line) => line.wire === wire.id && line.points.length > 1);
  const ends = `from ${wire.from.join(', ')} to ${wire.to.join(', ')}`;
  const title = withProblems(`${wire.connector} ${wire.id} ${ends}`, wire.problems);
  const paths = lines.map(({ points }) => {
    const path = `M${points.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}`;
    return `<path class="reach" d="${path}"/><path class="line" d="${path}"/>`;
  });
  return [
    `<g class="wire ${wire.kind} ${worst(wire.problems)}" ${target('wire', wire.id, title)}>`,
    `<title>${escape(title)}</title>`,
    ...paths,
    '</g>',
  ].join('');
}

const target = (kind: string, id: string, label: string): string =>
  `data-kind="${kind}" data-id="${escape(id)}" tabindex="0" role="link" aria-label="${escape(label)}"`;

const sides = ({ x, y, width, height }: Rectangle): string =>
  `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;

const round = (value: number): number => Math.round(value * 10) / 10;

function worst(problems: readonly DiagramProblem[]): string {
  const found = (['error', 'warning'] as const).find((severity) =>
    problems.some((problem) => problem.severity === severity),
  );
  return found ?? '';
}

const withProblems = (title: string, problems: readonly DiagramProblem[]): string =>
  [title, ...problems.map(({ severity, message }) => `${severity}: ${message}`)].join('. ');

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
