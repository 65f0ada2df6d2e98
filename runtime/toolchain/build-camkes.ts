/**
 * From a CAmkES assembly to an image: its specification, a program for each address space, the specification again with where
 * their symbols came to lie, and the loader of all that. Mistakes cost the components that they concern, and the image.
 */
import type { Building } from './build-step.js';
import type { BuildOptions } from './build-options.js';
import { settingsOf } from './build-options.js';
import { buildSpecification } from './build-specification.js';
import { hasErrors, type Unlisted } from './built.js';
import { fileNameOf } from './camkes/compile/component-layout.js';
import { compileSystem, readSystem } from './camkes/read-system.js';
import { understoodPrograms } from './camkes/understood-programs.js';
import { componentSettings } from './components/capsules.js';
import { buildComponents } from './components/components.js';
import { contentsOf } from './components/dataport-contents.js';
import { footprintsOf } from './components/footprint.js';
import type { Program } from './components/program.js';
import { boardArchitecture, type ChosenArchitecture } from './settings/architecture-name.js';
import { noRange, type Diagnostic } from './text/diagnostic.js';
import { joinPath } from './text/path.js';
import { clockOf, type SourceFiles } from './text/source-files.js';

export function* buildCamkes(
  source: string,
  files: SourceFiles,
  options: BuildOptions,
): Building<Unlisted> {
  const read = readSystem(source, files, {
    needsAssembly: true,
    ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
  });
  const reading = { ...read, diagnostics: ofImage(read.diagnostics) };
  const board = options.board ?? reading.project.board;
  const chosen = board === undefined ? options : { ...options, board };
  const settings = settingsOf(chosen, undefined);
  const model = compileSystem(reading);
  if (model === undefined) return { settings, diagnostics: reading.diagnostics };
  const wrong = withoutRepeats([...reading.diagnostics, ...model.diagnostics]);
  const bindings = model.programs;
  const { architecture } = reading.project;
  if (architecture !== undefined && architecture.name !== boardArchitecture) {
    const refused = options.product === 'specification' ? [] : [notOfBoard(source, architecture)];
    return { settings, spec: model.spec, bindings, diagnostics: [...wrong, ...refused] };
  }
  const concerning = wrong.filter(
    ({ severity, code }) => severity === 'error' && !concernsNoProgram.has(code),
  );
  const { system } = reading.analysis;
  const understood =
    concerning.length === 0 || system === undefined
      ? undefined
      : understoodPrograms(
          { ...reading, analysis: { ...reading.analysis, system } },
          bindings,
          concerning,
        );
  // Slots and badges hang on nothing of a program, so the programs can be built with what the model gives.
  const { programs: built, ...components } = yield* buildComponents(
    understood?.programs ?? bindings,
    files,
    {
      settings: componentSettings(reading.project),
      ...(understood === undefined ? {} : { understood: understood.instances }),
      ...(options.optimization === undefined ? {} : { optimization: options.optimization }),
      ...(options.cache === undefined ? {} : { cache: options.cache }),
      ...(options.compilationDirectory === undefined
        ? {}
        : { compilationDirectory: options.compilationDirectory }),
      ...(options.hasDebugCalls === undefined ? {} : { hasDebugCalls: options.hasDebugCalls }),
      ...(options.executable === undefined ? {} : { executable: options.executable }),
    },
  );
  const programs = built.filter(({ key }) => understood?.madeUp.has(key) !== true);
  const layouts = new Map(programs.map(({ key, layout }) => [key, layout]));
  const { spec, diagnostics: problems } = compileSystem(reading, { layouts }) ?? model;
  const diagnostics = withoutRepeats([
    ...reading.diagnostics,
    ...problems,
    ...components.diagnostics,
  ]);
  const footprints = footprintsOf(spec, bindings, programs);
  const parts = { programs, bindings, footprints };
  if (hasErrors(diagnostics)) return { settings, spec, ...parts, diagnostics };
  const programNames = new Set(bindings.map(({ key }) => fileNameOf(key)));
  const contents = contentsOf(source, spec, programNames, files);
  const given = withPrograms(files, source, programs, contents.files);
  const loaded = buildSpecification(source, spec, given, chosen);
  return {
    ...loaded,
    ...parts,
    diagnostics: [
      ...diagnostics,
      ...contents.diagnostics,
      // Which program is missing, and why, was told at its component.
      ...loaded.diagnostics.filter(({ code }) => code !== 'missing-program'),
    ],
  };
}

/** Errors with which there is no image, and all programs are as they would be without. */
const concernsNoProgram: ReadonlySet<string | undefined> = new Set([
  'cnode-too-small',
  // The instance that would be within itself is left out; what is around it is there.
  'cyclic-hierarchy',
  'device-overlap',
  'duplicate-irq',
  // What is declared too late is understood.
  'forward-reference',
  'setting-out-of-range',
]);

/** What an assembly may say, and no loader can make: a page of a device has one frame. */
const ofImage = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((each) =>
    each.code === 'device-overlap' ? { ...each, severity: 'error' } : each,
  );

/** A setting is looked at by the checks of the assembly and by its compiler: one mistake is told once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ file, range, code, message }) => {
    const isSetting = code.startsWith('setting-');
    const key = JSON.stringify([file, range, code, isSetting ? '' : message]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Its capDL can be had; programs and boards are of one architecture. */
function notOfBoard(source: string, { name, place }: ChosenArchitecture): Diagnostic {
  return {
    ...(place ?? { file: source, range: noRange }),
    severity: 'error',
    code: 'architecture-not-run',
    message: `${source.replace(/^.*[/\\]/, '')} is compiled for ${name}, and the emulated boards are ${boardArchitecture}: its capDL can be had (\`cantrip build -o FILE.cdl\`), but no image. To run it here, set "architecture": "${boardArchitecture}" in cantrip.json, or give --architecture ${boardArchitecture}.`,
  };
}

/** The specification names the programs as files beside itself. */
function withPrograms(
  files: SourceFiles,
  source: string,
  programs: readonly Program[],
  contents: ReadonlyMap<string, Uint8Array>,
): SourceFiles {
  const built = new Map([
    ...contents,
    ...programs.map(({ layout, elf }) => [joinPath(source, '..', layout.file), elf] as const),
  ]);
  return {
    ...clockOf(files),
    readText: (path) => files.readText(path),
    readBytes: (path) => built.get(path) ?? files.readBytes(path),
  };
}
