/**
 * What is said about an end of a connection, or of an export, that names nothing: which part of it, what
 * there is instead, and what was probably meant. The instances that may be meant are noted as doubtful.
 */
import type { Fix } from '../text/diagnostic.js';
import { nearestName } from '../text/suggest.js';
import { interfaceFix, sameInterfaceFix } from './member-fixes.js';
import type { CamkesFile } from './read-file.js';
import { editOf, fixOf, givesAdvice, listOf, relatedTo, replaceFix, reportIn } from './report.js';
import { listNames, namesAround, namesIn, severityOfUnknown, type Names } from './resolve.js';
import { insideOf, type Lookup, type Scope } from './scope.js';
import { articleOf, instancesIn, nounOf, type CamkesSymbol } from './symbol.js';
import type { Export, Reference } from './tree.js';

export interface EndRun {
  readonly names: Names;
  /** Instances that an end may have meant. */
  readonly doubtful: Set<CamkesSymbol>;
}

export interface OtherEnd {
  /** What the end is to be connected with, where that is known. */
  readonly partner: () => CamkesSymbol<'interface'> | undefined;
}

export function markDoubtful({ doubtful }: EndRun, symbol: CamkesSymbol | undefined): void {
  if (symbol !== undefined) doubtful.add(symbol);
}

/** `from x` without an instance: right only inside of a component that has an interface of that name. */
export function reportAlone(
  run: EndRun,
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
      ?.some(({ kind }) => kind === 'interface'),
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

export function reportNoInstance(
  run: EndRun,
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

export function reportUnknownEnd(
  run: EndRun,
  scope: Scope,
  file: CamkesFile,
  reference: Reference,
  word: 'from' | 'to' | 'export',
  lookup: Extract<Lookup, { kind: 'missing' | 'other' }>,
  { partner }: OtherEnd,
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
    fixes: [
      near === undefined ? undefined : replaceFix(file, part.span, near),
      other !== undefined || isGroup || !givesAdvice(names.report)
        ? undefined
        : word === 'export'
          ? sameInterfaceFix(names, inside, part.text, partner())
          : interfaceFix(names, inside, part.text, word, partner()),
    ],
  });
}

function reportUnknownInstance(
  run: EndRun,
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

export function reportDestination(
  names: Names,
  component: CamkesSymbol,
  file: CamkesFile,
  node: Export,
  source: CamkesSymbol<'interface'> | undefined,
): void {
  const near = nearestName(node.destination.text, namesIn(component, 'interface'));
  const declared =
    namesIn(component, 'interface').length === 0 ? 'none' : listNames(component, 'interface');
  reportIn(names.report, file, node.destination.span, {
    code: 'unknown-interface',
    message: `\`-> ${node.destination.text}\`: component \`${component.name}\` has no interface \`${node.destination.text}\` to export to; it declares ${declared}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    related: [relatedTo(component, `Component \`${component.name}\` is declared here.`)],
    fixes: [
      near === undefined ? undefined : replaceFix(file, node.destination.span, near),
      sameInterfaceFix(names, component, node.destination.text, source),
    ],
  });
}
