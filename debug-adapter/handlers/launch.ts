/** The life of a session: introduction, launch, restart, end. */
import { formatAddress } from '../../runtime/base/address.js';
import { fail, ok, type Result } from '../../runtime/base/result.js';
import { boards, createPlatform, norFlashBytes } from '../../runtime/platform.js';
import type { Built } from '../../runtime/toolchain/build.js';
import {
  hasDebugCalls,
  readKernelImage,
  type KernelImage,
} from '../../runtime/toolchain/elf/read-kernel-image.js';
import { loadedPrograms } from '../../runtime/toolchain/loaded-programs.js';
import type { Diagnostic } from '../../runtime/toolchain/text/diagnostic.js';
import {
  flag,
  integer,
  list,
  nothing,
  oneOf,
  optional,
  shape,
  text,
  unknownNames,
  type Checked,
} from '../arguments.js';
import { capabilities } from '../capabilities.js';
import {
  cancelled,
  done,
  machineRequest,
  request,
  toClientColumn,
  toClientLine,
  type Context,
  type Handlers,
} from '../context.js';
import { buildWithProgress } from '../model/build-with-progress.js';
import { Debuggee, type Launch } from '../model/debuggee.js';
import { clientPath, normalizePath, sourceOf } from '../model/source-paths.js';
import { protocolVersion } from '../protocol.js';
import { viewBreakpoint } from './breakpoints.js';

const launchMembers = {
  program: text,
  board: optional(oneOf('nexus', 'virt')),
  kernel: optional(text),
  memory: optional(integer),
  domains: optional(integer),
  flash: optional(text),
  optimization: optional(oneOf('debug', 'release')),
  stopOnEntry: optional(flag),
  input: optional(text),
  noDebug: optional(flag),
  console: optional(oneOf('event', 'output')),
  trace: optional(list(oneOf('refusal'))),
};
const launchArguments = shape(launchMembers);
type LaunchArguments = Checked<typeof launchArguments>;

/** Attributes of a launch configuration that clients read themselves and pass on. */
const clientAttributes = [
  ...['type', 'request', 'name', 'presentation', 'suppressMultipleSessionWarning'],
  ...['preLaunchTask', 'postDebugTask', 'serverReadyAction', 'debugServer'],
  ...['internalConsoleOptions', 'windows', 'osx', 'linux'],
];

export const launchHandlers: Handlers = {
  initialize: request(
    shape({
      adapterID: optional(text),
      linesStartAt1: optional(flag),
      columnsStartAt1: optional(flag),
      pathFormat: optional(text),
      supportsInvalidatedEvent: optional(flag),
      supportsMemoryEvent: optional(flag),
      supportsProgressReporting: optional(flag),
    }),
    (context, args) => {
      const { linesStartAt1 = true, columnsStartAt1 = true, pathFormat = 'path' } = args;
      if (pathFormat !== 'path') {
        return fail(`Paths must be of the format "path", but the client has "${pathFormat}".`);
      }
      context.client = {
        linesStartAt1,
        columnsStartAt1,
        knowsInvalidated: args.supportsInvalidatedEvent ?? false,
        knowsMemory: args.supportsMemoryEvent ?? false,
        knowsProgress: args.supportsProgressReporting ?? false,
      };
      return ok({ ...capabilities, cantripProtocolVersion: protocolVersion });
    },
  ),

  launch: async (context, given) => {
    const checked = launchArguments(given, 'arguments');
    if (!checked.ok) return checked;
    const args = checked.value;
    if (context.debuggee !== undefined)
      return fail('A program is launched in this session already.');
    warnOfUnknown(context, given);
    const launch = await prepare(context, args);
    if (!launch.ok) return launch;
    context.launched = args;
    context.debuggee = new Debuggee(context, launch.value);
    context.debuggee.applyBreakpoints();
    context.afterResponse(() => {
      // The client sets its breakpoints now, when they can be verified at once.
      context.send('initialized');
      context.send('process', {
        name: launch.value.platform.image.name,
        isLocalProcess: false,
        startMethod: 'launch',
        pointerSize: 32,
      });
      announceBreakpoints(context);
    });
    return done;
  },

  configurationDone: machineRequest(nothing, (debuggee, _, context) => {
    if (debuggee.hasBegun)
      return fail('The configuration is done already: the program was started.');
    context.afterResponse(() => debuggee.begin());
    return done;
  }),

  restart: machineRequest(
    shape({ arguments: optional(launchArguments) }),
    async (debuggee, { arguments: latest }, context) => {
      const args = latest ?? context.launched;
      if (args === undefined) return fail('No program has been launched.');
      // Sources may have changed; with errors in them the program that is there stays.
      const launch = await prepare(context, args);
      if (!launch.ok) return launch;
      context.launched = args;
      context.afterResponse(() => {
        restart(context, debuggee, launch.value);
        announceBreakpoints(context);
      });
      return done;
    },
  ),

  terminate: request(nothing, (context) => {
    if (context.debuggee === undefined && !context.wasCancelled)
      return fail('No program has been launched.');
    context.debuggee?.loop.abandon();
    context.afterResponse(() => {
      end(context);
      context.send('terminated');
    });
    return done;
  }),

  disconnect: request(nothing, (context) => {
    end(context);
    return done;
  }),
};

