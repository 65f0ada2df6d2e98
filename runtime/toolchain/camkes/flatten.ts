/**
 * Takes the hierarchy apart: one flat list of instances named by their path, connections between them, and
 * settings with the path in front. Stages 5 to 7 of the reference tools, in their order: what a
 * composition holds itself comes first, then what its instances hold. Bounded in depth and in number.
 */
import type { Place } from '../text/source-line.js';
import { componentType, interfaceDeclaration, type Lift } from './lift.js';
import type { CamkesFile } from './read-file.js';
import { relatedTo, reportIn } from './report.js';
import type { Compositions, ResolvedEnd } from './resolve-composition.js';
import type { Names } from './resolve.js';
import { membersOfKind, placeOfName, type CamkesSymbol } from './symbol.js';
import type { ConnectionEndpoint, Instance, Setting } from './system.js';
import type { ConnectionEnd, Setting as SettingNode } from './tree.js';

export interface FlatInstance extends Instance {
  readonly symbol: CamkesSymbol<'instance'>;
  readonly type: CamkesSymbol<'component'>;
  readonly settings: Map<string, Setting>;
}

export interface FlatEnd extends ConnectionEndpoint {
  readonly kind: 'from' | 'to';
  readonly instance: FlatInstance;
  readonly interfaceSymbol: CamkesSymbol<'interface'>;
  readonly file: CamkesFile;
  readonly node: ConnectionEnd;
}

export interface FlatConnection {
  readonly name: string;
  readonly symbol: CamkesSymbol<'connection'>;
  readonly ends: readonly FlatEnd[];
  /** Whether an end could not be resolved, which was reported. */
  readonly isPartial: boolean;
}

export interface FlatSetting {
  readonly instance: string;
  readonly attribute: string;
  /** What the names of a `<-` are relative to: the instance around, and a dot. */
  readonly prefix: string;
  readonly node: SettingNode;
  readonly file: CamkesFile;
}

export interface Flat {
  readonly instances: readonly FlatInstance[];
  readonly connections: readonly FlatConnection[];
  readonly settings: readonly FlatSetting[];
  /** Whether a macro of a missing header may have added to it. */
  readonly isOpen: boolean;
}

interface Run {
  readonly names: Names;
  readonly compositions: Compositions;
  readonly lift: Lift;
  readonly groupNames: ReadonlyMap<CamkesSymbol, string>;
  /** What an exported interface of an instance really is. */
  readonly aliases: Map<FlatInstance, Map<CamkesSymbol, Target>>;
  /** The components around, for cycles. */
  readonly around: CamkesSymbol[];
  count: number;
  isOpen: boolean;
}

interface Target {
  readonly instance: FlatInstance;
  readonly interface: CamkesSymbol<'interface'>;
}

interface Level {
  readonly instances: FlatInstance[];
  readonly connections: UnaliasedConnection[];
  readonly settings: FlatSetting[];
}

interface UnaliasedConnection {
  readonly name: string;
  readonly symbol: CamkesSymbol<'connection'>;
  readonly ends: readonly (Target & { readonly node: ConnectionEnd })[];
}

const mostInstances = 20_000;
const deepestHierarchy = 64;

export function flatten(
  names: Names,
  compositions: Compositions,
  lift: Lift,
  assemblies: readonly CamkesSymbol[],
): Flat {
  const run: Run = {
    names,
    compositions,
    lift,
    groupNames: namesOfGroups(names.ownSymbols),
    aliases: new Map(),
    around: [],
    count: 0,
    isOpen: assemblies.some(({ isOpen }) => isOpen),
  };
  const { instances, connections, settings } = expand(run, assemblies, undefined);
  return {
    instances,
    connections: connections.map((connection) => withoutAliases(run, connection)),
    settings,
    isOpen: run.isOpen,
  };
}

/** A group without a name gets the one that the reference tools give, their spelling included. */
function namesOfGroups(symbols: readonly CamkesSymbol[]): Map<CamkesSymbol, string> {
  const groupNames = new Map<CamkesSymbol, string>();
  let count = 0;
  for (const symbol of symbols)
    if (symbol.kind === 'group')
      groupNames.set(symbol, symbol.name === '' ? `unamed_group_${String(count++)}` : symbol.name);
  return groupNames;
}

/** All assemblies are one; a component is one owner. */
function expand(
  run: Run,
  owners: readonly CamkesSymbol[],
  parent: FlatInstance | undefined,
): Level {
  const parts = owners.flatMap((owner) => run.compositions.parts.get(owner) ?? []);
  const compositions = parts.flatMap((part) => part.compositions);
  const prefix = parent === undefined ? '' : `${parent.name}.`;
  const instances: FlatInstance[] = [];
  const inner: Level[] = [];
  const bySymbol = new Map<CamkesSymbol, FlatInstance>();
  for (const composition of compositions) {
    if (composition.isOpen) run.isOpen = true;
    for (const { symbol, space } of instancesWithSpaces(run, composition)) {
      const instance = instantiate(run, symbol, prefix, space);
      if (instance === undefined) continue;
      bySymbol.set(symbol, instance);
      instances.push(instance);
      const level = expandInside(run, instance);
      if (level !== undefined) inner.push(level);
    }
  }
  if (parent !== undefined) addAliases(run, parent, bySymbol);
  const connections = compositions.flatMap((composition) =>
    membersOfKind(composition, 'connection').map((symbol) => ({
      name: prefix + symbol.name,
      symbol,
      ends: endsOf(run, symbol, parent, bySymbol),
    })),
  );
  const settings = parts.flatMap(({ configurations }) =>
    configurations.flatMap((configuration) => settingsOf(configuration, prefix)),
  );
  return {
    instances: [instances, ...inner.map((level) => level.instances)].flat(),
    connections: [connections, ...inner.map((level) => level.connections)].flat(),
    settings: [settings, ...inner.map((level) => level.settings)].flat(),
  };
}

