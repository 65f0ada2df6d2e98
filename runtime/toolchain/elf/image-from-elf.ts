/**
 * A system image from an executable of any toolchain: its loaded segments, its symbols and its DWARF
 * line table. A line table that cannot be read costs the source lines and not the image.
 */
import { physAddr, virtAddr } from '../../base/address.js';
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import { compareLineRows } from '../../image/line-order.js';
import type { ImageSymbol, LineRow, Segment, SystemImage } from '../../image/system-image.js';
import { compareSymbols } from '../../image/symbol-order.js';
import { readDebugLines } from '../dwarf/debug-lines.js';
import { readDebugInformation } from '../dwarf/read-debug-information.js';
import type { LineSequence } from '../dwarf/line-program.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { ElfFile, ElfSegment, ElfSymbol } from './elf-file.js';
import { sectionFlag, sectionIndex, segmentFlag, symbolBinding, symbolType } from './elf-file.js';
import { withCalledLabels } from '../called-labels.js';
import { elfDiagnostic } from './read.js';

export function imageFromElf(elf: ElfFile): Result<SystemImage, Diagnostic> {
  if (elf.kind !== 'executable')
    return fail(
      elfDiagnostic(
        elf.path,
        16,
        'elf-wrong-type',
        'The ELF file is a relocatable object, which has no addresses yet; link it first (cantrip link).',
      ),
    );
  const loaded = elf.segments.filter((segment) => segment.memorySizeBytes > 0);
  if (loaded.length === 0)
    return fail(
      elfDiagnostic(
        elf.path,
        44,
        'elf-nothing-to-load',
        'The ELF file has no segment to load (PT_LOAD), so there is nothing to run.',
      ),
    );
  const overlap = findOverlap(loaded);
  if (overlap !== undefined)
    return fail(
      elfDiagnostic(
        elf.path,
        overlap.headerOffset,
        'elf-malformed',
        'Two segments of the ELF file are loaded to the same addresses.',
      ),
    );
  const debug = readDebugInformation(debugSections(elf));
  return ok(
    withCalledLabels({
      name: elf.path.split('/').at(-1) ?? elf.path,
      entry: virtAddr(elf.entry),
      segments: loaded.map(segmentOf),
      symbols: elf.symbols.flatMap(symbolsOf).sort(compareSymbols),
      lines: linesOf(elf, loaded),
      ...(debug === undefined ? {} : { debug }),
    }),
  );
}

function findOverlap(segments: readonly ElfSegment[]): ElfSegment | undefined {
  const sorted = [...segments].sort((a, b) => a.virtualAddress - b.virtualAddress);
  return sorted.find((segment, index) => {
    const before = sorted[index - 1];
    return (
      before !== undefined &&
      before.virtualAddress + before.memorySizeBytes > segment.virtualAddress
    );
  });
}

function segmentOf(segment: ElfSegment): Segment {
  return {
    virtualAddress: virtAddr(segment.virtualAddress),
    physicalAddress: physAddr(segment.physicalAddress),
    bytes: segment.bytes,
    memorySizeBytes: segment.memorySizeBytes,
    readable: (segment.flags & segmentFlag.readable) !== 0,
    writable: (segment.flags & segmentFlag.writable) !== 0,
    executable: (segment.flags & segmentFlag.executable) !== 0,
  };
}

/** None for what names nothing in memory: undefined symbols and the `$x`/`$d` marks of the psABI. */
function symbolsOf(symbol: ElfSymbol): ImageSymbol[] {
  const isMark = /^\$[xd]/.test(symbol.name);
  if (symbol.section === sectionIndex.undefined || symbol.name === '' || isMark) return [];
  const isAbsolute = symbol.section === sectionIndex.absolute && symbol.type === symbolType.none;
  return [
    {
      name: symbol.name,
      address: virtAddr(symbol.value),
      sizeBytes: symbol.sizeBytes,
      kind: isAbsolute ? 'absolute' : kindOf(symbol.type),
      binding: bindingOf(symbol.binding),
    },
  ];
}

function kindOf(type: number): ImageSymbol['kind'] {
  if (type === symbolType.function) return 'function';
  if (type === symbolType.object) return 'object';
  if (type === symbolType.section) return 'section';
  if (type === symbolType.file) return 'file';
  return 'label';
}

function bindingOf(binding: number): ImageSymbol['binding'] {
  if (binding === symbolBinding.local) return 'local';
  return binding === symbolBinding.weak ? 'weak' : 'global';
}

/**
 * Sequences of code that the linker dropped stay in the table, at address 0 or another tombstone;
 * only those that begin in a loaded segment count.
 */
function linesOf(elf: ElfFile, segments: readonly ElfSegment[]): LineRow[] {
  const isLoaded = (sequence: LineSequence): boolean => {
    const address = sequence[0]?.address ?? -1;
    return segments.some(
      ({ virtualAddress, memorySizeBytes }) =>
        address >= virtualAddress && address < virtualAddress + memorySizeBytes,
    );
  };
  return readDebugLines(debugSections(elf)).sequences.filter(isLoaded).flat().sort(compareLineRows);
}

/** By name; a section that is compressed is as good as none. */
const debugSections =
  (elf: ElfFile) =>
  (name: string): Uint8Array | undefined => {
    const section = elf.sections.find((candidate) => candidate.name === name);
    const isCompressed = section !== undefined && (section.flags & sectionFlag.compressed) !== 0;
    return isCompressed ? undefined : section?.bytes;
  };
