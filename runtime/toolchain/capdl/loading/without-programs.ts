/**
 * A system whose programs are not all built can still be made: every object and capability is there, and
 * the threads of an address space without its program wait. So the capabilities of an assembly can be
 * looked at before there is any code. Only where a frame's file is not there is anything changed.
 */
import type { Diagnostic } from '../../text/diagnostic.js';
import { joinPath } from '../../text/path.js';
import type { SourceFiles } from '../../text/source-files.js';
import { noRange } from '../../text/diagnostic.js';
import type { CapdlObject, CapdlSpec } from '../spec.js';
import { tcbSlots } from '../tcb-slots.js';

export interface WithoutPrograms {
  readonly spec: CapdlSpec;
  /** One for each program that is missing. */
  readonly diagnostics: readonly Diagnostic[];
}

export function withoutPrograms(
  spec: CapdlSpec,
  file: string,
  files: SourceFiles,
): WithoutPrograms {
  const missing = missingPrograms(
    spec,
    (name) => files.readBytes(joinPath(file, '..', name)) === undefined,
  );
  if (missing.size === 0) return { spec, diagnostics: [] };
  const empty = new Set([...missing.values()].flat());
  const waiting = spacesWith(spec, new Set([...empty].map(({ name }) => name)));
  const objects = spec.objects.map((object): CapdlObject => {
    if (empty.has(object)) return { ...object, fill: [] };
    const space = object.type === 'tcb' ? object.slots.get(tcbSlots.vspace)?.object : undefined;
    if (space === undefined || !waiting.has(space)) return object;
    return { ...object, tcb: { ...object.tcb, resume: false } };
  });
  return {
    spec: { ...spec, objects },
    diagnostics: [...missing].map(([name, [first]]) => missingProgram(file, name, first)),
  };
}

/** The frames that each missing file should fill. */
function missingPrograms(
  { objects }: CapdlSpec,
  isMissing: (file: string) => boolean,
): Map<string, CapdlObject[]> {
  const known = new Map<string, boolean>();
  const missing = new Map<string, CapdlObject[]>();
  for (const object of objects) {
    for (const { source } of object.fill ?? []) {
      if (source.kind !== 'file') continue;
      const { file } = source;
      if (!known.has(file)) known.set(file, isMissing(file));
      if (known.get(file) !== true) continue;
      const frames = missing.get(file);
      if (frames === undefined) missing.set(file, [object]);
      else if (frames.at(-1) !== object) frames.push(object);
    }
  }
  return missing;
}

/** Every table that leads to one of the frames, so the roots of address spaces, too. */
function spacesWith({ objects }: CapdlSpec, frames: ReadonlySet<string>): ReadonlySet<string> {
  const above = new Map<string, string[]>();
  for (const { name, type, slots } of objects) {
    if (type === 'cnode' || type === 'tcb') continue;
    for (const { object } of slots.values()) {
      const holders = above.get(object);
      if (holders === undefined) above.set(object, [name]);
      else holders.push(name);
    }
  }
  const found = new Set<string>();
  const pending = [...frames];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    for (const holder of above.get(name) ?? []) {
      if (found.has(holder)) continue;
      found.add(holder);
      pending.push(holder);
    }
  }
  return found;
}

function missingProgram(file: string, program: string, frame: CapdlObject | undefined): Diagnostic {
  const place = frame?.origin?.place;
  return {
    file: place?.file ?? file,
    range: place?.range ?? noRange,
    severity: 'information',
    code: 'missing-program',
    message: `There is no program \`${program}\` beside ${file.replace(/^.*[/\\]/, '')}: the threads that it is for are made, and wait.`,
  };
}
