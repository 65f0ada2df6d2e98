/**
 * What is wrong with each capability in its slot: whether it may be there, and its parameters, badge and
 * guard. It is said once where one line of the text fills many slots.
 */
import { nearestName } from '../text/suggest.js';
import {
  capabilityParameter,
  capabilityParameters,
  type CapabilityParameterRow,
} from './capability-parameters.js';
import {
  declaredAt,
  placed,
  slotSpan,
  targetSpan,
  typeOf,
  writtenAt,
  type LinkedCapability,
  type Reporter,
} from './linked.js';
import { objectKind, vspaceRoots } from './object-kinds.js';
import { placedProblem as problem, type PlacedProblem, type PlacedSpan } from './problem.js';
import type { CapdlArchitecture, CapdlObjectType } from './spec.js';
import { tcbSlotName, type TcbSlotName } from './tcb-slots.js';
import type { CapabilityNode, ParameterNode, PlacedBlock } from './tree.js';

/** Those of one block. */
export function checkCapabilities(
  capabilities: readonly LinkedCapability[],
  { architecture, word }: { architecture: CapdlArchitecture | undefined; word: number },
  reporter: Reporter,
): void {
  let checked: CapabilityNode | undefined;
  let outside: CapabilityNode | undefined;
  for (const capability of capabilities) {
    const { node, object, control } = capability;
    if (object === undefined && control === undefined) continue;
    if (node !== outside && checkSlot(capability, architecture, reporter)) outside = node;
    if (node === checked) continue;
    checked = node;
    if (node.parameters.length > 0 || control === 'sched_control') {
      checkParameters(capability, reporter);
    }
    checkPlace(capability, architecture, reporter);
    checkFacts(capability, word, reporter);
  }
}

/** Whether it was said that the container has no such slot. */
function checkSlot(
  capability: LinkedCapability,
  architecture: CapdlArchitecture | undefined,
  reporter: Reporter,
): boolean {
  const { container, slot, node } = capability;
  const { kind, sizeBits } = container.declaration;
  const count =
    kind?.type === 'cnode'
      ? sizeBits === undefined
        ? undefined
        : 2 ** sizeBits
      : kind?.slotCount?.(architecture ?? 'x86_64');
  if (count === undefined || slot < count) return false;
  const last = count - 1;
  const isRange = node.target.indices !== undefined;
  reporter.add({
    ...problem(
      isRange ? targetSpan(capability) : slotSpan(capability),
      'error',
      'slot-outside',
      kind?.type === 'tcb'
        ? `A TCB has no slot ${slot}; its slots are \`cspace\` (0) to \`bound_vcpu\` (9).`
        : `\`${container.name}\` has ${count} slot${count === 1 ? '' : 's'}, 0 to ${last} (0x${last.toString(16)}), and no slot ${slot} (0x${slot.toString(16)}).`,
    ),
    related: [{ ...declaredAt(container), message: 'Its size is declared here.' }],
  });
  return true;
}

/** What a slot of a TCB takes; the root of an address space depends on the architecture. */
const tcbSlotTypes: Readonly<Record<TcbSlotName, CapdlObjectType>> = {
  cspace: 'cnode',
  vspace: 'pt',
  reply_slot: 'tcb',
  caller_slot: 'tcb',
  ipc_buffer_slot: 'frame',
  fault_ep_slot: 'ep',
  sc_slot: 'sc',
  temp_fault_ep_slot: 'ep',
  bound_notification: 'notification',
  bound_vcpu: 'vcpu',
};

