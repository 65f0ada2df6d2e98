/** Completion in capDL: kinds and their parameters, objects that a slot can hold, slots of threads, rights. */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { capabilityParameter } from '../../runtime/toolchain/capdl/capability-parameters.js';
import {
  architectures,
  objectKind,
  objectKinds,
  vspaceRoots,
} from '../../runtime/toolchain/capdl/object-kinds.js';
import { objectParameter } from '../../runtime/toolchain/capdl/object-parameters.js';
import {
  controlNames,
  type CapdlArchitecture,
  type CapdlObjectType,
} from '../../runtime/toolchain/capdl/spec.js';
import { tcbSlotNames, tcbSlotSentences } from '../../runtime/toolchain/capdl/tcb-slots.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import { contextAt, type CdlContext } from './completion-context.js';
import {
  architectureOf,
  declaredObject,
  declaredObjects,
  type DeclaredObject,
} from './declared-objects.js';
import { offsetOf, type Specification } from './specifications.js';

export function completionsAt(specification: Specification, position: Position): CompletionItem[] {
  const offset = offsetOf(specification, position);
  const context = offset === undefined ? undefined : contextAt(specification, offset);
  if (context === undefined) return [];
  switch (context.section) {
    case 'top':
      return topItems(context);
    case 'objects':
      return objectItems(specification, context);
    case 'caps':
      return capabilityItems(specification, context);
    case 'irqMaps':
      return objectNames(specification, ({ kind }) =>
        isHeldType(kind?.type, ['irq', 'ioapic_irq', 'msi_irq', 'arm_irq']),
      );
    case 'cdt':
      return objectNames(specification, ({ kind }) => kind?.holds('riscv') !== undefined);
    case 'domains':
      return words(['schedule', 'domain_set_start', 'index_shift', 'no_start']);
  }
}

function topItems({ tokens }: CdlContext): CompletionItem[] {
  if (tokens.at(-1) === 'arch') return words(architectures);
  if (tokens.at(-1) === 'irq') return words(['maps']);
  return tokens.length > 0 ? [] : words(['arch', 'objects', 'caps', 'irq maps', 'cdt', 'domains']);
}

function objectItems(specification: Specification, context: CdlContext): CompletionItem[] {
  const { entry, open, tokens } = context;
  const equals = tokens.lastIndexOf('=');
  if (open.at(-1) === '(' || open.includes('[')) {
    const kind = objectKind(tokens[equals + 1] ?? '');
    return kind === undefined ? [] : parameterItems(kind.parameters, context);
  }
  if (entry.at(-1) === '=') return kindItems(architectureOf(specification));
  // In the braces of an untyped stand objects that it covers.
  if (open.at(-1) === '{' && entry.length === 0)
    return objectNames(specification, ({ name }) => name !== tokens[0]);
  return [];
}

function kindItems(architecture: CapdlArchitecture | undefined): CompletionItem[] {
  return objectKinds
    .filter((kind) => architecture === undefined || kind.architectures.includes(architecture))
    .map(({ type, sentence }) => ({
      label: type,
      kind: CompletionItemKind.Class,
      documentation: sentence,
    }));
}

function parameterItems(names: readonly string[], { entry, tokens }: CdlContext): CompletionItem[] {
  const value = entry.at(-1) === ':' ? objectParameter(entry.at(-2) ?? '')?.value : undefined;
  if (value === 'boolean') return words(['True', 'False']);
  if (value === 'trigger') return words(['level', 'edge']);
  if (/^\d/.test(entry.at(-1) ?? '')) return names.includes('bits') ? words(['bits']) : [];
  if (entry.length > 0) return [];
  const written = new Set(tokens);
  return names
    .filter((name) => name !== 'bits' && name !== 'size' && !written.has(name))
    .map((name) => ({
      label: name,
      kind: CompletionItemKind.Property,
      insertText: `${name}: `,
      ...documented(objectParameter(name)?.sentence),
    }));
}

