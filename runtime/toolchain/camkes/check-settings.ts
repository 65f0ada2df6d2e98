/**
 * Checks what configurations set: names that are known nowhere, which the reference tools pass over in
 * silence, settings that are given twice, and values that an attribute cannot have. The names are recorded
 * as references, the interface at the head of `mmio_paddr` too.
 */
import { nearestName } from '../text/suggest.js';
import { connectorRow } from './connectors.js';
import { checkValue } from './check-values.js';
import type { Flat, FlatInstance } from './flatten.js';
import { componentType, type Lift } from './lift.js';
import { attributeFix, typeOfValue } from './member-fixes.js';
import { appendTo } from './multi-map.js';
import type { CamkesFile } from './read-file.js';
import {
  editOf,
  fixOf,
  givesAdvice,
  listOf,
  relatedAt,
  relatedTo,
  replaceFix,
  reportIn,
} from './report.js';
import type { Compositions } from './resolve-composition.js';
import { namesIn, type Names } from './resolve.js';
import {
  knownConnectionSetting,
  knownInterfaceSetting,
  knownSettingOf,
  settingsOfComponent,
  settingsOfInterface,
} from './known-setting.js';
import type { SettledSetting } from './settings.js';
import { instancesIn, memberNamed, membersOfKind, type CamkesSymbol } from './symbol.js';
import type { Dialect } from './system.js';
import type { Name, Setting } from './tree.js';

interface Check {
  readonly names: Names;
  readonly compositions: Compositions;
  readonly lift: Lift;
  /** Undefined: a setting of any dialect is known. */
  readonly dialect: Dialect | undefined;
}

interface Run extends Check {
  readonly ofOwnConnectors: ReadonlySet<CamkesSymbol>;
}

/** Names, for every configuration whether it is used or not. */
export function checkSettingNames(check: Check): void {
  const run: Run = { ...check, ofOwnConnectors: interfacesOfOwnConnectors(check) };
  const assemblies: CamkesSymbol[] = [];
  for (const owner of check.compositions.parts.keys())
    if (owner.kind === 'assembly') assemblies.push(owner);
    else checkOwner(run, [owner]);
  if (assemblies.length > 0) checkOwner(run, assemblies);
}

function checkOwner(check: Run, owners: readonly CamkesSymbol[]): void {
  const parts = owners.flatMap((owner) => check.compositions.parts.get(owner) ?? []);
  const targets = new Map<string, CamkesSymbol>();
  for (const { compositions } of parts)
    for (const composition of compositions)
      for (const target of [
        ...membersOfKind(composition, 'connection'),
        ...membersOfKind(composition, 'group'),
        ...instancesIn(composition),
      ])
        if (target.name !== '') targets.set(target.name, target);
  const isOpen = parts.some(({ compositions }) => compositions.some((each) => each.isOpen));
  for (const { configurations } of parts) {
    for (const { node, file } of configurations) {
      const seen = new Map<string, Setting>();
      for (const setting of node.settings) {
        if (setting.kind !== 'setting' || setting.attribute.text === '') continue;
        const own = targets.has(setting.instance.text)
          ? undefined
          : ownInterface(owners, setting.instance.text);
        if (own !== undefined) checkInterfaceSetting(check, file, setting, own);
        else checkTarget(check, file, setting, targets, isOpen ? 'open' : 'closed');
        checkSource(check, file, setting, targets, owners);
        if (owners[0]?.kind === 'component') checkTwice(check, file, setting, seen);
      }
    }
  }
}

