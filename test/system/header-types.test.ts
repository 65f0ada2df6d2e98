/**
 * Calls whose parameters are types of C headers: structs in registers, by reference and as elements of arrays, enums and
 * numbers with a name. Between components in guest TypeScript, and where GCC is installed to and from those in C.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { componentHeaders } from '../../runtime/toolchain/components/header.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const built = (texts: Texts) => buildTexts(texts, 'system.camkes', { guestCompiler });

/** Compiles `X.c` to `X.o` for each component; what the system printed. */
function printed(texts: Texts, options?: readonly string[]): string {
  const all: Record<string, string | Uint8Array> = { ...texts };
  const headers = Object.entries(texts).flatMap(([name, text]): [string, string][] =>
    name.endsWith('.h') && typeof text === 'string' ? [[name.replace('include/', ''), text]] : [],
  );
  for (const [component, header] of componentHeaders(built(texts).bindings ?? [])) {
    const source = texts[`${component}.c`];
    if (typeof source !== 'string' || cCompiler === undefined) continue;
    const given: Record<string, string> = { 'camkes.h': header, ...Object.fromEntries(headers) };
    all[`${component}.o`] = compileC(cCompiler, source, given, options);
  }
  const system = built(all);
  assert.deepEqual(problemsOf(system), []);
  const { console, differences } = bootBuilt(system);
  assert.deepEqual(differences, []);
  return console;
}

const shapes = `
#ifndef SHAPES_H
#define SHAPES_H
#include <stdint.h>
#include <stdbool.h>

#define CORNERS 3

typedef enum { RED = 1, GREEN, BLUE = GREEN + 5 } color_t;
typedef unsigned short int width_t;

struct point { int16_t x, y; };
typedef struct point point_t;
typedef struct { uint8_t r, g, b; } rgb_t;
typedef struct { int first; int second; } pair_t;
typedef struct { int64_t ticks; } time_stamp_t;

typedef struct {
  char name[8];
  point_t corners[CORNERS];
  color_t color;
  uint64_t area;
  bool isOpen;
  struct { width_t width; int values[2][2]; } border;
} shape_t;

static inline int shape_corners(const shape_t *shape) { return shape ? CORNERS : 0; }
extern int shape_count(void);
#endif
`;

const methods = `
    point_t mirror(in point_t p);
    pair_t swap(in int before, in pair_t p);
    rgb_t mix(in rgb_t a, in rgb_t b, in color_t which, in width_t by);
    time_stamp_t later(in time_stamp_t at, in int64_t by);
    shape_t grow(in shape_t s, in int by);
    int edit(inout shape_t s, out point_t centre, refin pair_t by);
    int sum(in point_t points[], out pair_t spans[]);
    void turn(inout point_t points[]);
    color_t next(in color_t c, out color_t previous);
    int deep(in int a, in int b, in int c, in int d, in int e, in int f, in int g, in pair_t p, in time_stamp_t t);`;

const system = (connector = 'seL4RPCCall'): Record<string, string> => ({
  'include/shapes.h': shapes,
  'P.idl4': `procedure P { include "shapes.h"; ${methods} }`,
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'system.camkes': `import <${connector === 'seL4RPCCall' ? 'std_connector' : 'global-connectors'}.camkes>;
    import "A.camkes"; import "B.camkes";
    assembly {
      composition { component A a; component B b; connection ${connector} c(from a.p, to b.p); }
      configuration { a.heap_size = 16384; b.heap_size = 16384; }
    }`,
});

