/**
 * Random guest programs about variables: functions that call each other once or several times, some to be put into their
 * callers, with loops, branches and assignments, one statement a line. What they do means nothing; they always end.
 */
import { Random } from './random.js';
import { markImport } from './watched-program.js';

interface Writing {
  readonly random: Random;
  readonly lines: string[];
  /** Visible variables by type; loop counters are not assigned to. */
  readonly visible: { readonly name: string; readonly type: Type; readonly isFixed: boolean }[];
  /** That may be called. */
  readonly callable: readonly string[];
  names: number;
  statements: number;
}

type Type = 'i32' | 'i64' | 'u8' | 'bool';

const types: readonly Type[] = ['i32', 'i32', 'i32', 'i64', 'u8', 'bool'];

export function randomVariableProgram(seed: number): string {
  const random = new Random(seed);
  const lines = [
    markImport,
    'const bytes: StaticArray<u8> = [7, 200, 3, 255, 128, 1, 90, 66];',
    'let total: i32 = 3;',
    'class Box { constructor(public value: i32, public other: i32) {} sum(by: i32): i32 {',
    '  let result = this.value;',
    '  result += by * this.other;',
    '  return result;',
    '} }',
  ];
  const functions: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    const name = `f${String(index)}`;
    if (random.below(3) === 0) lines.push('// @ts-ignore: decorator', '@inline');
    writeFunction(random, lines, functions, name);
    functions.push(name);
  }
  writeFunction(random, lines, functions, 'last');
  lines.push('export function run(start: i32): i32 {', '  let sum = 0;');
  lines.push('  for (let round = 0; round < 2; round++) {');
  lines.push('    sum += last(start + round, sum);', '    mark(sum);', '  }', '  return sum;', '}');
  return lines.join('\n');
}

function writeFunction(
  random: Random,
  lines: string[],
  callable: readonly string[],
  name: string,
): void {
  lines.push(`function ${name}(a: i32, b: i32): i32 {`);
  const writing: Writing = {
    ...{ random, lines, callable, names: 0, statements: 0 },
    visible: [
      { name: 'a', type: 'i32', isFixed: false },
      { name: 'b', type: 'i32', isFixed: false },
    ],
  };
  writeBlock(writing, 1, 3 + random.below(4));
  lines.push(`  return ${expression(writing, 'i32', 1)};`, '}');
}

function writeBlock(writing: Writing, depth: number, count: number): void {
  const outer = writing.visible.length;
  for (let index = 0; index < count; index += 1) writeStatement(writing, depth);
  writing.visible.length = outer;
}

function writeStatement(writing: Writing, depth: number): void {
  const { random, lines, visible } = writing;
  const put = (text: string): void => void lines.push(`${'  '.repeat(depth)}${text}`);
  const isDeep = depth > 3 || writing.statements > 14;
  writing.statements += 1;
  switch (random.below(isDeep ? 5 : 10)) {
    case 0:
    case 1: {
      const [type, name] = [random.oneOf(types), `v${String(writing.names++)}`];
      put(
        `${random.below(4) === 0 ? 'const' : 'let'} ${name}: ${type} = ${expression(writing, type, 2)};`,
      );
      visible.push({ name, type, isFixed: lines.at(-1)?.trim().startsWith('const') === true });
      return;
    }
    case 2:
    case 3: {
      const { name, type } = random.oneOf(visible.filter(({ isFixed }) => !isFixed));
      if (type === 'i32' && random.below(3) === 0)
        put(`${name} += ${expression(writing, type, 1)};`);
      else put(`${name} = ${expression(writing, type, 2)};`);
      return;
    }
    case 4:
      if (random.below(2) === 0) put(`total = ${expression(writing, 'i32', 1)};`);
      put(`mark(${expression(writing, 'i32', 1)});`);
      return;
    case 5:
    case 6:
      put(`if (${expression(writing, 'bool', 1)}) {`);
      writeBlock(writing, depth + 1, 1 + random.below(3));
      if (random.below(2) === 0) {
        put('} else {');
        writeBlock(writing, depth + 1, 1 + random.below(3));
      }
      put('}');
      return;
    case 7: {
      const name = `i${String(writing.names++)}`;
      put(
        `for (let ${name}: i32 = ${String(random.below(2))}; ${name} < ${String(2 + random.below(3))}; ${name}++) {`,
      );
      visible.push({ name, type: 'i32', isFixed: true });
      writeBlock(writing, depth + 1, 1 + random.below(3));
      if (random.below(4) === 0)
        put(`  if (${expression(writing, 'bool', 1)}) ${random.oneOf(['break', 'continue'])};`);
      visible.pop();
      put('}');
      return;
    }
    case 8: {
      const name = `n${String(writing.names++)}`;
      put(`let ${name} = ${String(1 + random.below(3))};`);
      visible.push({ name, type: 'i32', isFixed: true });
      put(`while (${name} > 0) {`);
      writeBlock(writing, depth + 1, 1 + random.below(2));
      put(`  ${name} -= 1;`);
      writeBlock(writing, depth + 1, random.below(2));
      put('}');
      return;
    }
    default: {
      const name = `o${String(writing.names++)}`;
      put(
        `const ${name} = new Box(${expression(writing, 'i32', 1)}, ${expression(writing, 'i32', 0)});`,
      );
      put(`mark(${name}.sum(${expression(writing, 'i32', 0)}));`);
    }
  }
}

function expression(writing: Writing, type: Type, depth: number): string {
  const { random, visible, callable } = writing;
  const sub = (of: Type): string => expression(writing, of, depth - 1);
  if (type === 'bool')
    return depth > 0
      ? `${sub('i32')} ${random.oneOf(['<', '==', '>=', '!='])} ${sub('i32')}`
      : random.oneOf(['true', 'false', 'total > 3']);
  const same = visible.filter((each) => each.type === type);
  if (depth <= 0 || random.below(5) === 0) {
    const variable = same.length > 0 && random.below(4) > 0 ? random.oneOf(same).name : undefined;
    return (
      variable ??
      (type === 'i32' && random.below(3) === 0 ? 'total' : `<${type}>${String(random.below(200))}`)
    );
  }
  if (type === 'u8')
    return random.below(2) === 0 ? `bytes[${sub('i32')} & 7]` : `<u8>(${sub('i32')})`;
  if (type === 'i64') return `(<i64>${sub('i32')} ${random.oneOf(['+', '*', '-'])} ${sub('i64')})`;
  const other = visible.filter((each) => each.type !== 'i32');
  switch (random.below(7)) {
    case 0:
      return callable.length === 0
        ? sub('i32')
        : `${random.oneOf(callable)}(${sub('i32')}, ${sub('i32')})`;
    case 1:
      return other.length === 0 ? sub('i32') : `<i32>${random.oneOf(other).name}`;
    case 2:
      return `<i32>(<i8>bytes[${sub('i32')} & 7])`;
    default:
      return `(${sub('i32')} ${random.oneOf(['+', '-', '*', '&', '|', '^', '>>'])} ${sub('i32')})`;
  }
}
