/**
 * What a host knows of a bundle that it has from elsewhere: the bundle has code alone, but its ELF file may lie beside it,
 * under the same name, with symbols, lines and variables. That it is of another build does no harm: whoever looks at a
 * thread compares the code first.
 */
import { bundleName } from '../bundle/bundle.js';
import { imageFromElf } from '../elf/image-from-elf.js';
import { readElf } from '../elf/read.js';
import type { NamedProgram } from '../loaded-programs.js';
import type { SystemImage } from '../../image/system-image.js';
import type { SourceFiles } from '../text/source-files.js';

/** Of `hello.app`: what `hello.elf` beside it says. Undefined where there is none, or a bundle without a name. */
export function programBesideBundle(
  path: string,
  bundle: Uint8Array,
  files: SourceFiles,
): NamedProgram | undefined {
  const beside = path.replace(/\.app$/, '.elf');
  const bytes = beside === path ? undefined : files.readBytes(beside);
  const elf = bytes && readElf(beside, bytes);
  const image = elf?.ok === true ? imageFromElf(elf.value) : undefined;
  return image?.ok === true ? programOfBundle(bundle, image.value) : undefined;
}

export function programOfBundle(bundle: Uint8Array, image: SystemImage): NamedProgram | undefined {
  const name = bundleName(bundle);
  return name === undefined ? undefined : { image, threads: [name], isApplication: true };
}
