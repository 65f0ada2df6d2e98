/**
 * The objects of a `.cdl` that go by the name of an instance or a connection: `timer_cnode`, `ask_ep`. Which
 * ones those are the compiler says: what an assembly does not make is not touched.
 */
import type { CapdlSpec } from '../../runtime/toolchain/capdl/spec.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import { rangeOf, type Specifications } from '../capdl/specifications.js';
import type { CompiledSystems } from './compiled.js';
import { isSame } from './describe-symbol.js';
import type { CamkesProgram } from './systems.js';

export function renamedObjects(
  programs: readonly CamkesProgram[],
  compiled: CompiledSystems,
  specifications: Specifications,
  symbol: CamkesSymbol,
  newName: string,
): FixEdit[] {
  if (symbol.kind !== 'instance' && symbol.kind !== 'connection') return [];
  const names = new Map<string, string>();
  for (const program of programs) {
    const spec = compiled.specOf(program);
    if (spec === undefined) continue;
    for (const flat of flatNames(program, symbol)) {
      const renamed = flat.slice(0, flat.length - symbol.name.length) + newName;
      for (const [before, after] of objectNames(spec, flat, renamed)) names.set(before, after);
    }
  }
  if (names.size === 0) return [];
  return specifications.thatMention(symbol.name).flatMap((specification) =>
    [...names].flatMap(([before, after]) =>
      specification.analysis.symbols.of('object', before).map((occurrence) => ({
        file: specification.path,
        range: rangeOf(specification, occurrence),
        newText: after,
      })),
    ),
  );
}

/** The paths through the hierarchy that the instance or connection has. */
function flatNames({ analysis: { system } }: CamkesProgram, symbol: CamkesSymbol): string[] {
  const declared = placeOfName(symbol);
  const things: readonly { readonly name: string; readonly place: typeof declared }[] =
    symbol.kind === 'instance' ? (system?.instances ?? []) : (system?.connections ?? []);
  return things
    .filter(({ name, place }) => isSame(place, declared) && name.endsWith(symbol.name))
    .map(({ name }) => name);
}

/** Names that are made of it: at the start, or behind the kind, as in `frame_timer_group_bin_0001`. */
function* objectNames(spec: CapdlSpec, flat: string, renamed: string): Iterable<[string, string]> {
  const text = flat.replaceAll(/[.$]/g, '\\$&');
  const pattern = new RegExp(`^((?:frame_|pt_|irq_)?)${text}(?=_|$)`);
  for (const { name } of spec.objects) {
    const match = pattern.exec(name);
    if (match !== null) yield [name, `${match[1] ?? ''}${renamed}${name.slice(match[0].length)}`];
  }
}
