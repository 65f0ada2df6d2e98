/** The options that say what a program runs on, shared by every command that boots one. */
import { boards } from '../platform.js';
import type { PlatformOptions } from '../platform.js';
import { invariant } from '../base/invariant.js';
import type { Result } from '../base/result.js';
import type { BuildOptions, Built } from '../toolchain/build.js';
import { buildInSteps } from '../toolchain/build.js';
import { stepText } from '../toolchain/build-step.js';
import { driveBuild } from '../toolchain/drive-build.js';
import { hasDebugCalls, readKernelImage } from '../toolchain/elf/read-kernel-image.js';
import type { KernelImage } from '../toolchain/elf/read-kernel-image.js';
import {
  architectureNamed,
  architectureNames,
  type ArchitectureName,
} from '../toolchain/settings/architecture-name.js';
import { boardNames, kernelChoices } from '../toolchain/settings/cantrip-json.js';
import { parseSize } from '../toolchain/settings/size.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { choiceOption, numberOption } from './arguments.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError } from './command.js';
import type { OptionSpec } from './command.js';
import { flashOption } from './flash-file.js';
import { currentFolder, diskFiles, displayPath } from './disk.js';
import { userCache } from './disk-cache.js';
import type { CompilerThread } from './compiler-thread.js';
import { cacheFolder } from './cache-folder.js';
import { commandCompiler } from './guest-compiler.js';
import { printError } from './output.js';
import { recentSources } from './recent-sources.js';

const boardOption: OptionSpec = {
  name: '--board',
  value: 'BOARD',
  help: `The board: ${boardNames.join(' or ')}.`,
};

export const architectureOption: OptionSpec = {
  name: '--architecture',
  value: 'A',
  help: `Of a CAmkES assembly: ${architectureNames.join(', ')}.`,
};

const releaseOption: OptionSpec = {
  name: '--release',
  help: 'Optimise guest TypeScript; without it every local can be read in the debugger.',
};

const noCacheOption: OptionSpec = {
  name: '--no-cache',
  help: 'Compile everything anew, and keep nothing for the next build.',
};

export const platformOptions: readonly OptionSpec[] = [
  boardOption,
  architectureOption,
  { name: '--memory', value: 'SIZE', help: 'How much RAM the board has, such as 4M.' },
  {
    name: '--kernel',
    value: 'KERNEL',
    help: 'builtin: the program is a root task; none: it runs bare, in M-mode; or the ELF file of a seL4 kernel.',
  },
  releaseOption,
  noCacheOption,
];

/** For the commands that boot what they build. */
export const bootOptions: readonly OptionSpec[] = [
  ...platformOptions,
  { name: '--domains', value: 'N', help: 'Scheduling domains of the builtin kernel, 1 to 256.' },
  flashOption,
];

/** What the options say of the platform that the build does not need to know. */
export function chosenKernelSettings(parsed: ParsedArguments): Pick<PlatformOptions, 'domains'> {
  const domains = numberOption(parsed, '--domains');
  if (domains === undefined) return {};
  if (domains < 1 || domains > 256)
    throw new UsageError(
      `The value of --domains is a number from 1 to 256, not ${String(domains)}.`,
    );
  return { domains };
}

/** Builds the command's first operand with what the options say; `lasting` is a compiler for later builds, too. */
export async function buildSource(
  parsed: ParsedArguments,
  wanted: Pick<BuildOptions, 'product' | 'executable'> = {},
  lasting?: CompilerThread,
): Promise<Built> {
  const source = displayPath(parsed.operands[0] ?? '.');
  const cache = parsed.options.has(noCacheOption.name) ? undefined : userCache();
  const options = { ...buildOptions(parsed), ...wanted, ...(cache === undefined ? {} : { cache }) };
  const compiler = lasting ?? commandCompiler(__dirname);
  const built = await driveBuild(buildInSteps(source, diskFiles, options), {
    compiler,
    turn,
    onStep: (step) => {
      const text = process.stderr.isTTY ? stepText(step) : undefined;
      if (text !== undefined) printError(text);
    },
  });
  if (lasting === undefined) {
    await compiler.close();
    const recent = recentSources(cacheFolder(), process.argv.slice(2), currentFolder());
    if (cache !== undefined && built !== undefined) recent.note(built.files);
  }
  invariant(built !== undefined, 'BUILD-1', () => 'A build that nobody cancels has a result.');
  return built;
}

/** Whatever waits in this thread comes first. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function buildOptions(parsed: ParsedArguments): BuildOptions {
  const board = choiceOption(parsed, '--board', boardNames);
  const kernel = kernelOption(parsed);
  const memoryBytes = memoryOption(parsed);
  const kernelFile = kernelFileOption(parsed);
  return {
    boards,
    ...chosenArchitecture(parsed),
    compilationDirectory: currentFolder(),
    ...(parsed.options.has(releaseOption.name) ? { optimization: 'release' } : {}),
    ...(board === undefined ? {} : { board }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(kernelFile?.ok === true ? { hasDebugCalls: hasDebugCalls(kernelFile.value) } : {}),
  };
}

/** Empty where the project says it. */
export function chosenArchitecture({ options }: ParsedArguments): {
  readonly architecture?: ArchitectureName;
} {
  const text = options.get('--architecture');
  if (text === undefined) return {};
  const architecture = architectureNamed(text);
  if (architecture === undefined)
    throw new UsageError(
      `The value of --architecture is one of ${architectureNames.join(', ')}, not ${text}.`,
    );
  return { architecture };
}

/** A program for a kernel image is a root task, as for the builtin kernel. */
function kernelOption({ options }: ParsedArguments): BuildOptions['kernel'] {
  const text = options.get('--kernel');
  if (text === undefined) return undefined;
  return kernelChoices.find((choice) => choice === text) ?? 'builtin';
}

/** What --kernel names, where that is a file; its faults are diagnostics. */
export function kernelFileOption({
  options,
}: ParsedArguments): Result<KernelImage, Diagnostic> | undefined {
  const text = options.get('--kernel');
  if (text === undefined || kernelChoices.some((choice) => choice === text)) return undefined;
  const bytes = diskFiles.readBytes(text);
  if (bytes === undefined)
    throw new UsageError(
      `The value of --kernel is builtin, none or the ELF file of a kernel; ${text} cannot be read.`,
    );
  return readKernelImage(displayPath(text), bytes);
}

function memoryOption({ options }: ParsedArguments): number | undefined {
  const text = options.get('--memory');
  if (text === undefined) return undefined;
  const bytes = parseSize(text);
  if (bytes === undefined)
    throw new UsageError(
      `The value of --memory is a size such as 4M or 512K, a multiple of 4 KiB below 4 GiB, not ${text}.`,
    );
  return bytes;
}
