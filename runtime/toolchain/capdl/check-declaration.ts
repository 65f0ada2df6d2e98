/**
 * What is wrong with one declaration of an object by itself: its kind, its parameters and their values. It
 * depends on nothing but the block and the architecture, so that `read.ts` keeps it with the block.
 */
import { nearestName } from '../text/suggest.js';
import type { Span } from '../text/source-text.js';
import {
  frameSize,
  frameSizes,
  objectParameter,
  objectParameters,
  parameterOf,
  numberParameter,
  type ParameterRow,
} from './object-parameters.js';
import { objectKind, objectKinds, type ObjectKind } from './object-kinds.js';
import type { Problem, ProblemFix } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import type { FillNode, NumberNode, ObjectNode, ParameterNode, ValueNode } from './tree.js';

/** With offsets of the block. */
export function declarationProblems(
  node: ObjectNode,
  architecture: CapdlArchitecture | undefined,
): readonly Problem[] {
  const problems: Problem[] = [];
  check(node, { architecture, problems });
  return problems.length === 0 ? none : problems;
}

const none: readonly Problem[] = [];

interface Checking {
  readonly architecture: CapdlArchitecture | undefined;
  readonly problems: Problem[];
}

function add(
  { problems }: Checking,
  { start, end }: Span,
  [severity, code]: readonly [Problem['severity'], string],
  message: string,
  fixes?: readonly ProblemFix[],
): void {
  problems.push({ start, end, severity, code, message, ...(fixes === undefined ? {} : { fixes }) });
}

function check(node: ObjectNode, checking: Checking): void {
  const { name, type, members } = node;
  for (const member of members ?? []) if (member.kind === 'object') check(member, checking);
  checkIndices(node, checking);
  if (type === undefined) return;
  const kind = objectKind(type.text);
  if (kind === undefined) {
    checkUnknownKind(type, checking);
    return;
  }
  const { architecture } = checking;
  if (architecture !== undefined && !kind.architectures.includes(architecture)) {
    add(
      checking,
      type,
      ['error', 'kind-of-other-architecture'],
      `\`${architecture}\` has no objects of kind \`${type.text}\`; ${listOf(kind.architectures)} ${kind.architectures.length === 1 ? 'has' : 'have'} them.`,
    );
  }
  if (members !== undefined && kind.type !== 'ut') {
    add(
      checking,
      node.body ?? node,
      ['error', 'members-of-non-untyped'],
      `Only an untyped has braces here, and \`${name.name}\` is of kind \`${kind.type}\`. What is in its slots is said in \`caps { ${name.name} { … } }\`.`,
    );
  }
  checkParameters(node, kind, checking);
  if (kind.type === 'frame') checkFrame(node, checking);
  if (kind.type === 'tcb') checkTcb(node, checking);
  if (kind.type === 'sc') checkSchedContext(node, checking);
  if (kind.type === 'ut' || kind.type === 'frame') checkAlignment(node, checking);
}

function checkIndices({ name, members, untypeds }: ObjectNode, checking: Checking): void {
  const isOne = (indices: typeof name.indices): boolean =>
    indices === undefined || (indices.length === 1 && indices[0]?.kind === 'only');
  for (const each of [...untypeds, name]) {
    if (isOne(each.indices)) continue;
    add(
      checking,
      each,
      ['error', 'array-length'],
      each === name
        ? `A declaration says how many objects there are: \`${each.name}[4]\`.`
        : `One object is meant here: \`${each.name}\` or \`${each.name}[2]\`.`,
    );
  }
  if (name.indices?.[0]?.kind === 'only' && name.indices[0].first === 0 && members === undefined) {
    add(
      checking,
      name,
      ['information', 'empty-array'],
      `\`${name.name}\` is an array of no objects.`,
    );
  }
}

