/**
 * Guest TypeScript: what its compiler says of a component's source. Everything else of a `.ts` file is the affair of
 * the editor's own TypeScript server. A file is a component's when a folder around it has a `cantrip.json`; other
 * TypeScript is left alone. A source of a component is compiled with the module `camkes` that a build would make for
 * it, as the project's assembly connects it; what it imports is seen as any program would see it.
 */
import { guestCheck, type GuestCheck } from '../../runtime/toolchain/components/guest-component.js';
import type { Cancellation } from '../../runtime/toolchain/drive-build.js';
import type { GuestChecker } from '../../runtime/toolchain/guest/check-port.js';
import { defaultMemoryBase } from '../../runtime/toolchain/guest/compiler-port.js';
import { noRange, type Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import { joinPath } from '../../runtime/toolchain/text/path.js';
import type { Systems } from '../camkes/systems.js';
import type { Language, Program } from '../language.js';
import type { RecordedFiles } from '../remembered.js';
import type { Workspace } from '../workspace.js';
import { componentOfSource } from './component-of-source.js';
import { RememberedLater } from './remembered-later.js';

const mostPrograms = 20;
const deepest = 24;

/** Checks are made elsewhere; what is known before is the last one. */
export interface GuestChecks {
  readonly checker: GuestChecker;
  /** Something else is to be said of a file. */
  readonly whenChecked: () => void;
}

export function guestLanguage(
  { documents }: Workspace,
  { checker, whenChecked }: GuestChecks,
  systems: Systems,
): Language {
  const programs = new RememberedLater<Program>(documents, {
    capacity: mostPrograms,
    whenMade: whenChecked,
  });
  const settled = (file: string): Promise<void> =>
    isGuestSource(file, (path) => documents.readText(path) !== undefined)
      ? programs.settled(file, (files, cancellation) =>
          programOf(file, { checker, systems, files, cancellation }),
        )
      : Promise.resolve();
  return {
    settled,
    programsOf: (file) => {
      void settled(file);
      const known = programs.latest(file);
      return known === undefined ? [] : [known];
    },
  };
}

interface Checking {
  readonly checker: GuestChecker;
  readonly systems: Systems;
  readonly files: RecordedFiles;
  readonly cancellation: Cancellation;
}

/** Undefined where it was cancelled. */
async function programOf(
  file: string,
  { checker, systems, files, cancellation }: Checking,
): Promise<Program | undefined> {
  const component = componentOfSource(file, systems, files);
  const { unit, diagnosticsOf } =
    component === undefined ? plainCheck(file) : guestCheck(component.bindings, file, component);
  const checked = await checker.check(unit, files, cancellation);
  if (checked === undefined) return undefined;
  return {
    root: file,
    files: [...new Set([file, ...checked.files])],
    isPart: true,
    // Of the library's files only ours are anybody's to change.
    diagnostics: diagnosticsOf(checked)
      .filter((found) => !found.file.includes(':/'))
      .map((found) => atSource(found, file)),
  };
}

const plainCheck = (file: string): GuestCheck => ({
  unit: {
    entries: [file],
    options: {
      memoryBase: defaultMemoryBase,
      isOptimized: false,
      hasFloatingPoint: false,
      allocationAfterInit: 'allowed',
      scope: 'everything',
    },
  },
  diagnosticsOf: ({ diagnostics }) => diagnostics.filter((found) => !isOfGeneratedModule(found)),
});

/** Of what no assembly names as a source nobody knows which component's module it would have. */
const isOfGeneratedModule = ({ code, message }: Diagnostic): boolean =>
  code === 'unknown-import' && message.includes('module "camkes"');

/** A build tells at the interface that a handler is missing; who writes the source looks at the source. */
function atSource(found: Diagnostic, source: string): Diagnostic {
  if (found.code !== 'missing-handler') return found;
  const { file, range, related = [] } = found;
  const declared = { file, range, message: 'The interface is declared here.' };
  return { ...found, file: source, range: noRange, related: [declared, ...related] };
}

function isGuestSource(file: string, isThere: (path: string) => boolean): boolean {
  if (file.endsWith('.d.ts') || /(^|\/)node_modules\//.test(file)) return false;
  let folder = joinPath(file, '..');
  for (let depth = 0; depth < deepest && folder !== '' && folder !== '/'; depth += 1) {
    if (isThere(joinPath(folder, 'cantrip.json'))) return true;
    folder = joinPath(folder, '..');
  }
  return false;
}
