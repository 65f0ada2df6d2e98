/**
 * The `.cdl` files of the workspace that a renamed assembly became, with the new names. Which objects those are
 * the compiler says, from the assembly before and after. A file belongs to the assembly that makes most of its
 * objects; one that would come out otherwise than by new names is left to be built again.
 */
import type { CamkesAnalysis } from '../../runtime/toolchain/camkes/analyze.js';
import { compileSystem } from '../../runtime/toolchain/camkes/read-system.js';
import { renamedNames, type RenamedNames } from '../../runtime/toolchain/camkes/renamed-spec.js';
import type { FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import { editsOfNames, newNamesOf, type NewNames } from '../capdl/renamed-names.js';
import type { Specification, Specifications } from '../capdl/specifications.js';
import { distance, type CamkesProgram, type Systems } from './systems.js';

export interface RenamedProgram {
  readonly program: CamkesProgram;
  /** The same after the rename. */
  readonly renamed: CamkesAnalysis;
}

/** So many other assemblies are asked whether a file is theirs. */
const mostRivals = 8;

export function renamedObjects(
  systems: Systems,
  specifications: Specifications,
  programs: readonly RenamedProgram[],
  name: string,
): FixEdit[] {
  const mentioning = specifications.thatMention(name);
  if (mentioning.length === 0) return [];
  return programs.flatMap((each) => {
    const names = newNamesOf(waysToCompile(each));
    if (names.all.length === 0) return [];
    return mentioning
      .filter((specification) => isMadeFrom(systems, specification, each.program, names))
      .flatMap((specification) => editsOfNames(specification, names));
  });
}

/** With and without scheduling contexts and threads for faults; what the project says comes first. */
function waysToCompile({ program, renamed }: RenamedProgram): RenamedNames[] {
  const { project, analysis, capsules } = program;
  const renamedCapsules = capsulesAfter(program, renamed);
  const isMcs = project.isMcs;
  const ways = [
    { isMcs, hasFaultHandlers: false },
    { isMcs, hasFaultHandlers: true },
    { isMcs: !isMcs, hasFaultHandlers: false },
    { isMcs: !isMcs, hasFaultHandlers: true },
  ];
  return ways.flatMap((way) => {
    const before = compileSystem({ project, analysis, capsules }, way);
    const after = compileSystem({ project, analysis: renamed, capsules: renamedCapsules }, way);
    if (before === undefined || after === undefined) return [];
    return renamedNames(before, after) ?? [];
  });
}

/** A rename changes no order, so the members of a group are found by their positions. */
function capsulesAfter(
  { analysis, capsules }: CamkesProgram,
  renamed: CamkesAnalysis,
): ReadonlySet<string> {
  const before = analysis.system?.instances ?? [];
  const members = (renamed.system?.instances ?? []).filter((_, index) =>
    capsules.has(before[index]?.addressSpace ?? ''),
  );
  return new Set(members.map(({ addressSpace }) => addressSpace));
}

function isMadeFrom(
  systems: Systems,
  specification: Specification,
  program: CamkesProgram,
  names: NewNames,
): boolean {
  const declared = declaredNames(specification);
  const known = declared.filter((name) => names.of(name) !== undefined).length;
  if (2 * known < declared.length) return false;
  const own = claimOf(systems, specification, declared, program);
  return systems
    .assembliesNear(specification.path)
    .filter((root) => root !== program.root)
    .slice(0, mostRivals)
    .every((root) => {
      const rival = claimOf(systems, specification, declared, systems.programAt(root));
      const at = rival.findIndex((value, index) => value !== own[index]);
      return at < 0 || (rival[at] ?? 0) < (own[at] ?? 0);
    });
}

/** What speaks for it, the weightiest first: comments that name it, its objects, its own name, its place. */
function claimOf(
  { compiled }: Systems,
  { path, source }: Specification,
  declared: readonly string[],
  program: CamkesProgram,
): number[] {
  const { root } = program;
  const made = new Set(compiled.specOf(program)?.objects.map(({ name }) => name));
  const fileName = root.slice(root.lastIndexOf('/') + 1);
  const stem = fileName.replace(/\.camkes$/, '');
  return [
    new RegExp(`-- (?:\\S*/)?${fileName.replaceAll('.', '\\.')}:\\d`).test(source.text) ? 1 : 0,
    declared.filter((name) => made.has(name)).length,
    path.endsWith(`/${stem}.cdl`) ? 1 : 0,
    -distance(root, path),
  ];
}

const declaredNames = ({ analysis }: Specification): string[] =>
  analysis.symbols.occurrences
    .filter(({ kind, role }) => kind === 'object' && role === 'declaration')
    .map(({ name }) => name);
