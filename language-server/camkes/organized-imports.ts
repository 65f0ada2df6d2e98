/**
 * The imports of a file, none twice, and none that nothing needs. Surprising choice: their order stays,
 * because what a file imports first is what the later ones may name. Only where imports follow each other.
 */
import type { Import } from '../../runtime/toolchain/camkes/tree.js';
import type { FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import { rangeOf, type CamkesView } from './view.js';

export function organizedImports({ analysis, file, path }: CamkesView): FixEdit[] {
  const imports = file.tree.items.filter((item): item is Import => item.kind === 'import');
  const ranges = imports.map(({ span }) => rangeOf(file, span));
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined || ranges.includes(undefined)) return [];
  const isOneBlock = ranges.every((range, index) => {
    const before = ranges[index - 1];
    return before === undefined || (range?.start.line ?? 0) === before.end.line + 1;
  });
  if (!isOneBlock) return [];
  const unused = new Set(
    analysis.diagnostics
      .filter((found) => found.code === 'unused-import' && found.file === path)
      .map(({ range }) => range.start.line),
  );
  const kept = imports.filter((_, index) => !unused.has(ranges[index]?.start.line ?? -1));
  const texts = [...new Set(kept.map(textOf))];
  const before = imports.map(textOf).join('\n');
  const newText = texts.join('\n');
  if (newText === before) return [];
  return [{ file: path, range: { start: first.start, end: last.end }, newText }];
}

const textOf = ({ path, style }: Import): string =>
  style === 'angle' ? `import <${path}>;` : `import "${path}";`;
