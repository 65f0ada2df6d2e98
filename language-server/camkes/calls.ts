/**
 * The call hierarchy of a system: an item is an instance, and a call is a connection. Whoever `uses` or
 * emits calls; whoever provides or consumes is called; shared memory counts in both directions.
 */
import { SymbolKind } from 'vscode-languageserver/node';
import { placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { CamkesSystem, ConnectionEndpoint } from '../../runtime/toolchain/camkes/system.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { Call, CallItem } from '../language.js';
import { isSame } from './describe-symbol.js';
import type { CamkesProgram, Systems } from './systems.js';
import { viewOf } from './view.js';

/** Of the instance, or of one interface of it, that is named at the position. */
export function callItemsAt(systems: Systems, path: string, position: Position): CallItem[] {
  const { analysis, program } = viewOf(systems, path);
  const { system } = analysis;
  const symbol = analysis.symbols.symbolAt(path, position);
  if (system === undefined || symbol === undefined) return [];
  const declared = placeOfName(symbol);
  switch (symbol.kind) {
    case 'instance':
      return system.instances
        .filter(({ place }) => isSame(place, declared))
        .map((instance) => itemOf(program, instance));
    case 'component':
      return system.instances
        .filter(({ component }) => isSame(component.place, declared))
        .map((instance) => itemOf(program, instance));
    case 'interface': {
      const ends = endsOf(system).filter((end) => isSame(end.interface.place, declared));
      return [...new Set(ends.map(({ instance }) => instance))].map((instance) =>
        itemOf(program, instance),
      );
    }
    default:
      return [];
  }
}

export function callsTo(systems: Systems, item: CallItem): Call[] {
  return callsOf(systems, item, { isCalled: true });
}

export function callsFrom(systems: Systems, item: CallItem): Call[] {
  return callsOf(systems, item, { isCalled: false });
}

function callsOf(systems: Systems, item: CallItem, { isCalled }: { isCalled: boolean }): Call[] {
  const [root = '', name = ''] = item.key.split('\n');
  const program = systems.programsOf(root).find((each) => each.root === root);
  const system = program?.analysis.system;
  if (program === undefined || system === undefined) return [];
  const calls = new Map<ConnectionEndpoint['instance'], Call['places'][number][]>();
  for (const { from, to } of system.connections) {
    const isShared = from.some((end) => end.interface.kind === 'dataport');
    const pairs = isShared ? [[from, to] as const, [to, from] as const] : [[from, to] as const];
    for (const [callers, called] of pairs) {
      const [own, others] = isCalled ? [called, callers] : [callers, called];
      if (!own.some(({ instance }) => instance.name === name)) continue;
      for (const other of others) {
        const ranges = calls.get(other.instance) ?? [];
        calls.set(other.instance, ranges);
        // The ranges are to be in the file of whoever calls.
        const caller = isCalled ? [other] : own.filter(({ instance }) => instance.name === name);
        for (const { place } of caller) ranges.push(place.range);
      }
    }
  }
  return [...calls].map(([instance, places]) => ({ other: itemOf(program, instance), places }));
}

const endsOf = ({ connections }: CamkesSystem): ConnectionEndpoint[] =>
  connections.flatMap(({ from, to }) => [...from, ...to]);

function itemOf({ root }: CamkesProgram, instance: ConnectionEndpoint['instance']): CallItem {
  const { name, component, place } = instance;
  return {
    name,
    detail: component.name,
    kind: SymbolKind.Object,
    file: place.file,
    range: place.range,
    selection: place.range,
    key: `${root}\n${name}`,
  };
}
