/** Directives that choose where bytes go, what symbols are, and which extensions are on. */
import {
  findSection,
  parseArchitecture,
  switchSection,
  type AssemblyState,
} from './assembly-state.js';
import {
  expectEnd,
  readName,
  readNumber,
  readRange,
  type DirectiveContext,
  type DirectiveHandler,
} from './directive.js';
import type { AssemblySection } from './section.js';

export const sectionDirectives: Readonly<Record<string, DirectiveHandler>> = {
  '.text': named('.text'),
  '.data': named('.data'),
  '.bss': named('.bss'),
  '.rodata': named('.rodata'),
  '.section': (context) => {
    const section = readSection(context);
    if (section !== undefined) switchSection(context.state, section);
  },
  '.pushsection': (context) => {
    const { state } = context;
    const before = state.current;
    const section = readSection(context);
    if (section === undefined) return;
    state.sectionStack.push(before);
    switchSection(state, section);
  },
  '.popsection': ({ state, cursor, directive }) => {
    expectEnd(cursor);
    const section = state.sectionStack.pop();
    if (section !== undefined) switchSection(state, section);
    else {
      cursor.problemAt(
        directive,
        'unbalanced-section',
        '`.popsection` was found without a `.pushsection` before it.',
      );
    }
  },
  '.previous': ({ state, cursor, directive }) => {
    expectEnd(cursor);
    if (state.previous !== undefined) switchSection(state, state.previous);
    else cursor.problemAt(directive, 'unbalanced-section', 'There is no section before this one.');
  },
  '.subsection': (context) => {
    const { state, cursor } = context;
    const subsection = readRange(context, 'The number of a subsection', 0, 8192);
    expectEnd(cursor);
    if (subsection === undefined || cursor.hasFailed()) return;
    switchSection(state, { section: state.current.section, subsection });
  },
  '.option': option,
  '.attribute': attribute,
};

function named(name: string): DirectiveHandler {
  return (context) => {
    const { state, cursor } = context;
    const subsection = cursor.atEnd()
      ? 0
      : readRange(context, 'The number of a subsection', 0, 8192);
    expectEnd(cursor);
    if (subsection === undefined || cursor.hasFailed()) return;
    switchSection(state, { section: findSection(state, name), subsection });
  };
}

/** `.section name, "flags", @type, entry size`. */
function readSection(
  context: DirectiveContext,
): { section: AssemblySection; subsection: number } | undefined {
  const { state, cursor } = context;
  const name = readSectionName(context);
  if (name === undefined) return undefined;
  const isNew = !state.sectionsByName.has(name);
  const section = findSection(state, name);
  if (!cursor.take(',')) {
    expectEnd(cursor);
    return { section, subsection: 0 };
  }
  const flags = cursor.peek();
  if (flags?.kind === 'number') {
    const subsection = readRange(context, 'The number of a subsection', 0, 8192);
    return subsection === undefined ? undefined : { section, subsection };
  }
  if (flags?.kind !== 'string') {
    cursor.problem(
      'syntax',
      `${cursor.found()} was found where the flags in quotes were expected: "a" allocated, "w" writable, "x" executable.`,
    );
    return undefined;
  }
  cursor.next('string');
  const letters = flags.text.slice(1, -1);
  const wrong = /[^awxMSGToRe?dl\d]/.exec(letters)?.[0];
  if (wrong !== undefined) {
    cursor.problemAt(
      flags,
      'bad-section-flag',
      `\`${wrong}\` is not a section flag; those are a (allocated), w (writable), x (executable), M, S, G, T.`,
    );
  }
  if (isNew) {
    section.allocated = letters.includes('a');
    section.writable = letters.includes('w');
    section.executable = letters.includes('x');
  }
  if (cursor.take(',')) readSectionType(context, section, isNew);
  // The entry size of a mergeable section and the name of a group: they change nothing here.
  cursor.skipAll();
  return { section, subsection: 0 };
}

/** A name may hold characters that are operators elsewhere: `.note.GNU-stack`. */
function readSectionName(context: DirectiveContext): string | undefined {
  const { cursor } = context;
  const first = cursor.peek();
  if (first?.kind === 'string') return readName(context, 'the name of a section');
  let name = '';
  let end = first?.start;
  for (let token = cursor.peek(); token !== undefined; token = cursor.peek()) {
    if (token.text === ',' || token.start !== end) break;
    name += token.text;
    end = token.end;
    cursor.next('symbol');
  }
  if (name !== '') return name;
  return readName(context, 'the name of a section');
}

