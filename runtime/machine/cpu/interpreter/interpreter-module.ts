/**
 * The interpreter as a WebAssembly module, made from the `execute` column of the instruction table: one
 * loop, one dispatch, one case a row, over the very bytes that everything else of the machine sees.
 *
 * It runs decoded basic blocks. An entry's length (`entry.ts`) is paid when its block is entered, so
 * inside a block nothing is counted; what is left before an instruction is always `left` plus the
 * length in its entry, so whatever stops a block part way stops it exactly. Where less is left than
 * the block is long, instructions are executed one by one. Whoever may trap, charge cycles, or drop
 * code is called out of line, and afterwards the rest of the block is entered anew.
 *
 * Locals: `ip`, the byte address of the entry of the next instruction; `page`, that of the first entry
 * of its page; `base`, pc of the page; `delta`, pc minus ip / 4. Within a page pc is only ip. A case
 * that leaves the page moves pc through the block and goes on at the `reload` entry, the one place
 * where pages are looked up.
 */
import { invariant } from '../../../base/invariant.js';
import type { Instruction } from '../../../isa/instruction.js';
import { instructions } from '../../../isa/table.js';
import {
  hartBlockBytes,
  hartWord,
  lineBits,
  pageBytes,
  tlbEntries,
  tlbStore,
} from '../../memory/layout.js';
import * as wasm from '../../wasm/code.js';
import {
  block,
  branch,
  call,
  constant,
  get,
  label,
  load32,
  loop,
  set,
  when,
} from '../../wasm/code.js';
import type { Code, Label } from '../../wasm/code.js';
import { encodeModule } from '../../wasm/module.js';
import { op } from './entry.js';
import { amoOperations, csrOperations, hostFunctions, hostGlobals, systemNames } from './host.js';
import { decidesPc, parseExecute, type Expression, type Statement } from './semantics.js';

/** Bytes of entries for a page of code: two words for each halfword. */
const entriesBytes = pageBytes * 4;
/** What `page` and `base` are while the scratch page runs: no ip and no pc is ever in them. */
const noPage = -0x80000000;
const noBase = 1;

const locals = [
  'left',
  'ip',
  'page',
  'base',
  'delta',
  'bank',
  'lines',
  'reload',
  'w',
  'a',
  't',
  'first',
  'second',
] as const;
const local = (name: (typeof locals)[number]): number => locals.indexOf(name);

const left = get(local('left'));
const ip = get(local('ip'));
const page = get(local('page'));
const w = get(local('w'));
const a = get(local('a'));
const t = get(local('t'));
const setLeft = (value: Code): Code => set(local('left'), value);
const setIp = (value: Code): Code => set(local('ip'), value);

const at = {
  leave: label('leave'),
  enterBlock: label('enterBlock'),
  entered: label('entered'),
  single: label('single'),
  returned: label('returned'),
  next: label('next'),
};

const pc = wasm.add(wasm.shiftRightSigned(ip, constant(2)), get(local('delta')));
const imm = load32(ip, 4);
const length = wasm.load8u(ip, 3);
/** A register's number in the entry, times 4. */
const field = (shift: number, mask: number): Code =>
  wasm.and(wasm.shiftRightUnsigned(w, constant(shift - 2)), constant(mask << 2));
const rdOffset = field(8, 63);
const rdNumber = wasm.and(wasm.shiftRightUnsigned(w, constant(8)), constant(63));
const rs1Number = wasm.and(wasm.shiftRightUnsigned(w, constant(14)), constant(31));
const host = (name: (typeof hostFunctions)[number]['name'], ...parameters: Code[]): Code =>
  call(
    hostFunctions.findIndex((known) => known.name === name),
    ...parameters,
  );
const global = (name: (typeof hostGlobals)[number]): Code =>
  wasm.getGlobal(hostGlobals.indexOf(name));

/** The module for the hart whose block is number `hartId` in linear memory. */
export function interpreterModule(hartId: number): Uint8Array<ArrayBuffer> {
  const firstRegister = hartId * hartBlockBytes + (hartWord.x + 1) * 4;
  return encodeModule({
    imports: hostFunctions,
    globals: hostGlobals,
    functions: [
      {
        name: 'run',
        parameters: 0,
        locals: locals.length,
        body: new Interpreter(hartId).body(),
      },
      // (byte address of the 31 words in linear memory)
      {
        name: 'saveRegisters',
        parameters: 1,
        locals: 0,
        body: copyRegisters([get(0), 0], [constant(0), firstRegister]),
      },
      {
        name: 'loadRegisters',
        parameters: 1,
        locals: 0,
        body: copyRegisters([constant(0), firstRegister], [get(0), 0]),
      },
    ],
    memoryPages: 1,
  });
}

