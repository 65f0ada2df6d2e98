/**
 * A specification as capDL text, in the form that the tools of seL4 write: one object a line, the
 * capabilities by container, slots in hexadecimal and those of a TCB by name. What it says is all that the
 * specification says: reading the text gives the same specification. languages.md 2(c), "Output".
 */
import { hex, kindText } from './print-kind.js';
import { printedNames, type PrintedNames } from './printed-names.js';
import { isControlName } from './spec.js';
import type {
  CapdlCapability,
  CapdlDomains,
  CapdlRights,
  CapdlSpec,
  Origin,
  SlotName,
} from './spec.js';
import { tcbSlotName } from './tcb-slots.js';

export interface PrintOptions {
  /** Behind each object and capability why it is there, where that is known: `-- system.camkes:12 connection a`. */
  readonly origins?: 'comments' | 'none';
  /** Files below this folder are named relative to it in the comments. */
  readonly folder?: string;
}

export function printSpec(spec: CapdlSpec, options: PrintOptions = {}): string {
  const { origins = 'comments', folder = '' } = options;
  const root = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
  const names = printedNames(spec);
  const comment = (origin: Origin | undefined): string =>
    origins === 'none' || origin === undefined
      ? ''
      : ` -- ${originText({ ...origin, place: { ...origin.place, file: below(root, origin.place.file) } })}`;
  const sections = [
    `arch ${spec.architecture}`,
    section('objects', objectLines(spec, { names, comment })),
    section('caps', containerLines(spec, { names, comment })),
    section(
      'irq maps',
      [...spec.irqs].map(([number, object]) => `${number}: ${names.of(object)}`),
    ),
  ];
  if (spec.derivations.length > 0) sections.push(section('cdt', derivationLines(spec, names)));
  if (spec.domains !== undefined) sections.push(section('domains', domainLines(spec.domains)));
  return `${sections.join('\n\n')}\n`;
}

/** `system.camkes:12 connection uart_mem`, without what would end the comment. */
const below = (root: string, file: string): string =>
  file.startsWith(root) ? file.slice(root.length) : file;

export const originText = ({ place, reason }: Origin): string =>
  `${place.file}:${place.range.start.line + 1} ${reason}`.replace(/[\r\n]+/g, ' ').trimEnd();

/** The right letters in the order of the tools; `X` stands for grant on a frame. */
export function rightsText(rights: CapdlRights, grantLetter: 'G' | 'X'): string {
  const { read, write, grant, grantReply } = rights;
  return `${read ? 'R' : ''}${write ? 'W' : ''}${grant ? grantLetter : ''}${grantReply ? 'P' : ''}`;
}

interface Printing {
  readonly names: PrintedNames;
  readonly comment: (origin: Origin | undefined) => string;
}

const section = (word: string, lines: readonly string[]): string =>
  [`${word} {`, ...lines, '}'].join('\n');

function objectLines(spec: CapdlSpec, { names, comment }: Printing): string[] {
  const lines: string[] = [];
  const braces: string[] = [];
  const covers = coversOf(spec);
  for (const object of spec.objects) {
    const covered = covers.get(object.name) ?? [];
    const members = covered.length === 0 ? '' : ` { ${covered.map(names.of).join(', ')} }`;
    const array = names.arrayOf(object.name);
    if (array === undefined) {
      lines.push(
        `${names.of(object.name)} = ${kindText(object)}${members}${comment(object.origin)}`,
      );
      continue;
    }
    // An array is declared once; what one element of it covers is said apart.
    if (array.first === object.name) {
      lines.push(`${array.name}[${array.count}] = ${kindText(object)}${comment(object.origin)}`);
    }
    if (members !== '') braces.push(`${object.name} = ut${members}`);
  }
  return [...lines, ...braces];
}

/** What each untyped covers: as it says, else what says that it is covered by it. */
function coversOf({ objects }: CapdlSpec): ReadonlyMap<string, readonly string[]> {
  const covers = new Map<string, string[]>();
  for (const { name, covers: said } of objects) if (said !== undefined) covers.set(name, [...said]);
  const listed = new Set([...covers.values()].flat());
  for (const { name, coveredBy } of objects) {
    if (coveredBy === undefined || listed.has(name)) continue;
    const known = covers.get(coveredBy);
    if (known === undefined) covers.set(coveredBy, [name]);
    else known.push(name);
  }
  return covers;
}

function containerLines(spec: CapdlSpec, { names, comment }: Printing): string[] {
  const types = new Map(spec.objects.map(({ name, type }) => [name, type]));
  return spec.objects.flatMap((object) => {
    if (object.slots.size === 0) return [];
    const isTcb = object.type === 'tcb';
    const slotText = (slot: number): string => (isTcb ? tcbSlotName(slot) : undefined) ?? hex(slot);
    const entries = [...object.slots].sort(([left], [right]) => left - right);
    return [
      `${names.of(object.name)} {`,
      ...entries.map(([slot, capability]) => {
        const isFrame = types.get(capability.object) === 'frame';
        const text = capabilityText(capability, names, isFrame ? 'X' : 'G');
        return `${slotText(slot)}: ${text}${comment(capability.origin)}`;
      }),
      '}',
    ];
  });
}

function capabilityText(
  capability: CapdlCapability,
  names: PrintedNames,
  grantLetter: 'G' | 'X',
): string {
  const { object, rights, badge, guard, guardSize, cached, mapping, asid, core } = capability;
  const parameters: string[] = [];
  if (rights !== undefined) parameters.push(rightsText(rights, grantLetter));
  if (cached !== undefined) parameters.push(cached ? 'cached' : 'uncached');
  if (mapping !== undefined) parameters.push(`mapping: ${slotReference(mapping, names)}`);
  if (asid !== undefined) parameters.push(`asid: (${hex(asid.high)}, ${hex(asid.low)})`);
  if (badge !== undefined) parameters.push(`badge: ${badge}`);
  if (guard !== undefined) parameters.push(`guard: ${guard}`);
  if (guardSize !== undefined) parameters.push(`guard_size: ${guardSize}`);
  if (core !== undefined) parameters.push(`core: ${core}`);
  if (capability.isReply === true) parameters.push('reply');
  if (capability.isMasterReply === true) parameters.push('master_reply');
  const written = parameters.filter((text) => text !== '');
  const name = isControlName(object) ? object : names.of(object);
  return written.length === 0 ? name : `${name} (${written.join(', ')})`;
}

const slotReference = ({ object, slot }: SlotName, names: PrintedNames): string =>
  `(${names.of(object)}, ${slot})`;

/** A group for each run of derivations with one parent, so that their order stays. */
function derivationLines({ derivations }: CapdlSpec, names: PrintedNames): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const { parent, child } of derivations) {
    const head = slotReference(parent, names);
    if (head !== open) {
      if (open !== undefined) lines.push('}');
      lines.push(`${head} {`);
      open = head;
    }
    lines.push(slotReference(child, names));
  }
  if (open !== undefined) lines.push('}');
  return lines;
}

function domainLines({ schedule, start, indexShift }: CapdlDomains): string[] {
  const items = schedule.map(({ domain, duration }) => `(${domain}, ${duration})`).join(', ');
  return [
    ...(items === '' ? [] : [`schedule: [${items}]`]),
    `domain_set_start: ${start ?? 'no_start'}`,
    ...(indexShift === undefined ? [] : [`index_shift: ${indexShift}`]),
  ];
}
