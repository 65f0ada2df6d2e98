/** What is read of C headers, compared with GCC where it is installed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  sizeOfType,
  type HeaderType,
} from '../../../../runtime/toolchain/c-headers/header-type.js';
import { readHeaders } from '../../../../runtime/toolchain/c-headers/read-headers.js';
import { cCompiler, compileC } from '../../../support/c-compiler.js';
import { filesOf } from '../../../support/component-system.js';

function read(files: Record<string, string>, name = 'a.h') {
  return readHeaders([{ path: name, style: 'quoted', from: 'D/P.idl4' }], filesOf(files), {
    root: 'system.camkes',
    includePaths: [],
    defines: {},
  });
}

const typeIn = (text: string, name: string): HeaderType | undefined =>
  read({ 'D/a.h': text }).types.get(name);

/** Each field with its offset, and the size of all. */
function layout(text: string, name: string): string {
  const type = typeIn(text, name);
  if (type?.kind !== 'struct') return JSON.stringify(type?.kind === 'unknown' ? type.why : type);
  const fields = type.fields.map((field) => `${field.name}@${String(field.offset)}`);
  return [...fields, String(sizeOfType(type))].join(' ');
}

const odd = `
#include <stdint.h>
#define LEN (2 * 3)
enum { FEW = 2, MANY = FEW << 2 };
typedef enum kind { NONE = -1, SOME } kind_t;
typedef long unsigned int word_t, many_t[MANY];
struct inner { char c; long long l; };
typedef const struct outer {
  unsigned char a, b[3];
  short int s;
  struct inner i, more[FEW];
  kind_t kind;
  many_t words;
  double d;
  union { int x; char y[6]; } u;
  int grid[LEN - 4][3];
} outer_t;
typedef struct __attribute__((packed)) { char c; int i; short s; } packed_t;
static inline int f(outer_t *o) { struct inner x = { 1, 2 }; return x.c + (o ? 1 : 0); }
extern outer_t table[3];
int (*g)(int);
typedef struct { word_t w; struct inner t; } last_t;
`;

describe('the types of a C header', () => {
  it('are laid out as the compiler does', () => {
    assert.equal(
      layout(odd, 'outer_t'),
      'a@0 b@1 s@4 i@8 more@24 kind@56 words@60 d@96 u@104 grid@112 136',
    );
    assert.equal(layout(odd, 'struct outer'), layout(odd, 'outer_t'));
    assert.equal(layout(odd, 'packed_t'), 'c@0 i@1 s@5 7');
    assert.equal(layout(odd, 'last_t'), 'w@0 t@8 24');
  });

  it('have the sizes and offsets that GCC gives them', () => {
    if (cCompiler === undefined) return;
    const checks = ['outer_t', 'packed_t', 'last_t', 'struct inner'].flatMap((name) => {
      const type = typeIn(odd, name);
      if (type?.kind !== 'struct') return [];
      return [
        `_Static_assert(sizeof(${name}) == ${String(type.sizeBytes)}, "");`,
        `_Static_assert(_Alignof(${name}) == ${String(type.alignBytes)}, "");`,
        ...type.fields.map(
          (field) =>
            `_Static_assert(offsetof(${name}, ${field.name}) == ${String(field.offset)}, "");`,
        ),
      ];
    });
    assert.equal(checks.length, 25);
    const source = `#include <stddef.h>\n#include "a.h"\n${checks.join('\n')}\n`;
    assert.doesNotThrow(() => compileC(cCompiler ?? '', source, { 'a.h': odd }));
  });

  it('go by the name that a typedef gives them', () => {
    const text = 'struct p { int x; }; typedef struct p p_t; typedef struct { struct p a; } q_t;';
    assert.deepEqual(
      ['p_t', 'struct p'].map((name) => typeIn(text, name)),
      Array(2).fill(typeIn(text, 'p_t')),
    );
    assert.match(JSON.stringify(typeIn(text, 'q_t')), /"name":"p_t"/);
  });

  it('are found in other headers, each read once', () => {
    const files = {
      'D/a.h': '#pragma once\n#include "b.h"\ntypedef b_t a_t;',
      'D/include/b.h': '#pragma once\n#include "a.h"\n#include <stdint.h>\ntypedef uint16_t b_t;',
    };
    const { types, missing } = read(files);
    assert.deepEqual(missing, []);
    assert.equal(types.get('a_t')?.kind, 'number');
  });

  it('have the alignment that attributes give to them, to their fields and to types', () => {
    const text = `
      typedef int wide_t __attribute__((aligned(16)));
      typedef short odd_t __attribute__((aligned(1)));
      struct line { char c; int i __attribute__((aligned(8))); } __attribute__((__aligned__(1 << 5)));
      typedef struct { char c; wide_t w; char d; odd_t o; _Alignas(4) char e; struct line l[2]; } all_t;
      typedef struct __attribute__((packed, aligned(4))) { char c; int i; short s __attribute__((aligned(2))); } both_t;
      typedef struct { char c; int i __attribute__((packed)); } loose_t;`;
    assert.equal(layout(text, 'struct line'), 'c@0 i@8 32');
    assert.equal(layout(text, 'all_t'), 'c@0 w@16 d@20 o@21 e@24 l@32 96');
    assert.equal(layout(text, 'both_t'), 'c@0 i@1 s@6 8');
    assert.equal(layout(text, 'loose_t'), 'c@0 i@1 5');
    assert.match(
      layout('struct s { int i __attribute__((aligned(N))); };', 'struct s'),
      /not known/,
    );
    assert.match(layout('struct s { int i __attribute__((mode(DI))); };', 'struct s'), /`mode`/);
  });

  it('are packed as a pragma says, as far as it says', () => {
    const text = `
      #pragma pack(push, 2)
      typedef struct { char c; int i; } two_t;
      #pragma pack(1)
      typedef struct { char c; int i __attribute__((aligned(8))); } one_t;
      #pragma pack(pop)
      typedef struct { char c; int i; } free_t;
      #pragma pack(1) /* on */
      #pragma pack()
      typedef struct { char c; long long l; } last_t;`;
    assert.equal(layout(text, 'two_t'), 'c@0 i@2 6');
    assert.equal(layout(text, 'one_t'), 'c@0 i@1 5');
    assert.equal(layout(text, 'free_t'), 'c@0 i@4 8');
    assert.equal(layout(text, 'last_t'), 'c@0 l@8 16');
    const operator = '#define P _Pragma("pack(1)")\nP typedef struct { char c; int i; } t;';
    assert.equal(layout(operator, 't'), 'c@0 i@1 5');
  });

  it('nested too deeply are no types', () => {
    const text = `typedef ${'struct { '.repeat(5000)} int x; ${'} y; '.repeat(5000)}t;`;
    assert.notEqual(typeIn(text, 't')?.kind, 'struct');
    const less = `typedef ${'struct { '.repeat(20)} int x; ${'} y; '.repeat(19)}} t;`;
    assert.notEqual(typeIn(less, 't')?.kind, 'struct');
  });
});
