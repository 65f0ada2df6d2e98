/**
 * A capability state in a few lines. `cnode a { ep: RW--/7 in 0x1, other }` is too much for tests: here a
 * thread is `a: cspace=ca vspace=va fault=ep`, and everything else `type name: slot=object:RIGHTS …`.
 */
import {
  threadSlots,
  type CapabilityState,
  type StateCapability,
  type StateObjectType,
} from '../../runtime/image/capability-state.js';

const types: Readonly<Record<string, StateObjectType>> = {
  thread: 'thread',
  cnode: 'cnode',
  endpoint: 'endpoint',
  notification: 'notification',
  reply: 'reply',
  table: 'pageTable',
  frame: 'frame',
  untyped: 'untyped',
  sc: 'schedContext',
  irq: 'irqHandler',
  pool: 'asidPool',
};

const slotNames: Readonly<Record<string, string>> = {
  cspace: threadSlots.cspace,
  vspace: threadSlots.vspace,
  fault: threadSlots.faultHandler,
  bound: threadSlots.boundNotification,
  sc: threadSlots.schedContext,
};

/** One object a line: `thread a: cspace=ca`, `cnode ca: 1=ep:RW-- 2=cb`, `frame f < untyped`. */
export function capabilityGraph(
  text: string,
  { hasReplyObjects = true }: { readonly hasReplyObjects?: boolean } = {},
): CapabilityState {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => {
      const match = /^\s*(\w+) (\w+)(?: < (\w+))?(?::\s*(.*))?$/.exec(line);
      const type = types[match?.[1] ?? ''];
      if (match === null || type === undefined) throw new Error(`What is ${line}?`);
      return { type, name: match[2] ?? '', parent: match[3], slots: match[4] ?? '' };
    });
  const indexOf = (name: string): number => {
    const index = lines.findIndex((line) => line.name === name);
    if (index < 0) throw new Error(`There is no ${name}.`);
    return index;
  };
  const slot = (word: string): StateCapability => {
    const [where = '', what = ''] = word.split('=');
    const [name = '', rights = 'RWGP'] = what.split(':');
    return {
      slot: slotNames[where] ?? where,
      object: indexOf(name),
      rights: {
        read: rights.includes('R'),
        write: rights.includes('W'),
        grant: rights.includes('G'),
        grantReply: rights.includes('P'),
      },
    };
  };
  return {
    hasReplyObjects,
    components: lines.flatMap(({ type, name }, index) =>
      type === 'thread' ? [{ name, threads: [index] }] : [],
    ),
    objects: lines.map(({ type, name, parent, slots }) => ({
      name,
      type,
      slots: slots.split(' ').filter(Boolean).map(slot),
      ...(parent === undefined ? {} : { madeFrom: indexOf(parent) }),
    })),
  };
}
