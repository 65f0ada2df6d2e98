/**
 * From a line of capDL to the line of the assembly that asked for it, where the comment behind it says so. Names of
 * files count from the folder of the specification; in a preview, which is in no folder, from that of its assembly.
 */
import { writtenOrigin } from '../../runtime/toolchain/capdl/origin.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { Range } from '../../runtime/toolchain/text/diagnostic.js';
import type { FilePlace } from '../language.js';
import { rangeOf, type Specification } from './specifications.js';

/** Files, and where a document comes from that is none. */
export interface OriginFiles extends SourceFiles {
  readonly sourceOf: (file: string) => string;
}

export interface LineOrigin {
  /** The name of the file and the number of the line in the comment. */
  readonly range: Range;
  readonly target: FilePlace;
}

/** Of the line that the offset is on. */
export function originAtLine(
  specification: Specification,
  offset: number,
  files: OriginFiles,
): LineOrigin | undefined {
  const { text } = specification.source;
  const line = text.lastIndexOf('\n', Math.max(offset - 1, 0)) + 1;
  const origin = writtenOrigin(text, line);
  if (origin === undefined) return undefined;
  const { file: name, range: place } = origin.place;
  const file = fileNamed(specification, name, files);
  const written = `${name}:${place.start.line + 1}`;
  const start = text.indexOf(`-- ${written}`, line) + '-- '.length;
  if (file === undefined || start < line) return undefined;
  const range = rangeOf(specification, { start, end: start + written.length });
  return { range, target: { file, range: place } };
}

export function fileNamed(
  { path }: Specification,
  name: string,
  files: OriginFiles,
): string | undefined {
  const file = name.startsWith('/') ? name : joinPath(files.sourceOf(path), '..', name);
  return files.readBytes(file) === undefined ? undefined : file;
}
