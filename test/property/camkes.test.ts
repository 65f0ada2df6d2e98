import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCamkes } from '../../runtime/toolchain/camkes/parse.js';
import { printCamkes } from '../../runtime/toolchain/camkes/print.js';
import { plainSourceText } from '../../runtime/toolchain/text/source-text.js';
import { camkesTree, withoutPlaces } from '../support/random-camkes.js';

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
});
