/**
 * Writes the source text of `interpreter.generated.ts`: one switch whose cases are the rows of the
 * instruction table. A pure function; a test compares its result with the committed file.
 *
 * What the generated loop keeps in locals: `n`, the cycles left; `ip`, the entry of the next
 * instruction; `delta`, pc minus ip; `page`, the first entry of the decoded page. Within a page the
 * program counter is only `ip`. A case that leaves the page, or calls something that may trap, moves
 * pc through the block and goes on at the `reload` entry, the one place where pages are looked up.
 * Every `| 0` tells V8 that a number is a 32-bit integer, also where small integers have 31 bits.
 */
import { instructions } from '../../isa/table.js';
import type { Instruction } from '../../isa/instruction.js';
import { invariant } from '../../base/invariant.js';
import { hartWord, lineBits, pageBytes, tlbEntries, tlbStore } from '../memory/layout.js';
import { op } from './interpreter/entry.js';
import { parseExecute, type Expression, type Statement } from './interpreter/semantics.js';

const rd = '(w >>> 8) & 63';
const rs1 = 'm[xs + ((w >>> 14) & 63)]!';
const rs2 = 'm[xs + ((w >>> 20) & 63)]!';
const imm = 'm[ip + 1]!';
const pcWord = `m[xs + ${hartWord.pc}]`;

export function interpreterSource(): string {
  // Rows that do the same in the same length share their code.
  const cases = new Map<string, string[]>();
  instructions.forEach((row, index) => {
    const body = caseBody(row).join('\n');
    const labels = cases.get(body) ?? [];
    labels.push(`case ${op.firstRow + index}: // ${row.name}`);
    cases.set(body, labels);
  });
  const rows = [...cases].map(([body, labels]) => `${labels.join('\n')}\n{\n${body}\nbreak;\n}`);
  return `${head}${rows.join('\n')}\n${tail}`;
}

/** A branch out of the scratch page must never look like one within it: it has no page for that test. */
const enterPage = `ip = (page + (pc & ${pageBytes - 1})) | 0;
        delta = (pc - ip) | 0;
        bank = core.dataBank | 0;
        if (page === scratch) page = ${-2 * pageBytes};`;

const head = `/**
 * Generated from the \`execute\` column of isa/table.ts by cpu/interpreter-source.ts, which says how it
 * works; a test holds the two together, and rewrites this file under UPDATE_GOLDEN=1.
 */
/* eslint-disable */
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.js';
import { csrInstruction } from './csr-file.js';
import { decodeInPlace, fetchPage, fetchSingle, reachBreakpoint } from './fetch.js';
import type { HartCore } from './hart-core.js';
import { amo, load, loadReserved, store, storeConditional, storedToFlaggedLine } from './memory-access.js';
import { ebreak, ecall, illegalInstruction, mret, sfenceVma, sret, wfi } from './system-instruction.js';

/** Executes from the block's pc until \`core.remaining\` cycles are used up or taken away. */
export function interpret(core: HartCore): void {
  // One view for registers, code, translations and words: the engine loads its base once an instruction.
  const m = core.words;
  const xs = core.block.byteOffset >> 2;
  const i8 = core.signedBytes;
  const u8 = core.bytes;
  const i16 = core.signedHalves;
  const u16 = core.halves;
  const lines = core.lines;
  const reload = core.code.reloadEntry | 0;
  const scratch = core.code.scratchPage | 0;
  let n = core.remaining | 0;
  let bank = core.dataBank | 0;
  let ip = reload;
  let page = 0;
  let delta = 0;
  for (; n > 0; n = (n - 1) | 0) {
    const w = m[ip]!;
    switch (w & 255) {
      case ${op.undecoded}: {
        ${pcWord} = (ip + delta) | 0;
        decodeInPlace(core, ip, page);
        n = (n + 1) | 0;
        break;
      }
      case ${op.pageEnd}: {
        ${pcWord} = (ip + delta) | 0;
        ip = reload;
        n = (n + 1) | 0;
        break;
      }
      case ${op.reload}: {
        const pc = ${pcWord}!;
        const t = core.fetchBank + ((pc >>> 11) & ${(tlbEntries - 1) << 1});
        if (m[t] === (pc & ~${pageBytes - 2})) page = m[t + 1]!;
        else {
          core.remaining = n;
          page = fetchPage(core) | 0;
          n = core.remaining | 0;
          // The trap is a step, and goes on here.
          if (page < 0) break;
        }
        ${enterPage}
        n = (n + 1) | 0;
        break;
      }
      case ${op.single}: {
        ${pcWord} = (ip + delta) | 0;
        core.remaining = n;
        page = fetchSingle(core) | 0;
        n = core.remaining | 0;
        if (page < 0) {
          ip = reload;
          break;
        }
        const pc = ${pcWord}!;
        ${enterPage}
        n = (n + 1) | 0;
        break;
      }
      case ${op.breakpoint}: {
        ${pcWord} = (ip + delta) | 0;
        core.remaining = n;
        page = reachBreakpoint(core) | 0;
        // Neither a stop nor the look-up is a step; a trap of the fetch is one.
        n = (page < 0 && core.stop === undefined ? core.remaining : core.remaining + 1) | 0;
        if (page < 0) {
          ip = reload;
          break;
        }
        const pc = ${pcWord}!;
        ${enterPage}
        break;
      }
      case ${op.illegal}: {
        ${systemCall('illegalInstruction(core)')}
        break;
      }
`;

