/**
 * The derivation tree as the manual tells it (seL4 manual 2.4 and 3.1.2): plain nodes with parents and
 * children, no list, no bits in slots. A copy of an original is its child; a copy of a copy stands beside it;
 * a new badge, a retyped object, a copy of an untyped and an interrupt handler are originals themselves. What
 * loses its parent goes to the grandparent. Deleting the last capability to a CNode or TCB empties it; but one
 * that is found in there is not emptied in turn: its capability moves into its own first slot, where nobody
 * can reach it, and what was there is deleted instead (the footnote of 3.1.4).
 * The model decides, too, which operations are refused.
 */
export type NodeType =
  | 'untyped'
  | 'thread'
  | 'endpoint'
  | 'notification'
  | 'cnode'
  | 'schedContext'
  | 'reply'
  | 'frame'
  | 'pageTable'
  | 'irqControl'
  | 'irqHandler'
  | 'zombie';

export interface Node {
  /** Address of the slot. */
  slot: number;
  type: NodeType;
  /** Address of the object; the number of an interrupt. */
  readonly object: number;
  /** log2 of the bytes of the object. */
  readonly sizeBits: number;
  readonly badge: number;
  readonly rights: number;
  /** Whether copies are its children. */
  readonly isOriginal: boolean;
  /** Slots that the object consists of. */
  readonly inside: number;
  /** Of an untyped: bytes that count as used. */
  used: number;
  parent: Node | undefined;
  readonly children: Node[];
}

type What = Omit<Node, 'slot' | 'parent' | 'children' | 'used' | 'inside'> & {
  readonly used?: number;
};

const slotBytes = 16;
const threadSlots = 5;
const send = 1;
const grants = 4 | 8;

export class DerivationModel {
  readonly roots: Node[] = [];
  private readonly slots = new Map<number, Node>();
  /** Where the kernel keeps the notification of an interrupt. */
  private readonly irqSlot: (irq: number) => number;

  constructor(irqSlot: (irq: number) => number) {
    this.irqSlot = irqSlot;
  }

  at(slot: number): Node | undefined {
    return this.slots.get(slot);
  }

  nodes(): readonly Node[] {
    return [...this.slots.values()];
  }

  addRoot(slot: number, what: What): Node {
    const node = this.make(slot, what, undefined);
    this.roots.push(node);
    return node;
  }

  // ---- operations: each answers whether it is allowed --------------------------------------------

  copy(source: number, to: number, rights: number, badge?: number): boolean {
    const from = this.slots.get(source);
    if (from === undefined || this.slots.has(to)) return false;
    const isSignal = from.type === 'endpoint' || from.type === 'notification';
    // A badge is given once.
    if (isSignal && badge !== undefined && from.badge !== 0) return false;
    if (from.type === 'irqControl' || from.type === 'pageTable') return false;
    if (from.type === 'untyped' && from.children.length > 0) return false;
    const newBadge = isSignal ? (badge ?? from.badge) : 0;
    this.derive(from, to, {
      ...from,
      badge: newBadge,
      rights: from.rights & rights,
      isOriginal: from.type === 'untyped' || newBadge !== from.badge,
    });
    if (from.type === 'untyped') from.used = 2 ** from.sizeBits;
    return true;
  }

  move(source: number, to: number, { isMutate }: { readonly isMutate: boolean }): boolean {
    const from = this.slots.get(source);
    if (from === undefined || this.slots.has(to)) return false;
    if (isMutate && keepsBadge(from)) return false;
    this.place(from, to);
    return true;
  }

  rotate(to: number, pivot: number, source: number): boolean {
    const first = this.slots.get(source);
    const second = this.slots.get(pivot);
    if (pivot === source || pivot === to || first === undefined || second === undefined)
      return false;
    if (source !== to && this.slots.has(to)) return false;
    if (keepsBadge(first) || keepsBadge(second)) return false;
    this.slots.delete(source);
    this.slots.delete(pivot);
    first.slot = pivot;
    second.slot = to;
    this.slots.set(pivot, first);
    this.slots.set(to, second);
    return true;
  }

  delete(slot: number): boolean {
    const node = this.slots.get(slot);
    if (node !== undefined) this.remove(node);
    return true;
  }

  revoke(slot: number): boolean {
    const node = this.slots.get(slot);
    if (node === undefined) return true;
    // It may lie in a CNode that is derived from it, and go on the way.
    while (this.slots.get(node.slot) === node) {
      const [child] = node.children;
      if (child === undefined) break;
      this.remove(child);
    }
    return true;
  }

