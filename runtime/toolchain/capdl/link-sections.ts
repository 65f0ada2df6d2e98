/** What `irq maps`, `domains` and the line `arch` say, with what is wrong with each. */
import { nearestName } from '../text/suggest.js';
import { resolve } from './resolve-name.js';
import type { ObjectTable } from './link-state.js';
import { placed, type LinkedInterrupt, type LinkedObject, type Reporter } from './linked.js';
import { architectures, isArchitecture } from './object-kinds.js';
import { placedProblem as problem } from './problem.js';
import type { CapdlArchitecture, CapdlDomains } from './spec.js';
import type {
  CapdlTree,
  DomainItemNode,
  NumberNode,
  PairNode,
  PlacedBlock,
  WordNode,
} from './tree.js';

export function linkArchitecture(
  tree: CapdlTree,
  reporter: Reporter,
): CapdlArchitecture | undefined {
  let found: { word: WordNode; at: PlacedBlock } | undefined;
  let hasSection = false;
  let first: PlacedBlock | undefined;
  for (const each of tree.blocks) {
    const { node } = each.block;
    if (first === undefined && node.kind !== 'skipped') first = each;
    if (node.kind === 'sectionStart') hasSection = true;
    if (node.kind !== 'architecture' || node.word === undefined) continue;
    const span = placed(each, node);
    if (found !== undefined) {
      reporter.add({
        ...problem(span, 'error', 'duplicate-architecture', 'A file has one line `arch`.'),
        related: [{ ...placed(found.at, found.word), message: 'The first is here.' }],
      });
      continue;
    }
    found = { word: node.word, at: each };
    if (hasSection) {
      reporter.add(
        problem(span, 'error', 'misplaced-architecture', 'The line `arch` is the first of a file.'),
      );
    }
  }
  if (found === undefined) {
    if (first === undefined) return undefined;
    const at = first.block.node.start;
    const span = placed(first, { start: at, end: at });
    reporter.add({
      ...problem(
        span,
        'error',
        'missing-architecture',
        'A capDL file begins with its architecture: `arch riscv`.',
      ),
      fixes: [
        {
          title: 'Insert `arch riscv`',
          edits: [{ ...span, text: 'arch riscv\n\n' }],
        },
      ],
    });
    return undefined;
  }
  if (!hasSection) {
    reporter.add(
      problem(
        placed(found.at, found.word),
        'error',
        'no-section',
        'At least one section follows `arch`: `objects { … }`.',
      ),
    );
  }
  return architectureOf(found.word, found.at, reporter);
}

function architectureOf(
  word: WordNode,
  at: PlacedBlock,
  reporter: Reporter,
): CapdlArchitecture | undefined {
  if (isArchitecture(word.text)) return word.text;
  const old = {
    arm: 'arm11',
    aarch32: 'arm11',
    x86: 'ia32',
    x64: 'x86_64',
    riscv32: 'riscv',
    riscv64: 'riscv',
  }[word.text];
  const near = old ?? nearestName(word.text, architectures);
  const span = placed(at, word);
  reporter.add({
    ...problem(
      span,
      'error',
      'unknown-architecture',
      `There is no architecture \`${word.text}\`; there are ${architectures.map((each) => `\`${each}\``).join(', ')}.`,
    ),
    ...(near === undefined
      ? {}
      : {
          fixes: [
            { title: `Change to \`${near}\``, edits: [{ ...span, text: near }], isPreferred: true },
          ],
        }),
  });
  return undefined;
}

export interface Interrupts {
  readonly irqs: ReadonlyMap<number, LinkedInterrupt>;
  /** Objects, once for each time that they are mapped. */
  readonly used: readonly LinkedObject[];
}

export function linkInterrupts(tree: CapdlTree, objects: ObjectTable): Interrupts {
  const { reporter } = objects;
  const irqs = new Map<number, LinkedInterrupt>();
  const used: LinkedObject[] = [];
  const numberOf = new Map<LinkedObject, LinkedInterrupt>();
  let next = 0;
  let isSecond = false;
  for (const placedBlock of tree.blocks) {
    const { node } = placedBlock.block;
    if (node.kind === 'sectionStart' && node.section === 'irqMaps') {
      if (irqs.size > 0 && !isSecond) {
        isSecond = true;
        reporter.add(
          problem(
            placed(placedBlock, node),
            'error',
            'duplicate-section',
            'There is already a section `irq maps`, and capDL-tool takes one. Put its entries there.',
          ),
        );
      }
      next = 0;
    }
    if (node.kind !== 'interrupt') continue;
    const first = node.slot?.value ?? next;
    const span = placed(placedBlock, node);
    const found = resolve(objects, placedBlock, node.object);
    found.forEach((object, index) => {
      used.push(object);
      const entry = { number: first + index, object, at: span };
      enterInterrupt(irqs, numberOf, entry, reporter);
    });
    next = first + (node.object.indices === undefined ? 1 : found.length);
  }
  if (tree.isDump) inferInterrupts(objects, irqs, used);
  return { irqs, used };
}

