/**
 * Random guest programs about calls: tiny functions, which are put into their callers at several places, in the arms of
 * branches, in loops and behind early returns, one statement a line. What they do means nothing; they always end.
 */
import { Random } from './random.js';
import { markImport } from './watched-program.js';

interface Writing {
  readonly random: Random;
  readonly lines: string[];
  /** Functions that give nothing, and those that give a number. */
  readonly tiny: readonly string[];
  readonly others: readonly string[];
  readonly mayReturn: boolean;
  statements: number;
}

export function randomCallProgram(seed: number): string {
  const random = new Random(seed);
  const lines = [markImport, 'let total: i32 = 3;'];
  const tiny: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    lines.push(`function tiny${String(index)}(a: i32): void {`);
    for (let count = 1 + random.below(2); count > 0; count -= 1) {
      const argument = random.oneOf(['a', 'a', 'total', String(random.below(1000))]);
      lines.push(`  ${random.oneOf(['mark', ...tiny])}(${argument});`);
    }
    lines.push('}');
    tiny.push(`tiny${String(index)}`);
  }
  const others: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    if (random.below(6) === 0) lines.push('// @ts-ignore: decorator', '@inline');
    // Calls that do the same would be made one.
    lines.push(`function f${String(index)}(a: i32): i32 {`, '  total = (total + a) & 0xff;');
    const writing = { random, lines, tiny, others: [...others], mayReturn: true, statements: 0 };
    writeBlock(writing, 1, 1 + random.below(4));
    lines.push(`  return ${random.oneOf(['a', 'total', '1', 'a + 1'])};`, '}');
    others.push(`f${String(index)}`);
  }
  lines.push('export function run(start: i32): i32 {');
  lines.push('  for (let round = 0; round < 3; round++) {');
  writeBlock({ random, lines, tiny, others, mayReturn: false, statements: 0 }, 2, 4);
  lines.push('  }', '  return total;', '}');
  return lines.join('\n');
}

function writeBlock(writing: Writing, depth: number, count: number): void {
  for (let index = 0; index < count; index += 1) writeStatement(writing, depth);
}

function writeStatement(writing: Writing, depth: number): void {
  const { random, lines, tiny, others } = writing;
  const put = (text: string): void => void lines.push(`${'  '.repeat(depth)}${text}`);
  writing.statements += 1;
  const call = (names: readonly string[]): string => {
    const any = String(100 + random.below(900));
    return `${random.oneOf(names)}(${random.oneOf(['1', '2', any, 'total', 'total & 3'])})`;
  };
  const value = (): string => (others.length === 0 ? 'total' : call(others));
  const isDeep = depth > 3 || writing.statements > 10;
  switch (random.below(isDeep ? 6 : 11)) {
    case 0:
      put(`total = (total + ${value()}) & 0xff;`);
      return;
    case 1:
      put(`${value()};`);
      return;
    case 2:
    case 3:
    case 4:
    case 5:
      put(`${call(['mark', ...tiny, ...tiny])};`);
      return;
    case 6:
    case 7:
      put(`if (total & ${String(1 << random.below(3))}) {`);
      writeBlock(writing, depth + 1, 1 + random.below(2));
      put('} else {');
      writeBlock(writing, depth + 1, 1 + random.below(2));
      put('}');
      return;
    case 8:
      put(`if (total > ${String(random.below(200))}) {`);
      writeBlock(writing, depth + 1, 1 + random.below(2));
      if (writing.mayReturn) put(`  return ${value()};`);
      put('}');
      return;
    case 9:
      put(`for (let i = 0; i < ${String(1 + random.below(3))}; i++) {`);
      writeBlock(writing, depth + 1, 1 + random.below(2));
      put('}');
      return;
    default:
      put('switch (total & 3) {');
      for (let index = 0; index < 3; index += 1) {
        put(`  case ${String(index)}:`);
        writeBlock(writing, depth + 2, 1);
        if (random.below(3) > 0) put('    break;');
      }
      put('}');
  }
}
