/**
 * What each attribute comes to: settings, those that refer to others (`a.x <- b.y`), and defaults. A `<-`
 * whose source is set nowhere takes the source's default, else its own, else it is as if not written.
 * Stage 8 of the reference tools.
 */
import { appendTo, inMap } from './multi-map.js';
import type { Flat, FlatInstance, FlatSetting } from './flatten.js';
import { placeOfSetting } from './flatten.js';
import { unknownValue, valueOf, type Lift } from './lift.js';
import { relatedAt, reportIn } from './report.js';
import { settleQuery, type QueryAnswers } from './settle-query.js';
import type { AttributeDeclaration, Setting } from './system.js';
import type { Expression } from './tree.js';
import type { Value } from './value.js';

export interface SettledSetting {
  readonly flat: FlatSetting;
  /** Undefined where a `<-` leads to nothing. */
  readonly value: Value | undefined;
}

type ByName = ReadonlyMap<string, ReadonlyMap<string, readonly FlatSetting[]>>;

interface Run {
  readonly lift: Lift;
  readonly byName: ByName;
  readonly instances: ReadonlyMap<string, FlatInstance>;
  readonly settled: Map<FlatSetting, Value | undefined>;
  readonly answers: QueryAnswers;
}

/** In the order of the sources; also puts them, and defaults, into the instances. */
export function settleSettings(lift: Lift, flat: Flat, answers: QueryAnswers): SettledSetting[] {
  const byName = new Map<string, Map<string, FlatSetting[]>>();
  for (const setting of flat.settings) {
    const ofInstance = inMap(byName, setting.instance, () => new Map<string, FlatSetting[]>());
    appendTo(ofInstance, setting.attribute, setting);
  }
  const instances = new Map(flat.instances.map((instance) => [instance.name, instance]));
  const run: Run = { lift, byName, instances, settled: new Map(), answers };
  const all = flat.settings.map((setting) => ({ flat: setting, value: settle(run, setting) }));
  for (const { flat: setting, value } of all) {
    const settings = instances.get(setting.instance)?.settings;
    if (value === undefined || settings === undefined || settings.has(setting.attribute)) continue;
    const attribute = attributeOf(run, setting.instance, setting.attribute);
    settings.set(setting.attribute, settingOf(setting, withFieldDefaults(attribute, value)));
  }
  for (const { component, name, settings } of flat.instances) {
    for (const { name: attribute, initial, place } of component.attributes) {
      if (initial === undefined || settings.has(attribute)) continue;
      settings.set(attribute, {
        instance: name,
        attribute,
        value: initial,
        place,
        isDefault: true,
      });
    }
  }
  return all;
}

/** A field of a struct that is not said has its default. */
function withFieldDefaults(attribute: AttributeDeclaration | undefined, value: Value): Value {
  const fields = attribute?.fields;
  if (attribute === undefined || fields === undefined) return value;
  if (attribute.isArray && value.kind === 'list') {
    const one = { ...attribute, isArray: false };
    return { kind: 'list', items: value.items.map((item) => withFieldDefaults(one, item)) };
  }
  if (value.kind !== 'dictionary') return value;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const entries = value.entries.map(([key, said]): readonly [Value, Value] => {
    const field = key.kind === 'string' ? byName.get(key.value) : undefined;
    if (field !== undefined) byName.delete(field.name);
    return [key, withFieldDefaults(field, said)];
  });
  for (const { name, initial } of byName.values())
    if (initial !== undefined) entries.push([{ kind: 'string', value: name }, initial]);
  return { kind: 'dictionary', entries };
}

export const settingOf = (setting: FlatSetting, value: Value): Setting => ({
  instance: setting.instance,
  attribute: setting.attribute,
  value,
  place: placeOfSetting(setting),
  isDefault: false,
});

/** Follows a chain of `<-` to a value, without recursion: a chain may be as long as the file. */
function settle(run: Run, setting: FlatSetting): Value | undefined {
  const chain: FlatSetting[] = [];
  const onChain = new Set<FlatSetting>();
  let at = setting;
  let value: Value | undefined;
  for (;;) {
    if (run.settled.has(at)) {
      value = run.settled.get(at);
      break;
    }
    if (onChain.has(at)) {
      reportLoop(run, chain.slice(chain.indexOf(at)));
      break;
    }
    const { value: written } = at.node;
    if (written.kind !== 'reference') {
      value =
        written.kind === 'query'
          ? settleQuery(run.lift, at.file, written, run.answers)
          : valueOf(run.lift, at.file, written.expression);
      run.settled.set(at, value);
      break;
    }
    chain.push(at);
    onChain.add(at);
    const next = referent(run, at);
    if (next.kind !== 'setting') {
      value = next.value;
      break;
    }
    at = next.setting;
  }
  for (const link of chain.reverse()) {
    if (run.settled.has(link)) continue;
    value = value && keyed(run, link, value);
    run.settled.set(link, value);
  }
  return run.settled.get(setting);
}

