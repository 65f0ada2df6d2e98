/**
 * What a compiler said of functions, variables and types, as one unit of .debug_info for gdb and the like. Calls that
 * were replaced by the body of a function lie in each other as they were called, and variables in the blocks where
 * their names hold. DWARF 5, chapters 3 and 4.
 */
import type {
  DebugFunction,
  DebugInformation,
  DebugVariable,
  InlinedCall,
  OffsetRange,
  SourcePlace,
} from '../../image/debug-information.js';
import type { AddressRange } from './address-lists.js';
import type { ByteWriter } from './byte-writer.js';
import {
  attribute,
  isInlined,
  languageC11,
  tag,
  tagCompileUnit,
  unitTypeCompile,
} from './constants.js';
import { EntryWriter, StringSection, type EntryAttribute } from './entry-writer.js';
import { compilerProducer } from './guest-types.js';
import { listWriter, type ListWriter } from './list-writer.js';
import { isWithin, nestedBlocks, type Block } from './nested-blocks.js';
import { sizeOfType } from '../../image/type-size.js';
import { frameBaseExpression, writeExpression } from './write-expression.js';
import { named, numbered, typeWriter, type TypeWriter } from './write-types.js';

export interface InformationOptions {
  readonly compilationDirectory: string;
  /** Of the line table: the number of each file. */
  readonly files: ReadonlyMap<string, number>;
  readonly lineOffset: number;
  readonly abbreviationOffset: number;
  /** All code of the unit. */
  readonly ranges: readonly AddressRange[];
}

export interface InformationSections {
  readonly abbreviations: Uint8Array;
  readonly strings: Uint8Array;
  readonly rangeLists: Uint8Array;
  readonly locationLists: Uint8Array;
}

/** The unit is put at the end of `info`. */
export function writeInformation(
  debug: DebugInformation,
  info: ByteWriter,
  options: InformationOptions,
): InformationSections {
  const strings = new StringSection();
  const writer = new EntryWriter(info, strings);
  const lists = listWriter();
  const unitOffset = info.length;
  info.u32(0); // unit_length, known at the end
  info.u16(5).u8(unitTypeCompile).u8(4).u32(options.abbreviationOffset);
  const types = typeWriter(debug, writer, (place) => declaredAt(options, place));
  const writing: Writing = {
    debug,
    writer,
    lists,
    types,
    files: options.files,
    origins: new Set(),
  };
  const entries = (): void => {
    for (const each of debug.functions) writeFunction(writing, each);
    for (const name of writing.origins)
      writer.leaf(
        tag.subprogram,
        [named(name), numbered(attribute.inline, isInlined)],
        originLabel(name),
      );
    for (const { name, type, at, place } of debug.globals)
      writer.leaf(tag.variable, [
        named(name),
        ...types.attributes(type),
        ...declaredAt(writing, place),
        location(writeExpression(at, sizeOf(debug, type))),
      ]);
    types.writeAll();
  };
  writer.parent(tagCompileUnit, unitAttributes(debug, lists, options), [entries]);
  const abbreviations = writer.finish();
  info.patchU32(unitOffset, info.length - unitOffset - 4);
  return { abbreviations, strings: strings.bytes(), ...lists.finish() };
}