  retype(
    source: number,
    type: NodeType,
    sizeBits: number,
    to: readonly number[],
    rights: number,
  ): boolean {
    const from = this.slots.get(source);
    if (from?.type !== 'untyped' || to.some((slot) => this.slots.has(slot))) return false;
    const used = from.children.length === 0 ? 0 : from.used;
    const size = 2 ** sizeBits;
    if (Math.floor((2 ** from.sizeBits - used) / size) < to.length) return false;
    const first = Math.ceil((from.object + used) / size) * size;
    from.used = first + to.length * size - from.object;
    to.forEach((slot, index) => {
      const object = first + index * size;
      const what = { type, object, sizeBits, badge: 0, rights, isOriginal: true };
      from.children.unshift(this.make(slot, what, from));
    });
    return true;
  }

  getHandler(control: number, irq: number, to: number): boolean {
    const from = this.slots.get(control);
    const isTaken = this.nodes().some(
      ({ type, object }) => type === 'irqHandler' && object === irq,
    );
    if (from?.type !== 'irqControl' || isTaken || this.slots.has(to)) return false;
    const what = { object: irq, sizeBits: 0, badge: 0, rights: 0, isOriginal: true };
    this.derive(from, to, { type: 'irqHandler', ...what });
    return true;
  }

  setHandler(handler: number, notification: number): boolean {
    const node = this.slots.get(handler);
    const from = this.slots.get(notification);
    if (node?.type !== 'irqHandler') return false;
    if (from?.type !== 'notification' || (from.rights & send) === 0) return false;
    this.install(from, this.irqSlot(node.object));
    return true;
  }

  setTimeoutEndpoint(thread: number, handler: number): boolean {
    const node = this.slots.get(thread);
    const from = this.slots.get(handler);
    if (node?.type !== 'thread') return false;
    if (from?.type !== 'endpoint') return false;
    if ((from.rights & send) === 0 || (from.rights & grants) === 0) return false;
    this.install(from, node.object + 4 * slotBytes);
    return true;
  }

  // ---- the tree ----------------------------------------------------------------------------------

  private make(slot: number, what: What, parent: Node | undefined): Node {
    const { type, object, sizeBits, badge, rights, isOriginal, used = 0 } = what;
    const content = { type, object, sizeBits, badge, rights, isOriginal, used };
    const inside = slotsInside(type, sizeBits);
    const node: Node = { slot, ...content, inside, parent, children: [] };
    this.slots.set(slot, node);
    return node;
  }

  private derive(from: Node, to: number, what: What): void {
    if (from.isOriginal) {
      from.children.unshift(this.make(to, what, from));
      return;
    }
    const siblings = from.parent?.children ?? this.roots;
    siblings.splice(siblings.indexOf(from) + 1, 0, this.make(to, what, from.parent));
  }

  private install(from: Node, to: number): void {
    this.delete(to);
    if (this.slots.get(from.slot) === from) this.derive(from, to, { ...from, isOriginal: false });
  }

  private place(node: Node, to: number): void {
    this.slots.delete(node.slot);
    node.slot = to;
    this.slots.set(to, node);
  }

  private remove(node: Node): void {
    if (this.isLast(node)) this.emptyObject(node);
    this.forget(node);
  }

  private forget(node: Node): void {
    const siblings = node.parent?.children ?? this.roots;
    for (const child of node.children) child.parent = node.parent;
    siblings.splice(siblings.indexOf(node), 1, ...node.children);
    this.slots.delete(node.slot);
  }

  private isLast(node: Node): boolean {
    return !this.nodes().some(
      (other) => other !== node && other.type === node.type && other.object === node.object,
    );
  }

  private emptyObject(node: Node): void {
    if (node.type === 'irqHandler') this.delete(this.irqSlot(node.object));
    // A zombie lies in the first of its slots itself.
    const first = node.type === 'zombie' ? 1 : 0;
    for (let index = node.inside - 1; index >= first; index -= 1) {
      this.removeInside(node.object + slotBytes * index);
    }
  }

  private removeInside(slot: number): void {
    for (let node = this.slots.get(slot); node !== undefined; node = this.slots.get(slot)) {
      if (node.inside === 0 || !this.isLast(node)) {
        this.remove(node);
        return;
      }
      const instead = this.slots.get(node.object);
      this.slots.delete(slot);
      if (instead !== undefined) this.place(instead, slot);
      node.type = 'zombie';
      node.slot = node.object;
      this.slots.set(node.slot, node);
    }
  }
}

function slotsInside(type: NodeType, sizeBits: number): number {
  if (type === 'cnode') return 2 ** sizeBits / slotBytes;
  return type === 'thread' ? threadSlots : 0;
}

const keepsBadge = ({ type }: Node): boolean => type === 'endpoint' || type === 'notification';
