/**
 * Resolves what compositions say: the ends of connections and what is exported. An end that could not be
 * resolved makes its instance doubtful, so that nobody complains that it is not connected.
 */
import {
  markDoubtful,
  reportAlone,
  reportDestination,
  reportNoInstance,
  reportUnknownEnd,
  type EndRun,
  type OtherEnd,
} from './end-problems.js';
import { appendTo } from './multi-map.js';
import { reportIn } from './report.js';
import { recordPath, reportForward, resolveName, type Names } from './resolve.js';
import { lookUp, scopeOf, type Scope } from './scope.js';
import { membersOfKind, type CamkesSymbol } from './symbol.js';
import type { ConnectionEnd, ConnectionMember, Export, Reference } from './tree.js';

export interface ResolvedEnd {
  /** Undefined for an interface of the component around the composition. */
  readonly instance: CamkesSymbol | undefined;
  readonly interface: CamkesSymbol<'interface'>;
}

export interface ResolvedExport {
  readonly node: Export;
  readonly instance: CamkesSymbol;
  readonly source: CamkesSymbol<'interface'>;
  readonly destination: CamkesSymbol<'interface'>;
}

/** What belongs to an assembly or component: written inside, or elsewhere and named here. */
export interface Parts {
  readonly compositions: readonly CamkesSymbol<'composition'>[];
  readonly configurations: readonly CamkesSymbol<'configuration'>[];
}

export interface Compositions {
  readonly parts: ReadonlyMap<CamkesSymbol, Parts>;
  readonly ends: ReadonlyMap<ConnectionEnd, ResolvedEnd>;
  /** By the component that exports. */
  readonly exports: ReadonlyMap<CamkesSymbol, readonly ResolvedExport[]>;
  /** Instances that an end may have meant. */
  readonly doubtful: ReadonlySet<CamkesSymbol>;
}

interface Run extends EndRun {
  readonly ends: Map<ConnectionEnd, ResolvedEnd>;
  readonly exports: Map<CamkesSymbol, ResolvedExport[]>;
}

export function resolveCompositions(names: Names): Compositions {
  const parts = new Map<CamkesSymbol, Parts>();
  const run: Run = { names, ends: new Map(), exports: new Map(), doubtful: new Set() };
  for (const symbol of names.ownSymbols) {
    if (symbol.kind === 'assembly' || symbol.kind === 'component')
      parts.set(symbol, partsOf(names, symbol));
    if (symbol.kind === 'composition') resolveComposition(run, symbol);
  }
  return { parts, ends: run.ends, exports: run.exports, doubtful: run.doubtful };
}

function partsOf(names: Names, owner: CamkesSymbol<'assembly'> | CamkesSymbol<'component'>): Parts {
  const compositions = membersOfKind(owner, 'composition');
  const configurations = membersOfKind(owner, 'configuration');
  for (const member of owner.node.members) {
    if (member.kind === 'composition-reference') {
      const found = resolveName(names, owner, member.reference, 'composition');
      if (found?.kind === 'composition') compositions.push(found);
    } else if (member.kind === 'configuration-reference') {
      const found = resolveName(names, owner, member.reference, 'configuration');
      if (found?.kind === 'configuration') configurations.push(found);
    }
  }
  return { compositions, configurations };
}

function resolveComposition(run: Run, composition: CamkesSymbol<'composition'>): void {
  const scope = scopeOf(run.names.global, composition);
  const component = composition.container?.kind === 'component' ? composition.container : undefined;
  for (const member of composition.node.members) {
    if (member.kind === 'connection') {
      for (const end of member.ends) {
        const resolved = resolveEnd(run, composition, scope, component, end.reference, end.kind, {
          partner: () => partnerOf(scope, member, end),
        });
        if (resolved !== undefined) run.ends.set(end, resolved);
      }
    } else if (member.kind === 'export') {
      resolveExport(run, composition, scope, component, member);
    }
  }
}

/** An interface at the other side of a connection. */
function partnerOf(
  scope: Scope,
  { ends }: ConnectionMember,
  { kind }: ConnectionEnd,
): CamkesSymbol<'interface'> | undefined {
  for (const other of ends) {
    if (other.kind === kind) continue;
    const lookup = lookUp(scope, other.reference.parts, isInterface);
    const found = lookup.kind === 'found' ? lookup.path.at(-1) : undefined;
    if (found?.kind === 'interface') return found;
  }
  return undefined;
}

const isInterface = (kind: string): boolean => kind === 'interface';

function resolveEnd(
  run: Run,
  composition: CamkesSymbol,
  scope: Scope,
  component: CamkesSymbol | undefined,
  reference: Reference,
  word: 'from' | 'to' | 'export',
  other: OtherEnd,
): ResolvedEnd | undefined {
  const { names } = run;
  const { file } = composition;
  const isAlone = reference.parts.length === 1;
  const lookup = lookUp(scope, reference.parts, isInterface);
  if (lookup.kind === 'found') {
    const found = lookup.path.at(-1);
    const instance = lookup.path.at(-2);
    if (found?.kind !== 'interface') return undefined;
    if (instance !== undefined && instance.kind !== 'instance') {
      reportNoInstance(run, scope, file, reference, word, instance);
      return undefined;
    }
    recordPath(names, file, reference, lookup.path, word === 'export' ? 'export' : 'end');
    if (lookup.isForward) reportForward(names, file, reference, lookup);
    return { instance, interface: found };
  }
  if (lookup.kind === 'unknown') {
    markDoubtful(run, lookupInstance(scope, reference));
    return undefined;
  }
  if (isAlone) reportAlone(run, composition, component, reference, word);
  else reportUnknownEnd(run, scope, file, reference, word, lookup, other);
  return undefined;
}

function lookupInstance(scope: Scope, reference: Reference): CamkesSymbol | undefined {
  const parts = reference.parts.slice(0, -1);
  if (parts.length === 0) return undefined;
  const lookup = lookUp(scope, parts, (kind) => kind === 'instance');
  return lookup.kind === 'found' ? lookup.path.at(-1) : undefined;
}

function resolveExport(
  run: Run,
  composition: CamkesSymbol,
  scope: Scope,
  component: CamkesSymbol | undefined,
  node: Export,
): void {
  const { names } = run;
  const { file } = composition;
  if (node.source.text === '' || node.destination.text === '') return;
  if (component === undefined) {
    reportIn(names.report, file, node.span, {
      code: 'export-outside-component',
      message:
        'Only a component exports: its composition gives an inner interface a name of the component. Nothing is around this one.',
    });
    return;
  }
  if (node.source.parts.length < 2) {
    reportIn(names.report, file, node.source.span, {
      code: 'export-source',
      message: `\`export ${node.source.text}\`: what is exported is an interface of an inner instance, as in \`export inner.${node.source.text} -> ${node.destination.text}\`.`,
    });
    return;
  }
  const found = lookUp(scope, node.destination.parts, isInterface);
  const destination = found.kind === 'found' ? found.path.at(-1) : undefined;
  const source = resolveEnd(run, composition, scope, component, node.source, 'export', {
    partner: () => (destination?.kind === 'interface' ? destination : undefined),
  });
  if (destination?.kind !== 'interface' || destination.container !== component) {
    if (found.kind !== 'unknown' && !component.isOpen)
      reportDestination(names, component, file, node, source?.interface);
    return;
  }
  recordPath(names, file, node.destination, [destination], 'export');
  if (source?.instance === undefined) return;
  const resolved = { node, instance: source.instance, source: source.interface, destination };
  appendTo(run.exports, component, resolved);
}
