import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { elementsOf } from '../../runtime/toolchain/camkes/format-elements.js';
import { formatCamkes } from '../../runtime/toolchain/camkes/format.js';
import { parseCamkes } from '../../runtime/toolchain/camkes/parse.js';
import { printCamkes } from '../../runtime/toolchain/camkes/print.js';
import { plainSourceText } from '../../runtime/toolchain/text/source-text.js';
import { camkesTree, withoutPlaces } from '../support/random-camkes.js';
import { slipOf, withSlip } from '../support/random-slip.js';

/** Tokens and blanks in no order. */
const jumble = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Array.from('{}()[];,.=<>?:+-*/&|!~%^@\n\n\n  ')),
      fc.constantFrom('<-', '->', '**', '<<', 'component', 'connection', 'uses', 'X', 'X()', 'a'),
      fc.constantFrom(
        'import <a>',
        '"a b"',
        '12',
        '0x1f',
        '1.5',
        '// c\n',
        '/* d\n * e */',
        '#f\n',
      ),
      fc.constantFrom(
        '\n#define A \\\n  b\n',
        '/*',
        '"',
        'import <',
        'procedure P {',
        '\\',
        '\n\n\n',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(' '));

const slip = slipOf([
  ...Array.from('{}()[];,.="<>@#/-*?:'),
  ...['<-', '->', '/*', '*/', '//', 'component', 'composition', 'uses', 'from', 'to', 'in', 'int'],
  ...['string', 'connection', 'void', 'X', '12', '0x', 'é', '\0', '\n', '#if', '#include'],
]);

/** Tokens as they are, comments and directives apart from blanks. */
const contentOf = (text: string): string[] =>
  elementsOf(text).map((one) => (one.kind === 'token' ? one.text : one.text.replace(/\s+/g, ' ')));

describe('the CAmkES front end', () => {
  it('reads from a printed tree the same tree, without a complaint', () => {
    fc.assert(
      fc.property(camkesTree, (tree) => {
        const printed = printCamkes(tree);
        const source = plainSourceText('a.camkes', printed);
        const again = parseCamkes(source, { unknownMacros: 'possible' });
        assert.deepEqual(
          again.diagnostics.map(({ message }) => message),
          [],
          printed,
        );
        assert.deepEqual(withoutPlaces(again.tree), withoutPlaces(tree), printed);
      }),
      { numRuns: 500 },
    );
  });

  it('makes at most two diagnostics of one slip', () => {
    fc.assert(
      fc.property(camkesTree, slip, (tree, made) => {
        const text = withSlip(printCamkes(tree), made);
        const { diagnostics } = parseCamkes(plainSourceText('a.camkes', text), {
          unknownMacros: 'possible',
        });
        const messages = diagnostics.map(({ message }) => message);
        assert.ok(messages.length <= 2, `${messages.join('\n')}\n\n${text}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('formats any tokens so that they stay, and once for all', () => {
    fc.assert(
      fc.property(jumble, (text) => {
        const formatted = formatCamkes(text);
        assert.deepEqual(contentOf(formatted), contentOf(text), formatted);
        assert.equal(formatCamkes(formatted), formatted);
      }),
      { numRuns: 2_000 },
    );
  });

  it('formats a tree as something from which the same tree is read', () => {
    fc.assert(
      fc.property(camkesTree, (tree) => {
        const formatted = formatCamkes(printCamkes(tree).replace(/\n\s*/g, '\n'));
        const source = plainSourceText('a.camkes', formatted);
        const again = parseCamkes(source, { unknownMacros: 'possible' });
        assert.deepEqual(again.diagnostics, [], formatted);
      }),
      { numRuns: 300 },
    );
  });
});