function readSectionType(
  { cursor }: DirectiveContext,
  section: AssemblySection,
  isNew: boolean,
): void {
  if (!cursor.take('@') && !cursor.take('%')) {
    cursor.problem(
      'syntax',
      `${cursor.found()} was found where a type such as \`@progbits\` was expected.`,
    );
    return;
  }
  const type = cursor.next('keyword')?.text ?? '';
  if (!isNew) return;
  if (type === 'nobits') section.kind = 'nobits';
  else if (type === 'note') section.kind = 'note';
  else if (type === 'progbits') section.kind = 'progbits';
}

function option(context: DirectiveContext): void {
  const { state, cursor } = context;
  const token = cursor.peek();
  // `csr-check` and `no-csr-check` are several tokens.
  const name = cursor.rest().trim();
  const extensions = new Set(state.options.extensions);
  const set = (change: Partial<AssemblyState['options']>): void => {
    state.options = { ...state.options, ...change };
  };
  if (token?.text === 'arch') {
    cursor.next('keyword');
    optionArch(context, extensions);
    return;
  }
  for (let next = cursor.next('keyword'); next !== undefined; next = cursor.next('keyword'));
  switch (name) {
    case 'push':
      state.optionStack.push(state.options);
      return;
    case 'pop': {
      const options = state.optionStack.pop();
      if (options !== undefined) set(options);
      else {
        cursor.problemAt(
          token,
          'unbalanced-option',
          '`.option pop` was found without a `.option push` before it.',
        );
      }
      return;
    }
    case 'rvc':
      set({ extensions: extensions.add('c') });
      return;
    case 'norvc':
      extensions.delete('c');
      set({ extensions });
      return;
    case 'pic':
    case 'nopic':
      set({ isPositionIndependent: name === 'pic' });
      return;
    case 'relax':
    case 'norelax':
    case 'csr-check':
    case 'no-csr-check':
      return;
    default:
      cursor.problemAt(
        token,
        'unknown-option',
        `\`${name}\` is not an option; those are push, pop, rvc, norvc, arch, pic, nopic, relax, norelax, csr-check and no-csr-check.`,
      );
  }
}

const known = /^(?:[imacfdgzeb]|z\w+|s\w+|x\w+)$/;

/** `.option arch, +c, -m` or `.option arch, rv32imac`. */
function optionArch({ state, cursor }: DirectiveContext, extensions: Set<string>): void {
  while (cursor.take(',')) {
    const sign = cursor.peek()?.text;
    if (sign === '+' || sign === '-') {
      cursor.next();
      const name = cursor.next('keyword');
      const text = (name?.text ?? '').toLowerCase().replace(/\d+p\d+$/, '');
      if (!known.test(text)) {
        cursor.problemAt(
          name,
          'unknown-extension',
          `\`${name?.text ?? ''}\` is not the name of an extension, such as \`c\` or \`zicsr\`.`,
        );
        return;
      }
      if (sign === '+') extensions.add(text);
      else extensions.delete(text);
      continue;
    }
    const march = cursor.next('keyword');
    const all = parseArchitecture(march?.text ?? '');
    if (all === undefined) {
      cursor.problemAt(
        march,
        'unknown-architecture',
        `\`${march?.text ?? ''}\` is not an RV32 architecture, such as \`rv32imac_zicsr\`.`,
      );
      return;
    }
    extensions.clear();
    all.forEach((one) => extensions.add(one));
  }
  expectEnd(cursor);
  state.options = { ...state.options, extensions };
}

/** Only `.attribute arch` has an effect: it turns extensions on and off, as `-march` does. */
function attribute(context: DirectiveContext): void {
  const { state, cursor } = context;
  const tag = cursor.next('keyword');
  if (tag === undefined || !cursor.take(',')) {
    cursor.problem('syntax', '`.attribute` needs a tag, a comma and a value.');
    return;
  }
  const value = cursor.peek();
  if (value?.kind !== 'string') {
    readNumber(context);
    expectEnd(cursor);
    return;
  }
  cursor.next('string');
  if (tag.text !== 'arch') return;
  const extensions = parseArchitecture(value.text.slice(1, -1));
  if (extensions === undefined) {
    cursor.problemAt(
      value,
      'unknown-architecture',
      `${value.text} is not an RV32 architecture, such as "rv32imac_zicsr".`,
    );
    return;
  }
  state.options = { ...state.options, extensions };
}
