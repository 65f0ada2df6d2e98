import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCamkesFile, type CamkesFile } from '../../../../runtime/toolchain/camkes/read-file.js';

function read(text: string, headers: Readonly<Record<string, string>> = {}): CamkesFile {
  const files = {
    readText: (path: string) => (path === 'a.camkes' ? text : headers[path]),
    readBytes: () => undefined,
  };
  return readCamkesFile('a.camkes', files, { defines: {}, includePaths: ['include'] });
}

const said = ({ diagnostics }: CamkesFile): string[] =>
  diagnostics.map(({ code, severity }) => `${severity} ${code}`);

describe('reading a CAmkES file', () => {
  it('says one thing about a missing header, whatever its macros would have been', () => {
    const file = read(`#include <vm.h>
component VM {
    VM_INIT_DEF()
    HARDWARE_INTERFACES
    single_threaded_component()
    dataport Buf(SIZE + 1) d;
    attribute string s = "a" NAME(1) "b";
    composition {
        VM_PARTS(0)
        group g { PARTS }
    }
    configuration {
        VM_SETTINGS;
        a.b = ADDRESS;
        a.c = { "x" : STRINGIZE(BASE), "y" : [IRQS(1, 2), 3] };
        SETTINGS(a, b)
    }
}
procedure P { TIMER_METHODS }
MORE_COMPONENTS`);
    assert.deepEqual(said(file), ['warning include-missing']);
    assert.equal(file.isIncomplete, true);
  });

  it('takes an unknown macro for a mistake when all headers are there', () => {
    const file = read('component VM { VM_INIT_DEF() }\nconfiguration { a.b = ADDRESS; }');
    assert.deepEqual(said(file), ['error unknown-macro', 'error unknown-macro']);
  });

  it('still finds mistakes beside the uses of unknown macros', () => {
    assert.deepEqual(said(read('#include <vm.h>\ncomponent VM { VM_INIT_DEF() usse P p; }')), [
      'warning include-missing',
      'error syntax',
    ]);
  });

  it('leaves the C of a header out, and takes its macros', () => {
    const file = read('#include "c.h"\ncomponent A { dataport Buf(SIZE) d; }', {
      'include/c.h':
        '#pragma once\n#include <b.h>\ntypedef struct { int a[4]; } t;\nextern int f(void);\n#define SIZE 4096\n',
      'include/b.h': 'static inline int g(void) { return 1; }',
    });
    assert.deepEqual(said(file), []);
    assert.equal(file.tree.items.length, 1);
  });

  it('reads members that a header has', () => {
    const file = read('component A {\n#include "members.h"\n}', {
      'members.h': 'uses P p;\nprovides Q q;\n',
    });
    assert.deepEqual(said(file), []);
    const [item] = file.tree.items;
    assert.equal(item?.kind === 'component' && item.members.length, 2);
  });

  it('shows a mistake in what a macro became at its use, with the place in its body', () => {
    const [diagnostic] = read('#define M uses 3;\ncomponent A { M }').diagnostics;
    assert.deepEqual(diagnostic?.range.start, { line: 1, character: 14 });
    assert.deepEqual(diagnostic.related?.[0]?.range.start.character, 15);
  });

  it('says that a file is not there', () => {
    const nothing = { readText: () => undefined, readBytes: () => undefined };
    const file = readCamkesFile('b.camkes', nothing, { defines: {}, includePaths: [] });
    assert.deepEqual(said(file), ['error file-missing']);
  });
});
