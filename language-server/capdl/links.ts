/** Links to the files that frames are filled from, and to the lines of an assembly that comments name. */
import { writtenOrigin } from '../../runtime/toolchain/capdl/origin.js';
import { noRange } from '../../runtime/toolchain/text/diagnostic.js';
import type { Link } from '../language.js';
import { fileNamed, type OriginFiles } from './origins.js';
import { rangeOf, type Specification } from './specifications.js';

const mostLinks = 5_000;

export function linksOf(specification: Specification, files: OriginFiles): Link[] {
  const links = [...fillLinks(specification, files), ...originLinks(specification, files)];
  return links.slice(0, mostLinks);
}

function* fillLinks(specification: Specification, files: OriginFiles): Iterable<Link> {
  const { source } = specification;
  for (const match of source.text.matchAll(/CDL_FrameFill_FileData\s+"([^"\n]*)"/g)) {
    const [whole, name = ''] = match;
    const target = fileNamed(specification, name, files);
    if (target === undefined) continue;
    const end = match.index + whole.length - 1;
    const range = rangeOf(specification, { start: end - name.length, end });
    yield { range, target: { file: target, range: noRange }, tooltip: target };
  }
}

function* originLinks(specification: Specification, files: OriginFiles): Iterable<Link> {
  const { source } = specification;
  for (const match of source.text.matchAll(/-- ([^\s:]+:\d{1,9}) \S/g)) {
    const origin = writtenOrigin(source.text, match.index);
    if (origin === undefined) continue;
    const { file: name, range: place } = origin.place;
    const file = fileNamed(specification, name, files);
    if (file === undefined) continue;
    const start = match.index + '-- '.length;
    const range = rangeOf(specification, { start, end: start + (match[1]?.length ?? 0) });
    yield { range, target: { file, range: place }, tooltip: origin.reason };
  }
}