const client = `
import { p, color_t, pair_t, point_t, rgb_t, shape_t, time_stamp_t } from "camkes";
import { log } from "sel4";

function check(condition: bool, what: string): void {
  if (!condition) log("wrong: " + what);
}

function pointOf(x: i16, y: i16): point_t {
  let made = new point_t();
  made.x = x;
  made.y = y;
  return made;
}

function pairOf(first: i32, second: i32): pair_t {
  let made = new pair_t();
  made.first = first;
  made.second = second;
  return made;
}

export function run(): void {
  let mirrored = p.mirror(pointOf(-3, 7));
  check(mirrored.x == 7 && mirrored.y == -3, "mirror");
  let swapped = p.swap(100, pairOf(1, 2));
  check(swapped.first == 102 && swapped.second == 101, "swap");
  let red = new rgb_t();
  red.r = 200;
  let blue = new rgb_t();
  blue.b = 100;
  let mixed = p.mix(red, blue, color_t.BLUE, 60000);
  check(mixed.r == 100 && mixed.g == 7 && mixed.b == 50, "mix");
  let stamp = new time_stamp_t();
  stamp.ticks = 5000000000;
  check(p.later(stamp, -1).ticks == 4999999999, "later");
  let shape = new shape_t();
  shape.name[0] = 65;
  shape.corners[2] = pointOf(30, 40);
  shape.color = color_t.GREEN;
  shape.area = 0x100000001;
  shape.isOpen = true;
  shape.border.width = 9;
  shape.border.values[3] = -4;
  let grown = p.grow(shape, 2);
  check(grown.name[0] == 66, "name");
  check(grown.corners[2].x == 60 && grown.corners[2].y == 80, "corners");
  check(grown.color == color_t.BLUE && grown.area == 0x200000002, "color and area");
  check(!grown.isOpen && grown.border.width == 10 && grown.border.values[3] == -8, "border");
  check(shape.name[0] == 65 && shape.corners[2].x == 30, "what was given stays as it is");
  let edited = p.edit(shape, pairOf(5, 6));
  check(edited.result == 11 && edited.s.border.values[3] == 11, "edited");
  check(edited.centre.x == 5 && edited.centre.y == 6, "centre");
  let sum = p.sum([pointOf(1, 2), pointOf(3, 4)]);
  check(sum.result == 10 && sum.spans.length == 2, "sum");
  check(sum.spans[1].first == 3 && sum.spans[1].second == 4, "spans");
  let turned = p.turn([pointOf(1, 2), pointOf(3, 4), pointOf(5, 6)]);
  check(turned.points.length == 3 && turned.points[2].x == -5, "turned");
  let next = p.next(color_t.GREEN);
  check(next.result == color_t.BLUE && next.previous == color_t.RED, "next");
  check(p.deep(1, 2, 3, 4, 5, 6, 7, pairOf(8, 9), stamp) == 45, "deep");
  log("done");
}
`;

const server = `
import { color_t, pair_t, point_t, rgb_t, shape_t, time_stamp_t } from "camkes";
import { P_edit, P_next, P_sum, P_turn } from "camkes";

export function p_mirror(p: point_t): point_t {
  let x = p.x;
  p.x = p.y;
  p.y = x;
  return p;
}
export function p_swap(before: i32, p: pair_t): pair_t {
  let made = new pair_t();
  made.first = p.second + before;
  made.second = p.first + before;
  return made;
}
export function p_mix(a: rgb_t, b: rgb_t, which: color_t, by: u16): rgb_t {
  a.r = (a.r + b.r) / 2;
  a.g = by == 60000 ? <u8>which : 0;
  a.b = (a.b + b.b) / 2;
  return a;
}
export function p_later(at: time_stamp_t, by: i64): time_stamp_t {
  at.ticks += by;
  return at;
}
export function p_grow(s: shape_t, by: i32): shape_t {
  s.name[0] += 1;
  for (let i = 0; i < s.corners.length; i++) {
    s.corners[i].x *= <i16>by;
    s.corners[i].y *= <i16>by;
  }
  s.color = color_t.BLUE;
  s.area *= by;
  s.isOpen = !s.isOpen;
  s.border.width += 1;
  s.border.values[3] *= by;
  return s;
}
export function p_edit(s: shape_t, by: pair_t): P_edit {
  s.border.values[3] = by.first + by.second;
  let centre = new point_t();
  centre.x = <i16>by.first;
  centre.y = <i16>by.second;
  return new P_edit(by.first + by.second, s, centre);
}
export function p_sum(points: point_t[]): P_sum {
  let spans: pair_t[] = [];
  let sum = 0;
  for (let i = 0; i < points.length; i++) {
    sum += points[i].x + points[i].y;
    let span = new pair_t();
    span.first = points[i].x;
    span.second = points[i].y;
    spans.push(span);
  }
  return new P_sum(sum, spans);
}
export function p_turn(points: point_t[]): P_turn {
  for (let i = 0; i < points.length; i++) points[i].x = -points[i].x;
  return new P_turn(points);
}
export function p_next(c: color_t): P_next {
  return new P_next(color_t.BLUE, color_t.RED);
}
export function p_deep(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, p: pair_t, t: time_stamp_t): i32 {
  return a + b + c + d + e + f + g + p.first + p.second + (t.ticks == 5000000000 ? 0 : 1000);
}
`;

