import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapabilityState } from '../../../runtime/image/capability-state.js';
import {
  analyseAuthority,
  componentNamed,
  viewAuthority,
  viewConfinement,
  type Confinement,
} from '../../../runtime/authority/authority.js';
import { capabilityGraph } from '../../support/capability-graph.js';

function ask(
  state: CapabilityState,
  from: string,
  to: string,
  options: { readonly relays?: boolean; readonly trusted?: readonly string[] } = {},
): Confinement {
  const index = (name: string): number => componentNamed(state, name) ?? -1;
  const authority = analyseAuthority(state, { trusted: (options.trusted ?? []).map(index) });
  return viewConfinement(authority, index(from), index(to), options);
}

/** `confined`, or the effect and the sentences of the path. */
function answer(state: CapabilityState, from: string, to: string, options = {}): string[] {
  const found = ask(state, from, to, options);
  return found.confined ? ['confined'] : [found.effect, ...found.path.map(({ why }) => why)];
}

describe('what a thread can do with the capabilities that it has', () => {
  it('is nothing when nothing is shared', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca vspace=va
      thread b: cspace=cb vspace=vb
      cnode ca: 1=ea 2=fa
      cnode cb: 1=eb
      endpoint ea
      endpoint eb
      frame fa
      table va: 0x1000=fa
      table vb`);
    assert.deepEqual(ask(state, 'a', 'b'), {
      from: 'a',
      to: 'b',
      confined: true,
      closedSet: ['ea, RWGP, in slot 1 of ca', 'fa, RWGP, in slot 2 of ca'],
      reaches: [],
    });
  });

  it('is to send where the other receives, and not the other way round', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      cnode ca: 1=ep:W
      cnode cb: 7=ep:R
      endpoint ep`);
    const found = ask(state, 'a', 'b');
    assert.ok(!found.confined);
    assert.deepEqual(found.path, [
      {
        who: 'a',
        capability: 'ep, -W--, in slot 1 of ca',
        why: 'a may send to ep, and b may receive from it (ep, R---, in slot 7 of cb).',
      },
    ]);
    assert.deepEqual(answer(state, 'b', 'a'), ['confined']);
  });

  it('is to answer a call, which needs a reply object and a caller that may wait for the answer', () => {
    const state = (rights: string, reply: string): CapabilityState =>
      capabilityGraph(`
        thread server: cspace=cs
        thread client: cspace=cc
        cnode cs: 1=ep:R ${reply}
        cnode cc: 1=ep:${rights}
        endpoint ep
        reply r`);
    assert.equal(answer(state('WP', '2=r:W'), 'server', 'client')[0], 'reply');
    assert.equal(answer(state('WG', '2=r:W'), 'server', 'client')[0], 'reply');
    assert.deepEqual(answer(state('W', '2=r:W'), 'server', 'client'), ['confined']);
    assert.deepEqual(answer(state('WP', ''), 'server', 'client'), ['confined']);
  });

  it('is to signal a notification that the other waits for, or that is bound to it', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      thread c: cspace=cc bound=n
      cnode ca: 1=n:W
      cnode cb: 1=n:R
      cnode cc
      notification n`);
    assert.equal(answer(state, 'a', 'b')[0], 'signal');
    assert.equal(answer(state, 'a', 'c')[0], 'signal');
    assert.deepEqual(answer(state, 'b', 'a'), ['confined']);
  });

  it('is to write memory that the other reads, by a capability or by a mapping', () => {
    const state = capabilityGraph(`
      thread writer: cspace=cw
      thread mapper: cspace=cm vspace=vm
      thread reader: cspace=cr vspace=vr
      cnode cw: 1=f:RW
      cnode cm
      cnode cr
      frame f
      table vm: 0x40000000=tm
      table tm: 0x40001000=f:RW
      table vr: 0x1000=f:R`);
    assert.equal(answer(state, 'writer', 'reader')[0], 'memory');
    assert.equal(answer(state, 'mapper', 'reader')[0], 'memory');
    assert.deepEqual(answer(state, 'reader', 'mapper'), ['confined']);
  });

  it('is to make another act, by its TCB, its page tables, or as the handler of its faults', () => {
    const state = capabilityGraph(`
      thread tcbHolder: cspace=c1
      thread tableHolder: cspace=c2
      thread handler: cspace=c3
      thread b: cspace=cb vspace=vb fault=faults
      cnode c1: 1=b
      cnode c2: 1=tb
      cnode c3: 1=faults:R 2=r:W
      cnode cb
      table vb: 0x0=tb
      table tb
      endpoint faults
      reply r`);
    for (const who of ['tcbHolder', 'tableHolder', 'handler']) {
      assert.equal(answer(state, who, 'b')[0], 'control', who);
    }
  });

  it('is to delete what the other uses, by untyped memory, if it can name the slot', () => {
    const state = (cnode: string): CapabilityState =>
      capabilityGraph(`
        thread a: cspace=ca
        thread b: cspace=cb
        cnode ca: 1=u ${cnode}
        cnode cb: 1=ep
        untyped u
        untyped inner < u
        endpoint ep < inner`);
    assert.deepEqual(answer(state('2=ca'), 'a', 'b'), [
      'destroy',
      'a can delete ep, which b uses.',
    ]);
    assert.deepEqual(answer(state(''), 'a', 'b'), ['confined']);
  });

  it('is to take processor time away, and to change an interrupt that both handle', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb sc=time
      thread c: cspace=cc
      cnode ca: 1=time 2=line
      cnode cb
      cnode cc: 9=line
      sc time
      irq line`);
    assert.equal(answer(state, 'a', 'b')[0], 'processor time');
    assert.equal(answer(state, 'a', 'c')[0], 'interrupt');
  });
});

