/** What is wrong with the parameters of a declaration: which there may be, how often, and with what values. */
import { nearestName } from '../text/suggest.js';
import type { Span } from '../text/source-text.js';
import {
  objectParameter,
  objectParameters,
  parameterOf,
  type ParameterRow,
} from './object-parameters.js';
import { objectKinds, type ObjectKind } from './object-kinds.js';
import type { Problem, ProblemFix } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import type { NumberNode, ObjectNode, ParameterNode, ValueNode } from './tree.js';

/** The check of one declaration, with offsets of its block. */
export interface Checking {
  readonly architecture: CapdlArchitecture | undefined;
  readonly problems: Problem[];
}

export function add(
  { problems }: Checking,
  { start, end }: Span,
  [severity, code]: readonly [Problem['severity'], string],
  message: string,
  fixes?: readonly ProblemFix[],
): void {
  problems.push({ start, end, severity, code, message, ...(fixes === undefined ? {} : { fixes }) });
}

export function checkParameters(node: ObjectNode, kind: ObjectKind, checking: Checking): void {
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

export const listOf = (words: readonly string[]): string =>
  words.map((word) => `\`${word}\``).join(', ');
