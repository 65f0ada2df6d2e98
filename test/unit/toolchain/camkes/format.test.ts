import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatCamkes } from '../../../../runtime/toolchain/camkes/format.js';

function formats(text: string, expected: string): void {
  assert.equal(formatCamkes(text), expected);
  assert.equal(formatCamkes(expected), expected);
}

describe('formatting CAmkES', () => {
  it('puts one statement on a line, four spaces an indent', () => {
    formats(
      'component   A{control;uses P   p;composition{component B b;}}',
      'component A {\n    control;\n    uses P p;\n    composition {\n        component B b;\n    }\n}\n',
    );
  });

  it('keeps comments where they are, and at most one empty line', () => {
    formats(
      '// one\n\n\n\nimport   <a.camkes>; // two\n/* three\n   * four\n */\ncomponent A {\n\n  // five\n}\n',
      '// one\n\nimport <a.camkes>; // two\n/* three\n * four\n */\ncomponent A {\n    // five\n}\n',
    );
  });

  it('keeps directives and the bodies of macros as they are, at the start of a line', () => {
    formats(
      '#define M(a) \\\n      uses  a   b; /* in\n the macro */ \\\n   control;\ncomponent A {\n   #ifdef X\nM(P)\ncontrol;\n#endif\n}',
      '#define M(a) \\\n      uses  a   b; /* in\n the macro */ \\\n   control;\ncomponent A {\n#ifdef X\n    M(P)\n    control;\n#endif\n}\n',
    );
  });

  it('puts spaces around operators, but none behind a sign', () => {
    formats(
      'configuration{a.b=-1+(2*~3)<<4?[1,-2]:{"a":1?2:3};c.d<-e.f;}',
      'configuration {\n    a.b = -1 + (2 * ~3) << 4 ? [1, -2] : {"a": 1 ? 2 : 3};\n    c.d <- e.f;\n}\n',
    );
  });

  it('puts a connection on one line, or each end on its own where it is wider than 100 columns', () => {
    const instance = 'a_rather_long_name_of_an_instance';
    formats(
      `composition { connection C c(\nfrom a.b,\n  to c.d\n);\nconnection C d(from ${instance}.first, to ${instance}.second); }`,
      `composition {\n    connection C c(from a.b, to c.d);\n    connection C d(\n        from ${instance}.first,\n        to ${instance}.second);\n}\n`,
    );
  });

  it('keeps the lines of lists and dictionaries', () => {
    formats(
      'configuration { a.b = [\n1, // one\n2,\n{"c":[],\n"d":3}];\ne.f=dtb({\n"path":"/soc"\n})["reg"]; }',
      'configuration {\n    a.b = [\n        1, // one\n        2,\n        {"c": [],\n            "d": 3}];\n    e.f = dtb({\n        "path": "/soc"\n    })["reg"];\n}\n',
    );
  });

  it('leaves what stands in no statement on its line', () => {
    formats(
      'component A { VM_INIT_DEF()\n HARDWARE\n control; }\nprocedure P { int x = 4\n int y void f(); };',
      'component A {\n    VM_INIT_DEF()\n    HARDWARE\n    control;\n}\nprocedure P {\n    int x = 4\n    int y void f();\n};\n',
    );
  });

  it('names what is written out in place behind its brace', () => {
    formats(
      'component A { attribute {int a;} s[]; composition { component {control;} b; } }',
      'component A {\n    attribute {\n        int a;\n    } s[];\n    composition {\n        component {\n            control;\n        } b;\n    }\n}\n',
    );
  });

  it('runs no two tokens together', () => {
    formats(
      'configuration { a . b = 1 . 5 + 2 / / 3; }',
      'configuration {\n    a.b = 1 .5 + 2 / / 3;\n}\n',
    );
  });

  it('goes on behind brackets that are not closed', () => {
    formats(
      'composition { connection C c(from a.b; component A a; } component B {control;}',
      'composition {\n    connection C c(from a.b;\n    component A a;\n}\ncomponent B {\n    control;\n}\n',
    );
  });

  it('keeps the end of a comment without a begin together, so that a quote behind it stays as long', () => {
    formats(
      'import < /* d\n * e */ " { \n#define A b\n "a b"',
      'import < /* d\n    * e */ " {\n#define A b\n    "a b"\n',
    );
  });

  it('keeps the line ends of the file', () => {
    formats('component A{control;}\r\n', 'component A {\r\n    control;\r\n}\r\n');
  });
});
