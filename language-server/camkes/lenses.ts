/** Above a declaration: how often it is used; above an interface: who is connected to it. */
import type { Mention } from '../../runtime/toolchain/camkes/symbol-index.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { Lens } from '../language.js';
import { isSame } from './describe-symbol.js';
import { mentionsOf } from './names.js';
import type { Systems } from './systems.js';
import { rangeOf, viewOf } from './view.js';

export function lensesOf(systems: Systems, path: string): Lens[] {
  const { analysis, file } = viewOf(systems, path);
  const programs = systems.programsOf(path);
  const lenses: Lens[] = [];
  for (const symbol of analysis.symbols.symbols) {
    if (symbol.file.path !== path || symbol.name === '') continue;
    const range = rangeOf(file, symbol.nameSpan);
    if (range === undefined) continue;
    if (isCounted(symbol)) {
      const uses = mentionsOf(systems, path, symbol).filter(isUse);
      lenses.push({ range, title: countOf(uses.length), places: uses.map(({ place }) => place) });
    } else if (symbol.kind === 'interface') {
      const declared = placeOfName(symbol);
      const ends = programs.flatMap(({ analysis: { system } }) =>
        (system?.connections ?? []).flatMap(({ from, to }) =>
          [
            [from, to],
            [to, from],
          ].flatMap(([own = [], others = []]) =>
            own.some((end) => isSame(end.interface.place, declared)) ? others : [],
          ),
        ),
      );
      if (ends.length === 0) continue;
      const names = new Set(ends.map((end) => `${end.instance.name}.${end.interface.name}`));
      lenses.push({ range, title: listOf([...names]), places: ends.map(({ place }) => place) });
    }
  }
  return lenses;
}

const isCounted = ({ kind }: CamkesSymbol): boolean =>
  kind === 'component' || kind === 'procedure' || kind === 'connector' || kind === 'struct';

const isUse = ({ role }: Mention): boolean => role !== 'declaration';

const countOf = (count: number): string => (count === 1 ? '1 reference' : `${count} references`);

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return `with ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}
