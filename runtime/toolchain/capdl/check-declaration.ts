/**
 * What is wrong with one declaration of an object by itself: its kind, its parameters and their values. It
 * depends on nothing but the block and the architecture, so that `read.ts` keeps it with the block.
 */
import { nearestName } from '../text/suggest.js';
import { add, checkParameters, listOf, type Checking } from './check-parameters.js';
import { frameSize, frameSizes, numberParameter, parameterOf } from './object-parameters.js';
import { objectKind, objectKinds } from './object-kinds.js';
import type { Problem } from './problem.js';
import type { CapdlArchitecture } from './spec.js';
import type { FillNode, ObjectNode } from './tree.js';

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