function unitAttributes(
  { functions }: DebugInformation,
  lists: ListWriter,
  { compilationDirectory, lineOffset, ranges }: InformationOptions,
): EntryAttribute[] {
  const files = functions.flatMap(({ place }) => (place === undefined ? [] : [place.file]));
  // Sources of our libraries have no path, but an address such as `builtin:/rt/memory.ts`.
  const first = files.find((file) => !/^[a-z]+:\//.test(file)) ?? files[0] ?? '';
  return [
    [attribute.producer, { kind: 'text', text: compilerProducer }],
    numbered(attribute.language, languageC11),
    named(first),
    [attribute.compilationDirectory, { kind: 'text', text: compilationDirectory }],
    [attribute.statementList, { kind: 'section', offset: lineOffset }],
    // Lists count from here.
    [attribute.lowPc, { kind: 'address', address: 0 }],
    [attribute.ranges, { kind: 'section', offset: lists.addRanges(ranges) }],
  ];
}

interface Writing {
  readonly debug: DebugInformation;
  readonly writer: EntryWriter;
  readonly lists: ListWriter;
  readonly types: TypeWriter;
  readonly files: ReadonlyMap<string, number>;
  /** Functions whose bodies stand in others. */
  readonly origins: Set<string>;
}

const originLabel = (name: string): string => `inlined ${name}`;

const sizeOf = (debug: DebugInformation, type: number | undefined): number =>
  type === undefined ? 4 : sizeOfType(debug, type);

const location = (bytes: Uint8Array): EntryAttribute => [
  attribute.location,
  { kind: 'expression', bytes },
];

function placeAttributes(
  { files }: Pick<Writing, 'files'>,
  place: SourcePlace | undefined,
  fileAttribute: number,
  lineAttribute: number,
): EntryAttribute[] {
  const file = place && files.get(place.file);
  return place === undefined || file === undefined
    ? []
    : [numbered(fileAttribute, file), numbered(lineAttribute, place.line)];
}

const declaredAt = (
  writing: Pick<Writing, 'files'>,
  place: SourcePlace | undefined,
): EntryAttribute[] =>
  placeAttributes(writing, place, attribute.declarationFile, attribute.declarationLine);

function writeFunction(writing: Writing, each: DebugFunction): void {
  const { writer, types } = writing;
  const { name, linkageName, low, sizeBytes, returns, place, variables, inlined } = each;
  const linkage: EntryAttribute[] =
    linkageName === undefined ? [] : [[attribute.linkageName, { kind: 'text', text: linkageName }]];
  writer.parent(
    tag.subprogram,
    [
      named(name),
      ...linkage,
      [attribute.lowPc, { kind: 'address', address: low }],
      [attribute.highPc, { kind: 'size', value: sizeBytes }],
      [attribute.frameBase, { kind: 'expression', bytes: frameBaseExpression }],
      ...declaredAt(writing, place),
      ...types.attributes(returns),
      [attribute.prototyped, { kind: 'flag' }],
    ],
    insideOf(
      writing,
      { of: each, calls: inlined },
      nestedBlocks(
        variables,
        inlined.filter(({ depth }) => depth === 0),
      ),
    ),
  );
}

interface InFunction {
  readonly of: DebugFunction;
  /** All calls in it, of any depth. */
  readonly calls: readonly InlinedCall[];
}

function insideOf(writing: Writing, within: InFunction, block: Block): (() => void)[] {
  const { of } = within;
  return [
    ...block.variables.map((variable) => () => {
      writeVariable(writing, of, variable);
    }),
    ...block.calls.map((call) => () => {
      writeCall(writing, within, call);
    }),
    ...block.inner.map((inner) => () => {
      const attributes = codeRanges(writing, of, inner.ranges);
      writing.writer.parent(tag.lexicalBlock, attributes, insideOf(writing, within, inner));
    }),
  ];
}

function writeCall(writing: Writing, within: InFunction, call: InlinedCall): void {
  writing.origins.add(call.name);
  const inside = within.calls.filter(
    ({ depth, ranges }) => depth === call.depth + 1 && isWithin(ranges, call.ranges),
  );
  writing.writer.parent(
    tag.inlinedSubroutine,
    [
      [attribute.abstractOrigin, { kind: 'reference', to: originLabel(call.name) }],
      ...codeRanges(writing, within.of, call.ranges),
      ...entryOf(within.of, call),
      ...placeAttributes(writing, call.call, attribute.callFile, attribute.callLine),
    ],
    insideOf(writing, within, nestedBlocks(call.variables, inside)),
  );
}

const entryOf = ({ low }: DebugFunction, { entry }: InlinedCall): EntryAttribute[] =>
  entry === undefined ? [] : [[attribute.entryPc, { kind: 'address', address: low + entry }]];

/** One range is told by its ends, several by a list. */
function codeRanges(
  { lists }: Writing,
  { low }: DebugFunction,
  ranges: readonly OffsetRange[],
): EntryAttribute[] {
  const [first, ...others] = ranges;
  if (first !== undefined && others.length === 0)
    return [
      [attribute.lowPc, { kind: 'address', address: low + first.from }],
      [attribute.highPc, { kind: 'size', value: first.to - first.from }],
    ];
  const moved = ranges.map(({ from, to }) => ({ from: low + from, to: low + to }));
  return [[attribute.ranges, { kind: 'section', offset: lists.addRanges(moved) }]];
}

function writeVariable(writing: Writing, of: DebugFunction, variable: DebugVariable): void {
  const { writer, types } = writing;
  const { name, type, isParameter, place } = variable;
  writer.leaf(isParameter ? tag.formalParameter : tag.variable, [
    named(name),
    ...types.attributes(type),
    ...declaredAt(writing, place),
    ...locationOf(writing, of, variable),
  ]);
}

/** A list of what holds in parts of the function; nothing for what is nowhere. */
function locationOf(
  { debug, lists }: Writing,
  { low, sizeBytes: end }: DebugFunction,
  { type, locations }: DebugVariable,
): EntryAttribute[] {
  const sizeBytes = sizeOf(debug, type);
  const [first, ...others] = locations;
  if (first === undefined) return [];
  if (others.length === 0 && first.from <= 0 && first.to >= end)
    return [location(writeExpression(first.at, sizeBytes))];
  const list = locations.flatMap(({ from, to, at }) => {
    const expression = writeExpression(at, sizeBytes);
    const moved = { from: low + Math.max(0, from), to: low + Math.min(end, to), expression };
    return moved.from < moved.to ? [moved] : [];
  });
  return [[attribute.location, { kind: 'section', offset: lists.addLocations(list) }]];
}