function checkTarget(
  check: Run,
  file: CamkesFile,
  setting: Setting,
  targets: ReadonlyMap<string, CamkesSymbol>,
  openness: 'open' | 'closed',
): void {
  const { names } = check;
  const { instance, attribute, span } = setting;
  const target = targets.get(instance.text);
  if (target !== undefined) {
    names.references.push({ symbol: target, file, span: instance.span, role: 'setting' });
    checkAttribute(check, file, target, setting, typeOfSource(setting, targets));
    return;
  }
  if (openness === 'open' || instance.text === '') return;
  const near = givesAdvice(names.report) ? nearestName(instance.text, targets.keys()) : undefined;
  reportIn(names.report, file, instance.span, {
    severity: names.graph.hasMissing ? 'hint' : 'warning',
    code: 'unknown-setting-target',
    message: `\`${instance.text}.${attribute.text}\` sets nothing: there is no instance, group or connection \`${instance.text}\` here.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    fixes: [
      near === undefined ? undefined : replaceFix(file, instance.span, near),
      fixOf('Remove this setting', [editOf(file, span, '')]),
    ],
  });
}

/** What the attribute that is set has to be: as its source behind `<-`, or fit for the value. */
function typeOfSource(
  { value }: Setting,
  targets: ReadonlyMap<string, CamkesSymbol>,
): string | undefined {
  if (value.kind !== 'reference') return typeOfValue(value);
  const [first, second] = value.reference.parts;
  const source = targets.get(first?.text ?? '')?.type;
  return source && second && typeOfAttribute(source, second.text);
}

function typeOfAttribute(component: CamkesSymbol, name: string): string | undefined {
  const declared = memberNamed(component, name, 'attribute');
  return declared && `${declared.node.type.text}${declared.node.isArray ? '[]' : ''}`;
}

/** A component sets its own interfaces up: `timer.dtb = …` beside the connection that `timer` ends. */
function ownInterface(
  [owner]: readonly CamkesSymbol[],
  name: string,
): CamkesSymbol<'interface'> | undefined {
  return owner?.kind === 'component' ? memberNamed(owner, name, 'interface') : undefined;
}

function checkInterfaceSetting(
  { names }: Run,
  file: CamkesFile,
  { instance, attribute }: Setting,
  own: CamkesSymbol<'interface'>,
): void {
  names.references.push({ symbol: own, file, span: instance.span, role: 'setting' });
  if (knownInterfaceSetting(attribute.text) !== undefined) return;
  const candidates = settingsOfInterface().map(({ name }) => name);
  const near = nearestName(attribute.text, candidates);
  reportIn(names.report, file, attribute.span, {
    severity: names.graph.hasMissing ? 'hint' : 'warning',
    code: 'unknown-setting',
    message: `The runtime knows no setting \`${attribute.text}\` of an interface; it knows ${candidates.map((name) => `\`${name}\``).join(', ')}, for devices of the device tree.`,
    related: [relatedTo(own, `\`${own.name}\` is declared here.`)],
    fixes: [near === undefined ? undefined : replaceFix(file, attribute.span, near)],
  });
}

function checkAttribute(
  check: Run,
  file: CamkesFile,
  target: CamkesSymbol,
  { attribute }: Setting,
  wantedType: string | undefined,
): void {
  const { names, lift } = check;
  if (target.kind === 'connection') {
    checkConnectionSetting(check, file, target, attribute);
    return;
  }
  const component = target.type;
  if (target.kind !== 'instance' || component?.kind !== 'component') return;
  if (recordAttribute(names, file, component, attribute) || component.isOpen) return;
  const type = componentType(lift, component);
  const dialects: readonly Dialect[] = check.dialect ? [check.dialect] : ['upstream', 'sparrow'];
  const known = dialects.some((dialect) => knownSettingOf(type, attribute.text, dialect));
  const about = interfaceAtHead(component, attribute.text);
  if (about !== undefined) {
    const { start } = attribute.span;
    const span = { start, end: start + about.name.length };
    names.references.push({ symbol: about, file, span, role: 'setting-prefix' });
  }
  if (known || (about !== undefined && check.ofOwnConnectors.has(about))) return;
  const candidates = [
    ...type.attributes.map(({ name }) => name),
    ...dialects.flatMap((each) => settingsOfComponent(type, each).map(({ name }) => name)),
  ];
  const near = nearestName(attribute.text, candidates);
  reportIn(names.report, file, attribute.span, {
    severity: names.graph.hasMissing ? 'hint' : 'warning',
    code: 'unknown-setting',
    message: `Component \`${component.name}\` declares no attribute \`${attribute.text}\`, and the runtime knows no such setting of it.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    related: [relatedTo(component, `Component \`${component.name}\` is declared here.`)],
    fixes: [
      near === undefined ? undefined : replaceFix(file, attribute.span, near),
      attributeFix(component, attribute.text, wantedType),
    ],
  });
}

function recordAttribute(
  { references }: Names,
  file: CamkesFile,
  component: CamkesSymbol,
  attribute: Name,
): boolean {
  const declared = memberNamed(component, attribute.text, 'attribute');
  if (declared === undefined) return false;
  references.push({ symbol: declared, file, span: attribute.span, role: 'setting' });
  return true;
}