/** A misspelt attribute would change nothing, in silence. Names with two underscores are clients' own. */
function warnOfUnknown(context: Context, given: unknown): void {
  const known = [...Object.keys(launchMembers), ...clientAttributes];
  for (const name of unknownNames(given, known)) {
    if (name.startsWith('__')) continue;
    printText(
      context,
      `The launch attribute "${name}" is not known and has no effect. Known are ${Object.keys(launchMembers).join(', ')}.\n`,
    );
  }
}

function end(context: Context): void {
  context.debuggee?.dispose();
  context.debuggee = undefined;
}

function restart(context: Context, debuggee: Debuggee, launch: Launch): void {
  debuggee.powerOff();
  debuggee.dispose();
  context.breakpoints.restart();
  context.dataBreakpoints.restart();
  const next = new Debuggee(context, launch);
  context.debuggee = next;
  // VS Code forgets what it has heard of a thread when it hears of another one of that id in the same turn.
  context.host.soon(() => {
    if (context.debuggee === next && !next.hasBegun) next.begin();
  });
}

/** Builds and boots; diagnostics go to the client as output, and an error among them is the answer. */
async function prepare(context: Context, args: LaunchArguments): Promise<Result<Launch, string>> {
  const { program, board, memory } = args;
  const kernel = kernelOf(context, args.kernel);
  if (!kernel.ok) return kernel;
  const { choice, image: kernelImage } = kernel.value;
  const built = await buildWithProgress(context, normalizePath(program), {
    boards,
    ...(board === undefined ? {} : { board }),
    ...(choice === undefined ? {} : { kernel: choice }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(args.optimization === undefined ? {} : { optimization: args.optimization }),
    ...(context.cache === undefined ? {} : { cache: context.cache }),
    ...(kernelImage === undefined ? {} : { hasDebugCalls: hasDebugCalls(kernelImage) }),
  });
  if (built === undefined) {
    context.wasCancelled = true;
    return cancelled;
  }
  for (const diagnostic of built.diagnostics) printDiagnostic(context, diagnostic);
  const { image, settings } = built;
  const first = built.diagnostics.find(({ severity }) => severity === 'error');
  if (image === undefined || first !== undefined) return fail(refusal(program, first));
  if (!args.noDebug && image.lines.length === 0) {
    printText(
      context,
      `${image.name} has no line table: breakpoints in its source cannot be set.\n`,
    );
  }
  const { domains } = args;
  const flash = flashOf(context, args.flash);
  if (!flash.ok) return flash;
  const platform = createPlatform(image, {
    ...settings,
    programs: loadedPrograms(built),
    ...(domains === undefined ? {} : { domains }),
    ...(flash.value === undefined ? {} : { flash: flash.value }),
    ...(kernelImage === undefined ? {} : { kernel: kernelImage }),
  });
  if (!platform.ok) return fail(platform.error.message);
  return ok({
    platform: platform.value,
    sourceRoot: sourceRootOf(program, built),
    console: args.console ?? 'output',
    stopOnEntry: args.stopOnEntry ?? false,
    noDebug: args.noDebug ?? false,
    input: args.input ?? '',
    trace: args.trace ?? [],
    ...(args.flash === undefined ? {} : { flashFile: normalizePath(args.flash) }),
    breakpointsChanged: () => {
      announceBreakpoints(context);
    },
  });
}

/** A file that is not there is an erased flash: it is written when the guest has changed it. */
function flashOf(
  context: Context,
  file: string | undefined,
): Result<Uint8Array | undefined, string> {
  if (file === undefined) return ok(undefined);
  const bytes = context.files.readBytes(normalizePath(file));
  if (bytes !== undefined && bytes.length > norFlashBytes) {
    return fail(
      `The launch attribute "flash" names ${file} with ${bytes.length} bytes, but the flash of the board has ${norFlashBytes}.`,
    );
  }
  return ok(bytes ?? new Uint8Array());
}

interface KernelOfLaunch {
  /** What the program is linked for: one of a kernel image is a root task, as of the builtin kernel. */
  readonly choice?: 'builtin' | 'none';
  readonly image?: KernelImage;
}

function kernelOf(context: Context, kernel: string | undefined): Result<KernelOfLaunch, string> {
  if (kernel === undefined) return ok({});
  if (kernel === 'builtin' || kernel === 'none') return ok({ choice: kernel });
  const path = normalizePath(kernel);
  const bytes = context.files.readBytes(path);
  if (bytes === undefined) {
    return fail(
      `The launch attribute "kernel" is builtin, none or the ELF file of a kernel; ${kernel} cannot be read.`,
    );
  }
  const image = readKernelImage(path, bytes);
  if (!image.ok) return fail(`${kernel}: ${image.error.message}`);
  return ok({ choice: 'builtin', image: image.value });
}

function refusal(program: string, first: Diagnostic | undefined): string {
  if (first === undefined) return `${program} could not be built.`;
  const { file, message } = first;
  return `${placeOf(first, file)}: ${message}`;
}

function placeOf({ range, offset }: Diagnostic, file: string): string {
  return offset === undefined
    ? `${file}:${range.start.line + 1}:${range.start.character + 1}`
    : `${file}:byte ${formatAddress(offset)}`;
}

/** Relative paths in an image are relative to the folder of the program. */
function sourceRootOf(program: string, { files }: Built): string {
  const path = files.find((file) => !file.endsWith('cantrip.json')) ?? program;
  return normalizePath(path).replace(/\/[^/]*$/, '');
}

function printDiagnostic(context: Context, diagnostic: Diagnostic): void {
  const { file, severity, message, range, offset } = diagnostic;
  const path = clientPath(file, '');
  context.send('output', {
    category: severity === 'error' ? 'stderr' : 'console',
    output: `${placeOf(diagnostic, file)}: ${severity}: ${message}\n`,
    ...(offset === undefined
      ? {
          source: sourceOf(path),
          line: toClientLine(context.client, range.start.line + 1),
          column: toClientColumn(context.client, range.start.character + 1),
        }
      : {}),
  });
}

function printText(context: Context, output: string): void {
  context.send('output', { category: 'console', output });
}

/** Those that were set before there was an image have their addresses now. */
function announceBreakpoints(context: Context): void {
  for (const breakpoint of context.breakpoints.all()) {
    context.send('breakpoint', {
      reason: 'changed',
      breakpoint: viewBreakpoint(context, breakpoint),
    });
  }
}
