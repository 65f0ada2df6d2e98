import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { analyzeCamkes } from '../../runtime/toolchain/camkes/analyze.js';
import { filesOf, plainOptions } from '../support/camkes-fixture.js';

const sample = `#define SIZE 4096
import <std_connector.camkes>;
struct Point { int x; int y = 2; }
procedure Text { include <stdint.h>; int put(in string text, out int count); }
component Client { control; uses Text text; emits Done done; dataport Buf(SIZE) memory; attribute Point at; }
component Server { provides Text print; consumes Done done; maybe dataport Buf(SIZE) memory; has mutex lock; }
component Device { hardware; dataport Buf(SIZE) registers; emits Interrupt interrupt; }
component Outer {
  provides Text print;
  consumes Done done;
  attribute int depth = 3;
  composition { component Server inner; export inner.print -> print; export inner.done -> done; }
  configuration { inner.lock_value <- depth; }
}
assembly {
  composition {
    component Client client;
    group g { component Outer outer; component Server server; }
    component Device device;
    connection seL4RPCCall text(from client.text, to g.outer.print);
    connection seL4Notification done(from client.done, to g.outer.done, to g.server.done);
    connection seL4SharedData memory(from client.memory, to g.server.memory);
  }
  configuration { client.at = {"x": 1 + 2 * 3}; client._stack_size = 2 ** 12; outer.depth <- client.at["x"]; }
}
`;

const edit = fc.record({
  at: fc.nat(sample.length),
  removed: fc.nat(60),
  inserted: fc.oneof(
    fc.constantFrom('', '', '{', '}', '(', ';', '.', '<-', '"', '/*', '#', '\n', 'from a.b', '->'),
    fc
      .tuple(fc.nat(sample.length), fc.nat(80))
      .map(([start, length]) => sample.slice(start, start + length)),
  ),
});

const analyze = (text: string) =>
  analyzeCamkes('a.camkes', filesOf(new Map([['a.camkes', text]])), {
    ...plainOptions,
    needsAssembly: true,
  });

describe('the analysis of an assembly', () => {
  it('finds in the sample what is wrong with it', () => {
    assert.deepEqual(
      analyze(sample).diagnostics.map(({ code }) => code),
      ['unknown-setting', 'unconnected-interface'],
    );
  });

  it('never throws, whatever was cut out of it and put into it, and stays in its bounds', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = sample;
        for (const { at, removed, inserted } of edits)
          text = text.slice(0, at) + inserted + text.slice(at + removed);
        const { diagnostics, symbols } = analyze(text);
        const lines = text.split('\n');
        for (const { file, range, message, fixes = [] } of diagnostics) {
          if (file !== 'a.camkes') continue;
          assert.ok(range.start.line < Math.max(lines.length, 1), message);
          assert.ok(range.end.character <= (lines[range.end.line]?.length ?? 0), message);
          for (const { edits: changes } of fixes) assert.ok(changes.length > 0, message);
        }
        symbols.mentionsIn('a.camkes');
        symbols.scopeAt('a.camkes', { line: 20, character: 6 });
      }),
      { numRuns: 300 },
    );
  });
});
