/**
 * The same name twice in one place. Top-level items may share a name when they are of different kinds;
 * inside of an item nothing may, but a group and what is in it: groups are dissolved before that matters.
 */
import type { Names } from './resolve.js';
import { editOf, fixOf, relatedTo, reportIn } from './report.js';
import { articleOf, nounOf, type CamkesSymbol } from './symbol.js';

export function checkDuplicates(names: Names): void {
  checkAmong(names, names.items, ({ kind, name }) => `${kind} ${name}`);
  const inAssemblies = names.global.assemblies.flatMap(onceDissolved);
  checkAmong(names, inAssemblies, ({ name }) => name);
  for (const symbol of names.ownSymbols)
    if (symbol.kind !== 'connector') checkAmong(names, onceDissolved(symbol), ({ name }) => name);
}

/** The members as they are when groups are gone: then their instances are beside those of the composition. */
function onceDissolved(symbol: CamkesSymbol): readonly CamkesSymbol[] {
  if (symbol.kind !== 'composition') return symbol.members;
  return symbol.members.flatMap((member) =>
    member.kind === 'group' ? [member, ...member.members] : [member],
  );
}

function checkAmong(
  names: Names,
  members: readonly CamkesSymbol[],
  keyOf: (symbol: CamkesSymbol) => string,
): void {
  const groups = new Map<string, CamkesSymbol>();
  const others = new Map<string, CamkesSymbol>();
  for (const member of members) {
    if (member.name === '') continue;
    const key = keyOf(member);
    const isGroup = member.kind === 'group';
    const earlierGroup = clashesWithGroup(member) ? groups.get(key) : undefined;
    const earlierOther = others.get(key);
    const earlier =
      isGroup && earlierOther !== undefined && !clashesWithGroup(earlierOther)
        ? earlierGroup
        : (earlierOther ?? earlierGroup);
    if (earlier === undefined) (isGroup ? groups : others).set(key, member);
    else if (earlier !== member) report(names, member, earlier);
  }
}

const clashesWithGroup = ({ kind, container }: CamkesSymbol): boolean =>
  kind === 'group' || (kind === 'instance' && container?.kind !== 'group');

function report(names: Names, member: CamkesSymbol, earlier: CamkesSymbol): void {
  const noun = nounOf(member);
  const otherNoun = nounOf(earlier);
  const before = otherNoun === noun ? '' : `, before as ${articleOf(otherNoun)} ${otherNoun}`;
  const ofMethod =
    member.kind === 'parameter' ? ` of method \`${member.container?.name ?? ''}\`` : '';
  reportIn(names.report, member.file, member.nameSpan, {
    code: 'duplicate-name',
    message: `The ${noun} \`${member.name}\`${ofMethod} is declared twice${before}. Rename or remove one of the two.`,
    related: [relatedTo(earlier, `\`${member.name}\` is declared here first.`)],
    fixes:
      member.kind === 'parameter'
        ? []
        : [fixOf(`Remove this ${noun} \`${member.name}\``, [editOf(member.file, member.span, '')])],
  });
}