const tail = `      default:
        throw new Error(\`no instruction has the number \${w & 255}\`);
    }
  }
  if (ip !== reload) ${pcWord} = (ip + delta) | 0;
  core.remaining = n;
}
`;

function caseBody(row: Instruction): string[] {
  const statements = parseExecute(row.execute);
  const lines: string[] = [];
  const reads = (register: 'rs1' | 'rs2'): number => row.execute.split(register).length - 1;
  const names = new Map<string, string>([
    ['imm', imm],
    ['pc', '((ip + delta) | 0)'],
    ['next', `((ip + delta + ${row.lengthBytes}) | 0)`],
    ['rs1', rs1],
    ['rs2', rs2],
  ]);
  // "read before the first statement": a register that is read after rd was written, or twice.
  for (const register of ['rs1', 'rs2'] as const) {
    if (reads(register) < 2) continue;
    lines.push(`const ${register} = ${names.get(register) ?? ''};`);
    names.set(register, register);
  }
  let goesOn = `ip = (ip + ${row.lengthBytes}) | 0;`;
  for (const statement of statements) {
    const emitted = emitStatement(statement, row, names);
    lines.push(...emitted.lines);
    if (emitted.goesOn !== undefined) goesOn = emitted.goesOn;
  }
  return goesOn === '' ? lines : [...lines, goesOn];
}

interface Emitted {
  readonly lines: readonly string[];
  /** Replaces the step to the instruction behind this one; runs after all statements. */
  readonly goesOn?: string;
}

type Names = ReadonlyMap<string, string>;

function emitStatement({ target, value }: Statement, row: Instruction, names: Names): Emitted {
  if (value.kind === 'call') {
    const { name, parameters } = value;
    const width = /^(load|store)(8|16|32)(s|u)?$/.exec(name);
    if (width?.[1] === 'load')
      return emitLoad(width[2] ?? '', width[3] === 's', parameters, row, names);
    if (width?.[1] === 'store') return emitStore(width[2] ?? '', parameters, row, names);
    switch (name) {
      case 'jump':
        return emitJump(parameters, names);
      case 'branch':
        return emitBranch(parameters, row, names);
      case 'system':
        return emitSystem(nameOf(parameters[0]));
      case 'csr':
        return emitCsr(parameters, row);
      case 'lr':
        return outOfLine(`loadReserved(core, ${argument(parameters, 0, names)}, ${rd})`, row);
      case 'sc':
        return outOfLine(
          `storeConditional(core, ${argument(parameters, 0, names)}, ${argument(parameters, 1, names)}, ${rd})`,
          row,
        );
      case 'amo':
        return outOfLine(
          `amo(core, '${nameOf(parameters[0])}', ${argument(parameters, 1, names)}, ${argument(parameters, 2, names)}, ${rd})`,
          row,
        );
      default:
        break;
    }
  }
  invariant(target === 'rd', 'ISA-1', () => `${row.name}: a value goes nowhere`);
  return { lines: [`m[xs + (${rd})] = ${expression(value, names)};`] };
}

