/** Puts what the stages found together into the system that is compiled, drawn and asked. */
import { compiledConnector, type CompiledAs } from './compiled-as.js';
import { inMap } from './multi-map.js';
import type { Flat } from './flatten.js';
import { valueOf, type Lift } from './lift.js';
import { placeOfConnection, type MergedConnection } from './merge-connections.js';
import { reportIn } from './report.js';
import type { Names } from './resolve.js';
import { settingOf, type SettledSetting } from './settings.js';
import type { CamkesSymbol } from './symbol.js';
import type { CamkesSystem, Connection, Dialect, Setting } from './system.js';
import type { Schedule } from './tree.js';

export function systemOf({
  names,
  lift,
  dialect,
  flat,
  settings,
  connections,
  compiledAs,
}: {
  readonly names: Names;
  readonly lift: Lift;
  readonly dialect: Dialect;
  readonly flat: Flat;
  readonly settings: readonly SettledSetting[];
  readonly connections: readonly MergedConnection[];
  readonly compiledAs: CompiledAs | undefined;
}): CamkesSystem {
  const instances = new Set(flat.instances.map(({ name }) => name));
  const loose = new Map<string, Map<string, Setting>>();
  const looseSettings: Setting[] = [];
  for (const { flat: setting, value } of settings) {
    if (value === undefined || instances.has(setting.instance)) continue;
    const made = settingOf(setting, value);
    looseSettings.push(made);
    const ofName = inMap(loose, setting.instance, () => new Map<string, Setting>());
    if (!ofName.has(setting.attribute)) ofName.set(setting.attribute, made);
  }
  return {
    dialect,
    instances: flat.instances,
    connections: connections.flatMap((merged) => connectionOf(merged, loose, compiledAs)),
    looseSettings,
    schedule: scheduleOf(names, lift),
  };
}

/** A connection without a connector or without ends on both sides was reported, and is left out. */
function connectionOf(
  merged: MergedConnection,
  loose: ReadonlyMap<string, ReadonlyMap<string, Setting>>,
  compiledAs: CompiledAs | undefined,
): Connection[] {
  const { name, connector, from, to } = merged;
  const place = placeOfConnection(merged);
  if (connector === undefined || place === undefined || from.length === 0 || to.length === 0)
    return [];
  return [
    {
      name,
      place,
      connector: compiledConnector(connector, compiledAs),
      from,
      to,
      settings: loose.get(name) ?? new Map(),
    },
  ];
}

/** Of several assemblies the first one's counts. */
function scheduleOf({ items, report }: Names, lift: Lift): CamkesSystem['schedule'] {
  const assembly = items.find((item): item is CamkesSymbol<'assembly'> => item.kind === 'assembly');
  const schedule = assembly?.node.members.find(
    (member): member is Schedule => member.kind === 'schedule',
  );
  if (assembly === undefined) return [];
  return (schedule?.entries ?? []).flatMap(({ domain, duration, unit, span }) => {
    const [first, second] = [domain, duration].map((each) => valueOf(lift, assembly.file, each));
    if (first?.kind === 'unknown' || second?.kind === 'unknown') return [];
    if (first?.kind === 'integer' && second?.kind === 'integer' && first.value >= 0n)
      return [{ domain: Number(first.value), duration: second.value, unit: unit ?? 'ticks' }];
    reportIn(report, assembly.file, span, {
      code: 'schedule-entry',
      message: 'An entry of a schedule is a domain and how long it runs, both whole numbers.',
    });
    return [];
  });
}
