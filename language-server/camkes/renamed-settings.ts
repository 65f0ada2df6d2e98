/**
 * Names that hold another name: an attribute `csr_paddr` that a component declares for its interface `csr`, and
 * the strings of a connection's settings that name a connection or an end.
 */
import { isNamedAfter } from '../../runtime/toolchain/camkes/known-setting.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { membersOfKind, placeOfName } from '../../runtime/toolchain/camkes/symbol.js';
import type { FixEdit, Range } from '../../runtime/toolchain/text/diagnostic.js';
import { isSame } from './describe-symbol.js';
import { mentionsOf } from './names.js';
import type { CamkesProgram, Systems } from './systems.js';

export function renamedSettings(
  systems: Systems,
  path: string,
  programs: Iterable<CamkesProgram>,
  symbol: CamkesSymbol,
  newName: string,
): FixEdit[] {
  if (symbol.kind === 'interface' || symbol.kind === 'has')
    return [
      ...attributeEdits(systems, path, symbol, newName),
      ...stringEdits(systems, programs, symbol, newName),
    ];
  if (symbol.kind === 'connection' || symbol.kind === 'instance')
    return stringEdits(systems, programs, symbol, newName);
  return [];
}

function attributeEdits(
  systems: Systems,
  path: string,
  symbol: CamkesSymbol,
  newName: string,
): FixEdit[] {
  const { container, name } = symbol;
  if (container?.kind !== 'component') return [];
  return membersOfKind(container, 'attribute')
    .filter((attribute) => isNamedAfter(attribute.name, name))
    .flatMap((attribute) => mentionsOf(systems, path, attribute))
    .filter(({ place }) => place.expansion === undefined)
    .map(({ place: { file, range } }) => ({ file, range: startOf(range, name), newText: newName }));
}

const startOf = ({ start }: Range, name: string): Range => ({
  start,
  end: { line: start.line, character: start.character + name.length },
});

/** `buffer` names a connection, `controller` an end. */
function stringEdits(
  systems: Systems,
  programs: Iterable<CamkesProgram>,
  symbol: CamkesSymbol,
  newName: string,
): FixEdit[] {
  const edits: FixEdit[] = [];
  const declared = placeOfName(symbol);
  for (const { analysis } of programs) {
    const { instances = [], connections = [] } = analysis.system ?? {};
    const isMeant = (one: { readonly place: typeof declared } | undefined): boolean =>
      one !== undefined && isSame(one.place, declared);
    for (const { settings } of connections)
      for (const [attribute, { value, place }] of settings) {
        if (value.kind !== 'string' || place.expansion !== undefined) continue;
        const parts = value.value.split('.');
        let part = parts.length - 1;
        if (attribute === 'buffer') {
          const named = connections.find(({ name }) => name === value.value);
          if (symbol.kind !== 'connection' || !isMeant(named)) continue;
        } else if (attribute === 'controller') {
          const owner = instances.find(({ name }) => name === parts.slice(0, -1).join('.'));
          const port = owner?.component.interfaces.find(({ name }) => name === parts.at(-1));
          if (symbol.kind === 'instance' && isMeant(owner)) part -= 1;
          else if (symbol.kind !== 'interface' || !isMeant(port)) continue;
        } else continue;
        const range = rangeOfPart(systems, place, value.value, part);
        if (range !== undefined) edits.push({ file: place.file, range, newText: newName });
      }
  }
  return edits;
}

/** Where a part of a dotted string stands in a setting that is on one line. */
function rangeOfPart(
  systems: Systems,
  { file, range: { start, end } }: { readonly file: string; readonly range: Range },
  text: string,
  part: number,
): Range | undefined {
  const line = (systems.textOf(file) ?? '').split(/\r\n?|\n/)[start.line] ?? '';
  const at = line.indexOf(`"${text}"`, start.character);
  if (at < 0 || end.line !== start.line || at >= end.character) return undefined;
  const parts = text.split('.');
  const before = parts.slice(0, part).map((each) => each.length + 1);
  const character = at + 1 + before.reduce((sum, length) => sum + length, 0);
  const last = character + (parts[part] ?? '').length;
  return { start: { line: start.line, character }, end: { line: start.line, character: last } };
}