/** The interface, mutex or the like whose name and a `_` begin the attribute's name; the longest. */
function interfaceAtHead(component: CamkesSymbol, attribute: string): CamkesSymbol | undefined {
  for (let at = attribute.lastIndexOf('_'); at > 0; at = attribute.lastIndexOf('_', at - 1)) {
    const found = component.membersByName
      .get(attribute.slice(0, at))
      ?.find(({ kind }) => kind === 'interface' || kind === 'has');
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Interfaces on connectors whose code may read any setting: a project's own, and global-components'. */
function interfacesOfOwnConnectors({ names, compositions }: Check): Set<CamkesSymbol> {
  const found = new Set<CamkesSymbol>();
  for (const symbol of names.ownSymbols) {
    if (symbol.kind !== 'connection') continue;
    const row = connectorRow(symbol.type?.name ?? '');
    if (row?.library === 'std_connector.camkes') continue;
    for (const end of symbol.node.ends) {
      const resolved = compositions.ends.get(end);
      if (resolved !== undefined) found.add(resolved.interface);
    }
  }
  return found;
}

function checkConnectionSetting(
  { names }: Check,
  file: CamkesFile,
  connection: CamkesSymbol,
  attribute: Name,
): void {
  const { type } = connection;
  if (type === undefined) return;
  if (recordAttribute(names, file, type, attribute)) return;
  // Only what the standard connectors read is known.
  if (connectorRow(type.name) === undefined || knownConnectionSetting(attribute.text)) return;
  reportIn(names.report, file, attribute.span, {
    severity: 'warning',
    code: 'unknown-setting',
    message: `Connector \`${type.name}\` of connection \`${connection.name}\` reads no setting \`${attribute.text}\`.`,
    related: [relatedTo(connection, `Connection \`${connection.name}\` is declared here.`)],
  });
}

/** The names behind `<-`. */
function checkSource(
  { names }: Check,
  file: CamkesFile,
  { instance, attribute, value }: Setting,
  targets: ReadonlyMap<string, CamkesSymbol>,
  owners: readonly CamkesSymbol[],
): void {
  if (value.kind !== 'reference') return;
  const [first, second] = value.reference.parts;
  if (first === undefined) return;
  const owner = owners[0];
  if (second === undefined) {
    const own = owner?.kind === 'component' ? owner : undefined;
    if (own === undefined || own.isOpen) return;
    if (recordAttribute(names, file, own, first)) return;
    const inner = targets.get(instance.text)?.type;
    reportUnknownSource(names, file, first, own, inner && typeOfAttribute(inner, attribute.text));
    return;
  }
  const target = targets.get(first.text);
  if (target === undefined) return;
  names.references.push({ symbol: target, file, span: first.span, role: 'setting' });
  if (target.kind !== 'instance' || target.type?.kind !== 'component') return;
  recordAttribute(names, file, target.type, second);
}

function reportUnknownSource(
  { report }: Names,
  file: CamkesFile,
  name: Name,
  component: CamkesSymbol,
  type: string | undefined,
): void {
  const attributes = namesIn(component, 'attribute');
  const near = nearestName(name.text, attributes);
  reportIn(report, file, name.span, {
    severity: 'warning',
    code: 'unknown-attribute',
    message: `Component \`${component.name}\` declares no attribute \`${name.text}\`, so this sets nothing; it declares ${attributes.length === 0 ? 'none' : listOf(attributes)}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    fixes: [
      near === undefined ? undefined : replaceFix(file, name.span, near),
      attributeFix(component, name.text, type),
    ],
  });
}

const nameSpan = ({ instance, attribute }: Setting): Setting['span'] => ({
  start: instance.span.start,
  end: attribute.span.end,
});

function checkTwice(
  { names }: Check,
  file: CamkesFile,
  setting: Setting,
  seen: Map<string, Setting>,
): void {
  const key = `${setting.instance.text}.${setting.attribute.text}`;
  const earlier = seen.get(key);
  if (earlier === undefined) seen.set(key, setting);
  else reportTwice(names, { file, node: setting }, { file, node: earlier });
}

interface Written {
  readonly file: CamkesFile;
  readonly node: Setting;
}

function reportTwice({ report }: Names, { file, node }: Written, earlier: Written): void {
  reportIn(report, file, nameSpan(node), {
    code: 'duplicate-setting',
    message: `\`${node.instance.text}.${node.attribute.text}\` is set twice. Remove one of the two.`,
    related: [
      relatedAt(earlier.file.source.placeOf(nameSpan(earlier.node)), 'It is set here first.'),
    ],
    fixes: [fixOf('Remove this setting', [editOf(file, node.span, '')])],
  });
}

/** Values, and settings of the whole system that are given twice. */
export function checkSettledSettings(
  names: Names,
  flat: Flat,
  settled: readonly SettledSetting[],
): void {
  const instances = new Map<string, FlatInstance>(
    flat.instances.map((instance) => [instance.name, instance]),
  );
  const byName = new Map<string, SettledSetting[]>();
  for (const setting of settled) {
    const { flat: written, value } = setting;
    if (value === undefined) continue;
    appendTo(byName, `${written.instance}.${written.attribute}`, setting);
    const attribute = instances
      .get(written.instance)
      ?.component.attributes.find(({ name }) => name === written.attribute);
    if (attribute !== undefined) checkValue(names.report, written, attribute, value);
  }
  for (const [first, ...others] of byName.values())
    if (first !== undefined) for (const other of others) reportTwice(names, other.flat, first.flat);
}
