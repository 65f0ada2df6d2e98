/**
 * The file that a board's serial flash is kept in, from one run to the next. One that does not exist is an erased
 * flash; it is written at the end of a run in which the flash was programmed or erased.
 */
import type { Platform, PlatformOptions } from '../platform.js';
import { norFlashBytes } from '../machine/devices/nor-flash.js';
import type { ParsedArguments } from './arguments.js';
import { UsageError } from './command.js';
import type { OptionSpec } from './command.js';
import { diskFiles, fileExists, writeOutput } from './disk.js';

export const flashOption: OptionSpec = {
  name: '--flash',
  value: 'FILE',
  help: "The contents of the board's serial flash; written back when they have changed.",
};

/** What the option says of the platform. */
export function chosenFlash({ options }: ParsedArguments): Pick<PlatformOptions, 'flash'> {
  const file = options.get(flashOption.name);
  if (file === undefined) return {};
  const bytes = diskFiles.readBytes(file);
  if (bytes === undefined && fileExists(file))
    throw new UsageError(`The flash file ${file} cannot be read; --flash needs a file.`);
  if (bytes !== undefined && bytes.length > norFlashBytes)
    throw new UsageError(
      `The flash file ${file} has ${bytes.length} bytes, but the flash has ${norFlashBytes}; give a smaller file.`,
    );
  return { flash: bytes ?? new Uint8Array() };
}

export function saveFlash({ options }: ParsedArguments, { machine }: Platform): void {
  const file = options.get(flashOption.name);
  if (file === undefined || machine.flash === undefined || machine.flash.changes === 0) return;
  writeOutput(file, machine.flash.contents());
}
