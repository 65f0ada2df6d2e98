/**
 * `cantrip build`: makes the image and says what is wrong with its sources. `-o` writes it as ELF, or, where the
 * name ends with `.cdl`, the capability distribution of a system as text, or, with `.app`, the bundle of an application.
 */
import { formatAddress } from '../base/address.js';
import { sdkFiles } from '../toolchain/application/sdk-library.js';
import { hasErrors, type Built } from '../toolchain/build.js';
import { printSpec } from '../toolchain/capdl/print.js';
import { footprintText, unsafeLinesOf } from '../toolchain/components/footprint.js';
import { guestDeclarations } from '../toolchain/components/guest-declarations.js';
import { componentHeaders } from '../toolchain/components/header.js';
import { registerHeaders } from '../toolchain/components/register-headers.js';
import { upstreamHeaders } from '../toolchain/components/upstream-headers.js';
import { joinPath } from '../toolchain/text/path.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError } from './command.js';
import type { Command, ExitCode } from './command.js';
import { jsonDiagnostic, printDiagnostics, withWholePaths } from './diagnostics-output.js';
import { displayPath, removeFile, writeOutput } from './disk.js';
import { loadGuestCompiler } from './guest-compiler.js';
import { printError, printJson } from './output.js';
import type { CompilerThread } from './compiler-thread.js';
import { buildSource, platformOptions } from './platform-options.js';
import type { FinishedBuild } from './watch-builds.js';
import { watchBuilds } from './watch-builds.js';

export const buildCommand: Command = {
  name: 'build',
  summary: 'Build a .camkes, .cdl or .S file, or a folder with a cantrip.json, into an ELF file.',
  operands: '<source>',
  operandCount: { least: 1, most: 1 },
  options: [
    {
      name: '-o',
      value: 'FILE',
      help: 'Write the ELF file, a .cdl with the capDL, or the .app of an application; without it nothing is written.',
    },
    {
      name: '--headers',
      value: 'FOLDER',
      help: 'Write COMPONENT/camkes.h, camkes/*.h and DEVICE_regs.h for the C components of an assembly, or the SDK for C for an application.',
    },
    {
      name: '--editor',
      value: 'FOLDER',
      help: 'Write the tsconfig.json and types with which an editor understands guest TypeScript.',
    },
    ...platformOptions,
    {
      name: '--watch',
      help: 'Build again whenever a file that was read changes, or one that was looked for is there, until Ctrl-C; one line tells of each build.',
    },
    {
      name: '--absolute-paths',
      help: 'Name files in diagnostics by their whole paths, for a tool that does not know the current folder.',
    },
    { name: '--json', help: 'Print one JSON document with the diagnostics and the segments.' },
  ],
  run: runBuild,
};

async function runBuild(parsed: ParsedArguments): Promise<ExitCode> {
  if (parsed.options.has('--watch')) return watchBuilds(parsed.operands, buildOnce(parsed));
  return (await buildOnce(parsed)()).code;
}

/** One build after another, which share a compiler where there is one. */
const buildOnce =
  (parsed: ParsedArguments) =>
  async (compiler?: CompilerThread): Promise<FinishedBuild> => {
    const output = parsed.options.get('-o');
    const wantsSpec = output?.endsWith('.cdl') === true;
    const product = wantsSpec ? 'specification' : 'image';
    const executable = output === undefined ? 'unwanted' : 'wanted';
    const built = await buildSource(parsed, { product, executable }, compiler);
    const { files, missing } = built;
    return { code: await report(parsed, built), files, missing };
  };

