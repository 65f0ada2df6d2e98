/** What the views of an assembly are made from. */
import type { Result } from '../../runtime/base/result.js';
import { fail, ok } from '../../runtime/base/result.js';
import { componentDiagram } from '../../runtime/toolchain/diagram/component-diagram.js';
import type { SystemSource } from '../language.js';
import type { CompiledSystems } from './compiled.js';
import type { CamkesProgram } from './systems.js';

export function systemSourceOf(
  program: CamkesProgram,
  compiled: CompiledSystems,
): Result<SystemSource, string> {
  const { root, analysis, diagnostics } = program;
  const { system } = analysis;
  const spec = compiled.specOf(program);
  if (system === undefined || spec === undefined)
    return fail(
      `No assembly reaches ${root.replace(/^.*\//, '')}. Open the file with the assembly, or import this one there.`,
    );
  return ok({ root, diagram: () => componentDiagram(system, diagnostics), spec: () => spec });
}