type Referent =
  | { readonly kind: 'setting'; readonly setting: FlatSetting }
  | { readonly kind: 'value'; readonly value: Value | undefined };

function referent(run: Run, setting: FlatSetting): Referent {
  const target = targetName(setting);
  if (target === undefined) {
    const { value } = setting.node;
    const reference = value.kind === 'reference' ? value.reference : undefined;
    if (reference !== undefined)
      reportIn(run.lift.report, setting.file, reference.span, {
        code: 'attribute-reference',
        message: `\`<- ${reference.text}\` names no instance: an assembly has no attributes of its own, so write \`<- instance.${reference.text}\`.`,
      });
    return { kind: 'value', value: undefined };
  }
  const found = run.byName.get(target.instance)?.get(target.attribute) ?? [];
  const [first, second] = found;
  if (first !== undefined && second === undefined) return { kind: 'setting', setting: first };
  if (first !== undefined) {
    reportIn(
      run.lift.report,
      setting.file,
      setting.node.value.kind === 'reference'
        ? setting.node.value.reference.span
        : setting.node.span,
      {
        code: 'ambiguous-attribute-reference',
        message: `\`${target.instance}.${target.attribute}\` is set ${String(found.length)} times, so it is not clear which value is meant.`,
        related: found
          .slice(0, 4)
          .map((each) => relatedAt(placeOfSetting(each), 'It is set here.')),
      },
    );
    return { kind: 'value', value: unknownValue };
  }
  return {
    kind: 'value',
    value:
      attributeOf(run, target.instance, target.attribute)?.initial ??
      attributeOf(run, setting.instance, setting.attribute)?.initial,
  };
}

/** The full names of the instance and attribute that a `<-` names; undefined when it names no instance. */
export function targetName({
  node: { value },
  prefix,
}: FlatSetting): { readonly instance: string; readonly attribute: string } | undefined {
  if (value.kind !== 'reference') return undefined;
  const full = prefix + value.reference.text;
  const dot = full.lastIndexOf('.');
  return dot <= 0 ? undefined : { instance: full.slice(0, dot), attribute: full.slice(dot + 1) };
}

const attributeOf = (
  { instances }: Run,
  instance: string,
  attribute: string,
): AttributeDeclaration | undefined =>
  instances.get(instance)?.component.attributes.find(({ name }) => name === attribute);

function reportLoop({ lift }: Run, loop: readonly FlatSetting[]): void {
  const [first] = loop;
  if (first?.node.value.kind !== 'reference') return;
  const names = loop.slice(0, 5).map(({ instance, attribute }) => `\`${instance}.${attribute}\``);
  const rest = loop.length > 5 ? ' <- …' : '';
  reportIn(lift.report, first.file, first.node.value.reference.span, {
    code: 'cyclic-attribute-reference',
    message: `These attributes take their values from each other, so none of them has one: ${names.join(' <- ')}${rest} <- ${names[0] ?? ''}.`,
    related: loop
      .slice(1, 5)
      .map((each) => relatedAt(placeOfSetting(each), 'This is a part of the cycle.')),
  });
}

/** What the `["key"]` behind a reference picks out of its value. */
function keyed({ lift }: Run, { file, node }: FlatSetting, whole: Value): Value | undefined {
  if (node.value.kind !== 'reference') return whole;
  let value = whole;
  for (const key of node.value.keys) {
    if (value.kind !== 'dictionary') return value.kind === 'unknown' ? value : whole;
    const wanted = valueOf(lift, file, key);
    if (wanted.kind === 'unknown') return wanted;
    const entry = value.entries.find(([each]) => isSame(each, wanted));
    if (entry === undefined) {
      reportMissingKey(lift, file, key, value);
      return unknownValue;
    }
    value = entry[1];
  }
  return value;
}

function reportMissingKey(
  lift: Lift,
  file: FlatSetting['file'],
  key: Expression,
  { entries }: Extract<Value, { kind: 'dictionary' }>,
): void {
  const keys = entries.slice(0, 6).map(([each]) => (each.kind === 'string' ? each.value : '…'));
  reportIn(lift.report, file, key.span, {
    code: 'missing-key',
    message: `The value has no such key; its keys are ${keys.length === 0 ? 'none' : keys.map((each) => `\`${each}\``).join(', ')}.`,
  });
}

const isSame = (left: Value, right: Value): boolean =>
  (left.kind === 'string' || left.kind === 'integer' || left.kind === 'float') &&
  left.kind === right.kind &&
  left.value === right.value;
