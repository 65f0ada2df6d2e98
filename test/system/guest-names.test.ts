/** Names that CAmkES allows and guest TypeScript has for something else: components with them are built and run. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestDeclarations } from '../../runtime/toolchain/components/guest-declarations.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const procedure = `procedure P {
  int delete(in int new, in int var);
  void instanceof(in string function);
  int load(in int store);
  int result(out int result, inout string load);
}`;

const system = (uses: string, connections: string, own = ''): Texts => ({
  'P.idl4': procedure,
  'A.camkes': `import "P.idl4"; component A { control; ${uses} ${own} }`,
  'B.camkes': 'import "P.idl4"; component B { provides P store; consumes E delete; }',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
    assembly { composition { component A a; component B b; ${connections} } }`,
  'B.ts': `
    import { P_result } from "camkes";
    export function store_delete(a: i32, b: i32): i32 { return a + b; }
    export function store_instanceof(text: string): void {}
    export function store_load(a: i32): i32 { return a * 2; }
    export function store_result(text: string): P_result { return new P_result(1, 2, text + "!"); }
    export function delete_handle(): void {}`,
});

function printed(texts: Texts): string {
  const built = buildTexts(texts, 'system.camkes', { guestCompiler });
  assert.deepEqual(problemsOf(built), []);
  return bootBuilt(built).console;
}

describe('a name of CAmkES', () => {
  const words = system(
    'uses P load; emits E new; has mutex memory; attribute int alignof = 3; attribute int this = 4;',
    'connection seL4RPCCall c(from a.load, to b.store); connection seL4Notification e(from a.new, to b.delete);',
  );

  it('that is a word of the language has an underscore; one that generated code needs stays what it is', () => {
    const client = `
      import { load, alignof, memory, new_, this_ } from "camkes";
      import { log } from "sel4";
      export function run(): void {
        log((alignof + this_).toString());
        memory.lock();
        log(load.load(4).toString() + load.delete_(1, 2).toString());
        memory.unlock();
        new_.emit();
        load.instanceof_("text");
        const r = load.result("text");
        log(r.result.toString() + r.result_.toString() + r.load_);
      }`;
    assert.equal(printed({ ...words, 'A.ts': client }), '7\n83\n12text!\n');
  });

  it('is told to editors as it is imported', () => {
    const { bindings = [] } = buildTexts(words);
    const text = guestDeclarations(bindings);
    assert.match(text, /namespace load \{[^}]*function delete_\(new_: i32, var_: i32\): i32;/);
    assert.match(text, /namespace new_ \{/);
    assert.match(text, /const this_: i32;/);
  });

  it('that is one of the standard library is an own thing beside it', () => {
    const names = ['console', 'max', 'process', 'select', 'Map'];
    const texts = system(
      names.map((name) => `uses P ${name};`).join(' '),
      `connection seL4RPCCall c(${names.map((name) => `from a.${name}`).join(', ')}, to b.store);
       connection seL4Notification e(from a.event, to b.delete);`,
      'emits E event; attribute int add = 3; has mutex table;',
    );
    const client = `
      import { ${names.join(', ')}, add, table } from "camkes";
      import { log } from "sel4";
      import { sizes } from "./sizes";
      export function run(): void {
        table.lock();
        log(${names.map((name) => `${name}.load(add)`).join(' + ')} == 30 ? "all" : "some");
        log(sizes().toString());
      }`;
    const sizes =
      'export function sizes(): i32 { const ages = new Map<string, i32>(); ages.set("a", 1); return max(ages.size, 0); }';
    assert.equal(printed({ ...texts, 'A.ts': client, 'sizes.ts': sizes }), 'all\n1\n');
  });
});
