/**
 * The tree of one `.cdl` file. It is a list of blocks: the line `arch`, the head and the end of each
 * section, and each declaration between them. Surprising choice: offsets in a node count from the start of
 * its block, so that a block stays as it is while the text before it changes; whoever needs a place
 * adds `start` of the `PlacedBlock`. languages.md 2(b).
 */
import type { Span } from '../text/source-text.js';
import type { Problem } from './problem.js';

export interface CapdlTree {
  /** The first line is `-- Dump`: the output of a kernel debugger, where names carry addresses. */
  readonly isDump: boolean;
  readonly blocks: readonly PlacedBlock[];
}

export interface PlacedBlock {
  /**
   * Where the block begins in the text: the end of the last token of the block before it. It moves when the
   * text before it is edited, so that what is known of the block stays true; a tree is that of the last text.
   */
  start: number;
  readonly block: Block;
}

/** `top` is outside of every section. */
export type Context = 'top' | SectionKind;

export type SectionKind = 'objects' | 'caps' | 'irqMaps' | 'cdt' | 'domains';

export interface Block {
  /** Up to the end of its last token; space and comments before its first token belong to it. */
  readonly length: number;
  /** How far the text was looked at: what comes behind that cannot change the block. */
  readonly reach: number;
  readonly before: Context;
  readonly after: Context;
  readonly node: BlockNode;
  readonly problems: readonly Problem[];
}

export type BlockNode =
  | ArchitectureNode
  | SectionStartNode
  | SectionEndNode
  | ObjectNode
  | ContainerNode
  | CapabilityNameNode
  | InterruptNode
  | DerivationNode
  | DomainItemNode
  | SkippedNode;

export interface ArchitectureNode extends Span {
  readonly kind: 'architecture';
  readonly word: WordNode | undefined;
}

export interface SectionStartNode extends Span {
  readonly kind: 'sectionStart';
  readonly section: SectionKind;
  /** False where the parser took the section to begin although the text does not say so. */
  readonly isWritten: boolean;
}

export interface SectionEndNode extends Span {
  readonly kind: 'sectionEnd';
}

/** What could not be read, or space and comments at the end. */
export interface SkippedNode extends Span {
  readonly kind: 'skipped';
}

/** `ut_a/ut_b/name[4] = kind (parameters) { members }` */
export interface ObjectNode extends Span {
  readonly kind: 'object';
  /** The untypeds around it, written with `/`; each is covered by the one before it. */
  readonly untypeds: readonly NameNode[];
  readonly name: NameNode;
  readonly type: WordNode | undefined;
  readonly parameters: readonly ParameterNode[];
  /** With the parentheses. */
  readonly parameterList: Span | undefined;
  readonly members: readonly (ObjectNode | MemberNode)[] | undefined;
  /** With the braces. */
  readonly body: Span | undefined;
}

/** An object that is declared elsewhere, in the braces of an untyped. */
export interface MemberNode extends Span {
  readonly kind: 'member';
  readonly name: NameNode;
}

/** `name`, `name[]`, `name[2, 4..7, 9..]`; the span includes the brackets. */
export interface NameNode extends Span {
  readonly name: string;
  /** Undefined without brackets. `[]` is one item of kind `all`. */
  readonly indices: readonly IndexNode[] | undefined;
}

/** `first` and `last` are as written: `7..4` counts down. */
export interface IndexNode extends Span {
  readonly kind: 'only' | 'fromTo' | 'from' | 'to' | 'all';
  readonly first: number;
  readonly last: number;
}

export interface WordNode extends Span {
  readonly kind: 'word';
  readonly text: string;
}

export interface NumberNode extends Span {
  readonly kind: 'number';
  /** A bigint only above 2^53. */
  readonly value: number | bigint;
}

/** A parameter of an object or a capability. */
export interface ParameterNode extends Span {
  /**
   * The word before the colon, or alone. Where no word is written: `bits`, `size` (`4k`), `pci`
   * (`0:1.2`), `rights`.
   */
  readonly word: string;
  readonly wordSpan: Span;
  readonly value: ValueNode | undefined;
}

export type ValueNode =
  NumberNode | WordNode | NumberListNode | PairNode | FillListNode | SlotReferenceNode;

export interface NumberListNode extends Span {
  readonly kind: 'numbers';
  readonly items: readonly NumberNode[];
}

/** `[0x60..0x64]` of `ports`, `(high, low)` of `asid`, or the number and unit of `4k`. */
export interface PairNode extends Span {
  readonly kind: 'pair';
  readonly first: NumberNode;
  readonly second: NumberNode | WordNode;
}

export interface FillListNode extends Span {
  readonly kind: 'fills';
  readonly items: readonly FillNode[];
}

/** `{0 4096 CDL_FrameFill_FileData "file" 8192}`: words between spaces, whatever they are made of. */
export interface FillNode extends Span {
  readonly kind: 'fill';
  readonly words: readonly WordNode[];
}

/** `container { … }` in `caps`. */
export interface ContainerNode extends Span {
  readonly kind: 'container';
  /** Undefined for entries that stand outside of every container. */
  readonly object: NameNode | undefined;
  readonly capabilities: readonly CapabilityNode[];
  /** With the braces. */
  readonly body: Span;
}

/** `slot: name = object (parameters) - child_of parent`, or `<name>` in place of the object for a copy. */
export interface CapabilityNode extends Span {
  readonly kind: 'capability';
  readonly slot: SlotNode | undefined;
  readonly name: NameNode | undefined;
  readonly isCopy: boolean;
  readonly target: NameNode;
  readonly parameters: readonly ParameterNode[];
  readonly parent: SlotReferenceNode | undefined;
}

export interface SlotNode extends Span {
  readonly kind: 'slot';
  /** A TCB's slots have names; what is no number and no such name has the value -1. */
  readonly word: string | undefined;
  readonly value: number;
}

/** `(object, slot)`, or the name of a capability. */
export interface SlotReferenceNode extends Span {
  readonly kind: 'slotReference';
  readonly object: NameNode;
  /** Undefined when `object` is the name of a capability. */
  readonly slot: SlotNode | undefined;
}

/** `name = (object, slot)` in `caps`. */
export interface CapabilityNameNode extends Span {
  readonly kind: 'capabilityName';
  readonly name: NameNode;
  readonly target: SlotReferenceNode | undefined;
}

export interface InterruptNode extends Span {
  readonly kind: 'interrupt';
  readonly slot: SlotNode | undefined;
  readonly object: NameNode;
}

export interface DerivationNode extends Span {
  readonly kind: 'derivation';
  readonly parent: SlotReferenceNode;
  readonly children: readonly (SlotReferenceNode | DerivationNode)[];
  readonly body: Span | undefined;
}

export interface DomainItemNode extends Span {
  readonly kind: 'domainItem';
  readonly word: WordNode;
  /** Of `schedule`. */
  readonly schedule: readonly PairNode[] | undefined;
  /** Of the others; the word is `no_start`. */
  readonly value: NumberNode | WordNode | undefined;
}
