/** What the benches share: their programs, assembled from `test/bench`, and tables of figures. */
import path from 'node:path';
import type { SystemImage } from '../image/system-image.js';
import { boards } from '../platform.js';
import { build } from '../toolchain/build.js';
import { printDiagnostics } from './diagnostics-output.js';
import { diskFiles, displayPath } from './disk.js';
import { printError } from './output.js';
import { packageFolder } from './sibling.js';

/** A program of a bench for board `virt`; undefined when it is not there or has errors, which are printed. */
export function buildBench(
  bench: string,
  name: string,
  kernel: 'builtin' | 'none',
): { readonly image: SystemImage; readonly elf: Uint8Array } | undefined {
  const source = displayPath(path.join(packageFolder(), 'test', 'bench', bench, `${name}.S`));
  if (diskFiles.readText(source) === undefined) {
    printError(
      `bench ${bench}: ${source} is not there; the programs come with the repository only.`,
    );
    return undefined;
  }
  const { image, elf, diagnostics } = build(source, diskFiles, { boards, board: 'virt', kernel });
  printDiagnostics(diagnostics);
  return image === undefined || elf === undefined ? undefined : { image, elf };
}

/** Rows of cells, the first of them the heads; the first column is text, the others are numbers. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const aligned = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(aligned).join('  ')).join('\n');
}