function enterInterrupt(
  irqs: Map<number, LinkedInterrupt>,
  numberOf: Map<LinkedObject, LinkedInterrupt>,
  entry: LinkedInterrupt,
  reporter: Reporter,
): void {
  const { number, object, at } = entry;
  const known = irqs.get(number);
  if (known !== undefined) {
    reporter.add({
      ...problem(
        at,
        'error',
        'interrupt-mapped-twice',
        `Interrupt ${number} is \`${known.object.name}\` already.`,
      ),
      related: [{ ...known.at, message: 'Mapped first here.' }],
    });
    return;
  }
  irqs.set(number, entry);
  const { type } = object.declaration;
  if (type !== undefined && !interruptTypes.has(type)) {
    reporter.add(
      problem(
        at,
        'error',
        'not-an-interrupt',
        `\`${object.name}\` is of kind \`${type}\`, and interrupts are of kind \`irq\`.`,
      ),
    );
  }
  const other = numberOf.get(object);
  if (other === undefined) numberOf.set(object, entry);
  else {
    reporter.add({
      ...problem(
        at,
        'warning',
        'interrupt-object-twice',
        `\`${object.name}\` is interrupt ${other.number} already: its handler would be set for one of the two.`,
      ),
      related: [{ ...other.at, message: 'Mapped first here.' }],
    });
  }
}

export const interruptTypes: ReadonlySet<string> = new Set([
  'irq',
  'ioapic_irq',
  'msi_irq',
  'arm_irq',
]);

/** In a dump the name says the number: `irqhandler@0x1b`. */
function inferInterrupts(
  { objects }: ObjectTable,
  irqs: Map<number, LinkedInterrupt>,
  used: LinkedObject[],
): void {
  for (const object of objects.values()) {
    const number = /^irqhandler@(0x[0-9a-f]{1,8})$/i.exec(object.name)?.[1];
    if (number === undefined || irqs.has(Number(number))) continue;
    used.push(object);
    const { at, nameNode } = object.declaration;
    irqs.set(Number(number), { number: Number(number), object, at: placed(at, nameNode) });
  }
}

export function linkDomains(tree: CapdlTree, reporter: Reporter): CapdlDomains | undefined {
  const items = new Map<string, { readonly node: DomainItemNode; readonly at: PlacedBlock }>();
  for (const each of tree.blocks) {
    const { node } = each.block;
    if (node.kind !== 'domainItem') continue;
    const known = items.get(node.word.text);
    if (known === undefined) items.set(node.word.text, { node, at: each });
    else {
      reporter.add({
        ...problem(
          placed(each, node.word),
          'error',
          'duplicate-domain-item',
          `\`${node.word.text}\` is said already.`,
        ),
        related: [{ ...placed(known.at, known.node.word), message: 'Said first here.' }],
      });
    }
  }
  const schedule = items.get('schedule');
  if (schedule === undefined) return undefined;
  const pairs = schedule.node.schedule ?? [];
  for (const pair of pairs) checkScheduleItem(schedule.at, pair, reporter);
  const startValue = items.get('domain_set_start')?.node.value;
  const start = startValue === undefined ? 0 : numberOf(startValue);
  checkStart(items.get('domain_set_start'), pairs, reporter);
  return {
    schedule: pairs.map(({ first, second }) => ({
      domain: Number(first.value),
      duration: second.kind === 'number' ? BigInt(second.value) : 0n,
    })),
    start,
    indexShift: numberOf(items.get('index_shift')?.node.value),
  };
}

const numberOf = (value: NumberNode | WordNode | undefined): number | undefined =>
  value?.kind === 'number' ? Number(value.value) : undefined;

function checkScheduleItem(at: PlacedBlock, pair: PairNode, reporter: Reporter): void {
  const domain = Number(pair.first.value);
  const duration = pair.second.kind === 'number' ? BigInt(pair.second.value) : 0n;
  const add = (span: { start: number; end: number }, message: string): void => {
    reporter.add(problem(placed(at, span), 'error', 'domain-schedule', message));
  };
  if (duration === 0n && domain !== 0) {
    add(pair, 'A domain runs for more than 0 ticks; `(0, 0)` marks the end of a schedule.');
  }
  if (domain > 255) add(pair.first, `Domains are 0 to 255, and this is ${domain}.`);
  if (duration >= 1n << 56n) add(pair.second, 'A duration is less than 2^56 ticks.');
}

function checkStart(
  item: { readonly node: DomainItemNode; readonly at: PlacedBlock } | undefined,
  pairs: readonly PairNode[],
  reporter: Reporter,
): void {
  const value = item?.node.value;
  if (item === undefined || value === undefined) return;
  const span = placed(item.at, value);
  if (value.kind === 'word') {
    if (value.text === 'no_start') return;
    reporter.add(
      problem(span, 'error', 'wrong-value', '`domain_set_start` takes a number or `no_start`.'),
    );
    return;
  }
  const start = Number(value.value);
  const pair = pairs[start];
  if (pair === undefined) {
    reporter.add(
      problem(
        span,
        'error',
        'domain-start',
        `The schedule has ${pairs.length} items, 0 to ${pairs.length - 1}: it cannot start at ${start}.`,
      ),
    );
  } else if (Number(pair.first.value) === 0 && numberOf(pair.second) === 0) {
    reporter.add({
      ...problem(
        span,
        'error',
        'domain-start',
        `The schedule cannot start at item ${start}, the end marker \`(0, 0)\`.`,
      ),
      related: [{ ...placed(item.at, value), message: 'The start is said here.' }],
    });
  }
}