async function report(parsed: ParsedArguments, built: Built): Promise<ExitCode> {
  const output = parsed.options.get('-o');
  const wantsSpec = output?.endsWith('.cdl') === true;
  const wantsBundle = output?.endsWith('.app') === true;
  const { image, elf, bundle, isApplication, spec, settings, files } = built;
  const hasWholePaths = parsed.options.has('--absolute-paths');
  const diagnostics = hasWholePaths ? built.diagnostics.map(withWholePaths) : built.diagnostics;
  const { footprints, programs = [] } = built;
  writeHeaders(parsed.options.get('--headers'), built);
  await writeEditorFiles(parsed, built);
  if (wantsSpec && spec === undefined && !hasErrors(diagnostics))
    throw new UsageError(
      'Only a .camkes or .cdl file has capDL to write; give another name after -o for the ELF file.',
    );
  if (wantsBundle && isApplication !== true && !hasErrors(diagnostics))
    throw new UsageError(
      'Only an application has a bundle to write, and this is none: its cantrip.json has no "app". Give another name after -o for the ELF file.',
    );
  const isRight = !hasErrors(diagnostics);
  const isDone = isRight && (wantsSpec ? spec !== undefined : image !== undefined);
  if (!isDone && image === undefined && output !== undefined) removeStale(output, files);
  if (isDone && output !== undefined) {
    const bytes = wantsBundle ? bundle : elf;
    if (!wantsSpec && bytes !== undefined) writeOutput(output, bytes);
    else if (wantsSpec && spec !== undefined) {
      writeOutput(output, printSpec(spec));
      for (const program of programs)
        writeOutput(joinPath(output, '..', program.layout.file), program.elf);
    }
  }
  if (parsed.options.has('--json')) {
    printJson({
      exit: isDone ? 0 : 1,
      ...settings,
      output: isDone && output !== undefined ? displayPath(output) : null,
      entry: isDone && image !== undefined ? formatAddress(image.entry) : null,
      segments: (image?.segments ?? []).map((segment) => ({
        address: formatAddress(segment.virtualAddress),
        fileBytes: segment.bytes.length,
        memoryBytes: segment.memorySizeBytes,
        rights: `${segment.readable ? 'r' : '-'}${segment.writable ? 'w' : '-'}${segment.executable ? 'x' : '-'}`,
      })),
      ...(footprints === undefined ? {} : { footprints, unsafeLines: unsafeLinesOf(programs) }),
      files: files.map(displayPath),
      diagnostics: diagnostics.map(jsonDiagnostic),
    });
    return isDone ? 0 : 1;
  }
  printDiagnostics(diagnostics);
  if (footprints !== undefined && footprints.length > 0) {
    printError(footprintText(footprints));
    printError(unsafeSentence(unsafeLinesOf(programs)));
  }
  if (!isDone) return 1;
  const where = output === undefined ? 'use -o FILE to write it' : `written to ${output}`;
  if (wantsSpec) {
    const objects = spec?.objects.length ?? 0;
    printError(`${image?.name ?? 'The system'} has ${objects} objects; its capDL is ${where}.`);
  } else if (image !== undefined) {
    const bytes = image.segments.reduce((sum, segment) => sum + segment.memorySizeBytes, 0);
    printError(
      `${image.name} takes ${bytes} bytes in ${image.segments.length} segments, entry ${formatAddress(image.entry)}; ${where}.`,
    );
  }
  return 0;
}

const unsafeSentence = (count: number): string =>
  count === 1
    ? '1 line of guest TypeScript touches raw memory.'
    : `${String(count)} lines of guest TypeScript touch raw memory.`;

/** What an earlier build left there is not what the sources say now, and would run all the same. */
function removeStale(output: string, sources: readonly string[]): void {
  if (sources.length === 0 || sources.includes(displayPath(output))) return;
  if (removeFile(output))
    printError(
      `${output} was made by an earlier build: it is removed, since there are errors now.`,
    );
}

/** Headers come first: objects that a build wants may be made with them. */
function writeHeaders(folder: string | undefined, { bindings, isApplication }: Built): void {
  if (folder === undefined) return;
  if (isApplication === true) {
    for (const [name, bytes] of sdkFiles()) writeOutput(joinPath(folder, name), bytes);
    return;
  }
  if (bindings === undefined)
    throw new UsageError(
      'Only components of a .camkes assembly and applications of CantripOS have headers.',
    );
  const shared = [...upstreamHeaders, ...registerHeaders()];
  for (const [component, own] of componentHeaders(bindings))
    for (const [name, text] of [['camkes.h', own] as const, ...shared])
      writeOutput(joinPath(folder, component, name), new TextEncoder().encode(text));
}

/** Before the sources have no errors, too: an editor is where they are mended. */
async function writeEditorFiles({ options }: ParsedArguments, { bindings }: Built): Promise<void> {
  const folder = options.get('--editor');
  if (folder === undefined) return;
  if (bindings === undefined)
    throw new UsageError('Only a .camkes assembly has components in guest TypeScript.');
  const guestCompiler = await loadGuestCompiler();
  const generated = new Map([['camkes', guestDeclarations(bindings)]]);
  for (const [name, text] of guestCompiler.editorFiles(generated))
    writeOutput(joinPath(folder, name), text);
}