function checkUnknownKind(
  type: { start: number; end: number; text: string },
  checking: Checking,
): void {
  const old = {
    untyped: 'ut',
    page_directory: 'pd',
    page_table: 'pt',
    endpoint: 'ep',
    aep: 'notification',
    async_ep: 'notification',
    ntfn: 'notification',
    reply: 'rtreply',
    sched_context: 'sc',
  }[type.text];
  const comment = type.text.indexOf('--');
  const near =
    comment > 0
      ? type.text.slice(0, comment)
      : (old ??
        nearestName(
          type.text,
          objectKinds.map((kind) => kind.type),
        ));
  const isComment = comment > 0 && objectKind(near ?? '') !== undefined;
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  add(
    checking,
    type,
    ['error', 'unknown-kind'],
    isComment
      ? `\`-\` is a letter of names: a comment needs a space before it. Write \`${near ?? ''} --\`.`
      : `There is no kind of object \`${type.text}\`${hint === '' ? '. Kinds are words such as `ep`, `tcb`, `cnode`, `frame`.' : hint}`,
    near === undefined
      ? undefined
      : [
          {
            title: isComment ? 'Insert a space' : `Change to \`${near}\``,
            edits: [
              isComment
                ? { start: type.start + comment, end: type.start + comment, text: ' ' }
                : { start: type.start, end: type.end, text: near },
            ],
            isPreferred: true,
          },
        ],
  );
}

const listOf = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function checkParameters(node: ObjectNode, kind: ObjectKind, checking: Checking): void {
  for (const parameter of node.parameters) {
    const { word, wordSpan } = parameter;
    const row = objectParameter(word);
    if (row === undefined || !kind.parameters.includes(word)) {
      checkMisplaced(parameter, kind, checking, row);
      continue;
    }
    if (parameterOf(node, word) !== parameter) {
      add(
        checking,
        wordSpan,
        [row.mayRepeat === true ? 'warning' : 'error', 'repeated-parameter'],
        row.mayRepeat === true
          ? `\`${word}\` is given twice; the first counts.`
          : `\`${word}\` is given twice.`,
      );
    }
    checkValue(parameter, row, checking);
  }
  for (const word of kind.required) {
    if (parameterOf(node, word) !== undefined) continue;
    add(
      checking,
      node.parameterList ?? node.type ?? node,
      ['error', 'missing-parameter'],
      `An object of kind \`${kind.type}\` needs ${exampleOf(word)}.`,
    );
  }
}

const exampleOf = (word: string): string =>
  ({
    bits: 'its size: `(4 bits)`',
    size: 'its size: `(4k)`',
    pci: 'its device: `(…, 0:1.0)`',
    ports: 'its ports: `(ports: [0x60..0x64])`',
    trigger: 'its trigger: `(trigger: level, …)`',
  })[word] ?? `\`${word}\`: \`(${word}: 1)\``;

function checkMisplaced(
  { word, wordSpan }: ParameterNode,
  kind: ObjectKind,
  checking: Checking,
  row: ParameterRow | undefined,
): void {
  const takes =
    kind.parameters.length === 0 ? 'takes no parameters' : `takes ${listOf(kind.parameters)}`;
  if (row !== undefined) {
    const owners = objectKinds.filter(({ parameters }) => parameters.includes(word));
    add(
      checking,
      wordSpan,
      ['error', 'misplaced-parameter'],
      `\`${kind.type}\` ${takes}; ${word === 'size' ? 'a size in `k` or `M`' : `\`${word}\``} belongs to ${listOf(owners.map(({ type }) => type))}.`,
    );
    return;
  }
  const near =
    nearestName(word, kind.parameters) ??
    nearestName(
      word,
      objectParameters.map((each) => each.word),
    );
  add(
    checking,
    wordSpan,
    ['error', 'unknown-parameter'],
    `There is no parameter \`${word}\`${near === undefined ? `: \`${kind.type}\` ${takes}.` : `; did you mean \`${near}\`?`}`,
    near === undefined
      ? undefined
      : [
          {
            title: `Change to \`${near}\``,
            edits: [{ start: wordSpan.start, end: wordSpan.end, text: near }],
            isPreferred: true,
          },
        ],
  );
}

