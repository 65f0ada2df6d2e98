import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCamkes, fixed, messageOf, titlesOf } from '../../../support/camkes-fixture.js';

const library = `connector Call { from Procedure; to Procedure; }
connector Loose { from Procedure; to Procedure; attribute bool disable_interface_type_checking = true; }
connector Many { from Procedures; to Procedure; }
connector Signal { from Event; to Events; }
connector Mmio { from Dataport; to hardware Dataport; }
procedure P {}
procedure Q {}
component Client { maybe uses P p; maybe uses Q q; emits E e; maybe dataport D d; maybe dataport Buf(8) b; }
component Server { provides P p; maybe consumes E e; maybe consumes F f; maybe dataport D d; }
component Device { hardware; maybe dataport D d; }
`;
const assembly = (connections: string): string => `${library}assembly { composition {
  component Client a; component Client a2; component Server b; component Device dev;
  ${connections}
} }`;

describe('a CAmkES connection', () => {
  it('has ends on both sides', () => {
    checkCamkes(
      assembly(
        'connection Call «missing-end:c»(from a.p); connection Call «missing-end:d»(to b.p);',
      ),
    );
  });

  it('has as many ends as its connector permits', () => {
    checkCamkes(assembly('connection Call c(from a.p, «surplus-end:from a2.p», to b.p);'));
    checkCamkes(assembly('connection Many c(from a.p, from a2.p, to b.p);'));
  });

  it('is told once that all its ends are the wrong way round', () => {
    const checked = checkCamkes(assembly('connection Call c(«swapped-ends:to a.p», from b.p);'));
    assert.match(fixed(checked, 'Swap `from` and `to`'), /c\(from a\.p, to b\.p\)/);
    const inOrder = checkCamkes(assembly('connection Call c(«swapped-ends:from b.p», to a.p);'));
    assert.match(fixed(inOrder, 'Swap `from` and `to`'), /c\(from a\.p, to b\.p\)/);
    assert.equal(
      messageOf(checked, 'swapped-ends'),
      '`from` and `to` are the wrong way round in `c`: `p` of `Client` is used, so it is a `from` end.',
    );
  });

  it('takes at each side what can be there', () => {
    const checked = checkCamkes(
      assembly('connection Signal c(from a.e, «end-direction:to a2.e»);'),
    );
    assert.match(
      messageOf(checked, 'end-direction'),
      /cannot be a `to` end, which is an interface that is provided or consumed/,
    );
  });

  it('takes the kind of its connector, and says which connector would fit', () => {
    const checked = checkCamkes(
      assembly('connection Call c(«end-kind:from a.e», «end-kind:to b.e»);'),
    );
    assert.deepEqual([...new Set(titlesOf(checked))], ['Use connector `Signal`']);
    assert.match(fixed(checked, 'Use connector `Signal`'), /connection Signal c/);
  });

  it('takes hardware where its connector wants it, and nowhere else', () => {
    checkCamkes(assembly('connection Mmio c(from a.d, to dev.d);'));
    checkCamkes(assembly('connection Mmio c(from a.d, «end-hardware:to b.d»);'));
    checkCamkes(assembly('connection Mmio c(«end-hardware:from dev.d», «end-hardware:to b.d»);'));
  });

  it('joins ends of one type, unless its connector does not care', () => {
    const checked = checkCamkes(assembly('connection Call c(from a.q, «type-mismatch:to b.p»);'));
    assert.equal(
      messageOf(checked, 'type-mismatch'),
      '`to b.p`: its type is `P`, but that of `a.q` is `Q`; the ends of a connection have one type.',
    );
    checkCamkes(assembly('connection Loose c(from a.q, to b.p);'));
    checkCamkes(assembly('connection Signal c(from a.e, to b.e, «type-mismatch:to b.f»);'));
    checkCamkes(assembly('connection Mmio c(from a.b, «type-mismatch:to dev.d»);'));
  });

  it('is checked behind exports, and in compositions that nobody uses', () => {
    checkCamkes(`${library}component Outer {
  provides P p;
  composition {
    component Server s;
    export s.p -> p;
    component Client c;
    connection Call inner(from c.q, «type-mismatch:to s.p»);
  }
}`);
  });

  it('becomes one with those that share an end, which is checked as one', () => {
    const checked = checkCamkes(
      assembly(
        'connection Call c(from a.p, to b.p); connection Call d(«surplus-end:from a2.p», to b.p);',
      ),
    );
    assert.match(
      messageOf(checked, 'surplus-end'),
      /^`c` and `d` share an end, so they are one connection;/,
    );
    checkCamkes(
      assembly(
        'connection Many c(from a.p, to b.p); connection «mixed-connectors:Call» d(«surplus-end:from a2.p», to b.p);',
      ).replace('«surplus-end:from a2.p»', 'from a2.p'),
    );
  });

  it('does not use an interface twice', () => {
    checkCamkes(assembly('connection Many c(from a.p, «interface-used-twice:from a.p», to b.p);'));
    checkCamkes(
      `connector Memory { from Dataports; to Dataports; }
component C { dataport Buf d; }
assembly { composition {
  component C a; component C b; component C c;
  connection Memory x(from a.d, to b.d);
  connection Memory y(from b.d, «interface-used-twice:to c.d»);
} }`
        .replace('«interface-used-twice:to c.d»', 'to c.d')
        .replace('y(from b.d', 'y(«interface-used-twice:from b.d»'),
    );
  });
});