describe('what a thread can come to use', () => {
  it('is what another grants over an endpoint, if it has a CNode to put it into', () => {
    const state = (store: string): CapabilityState =>
      capabilityGraph(`
        thread a: cspace=ca
        thread b: cspace=cb
        thread c: cspace=cc
        cnode ca: 1=ep:R ${store}
        cnode cb: 1=ep:WG 2=secret:W
        cnode cc: 1=secret:R
        cnode store
        endpoint ep
        endpoint secret`);
    assert.deepEqual(answer(state('2=store'), 'a', 'c'), [
      'message',
      'b may send capabilities to ep: it has the grant right.',
      'a may receive from ep, with capabilities.',
      'a may send to secret, and c may receive from it (secret, R---, in slot 1 of cc).',
    ]);
    assert.deepEqual(answer(state(''), 'a', 'c'), ['confined']);
  });

  it('is told by what is in its own CSpace first, though another of the same power has as much', () => {
    // They hand their CNodes to each other, and so all three can come to use the same.
    const state = capabilityGraph(`
      thread c: cspace=cc
      thread a: cspace=ca
      thread b: cspace=cb
      cnode cc: 1=cc 2=toA:WG 3=fromB:RG 4=e1:W 5=e2:W 6=e3:W 7=e4:W 8=e5:W 9=e1:R
      cnode ca: 1=ca 2=toA:R 3=toB:WG
      cnode cb: 1=cb 2=toB:R 3=fromB:WG 4=e1:R 5=e2:R 6=e3:R 7=e4:R 8=e5:R
      endpoint e1
      endpoint e2
      endpoint e3
      endpoint e4
      endpoint e5
      endpoint toA
      endpoint toB
      endpoint fromB`);
    assert.deepEqual(answer(state, 'a', 'b'), [
      'message',
      'a may send to toB, and b may receive from it (toB, R---, in slot 2 of cb).',
    ]);
    assert.deepEqual(answer(state, 'c', 'b'), [
      'message',
      'c may send to e1, and b may receive from it (e1, R---, in slot 4 of cb).',
    ]);
  });

  it('is told from the beginning: a CNode that has a capability to itself must first be got at', () => {
    const state = capabilityGraph(`
      thread b: cspace=cb
      thread a: cspace=ca
      thread c: cspace=cc
      cnode cb: 1=cb 2=ep:WG 3=secret:W
      cnode ca: 1=ca 2=ep:R
      cnode cc: 1=secret:R
      endpoint ep
      endpoint secret`);
    // The shortest way is to take what is in cb by cb itself, which a does not have.
    assert.deepEqual(answer(state, 'a', 'c'), [
      'message',
      'b may send capabilities to ep: it has the grant right.',
      'a may receive from ep, with capabilities.',
      'a may send to secret, and c may receive from it (secret, R---, in slot 1 of cc).',
    ]);
  });

  it('is not what arrives without the grant right', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      thread c: cspace=cc
      cnode ca: 1=ep:R 2=ca
      cnode cb: 1=ep:W 2=secret:W
      cnode cc: 1=secret:R
      endpoint ep
      endpoint secret`);
    assert.deepEqual(answer(state, 'a', 'c'), ['confined']);
  });

  it('is what a server grants with its answer, by a reply object with the grant right', () => {
    const state = (reply: string): CapabilityState =>
      capabilityGraph(`
        thread client: cspace=ca
        thread server: cspace=cb
        thread c: cspace=cc
        cnode ca: 1=ep:WP 2=ca
        cnode cb: 1=ep:R 2=r:${reply} 3=secret:W
        cnode cc: 1=secret:R
        endpoint ep
        reply r
        endpoint secret`);
    assert.equal(answer(state('WG'), 'client', 'c')[0], 'message');
    assert.deepEqual(answer(state('W'), 'client', 'c'), ['confined']);
  });

  it('is decided without MCS by the grant right of the receiver, who needs no reply object', () => {
    const state = (rights: string): CapabilityState =>
      capabilityGraph(
        `
        thread client: cspace=ca
        thread server: cspace=cb
        thread c: cspace=cc
        cnode ca: 1=ep:WP 2=ca
        cnode cb: 1=ep:${rights} 3=secret:W
        cnode cc: 1=secret:R
        endpoint ep
        endpoint secret`,
        { hasReplyObjects: false },
      );
    assert.equal(answer(state('RG'), 'client', 'c')[0], 'message');
    assert.deepEqual(answer(state('R'), 'client', 'c'), ['confined']);
    assert.equal(answer(state('R'), 'server', 'client')[0], 'reply');
  });

  it('is what is in a CNode that it has a capability to, and what it puts there is for its users', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      thread c: cspace=cc
      thread d: cspace=cd
      cnode ca: 1=shared 2=toD:W
      cnode cb: 1=shared
      cnode cc: 1=fromB:R
      cnode cd: 1=toD:R
      cnode shared: 1=fromB:W
      endpoint fromB
      endpoint toD`);
    assert.equal(answer(state, 'a', 'c')[0], 'message');
    assert.deepEqual(answer(state, 'b', 'd'), [
      'message',
      'a can put capabilities into shared.',
      'b can take what is in shared.',
      'b may send to toD, and d may receive from it (toD, R---, in slot 1 of cd).',
    ]);
  });

  it('is what a thread that it controls can use', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      thread c: cspace=cc
      cnode ca: 1=b
      cnode cb: 1=ep:W
      cnode cc: 1=ep:R
      endpoint ep`);
    assert.deepEqual(answer(state, 'a', 'c'), [
      'message',
      'a can make b act, with all that b can use.',
      'a may send to ep, and c may receive from it (ep, R---, in slot 1 of cc).',
    ]);
    assert.deepEqual(answer(state, 'b', 'a'), ['confined']);
  });

  it('is what threads of its address space can use', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca vspace=v
      thread b: cspace=cb vspace=v
      thread c: cspace=cc
      cnode ca
      cnode cb: 1=ep:W
      cnode cc: 1=ep:R
      table v
      endpoint ep`);
    assert.equal(answer(state, 'a', 'c')[0], 'message');
    assert.equal(answer(state, 'a', 'b')[0], 'control');
  });

  it('is what the thread has whose faults it answers', () => {
    const state = capabilityGraph(`
      thread handler: cspace=ch
      thread b: cspace=cb fault=faults
      thread c: cspace=cc
      cnode ch: 1=faults:R 2=r:W
      cnode cb: 1=ep:W
      cnode cc: 1=ep:R
      endpoint faults
      endpoint ep
      reply r`);
    assert.equal(answer(state, 'handler', 'c')[0], 'message');
    assert.deepEqual(answer(state, 'b', 'handler'), ['confined']);
  });

  it('grows by a CNode that it hands to another: a grant then goes both ways', () => {
    const state = capabilityGraph(`
      thread a: cspace=ca
      thread b: cspace=cb
      thread c: cspace=cc
      cnode ca: 1=ep:WG 2=store
      cnode cb: 1=ep:R 2=store2 3=secret:W
      cnode cc: 1=secret:R
      cnode store
      cnode store2
      endpoint ep
      endpoint secret`);
    assert.deepEqual(answer(state, 'a', 'c'), [
      'message',
      'a may send capabilities to ep: it has the grant right.',
      'b may receive from ep, with capabilities.',
      'b can put capabilities into store.',
      'a can take what is in store.',
      'a may send to secret, and c may receive from it (secret, R---, in slot 1 of cc).',
    ]);
  });
});