const clientInC = `#include <camkes.h>
#define CHECK(condition) do { if (!(condition)) puts(#condition); } while (0)
int run(void) {
  point_t mirrored = p_mirror((point_t){ -3, 7 });
  CHECK(mirrored.x == 7 && mirrored.y == -3);
  pair_t swapped = p_swap(100, (pair_t){ 1, 2 });
  CHECK(swapped.first == 102 && swapped.second == 101);
  rgb_t mixed = p_mix((rgb_t){ 200, 0, 0 }, (rgb_t){ 0, 0, 100 }, BLUE, 60000);
  CHECK(mixed.r == 100 && mixed.g == 7 && mixed.b == 50);
  time_stamp_t stamp = { 5000000000 };
  CHECK(p_later(stamp, -1).ticks == 4999999999);
  shape_t shape = { .name = "A", .corners = { [2] = { 30, 40 } }, .color = GREEN,
    .area = 0x100000001, .isOpen = true, .border = { 9, { { 0 }, { 0, -4 } } } };
  shape_t grown = p_grow(shape, 2);
  CHECK(grown.name[0] == 'B' && grown.corners[2].x == 60 && grown.corners[2].y == 80);
  CHECK(grown.color == BLUE && grown.area == 0x200000002 && !grown.isOpen);
  CHECK(grown.border.width == 10 && grown.border.values[1][1] == -8);
  point_t centre; pair_t by = { 5, 6 };
  CHECK(p_edit(&shape, &centre, &by) == 11 && shape.border.values[1][1] == 11);
  CHECK(centre.x == 5 && centre.y == 6);
  const point_t points[] = { { 1, 2 }, { 3, 4 } };
  size_t count; pair_t *spans;
  CHECK(p_sum(2, points, &count, &spans) == 10 && count == 2);
  CHECK(spans[1].first == 3 && spans[1].second == 4);
  free(spans);
  size_t three = 3; point_t *turned = malloc(3 * sizeof *turned);
  turned[2] = (point_t){ 5, 6 };
  p_turn(&three, &turned);
  CHECK(three == 3 && turned[2].x == -5 && turned[2].y == 6);
  color_t previous;
  CHECK(p_next(GREEN, &previous) == BLUE && previous == RED);
  CHECK(p_deep(1, 2, 3, 4, 5, 6, 7, (pair_t){ 8, 9 }, stamp) == 45);
  puts("done");
  return 0;
}`;

const serverInC = `#include <camkes.h>
point_t p_mirror(point_t p) { return (point_t){ p.y, p.x }; }
pair_t p_swap(int before, pair_t p) { return (pair_t){ p.second + before, p.first + before }; }
rgb_t p_mix(rgb_t a, rgb_t b, color_t which, width_t by) {
  return (rgb_t){ (a.r + b.r) / 2, by == 60000 ? which : 0, (a.b + b.b) / 2 }; }
time_stamp_t p_later(time_stamp_t at, int64_t by) { return (time_stamp_t){ at.ticks + by }; }
shape_t p_grow(shape_t s, int by) {
  s.name[0] += 1;
  for (int i = 0; i < CORNERS; i += 1) { s.corners[i].x *= by; s.corners[i].y *= by; }
  s.color = BLUE; s.area *= by; s.isOpen = !s.isOpen; s.border.width += 1;
  s.border.values[1][1] *= by;
  return s; }
int p_edit(shape_t *s, point_t *centre, const pair_t *by) {
  s->border.values[1][1] = by->first + by->second;
  centre->x = by->first; centre->y = by->second;
  return by->first + by->second; }
int p_sum(size_t points_sz, const point_t *points, size_t *spans_sz, pair_t **spans) {
  int sum = 0; pair_t *made = malloc(points_sz * sizeof *made);
  for (size_t i = 0; i < points_sz; i += 1) {
    sum += points[i].x + points[i].y; made[i] = (pair_t){ points[i].x, points[i].y }; }
  *spans_sz = points_sz; *spans = made; return sum; }
void p_turn(size_t *points_sz, point_t **points) {
  point_t *made = malloc(*points_sz * sizeof *made);
  for (size_t i = 0; i < *points_sz; i += 1)
    made[i] = (point_t){ -(*points)[i].x, (*points)[i].y };
  *points = made; }
color_t p_next(color_t c, color_t *previous) { *previous = RED; return c == GREEN ? BLUE : RED; }
int p_deep(int a, int b, int c, int d, int e, int f, int g, pair_t p, time_stamp_t t) {
  return a + b + c + d + e + f + g + p.first + p.second + (t.ticks == 5000000000 ? 0 : 1000); }
`;

