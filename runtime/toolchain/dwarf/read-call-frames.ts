/**
 * .debug_frame as the rows of each function: where the frame address is, and where registers were saved. What a row
 * computes by an expression ends the table of its function, so that nothing wrong is told. Total. DWARF 5, section
 * 6.4; versions 1 to 4 of the entries.
 */
import type { FrameRow } from '../../image/debug-information.js';
import { ByteCursor } from './byte-cursor.js';
import { frameInstruction, isCommonEntry } from './constants.js';

/** By the first address of the function. */
export function readCallFrames(
  section: Uint8Array | undefined,
): ReadonlyMap<number, readonly FrameRow[]> {
  const functions = new Map<number, readonly FrameRow[]>();
  if (section === undefined) return functions;
  const commons = new Map<number, Common | undefined>();
  const cursor = new ByteCursor(section);
  while (!cursor.atEnd) {
    const start = cursor.offset;
    const length = cursor.u32();
    // The 64-bit format, which no 32-bit compiler writes.
    if (length >= 0xffff_fff0) break;
    const end = cursor.offset + length;
    const entry = new ByteCursor(section, cursor.offset, end);
    const common = entry.u32();
    if (common === isCommonEntry) commons.set(start, readCommon(entry));
    else {
      const rules = commons.get(common);
      const low = entry.u32();
      const sizeBytes = entry.u32();
      if (rules !== undefined && !entry.overrun)
        functions.set(low, readRows(entry, rules, sizeBytes));
    }
    if (end > section.length) break;
    cursor.skip(length);
  }
  return functions;
}

interface Common {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  readonly state: State;
}

interface State {
  readonly cfa: FrameRow['cfa'];
  /** By register. */
  readonly saved: ReadonlyMap<number, number>;
}

const nothing: State = { cfa: { register: 2, offset: 0 }, saved: new Map() };

/** Undefined for one with an augmentation, which may change what follows. */
function readCommon(cursor: ByteCursor): Common | undefined {
  const version = cursor.u8();
  if (cursor.string() !== '' || version > 4) return undefined;
  if (version >= 4) cursor.skip(2);
  const codeAlignment = cursor.uleb();
  const dataAlignment = cursor.sleb();
  if (version === 1) cursor.u8();
  else cursor.uleb();
  const common = { codeAlignment, dataAlignment, state: nothing };
  const rows = runInstructions(cursor, common, 1);
  return cursor.overrun ? undefined : { ...common, state: rows.last };
}

function readRows(cursor: ByteCursor, common: Common, sizeBytes: number): readonly FrameRow[] {
  return runInstructions(cursor, common, sizeBytes).rows;
}

const mostRows = 10_000;

function runInstructions(
  cursor: ByteCursor,
  { codeAlignment, dataAlignment, state: initial }: Common,
  sizeBytes: number,
): { readonly rows: readonly FrameRow[]; readonly last: State } {
  const rows: FrameRow[] = [];
  const remembered: State[] = [];
  let offset = 0;
  let state = initial;
  const rowNow = (): void => {
    const saved = [...state.saved].map(([register, at]) => ({ register, offset: at }));
    if (rows.at(-1)?.offset === offset) rows.pop();
    rows.push({ offset, cfa: state.cfa, saved });
  };
  const advance = (count: number): void => {
    rowNow();
    offset += count * codeAlignment;
  };
  const save = (register: number, at: number | undefined): void => {
    const saved = new Map(state.saved);
    if (at === undefined) saved.delete(register);
    else saved.set(register, at);
    state = { ...state, saved };
  };
  const restore = (register: number): void => {
    save(register, initial.saved.get(register));
  };
  while (!cursor.atEnd && rows.length < mostRows && offset < sizeBytes) {
    const code = cursor.u8();
    const operand = code & 0x3f;
    switch (code & 0xc0) {
      case frameInstruction.advance:
        advance(operand);
        continue;
      case frameInstruction.offset:
        save(operand, cursor.uleb() * dataAlignment);
        continue;
      case frameInstruction.restore:
        restore(operand);
        continue;
      default:
    }
    switch (code) {
      case frameInstruction.nop:
        break;
      case frameInstruction.advance1:
        advance(cursor.u8());
        break;
      case frameInstruction.advance2:
        advance(cursor.u16());
        break;
      case frameInstruction.advance4:
        advance(cursor.u32());
        break;
      case frameInstruction.offsetExtended:
        save(cursor.uleb(), cursor.uleb() * dataAlignment);
        break;
      case frameInstruction.offsetExtendedSigned:
        save(cursor.uleb(), cursor.sleb() * dataAlignment);
        break;
      case frameInstruction.restoreExtended:
        restore(cursor.uleb());
        break;
      case frameInstruction.sameValue:
        save(cursor.uleb(), undefined);
        break;
      case frameInstruction.rememberState:
        if (remembered.length < 64) remembered.push(state);
        break;
      case frameInstruction.restoreState:
        state = remembered.pop() ?? state;
        break;
      case frameInstruction.defineFrame:
        state = { ...state, cfa: { register: cursor.uleb(), offset: cursor.uleb() } };
        break;
      case frameInstruction.defineFrameRegister:
        state = { ...state, cfa: { ...state.cfa, register: cursor.uleb() } };
        break;
      case frameInstruction.defineFrameOffset:
        state = { ...state, cfa: { ...state.cfa, offset: cursor.uleb() } };
        break;
      default:
        return { rows: [], last: state };
    }
  }
  rowNow();
  return { rows, last: state };
}