describe('a question about confinement', () => {
  const chain = capabilityGraph(`
    thread a: cspace=ca
    thread m: cspace=cm
    thread b: cspace=cb
    cnode ca: 1=toM:W
    cnode cm: 1=toM:R 2=toB:W
    cnode cb: 1=toB:R
    endpoint toM
    endpoint toB`);

  it('counts a thread in the middle that passes on data only when asked to', () => {
    assert.deepEqual(answer(chain, 'a', 'b'), ['confined']);
    const found = ask(chain, 'a', 'b');
    assert.ok(found.confined);
    assert.deepEqual(found.reaches, ['m']);
    assert.deepEqual(answer(chain, 'a', 'b', { relays: true }), [
      'message',
      'a may send to toM, and m may receive from it (toM, R---, in slot 1 of cm).',
      'm may send to toB, and b may receive from it (toB, R---, in slot 1 of cb).',
    ]);
    assert.deepEqual(answer(chain, 'b', 'a', { relays: true }), ['confined']);
  });

  it('may take a thread to hand on nothing; what others take from it still counts', () => {
    const state = (spy: string): CapabilityState =>
      capabilityGraph(`
        thread root: cspace=cr
        thread a: cspace=ca
        thread spy: cspace=cs
        thread b: cspace=cb
        cnode cr: 1=ca 2=ep:W
        cnode ca
        cnode cs: ${spy}
        cnode cb: 1=ep:R
        endpoint ep`);
    const trusted = ['root'];
    assert.equal(answer(state(''), 'a', 'b')[0], 'message');
    assert.deepEqual(answer(state(''), 'a', 'b', { trusted }), ['confined']);
    assert.equal(answer(state('1=root'), 'spy', 'b', { trusted })[0], 'message');
  });

  it('finds a component by the name of one of its threads', () => {
    const state = { ...chain, components: [{ name: 'both', threads: [0, 1] }] };
    assert.equal(componentNamed(state, 'm'), 0);
    assert.equal(componentNamed(state, 'both'), 0);
    assert.equal(componentNamed(state, 'nobody'), undefined);
  });

  it('is answered for all components at once', () => {
    assert.deepEqual(viewAuthority(analyseAuthority(chain)), [
      {
        name: 'a',
        capabilities: 1,
        reachableCapabilities: 1,
        reaches: [{ component: 'm', effects: ['message'] }],
      },
      {
        name: 'm',
        capabilities: 2,
        reachableCapabilities: 2,
        reaches: [{ component: 'b', effects: ['message'] }],
      },
      { name: 'b', capabilities: 1, reachableCapabilities: 1, reaches: [] },
    ]);
  });
});
