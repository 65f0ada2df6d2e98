/**
 * The archive of what a system brings along: applications, which are built, and files as they are, such as scripts of the
 * shell. It lies beside the assembly as `ext_builtins.cpio`, though on no disk.
 */
import type { Building } from '../build-step.js';
import { writeCpio, type CpioEntry } from '../bundle/cpio.js';
import { readCantripJson } from '../settings/cantrip-json.js';
import type { Diagnostic, Range } from '../text/diagnostic.js';
import { joinPath } from '../text/path.js';
import type { SourceFiles } from '../text/source-files.js';
import {
  buildApplication,
  type Application,
  type ApplicationOptions,
} from './build-application.js';

export const archiveName = 'ext_builtins.cpio';

export interface BuiltinSetting {
  /** Folders of applications, and files; as written, relative to the `cantrip.json`. */
  readonly path: string;
  readonly range: Range;
}

export interface BuiltinArchive {
  /** Undefined when there are errors. */
  readonly bytes?: Uint8Array;
  readonly applications: readonly Application[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `file` is the `cantrip.json` that names them. */
export function* buildArchive(
  file: string,
  builtins: readonly BuiltinSetting[],
  files: SourceFiles,
  options: ApplicationOptions,
): Building<BuiltinArchive> {
  const entries: CpioEntry[] = [];
  const applications: Application[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path: written, range } of builtins) {
    const path = /^([A-Za-z]:)?[\\/]/.test(written) ? written : joinPath(file, '..', written);
    const problem = (code: string, message: string): void => {
      diagnostics.push({ file, range, severity: 'error', code, message });
    };
    const add = (entry: CpioEntry): void => {
      if (entries.some(({ name }) => name === entry.name))
        problem('builtin-name', `There is another ${entry.name}; each needs a name of its own.`);
      else entries.push(entry);
    };
    const settingsFile = joinPath(path, 'cantrip.json');
    const text = files.readText(settingsFile);
    const bytes = text === undefined ? files.readBytes(path) : undefined;
    if (bytes !== undefined) add({ name: path.replace(/^.*[\\/]/, ''), bytes });
    if (bytes !== undefined) continue;
    if (text === undefined) {
      problem(
        'missing-file',
        `${written} is neither a file nor a folder of an application, which has a cantrip.json.`,
      );
      continue;
    }
    const { settings, diagnostics: wrong } = readCantripJson(settingsFile, text);
    diagnostics.push(...wrong);
    const { app, program } = settings;
    if (program === undefined || wrong.some(({ severity }) => severity === 'error')) continue;
    if (app === undefined) {
      problem('builtin-source', `${written} is no application: its cantrip.json has no "app".`);
      continue;
    }
    const source = { ...app, file: settingsFile, program };
    const { application, ...built } = yield* buildApplication(source, files, options);
    diagnostics.push(...built.diagnostics);
    if (application === undefined) continue;
    applications.push(application);
    add({ name: `${application.name}.app`, bytes: application.bundle });
  }
  const isWhole = diagnostics.every(({ severity }) => severity !== 'error');
  return { ...(isWhole ? { bytes: writeCpio(entries) } : {}), applications, diagnostics };
}
