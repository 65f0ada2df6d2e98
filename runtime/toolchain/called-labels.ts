/**
 * Labels that code calls are functions, whether their author said so (`.type name, @function`) or not, as few
 * authors of assembly do. Looks for direct calls: `jal ra`, and `auipc` with the `jalr ra` behind it that `call`
 * becomes. RISC-V ELF psABI, "Integer Calling Convention".
 */
import type { Segment, SystemImage } from '../image/system-image.js';
import { expand } from '../isa/compressed.js';
import { decode } from '../isa/decode.js';
import type { Decoded } from '../isa/instruction.js';

const ra = 1;

/** The image with such labels as functions. Linear in the bytes of code. */
export function withCalledLabels(image: SystemImage): SystemImage {
  const code = image.segments.filter(({ executable }) => executable);
  const inCode = (address: number): boolean => code.some((segment) => contains(segment, address));
  if (!image.symbols.some(({ kind, address }) => kind === 'label' && inCode(address))) return image;
  const called = new Set<number>();
  // Data between functions may end in the middle of what looks like an instruction: each symbol is a new start.
  const starts = new Set<number>(image.symbols.map(({ address }) => address));
  for (const segment of code) collectCalls(segment, starts, called);
  return {
    ...image,
    symbols: image.symbols.map((symbol) =>
      symbol.kind === 'label' && called.has(symbol.address) && inCode(symbol.address)
        ? { ...symbol, kind: 'function' }
        : symbol,
    ),
  };
}

const contains = ({ virtualAddress, bytes }: Segment, address: number): boolean =>
  address >= virtualAddress && address < virtualAddress + bytes.length;

function collectCalls(segment: Segment, starts: ReadonlySet<number>, called: Set<number>): void {
  const { bytes, virtualAddress } = segment;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let before: Decoded | undefined;
  for (let offset = 0; offset + 2 <= bytes.length;) {
    const low = view.getUint16(offset, true);
    const isWide = (low & 3) === 3;
    if (isWide && offset + 4 > bytes.length) return;
    const address = virtualAddress + offset;
    const decoded = decode(isWide ? view.getInt32(offset, true) : low);
    const target = decoded && targetOf(decoded, address, before);
    if (target !== undefined) called.add(target);
    before = decoded;
    offset += isWide && !starts.has(address + 2) ? 4 : 2;
  }
}

/** Where a direct call goes; undefined for anything else. */
function targetOf(
  decoded: Decoded,
  address: number,
  before: Decoded | undefined,
): number | undefined {
  const { row, rd, rs1, imm } = expand(decoded);
  if (rd !== ra) return undefined;
  if (row.name === 'jal') return (address + imm) >>> 0;
  const isPair = row.name === 'jalr' && before?.row.name === 'auipc' && before.rd === rs1;
  return isPair ? (address - 4 + before.imm + imm) >>> 0 : undefined;
}