/** x1…x31, by two: an i64 need not be aligned. bench/kernel/ipc: as long as 305 plain instructions, it was 350. */
function copyRegisters(to: readonly [Code, number], from: readonly [Code, number]): Code {
  const last = 30 * 4;
  return [
    ...Array.from({ length: 15 }, (_, pair) =>
      wasm.store64(to[0], wasm.load64(from[0], from[1] + pair * 8), to[1] + pair * 8),
    ),
    wasm.store32(to[0], load32(from[0], from[1] + last), to[1] + last),
  ];
}

class Interpreter {
  /** Where the hart's block begins in linear memory. */
  private readonly start: number;

  constructor(hartId: number) {
    this.start = hartId * hartBlockBytes;
  }

  body(): Code {
    return [
      setLeft(this.word('remaining')),
      set(local('lines'), global('lines')),
      set(local('reload'), global('reload')),
      setIp(get(local('reload'))),
      block(
        at.leave,
        loop(at.enterBlock, [
          block(at.entered, [
            block(at.single, [
              block(at.returned, [
                setLeft(wasm.subtract(left, wasm.tee(local('t'), length))),
                when(wasm.lessSigned(left, constant(0)), [
                  setLeft(wasm.add(left, t)),
                  this.leaveAtEnd(),
                  branch(at.single),
                ]),
                loop(at.next, [set(local('w'), load32(ip)), this.dispatch()]),
              ]),
              // Behind a call that was told what is left: one step was made.
              setLeft(wasm.subtract(this.word('remaining'), constant(1))),
              branch(at.enterBlock),
            ]),
            // One instruction, by itself.
            this.leaveAtEnd(),
            this.storePc(pc),
            this.storeWord('remaining', left),
            set(local('page'), host('fetchSingle')),
            setLeft(this.word('remaining')),
          ]),
          // A page was looked up.
          when(wasm.lessSigned(page, constant(0)), [
            // The trap is a step, and goes on where pc is now.
            setLeft(wasm.subtract(left, constant(1))),
            setIp(get(local('reload'))),
            branch(at.enterBlock),
          ]),
          set(local('t'), this.word('pc')),
          setIp(wasm.add(page, wasm.shiftLeft(wasm.and(t, constant(pageBytes - 1)), constant(2)))),
          set(local('delta'), wasm.subtract(t, wasm.shiftRightSigned(ip, constant(2)))),
          set(local('base'), wasm.and(t, constant(-pageBytes))),
          set(local('bank'), this.word('dataBank')),
          when(wasm.equal(page, global('scratch')), [
            set(local('page'), constant(noPage)),
            set(local('base'), constant(noBase)),
          ]),
          branch(at.enterBlock),
        ]),
      ),
      when(wasm.notEqual(ip, get(local('reload'))), this.storePc(pc)),
      this.storeWord('remaining', left),
    ];
  }

  private dispatch(): Code {
    const cases: { readonly label: Label; readonly body: Code }[] = [];
    const caseOf = (name: string, body: Code): Label => {
      const found = { label: label(name), body };
      cases.push(found);
      return found.label;
    };
    const own = this.ownCases();
    const targets = Object.entries(op)
      .filter(([name]) => name !== 'firstRow')
      .sort(([, one], [, other]) => one - other)
      .map(([name]) => caseOf(name, own[name as keyof typeof own]));
    invariant(
      targets.length === op.firstRow && op.firstRow + instructions.length <= 256,
      'ISA-2',
      () => 'the numbers of entries have a gap, or do not fit their byte',
    );
    // Rows that do the same in the same length share their code.
    const known = new Map<string, Label>();
    for (const row of instructions) {
      const meaning = `${row.execute} ${row.lengthBytes}`;
      const target = known.get(meaning) ?? caseOf(row.name, this.row(row));
      known.set(meaning, target);
      targets.push(target);
    }
    const invalid = label('invalid');
    const table = wasm.branchTable(wasm.and(w, constant(255)), targets, invalid);
    return [
      cases.reduceRight<Code>(
        (inner, { label: name, body }) => [block(name, inner), body],
        block(invalid, table),
      ),
      wasm.unreachable,
    ];
  }

