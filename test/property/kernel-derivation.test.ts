/**
 * The derivation tree against a model that is a plain tree: random operations on capabilities, and after each
 * one the same answer, the same slots in the same order, the same parents, badges and rights.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  objectSizeBits,
  objectTypes,
  type ObjectTypeName,
} from '../../runtime/abi/object-types.js';
import type { LabelName } from '../../runtime/abi/labels.js';
import {
  cnodePointer,
  endpointBadge,
  notificationBadge,
  objectBase,
  irqHandlerNumber,
  readCapability,
  tag,
  tagOf,
  typeOf,
} from '../../runtime/kernel/capabilities/capability.js';
import { isParent, nextSlot } from '../../runtime/kernel/capabilities/derivation.js';
import { checkInvariants } from '../../runtime/kernel/invariants.js';
import { irqSlot } from '../../runtime/kernel/objects/irq.js';
import { DerivationModel, type Node, type NodeType } from '../support/kernel-derivation-model.js';
import { KernelFixture, fixtureBoard, fixtureImage, type Slot } from '../support/kernel-fixture.js';
import { Random } from '../support/random.js';
import { firstSeed } from '../support/first-seed.js';

const seed = firstSeed(7);

const nodeTypes: Readonly<Partial<Record<ObjectTypeName, NodeType>>> = {
  Untyped: 'untyped',
  TCB: 'thread',
  Endpoint: 'endpoint',
  Notification: 'notification',
  CNode: 'cnode',
  SchedContext: 'schedContext',
  Reply: 'reply',
  '4K_Page': 'frame',
  PageTable: 'pageTable',
};
const rightsOf: Readonly<Partial<Record<NodeType, number>>> = { endpoint: 0xf, notification: 3 };

const slotBytes = 16;
const firstSlot = 1200;
const slotCount = 48;

/** A slot as a CNode operation names it: a root, an index and a depth. */
interface Place {
  readonly root: Slot;
  readonly index: number;
  readonly depth: number;
  readonly slot: number;
  /** Address of the CNode. */
  readonly cnode: number;
}

class Comparison {
  readonly k: KernelFixture;
  readonly model: DerivationModel;
  private readonly random: Random;
  private readonly rootCNode: number;
  private readonly arena: number;
  private readonly control: number;
  readonly counts = { accepted: 0, refused: 0 };

  constructor(random: Random) {
    const k = new KernelFixture(fixtureBoard, fixtureImage, { settings: { rootCNodeRadix: 11 } });
    k.checks = false;
    k.make('Untyped', 'arena', 16);
    this.k = k;
    this.random = random;
    this.rootCNode = cnodePointer(k.capability('cnode').w0);
    this.model = new DerivationModel((irq) => irqSlot(k.state, irq));
    this.arena = this.address(k.slot('arena'));
    this.control = this.address(k.slot('irqControl'));
    const arena = objectBase(k.capability('arena')) ?? 0;
    const none = { badge: 0, rights: 0, isOriginal: true };
    this.model.addRoot(this.arena, { type: 'untyped', object: arena, sizeBits: 16, ...none });
    this.model.addRoot(this.control, { type: 'irqControl', object: 0, sizeBits: 0, ...none });
  }

  private address(slot: number): number {
    return this.rootCNode + slotBytes * slot;
  }

  /** The slot in the root CNode of a node, if it is there: what invocations can name. */
  private named(slot: number): number | undefined {
    const index = (slot - this.rootCNode) / slotBytes;
    return index >= 0 && index < 2048 ? index : undefined;
  }

  private place(): Place {
    const { random } = this;
    const inner = this.model
      .nodes()
      .filter(({ type, slot }) => type === 'cnode' && this.named(slot) !== undefined);
    if (inner.length > 0 && random.below(4) === 0) {
      const node = random.oneOf(inner);
      const depth = node.sizeBits - 4;
      const index = random.below(2 ** Math.min(depth, 3));
      const slot = node.object + slotBytes * index;
      return { root: this.named(node.slot) ?? 0, index, depth, slot, cnode: node.object };
    }
    const index = firstSlot + random.below(slotCount);
    return { root: 'cnode', index, depth: 32, slot: this.address(index), cnode: this.rootCNode };
  }

