/**
 * Resolves what compositions say: the ends of connections and what is exported. An end that could not be
 * resolved makes its instance doubtful, so that nobody complains that it is not connected.
 */
import { appendTo } from './multi-map.js';
import type { Fix } from '../text/diagnostic.js';
import { nearestName } from '../text/suggest.js';
import type { CamkesFile } from './read-file.js';
import {
  listNames,
  namesAround,
  namesIn,
  recordPath,
  reportForward,
  resolveName,
  severityOfUnknown,
  type Names,
} from './resolve.js';
import { editOf, fixOf, givesAdvice, listOf, relatedTo, replaceFix, reportIn } from './report.js';
import { insideOf, lookUp, scopeOf, type Lookup, type Scope } from './scope.js';
import { articleOf, membersOfKind, nounOf, type CamkesSymbol } from './symbol.js';
import type { ConnectionEnd, Export, Reference } from './tree.js';

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

interface Run {
  readonly names: Names;
  readonly ends: Map<ConnectionEnd, ResolvedEnd>;
  readonly exports: Map<CamkesSymbol, ResolvedExport[]>;
  readonly doubtful: Set<CamkesSymbol>;
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
        const resolved = resolveEnd(run, composition, scope, component, end.reference, end.kind);
        if (resolved !== undefined) run.ends.set(end, resolved);
      }
    } else if (member.kind === 'export') {
      resolveExport(run, composition, scope, component, member);
    }
  }
}

const isInterface = (kind: string): boolean => kind === 'interface';

function resolveEnd(
  run: Run,
  composition: CamkesSymbol,
  scope: Scope,
  component: CamkesSymbol | undefined,
  reference: Reference,
  word: 'from' | 'to' | 'export',
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
  else reportUnknownEnd(run, scope, file, reference, word, lookup);
  return undefined;
}

function lookupInstance(scope: Scope, reference: Reference): CamkesSymbol | undefined {
  const parts = reference.parts.slice(0, -1);
  if (parts.length === 0) return undefined;
  const lookup = lookUp(scope, parts, (kind) => kind === 'instance');
  return lookup.kind === 'found' ? lookup.path.at(-1) : undefined;
}

function markDoubtful({ doubtful }: Run, symbol: CamkesSymbol | undefined): void {
  if (symbol !== undefined) doubtful.add(symbol);
}

/** `from x` without an instance: right only inside of a component that has an interface of that name. */
function reportAlone(
  run: Run,
  composition: CamkesSymbol,
  component: CamkesSymbol | undefined,
  reference: Reference,
  word: string,
): void {
  const { file } = composition;
  const name = reference.text;
  const instances = givesAdvice(run.names.report) ? instancesIn(composition) : [];
  const named = instances.find((instance) => instance.name === name);
  const owners = instances.filter((each) =>
    insideOf(each)
      ?.membersByName.get(name)
      ?.some(({ kind }) => isInterface(kind)),
  );
  markDoubtful(run, named);
  for (const owner of owners) markDoubtful(run, owner);
  const said =
    named === undefined
      ? component === undefined
        ? `an end in an assembly names an instance and its interface, as in \`${word} a.${name}\``
        : `component \`${component.name}\` has no interface \`${name}\`, and an end of another component names an instance, too`
      : `\`${name}\` is an instance; its interface is missing, as in \`${word} ${name}.${interfacesOf(named)[0] ?? 'x'}\``;
  const completions = owners.map((owner) => `${owner.name}.${name}`);
  if (named !== undefined)
    completions.push(...interfacesOf(named).map((each) => `${name}.${each}`));
  reportIn(run.names.report, file, reference.span, {
    code: 'end-without-instance',
    message: `\`${word} ${name}\`: ${said}.`,
    fixes: completions.slice(0, 4).map((text) => replaceFix(file, reference.span, text)),
  });
}

const interfacesOf = (instance: CamkesSymbol): string[] => {
  const inside = insideOf(instance);
  return inside === undefined ? [] : namesIn(inside, 'interface');
};

/** The instances of a composition, those of its groups included. */
export const instancesIn = (composition: CamkesSymbol): CamkesSymbol<'instance'>[] =>
  composition.members.flatMap((member) =>
    member.kind === 'group'
      ? membersOfKind(member, 'instance')
      : member.kind === 'instance'
        ? [member]
        : [],
  );

function reportNoInstance(
  run: Run,
  scope: Scope,
  file: CamkesFile,
  reference: Reference,
  word: string,
  other: CamkesSymbol,
): void {
  const instances = namesAround(run.names, scope, 'instance');
  const ofIt = instances.filter(({ type }) => type === other);
  for (const instance of ofIt) markDoubtful(run, instance);
  const part = reference.parts.at(-2);
  const span = part?.span ?? reference.span;
  const advice =
    ofIt.length === 0 ? '' : ` Its instances here are ${listOf(ofIt.map(({ name }) => name))}.`;
  reportIn(run.names.report, file, span, {
    code: 'unknown-instance',
    message: `\`${word} ${reference.text}\`: \`${other.name}\` is ${articleOf(nounOf(other))} ${nounOf(other)}, and an instance is expected here.${advice}`,
    related: [relatedTo(other, `\`${other.name}\` is declared here.`)],
    fixes: ofIt.slice(0, 4).map((instance) => replaceFix(file, span, instance.name)),
  });
}