const slot = (bank: string): string => `${bank} + ((a >>> 11) & ${(tlbEntries - 1) << 1})`;

/** One comparison checks page, permission and alignment: a misaligned address has bits that no tag has. */
const tagMask = (bytes: number): string => `~${(pageBytes - 1) & ~(bytes - 1)}`;

function emitLoad(
  bits: string,
  isSigned: boolean,
  parameters: readonly Expression[],
  row: Instruction,
  names: Names,
): Emitted {
  const bytes = Number(bits) / 8;
  const view = bytes === 4 ? 'm' : `${isSigned ? 'i' : 'u'}${bits}`;
  const shift = Math.log2(bytes);
  const index = shift === 0 ? '(a + m[t + 1]!) | 0' : `(a + m[t + 1]!) >> ${shift}`;
  return {
    lines: [
      `const a = ${argument(parameters, 0, names)};`,
      `const t = ${slot('bank')};`,
      `if (m[t] === (a & ${tagMask(bytes)})) {`,
      `m[xs + (${rd})] = ${view}[${index}]!;`,
      `ip = (ip + ${row.lengthBytes}) | 0;`,
      '} else {',
      ...call(`load(core, a, ${isSigned ? -bytes : bytes}, ${rd})`, row),
      '}',
    ],
    goesOn: '',
  };
}

function emitStore(
  bits: string,
  parameters: readonly Expression[],
  row: Instruction,
  names: Names,
): Emitted {
  const bytes = Number(bits) / 8;
  const view = bytes === 4 ? 'm' : `u${bits}`;
  const shift = Math.log2(bytes);
  const value = argument(parameters, 1, names);
  return {
    lines: [
      `const a = ${argument(parameters, 0, names)};`,
      `const t = ${slot(`bank + ${tlbStore}`)};`,
      `if (m[t] === (a & ${tagMask(bytes)})) {`,
      `const o = (a + m[t + 1]!) | 0;`,
      `${view}[${shift === 0 ? 'o' : `o >> ${shift}`}] = ${value};`,
      `if (lines[o >> ${lineBits}] !== 0) {`,
      `${pcWord} = (ip + delta) | 0;`,
      'core.remaining = n;',
      'storedToFlaggedLine(core, o);',
      'n = core.remaining | 0;',
      '}',
      `ip = (ip + ${row.lengthBytes}) | 0;`,
      '} else {',
      ...call(`store(core, a, ${bytes}, ${value})`, row),
      '}',
    ],
    goesOn: '',
  };
}

/** Something that may trap, or shorten the run: true when the hart goes on behind the instruction. */
function call(text: string, row: Instruction): string[] {
  return [
    `${pcWord} = (ip + delta) | 0;`,
    'core.remaining = n;',
    `ip = ${text} ? (ip + ${row.lengthBytes}) | 0 : reload;`,
    'n = core.remaining | 0;',
  ];
}

const outOfLine = (text: string, row: Instruction): Emitted => ({
  lines: call(text, row),
  goesOn: '',
});

function emitCsr(parameters: readonly Expression[], row: Instruction): Emitted {
  const operation = nameOf(parameters[0]);
  const field = '(w >>> 14) & 63';
  const source = nameOf(parameters[1]) === 'imm' ? field : rs1;
  return outOfLine(`csrInstruction(core, '${operation}', ${imm}, ${source}, ${field}, ${rd})`, row);
}

function systemCall(text: string): string {
  return `${pcWord} = (ip + delta) | 0;
core.remaining = n;
${text};
n = core.remaining | 0;
ip = reload;`;
}