/** Whether a capability of its kind may be in a container of its kind. */
function checkPlace(
  capability: LinkedCapability,
  architecture: CapdlArchitecture | undefined,
  reporter: Reporter,
): void {
  const { container, slot, object, control, facts } = capability;
  const type = typeOf(object);
  if (control === undefined && type === undefined) return;
  if (architecture === undefined) return;
  if (control === 'io_space_master' && architecture !== 'ia32' && architecture !== 'x86_64') {
    reporter.add(
      problem(
        targetSpan(capability),
        'error',
        'capability-of-other-architecture',
        `\`${architecture}\` has no \`io_space_master\`; ia32 and x86_64 have.`,
      ),
    );
  }
  const { kind } = container.declaration;
  if (kind === undefined || kind.type === 'cnode') return;
  let allowed: readonly string[] | 'any' | undefined = kind.holds(architecture);
  let where = `\`${container.name}\`, of kind \`${kind.type}\`,`;
  let isRight = allowed === 'any' || (type !== undefined && allowed?.includes(type) === true);
  if (kind.type === 'tcb') {
    const name = tcbSlotName(slot);
    if (name === undefined) return;
    where = `\`${name}\` of a TCB`;
    allowed = name === 'vspace' ? vspaceRoots[architecture] : [tcbSlotTypes[name]];
    isRight = type !== undefined && allowed.includes(type);
    if (name === 'bound_vcpu' && architecture === 'riscv') isRight = false;
    if (name === 'reply_slot' && isRight && facts.isMasterReply !== true) {
      isRight = false;
      allowed = ['master reply'];
    }
    if (name === 'caller_slot' && isRight && facts.isReply !== true) {
      isRight = false;
      allowed = ['reply'];
    }
  }
  if (isRight || allowed === 'any') return;
  const words = (allowed ?? []).map((each) => `\`${each}\``).join(' or ');
  reporter.add({
    ...problem(
      targetSpan(capability),
      'error',
      'wrong-capability',
      `${where} takes a capability to ${words}, and this is one to ${control === undefined ? `\`${type ?? ''}\`` : `\`${control}\``}.`,
    ),
    ...(object === undefined
      ? {}
      : { related: [{ ...declaredAt(object), message: `\`${object.name}\` is declared here.` }] }),
  });
}

function checkParameters(capability: LinkedCapability, reporter: Reporter): void {
  const { at, node, object, control } = capability;
  if (node.isCopy) {
    checkCopy(capability, reporter);
    return;
  }
  const type = typeOf(object);
  const takes =
    control === undefined
      ? (objectKind(type ?? '')?.capability ?? [])
      : control === 'sched_control'
        ? ['core']
        : [];
  const [single] = node.parameters;
  if (node.parameters.length === 1 && single !== undefined && takes.includes(single.word)) {
    checkValue(at, single, reporter);
    return;
  }
  const seen = new Set<string>();
  for (const parameter of node.parameters) {
    const { word, wordSpan } = parameter;
    const span = placed(at, wordSpan);
    const group = word === 'uncached' ? 'cached' : word;
    if (!takes.includes(word)) reporter.add(misplaced(capability, parameter, takes));
    else if (seen.has(group) && word !== 'rights') {
      reporter.add(problem(span, 'error', 'repeated-parameter', `\`${word}\` is given twice.`));
    } else checkValue(at, parameter, reporter);
    seen.add(group);
  }
  if (seen.has('reply') && seen.has('master_reply')) {
    reporter.add(
      problem(
        placed(at, node),
        'error',
        'reply-twice',
        'A capability is to `reply` or the `master_reply`, and not both.',
      ),
    );
  }
  if (control === 'sched_control' && !seen.has('core')) {
    const target = targetSpan(capability);
    reporter.add({
      ...problem(
        target,
        'error',
        'missing-parameter',
        '`sched_control` needs the core whose time it gives: `sched_control (core: 0)`.',
      ),
      fixes: [
        {
          title: 'Add `(core: 0)`',
          edits: [{ ...target, start: target.end, text: ' (core: 0)' }],
          isPreferred: true,
        },
      ],
    });
  }
}

function misplaced(
  { at, object, control, container }: LinkedCapability,
  { word, wordSpan }: ParameterNode,
  takes: readonly string[],
): PlacedProblem {
  const span = placed(at, wordSpan);
  const what = control ?? typeOf(object) ?? '';
  const list = takes.length === 0 ? 'no parameters' : takes.map((each) => `\`${each}\``).join(', ');
  if (capabilityParameter(word) !== undefined) {
    return problem(
      span,
      'error',
      'misplaced-parameter',
      word === 'masked'
        ? '`masked` is for copies, `<name> (masked: R)`. Write the rights alone: `(R)`.'
        : `A capability to \`${what}\` takes ${list}, and not \`${word}\`.`,
    );
  }
  const near = nearestName(
    word,
    takes.length > 0 ? takes : capabilityParameters.map((each) => each.word),
  );
  const message = `There is no parameter \`${word}\` of a capability${near === undefined ? `; one to \`${what}\` takes ${list}.` : `; did you mean \`${near}\`?`}`;
  return near === undefined || container.name === ''
    ? problem(span, 'error', 'unknown-parameter', message)
    : {
        ...problem(span, 'error', 'unknown-parameter', message),
        fixes: [
          { title: `Change to \`${near}\``, edits: [{ ...span, text: near }], isPreferred: true },
        ],
      };
}

