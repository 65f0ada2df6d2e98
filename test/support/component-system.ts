/** Systems of components in a few lines: files by name, built and booted on board nexus. */
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { compareWithSpec } from '../../runtime/inspect/spec-comparison.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import { build, type BuildOptions, type Built } from '../../runtime/toolchain/build.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

export type Texts = Readonly<Record<string, string | Uint8Array>>;

const encoder = new TextEncoder();

export const filesOf = (texts: Texts): SourceFiles => ({
  readText: (path) => {
    const found = texts[path];
    return typeof found === 'string' ? found : undefined;
  },
  readBytes: (path) => {
    const found = texts[path];
    return typeof found === 'string' ? encoder.encode(found) : found;
  },
});

export const buildTexts = (
  texts: Texts,
  source = 'system.camkes',
  options: Partial<BuildOptions> = {},
): Built => build(source, filesOf(texts), { boards: [nexusBoard()], ...options });

/** Each problem in a line: `error missing-handler Server.camkes:2`. That a function calls itself is none. */
export const problemsOf = ({ diagnostics }: Pick<Built, 'diagnostics'>): string[] =>
  diagnostics
    .filter(({ code }) => code !== 'stack-recursion')
    .map(
      ({ severity, code, file, range }) =>
        `${severity} ${code} ${file}:${String(range.start.line + 1)}`,
    );

export interface Ran {
  readonly console: string;
  /** What differs between the capabilities that there are and the specification. */
  readonly differences: readonly string[];
  readonly platform: Platform;
}

const mostInstructions = 20_000_000;

/** Boots what was built until nothing happens any more. */
export function bootBuilt(
  { image, spec, settings, programs = [] }: Built,
  instructions = mostInstructions,
  flash: Uint8Array = new Uint8Array(),
  watch: (platform: Platform) => void = () => undefined,
): Ran {
  if (image === undefined || spec === undefined) throw new Error('there is no image to boot');
  const made = createPlatform(image, { ...settings, programs, flash });
  if (!made.ok) throw new Error('the image does not fit the board');
  const platform = made.value;
  let console = '';
  platform.onConsole((byte) => (console += String.fromCharCode(byte)));
  watch(platform);
  platform.run(instructions);
  const differences = compareWithSpec(platform, spec).map(({ message }) => message);
  return { console, differences, platform };
}