function emitSystem(name: string): Emitted {
  switch (name) {
    // Harts run one after the other and see one memory, in order; code is dropped as it is written.
    case 'fence':
    case 'fence_i':
      return { lines: [] };
    case 'sfence_vma':
      return { lines: [systemCall('sfenceVma(core)')], goesOn: '' };
    default:
      return { lines: [systemCall(`${name}(core)`)], goesOn: '' };
  }
}

/** A target that is an entry of this page, or pc moves to the block and the page is looked up. */
const takeJump = `if ((ip - page) >>> 0 >= ${pageBytes}) {
${pcWord} = (ip + delta) | 0;
ip = reload;
}`;

const isRelative = (target: Expression | undefined): boolean =>
  target?.kind === 'binary' && target.operator === '+' && nameOf(target.left) === 'pc';

function emitJump(parameters: readonly Expression[], names: Names): Emitted {
  const [target] = parameters;
  if (isRelative(target)) return { lines: [], goesOn: `ip = (ip + ${imm}) | 0;\n${takeJump}` };
  return {
    lines: [`const t = ${argument(parameters, 0, names)};`],
    goesOn: `ip = (t - delta) | 0;\n${takeJump}`,
  };
}

function emitBranch(parameters: readonly Expression[], row: Instruction, names: Names): Emitted {
  const [condition, target] = parameters;
  invariant(
    condition !== undefined && isRelative(target),
    'ISA-1',
    () => `${row.name}: a branch goes to pc + imm`,
  );
  return {
    lines: [
      `if (${truth(condition, names)}) {`,
      `ip = (ip + ${imm}) | 0;`,
      takeJump,
      `} else ip = (ip + ${row.lengthBytes}) | 0;`,
    ],
    goesOn: '',
  };
}

const nameOf = (value: Expression | undefined): string =>
  value?.kind === 'name' ? value.name : '';

function argument(parameters: readonly Expression[], index: number, names: Names): string {
  const value = parameters[index];
  invariant(value !== undefined, 'ISA-1', () => `parameter ${index} is missing`);
  return expression(value, names);
}

/** A JavaScript condition. */
function truth(value: Expression, names: Names): string {
  const left = (): string => argument(operands, 0, names);
  const right = (): string => argument(operands, 1, names);
  const operands =
    value.kind === 'binary'
      ? [value.left, value.right]
      : value.kind === 'call'
        ? value.parameters
        : [];
  if (value.kind === 'binary') {
    switch (value.operator) {
      case '==':
        return `${left()} === ${right()}`;
      case '!=':
        return `${left()} !== ${right()}`;
      case '<':
      case '>=':
        return `${left()} ${value.operator} ${right()}`;
      default:
        break;
    }
  }
  if (value.kind === 'call' && value.name === 'ltu') return `${left()} >>> 0 < ${right()} >>> 0`;
  if (value.kind === 'call' && value.name === 'geu') return `${left()} >>> 0 >= ${right()} >>> 0`;
  return `(${expression(value, names)}) !== 0`;
}

/** A JavaScript expression whose value is a signed 32-bit integer. */
function expression(value: Expression, names: Names): string {
  switch (value.kind) {
    case 'name': {
      const text = names.get(value.name);
      invariant(text !== undefined, 'ISA-1', () => `there is no value '${value.name}'`);
      return text;
    }
    case 'number':
      return String(value.value);
    case 'not':
      return `~${expression(value.operand, names)}`;
    case 'binary':
      switch (value.operator) {
        case '+':
        case '-':
        case '>>>':
          return `((${expression(value.left, names)} ${value.operator} ${expression(value.right, names)}) | 0)`;
        case '&':
        case '|':
        case '^':
        case '<<':
        case '>>':
          return `(${expression(value.left, names)} ${value.operator} ${expression(value.right, names)})`;
        default:
          return `(${truth(value, names)} ? 1 : 0)`;
      }
    case 'call': {
      if (value.name === 'ltu' || value.name === 'geu') return `(${truth(value, names)} ? 1 : 0)`;
      const parameters = value.parameters.map((parameter) => expression(parameter, names));
      return `${value.name === 'mul' ? 'Math.imul' : value.name}(${parameters.join(', ')})`;
    }
  }
}