function checkValue({ word, value }: ParameterNode, row: ParameterRow, checking: Checking): void {
  if (value === undefined) return;
  const isRight = isRightValue(row.value, value);
  if (!isRight) {
    const wanted = {
      number: 'a number',
      numbers: 'a list of numbers: `[1, 2]`',
      boolean: '`True` or `False`',
      trigger: '`level` or `edge`',
      range: 'a range: `[0x60..0x64]`',
      size: 'a size: `4k`',
      pci: 'a device: `0:1.0`',
      fills: 'a list: `[{0 4096 CDL_FrameFill_FileData "file" 0}]`',
    }[row.value];
    const text = value.kind === 'word' ? value.text : '';
    const near =
      row.value === 'boolean'
        ? { true: 'True', false: 'False', yes: 'True', no: 'False' }[text.toLowerCase()]
        : undefined;
    add(
      checking,
      value,
      ['error', 'wrong-value'],
      `\`${word}\` takes ${wanted}.`,
      near === undefined
        ? undefined
        : [
            {
              title: `Write \`${near}\``,
              edits: [{ start: value.start, end: value.end, text: near }],
              isPreferred: true,
            },
          ],
    );
    return;
  }
  if (value.kind === 'number') checkNumber(word, value, row, checking);
  if (value.kind === 'numbers') {
    for (const item of value.items) checkNumber(word, item, {}, checking);
  }
  if (value.kind === 'pair' && row.value === 'range' && value.second.kind === 'number') {
    if (Number(value.first.value) > Number(value.second.value)) {
      add(checking, value, ['error', 'empty-range'], 'The first port is behind the last one.');
    }
  }
}

function isRightValue(wanted: ParameterRow['value'], value: ValueNode): boolean {
  if (wanted === 'number' || wanted === 'numbers' || wanted === 'fills')
    return value.kind === wanted;
  if (wanted === 'pci') return value.kind === 'numbers';
  if (wanted === 'range' || wanted === 'size') return value.kind === 'pair';
  if (value.kind !== 'word') return false;
  return (wanted === 'boolean' ? /^(?:True|False)$/ : /^(?:level|edge)$/).test(value.text);
}

function checkNumber(
  word: string,
  number: NumberNode,
  { most }: Pick<ParameterRow, 'most'>,
  checking: Checking,
): void {
  if (most !== undefined && Number(number.value) > most) {
    add(
      checking,
      number,
      ['error', 'number-out-of-range'],
      `\`${word}\` is at most ${most}, and this is ${number.value}.`,
    );
  } else if (typeof number.value === 'bigint' && number.value >= 1n << 64n) {
    add(
      checking,
      number,
      ['warning', 'number-too-large'],
      'This number does not fit a word of 64 bits; capDL-tool takes its low 64 bits.',
    );
  }
}

function checkFrame(node: ObjectNode, checking: Checking): void {
  const size = frameSize(node);
  const parameter = parameterOf(node, 'size');
  if (size === undefined || parameter === undefined) return;
  const bits = Math.log2(size);
  if (!Number.isInteger(bits)) {
    const near = size === 0 ? 12 : Math.ceil(bits);
    const text = near >= 20 ? `${2 ** (near - 20)}M` : `${2 ** (near - 10)}k`;
    const fix = { start: parameter.start, end: parameter.end, text };
    add(
      checking,
      parameter,
      ['error', 'frame-size'],
      size === 0
        ? 'A frame cannot have the size 0.'
        : 'The size of a frame is a power of two: `4k`, `1M`.',
      [{ title: `Change to ${text}`, edits: [fix] }],
    );
    return;
  }
  const { architecture } = checking;
  if (architecture !== undefined && !frameSizes[architecture].includes(bits)) {
    const sizes = frameSizes[architecture]
      .map((each) => (each >= 20 ? `${2 ** (each - 20)}M` : `${2 ** (each - 10)}k`))
      .join(', ');
    add(
      checking,
      parameter,
      ['warning', 'frame-size-of-other-architecture'],
      `\`${architecture}\` has no frames of this size, but of ${sizes}.`,
    );
  }
  const fills = parameterOf(node, 'fill')?.value;
  if (fills?.kind === 'fills') {
    for (const fill of fills.items) checkFill(fill, size, checking);
  }
}

