/** What threads need of their stacks, from the linked program: guest TypeScript, assembly, and C where GCC is installed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const system = (sources: Texts, configuration = '', optimization: 'debug' | 'release' = 'debug') =>
  buildTexts(
    {
      'P.idl4': 'procedure P { int f(in int a); }',
      'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
      'B.camkes': 'import "P.idl4"; component B { provides P p; }',
      'B.S': '.globl p_f\np_f: addi a0, a0, 1\n ret\n',
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
assembly {
  composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); }
  configuration { ${configuration} }
}`,
      ...sources,
    },
    'system.camkes',
    { guestCompiler, optimization },
  );

type Built = ReturnType<typeof system>;

const stackOf = (built: Built, name: string) =>
  built.footprints?.flatMap(({ stacks }) => stacks).find((each) => each.name === name);

/** In frames of 2 KiB each, as deep as it says. */
const deep = (levels: number): string => `
deep:
    addi sp, sp, -2000
    sw ra, 0(sp)
    ${levels === 0 ? '' : `call deeper${String(levels)}`}
    lw ra, 0(sp)
    addi sp, sp, 2000
    ret
`;

describe('the stack that a thread needs', () => {
  it('is what the deepest calls take together, and its use stays within it', () => {
    const source = `
    .globl run
run:
    addi sp, sp, -16
    sw ra, 12(sp)
    call deep
    call shallow
    la t0, p_f
    jalr t0
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
shallow:
    li t0, -5008
    add sp, sp, t0
    li t0, 5008
    add sp, sp, t0
    ret
${deep(1)}
deeper1:
    addi sp, sp, -1008
    addi sp, sp, 1008
    ret
`;
    const built = system({ 'A.S': source });
    assert.deepEqual(problemsOf(built), []);
    assert.deepEqual(stackOf(built, 'a'), {
      name: 'a',
      needBytes: 16 + 5008,
      stackBytes: 16_384,
      isLeast: false,
    });
    assert.equal(stackOf(built, 'b (p)')?.isLeast, false);
  });

  it('counts what comes behind a loop, also where the loop begins with a number', () => {
    const loops = [
      'li t0, 20\n1: addi t0, t0, -1\n bnez t0, 1b',
      'li t0, 20\n1: beqz t0, 2f\n addi t0, t0, -1\n j 1b\n2:',
      'li t0, 1\n beqz a0, 1f\n li t0, 0\n1: bnez t0, 2f\n ret\n2:',
    ];
    for (const loop of loops) {
      const source = `
      .globl run
  run:
      ${loop}
      li t0, -3008
      add sp, sp, t0
      li t0, 3008
      add sp, sp, t0
      ret
  `;
      assert.equal(stackOf(system({ 'A.S': source }), 'a')?.needBytes, 3008, loop);
    }
  });

  it('is an error at its setting when there is less, with the calls that lead there', () => {
    const source = `import { p } from 'camkes';
export function run(): void { outer(1); }
function outer(a: i32): void { inner(a); }
function inner(a: i32): void { p.f(a); }
`;
    const need = stackOf(system({ 'A.ts': source }), 'a')?.needBytes ?? 0;
    assert.ok(need > 96 && need < 1024, String(need));
    const large = `.globl p_f\np_f: li t0, -6000\n add sp, sp, t0\n ret\n`;
    const built = system({ 'A.ts': source, 'B.S': large }, 'b.p_stack_size = 4096;');
    assert.deepEqual(problemsOf(built), ['error stack-too-small system.camkes:4']);
    assert.equal(built.image, undefined);
    const [problem] = built.diagnostics;
    assert.match(problem?.message ?? '', /serves `p` needs 6\d+ bytes.*`p_f` 6000.*= 8192;/);
    const withDefault = system({ 'A.ts': source, 'B.S': large.replace('-6000', '-20000') });
    assert.deepEqual(problemsOf(withDefault), ['error stack-too-small B.camkes:1']);
  });

  it('has a place for each function of guest TypeScript on the way', () => {
    const locals = Array.from(
      { length: 1200 },
      (_, index) => `let v${String(index)} = a + ${String(index)};`,
    );
    const source = `export function run(): void { outer(1); }
function outer(a: i32): i32 {
${locals.join('\n')}
${locals.map((_, index) => `a += v${String(index)};`).join('\n')}
return a;
}
`;
    const built = system({ 'A.ts': source }, 'a._stack_size = 4096;');
    assert.deepEqual(problemsOf(built), ['error stack-too-small system.camkes:4']);
    const places = built.diagnostics[0]?.related?.map(
      ({ file, range }) => `${file}:${String(range.start.line + 1)}`,
    );
    assert.deepEqual(places, ['A.ts:1', 'A.ts:2']);
  });

  it('follows calls by the table of functions, by their signature', () => {
    const source = `import { p } from 'camkes';
type Two = (a: i32, b: i32) => i32;
function add(a: i32, b: i32): i32 { return p.f(a + b); }
function first(a: i32, b: i32): i32 { return a; }
let chosen: Two[] = [add, first];
export function run(): void { chosen[p.f(0) & 1](1, 2); }
`;
    for (const optimization of ['debug', 'release'] as const) {
      const built = system({ 'A.ts': source }, '', optimization);
      assert.deepEqual(problemsOf(built), []);
      const stack = stackOf(built, 'a');
      assert.deepEqual([stack?.isLeast, (stack?.needBytes ?? 0) >= 96], [false, true]);
      bootBuilt(built);
    }
  });

  it('is not known of what calls itself, which is told once', () => {
    const source = `import { p } from 'camkes';
export function run(): void { count(p.f(3)); }
function count(n: i32): i32 { return n == 0 ? 0 : 1 + step(n - 1); }
function step(n: i32): i32 { return count(n) + p.f(0); }
`;
    const built = system({ 'A.ts': source });
    assert.deepEqual(
      built.diagnostics.map(({ severity, code, range }) => [severity, code, range.start.line]),
      [['information', 'stack-recursion', 2]],
    );
    assert.match(built.diagnostics[0]?.message ?? '', /`count` → `step` → `count`/);
    assert.equal(stackOf(built, 'a')?.isLeast, true);
  });

  it('is read off C, too; a frame of any size makes it the least', () => {
    const compiler = cCompiler;
    if (compiler === undefined) return;
    const source = `int p_f(int a); void use(char *);
      __attribute__((noinline)) void use(char *bytes) { asm volatile("" : : "r"(bytes)); }
      int run(void) { SIZE use(bytes); return p_f(1); }`;
    const object = (size: string) => compileC(compiler, source.replace('SIZE', size), {}, ['-O1']);
    const fixed = stackOf(system({ 'A.o': object('char bytes[5000];') }), 'a');
    assert.ok((fixed?.needBytes ?? 0) > 5000 && fixed?.isLeast === false);
    const dynamic = object('char bytes[p_f(0) + 1];');
    assert.equal(stackOf(system({ 'A.o': dynamic }), 'a')?.isLeast, true);
  });
});