  /** The entries that are no instructions. They have the length 0, so that `left` is all that is left. */
  private ownCases(): Readonly<Record<Exclude<keyof typeof op, 'firstRow'>, Code>> {
    const lookUp = (name: 'fetchPage' | 'reachBreakpoint'): Code => [
      this.storeWord('remaining', left),
      set(local('page'), host(name)),
      setLeft(this.word('remaining')),
      branch(at.entered),
    ];
    const slot = wasm.add(
      this.word('fetchBank'),
      wasm.and(wasm.shiftRightUnsigned(a, constant(9)), constant((tlbEntries - 1) << 3)),
    );
    return {
      undecoded: [this.leaveAtEnd(), host('decodeBlock', ip, page), branch(at.enterBlock)],
      reload: [
        this.leaveAtEnd(),
        set(local('a'), this.word('pc')),
        when(
          wasm.equal(load32(wasm.tee(local('t'), slot)), wasm.and(a, constant(~(pageBytes - 2)))),
          [set(local('page'), load32(t, 4)), branch(at.entered)],
        ),
        lookUp('fetchPage'),
      ],
      pageEnd: [this.storePc(pc), setIp(get(local('reload'))), branch(at.enterBlock)],
      single: branch(at.single),
      breakpoint: [this.leaveAtEnd(), this.storePc(pc), lookUp('reachBreakpoint')],
      illegal: this.leaveFor(host('system', constant(systemNames.indexOf('illegal')))),
    };
  }

  private row(row: Instruction): Code {
    const statements = parseExecute(row.execute);
    const values: Values = new Map<string, Code>([
      ['imm', imm],
      ['pc', pc],
      ['next', wasm.add(pc, constant(row.lengthBytes))],
      ['rs1', this.register(field(14, 31))],
      ['rs2', this.register(field(19, 31))],
    ]);
    // "read before the first statement"
    const readFirst: Code[] = [];
    for (const [register, name] of [
      ['rs1', 'first'],
      ['rs2', 'second'],
    ] as const) {
      if (statements.length < 2 || !row.execute.includes(register)) continue;
      readFirst.push(set(local(name), values.get(register) ?? []));
      values.set(register, get(local(name)));
    }
    // Where the instruction goes on is the last thing it does, wherever it is written.
    const ordered = [...statements].sort(
      (one, other) => Number(decidesPc(one)) - Number(decidesPc(other)),
    );
    const parts = ordered.map((statement) => this.statement(statement, row, values));
    return [readFirst, parts, statements.some(decidesPc) ? [] : this.goOn(row)];
  }

  private statement({ target, value }: Statement, row: Instruction, values: Values): Code {
    if (value.kind === 'call') {
      const { name, parameters } = value;
      const evaluated = (index: number): Code => argument(parameters, index, values);
      const width = /^(load|store)(8|16|32)(s|u)?$/.exec(name);
      if (width?.[1] === 'load')
        return this.load(Number(width[2]), width[3] === 's', evaluated(0), row);
      if (width?.[1] === 'store')
        return this.store(Number(width[2]), evaluated(0), evaluated(1), row);
      const operation = nameOf(parameters[0]);
      switch (name) {
        case 'jump':
          return isRelative(parameters[0])
            ? this.jumpRelative()
            : [set(local('t'), evaluated(0)), this.jumpTo()];
        case 'branch':
          invariant(
            isRelative(parameters[1]),
            'ISA-1',
            () => `${row.name}: a branch goes to pc + imm`,
          );
          return [
            when(evaluated(0), this.jumpRelative()),
            setIp(wasm.add(ip, constant(row.lengthBytes * 4))),
            branch(at.enterBlock),
          ];
        case 'system':
          if (!decidesPc({ target, value })) return [];
          return this.leaveFor(host('system', constant(numberOf(systemNames, operation))));
        case 'csr': {
          const source = nameOf(parameters[1]) === 'imm' ? rs1Number : evaluated(1);
          const number = constant(numberOf(csrOperations, operation));
          return this.call(host('csr', number, imm, source, rs1Number, rdNumber), row);
        }
        case 'lr':
          return this.call(host('loadReserved', evaluated(0), rdNumber), row);
        case 'sc':
          return this.call(host('storeConditional', evaluated(0), evaluated(1), rdNumber), row);
        case 'amo': {
          const number = constant(numberOf(amoOperations, operation));
          return this.call(host('amo', number, evaluated(1), evaluated(2), rdNumber), row);
        }
        default:
          break;
      }
    }
    invariant(target === 'rd', 'ISA-1', () => `${row.name}: a value goes nowhere`);
    return this.setRegister(expression(value, values));
  }

