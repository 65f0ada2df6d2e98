/** Names of objects and capabilities: where they are declared and used, and how they are renamed. */
import type { Result } from '../../runtime/base/result.js';
import { fail, ok } from '../../runtime/base/result.js';
import { isControlName } from '../../runtime/toolchain/capdl/spec.js';
import type { CapdlOccurrence } from '../../runtime/toolchain/capdl/symbols.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { FilePlace, NameAt, Renaming } from '../language.js';
import { originAtLine, type OriginFiles } from './origins.js';
import { offsetOf, rangeOf, type Specification } from './specifications.js';

export function occurrenceAt(
  specification: Specification,
  position: Position,
): CapdlOccurrence | undefined {
  const offset = offsetOf(specification, position);
  return offset === undefined ? undefined : specification.analysis.symbols.at(offset);
}

/** A declaration leads on to the line of the assembly that asked for it; what has no name leads only there. */
export function nameAt(
  specification: Specification,
  position: Position,
  files: OriginFiles,
): NameAt | undefined {
  const offset = offsetOf(specification, position);
  const origin = offset === undefined ? undefined : originAtLine(specification, offset, files);
  const found = occurrenceAt(specification, position);
  if (found === undefined)
    return origin && { range: origin.range, definitions: [origin.target], places: () => [] };
  const { symbols } = specification.analysis;
  const place = (occurrence: CapdlOccurrence): FilePlace => ({
    file: specification.path,
    range: rangeOf(specification, occurrence),
  });
  const all = symbols.of(found.kind, found.name);
  const declared = all.filter(({ role }) => role === 'declaration').map(place);
  const isHere = found.role === 'declaration' && origin !== undefined;
  return {
    range: rangeOf(specification, found),
    definitions: isHere ? [...declared, origin.target] : declared,
    places: () => all.map(place),
  };
}

/** What is in an object: the braces with its capabilities. */
export function implementationsAt(specification: Specification, position: Position): FilePlace[] {
  const found = occurrenceAt(specification, position);
  if (found?.kind !== 'object') return [];
  return specification.analysis.symbols
    .of('object', found.name)
    .filter(({ role }) => role === 'container')
    .map((occurrence) => ({
      file: specification.path,
      range: rangeOf(specification, occurrence),
    }));
}

export function renamingAt(
  specification: Specification,
  position: Position,
): Result<Renaming, string> | undefined {
  const found = occurrenceAt(specification, position);
  if (found === undefined) return undefined;
  const { symbols } = specification.analysis;
  const { kind, name } = found;
  if (symbols.declarationOf(kind, name) === undefined)
    return fail(`\`${name}\` is not declared in this file.`);
  return ok({
    range: rangeOf(specification, found),
    name,
    editsFor: (newName) => {
      const problem = newName === name ? undefined : problemOf(specification, found, newName);
      if (problem !== undefined) return fail(problem);
      return ok(
        symbols.of(kind, name).map((occurrence) => ({
          file: specification.path,
          range: rangeOf(specification, occurrence),
          newText: newName,
        })),
      );
    },
  });
}

function problemOf(
  { analysis: { symbols } }: Specification,
  { kind }: CapdlOccurrence,
  name: string,
): string | undefined {
  if (!/^[A-Za-z][\w@.-]*$/.test(name))
    return `\`${name}\` is not a name: it needs a letter first, then letters, digits, \`_\`, \`-\`, \`.\` or \`@\`.`;
  if (isControlName(name) || name === 'objects' || name === 'caps')
    return `\`${name}\` is a word of the language.`;
  if (symbols.declarationOf(kind, name) === undefined) return undefined;
  return `There is ${kind === 'object' ? 'an object' : 'a capability'} \`${name}\` already.`;
}
