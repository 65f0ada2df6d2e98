/**
 * Which call each copy of a function is in the place of, where the optimiser put the function into another one several
 * times. It tells nothing of that; but it leaves the copies in the order in which their calls stood. So the copies are
 * told apart by where the notes of the function begin anew, and counted: only as many copies as there were calls are
 * taken for those. Calls that it may have exchanged (copy-order.ts) are told apart by what is left of their arguments.
 * Where any doubt is left, nothing is said.
 */
import type { GuestLine } from '../guest-module.js';
import type { WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { orderOfCopies, type Branch, type Site, type SiteWay } from './copy-order.js';
import { exactNotes, type NotedModule } from './noted-states.js';
import type { PlaceNote } from './place-notes.js';

export interface InlinedCopies {
  /** The calls that led to the code at an offset of the host, which was of another function; outer ones first. */
  wayTo(host: string, callee: string, offset: number): Way | undefined;
}

export type Way = readonly PlaceNote[];

/** Code with a note. */
interface Noted {
  readonly offset: number;
  readonly note: PlaceNote;
}

interface Copy {
  /** From its first code with a note on. */
  readonly from: number;
  /** Undefined where nobody can tell. */
  readonly way: Way | undefined;
}

/** Deeper or more: calls that call each other twice each would be without end. */
const deepestWay = 16;
const mostSites = 1000;
const mostCopies = 64;

export function inlinedCopies(
  before: NotedModule,
  after: NotedModule,
  { notes, twins }: { readonly notes: readonly PlaceNote[]; readonly twins: ReadonlySet<string> },
): InlinedCopies {
  const formerBodies = bodiesByName(before);
  const bodies = bodiesByName(after);
  const sites = sitesOf(before, formerBodies, notes);
  const positions = positionsOf(before, notes);
  const hosts = new Map<string, HostCopies | undefined>();

  const hostOf = (host: string): HostCopies | undefined => {
    if (hosts.has(host)) return hosts.get(host);
    const made = copiesIn(host, { formerBodies, bodies, after, notes, sites, positions });
    hosts.set(host, made);
    return made;
  };

  return {
    wayTo(host, callee, offset) {
      if (twins.has(callee)) return undefined;
      const copies = hostOf(host)?.of(callee);
      return copies?.findLast((copy, index) => index === 0 || copy.from <= offset)?.way;
    },
  };
}

type Bodies = ReadonlyMap<string | undefined, readonly WasmInstruction[]>;

const bodiesByName = ({ functions, names }: NotedModule): Bodies =>
  new Map(
    functions.map(({ definition }, index) => [
      names.functions.get(index),
      definition.kind === 'body' ? definition.body.instructions : [],
    ]),
  );

/** By the function that calls, in the order of its code. */
type Sites = (caller: string) => readonly Site[];

function sitesOf(module: NotedModule, bodies: Bodies, notes: readonly PlaceNote[]): Sites {
  const noteAt = exactNotes(module.lines);
  const known = new Map<string, readonly Site[]>();
  let numbers = 0;
  const context: SiteContext = {
    module,
    noteAt: (offset) => notes[noteAt(offset) ?? -1],
    newNumber: () => numbers++,
  };
  return (caller) => {
    const found = known.get(caller) ?? sitesIn(bodies.get(caller) ?? [], context);
    known.set(caller, found);
    return found;
  };
}

interface SiteContext {
  readonly module: NotedModule;
  readonly noteAt: (offset: number) => PlaceNote | undefined;
  readonly newNumber: () => number;
}

function sitesIn(
  instructions: readonly WasmInstruction[],
  { module: { functions, names }, noteAt, newNumber }: SiteContext,
): Site[] {
  const sites: Site[] = [];
  // What is open: a branch of an `if`, or nothing for another block.
  const open: (Branch | undefined)[] = [];
  instructions.forEach(({ opcode, index, offset }, position) => {
    if (opcode === op.block || opcode === op.loop) open.push(undefined);
    else if (opcode === op.if) open.push({ number: newNumber(), arm: { leaves: false } });
    else if (opcode === op.else) {
      const first = open.pop();
      open.push(first && { number: first.number, arm: { leaves: false } });
    } else if (opcode === op.end) open.pop();
    else if (isJump(opcode))
      for (const each of open) if (each !== undefined) each.arm.leaves = true;
    if (opcode !== op.call) return;
    const callee = names.functions.get(index);
    if (callee === undefined) return;
    sites.push({
      number: newNumber(),
      callee,
      note: noteAt(offset),
      branches: open.flatMap((each) => each ?? []),
      constants: argumentsOf(instructions, position, functions[index]?.type.parameters.length ?? 0),
    });
  });
  return sites;
}

const isJump = (opcode: number): boolean =>
  (opcode >= op.br && opcode <= op.return) || opcode === op.unreachable;

/** Those that are constant, as far as all behind them are simple. */
function argumentsOf(
  instructions: readonly WasmInstruction[],
  position: number,
  count: number,
): bigint[] {
  const constants: bigint[] = [];
  for (let back = 1; back <= count; back += 1) {
    const { opcode, value } = instructions[position - back] ?? { opcode: op.nop, value: 0n };
    if (isConstant(opcode)) constants.push(value);
    else if (opcode !== op.localGet && opcode !== op.globalGet) break;
  }
  return constants;
}

/** Where each note stood first. */
function positionsOf(
  { lines }: NotedModule,
  notes: readonly PlaceNote[],
): ReadonlyMap<PlaceNote, number> {
  const positions = new Map<PlaceNote, number>();
  for (const { offset, line, column } of lines) {
    const note = line === 0 ? undefined : notes[column - 1];
    if (note !== undefined && !positions.has(note)) positions.set(note, offset);
  }
  return positions;
}

interface HostCopies {
  /** In the order of the code; undefined where nobody can tell. */
  of(callee: string): readonly Copy[] | undefined;
}

interface CopyContext {
  readonly formerBodies: Bodies;
  readonly bodies: Bodies;
  readonly after: NotedModule;
  readonly notes: readonly PlaceNote[];
  readonly sites: Sites;
  readonly positions: ReadonlyMap<PlaceNote, number>;
}

function copiesIn(
  host: string,
  { formerBodies, bodies, after, notes, sites, positions }: CopyContext,
): HostCopies | undefined {
  const instructions = bodies.get(host) ?? [];
  const called = new Set<string>();
  for (const { opcode, index } of instructions)
    if (opcode === op.call) called.add(after.names.functions.get(index) ?? '');
  const expanded = expandedSites(host, sites, called);
  if (expanded === undefined) return undefined;
  const code = notedCode(instructions, after.lines, notes);
  let written: ReadonlyMap<bigint, number> | undefined;
  const isWrittenOnce = (value: bigint): boolean => {
    written ??= countsOfConstants([host, ...expanded.keys()], formerBodies);
    return written.get(value) === 1;
  };
  const known = new Map<string, readonly Copy[] | undefined>();
  return {
    of(callee) {
      if (known.has(callee)) return known.get(callee);
      const all = expanded.get(callee) ?? [];
      const own = code.filter(({ note }) => note.within.internalName === callee);
      const pieces = piecesOf(own, all.length, ({ note }) => positions.get(note) ?? 0);
      const found =
        pieces &&
        copiesOf(all, pieces, (way) => argumentsIn(way, { code, instructions, isWrittenOnce }));
      known.set(callee, found);
      return found;
    },
  };
}

const isConstant = (opcode: number): boolean => opcode === op.i32Const || opcode === op.i64Const;

function countsOfConstants(names: readonly string[], bodies: Bodies): Map<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const name of names)
    for (const { opcode, value } of bodies.get(name) ?? [])
      if (isConstant(opcode)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** All calls that were replaced, by the function that was called, in the order of the code; undefined: too many. */
function expandedSites(
  host: string,
  sites: Sites,
  called: ReadonlySet<string>,
): ReadonlyMap<string, readonly SiteWay[]> | undefined {
  const found = new Map<string, SiteWay[]>();
  let count = 0;
  const expand = (caller: string, way: SiteWay): void => {
    for (const site of sites(caller)) {
      const { callee } = site;
      const isOnWay = callee === host || way.some((each) => each.callee === callee);
      // One that is still called would have copies for some of its calls only.
      if (called.has(callee) || isOnWay || way.length >= deepestWay) continue;
      count += 1;
      if (count > mostSites) return;
      const inner = [...way, site];
      const of = found.get(callee) ?? [];
      found.set(callee, of);
      of.push(inner);
      expand(callee, inner);
    }
  };
  expand(host, []);
  return count > mostSites ? undefined : found;
}

/** In order; what has the same note as the code before it is left out. */
function notedCode(
  instructions: readonly WasmInstruction[],
  lines: readonly GuestLine[],
  notes: readonly PlaceNote[],
): Noted[] {
  const noteAt = exactNotes(lines);
  const code: Noted[] = [];
  for (const { offset } of instructions) {
    const number = noteAt(offset);
    const note = number === undefined ? undefined : notes[number];
    if (note !== undefined && code.at(-1)?.note !== note) code.push({ offset, note });
  }
  return code;
}

function copiesOf(
  ways: readonly SiteWay[],
  pieces: readonly Piece[],
  argumentsOfCall: (way: SiteWay) => readonly number[],
): readonly Copy[] | undefined {
  const ends = pieces.map((piece) => piece.at(-1)?.offset ?? 0);
  const told = ways.map((way) => {
    // What leads to a piece is behind the one before.
    const found = new Set(
      argumentsOfCall(way).map((offset) => ends.findIndex((end) => offset <= end)),
    );
    const [only = -1] = found;
    return found.size === 1 && only >= 0 ? only : undefined;
  });
  const order = orderOfCopies(ways, told);
  return order?.map((index, piece) => {
    const way = index === undefined ? [undefined] : (ways[index]?.map(({ note }) => note) ?? []);
    return { from: pieces[piece]?.[0]?.offset ?? 0, way: isWhole(way) ? way : undefined };
  });
}

interface ArgumentContext {
  readonly code: readonly Noted[];
  readonly instructions: readonly WasmInstruction[];
  readonly isWrittenOnce: (value: bigint) => boolean;
}

/** Where there is code of the arguments of a call: it has notes within the call, or constants that are nowhere else. */
function argumentsIn(
  way: SiteWay,
  { code, instructions, isWrittenOnce }: ArgumentContext,
): number[] {
  const site = way.at(-1);
  const call = site?.note;
  if (site === undefined || call === undefined) return [];
  const constants = site.constants.filter(isWrittenOnce);
  return [
    ...code.filter(({ note }) => note !== call && isWithin(note, call)),
    ...instructions.filter(({ opcode, value }) => isConstant(opcode) && constants.includes(value)),
  ].map(({ offset }) => offset);
}

const isWithin = ({ within, call, range }: PlaceNote, outer: PlaceNote): boolean =>
  within === outer.within &&
  call === outer.call &&
  range.source === outer.range.source &&
  range.start >= outer.range.start &&
  range.end <= outer.range.end;

const isWhole = (way: readonly (PlaceNote | undefined)[]): way is Way => !way.includes(undefined);

/** The code of one copy. */
type Piece = readonly Noted[];

/** The code of a function, cut where it begins anew; undefined where that does not come out at the wanted number. */
function piecesOf(
  code: readonly Noted[],
  wanted: number,
  positionOf: (noted: Noted) => number,
): readonly Piece[] | undefined {
  if (code.length === 0 || wanted === 0 || wanted > mostCopies) return undefined;
  if (wanted === 1) return [code];
  const byNote = new Map<PlaceNote, number[]>();
  for (const [index, { note }] of code.entries()) {
    const indices = [...(byNote.get(note) ?? []), index];
    byNote.set(note, indices);
    // Then some of it is of calls that nobody knows.
    if (indices.length > wanted) return undefined;
  }
  // The first note that each copy has once.
  let marks: readonly number[] | undefined;
  let first = Infinity;
  for (const indices of byNote.values()) {
    const noted = code[indices[0] ?? 0];
    if (indices.length !== wanted || noted === undefined || positionOf(noted) >= first) continue;
    first = positionOf(noted);
    marks = indices;
  }
  if (marks === undefined) return undefined;
  const pieces: Noted[][] = [];
  let start = 0;
  for (const [index, mark] of marks.entries()) {
    const next = marks[index + 1];
    const end = next === undefined ? code.length : cutBetween(code, mark, next, positionOf);
    pieces.push(code.slice(start, end));
    start = end;
  }
  return pieces;
}

/** Behind a mark, up to the next one, where the code goes back furthest. */
function cutBetween(
  code: readonly Noted[],
  mark: number,
  next: number,
  positionOf: (noted: Noted) => number,
): number {
  let cut = next;
  let furthest = -Infinity;
  for (let index = mark + 1; index <= next; index += 1) {
    const [one, other] = [code[index - 1], code[index]];
    const back = one === undefined || other === undefined ? 0 : positionOf(one) - positionOf(other);
    if (back < furthest) continue;
    furthest = back;
    cut = index;
  }
  return cut;
}