  private load(bits: number, isSigned: boolean, address: Code, row: Instruction): Code {
    const bytes = bits / 8;
    const read =
      bits === 32
        ? load32
        : bits === 16
          ? isSigned
            ? wasm.load16s
            : wasm.load16u
          : isSigned
            ? wasm.load8s
            : wasm.load8u;
    return [
      set(local('a'), address),
      when(
        hits(bytes, 0),
        [this.setRegister(read(wasm.add(a, load32(t, 4)))), this.goOn(row)],
        this.call(host('load', a, constant(isSigned ? -bytes : bytes), rdNumber), row),
      ),
    ];
  }

  private store(bits: number, address: Code, value: Code, row: Instruction): Code {
    const bytes = bits / 8;
    const write = bits === 32 ? wasm.store32 : bits === 16 ? wasm.store16 : wasm.store8;
    const line = wasm.add(get(local('lines')), wasm.shiftRightUnsigned(a, constant(lineBits)));
    return [
      set(local('a'), address),
      when(
        hits(bytes, tlbStore * 4),
        [
          write(wasm.tee(local('a'), wasm.add(a, load32(t, 4))), value),
          when(wasm.load8u(line), this.call([host('storedToFlaggedLine', a), constant(1)], row)),
          this.goOn(row),
        ],
        this.call(host('store', a, constant(bytes), value), row),
      ),
    ];
  }

  private goOn(row: Instruction): Code {
    return [setIp(wasm.add(ip, constant(row.lengthBytes * 4))), branch(at.next)];
  }

  /** Something that may trap, shorten the run or drop code: not 0 when the hart goes on behind the instruction. */
  private call(code: Code, row: Instruction): Code {
    return [
      this.tellState(),
      setIp(wasm.choose(code, wasm.add(ip, constant(row.lengthBytes * 4)), get(local('reload')))),
      branch(at.returned),
    ];
  }

  /** Something that moves pc itself. */
  private leaveFor(code: Code): Code {
    return [this.tellState(), code, setIp(get(local('reload'))), branch(at.returned)];
  }

  private tellState(): Code {
    return [this.storePc(pc), this.storeWord('remaining', wasm.add(left, length))];
  }

  /** To a target in this page, or pc moves to the block and the page is looked up. */
  private jumpRelative(): Code {
    return [
      setIp(wasm.add(ip, wasm.shiftLeft(imm, constant(2)))),
      when(wasm.greaterOrEqualUnsigned(wasm.subtract(ip, page), constant(entriesBytes)), [
        this.storePc(pc),
        setIp(get(local('reload'))),
      ]),
      branch(at.enterBlock),
    ];
  }

  /** To the address in `t`. */
  private jumpTo(): Code {
    return [
      when(
        wasm.equal(wasm.and(t, constant(-pageBytes)), get(local('base'))),
        setIp(wasm.add(page, wasm.shiftLeft(wasm.and(t, constant(pageBytes - 1)), constant(2)))),
        [this.storePc(t), setIp(get(local('reload')))],
      ),
      branch(at.enterBlock),
    ];
  }

  private leaveAtEnd(): Code {
    return when(wasm.lessOrEqualSigned(left, constant(0)), branch(at.leave));
  }

  private word(name: keyof typeof hartWord): Code {
    return load32(constant(0), this.start + hartWord[name] * 4);
  }

  private storeWord(name: keyof typeof hartWord, value: Code): Code {
    return wasm.store32(constant(0), value, this.start + hartWord[name] * 4);
  }

  private storePc(value: Code): Code {
    return this.storeWord('pc', value);
  }

  private register(offset: Code): Code {
    return load32(offset, this.start + hartWord.x * 4);
  }

  private setRegister(value: Code): Code {
    return wasm.store32(rdOffset, value, this.start + hartWord.x * 4);
  }
}

