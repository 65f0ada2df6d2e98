/**
 * What a call between two components costs: the same two in processes of their own, where the kernel carries a message
 * there and back, and in one capsule, where it is a call of the function. Instructions are those of both components;
 * cycles count what the kernel is charged for, too.
 */
import { nexusBoard } from '../machine/boards/nexus.js';
import { createPlatform } from '../platform.js';
import { build, hasErrors } from '../toolchain/build.js';
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import { alignedTable } from './bench-program.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printError } from './output.js';

export interface CallCost {
  readonly call: string;
  readonly process: Cost;
  readonly capsule: Cost;
}

interface Cost {
  readonly instructions: number;
  readonly cycles: number;
}

const rounds = 1000;
const mostInstructions = 100_000_000;

/** What the client does in each round. */
const calls = [
  ['nothing', 'server.nothing();'],
  ['two numbers', 'sum += server.add(i, sum);'],
  ['a string of 16 characters, and one back', 'sum += server.turn("0123456789abcdef").length;'],
  ['an array of 32 numbers', 'sum += server.total(numbers);'],
] as const;

const serverText = `
export function server_nothing(): void {}
export function server_add(a: i32, b: i32): i32 { return a + b; }
export function server_turn(text: string): string { return text; }
export function server_total(numbers: i32[]): i32 {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}
`;

// Its own event never ends, so its arena has to hold what all rounds leave.
const clientText = (statement: string): string => `
import { server } from "camkes";
import { log } from "sel4";
const numbers = new Array<i32>(32);
export function run(): void {
  let sum = numbers.length;
  log("<");
  for (let i = 0; i < ${String(rounds)}; i++) { ${statement} }
  log(">" + sum.toString());
}
`;

const assemblyText = (instances: string, group: string): string => `
import <std_connector.camkes>;
procedure Serving {
  void nothing();
  int add(in int a, in int b);
  string turn(in string text);
  int total(in int numbers[]);
}
component Client { control; uses Serving server; }
component Server { provides Serving server; }
assembly {
  composition {
    ${instances}
    connection seL4RPCCall calls(from ${group}client.server, to ${group}server.server);
  }
  configuration { client.heap_size = 0xc0000; }
}
`;

const instances = 'component Client client; component Server server;';
const assemblies = {
  process: assemblyText(instances, ''),
  capsule: assemblyText(`group both { ${instances} }`, 'both.'),
};

/** Undefined when one of the systems does not come to its end, which is told. */
export function measureCalls(guestCompiler: GuestCompiler): CallCost[] | undefined {
  const costs: CallCost[] = [];
  for (const [call, statement] of calls) {
    const process = costOf(assemblies.process, statement, guestCompiler);
    const capsule = costOf(assemblies.capsule, statement, guestCompiler);
    if (process === undefined || capsule === undefined) return undefined;
    costs.push({ call, process, capsule });
  }
  return costs;
}

function costOf(
  assembly: string,
  statement: string,
  guestCompiler: GuestCompiler,
): Cost | undefined {
  const texts = new Map([
    ['bench.camkes', assembly],
    ['Client.ts', clientText(statement)],
    ['Server.ts', serverText],
  ]);
  const encoder = new TextEncoder();
  const files: SourceFiles = {
    readText: (path) => texts.get(path),
    readBytes: (path) => {
      const text = texts.get(path);
      return text === undefined ? undefined : encoder.encode(text);
    },
  };
  const boards = [nexusBoard()];
  const built = build('bench.camkes', files, { boards, guestCompiler, optimization: 'release' });
  if (hasErrors(built.diagnostics) || built.image === undefined) {
    printDiagnostics(built.diagnostics);
    return undefined;
  }
  const made = createPlatform(built.image, built.settings);
  if (!made.ok) {
    printError(`bench guest: the components that call each other cannot be booted.`);
    return undefined;
  }
  const { machine } = made.value;
  const marks: Cost[] = [];
  made.value.onConsole((byte) => {
    if (byte === 0x3c || byte === 0x3e)
      marks.push({ instructions: machine.instructions, cycles: machine.clock.now() });
  });
  made.value.run(mostInstructions);
  const [before, after] = marks;
  if (before === undefined || after === undefined) {
    printError(`bench guest: the components that call each other did not come to their end.`);
    return undefined;
  }
  return {
    instructions: (after.instructions - before.instructions) / rounds,
    cycles: (after.cycles - before.cycles) / rounds,
  };
}

export function callsTable(costs: readonly CallCost[]): string {
  return alignedTable([
    ['a call with', 'capsule', 'processes', 'capsule', 'processes'],
    ['', 'instructions', '', 'cycles', ''],
    ...costs.map(({ call, process, capsule }) => [
      call,
      ...[capsule.instructions, process.instructions, capsule.cycles, process.cycles].map((count) =>
        count.toFixed(0),
      ),
    ]),
  ]);
}
