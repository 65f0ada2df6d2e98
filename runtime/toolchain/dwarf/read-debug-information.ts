/**
 * Functions, variables and types of a program that a C compiler described. A function that was inlined is told
 * inside of those that it went into. DWARF 5, chapters 3 and 4; versions 2 to 4 as well.
 */
import { virtAddr } from '../../base/address.js';
import type {
  DebugFunction,
  DebugGlobal,
  DebugInformation,
  DebugVariable,
  FrameRow,
  InlinedCall,
  OffsetRange,
  SourcePlace,
  VariableLocation,
} from '../../image/debug-information.js';
import {
  readLocationList,
  readRangeList,
  type AddressRange,
  type ListSections,
} from './address-lists.js';
import { attribute, tag } from './constants.js';
import { DebugTypes } from './debug-types.js';
import { blockIn, numberIn, readEntryTree, textIn, type InfoEntry } from './entry-tree.js';
import { compilerProducer } from './guest-types.js';
import { readUnits, type InfoSections } from './info-unit.js';
import { readLineHeader } from './line-header.js';
import { readCallFrames } from './read-call-frames.js';
import { placeOfExpression } from './value-place.js';

/** More than this is a program whose description costs more than it tells. */
const mostInfoBytes = 32 * 1024 * 1024;

export function readDebugInformation(
  section: (name: string) => Uint8Array | undefined,
): DebugInformation | undefined {
  const sections: InfoSections = {
    info: section('.debug_info'),
    abbreviations: section('.debug_abbrev'),
    strings: section('.debug_str'),
    lineStrings: section('.debug_line_str'),
    stringOffsets: section('.debug_str_offsets'),
  };
  if (sections.info === undefined || sections.info.length > mostInfoBytes) return undefined;
  const lists: ListSections = {
    ranges: section('.debug_ranges'),
    rangeLists: section('.debug_rnglists'),
    locations: section('.debug_loc'),
    locationLists: section('.debug_loclists'),
  };
  const entries = new Map<number, InfoEntry>();
  const guestEntries = new Set<number>();
  const units: { root: InfoEntry; version: number }[] = [];
  for (const unit of readUnits(sections)) {
    const root = readEntryTree(sections, unit);
    if (root === undefined) continue;
    units.push({ root, version: unit.context.version });
    const isGuest = textIn(root, attribute.producer) === compilerProducer;
    index(root, entries, isGuest ? guestEntries : undefined);
  }
  const types = new DebugTypes(entries, guestEntries);
  const frames = readCallFrames(section('.debug_frame'));
  const functions: DebugFunction[] = [];
  const globals: DebugGlobal[] = [];
  const line = section('.debug_line');
  for (const { root, version } of units) {
    const reading: Reading = {
      entries,
      types,
      lists,
      version,
      base: numberIn(root, attribute.lowPc) ?? 0,
      files: filesOf(root, line, sections),
      frames,
    };
    visit(root, (entry) => {
      if (entry.tag === tag.subprogram) functions.push(...functionOf(reading, entry));
      else if (entry.tag === tag.variable) globals.push(...globalOf(reading, entry));
      else if (entry.tag === tag.enumerationType)
        types.addEnumeration(entry, declaredAt(reading, entry).place);
    });
  }
  if (functions.length === 0 && globals.length === 0) return undefined;
  functions.sort((a, b) => a.low - b.low);
  return { types: types.types, functions, globals };
}

interface Reading {
  readonly entries: ReadonlyMap<number, InfoEntry>;
  readonly types: DebugTypes;
  readonly lists: ListSections;
  readonly version: number;
  /** The unit's own address, which lists count from. */
  readonly base: number;
  readonly files: readonly (string | undefined)[];
  /** By the first address of a function. */
  readonly frames: ReadonlyMap<number, readonly FrameRow[]>;
}

function index(
  root: InfoEntry,
  entries: Map<number, InfoEntry>,
  own: Set<number> | undefined,
): void {
  const pending = [root];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    entries.set(entry.offset, entry);
    own?.add(entry.offset);
    pending.push(...entry.children);
  }
}

