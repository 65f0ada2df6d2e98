/**
 * What a whole system has to be: an assembly with instances, and every interface connected that is not
 * `maybe`. An interface that is provided or emitted may dangle. Where an end could not be understood, its
 * instance is left alone.
 */
import type { Fix } from '../text/diagnostic.js';
import { noRange } from '../text/diagnostic.js';
import { connectorRow } from './connectors.js';
import { canBe, fittingConnectors, kindOfInterface } from './connector-fit.js';
import { importEdit } from './declaration-fixes.js';
import type { Flat, FlatInstance } from './flatten.js';
import { interfaceDeclaration, type Lift } from './lift.js';
import { appendTo, inMap } from './multi-map.js';
import type { MergedConnection } from './merge-connections.js';
import { editOf, fixOf, relatedTo, reportAt, reportIn } from './report.js';
import type { Compositions } from './resolve-composition.js';
import type { Names } from './resolve.js';
import { membersOfKind, type CamkesSymbol } from './symbol.js';
import type { Dialect, InterfaceDeclaration } from './system.js';

export interface AssemblyCheck {
  readonly names: Names;
  readonly compositions: Compositions;
  readonly lift: Lift;
  readonly flat: Flat;
  readonly connections: readonly MergedConnection[];
  readonly dialect: Dialect;
}

/** Says that there is no assembly, for a root that is to be built. */
export function checkHasAssembly({ names }: AssemblyCheck, root: string): void {
  if (names.hasAssembly || names.graph.hasMissing) return;
  const isOpen = names.graph.items.some(({ item }) => item.kind === 'opaque');
  reportAt(
    names.report,
    { file: root, range: noRange },
    {
      severity: isOpen ? 'warning' : 'error',
      code: 'no-assembly',
      message: `There is no assembly in ${root} or in what it imports, so there is no system to build.`,
    },
  );
}

export function checkAssembly(check: AssemblyCheck): void {
  const { names, flat } = check;
  const assembly = names.items.find(({ kind }) => kind === 'assembly');
  if (assembly === undefined) return;
  const hasInstances = names.global.assemblies.some(({ members }) =>
    members.some(({ kind }) => kind === 'instance' || kind === 'group'),
  );
  if (flat.instances.length === 0 && !hasInstances && isComplete(check, assembly)) {
    const word = { start: assembly.span.start, end: assembly.span.start + 'assembly'.length };
    reportIn(names.report, assembly.file, assembly.name === '' ? word : assembly.nameSpan, {
      code: 'no-instances',
      message:
        'No instances are declared in this assembly; its composition needs at least one, as in `component Type name;`.',
    });
  }
  checkConnected(check);
}

/** Whether nothing is missing that could hold more instances and connections. */
function isComplete({ names, flat, compositions }: AssemblyCheck, assembly: CamkesSymbol): boolean {
  return (
    !flat.isOpen &&
    !names.graph.hasMissing &&
    // A composition by a name that was not found has been reported.
    (compositions.parts.get(assembly)?.compositions.length ?? 0) > 0
  );
}

function checkConnected(check: AssemblyCheck): void {
  const { flat, connections, compositions } = check;
  const connected = new Map<FlatInstance, Set<CamkesSymbol>>();
  for (const { from, to } of connections)
    for (const { instance, interfaceSymbol } of [...from, ...to])
      inMap(connected, instance, () => new Set<CamkesSymbol>()).add(interfaceSymbol);
  const halfWritten = new Map<CamkesSymbol, boolean>();
  const partners: Partners = new Map();
  for (const instance of flat.instances) {
    if (compositions.doubtful.has(instance.symbol)) continue;
    for (const declared of membersOfKind(instance.type, 'interface')) {
      if (!needsConnection(declared.node)) continue;
      if (connected.get(instance)?.has(declared) === true) continue;
      const isExported = compositions.exports
        .get(instance.type)
        ?.some(({ destination }) => destination === declared);
      const composition = compositionOf(instance.symbol);
      const isHalf =
        composition !== undefined &&
        inMap(halfWritten, composition, () => isHalfWritten(composition));
      if (isExported !== true && !isHalf) reportUnconnected(check, partners, instance, declared);
    }
  }
}

/** While a connection is being written the parser speaks, and what it lacks is not told twice. */
function isHalfWritten(composition: CamkesSymbol): boolean {
  const { range } = composition.file.source.placeOf(composition.span);
  return composition.file.diagnostics.some(
    ({ severity, range: { start } }) =>
      severity === 'error' && start.line >= range.start.line && start.line <= range.end.line,
  );
}

const compositionOf = ({ container }: CamkesSymbol): CamkesSymbol | undefined =>
  container?.kind === 'group' ? container.container : container;

function severityOf(
  { graph }: Names,
  flat: Flat,
  { file }: CamkesSymbol,
): 'error' | 'warning' | 'hint' {
  if (flat.isOpen || graph.hasMissing) return 'hint';
  return file.isIncomplete ? 'warning' : 'error';
}

function needsConnection({ kind, optional }: CamkesSymbol<'interface'>['node']): boolean {
  return optional === undefined && kind !== 'emits' && kind !== 'provides';
}

const without: Readonly<Record<InterfaceDeclaration['kind'], string>> = {
  uses: 'nothing provides what it uses',
  consumes: 'nothing emits what it consumes',
  dataport: 'there is no memory behind it',
  emits: '',
  provides: '',
};