function capabilityItems(specification: Specification, context: CdlContext): CompletionItem[] {
  const { entry, open, tokens } = context;
  const architecture = architectureOf(specification) ?? 'riscv';
  if (open.length === 0)
    return tokens.length > 0
      ? []
      : objectNames(specification, ({ kind }) => kind?.holds(architecture) !== undefined);
  const isMapping = tokens.at(-1) === '(' && tokens.at(-3) === 'mapping';
  if (isMapping) return objectNames(specification, isTable);
  if (open.at(-1) === '(') return capabilityParameterItems(specification, context);
  if (open.at(-1) !== '{') return [];
  const type = declaredObject(specification, tokens[0] ?? '')?.kind?.type;
  const [slot = '', colon] = entry;
  const isTarget = entry.length === 0 || entry.at(-1) === ':' || entry.at(-1) === '=';
  if (!isTarget) return [];
  if (type === 'tcb' && entry.length === 0) return slotItems(context.taken);
  const wanted =
    type === 'tcb' && colon === ':'
      ? threadSlotTypes(slot, architecture)
      : heldTypes(type, architecture);
  return [
    ...objectNames(specification, ({ kind }) => isHeldType(kind?.type, wanted)),
    ...(type === 'cnode' ? words(controlNames) : []),
  ];
}

/** Slots that are free. */
function slotItems(taken: ReadonlySet<string>): CompletionItem[] {
  return tcbSlotNames
    .filter((name) => !taken.has(name))
    .map((name) => ({
      label: name,
      kind: CompletionItemKind.Field,
      insertText: `${name}: `,
      documentation: tcbSlotSentences[name],
    }));
}

function capabilityParameterItems(
  specification: Specification,
  { entry, tokens }: CdlContext,
): CompletionItem[] {
  if (entry.length > 0) return [];
  const name = tokens[tokens.lastIndexOf('(') - 1] ?? '';
  const kind = declaredObject(specification, name)?.kind;
  return (kind?.capability ?? []).flatMap((word): CompletionItem[] => {
    const doc = documented(capabilityParameter(word)?.sentence);
    if (word === 'rights')
      return (
        kind?.type === 'frame' ? ['R', 'RW', 'RX', 'RWX'] : ['R', 'W', 'RW', 'WP', 'RWGP']
      ).map((label) => ({ label, kind: CompletionItemKind.EnumMember, ...doc }));
    const hasValue = capabilityParameter(word)?.value !== 'none';
    const insertText = hasValue ? `${word}: ` : word;
    return [{ label: word, kind: CompletionItemKind.Property, insertText, ...doc }];
  });
}

function heldTypes(
  container: CapdlObjectType | undefined,
  architecture: CapdlArchitecture,
): readonly CapdlObjectType[] | undefined {
  const held = objectKind(container ?? '')?.holds(architecture);
  return held === 'any' ? undefined : held;
}

function threadSlotTypes(
  slot: string,
  architecture: CapdlArchitecture,
): readonly CapdlObjectType[] | undefined {
  switch (slot) {
    case 'cspace':
      return ['cnode'];
    case 'vspace':
      return vspaceRoots[architecture];
    case 'reply_slot':
    case 'caller_slot':
      return ['tcb'];
    case 'ipc_buffer_slot':
      return ['frame'];
    case 'fault_ep_slot':
    case 'temp_fault_ep_slot':
      return ['ep'];
    case 'sc_slot':
      return ['sc'];
    case 'bound_notification':
      return ['notification'];
    case 'bound_vcpu':
      return ['vcpu'];
    default:
      return undefined;
  }
}

const isHeldType = (
  type: CapdlObjectType | undefined,
  wanted: readonly CapdlObjectType[] | undefined,
): boolean => wanted === undefined || (type !== undefined && wanted.includes(type));

const isTable = ({ kind }: DeclaredObject): boolean =>
  isHeldType(kind?.type, ['pt', 'pd', 'pud', 'pgd', 'pdpt', 'pml4']);

function objectNames(
  specification: Specification,
  isWanted: (object: DeclaredObject) => boolean,
): CompletionItem[] {
  const items: CompletionItem[] = [];
  for (const object of declaredObjects(specification))
    if (isWanted(object))
      items.push({
        label: object.name,
        kind: CompletionItemKind.Variable,
        detail: object.kind?.type ?? '',
      });
  return items;
}

const words = (labels: readonly string[]): CompletionItem[] =>
  labels.map((label) => ({ label, kind: CompletionItemKind.Keyword }));

const documented = (sentence: string | undefined): { documentation?: string } =>
  sentence === undefined ? {} : { documentation: sentence };
