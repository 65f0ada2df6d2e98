/** Whatever a header holds, reading it ends and throws nothing. */
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { readHeaders } from '../../runtime/toolchain/c-headers/read-headers.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { filesOf } from '../support/component-system.js';

const pieces =
  'typedef struct union enum int unsigned long char const extern "C" { } ( ) [ ] ; , * : = ... a b t 1 0x20 \'c\' __attribute__ packed aligned _Alignas #pragma pack push pop _Static_assert sizeof < > # \n #define #if #endif #include "a.h" static inline - + / %'.split(
    ' ',
  );

const aligned = fc.constantFrom(
  '',
  '',
  '',
  'aligned(1)',
  'aligned(2)',
  'aligned(8)',
  'aligned',
  'packed',
);
const attribute = aligned.map((text) => (text === '' ? '' : ` __attribute__((${text}))`));
const member = fc.tuple(
  fc.constantFrom('char', 'short', 'int', 'long long', 'double', 'near_t', 'far_t', 'struct inner'),
  fc.constantFrom('', '', '[3]', '[2][2]'),
  attribute,
);
const struct = fc.record({
  of: fc.constantFrom('struct', 'struct', 'struct', 'union'),
  members: fc.array(member, { minLength: 1, maxLength: 6 }),
  before: attribute,
  behind: attribute,
  pack: fc.constantFrom('', '', '', '(1)', '(2)', '(4)', '(push, 2)', '(pop)', '()'),
});

/** As C writes them; an array of what is aligned more than it is large is an error of GCC's. */
const headerOf = (structs: readonly (typeof struct extends fc.Arbitrary<infer T> ? T : never)[]) =>
  [
    'typedef short near_t __attribute__((aligned(1)));',
    'typedef int far_t __attribute__((aligned(8)));',
    'struct inner { char c; int i; };',
    ...structs.flatMap(({ of, members, before, behind, pack }, index) => [
      ...(pack === '' ? [] : [`#pragma pack${pack}`]),
      `typedef ${of}${before} {`,
      ...members.map(
        ([type, array, own], at) =>
          `  ${type} m${String(at)}${type === 'far_t' ? '' : array}${own};`,
      ),
      `}${behind} t${String(index)};`,
    ]),
  ].join('\n');

describe('a C header', () => {
  it('gives structs the layout that GCC gives them, with attributes and pragmas', () => {
    if (cCompiler === undefined) return;
    const compiler = cCompiler;
    fc.assert(
      fc.property(fc.array(struct, { minLength: 30, maxLength: 60 }), (structs) => {
        const text = headerOf(structs);
        const { types } = readHeaders(
          [{ path: 'a.h', style: 'quoted', from: 'P.idl4' }],
          filesOf({ 'a.h': text }),
          { root: 'P.idl4', includePaths: [], defines: {} },
        );
        const checks = structs.flatMap((_, index) => {
          const name = `t${String(index)}`;
          const type = types.get(name);
          if (type?.kind !== 'struct') return [`no ${name};`];
          const { sizeBytes, alignBytes, fields } = type;
          return [
            `_Static_assert(sizeof(${name}) == ${String(sizeBytes)}, "size of ${name}");`,
            `_Static_assert(_Alignof(${name}) == ${String(alignBytes)}, "alignment of ${name}");`,
            ...fields.map(
              (each) =>
                `_Static_assert(offsetof(${name}, ${each.name}) == ${String(each.offset)}, "${name} ${each.name}");`,
            ),
          ];
        });
        const source = `#include <stddef.h>\n#include "a.h"\n${checks.join('\n')}\n`;
        compileC(compiler, source, { 'a.h': text }, ['-w', '-Wno-error']);
      }),
      { numRuns: 12 },
    );
  });

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
