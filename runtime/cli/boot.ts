/** Builds a command's source and boots it; all that is wrong on the way is printed once, as diagnostics. */
import type { Platform } from '../platform.js';
import { createPlatform } from '../platform.js';
import type { BuildSettings, Built } from '../toolchain/build.js';
import { loadedPrograms, type NamedProgram } from '../toolchain/loaded-programs.js';
import type { Diagnostic } from '../toolchain/text/diagnostic.js';
import { noRange } from '../toolchain/text/diagnostic.js';
import type { ParsedArguments } from './arguments.js';
import { displayPath } from './disk.js';
import { chosenFlash } from './flash-file.js';
import { buildSource, chosenKernelSettings, kernelFileOption } from './platform-options.js';

export interface Booted {
  /** Undefined when something is wrong; then `diagnostics` has an error. */
  readonly platform: Platform | undefined;
  readonly settings: BuildSettings;
  readonly diagnostics: readonly Diagnostic[];
}

/** `others` are programs that the system comes to have. */
export async function bootSource(
  parsed: ParsedArguments,
  others: readonly NamedProgram[] = [],
): Promise<Booted> {
  const kernelSettings = chosenKernelSettings(parsed);
  const flash = chosenFlash(parsed);
  const kernelFile = kernelFileOption(parsed);
  const built = await buildSource(parsed, { executable: 'unwanted' });
  const { settings, diagnostics } = built;
  if (built.image === undefined) return { platform: undefined, settings, diagnostics };
  if (kernelFile?.ok === false)
    return { platform: undefined, settings, diagnostics: [...diagnostics, kernelFile.error] };
  const platform = createPlatform(built.image, {
    ...settings,
    ...kernelSettings,
    ...flash,
    programs: [...loadedPrograms(built), ...others],
    ...(kernelFile === undefined ? {} : { kernel: kernelFile.value }),
  });
  if (platform.ok) return { platform: platform.value, settings, diagnostics };
  return {
    platform: undefined,
    settings,
    diagnostics: [...diagnostics, refusal(parsed, built, platform.error)],
  };
}

function refusal(
  parsed: ParsedArguments,
  { files }: Built,
  error: { readonly code: string; readonly message: string },
): Diagnostic {
  return {
    // The program itself is read last; a cantrip.json before it only names it.
    file:
      files.find((file) => !file.endsWith('cantrip.json')) ?? displayPath(parsed.operands[0] ?? ''),
    range: noRange,
    severity: 'error',
    code: error.code,
    message: error.message,
  };
}
