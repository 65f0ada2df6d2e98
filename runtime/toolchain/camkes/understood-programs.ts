/**
 * What the programs of an assembly with mistakes can be built with, to look at their sources: of those whose connections
 * are all there, what the assembly gives them; of others, what it would with the connections that stand in.
 */
import type { Diagnostic } from '../text/diagnostic.js';
import type { Place } from '../text/source-line.js';
import type { ProgramBindings } from './compile/bindings.js';
import { compileSystem, type SystemReading } from './read-system.js';
import type { CamkesSystem, Instance } from './system.js';
import { understoodInstances } from './understood-instances.js';

export interface UnderstoodPrograms {
  readonly instances: ReadonlySet<Instance>;
  readonly programs: readonly ProgramBindings[];
  /** Address spaces of which a connection is made up. Their programs belong to no system. */
  readonly madeUp: ReadonlySet<string>;
}

export function understoodPrograms(
  reading: SystemReading & { readonly analysis: { readonly system: CamkesSystem } },
  programs: readonly ProgramBindings[],
  errors: readonly Diagnostic[],
): UnderstoodPrograms {
  const { instances, system, standIns } = understoodInstances(reading.analysis, errors);
  const none = { instances, programs, madeUp: new Set<string>() };
  if (standIns.length === 0) return none;
  const { project, capsules } = reading;
  const analysis = { ...reading.analysis, system };
  const compiled = compileSystem({ project, analysis, capsules });
  if (compiled === undefined) return none;
  // Whatever does not fit at its own interface was not guessed well.
  const unfit = new Set(
    compiled.diagnostics.filter(({ severity }) => severity === 'error').map(keyOf),
  );
  const bad = new Set(
    standIns.flatMap((end) => (unfit.has(keyOf(end.interface.place)) ? [end.instance] : [])),
  );
  const madeUp = new Set(standIns.map(({ instance }) => instance.addressSpace));
  const byKey = new Map(compiled.programs.map((program) => [program.key, program]));
  return {
    instances: new Set([...instances].filter((instance) => !bad.has(instance))),
    programs: programs.map((program) =>
      madeUp.has(program.key) ? (byKey.get(program.key) ?? program) : program,
    ),
    madeUp,
  };
}

const keyOf = ({ file, range: { start } }: Pick<Place, 'file' | 'range'>): string =>
  JSON.stringify([file, start.line, start.character]);