function checkValue(
  at: PlacedBlock,
  { word, value, wordSpan }: ParameterNode,
  reporter: Reporter,
): void {
  const row = capabilityParameter(word);
  if (row === undefined) return;
  if (isRightValue(row.value, value)) return;
  const wanted = {
    none: 'no value',
    number: 'a number: `1`',
    rights: 'letters of `RWGXP`',
    asid: 'a pair: `(0x1, 0x2)`',
    slot: 'a slot: `(table, 3)`',
  }[row.value];
  reporter.add(
    problem(placed(at, value ?? wordSpan), 'error', 'wrong-value', `\`${word}\` takes ${wanted}.`),
  );
}

function isRightValue(
  wanted: CapabilityParameterRow['value'],
  value: ParameterNode['value'],
): boolean {
  if (wanted === 'none') return value === undefined;
  if (wanted === 'number') return value?.kind === 'number';
  if (wanted === 'rights') return value?.kind === 'word';
  return value?.kind === (wanted === 'asid' ? 'pair' : 'slotReference');
}

function checkCopy({ at, node }: LinkedCapability, reporter: Reporter): void {
  for (const { word, wordSpan } of node.parameters) {
    if (word === 'masked') continue;
    reporter.add(
      problem(
        placed(at, wordSpan),
        'warning',
        'ignored-parameter',
        word === 'rights'
          ? 'A copy has the rights of its original; to take some away write `masked: R`. These are ignored.'
          : `A copy has all that its original has; \`${word}\` is ignored.`,
      ),
    );
  }
}

function checkFacts(capability: LinkedCapability, word: number, reporter: Reporter): void {
  const { at, node, facts, object } = capability;
  const spanOf = (name: string): PlacedSpan => {
    const parameter = node.parameters.find((each) => each.word === name);
    return parameter === undefined ? writtenAt(capability) : placed(at, parameter);
  };
  const { badge, guard = 0n, guardSize, rights } = facts;
  // 32-bit kernels keep a badge in 28 bits.
  const badgeBits = word === 32 ? 28 : 64;
  if (badge !== undefined && badge >= 1n << BigInt(badgeBits)) {
    reporter.add(
      problem(
        spanOf('badge'),
        'error',
        'badge-width',
        `A badge has ${badgeBits} bits here, and ${badge} (0x${badge.toString(16)}) does not fit.`,
      ),
    );
  }
  const type = typeOf(object);
  if (type === 'cnode') {
    const size = guardSize ?? 0;
    const bits = object?.declaration.sizeBits ?? 0;
    if (size + bits > word) {
      const fit = Math.max(word - bits, 0);
      const span = spanOf('guard_size');
      reporter.add({
        ...problem(
          span,
          'error',
          'guard-width',
          `A guard of ${size} bits and ${bits} bits of \`${object?.name ?? ''}\` are more than the ${word} bits of an address.`,
        ),
        fixes: [
          {
            title: `Change to ${fit}`,
            edits: [{ ...span, text: `guard_size: ${fit}` }],
            isPreferred: true,
          },
        ],
      });
    }
    if (guard >= 1n << BigInt(Math.min(size, 128))) {
      reporter.add(
        problem(
          spanOf('guard'),
          'error',
          'guard-width',
          `The guard ${guard} does not fit its ${size} bits (\`guard_size\`).`,
        ),
      );
    }
  }
  if (type === 'frame' && rights !== undefined && (rights & 3) === 2) {
    const span = spanOf('rights');
    reporter.add(
      problem(
        span,
        'warning',
        'write-without-read',
        'A frame that may be written but not read is mapped without rights at all. Write `RW`.',
      ),
    );
  }
}