describe('types of C headers in calls', () => {
  it('are classes in guest TypeScript', () => {
    assert.equal(printed({ ...system(), 'A.ts': client, 'B.ts': server }), 'done\n');
  });

  it('go through memory that both share, too', () => {
    const texts = system('seL4RPCOverMultiSharedData');
    assert.equal(printed({ ...texts, 'A.ts': client, 'B.ts': server }), 'done\n');
  });

  it('are those of the header in C, whoever is on the other side', () => {
    if (cCompiler === undefined) return;
    const texts = system();
    for (const options of [['-O2'], ['-O0', '-g']])
      assert.equal(printed({ ...texts, 'A.c': clientInC, 'B.c': serverInC }, options), 'done\n');
    assert.equal(printed({ ...texts, 'A.ts': client, 'B.c': serverInC }), 'done\n');
    assert.equal(printed({ ...texts, 'A.c': clientInC, 'B.ts': server }), 'done\n');
  });

  it('are passed within a capsule', () => {
    const texts = {
      ...system(),
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
        assembly {
          composition {
            group g { component A a; component B b; }
            connection seL4RPCCall c(from g.a.p, to g.b.p);
          }
          configuration { a.heap_size = 16384; b.heap_size = 16384; }
        }`,
    };
    assert.equal(printed({ ...texts, 'A.ts': client, 'B.ts': server }), 'done\n');
    if (cCompiler === undefined) return;
    assert.equal(printed({ ...texts, 'A.c': clientInC, 'B.ts': server }), 'done\n');
    assert.equal(printed({ ...texts, 'A.ts': client, 'B.c': serverInC }), 'done\n');
  });
});

const refused = (header: string, type: string, sources: Texts = { 'B.ts': '' }): string => {
  const { diagnostics } = built({
    ...system(),
    'include/shapes.h': header,
    'P.idl4': `procedure P { include "shapes.h";\n void f(in ${type} a); }`,
    ...sources,
  });
  return diagnostics.flatMap(({ code, message }) => (code === 'rpc-type' ? [message] : [])).join();
};

describe('a type that no call can carry', () => {
  it('is told with the reason', () => {
    const told: [string, string, RegExp][] = [
      ['typedef char *t;', 't', /`a` is a `t`, which is a pointer into the memory of one program/],
      ['typedef struct { int *p; } t;', 't', /which has a field `p` that is a pointer/],
      ['typedef struct { int a : 3; } t;', 't', /which has a field `a` that is a bit-field/],
      [
        'typedef struct { int a; char rest[]; } t;',
        't',
        /`rest` that is an array without a length/,
      ],
      ['struct t;', 'struct t', /declared in none of the headers that it includes \(`shapes.h`\)/],
      ['typedef struct t t;', 't', /is a `struct t`, whose members no header declares/],
      ['#include "gone.h"\n', 't', /`shapes.h`\), of which `gone.h` is not there/],
      ['typedef int t[4];', 't', /is an array, which C does not pass by value/],
    ];
    for (const [header, type, expected] of told) assert.match(refused(header, type), expected);
  });

  it('is told where only C has it', () => {
    const union = 'typedef union { int a; char b[4]; } t;';
    assert.match(refused(union, 't'), /in guest TypeScript: `t` is a union/);
    assert.equal(refused(union, 't', { 'B.S': '.globl p_f\np_f: ret\n' }), '');
  });
});
