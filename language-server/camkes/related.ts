/** Type definitions and implementations: from a name to what it is of, and to what provides it. */
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { membersOfKind, placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { FilePlace } from '../language.js';
import { isSame } from './describe-symbol.js';
import type { CamkesProgram, Systems } from './systems.js';
import { viewOf } from './view.js';

export function typeDefinitionsAt(systems: Systems, path: string, position: Position): FilePlace[] {
  const { analysis } = viewOf(systems, path);
  const symbol = analysis.symbols.symbolAt(path, position);
  return symbol?.type === undefined ? [] : [placeOfName(symbol.type)];
}

/**
 * Of a procedure, the interfaces that provide it, and the instances that have them; of a component its
 * instances, of a connector its connections; of an end, who serves it.
 */
export function implementationsAt(systems: Systems, path: string, position: Position): FilePlace[] {
  const { analysis } = viewOf(systems, path);
  const symbol = analysis.symbols.symbolAt(path, position);
  if (symbol === undefined) return [];
  const declared = placeOfName(symbol);
  const programs = new Set([...systems.programsOf(path), ...systems.programsOf(declared.file)]);
  return [...programs].flatMap((program) => implementationsIn(program, symbol));
}

function implementationsIn({ analysis }: CamkesProgram, symbol: CamkesSymbol): FilePlace[] {
  const declared = placeOfName(symbol);
  const isOfIt = ({ type }: CamkesSymbol): boolean =>
    type?.name === symbol.name && isSame(placeOfName(type), declared);
  const all = analysis.symbols.symbols;
  switch (symbol.kind) {
    case 'procedure': {
      const providers = all.filter((each) => each.kind === 'component' && provides(each, isOfIt));
      const interfaces = providers.flatMap((component) =>
        membersOfKind(component, 'interface').filter(
          (each) => each.node.kind === 'provides' && isOfIt(each),
        ),
      );
      const instances = all.filter(
        ({ kind, type }) => kind === 'instance' && type !== undefined && providers.includes(type),
      );
      return [...interfaces, ...instances].map(placeOfName);
    }
    case 'component':
    case 'connector':
      return all
        .filter((each) => (each.kind === 'instance' || each.kind === 'connection') && isOfIt(each))
        .map(placeOfName);
    case 'interface':
      return (analysis.system?.connections ?? [])
        .filter(({ from }) => from.some((end) => isSame(end.interface.place, declared)))
        .flatMap(({ to }) => to.map((end) => end.interface.place));
    default:
      return [];
  }
}

function provides(component: CamkesSymbol, isWanted: (symbol: CamkesSymbol) => boolean): boolean {
  return membersOfKind(component, 'interface').some(
    (each) => each.node.kind === 'provides' && isWanted(each),
  );
}
