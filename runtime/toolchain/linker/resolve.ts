/**
 * Which definition every symbol reference means. A strong definition wins over a common block, that over
 * a weak definition; two strong ones are an error at the second. Names that linker scripts usually
 * define (`_end`, `__global_pointer$`) are provided when they are used and nobody defines them.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import { noRange } from '../text/diagnostic.js';
import type { ObjectFile, ObjectSymbol } from '../object-file.js';
import type { Layout, OutputSection } from './layout.js';

/** A global symbol's chosen definition. */
export interface Definition {
  readonly object: number;
  readonly symbol: ObjectSymbol;
}

export interface Globals {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly diagnostics: readonly Diagnostic[];
}

export function resolveGlobals(objects: readonly ObjectFile[]): Globals {
  const definitions = new Map<string, Definition>();
  const diagnostics: Diagnostic[] = [];
  objects.forEach((file, object) => {
    for (const symbol of file.symbols) {
      if (symbol.binding === 'local' || symbol.definition.kind === 'undefined') continue;
      const found = definitions.get(symbol.name);
      const candidate = { object, symbol };
      if (found === undefined) definitions.set(symbol.name, candidate);
      else if (strength(symbol) === 3 && strength(found.symbol) === 3)
        diagnostics.push(duplicate(objects, candidate, found));
      else if (isStronger(symbol, found.symbol)) definitions.set(symbol.name, candidate);
    }
  });
  return { definitions, diagnostics };
}

/** 3 strong, 2 common, 1 weak. */
function strength(symbol: ObjectSymbol): number {
  if (symbol.binding === 'weak') return 1;
  return symbol.definition.kind === 'common' ? 2 : 3;
}

/** Of two common blocks the larger one is taken. */
function isStronger(symbol: ObjectSymbol, than: ObjectSymbol): boolean {
  if (symbol.definition.kind === 'common' && than.definition.kind === 'common')
    return symbol.definition.sizeBytes > than.definition.sizeBytes;
  return strength(symbol) > strength(than);
}

function duplicate(
  objects: readonly ObjectFile[],
  second: Definition,
  first: Definition,
): Diagnostic {
  const firstPlace = placeOf(objects, first);
  return {
    ...placeOf(objects, second),
    severity: 'error',
    code: 'duplicate-symbol',
    message: `\`${second.symbol.name}\` is already defined in ${firstPlace.file}${lineSuffix(first.symbol)}; rename one of them or make it local.`,
    related: [{ ...firstPlace, message: `\`${first.symbol.name}\` is first defined here.` }],
  };
}

export function placeOf(
  objects: readonly ObjectFile[],
  { object, symbol }: Definition,
): { file: string; range: Diagnostic['range'] } {
  const place = symbol.place;
  return place === undefined
    ? { file: objects[object]?.name ?? '', range: noRange }
    : { file: place.file, range: place.range };
}

const lineSuffix = ({ place }: ObjectSymbol): string =>
  place === undefined ? '' : `:${place.range.start.line + 1}`;

/** The address of a name that the layout defines, or undefined for any other name. */
export function providedSymbol(name: string, layout: Layout): number | undefined {
  const { outputs, assigned } = layout;
  if (assigned !== undefined) return assigned.get(name)?.value ?? boundary(name, layout);
  const startOf = (match: (output: OutputSection) => boolean): number | undefined =>
    outputs.find(match)?.address;
  const endOf = (match: (output: OutputSection) => boolean): number | undefined => {
    const output = outputs.findLast(match);
    return output && output.address + output.sizeBytes;
  };
  const isZeroFilled = (output: OutputSection): boolean => output.writable && output.isZeroFilled;
  const isData = (output: OutputSection): boolean => output.writable && !output.isZeroFilled;
  const isCode = (output: OutputSection): boolean => output.executable;
  switch (name) {
    case '__global_pointer$':
      // The psABI's convention: 0x800 past the small data, so that gp reaches 4 KiB of it.
      return (
        (startOf((output) => output.name === '.sdata') ??
          startOf(isData) ??
          startOf(isZeroFilled) ??
          layout.end) + 0x800
      );
    case '_end':
    case 'end':
    case '__end':
      return layout.end;
    case '__bss_start':
    case '__bss_start__':
    case '_bss_start':
      return startOf(isZeroFilled) ?? layout.end;
    case '__bss_end':
    case '__bss_end__':
    case '__BSS_END__':
    case '_bss_end':
      return endOf(isZeroFilled) ?? layout.end;
    case '__DATA_BEGIN__':
      return startOf(isData) ?? startOf(isZeroFilled) ?? layout.end;
    case '_edata':
    case 'edata':
      return endOf(isData) ?? startOf(isZeroFilled) ?? layout.end;
    case '_etext':
    case 'etext':
    case '__etext':
      return endOf(isCode) ?? outputs[0]?.address ?? layout.end;
    case '__executable_start':
      return outputs[0]?.address ?? layout.end;
    default:
      return boundary(name, layout);
  }
}

/** `__start_NAME` and `__stop_NAME` of a section whose name is a C identifier, as GNU ld has them. */
function boundary(name: string, { outputs }: Layout): number | undefined {
  const match = /^__(start|stop)_([A-Za-z_]\w*)$/.exec(name);
  const output = match && outputs.find((candidate) => candidate.name === match[2]);
  if (!output) return undefined;
  return match[1] === 'start' ? output.address : output.address + output.sizeBytes;
}
