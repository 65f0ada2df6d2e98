/**
 * A kernel image that is not ours: an executable with symbols and debug information, by which the views
 * find what it keeps in memory. Without debug information it still boots; only the views stay empty.
 */
import { ok, type Result } from '../../base/result.js';
import { symbolNamed } from '../../image/lookup.js';
import type { SystemImage } from '../../image/system-image.js';
import type { TypeTable } from '../../image/type-table.js';
import { readTypeTable } from '../dwarf/type-table.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { sectionFlag } from './elf-file.js';
import { imageFromElf } from './image-from-elf.js';
import { readElf } from './read.js';

export interface KernelImage {
  readonly image: SystemImage;
  readonly types: TypeTable;
}

/** Only a kernel that was built for debugging keeps a list of its threads, with names, and prints for them. */
export const hasDebugCalls = ({ image }: Pick<KernelImage, 'image'>): boolean =>
  symbolNamed(image, 'ksDebugTCBs') !== undefined;

/** `path` is for messages. */
export function readKernelImage(path: string, bytes: Uint8Array): Result<KernelImage, Diagnostic> {
  const elf = readElf(path, bytes);
  if (!elf.ok) return elf;
  const image = imageFromElf(elf.value);
  if (!image.ok) return image;
  const types = readTypeTable((name) => {
    const section = elf.value.sections.find((candidate) => candidate.name === name);
    const isCompressed = section !== undefined && (section.flags & sectionFlag.compressed) !== 0;
    return isCompressed ? undefined : section?.bytes;
  });
  return ok({ image: image.value, types });
}
