/** Questions about an image by address, name or line: binary searches over its sorted tables. */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { DebugFunction, DebugInformation, InlinedCall } from './debug-information.js';
import type { ImageSymbol, LineRow, SystemImage } from './system-image.js';

export interface SymbolAt {
  readonly symbol: ImageSymbol;
  /** Bytes from the symbol's address. */
  readonly offset: number;
}

/** The code or data symbol that covers `address`: the nearest at or below it, functions first. */
export function symbolAt(image: SystemImage, address: VirtAddr): SymbolAt | undefined {
  let index = lastAtOrBelow(image.symbols, address);
  let best: ImageSymbol | undefined;
  while (index >= 0) {
    const symbol = image.symbols[index];
    if (symbol === undefined || (best !== undefined && symbol.address !== best.address)) break;
    if (namesPlace(symbol) && rank(symbol) > rank(best)) {
      const offset = address - symbol.address;
      if (symbol.sizeBytes === 0 || offset < symbol.sizeBytes) best = symbol;
    }
    index -= 1;
  }
  return best && { symbol: best, offset: address - best.address };
}

export function symbolNamed(image: SystemImage, name: string): ImageSymbol | undefined {
  const found = image.symbols.filter(
    (symbol) => symbol.name === name && symbol.kind !== 'file' && symbol.kind !== 'section',
  );
  return found.find((symbol) => symbol.binding === 'global') ?? found[0];
}

/** The line row in force at `address`, or undefined outside every sequence. */
export function lineAt(image: SystemImage, address: VirtAddr): LineRow | undefined {
  const row = image.lines[lastAtOrBelow(image.lines, address)];
  return row === undefined || row.endSequence ? undefined : row;
}

/** The statement rows at exactly this address: several where replaced calls begin, outer ones first. */
export function linesFrom({ lines }: SystemImage, address: VirtAddr): LineRow[] {
  const found: LineRow[] = [];
  for (let index = lastAtOrBelow(lines, address); lines[index]?.address === address; index -= 1) {
    const row = lines[index];
    if (row?.isStatement === true && !row.endSequence) found.unshift(row);
  }
  return found;
}

/** Where the code of a source line begins in a function: behind what only makes its frame, where a compiler tells so. */
export function firstStatementIn(
  { lines }: SystemImage,
  { address, sizeBytes }: ImageSymbol,
): LineRow | undefined {
  let index = Math.max(0, lastAtOrBelow(lines, virtAddr(address - 1)));
  for (let row = lines[index]; row !== undefined; row = lines[++index]) {
    if (row.address >= address + Math.max(sizeBytes, 1)) return undefined;
    if (row.address >= address && row.isStatement && !row.endSequence) return row;
  }
  return undefined;
}

/**
 * The statement addresses of the first line at or after `line` that has code in `file`, with that line.
 * A debugger thus moves a breakpoint on a comment to the next instruction. In a function, and in each call that was
 * replaced by its body, only the lowest address counts: a compiler spreads a line such as a `for` over several places,
 * and a stop is wanted where the line begins, not at each of them.
 */
export function addressesOfLine(
  image: SystemImage,
  isFile: (file: string) => boolean,
  line: number,
): { readonly line: number; readonly addresses: readonly VirtAddr[] } | undefined {
  const known = new Map<string, boolean>();
  const isThere = (file: string): boolean => {
    const found = known.get(file) ?? isFile(file);
    known.set(file, found);
    return found;
  };
  const rows = image.lines.filter(
    (row) => !row.endSequence && row.isStatement && row.line >= line && isThere(row.file),
  );
  const actual = rows.reduce((best, row) => Math.min(best, row.line), Infinity);
  if (actual === Infinity) return undefined;
  const firsts = new Map<ImageSymbol | InlinedCall | VirtAddr, VirtAddr>();
  for (const row of rows.filter((each) => each.line === actual)) {
    const place = bodyOf(image, row);
    if (!firsts.has(place)) firsts.set(place, row.address);
  }
  return { line: actual, addresses: [...firsts.values()] };
}

/** The function or replaced call that a line is of; the address of one that is in neither. */
function bodyOf(image: SystemImage, row: LineRow): ImageSymbol | InlinedCall | VirtAddr {
  const calls = image.debug === undefined ? [] : inlinedCallsAt(image.debug, row.address);
  // The line at which a call stands is one of the caller, though its code is that of the callee.
  const own = calls.findLast(({ call, isBeginning }) => {
    const place = call.call;
    return !isBeginning || place?.line !== row.line || place.file !== row.file;
  });
  const symbol = own === undefined ? symbolAt(image, row.address)?.symbol : undefined;
  return own?.call ?? (symbol?.kind === 'function' ? symbol : row.address);
}

/** The function that an address is in, of those that a compiler told of. */
export function functionAt(
  { functions }: DebugInformation,
  address: VirtAddr,
): DebugFunction | undefined {
  const found = functions[lastIndex(functions, ({ low }) => low <= address)];
  return found !== undefined && address < found.low + found.sizeBytes ? found : undefined;
}

export interface InlinedCallAt {
  readonly call: InlinedCall;
  /** Whether its code begins at the address. */
  readonly isBeginning: boolean;
}

/** The calls that were replaced and whose code an address is in, outer ones first. */
export function inlinedCallsAt(debug: DebugInformation, address: VirtAddr): InlinedCallAt[] {
  const found = functionAt(debug, address);
  return found === undefined ? [] : inlinedCallsIn(found, address - found.low);
}

/** The same at an offset in a function. */
export const inlinedCallsIn = ({ inlined }: DebugFunction, offset: number): InlinedCallAt[] =>
  inlined
    .filter(({ ranges }) => ranges.some(({ from, to }) => offset >= from && offset < to))
    .map((call) => ({ call, isBeginning: entryOf(call) === offset }));

/** Where the code of each call of a function begins that was replaced. */
export const inlinedCallsNamed = ({ debug }: SystemImage, name: string): VirtAddr[] =>
  (debug?.functions ?? []).flatMap(({ low, inlined }) =>
    inlined.flatMap((call) => {
      const entry = call.name === name ? entryOf(call) : undefined;
      return entry === undefined ? [] : [virtAddr(low + entry)];
    }),
  );

const entryOf = ({ entry, ranges }: InlinedCall): number | undefined => entry ?? ranges[0]?.from;

const namesPlace = ({ kind }: ImageSymbol): boolean =>
  kind === 'function' || kind === 'object' || kind === 'label';

function rank(symbol: ImageSymbol | undefined): number {
  if (symbol === undefined) return 0;
  const kind = symbol.kind === 'function' ? 4 : symbol.kind === 'object' ? 3 : 2;
  return symbol.binding === 'local' ? kind : kind + 0.5;
}

const lastAtOrBelow = (
  rows: readonly { readonly address: VirtAddr }[],
  address: VirtAddr,
): number => lastIndex(rows, (row) => row.address <= address);

/** Of the last one that is so, in a list where all those before it are so. */
function lastIndex<Row>(rows: readonly Row[], isSo: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && isSo(row)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