/** What lies in functions and types is theirs to tell. */
function visit(root: InfoEntry, see: (entry: InfoEntry) => void): void {
  const pending = [root];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    see(entry);
    if (entry.tag !== tag.subprogram) pending.push(...entry.children);
  }
}

function filesOf(
  root: InfoEntry,
  line: Uint8Array | undefined,
  { strings, lineStrings }: InfoSections,
): readonly (string | undefined)[] {
  const offset = numberIn(root, attribute.statementList);
  if (offset === undefined || line === undefined) return [];
  const directory = textIn(root, attribute.compilationDirectory);
  const compilationDirectories = new Map(directory === undefined ? [] : [[offset, directory]]);
  const header = readLineHeader({ line, strings, lineStrings, compilationDirectories }, offset);
  return header.ok ? header.value.files : [];
}

const longestChain = 16;

/** An attribute of the entry, or of the one that it is an instance of or completes. */
function inherited<T>(
  { entries }: Reading,
  entry: InfoEntry,
  get: (entry: InfoEntry) => T | undefined,
): T | undefined {
  let at: InfoEntry | undefined = entry;
  for (let count = 0; at !== undefined && count < longestChain; count += 1) {
    const found = get(at);
    if (found !== undefined) return found;
    const next: number | undefined =
      numberIn(at, attribute.abstractOrigin) ?? numberIn(at, attribute.specification);
    at = next === undefined ? undefined : entries.get(next);
  }
  return undefined;
}

const nameOf = (reading: Reading, entry: InfoEntry): string =>
  inherited(reading, entry, (each) => textIn(each, attribute.name)) ?? '?';

function placeOf(
  reading: Reading,
  entry: InfoEntry,
  file: number,
  line: number,
): SourcePlace | undefined {
  const lineNumber = inherited(reading, entry, (each) => numberIn(each, line));
  const fileNumber = inherited(reading, entry, (each) => numberIn(each, file));
  const path = fileNumber === undefined ? undefined : reading.files[fileNumber];
  return path === undefined || lineNumber === undefined || lineNumber < 1
    ? undefined
    : { file: path, line: lineNumber };
}

const declaredAt = (reading: Reading, entry: InfoEntry): { place?: SourcePlace } => {
  const place = placeOf(reading, entry, attribute.declarationFile, attribute.declarationLine);
  return place === undefined ? {} : { place };
};

function rangesOf({ lists, version, base }: Reading, entry: InfoEntry): AddressRange[] {
  const low = numberIn(entry, attribute.lowPc);
  const high = entry.attributes.get(attribute.highPc);
  if (low !== undefined && high?.kind === 'number')
    return [{ from: low, to: high.isAddress ? high.value : low + high.value }];
  const list = numberIn(entry, attribute.ranges);
  return list === undefined ? [] : readRangeList(lists, version, list, base);
}

function functionOf(reading: Reading, entry: InfoEntry): DebugFunction[] {
  const [range] = rangesOf(reading, entry);
  if (range === undefined || range.from === 0) return [];
  const { from: low } = range;
  const variables: DebugVariable[] = [];
  const inlined: InlinedCall[] = [];
  collect(
    reading,
    entry,
    { low, frameBase: blockIn(entry, attribute.frameBase) },
    variables,
    inlined,
  );
  const returns = inherited(reading, entry, (each) => reading.types.of(each));
  const linkageName = inherited(reading, entry, (each) => textIn(each, attribute.linkageName));
  return [
    {
      name: nameOf(reading, entry),
      ...(linkageName === undefined ? {} : { linkageName }),
      low: virtAddr(low),
      sizeBytes: range.to - low,
      ...declaredAt(reading, entry),
      ...(returns === undefined ? {} : { returns }),
      variables,
      inlined,
      frame: reading.frames.get(low) ?? [],
    },
  ];
}

interface InFunction {
  readonly low: number;
  readonly frameBase: Uint8Array | undefined;
}

interface Pending {
  readonly entry: InfoEntry;
  readonly scope: readonly OffsetRange[];
  readonly depth: number;
  readonly into: DebugVariable[];
}