  /** A place that is filled, more often than not. */
  private filled(): Place {
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const place = this.place();
      if (this.model.at(place.slot) !== undefined) return place;
    }
    return this.place();
  }

  private nodeOf(type: NodeType): Node | undefined {
    const found = this.model
      .nodes()
      .filter((node) => node.type === type && this.named(node.slot) !== undefined);
    return found.length === 0 ? undefined : this.random.oneOf(found);
  }

  private invoke(
    object: Slot,
    label: LabelName,
    words: readonly number[],
    caps: Slot[] = [],
  ): boolean {
    return this.k.invoke(object, label, words, caps).error === 'NoError';
  }

  /** What was tried, and whether both agree that it was allowed. */
  step(): string {
    const { random, model } = this;
    const from = this.filled();
    const to = this.place();
    const kind = random.below(100);
    const both = (what: string, expected: boolean, actual: boolean): string => {
      this.counts[expected ? 'accepted' : 'refused'] += 1;
      assert.equal(actual, expected, what);
      return what;
    };
    if (kind < 45) {
      // A CNode in itself makes a zombie that nobody can reach; scripts test that, a tree cannot.
      const moved = model.at(from.slot);
      const isNested = to.cnode !== this.rootCNode && moved?.type === 'cnode';
      if (isNested && to.cnode >= moved.object) return 'nothing';
    }
    const words = [to.index, to.depth, from.index, from.depth];
    const what = `${String(to.index)}/${String(to.depth)} from ${String(from.index)}/${String(from.depth)}`;
    if (kind < 15) {
      const rights = random.oneOf([15, 15, 15, 3, 1, 9]);
      const expected = model.copy(from.slot, to.slot, rights);
      return both(
        `copy ${what}`,
        expected,
        this.invoke(to.root, 'CNodeCopy', [...words, rights], [from.root]),
      );
    }
    if (kind < 32) {
      const badge = random.below(4);
      const type = model.at(from.slot)?.type;
      const expected = model.copy(from.slot, to.slot, 15, badge);
      const data = type === 'cnode' ? 0 : badge;
      return both(
        `mint ${what}`,
        expected,
        this.invoke(to.root, 'CNodeMint', [...words, 15, data], [from.root]),
      );
    }
    if (kind < 40) {
      const isMutate = random.below(2) === 0;
      const label = isMutate ? 'CNodeMutate' : 'CNodeMove';
      const expected = model.move(from.slot, to.slot, { isMutate });
      return both(
        `${label} ${what}`,
        expected,
        this.invoke(to.root, label, [...words, 0], [from.root]),
      );
    }
    if (kind < 45) return this.rotate(from, random.below(2) === 0 ? from : to, both);
    if (kind < 57) {
      const expected = model.delete(from.slot);
      return both(
        `delete ${what}`,
        expected,
        this.invoke(from.root, 'CNodeDelete', [from.index, from.depth]),
      );
    }
    if (kind < 63) return this.revoke(from, both);
    if (kind < 90) return this.retype(both);
    return this.install(kind, to, both);
  }

  private rotate(from: Place, to: Place, both: Both): string {
    const pivot = this.filled();
    // Nothing may end up in a CNode of its own here either.
    const goesInside = [from, to, pivot].some(({ cnode }) => cnode !== this.rootCNode);
    if (goesInside) return 'nothing';
    const expected = this.model.rotate(to.slot, pivot.slot, from.slot);
    const words = [to.index, to.depth, 0, pivot.index, pivot.depth, 0, from.index, from.depth];
    const caps = [pivot.root, from.root];
    return both('rotate', expected, this.invoke(to.root, 'CNodeRotate', words, caps));
  }

  private revoke(from: Place, both: Both): string {
    const all = this.random.below(12) === 0;
    const at = all ? this.arena : from.slot;
    const expected = this.model.revoke(at);
    const words = all ? [this.k.slot('arena'), 32] : [from.index, from.depth];
    return both('revoke', expected, this.invoke(all ? 'cnode' : from.root, 'CNodeRevoke', words));
  }

  private retype(both: Both): string {
    const { random } = this;
    const untyped = this.nodeOf('untyped');
    const row = random.oneOf(objectTypes);
    const type = nodeTypes[row.name];
    if (untyped === undefined || type === undefined) return 'nothing';
    const userBits = random.oneOf(
      { Untyped: [6, 10, 13], CNode: [1, 3, 7], SchedContext: [7, 8] }[row.name as string] ?? [0],
    );
    const index = firstSlot + random.below(slotCount - 3);
    const count = random.oneOf([1, 1, 2, 3]);
    const slots = Array.from({ length: count }, (_, each) => this.address(index + each));
    const bits = objectSizeBits(row, userBits);
    const expected = this.model.retype(untyped.slot, type, bits, slots, rightsOf[type] ?? 0);
    const words = [row.type, userBits, 0, 0, index, count];
    const source = this.named(untyped.slot) ?? 0;
    return both(
      `retype ${row.name}`,
      expected,
      this.invoke(source, 'UntypedRetype', words, ['cnode']),
    );
  }

  private install(kind: number, to: Place, both: Both): string {
    const { model, random } = this;
    if (kind < 93) {
      const irq = 3 + random.below(3);
      const expected = model.getHandler(this.control, irq, to.slot);
      return both(
        'get handler',
        expected,
        this.invoke('irqControl', 'IRQIssueIRQHandler', [irq, to.index, to.depth], [to.root]),
      );
    }
    const holder = this.nodeOf(kind < 97 ? 'irqHandler' : 'thread');
    const source = this.nodeOf(kind < 97 ? 'notification' : 'endpoint');
    if (holder === undefined || source === undefined) return 'nothing';
    const expected =
      kind < 97
        ? model.setHandler(holder.slot, source.slot)
        : model.setTimeoutEndpoint(holder.slot, source.slot);
    const label = kind < 97 ? 'IRQSetIRQHandler' : 'TCBSetTimeoutEndpoint';
    return both(
      label,
      expected,
      this.invoke(this.named(holder.slot) ?? 0, label, [], [this.named(source.slot) ?? 0]),
    );
  }

  /** The kernel's list as a tree, one line a slot; and the model's. */
  compare(what: string): void {
    const actual = [this.arena, this.control].flatMap((root) => this.kernelTree(root));
    const expected = [this.arena, this.control].flatMap((root) => {
      const node = this.model.at(root);
      return node === undefined ? [] : modelTree(node);
    });
    assert.deepEqual(actual, expected, `after ${what}`);
  }

  private kernelTree(root: number): readonly string[] {
    const k = this.k.state;
    const lines = [this.line(root, 0)];
    const stack = [root];
    for (let at = nextSlot(k, root); at !== 0; at = nextSlot(k, at)) {
      while (stack.length > 0 && !isParent(k, stack.at(-1) ?? 0, at)) stack.pop();
      if (stack.length === 0) break;
      lines.push(this.line(at, stack.length));
      stack.push(at);
    }
    return lines;
  }

  private line(slot: number, depth: number): string {
    const capability = readCapability(this.k.state, slot);
    const { w0, w1 } = capability;
    const type = tagOf(w0);
    const object = type === tag.irqHandler ? irqHandlerNumber(w1) : (objectBase(capability) ?? 0);
    const isEndpoint = type === tag.endpoint;
    const badge = isEndpoint
      ? endpointBadge(w0)
      : type === tag.notification
        ? notificationBadge(w1)
        : 0;
    const rights = isEndpoint ? w1 & 0xf : type === tag.notification ? w1 & 3 : 0;
    return describeLine(depth, slot, typeOf(w0), object, badge, rights);
  }
}

type Both = (what: string, expected: boolean, actual: boolean) => string;

const describeLine = (
  depth: number,
  slot: number,
  type: string,
  object: number,
  badge: number,
  rights: number,
): string =>
  `${' '.repeat(depth)}${slot.toString(16)}: ${type} ${object.toString(16)} badge ${String(badge)} rights ${String(rights)}`;

const modelTree = (node: Node, depth = 0): readonly string[] => [
  describeLine(depth, node.slot, node.type, node.object, node.badge, node.rights),
  ...node.children.flatMap((child) => modelTree(child, depth + 1)),
];

describe('the derivation tree', () => {
  it('is the same as that of a plain model after each of 12,000 operations', () => {
    const comparison = new Comparison(new Random(seed));
    for (let step = 1; step <= 12_000; step += 1) {
      try {
        comparison.compare(comparison.step());
        if (step % 200 === 0) {
          assert.deepEqual(checkInvariants(comparison.k.memory, comparison.k.board), []);
        }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`seed ${String(seed)}, step ${String(step)}: ${message}`, { cause: error });
      }
    }
    const { accepted, refused } = comparison.counts;
    assert.ok(accepted > 3000 && refused > 1000, `${String(accepted)} and ${String(refused)}`);
  });
});
