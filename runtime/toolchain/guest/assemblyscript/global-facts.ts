/** What a debugger is told of variables and constants outside of functions: their names, types and places. */
import { CommonFlags, ConstantValueKind, ElementKind } from 'assemblyscript';
import type { Global, Program } from 'assemblyscript';
import type { GuestGlobal } from '../guest-module.js';
import { shortName, type DebugTypes } from './debug-types.js';
import type { Places } from './places.js';

interface Context {
  readonly places: Places;
  readonly types: DebugTypes;
  readonly pathOf: (libraryPath: string) => string;
}

const nativePath = '~lib/native.ts';

/** Those that the program uses; the library makes none of the others. */
export function globalsOf(program: Program, { places, types, pathOf }: Context): GuestGlobal[] {
  const globals: GuestGlobal[] = [];
  for (const element of program.elementsByName.values()) {
    if (element.kind !== ElementKind.Global || (element.flags & CommonFlags.Compiled) === 0)
      continue;
    const global = element as Global;
    const { name, range, type: written } = global.declaration;
    if (range.source.normalizedPath === nativePath) continue;
    const type = types.indexOf(global.type, written, global.parent);
    globals.push({
      symbol: global.internalName,
      name: shortName(global.internalName),
      ...(type === undefined ? {} : { type }),
      file: pathOf(range.source.normalizedPath),
      line: places.lineOf(name.range),
      ...(global.constantValueKind === ConstantValueKind.Integer
        ? { value: BigInt(global.constantIntegerValue.toString()) }
        : {}),
    });
  }
  return globals;
}
