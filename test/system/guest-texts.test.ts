/** Strings and arrays of components in guest TypeScript: what leaves one arrives at the other, and what is none does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectorRow } from '../../runtime/toolchain/camkes/connectors.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const procedure = `procedure P {
  string turn(in string text);
  void change(inout string text, out string twice, refin string other);
  int count(in string texts[], in int16_t numbers[], out int64_t doubled[]);
}`;

const instances = 'component Client client; component Server server;';

const assembly = (connector: string, isCapsule: boolean): string => `
import <${connectorRow(connector)?.library ?? ''}>;
${procedure}
component Client { control; uses P p; }
component Server { provides P p; }
assembly {
  composition {
    ${isCapsule ? `group both { ${instances} }` : instances}
    connection ${connector} c(from ${isCapsule ? 'both.' : ''}client.p, to ${isCapsule ? 'both.' : ''}server.p);
  }
  configuration { client.heap_size = 0x40000; }
}
`;

/** Of every length modulo a word, at every place in it; the halves of a pair alone; and one with a zero in it. */
const texts = [
  ...['', 'a', 'ab', 'abc', 'abcd', 'abcde', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff'],
  ...['é', 'aé', 'abé', 'abcé', 'éa', 'éab', 'éabc', '日本語', '😀', 'x😀y', 'xy😀', 'xyz😀'],
  ...['\ud800', 'a\ud83d', '\ude00b', 'a\0b', '\0', 'abc\0d', 'ab\u0100'],
];

const inSource = (text: string): string =>
  `String.fromCharCodes([${[...Array(text.length).keys()].map((at) => String(text.charCodeAt(at))).join(', ')}])`;

const client = `
import { p } from "camkes";
import { log } from "sel4";
function show(what: string, text: string): void {
  let line = what;
  for (let i = 0; i < text.length; i++) line += " " + text.charCodeAt(i).toString(16);
  log(line);
}
const texts: string[] = [${texts.map(inSource).join(', ')}];
export function run(): void {
  for (let i = 0; i < texts.length; i++) {
    show("turned", p.turn(texts[i]));
    let changed = p.change(texts[i], "!");
    show("changed", changed.text);
    show("twice", changed.twice);
  }
  let counted = p.count(texts, [1, -2, 3]);
  log(counted.result.toString() + ": " + counted.doubled.join());
  counted = p.count([], []);
  log(counted.result.toString() + ": " + counted.doubled.length.toString());
}
`;

const server = `
import { P_change, P_count } from "camkes";
export function p_turn(text: string): string { return text; }
export function p_change(text: string, other: string): P_change { return new P_change(text + other, text + text); }
export function p_count(texts: string[], numbers: i16[]): P_count {
  let sum = 0;
  for (let i = 0; i < texts.length; i++) sum += texts[i].length;
  let doubled: i64[] = [];
  for (let i = 0; i < numbers.length; i++) doubled.push(2 * <i64>numbers[i]);
  return new P_count(sum, doubled);
}
`;

/** As C has it: a zero is its end. */
const sent = (text: string): string => text.split('\0')[0] ?? '';

const shown = (what: string, text: string): string =>
  [what, ...[...Array(text.length).keys()].map((at) => text.charCodeAt(at).toString(16))].join(' ');

const expected = [
  ...texts.map(sent).flatMap((text) => [
    shown('turned', text),
    // Two halves of a pair that meet are one character.
    shown('changed', `${text}!`),
    shown('twice', text + text),
  ]),
  `${String(texts.map(sent).join('').length)}: 2,-4,6`,
  '0: 0',
];

function printed(system: Texts): string[] {
  const built = buildTexts(system, 'system.camkes', { guestCompiler });
  assert.deepEqual(problemsOf(built), []);
  return bootBuilt(built).console.trimEnd().split('\n');
}

describe('strings and arrays between components in guest TypeScript', () => {
  for (const connector of ['seL4RPCCall', 'seL4RPCOverMultiSharedData'])
    it(`arrive as they are by ${connector}`, () => {
      const system = { 'system.camkes': assembly(connector, false) };
      assert.deepEqual(printed({ ...system, 'Client.ts': client, 'Server.ts': server }), expected);
    });

  it('arrive as they are in a capsule', () => {
    const system = { 'system.camkes': assembly('seL4RPCCall', true) };
    assert.deepEqual(printed({ ...system, 'Client.ts': client, 'Server.ts': server }), expected);
  });
});

describe('a message to a component in guest TypeScript', () => {
  const system = (method: string): Texts => ({
    'system.camkes': `
import <std_connector.camkes>;
procedure P { ${method} }
component Client { control; uses P p; }
component Server { provides P p; }
assembly { composition { ${instances} connection seL4RPCCall c(from client.p, to server.p); } }`,
  });

  it('may be as long as an IPC buffer holds, and one that is longer is not sent', () => {
    const textOf = (last: string): string[] =>
      printed({
        ...system('int take(in string text);'),
        'Client.ts': `
          import { p } from "camkes";
          import { log } from "sel4";
          export function run(): void { log(p.take(${last}).toString()); log("done"); }`,
        'Server.ts': 'export function p_take(text: string): i32 { return text.length; }',
      });
    assert.deepEqual(textOf('"a".repeat(479)'), ['479', 'done']);
    assert.deepEqual(textOf('"語".repeat(159) + "ab"'), ['161', 'done']);
    for (const tooLong of ['"a".repeat(480)', '"語".repeat(159) + "abc"', '"a".repeat(479) + "é"'])
      assert.ok(!textOf(tooLong).includes('done'), tooLong);
  });

  it('is answered with nothing where a text in it has no end or an array no room, and those behind it are served', () => {
    const method = 'int take(in string text, in int numbers[], in string more);';
    const texts = { ...system(method), 'Client.S': '.globl run\nrun: ret\n' };
    const served = {
      'Server.ts': `
        import { log } from "sel4";
        export function p_take(text: string, numbers: i32[], more: string): i32 {
          log(text + "/" + numbers.join() + "/" + more);
          return 7;
        }`,
    };
    const { bindings = [] } = buildTexts({ ...texts, ...served }, 'system.camkes', {
      guestCompiler,
    });
    const endpoint = bindings
      .flatMap(({ instances: [instance] }) => instance?.ends ?? [])
      .find(({ end }) => end.interface.kind === 'uses')?.endpoint;
    assert.ok(endpoint !== undefined);
    /** Each of so many bytes, and how many bytes came back. */
    const messages: readonly (readonly number[])[] = [
      [97, 0, 1, 0, 0, 0, 5, 0, 0, 0, 98, 0, 0, 0, 0, 0],
      [97, 98, 99, 100],
      [],
      [97, 0, 9, 0, 0, 0, 5, 0, 0, 0, 98, 0],
      [97, 0, 255, 255, 255, 255, 5, 0, 0, 0, 98, 0],
      [97, 0, 1, 0, 0, 64, 5, 0, 0, 0, 98, 0],
      [97, 0, 0, 0, 0, 0, 98, 99],
      [200, 0, 0, 0, 0, 0, 0, 0],
      [97, 0xe8, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0xf0, 0x9f, 0],
    ];
    const call = (bytes: readonly number[]): string => `
      call camkes_begin
      ${bytes.map((byte) => `li t0, ${String(byte)}\n sb t0, 0(s0)\n addi s0, s0, 1`).join('\n')}
      li a0, ${String(endpoint)}
      call camkes_call
      sub a0, s1, s0
      addi a0, a0, '0'
      call putchar
      li a0, 10
      call putchar`;
    const sender = `.globl run\nrun:\n addi sp, sp, -16\n sw ra, 12(sp)\n sw s0, 8(sp)\n sw s1, 4(sp)
      ${messages.map(call).join('\n')}
      lw ra, 12(sp)\n lw s0, 8(sp)\n lw s1, 4(sp)\n addi sp, sp, 16\n ret\n`;
    assert.deepEqual(printed({ ...texts, ...served, 'Client.S': sender }), [
      ...['a/5/b', '4'],
      ...['0', '0', '0', '0', '0', '0'],
      ...['//', '4'],
      ...['a//', '4'],
      ...['//', '4'],
    ]);
  });
});
