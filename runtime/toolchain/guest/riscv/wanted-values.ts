/** Which variables of an optimised module a debugger wants to find in the code of each function. */
import type { GuestLocal, GuestModule } from '../guest-module.js';
import { lastUpTo } from '../line-search.js';
import type { WasmModule } from '../wasm/module.js';
import type { WantedValue } from './locate-values.js';

export interface WantedVariable {
  readonly local: GuestLocal;
  readonly value: WantedValue;
}

/** By the index of the function. */
export type WantedValues = ReadonlyMap<number, readonly WantedVariable[]>;

export function wantedValues(
  { functions, inlined = [] }: Pick<GuestModule, 'functions' | 'inlined'>,
  module: WasmModule,
): WantedValues {
  const found = new Map<number, WantedVariable[]>();
  const add = (index: number, local: GuestLocal, value: WantedValue): void => {
    const list = found.get(index) ?? [];
    found.set(index, list);
    list.push({ local, value });
  };
  for (const [index, { locals, parameterCount }] of functions) {
    const parameters = module.functions[index]?.type.parameters;
    if (parameterCount === undefined) continue;
    for (const local of locals) {
      if (typeof local.at === 'object' && 'held' in local.at) add(index, local, local.at);
      // With another number of them they are others.
      else if (typeof local.at === 'number' && parameterCount === parameters?.length)
        add(index, local, { parameter: local.at });
    }
  }
  const bodies = module.functions.flatMap(({ definition }, index) =>
    definition.kind === 'body' ? [{ index, offset: definition.body.offset }] : [],
  );
  for (const { locals } of inlined)
    for (const local of locals) {
      if (typeof local.at !== 'object' || !('held' in local.at)) continue;
      const [first] = local.at.held;
      const body = first && bodies[lastUpTo(bodies, first.offset)];
      if (body !== undefined) add(body.index, local, local.at);
    }
  return found;
}
