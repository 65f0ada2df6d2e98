/** Whatever a header holds, reading it ends and throws nothing. */
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readHeaders } from '../../runtime/toolchain/c-headers/read-headers.js';
import { filesOf } from '../support/component-system.js';

const pieces =
  'typedef struct union enum int unsigned long char const extern "C" { } ( ) [ ] ; , * : = ... a b t 1 0x20 \'c\' __attribute__ packed _Static_assert sizeof < > # \n #define #if #endif #include "a.h" static inline - + / %'.split(
    ' ',
  );

describe('a C header', () => {
  it('of any pieces is read to its end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 120 }), (words) => {
        readHeaders(
          [{ path: 'a.h', style: 'quoted', from: 'P.idl4' }],
          filesOf({ 'a.h': words.join(' ') }),
          {
            root: 'P.idl4',
            includePaths: [],
            defines: {},
          },
        );
      }),
      { numRuns: 2000 },
    );
  });
});