/** Blocks give their variables a scope; a call that was inlined keeps its own variables. */
function collect(
  reading: Reading,
  root: InfoEntry,
  within: InFunction,
  variables: DebugVariable[],
  inlined: InlinedCall[],
): void {
  const pending: Pending[] = [{ entry: root, scope: [], depth: 0, into: variables }];
  // The list grows while it is walked, so that outer calls come before those inside of them.
  for (const { entry: outer, scope, depth, into } of pending) {
    for (const entry of outer.children) {
      if (entry.tag === tag.formalParameter || entry.tag === tag.variable)
        into.push(variableOf(reading, entry, within, scope));
      else if (entry.tag === tag.lexicalBlock)
        pending.push({ entry, scope: offsetsOf(rangesOf(reading, entry), within), depth, into });
      else if (entry.tag === tag.inlinedSubroutine) {
        const own: DebugVariable[] = [];
        const ranges = offsetsOf(rangesOf(reading, entry), within);
        const call = placeOf(reading, entry, attribute.callFile, attribute.callLine);
        const start = entryOf(entry, ranges, within);
        inlined.push({
          name: nameOf(reading, entry),
          ranges,
          ...(start === undefined ? {} : { entry: start }),
          ...(call === undefined ? {} : { call }),
          variables: own,
          depth,
        });
        pending.push({ entry, scope: [], depth: depth + 1, into: own });
      }
    }
  }
}

/** Where the code of a call begins (2.18), where that is not its first range. */
function entryOf(
  entry: InfoEntry,
  [first]: readonly OffsetRange[],
  { low }: InFunction,
): number | undefined {
  const found = entry.attributes.get(attribute.entryPc);
  if (found?.kind !== 'number' || first === undefined) return undefined;
  const offset = found.isAddress ? found.value - low : first.from + found.value;
  return offset === first.from ? undefined : offset;
}

const offsetsOf = (ranges: readonly AddressRange[], { low }: InFunction): OffsetRange[] =>
  ranges.map(({ from, to }) => ({ from: from - low, to: to - low }));

function variableOf(
  reading: Reading,
  entry: InfoEntry,
  within: InFunction,
  scope: readonly OffsetRange[],
): DebugVariable {
  const type = inherited(reading, entry, (each) => reading.types.of(each));
  return {
    name: nameOf(reading, entry),
    ...(type === undefined ? {} : { type }),
    isParameter: entry.tag === tag.formalParameter,
    ...declaredAt(reading, entry),
    scope,
    locations: locationsOf(reading, entry, within),
  };
}

const everywhere: OffsetRange = { from: -(2 ** 31), to: 2 ** 32 };

function locationsOf(
  { lists, version, base }: Reading,
  entry: InfoEntry,
  { low, frameBase }: InFunction,
): VariableLocation[] {
  const constant = numberIn(entry, attribute.constValue);
  if (constant !== undefined)
    return [{ ...everywhere, at: { kind: 'constant', value: BigInt(constant) } }];
  const found = entry.attributes.get(attribute.location);
  if (found?.kind === 'block') {
    const at = placeOfExpression(found.bytes, frameBase);
    return at === undefined ? [] : [{ ...everywhere, at }];
  }
  if (found?.kind !== 'number') return [];
  return readLocationList(lists, version, found.value, base).flatMap(({ from, to, expression }) => {
    const at = placeOfExpression(expression, frameBase);
    return at === undefined ? [] : [{ from: from - low, to: to - low, at }];
  });
}

function globalOf(reading: Reading, entry: InfoEntry): DebugGlobal[] {
  const expression = blockIn(entry, attribute.location);
  const at = expression && placeOfExpression(expression, undefined);
  if (at?.kind !== 'memory' && at?.kind !== 'constant') return [];
  const type = inherited(reading, entry, (each) => reading.types.of(each));
  return [
    {
      name: nameOf(reading, entry),
      ...(type === undefined ? {} : { type }),
      at,
      ...declaredAt(reading, entry),
    },
  ];
}
