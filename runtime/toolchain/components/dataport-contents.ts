/**
 * Files that memory holds at the start: those that a setting `<interface>_file` names. A file may be shorter than its
 * memory, which is zero behind it; a specification fills whole frames, so the file is made as long.
 */
import type { CapdlSpec } from '../capdl/spec.js';
import { noRange, type Diagnostic } from '../text/diagnostic.js';
import { diagnosticAt } from '../text/source-line.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';

export interface DataportContents {
  /** By path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Wanted {
  bytes: number;
  readonly origin: CapdlSpec['objects'][number]['origin'];
}

/**
 * `source` is the assembly, beside which the files lie. `programs` are names of those that are built: one that an earlier
 * build wrote there is no content of a dataport.
 */
export function contentsOf(
  source: string,
  spec: CapdlSpec,
  programs: ReadonlySet<string>,
  files: SourceFiles,
): DataportContents {
  const wanted = new Map<string, Wanted>();
  for (const { type, fill = [], origin } of spec.objects)
    for (const { source: from, lengthBytes } of type === 'frame' ? fill : []) {
      if (from.kind !== 'file' || programs.has(from.file)) continue;
      const path = joinPath(source, '..', from.file);
      const known = wanted.get(path) ?? { bytes: 0, origin };
      known.bytes = Math.max(known.bytes, from.offset + lengthBytes);
      wanted.set(path, known);
    }
  const made = new Map<string, Uint8Array>();
  const diagnostics: Diagnostic[] = [];
  for (const [path, { bytes, origin }] of wanted) {
    const found = files.readBytes(path);
    if (found === undefined || found.length === bytes) continue;
    if (found.length > bytes) {
      const message = `${path} has ${String(found.length)} bytes; the memory that is to hold it has ${String(bytes)}. Make its \`_size\` larger.`;
      diagnostics.push(
        origin === undefined
          ? { file: source, range: noRange, severity: 'error', code: 'memory-size', message }
          : diagnosticAt(origin.place, 'error', 'memory-size', message),
      );
      continue;
    }
    const whole = new Uint8Array(bytes);
    whole.set(found);
    made.set(path, whole);
  }
  return { files: made, diagnostics };
}
