/** A hover for a name: how it is declared, the comment above that, and what it comes to in the system. */
import { isBuiltin } from '../../runtime/toolchain/camkes/builtin-library.js';
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { nounOf, placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { Connection } from '../../runtime/toolchain/camkes/system.js';
import type { CapdlSpec } from '../../runtime/toolchain/capdl/spec.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import { commentAbove, escapeMarkdown } from '../doc-comment.js';
import type { FilePlace } from '../language.js';
import { capabilitiesOfEnd, capabilityText, objectsOf, type CompiledSystems } from './compiled.js';
import type { CamkesProgram } from './systems.js';
import { showValue } from './values.js';
import type { CamkesView } from './view.js';

/** A long declaration is cut here. */
const mostLines = 16;

export function describeSymbol(
  view: CamkesView,
  symbol: CamkesSymbol,
  compiled: CompiledSystems,
  files: SourceFiles,
): string {
  const parts = [`\`\`\`camkes\n${declarationOf(symbol)}\n\`\`\``];
  // The comment above a connector of the library is what it becomes, which is told below.
  const isOfTable = symbol.kind === 'connector' && isBuiltin(symbol.file.path);
  const comment = isOfTable ? undefined : docOf(symbol, files);
  if (comment !== undefined) parts.push(escapeMarkdown(comment));
  parts.push(...factsOf(view, symbol, compiled));
  const { container } = symbol;
  const isMember = container !== undefined && container.name !== '';
  const { file, range } = placeOfName(symbol);
  const where = isBuiltin(file) ? 'in the built-in library' : `${file}:${range.start.line + 1}`;
  parts.push(`*${isMember ? `of ${nounOf(container)} \`${container.name}\`, ` : ''}${where}*`);
  return parts.join('\n\n');
}

/** The declaration of a member with what it is a part of; of a large thing, its first lines. */
export function declarationOf(symbol: CamkesSymbol): string {
  const { file, span } = symbol;
  const lines = file.source.text
    .slice(span.start, span.end)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, mostLines + 1);
  const indent = Math.min(...lines.slice(1).map((line) => line.search(/\S/)));
  const shown = lines.map((line, index) => (index === 0 ? line : line.slice(indent).trimEnd()));
  if (shown.length > mostLines) shown.splice(mostLines, shown.length, '…');
  return shown.join('\n');
}

export function docOf(symbol: CamkesSymbol, files: SourceFiles): string | undefined {
  const place = symbol.file.source.placeOf({
    start: symbol.span.start,
    end: symbol.span.start,
  });
  const text = files.readText(place.file);
  if (text === undefined) return undefined;
  const lines = text.split(/\r\n|\n|\r/);
  return commentAbove(lines, place.range.start.line, { line: '//' });
}

function factsOf(
  { analysis, program }: CamkesView,
  symbol: CamkesSymbol,
  compiled: CompiledSystems,
): string[] {
  const { system } = analysis;
  const isHere = (place: FilePlace): boolean => isSame(place, placeOfName(symbol));
  switch (symbol.kind) {
    case 'connector':
      return becomes(symbol.name, program);
    case 'connection': {
      const connections = (system?.connections ?? []).filter(({ place }) => isHere(place));
      return [
        ...becomes(symbol.node.connector.text, program),
        ...connections.flatMap((connection) => [
          endsText(connection),
          ...madeText(compiled.specOf(program), connection),
        ]),
      ];
    }
    case 'instance': {
      const instance = system?.instances.find(({ place }) => isHere(place));
      if (instance === undefined) return [];
      const { component, addressSpace, settings } = instance;
      const threads = component.isHardware
        ? 'A device: it has no address space.'
        : `Its address space is \`${addressSpace}\`.`;
      const set = [...settings.values()]
        .map(({ attribute, value }) => [attribute, showValue(value)] as const)
        .filter(([, value]) => value !== undefined)
        .map(([attribute, value]) => `- \`${attribute}\` = ${String(value)}`);
      return [threads, ...(set.length > 0 ? [set.join('\n')] : [])];
    }
    case 'interface':
      return peersText(system?.connections ?? [], symbol);
    default:
      return [];
  }
}

function becomes(connector: string, { project }: CamkesProgram): string[] {
  const known = project.settings.connectors?.get(connector);
  const row = connectorRow(known ?? connector);
  if (row === undefined) return [];
  const as = known === undefined ? '' : `, as \`${known}\` (cantrip.json),`;
  return [`**Becomes**${as} ${escapeMarkdown(lowered(row.becomes))}`];
}

function endsText({ from, to }: Connection): string {
  const list = (ends: Connection['from']): string =>
    ends.map((end) => `\`${end.instance.name}.${end.interface.name}\``).join(', ');
  return `from ${list(from)} to ${list(to)}`;
}

/** The objects that it makes, and who holds what of them. */
function madeText(spec: CapdlSpec | undefined, connection: Connection): string[] {
  if (spec === undefined) return [];
  const objects = objectsOf(spec, connection).map(({ name, type }) => `\`${name}\` (${type})`);
  const held = [...connection.from, ...connection.to].flatMap((end) =>
    capabilitiesOfEnd(spec, connection, end).map(
      ({ holder, slot, capability }) =>
        `- \`${holder}\` slot ${slot}: ${capabilityText(capability)}`,
    ),
  );
  const made = objects.length === 0 ? [] : [`Makes ${shortList(objects)}.`];
  const lines = [...new Set(held)];
  return lines.length === 0 ? made : [...made, cut(lines).join('\n')];
}

function shortList(items: readonly string[]): string {
  const shown = items.slice(0, 4).join(', ');
  return items.length > 4 ? `${shown} and ${items.length - 4} more` : shown;
}

function cut(lines: readonly string[]): string[] {
  if (lines.length <= mostLines) return [...lines];
  return [...lines.slice(0, mostLines), `- and ${lines.length - mostLines} more`];
}

/** Who is at the other end, for each instance of the interface's component. */
function peersText(connections: readonly Connection[], symbol: CamkesSymbol): string[] {
  const declared = placeOfName(symbol);
  const lines: string[] = [];
  for (const { name, from, to, connector } of connections) {
    for (const [own, others] of [
      [from, to],
      [to, from],
    ] as const) {
      for (const end of own) {
        if (!isSame(end.interface.place, declared)) continue;
        const peers = others.map((peer) => `\`${peer.instance.name}.${peer.interface.name}\``);
        lines.push(
          `- \`${end.instance.name}\` with ${peers.join(', ')} over \`${name}\` (${connector.declaredName ?? connector.name})`,
        );
      }
    }
  }
  if (lines.length === 0) return [];
  return [`Connected:\n${cut(lines).join('\n')}`];
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

export const isSame = (one: FilePlace, other: FilePlace): boolean =>
  one.file === other.file && isSameRange(one.range, other.range);

const isSameRange = (one: Range, other: Range): boolean =>
  one.start.line === other.start.line &&
  one.start.character === other.start.character &&
  one.end.line === other.end.line &&
  one.end.character === other.end.character;