function checkFill(fill: FillNode, size: number, checking: Checking): void {
  const [offset, length, type, first, second] = fill.words;
  const isFile = type?.text === 'CDL_FrameFill_FileData';
  const isBootInfo = type?.text === 'CDL_FrameFill_BootInfo';
  const isNumber = (text: string | undefined): boolean =>
    /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text ?? '');
  const isWhole =
    fill.words.length === 5 &&
    isNumber(offset?.text) &&
    isNumber(length?.text) &&
    isNumber(second?.text);
  if (!(isFile || isBootInfo) || !isWhole || first === undefined) {
    add(
      checking,
      fill,
      ['warning', 'unknown-fill'],
      'What a frame is filled with is `{offset length CDL_FrameFill_FileData "file" file-offset}` or `{offset length CDL_FrameFill_BootInfo id offset}`; no loader knows another form.',
    );
    return;
  }
  if (Number(offset?.text) + Number(length?.text) > size) {
    add(
      checking,
      fill,
      ['error', 'fill-outside-frame'],
      `Up to byte ${Number(offset?.text) + Number(length?.text)} is filled, but the frame has ${size}.`,
    );
  }
}

/** What capDL-tool wants together: all of the first six, `addr` and `affinity`, or none. */
const together = ['addr', 'ip', 'sp', 'prio', 'max_prio', 'affinity'] as const;

function checkTcb(node: ObjectNode, checking: Checking): void {
  const given = together.filter((word) => parameterOf(node, word) !== undefined);
  const hasOther = ['resume', 'fpu_disabled'].some((word) => parameterOf(node, word) !== undefined);
  if (given.length === together.length || (given.length === 0 && !hasOther)) return;
  if (given.length === 2 && given[0] === 'addr' && given[1] === 'affinity') return;
  const missing = together.filter((word) => !given.includes(word));
  const isUnbuilt = missing.every((word) => ['addr', 'ip', 'sp'].includes(word));
  add(
    checking,
    node.parameterList ?? node,
    [isUnbuilt ? 'warning' : 'error', 'incomplete-tcb'],
    `capDL-tool takes ${listOf(together)} together, \`addr\` with \`affinity\`, or none of them; ${listOf(missing)} ${missing.length === 1 ? 'is' : 'are'} missing${isUnbuilt ? ', as before the program is built' : ''}.`,
  );
}

function checkSchedContext(node: ObjectNode, checking: Checking): void {
  const [period, budget, data] = ['period', 'budget', 'data'].map((word) =>
    parameterOf(node, word),
  );
  if (period === undefined && budget === undefined && data === undefined) return;
  if (period === undefined || budget === undefined) {
    add(
      checking,
      node.parameterList ?? node,
      ['error', 'incomplete-sc'],
      `\`period\` and \`budget\` go together; \`${period === undefined ? 'period' : 'budget'}\` is missing.`,
    );
    return;
  }
  const numbers = [numberParameter(node, 'period'), numberParameter(node, 'budget')];
  if (Number(numbers[1]) > Number(numbers[0])) {
    add(
      checking,
      budget,
      ['error', 'budget-over-period'],
      `The budget of ${numbers[1]} is more than the period of ${numbers[0]}: no kernel takes that.`,
    );
  }
}

function checkAlignment(node: ObjectNode, checking: Checking): void {
  const value = parameterOf(node, 'paddr')?.value;
  if (value?.kind !== 'number') return;
  const bits =
    node.type?.text === 'frame'
      ? Math.log2(frameSize(node) ?? 1)
      : Number(numberParameter(node, 'bits') ?? 0);
  if (!Number.isInteger(bits) || bits > 63) return;
  const address = BigInt(value.value);
  const size = 1n << BigInt(bits);
  if (address % size === 0n) return;
  const before = `0x${(address - (address % size)).toString(16)}`;
  add(
    checking,
    value,
    ['error', 'unaligned-paddr'],
    `The physical address 0x${address.toString(16)} is no multiple of the size, 0x${size.toString(16)}: no such object can be made.`,
    [
      {
        title: `Change to ${before}`,
        edits: [{ start: value.start, end: value.end, text: before }],
      },
    ],
  );
}
