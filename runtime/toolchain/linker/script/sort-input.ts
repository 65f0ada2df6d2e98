/**
 * Which input sections go where: each to the first pattern of the script that takes it. This does not depend
 * on addresses, so it is settled once.
 */
import type { ObjectFile, ObjectSection } from '../../object-file.js';
import type { InputPattern, LinkerScript, OutputStatement, SectionPattern } from './tree.js';

export interface InputSection {
  readonly section: ObjectSection;
  readonly object: number;
  readonly index: number;
}

export interface SortedInput {
  readonly byPattern: ReadonlyMap<InputPattern, readonly InputSection[]>;
  /** Those that no pattern takes, in the order of the objects. */
  readonly orphans: readonly InputSection[];
  readonly isKept: (section: ObjectSection, object: ObjectFile) => boolean;
}

export function sortInput(
  { statements }: LinkerScript,
  objects: readonly ObjectFile[],
): SortedInput {
  const waiting = new Set<InputSection>();
  objects.forEach(({ sections }, object) => {
    sections.forEach((section, index) => {
      if (section.allocated) waiting.add({ section, object, index });
    });
  });
  const byPattern = new Map<InputPattern, InputSection[]>();
  const kept = new Set<ObjectSection>();
  for (const statement of statements) {
    if (statement.kind !== 'output') continue;
    for (const pattern of inputPatterns(statement)) {
      const taken: InputSection[] = [];
      for (const alternatives of groupsOf(pattern.sections)) {
        const found = [...waiting].filter(({ section, object }) =>
          alternatives.some((each) => takes(pattern, each, objects[object], section)),
        );
        for (const each of found) waiting.delete(each);
        taken.push(...sorted(found, alternatives[0]?.sorting ?? []));
      }
      byPattern.set(pattern, taken);
      if (pattern.isKept) for (const { section } of taken) kept.add(section);
    }
  }
  return {
    byPattern,
    orphans: [...waiting].filter(({ section }) => section.sizeBytes > 0),
    isKept: (section) => kept.has(section),
  };
}

export const inputPatterns = ({ contents }: OutputStatement): InputPattern[] =>
  contents.filter((content) => content.kind === 'input');

/** `*(.a .b)` takes both in the order of the objects; what is sorted stands for itself. */
function groupsOf(patterns: readonly SectionPattern[]): SectionPattern[][] {
  const groups: SectionPattern[][] = [];
  for (const pattern of patterns) {
    const last = groups.at(-1);
    if (last?.[0]?.sorting.length === 0 && pattern.sorting.length === 0) last.push(pattern);
    else groups.push([pattern]);
  }
  return groups;
}

function takes(
  input: InputPattern,
  pattern: SectionPattern,
  object: ObjectFile | undefined,
  section: ObjectSection,
): boolean {
  const file = object?.name ?? '';
  if (!matchesFile(input.file, file)) return false;
  if ([...input.excludedFiles, ...pattern.excludedFiles].some((each) => matchesFile(each, file)))
    return false;
  return matches(pattern.pattern, section.name);
}

/** `*crt0.o` is any path that ends so; `lib.a:member.o` is a member of an archive. */
function matchesFile(pattern: string, name: string): boolean {
  if (matches(pattern, name) || matches(pattern, name.replace(/^.*\//, ''))) return true;
  const member = /^(.*)\((.*)\)$/.exec(name);
  if (member === null) return false;
  const [archiveName = '', memberName = ''] = member.slice(1);
  const colon = pattern.indexOf(':');
  if (colon < 0) return matches(pattern, archiveName) || matches(pattern, memberName);
  return (
    matches(pattern.slice(0, colon) || '*', archiveName) &&
    matches(pattern.slice(colon + 1) || '*', memberName)
  );
}

/**
 * Wildcards of the shell: `*`, `?`, `[a-z]`, `[!a]`. Each star is tried with the shortest text first and
 * never again once a later one is reached, so the time is the product of the two lengths at most.
 */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    const step = at < pattern.length ? matchOne(pattern, at, text[position] ?? '') : undefined;
    if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (step !== undefined) {
      at = step;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Where the pattern goes on when its next part takes the character. */
function matchOne(pattern: string, at: number, character: string): number | undefined {
  const next = pattern[at];
  if (next === '?') return at + 1;
  if (next !== '[') return next === character ? at + 1 : undefined;
  const end = pattern.indexOf(']', at + 2);
  if (end < 0) return next === character ? at + 1 : undefined;
  const isInverted = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  let isIn = false;
  for (let each = at + (isInverted ? 2 : 1); each < end; each += 1) {
    const low = pattern[each] ?? '';
    const isRange = pattern[each + 1] === '-' && each + 2 < end;
    const high = isRange ? (pattern[each + 2] ?? '') : low;
    if (character >= low && character <= high) isIn = true;
    if (isRange) each += 2;
  }
  return isIn !== isInverted ? end + 1 : undefined;
}

function sorted(
  inputs: readonly InputSection[],
  sorting: SectionPattern['sorting'],
): readonly InputSection[] {
  if (sorting.length === 0) return inputs;
  return [...inputs].sort((a, b) => {
    for (const order of sorting) {
      const difference = compare(a.section, b.section, order);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function compare(
  a: ObjectSection,
  b: ObjectSection,
  order: SectionPattern['sorting'][number],
): number {
  if (order === 'alignment') return b.alignmentBits - a.alignmentBits;
  if (order === 'priority') return priorityOf(a) - priorityOf(b);
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The number behind `.init_array.`; without one it comes last. */
const priorityOf = ({ name }: ObjectSection): number =>
  Number(/\.(\d+)$/.exec(name)?.[1] ?? Infinity);
