/** What compilers said about functions and types, with the addresses that the linker gave. */
import { virtAddr, type VirtAddr } from '../../base/address.js';
import type {
  DebugClass,
  DebugFunction,
  DebugGlobal,
  DebugInformation,
  DebugTrap,
  DebugType,
  DebugVariable,
} from '../../image/debug-information.js';
import type { ObjectFile } from '../object-file.js';
import type { SectionAddresses } from './symbol-values.js';

/** Undefined where no object says anything. */
export function debugOf(
  objects: readonly ObjectFile[],
  addresses: SectionAddresses,
): DebugInformation | undefined {
  if (objects.every(({ debug }) => debug === undefined)) return undefined;
  const types: DebugType[] = [];
  const functions: DebugFunction[] = [];
  const globals: DebugGlobal[] = [];
  const traps: DebugTrap[] = [];
  const classes: DebugClass[] = [];
  let modules = 0;
  objects.forEach(({ debug }, index) => {
    if (debug === undefined) return;
    const base = types.length;
    for (const type of debug.types) types.push(movedType(type, base));
    for (const { section, offset, function: each } of debug.functions) {
      const placed = addresses[index]?.get(section);
      // What was left out of the program is not told of, either.
      if (placed !== undefined)
        functions.push(movedFunction(each, placed.part.address + offset, base));
    }
    if (debug.classes !== undefined) {
      for (const each of debug.classes)
        classes.push({ ...each, type: each.type + base, module: modules });
      modules += 1;
    }
    for (const { section, offset, ...trap } of debug.traps ?? []) {
      const placed = addresses[index]?.get(section);
      if (placed !== undefined)
        traps.push({ address: virtAddr(placed.part.address + offset), ...trap });
    }
    for (const { section, offset, global } of debug.globals) {
      const placed = section === undefined ? undefined : addresses[index]?.get(section);
      if (section !== undefined && placed === undefined) continue;
      const address = placed && virtAddr(placed.part.address + offset);
      globals.push(movedGlobal(global, address, base));
    }
  });
  functions.sort((a, b) => a.low - b.low);
  globals.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  traps.sort((a, b) => a.address - b.address);
  return {
    types,
    functions,
    globals,
    ...(traps.length === 0 ? {} : { traps }),
    ...(classes.length === 0 ? {} : { classes }),
  };
}

function movedType(type: DebugType, base: number): DebugType {
  if (base === 0) return type;
  switch (type.kind) {
    case 'pointer':
    case 'alias':
      return type.target === undefined ? type : { ...type, target: type.target + base };
    case 'structure':
    case 'union':
      return {
        ...type,
        members: type.members.map((member) => ({ ...member, type: member.type + base })),
      };
    case 'array':
    case 'list':
      return { ...type, element: type.element + base };
    case 'base':
    case 'enumeration':
    case 'text':
    case 'opaque':
      return type;
  }
}

function movedFunction(each: DebugFunction, low: number, base: number): DebugFunction {
  const moved = (variable: DebugVariable): DebugVariable =>
    variable.type === undefined ? variable : { ...variable, type: variable.type + base };
  return {
    ...each,
    low: virtAddr(low),
    ...(each.returns === undefined ? {} : { returns: each.returns + base }),
    variables: each.variables.map(moved),
    inlined: each.inlined.map((call) => ({ ...call, variables: call.variables.map(moved) })),
  };
}

const movedGlobal = (
  global: DebugGlobal,
  address: VirtAddr | undefined,
  base: number,
): DebugGlobal => ({
  ...global,
  ...(global.type === undefined ? {} : { type: global.type + base }),
  ...(address === undefined ? {} : { at: { kind: 'memory', address } }),
});