function reportUnconnected(
  check: AssemblyCheck,
  partners: Partners,
  instance: FlatInstance,
  declared: CamkesSymbol<'interface'>,
): void {
  const { name, node, file } = declared;
  const verb = { start: node.span.start, end: node.span.start };
  reportAt(check.names.report, instance.place, {
    severity: severityOf(check.names, check.flat, instance.symbol),
    code: 'unconnected-interface',
    message: `\`${instance.name}.${name}\` is not connected, so ${without[node.kind]}. Connect it, or declare it with \`maybe\`.`,
    related: [relatedTo(declared, `\`${name}\` is declared here.`)],
    fixes: [
      ...connectFixes(check, partners, instance, declared),
      fixOf(`Make \`${name}\` optional (\`maybe\`)`, [editOf(file, verb, 'maybe ')]),
    ],
  });
}

const mostConnectFixes = 3;

interface Partner {
  readonly other: CamkesSymbol<'instance'>;
  readonly partner: CamkesSymbol<'interface'>;
}

/** The interfaces of the instances of a composition: by their kind, and by their procedure or nothing. */
type PartnersByType = Map<string, Map<CamkesSymbol | undefined, Partner[]>>;
type Partners = Map<CamkesSymbol, PartnersByType>;

function partnersIn(composition: CamkesSymbol): PartnersByType {
  const partners: PartnersByType = new Map();
  for (const other of membersOfKind(composition, 'instance')) {
    if (other.type === undefined) continue;
    for (const partner of membersOfKind(other.type, 'interface')) {
      const ofKind = inMap(
        partners,
        partner.node.kind,
        () => new Map<CamkesSymbol | undefined, Partner[]>(),
      );
      appendTo(ofKind, partner.type, { other, partner });
    }
  }
  return partners;
}

/** What stands at the other end of an interface. */
const otherKind: Readonly<Record<InterfaceDeclaration['kind'], InterfaceDeclaration['kind']>> = {
  uses: 'provides',
  provides: 'uses',
  emits: 'consumes',
  consumes: 'emits',
  dataport: 'dataport',
};

/** Connections to instances beside this one that would fit, for the composition that it is in. */
function connectFixes(
  { names, lift, dialect }: AssemblyCheck,
  partners: Partners,
  { symbol, type }: FlatInstance,
  declared: CamkesSymbol<'interface'>,
): (Fix | undefined)[] {
  const composition = symbol.container;
  if (composition?.kind !== 'composition') return [];
  const byType = inMap(partners, composition, () => partnersIn(composition));
  const near: Partner[] = [];
  for (const each of byType.get(otherKind[declared.node.kind])?.get(declared.type) ?? []) {
    if (near.length === mostConnectFixes) break;
    if (each.other !== symbol && isPartner(lift, declared, each.partner)) near.push(each);
  }
  return near.map(({ other, partner }) => {
    const ours = { interface: declared, component: type };
    const theirs = { interface: partner, component: other.type };
    const isOurFrom = canBe(declared.node.kind, 'from') && fromComes(other) !== 'from';
    const [from, to] = isOurFrom ? [ours, theirs] : [theirs, ours];
    const connector =
      fittingConnectors(names, lift, { from: [from], to: [to] }, dialect)[0]?.name ??
      usualConnector(declared.node.kind, dialect);
    const ourEnd = `${symbol.name}.${declared.name}`;
    const theirEnd = `${other.name}.${partner.name}`;
    const ends = isOurFrom ? [ourEnd, theirEnd] : [theirEnd, ourEnd];
    return fixOf(`Connect \`${ourEnd}\` with \`${theirEnd}\``, [
      connectionEdit(
        composition,
        `connection ${connector} ${symbol.name}_${declared.name}(from ${ends.join(', to ')});`,
      ),
      ...importEdits(names, composition, connector),
    ]);
  });
}

/** Memory of a device is on the `to` side, and its interrupts on the `from` side. */
function fromComes({ type }: CamkesSymbol): 'from' | 'to' | undefined {
  const isHardware =
    type?.kind === 'component' && type.node.members.some(({ kind }) => kind === 'hardware');
  return isHardware ? 'to' : undefined;
}

function isPartner(
  lift: Lift,
  declared: CamkesSymbol<'interface'>,
  partner: CamkesSymbol<'interface'>,
): boolean {
  const [ours, theirs] = [declared, partner].map((each) => interfaceDeclaration(lift, each));
  if (ours === undefined || theirs === undefined) return false;
  return (
    kindOfInterface[ours.kind] === 'procedure' ||
    (ours.type === theirs.type && ours.sizeBytes === theirs.sizeBytes)
  );
}

function usualConnector(kind: InterfaceDeclaration['kind'], dialect: Dialect): string {
  if (kindOfInterface[kind] === 'event') return 'seL4Notification';
  const prefix = dialect === 'sparrow' ? 'cantrip' : 'seL4';
  return `${prefix}${kind === 'dataport' ? 'SharedData' : 'RPCCall'}`;
}

/** A new connection goes below the last one, or else below the last member. */
function connectionEdit(
  composition: CamkesSymbol<'composition'>,
  text: string,
): ReturnType<typeof editOf> {
  const last =
    membersOfKind(composition, 'connection').at(-1) ?? composition.members.at(-1) ?? composition;
  const { file } = composition;
  const place = file.source.placeOf({ start: last.span.start, end: last.span.start });
  const indent = ' '.repeat(place.range.start.character);
  return editOf(file, { start: last.span.end, end: last.span.end }, `\n${indent}${text}`);
}

function importEdits(
  { items }: Names,
  { file }: CamkesSymbol,
  connector: string,
): ReturnType<typeof editOf>[] {
  if (items.some(({ kind, name }) => kind === 'connector' && name === connector)) return [];
  const row = connectorRow(connector);
  return row === undefined ? [] : [importEdit(file, `<${row.library}>`)];
}