function reportUnknownEnd(
  run: Run,
  scope: Scope,
  file: CamkesFile,
  reference: Reference,
  word: 'from' | 'to' | 'export',
  lookup: Extract<Lookup, { kind: 'missing' | 'other' }>,
): void {
  const { names } = run;
  const holder = lookup.kind === 'missing' ? lookup.inside : lookup.path.at(-2);
  const part = reference.parts[lookup.kind === 'missing' ? lookup.part : lookup.path.length - 1];
  if (part === undefined || part.text === '') return;
  if (lookup.kind === 'other' && lookup.path.length < reference.parts.length) return;
  if (holder === undefined) {
    const other = lookup.kind === 'other' ? lookup.path.at(-1) : undefined;
    if (other !== undefined) reportNoInstance(run, scope, file, reference, word, other);
    else reportUnknownInstance(run, scope, file, reference, word);
    return;
  }
  markDoubtful(run, holder.kind === 'instance' ? holder : undefined);
  const inside = insideOf(holder);
  if (inside === undefined) return;
  const isGroup = holder.kind === 'group';
  const kind = isGroup ? 'instance' : 'interface';
  const near = nearestName(part.text, namesIn(inside, kind));
  const declared = namesIn(inside, kind).length === 0 ? 'none' : listNames(inside, kind);
  const noun = nounOf(inside);
  const other = lookup.kind === 'other' ? lookup.path.at(-1) : undefined;
  const what =
    other === undefined
      ? `has no ${kind} \`${part.text}\``
      : `has \`${part.text}\` as ${articleOf(nounOf(other))} ${nounOf(other)}, which is no interface`;
  const declares = isGroup ? 'it has' : 'it declares';
  reportIn(names.report, file, part.span, {
    severity: inside.file.isIncomplete ? 'warning' : 'error',
    code: isGroup ? 'unknown-instance' : 'unknown-interface',
    message: `\`${word} ${reference.text}\`: ${noun} \`${inside.name}\` ${what}; ${declares} ${declared}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    related: [
      relatedTo(
        inside,
        `${noun.charAt(0).toUpperCase()}${noun.slice(1)} \`${inside.name}\` is declared here.`,
      ),
    ],
    fixes: [near === undefined ? undefined : replaceFix(file, part.span, near)],
  });
}

function reportUnknownInstance(
  run: Run,
  scope: Scope,
  file: CamkesFile,
  reference: Reference,
  word: string,
): void {
  const [first, second] = reference.parts;
  if (first === undefined) return;
  const instances = namesAround(run.names, scope, 'instance', 'group');
  const near = nearestName(
    first.text,
    instances.map(({ name }) => name),
  );
  const meant = instances.find(({ name }) => name === near);
  markDoubtful(run, meant);
  // An instance in a group is reached through the group's name only.
  const grouped = namesAround(run.names, scope, 'group').filter((group) =>
    group.membersByName.has(first.text),
  );
  for (const group of grouped)
    for (const member of group.membersByName.get(first.text) ?? []) markDoubtful(run, member);
  const group = grouped[0];
  const advice =
    group !== undefined
      ? ` It is in group \`${group.name}\`, so it is \`${group.name}.${first.text}\` here.`
      : near === undefined
        ? ''
        : ` Did you mean \`${near}\`?`;
  const suggestion = group === undefined ? near : `${group.name}.${first.text}`;
  reportIn(run.names.report, file, first.span, {
    severity: scope.containers.some(({ isOpen }) => isOpen)
      ? 'hint'
      : severityOfUnknown(run.names, file),
    code: 'unknown-instance',
    message: `\`${word} ${reference.text}\`: there is no instance \`${first.text}\` here.${advice}`,
    fixes: [
      suggestion === undefined ? undefined : replaceFix(file, first.span, suggestion),
      suggestion === undefined && second !== undefined && givesAdvice(run.names.report)
        ? instanceFix(scope, file, first.text)
        : undefined,
    ],
  });
}

/** Declares an instance whose name says its component: `uart_driver` of a `UARTDriver`. */
function instanceFix(scope: Scope, file: CamkesFile, name: string): Fix | undefined {
  const plain = (text: string): string => text.replace(/_/g, '').toLowerCase();
  const component = [...scope.global.byName.values()]
    .flat()
    .find((each) => each.kind === 'component' && plain(each.name) === plain(name));
  const composition = scope.containers.find(({ kind }) => kind === 'composition');
  const sibling = composition?.members.find(({ kind }) => kind === 'instance');
  if (component === undefined || sibling === undefined) return undefined;
  const start = { start: sibling.span.start, end: sibling.span.start };
  const indent = ' '.repeat(file.source.placeOf(start).range.start.character);
  return fixOf(`Add an instance of \`${component.name}\``, [
    editOf(file, start, `component ${component.name} ${name};\n${indent}`),
  ]);
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
  const source = resolveEnd(run, composition, scope, component, node.source, 'export');
  const found = lookUp(scope, node.destination.parts, isInterface);
  const destination = found.kind === 'found' ? found.path.at(-1) : undefined;
  if (destination?.kind !== 'interface' || destination.container !== component) {
    if (found.kind !== 'unknown' && !component.isOpen)
      reportDestination(names, component, file, node);
    return;
  }
  recordPath(names, file, node.destination, [destination], 'export');
  if (source?.instance === undefined) return;
  const resolved = { node, instance: source.instance, source: source.interface, destination };
  appendTo(run.exports, component, resolved);
}

function reportDestination(
  { report }: Names,
  component: CamkesSymbol,
  file: CamkesFile,
  node: Export,
): void {
  const near = nearestName(node.destination.text, namesIn(component, 'interface'));
  const declared =
    namesIn(component, 'interface').length === 0 ? 'none' : listNames(component, 'interface');
  reportIn(report, file, node.destination.span, {
    code: 'unknown-interface',
    message: `\`-> ${node.destination.text}\`: component \`${component.name}\` has no interface \`${node.destination.text}\` to export to; it declares ${declared}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    related: [relatedTo(component, `Component \`${component.name}\` is declared here.`)],
    fixes: [near === undefined ? undefined : replaceFix(file, node.destination.span, near)],
  });
}
