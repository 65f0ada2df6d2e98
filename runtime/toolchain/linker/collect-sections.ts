/**
 * Leaves out what nothing needs (`--gc-sections`): a section stays when the entry, a symbol that is to be
 * kept, or a section that stays refers to it. Tables that the start code walks by their bounds stay, too.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object-file.js';
import type { Definition, Globals } from './resolve.js';

export interface CollectOptions {
  /** Symbols that something outside the program needs; the entry is one. */
  readonly roots: readonly string[];
  /** Sections that a linker script says to keep. */
  readonly isKept: (section: ObjectSection, object: ObjectFile) => boolean;
}

export interface Collected {
  readonly objects: readonly ObjectFile[];
  /** What was left out, for the map. */
  readonly dropped: readonly { readonly object: ObjectFile; readonly section: ObjectSection }[];
}

export function collectSections(
  objects: readonly ObjectFile[],
  { definitions }: Pick<Globals, 'definitions'>,
  { roots, isKept }: CollectOptions,
): Collected {
  const live = objects.map(({ sections }) => sections.map(() => false));
  const pending: { readonly object: number; readonly section: number }[] = [];
  const mark = (object: number, section: number): void => {
    const marks = live[object];
    if (marks?.[section] !== false) return;
    marks[section] = true;
    pending.push({ object, section });
  };
  const markSymbol = (definition: Definition | undefined): void => {
    if (definition?.symbol.definition.kind === 'section')
      mark(definition.object, definition.symbol.definition.section);
  };
  const bounded = new Set<string>();
  const markBounded = (name: string): void => {
    const section = /^__(?:start|stop)_([A-Za-z_]\w*)$/.exec(name)?.[1];
    if (section === undefined || bounded.has(section)) return;
    bounded.add(section);
    objects.forEach(({ sections }, object) => {
      sections.forEach((each, index) => {
        if (each.name === section) mark(object, index);
      });
    });
  };
  const markReference = (object: number, symbol: ObjectSymbol | undefined): void => {
    if (symbol === undefined) return;
    const target = symbol.binding === 'local' ? undefined : definitions.get(symbol.name);
    if (target === undefined && symbol.definition.kind === 'undefined') markBounded(symbol.name);
    markSymbol(target ?? { object, symbol });
  };
  for (const name of roots) markSymbol(definitions.get(name));
  objects.forEach((file, object) => {
    file.sections.forEach((section, index) => {
      if (!section.allocated || isRoot(section) || isKept(section, file)) mark(object, index);
    });
  });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const file = objects[next.object];
    const section = file?.sections[next.section];
    // Unwind tables name every function, and need none of them.
    if (file === undefined || section === undefined) continue;
    // What is not loaded tells of the program, and needs none of it.
    if (section.name === '.eh_frame' || !section.allocated) continue;
    for (const { symbol } of section.relocations) markReference(next.object, file.symbols[symbol]);
  }
  const dropped: { object: ObjectFile; section: ObjectSection }[] = [];
  const kept = objects.map((file, object) => {
    const marks = live[object] ?? [];
    if (marks.every(Boolean)) return file;
    const sections = file.sections.map((section, index) => {
      if (marks[index] === true) return section;
      if (section.sizeBytes > 0) dropped.push({ object: file, section });
      return { ...section, allocated: false, relocations: [], lines: [] };
    });
    return { ...file, sections };
  });
  return { objects: kept, dropped };
}

/** What has an address of its own is reached by that. */
const isRoot = ({ name, kind, isRetained, address }: ObjectSection): boolean =>
  kind === 'note' || isRetained === true || address !== undefined || rootName.test(name);

const rootName =
  /^\.(init|fini|preinit_array|init_array|fini_array|ctors|dtors|text\.init|eh_frame)(\.|$)/;
