import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCapdl } from '../../../../runtime/toolchain/capdl/format.js';

const assertFormats = (text: string, formatted: string): void => {
  assert.equal(formatCapdl(text), formatted);
  assert.equal(formatCapdl(formatted), formatted);
};

describe('formatting capDL', () => {
  it('begins a line for every declaration and capability, and puts one space where one belongs', () => {
    assertFormats(
      `arch riscv objects{a=frame( 4 k ,fill:[{0  1 A "b"  2},{1 2 B c 3}])b [ 3 ]=ut(12 bits){x ,y}
u/v/e=ep d=io_device(domainID:0,0 : 31 . 2)t=tcb(init:[1,2])}caps{c{1:n=a(R W,asid:(1,2));2:<n>(masked:R)- child_of(c,1)b[1 .. 2, ..3 ]}t{cspace:c}}`,
      `arch riscv
objects {
  a = frame (4k, fill: [{0 1 A "b" 2}, {1 2 B c 3}])
  b[3] = ut (12 bits) { x, y }
  u/v/e = ep
  d = io_device (domainID: 0, 0:31.2)
  t = tcb (init: [1, 2])
}
caps {
  c {
    1: n = a (R W, asid: (1, 2));
    2: <n> (masked: R) - child_of (c, 1)
    b[1..2, ..3]
  }
  t { cspace: c }
}
`,
    );
  });

  it('keeps comments where they are, and one empty line', () => {
    assertFormats(
      `-- Dump
/* several
     lines */


arch riscv -- why



objects { -- here
-- before
a = ep /* in */ /* two */
   -- last
}
-- end`,
      `-- Dump
/* several
     lines */

arch riscv -- why

objects { -- here
  -- before
  a = ep /* in */ /* two */
  -- last
}
-- end
`,
    );
  });

  it('indents what goes on in the next line', () => {
    assertFormats(
      'arch riscv objects { t = tcb (\naddr: 1,\naffinity: 0\n)\nu = ut {\na,\nb } }',
      `arch riscv
objects {
  t = tcb (
    addr: 1,
    affinity: 0
  )
  u = ut {
    a,
    b }
}
`,
    );
  });

  it('leaves a text with a fault as it is', () => {
    assert.equal(formatCapdl('arch riscv objects { a = '), 'arch riscv objects { a = ');
    assert.equal(formatCapdl(''), '');
  });
});