type Values = Map<string, Code>;

/** Leaves the slot of address `a` in `t`. One comparison checks page, permission and alignment: a misaligned address has bits that no tag has. */
function hits(bytes: number, bankOffset: number): Code {
  const slot = wasm.and(wasm.shiftRightUnsigned(a, constant(9)), constant((tlbEntries - 1) << 3));
  const bank = get(local('bank'));
  const tag = wasm.and(a, constant(~((pageBytes - 1) & ~(bytes - 1))));
  return [
    set(local('t'), wasm.add(slot, bankOffset === 0 ? bank : wasm.add(bank, constant(bankOffset)))),
    wasm.equal(load32(t), tag),
  ];
}

const nameOf = (value: Expression | undefined): string =>
  value?.kind === 'name' ? value.name : '';

const isRelative = (target: Expression | undefined): boolean =>
  target?.kind === 'binary' && target.operator === '+' && nameOf(target.left) === 'pc';

function numberOf(names: readonly string[], name: string): number {
  const number = names.indexOf(name);
  invariant(number >= 0, 'ISA-1', () => `the interpreter knows no '${name}'`);
  return number;
}

function argument(parameters: readonly Expression[], index: number, values: Values): Code {
  const value = parameters[index];
  invariant(value !== undefined, 'ISA-1', () => `parameter ${index} is missing`);
  return expression(value, values);
}

const operators: Readonly<
  Record<(Expression & { kind: 'binary' })['operator'], (left: Code, right: Code) => Code>
> = {
  '+': wasm.add,
  '-': wasm.subtract,
  '&': wasm.and,
  '|': wasm.or,
  '^': wasm.xor,
  '<<': wasm.shiftLeft,
  '>>': wasm.shiftRightSigned,
  '>>>': wasm.shiftRightUnsigned,
  '==': wasm.equal,
  '!=': wasm.notEqual,
  '<': wasm.lessSigned,
  '>=': wasm.greaterOrEqualSigned,
};

function expression(value: Expression, values: Values): Code {
  switch (value.kind) {
    case 'name': {
      const code = values.get(value.name);
      invariant(code !== undefined, 'ISA-1', () => `there is no value '${value.name}'`);
      return code;
    }
    case 'number':
      return constant(value.value);
    case 'not':
      return wasm.xor(expression(value.operand, values), constant(-1));
    case 'binary':
      return operators[value.operator](
        expression(value.left, values),
        expression(value.right, values),
      );
    case 'call':
      return arithmetic(
        value.name,
        argument(value.parameters, 0, values),
        argument(value.parameters, 1, values),
      );
  }
}

/** RV32M has a result where WebAssembly traps: for a divisor of 0, and for -2^31 / -1. */
function arithmetic(name: string, one: Code, other: Code): Code {
  const first = get(local('first'));
  const second = get(local('second'));
  const divide = (byZero: Code, otherwise: Code): Code => [
    set(local('first'), one),
    set(local('second'), other),
    wasm.choose(wasm.isZero(second), byZero, otherwise),
  ];
  const unlessByMinusOne = (byMinusOne: Code, otherwise: Code): Code =>
    wasm.choose(wasm.equal(second, constant(-1)), byMinusOne, otherwise);
  switch (name) {
    case 'ltu':
      return wasm.lessUnsigned(one, other);
    case 'geu':
      return wasm.greaterOrEqualUnsigned(one, other);
    case 'mul':
      return wasm.multiply(one, other);
    case 'mulh':
      return wasm.multiplyHigh(one, true, other, true);
    case 'mulhsu':
      return wasm.multiplyHigh(one, true, other, false);
    case 'mulhu':
      return wasm.multiplyHigh(one, false, other, false);
    case 'div':
      return divide(
        constant(-1),
        unlessByMinusOne(wasm.subtract(constant(0), first), wasm.divideSigned(first, second)),
      );
    case 'divu':
      return divide(constant(-1), wasm.divideUnsigned(first, second));
    case 'rem':
      return divide(first, unlessByMinusOne(constant(0), wasm.remainderSigned(first, second)));
    case 'remu':
      return divide(first, wasm.remainderUnsigned(first, second));
    default:
      invariant(false, 'ISA-1', () => `the interpreter knows no '${name}'`);
  }
}