/** Those of groups come behind the others, since groups are dissolved into the composition. */
function instancesWithSpaces(
  run: Run,
  composition: CamkesSymbol<'composition'>,
): { symbol: CamkesSymbol<'instance'>; space: string }[] {
  const alone = membersOfKind(composition, 'instance').map((symbol) => ({
    symbol,
    space: symbol.name,
  }));
  const grouped = membersOfKind(composition, 'group').flatMap((group) => {
    if (group.isOpen) run.isOpen = true;
    const space = run.groupNames.get(group) ?? group.name;
    return membersOfKind(group, 'instance').map((symbol) => ({ symbol, space }));
  });
  return [...alone, ...grouped];
}

function instantiate(
  run: Run,
  symbol: CamkesSymbol<'instance'>,
  prefix: string,
  space: string,
): FlatInstance | undefined {
  const { type } = symbol;
  if (type?.kind !== 'component') return undefined;
  if (run.around.includes(type)) {
    reportIn(run.names.report, symbol.file, symbol.nameSpan, {
      code: 'cyclic-hierarchy',
      message: `Component \`${type.name}\` would hold itself: \`${symbol.name}\` is inside of an instance of \`${type.name}\` already.`,
      related: [relatedTo(type, `\`${type.name}\` is declared here.`)],
    });
    return undefined;
  }
  run.count += 1;
  if (run.count > mostInstances) {
    if (run.count === mostInstances + 1)
      reportIn(run.names.report, symbol.file, symbol.nameSpan, {
        code: 'too-many-instances',
        message: `The assembly has more than ${String(mostInstances)} instances once its components are taken apart; the rest is left out.`,
      });
    return undefined;
  }
  return {
    name: prefix + symbol.name,
    component: componentType(run.lift, type),
    addressSpace: prefix + space,
    place: placeOfName(symbol),
    settings: new Map(),
    symbol,
    type,
  };
}

function expandInside(run: Run, instance: FlatInstance): Level | undefined {
  const { type, symbol } = instance;
  if (type.isOpen) run.isOpen = true;
  const parts = run.compositions.parts.get(type);
  if (parts === undefined || parts.compositions.length + parts.configurations.length === 0)
    return undefined;
  if (run.around.length >= deepestHierarchy) {
    reportIn(run.names.report, symbol.file, symbol.nameSpan, {
      code: 'deep-hierarchy',
      message: `Components are nested more than ${String(deepestHierarchy)} deep here; what is inside of \`${symbol.name}\` is left out.`,
    });
    return undefined;
  }
  run.around.push(type);
  const level = expand(run, [type], instance);
  run.around.pop();
  return level;
}

function addAliases(
  run: Run,
  parent: FlatInstance,
  bySymbol: ReadonlyMap<CamkesSymbol, FlatInstance>,
): void {
  const exported = run.compositions.exports.get(parent.type);
  if (exported === undefined) return;
  const targets = new Map<CamkesSymbol, Target>();
  for (const { instance, source, destination } of exported) {
    const inner = bySymbol.get(instance);
    if (inner !== undefined) targets.set(destination, { instance: inner, interface: source });
  }
  run.aliases.set(parent, targets);
}

function endsOf(
  run: Run,
  connection: CamkesSymbol<'connection'>,
  parent: FlatInstance | undefined,
  bySymbol: ReadonlyMap<CamkesSymbol, FlatInstance>,
): UnaliasedConnection['ends'] {
  return connection.node.ends.flatMap((node) => {
    const resolved = run.compositions.ends.get(node);
    const target = resolved && targetOf(resolved, parent, bySymbol);
    return target === undefined ? [] : [{ ...target, node }];
  });
}

function targetOf(
  { instance, interface: declared }: ResolvedEnd,
  parent: FlatInstance | undefined,
  bySymbol: ReadonlyMap<CamkesSymbol, FlatInstance>,
): Target | undefined {
  const owner = instance === undefined ? parent : bySymbol.get(instance);
  return owner && { instance: owner, interface: declared };
}

function withoutAliases(run: Run, { name, symbol, ends }: UnaliasedConnection): FlatConnection {
  const { file } = symbol;
  return {
    name,
    symbol,
    isPartial: ends.length < symbol.node.ends.length,
    ends: ends.map(({ node, ...outer }) => {
      const target = followAliases(run, outer);
      return {
        kind: node.kind,
        instance: target.instance,
        interface: interfaceDeclaration(run.lift, target.interface),
        interfaceSymbol: target.interface,
        place: file.source.placeOf(node.span),
        file,
        node,
      };
    }),
  };
}

/** Each step goes one level in, so this ends. */
function followAliases(run: Run, outer: Target): Target {
  let at = outer;
  for (let next: Target | undefined = at; next !== undefined;) {
    at = next;
    next = run.aliases.get(at.instance)?.get(at.interface);
  }
  return at;
}

function settingsOf(configuration: CamkesSymbol<'configuration'>, prefix: string): FlatSetting[] {
  const { file, node } = configuration;
  return node.settings.flatMap((setting) =>
    setting.kind === 'setting' && setting.instance.text !== '' && setting.attribute.text !== ''
      ? [
          {
            instance: prefix + setting.instance.text,
            attribute: setting.attribute.text,
            prefix,
            node: setting,
            file,
          },
        ]
      : [],
  );
}

export const placeOfSetting = ({ file, node }: FlatSetting): Place =>
  file.source.placeOf(node.span);
