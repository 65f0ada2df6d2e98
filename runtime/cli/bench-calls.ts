/**
 * What a call between two components costs: the same two in processes of their own, where the kernel carries a message
 * there and back, and in one capsule, where it is a call of the function. Where GCC is installed, two programs in C (-O2)
 * with the same stubs stand beside those in guest TypeScript. Instructions are those of both components; cycles count
 * what the kernel is charged for, too.
 */
import { nexusBoard } from '../machine/boards/nexus.js';
import { createPlatform } from '../platform.js';
import { build, hasErrors } from '../toolchain/build.js';
import { componentHeaders } from '../toolchain/components/header.js';
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import type { SourceFiles } from '../toolchain/text/source-files.js';
import { alignedTable } from './bench-program.js';
import { printDiagnostics } from './diagnostics-output.js';
import { printError } from './output.js';

export interface CallCost {
  readonly call: string;
  readonly process: Cost;
  readonly capsule: Cost;
  /** Between two processes in C; null where GCC is not installed. */
  readonly processInC: Cost | null;
}

/** Compiles C to an object with `camkes.h` as it is given. */
export type CompileC = (source: string, header: string) => Uint8Array;

export interface Cost {
  readonly instructions: number;
  readonly cycles: number;
}

const rounds = 1000;
const mostInstructions = 100_000_000;

/** What the client does in each round. */
const calls = [
  ['nothing', 'server.nothing();', 'server_nothing();'],
  ['two numbers', 'sum += server.add(i, sum);', 'sum += server_add(i, sum);'],
  [
    'a string of 16 characters, and one back',
    'sum += server.turn("0123456789abcdef").length;',
    'char *turned = server_turn("0123456789abcdef"); sum += strlen(turned); free(turned);',
  ],
  ['an array of 32 numbers', 'sum += server.total(numbers);', 'sum += server_total(32, numbers);'],
] as const;

const serverInC = `
#include <camkes.h>
void server_nothing(void) {}
int server_add(int a, int b) { return a + b; }
char *server_turn(const char *text) {
  size_t bytes = strlen(text) + 1;
  char *copy = malloc(bytes);
  memcpy(copy, text, bytes);
  return copy;
}
int server_total(size_t numbers_sz, const int *numbers) {
  int sum = 0;
  for (size_t i = 0; i < numbers_sz; i += 1) sum += numbers[i];
  return sum;
}
`;

const clientInC = (statement: string): string => `
#include <camkes.h>
static int numbers[32];
int run(void) {
  int sum = numbers[0];
  putchar('<');
  for (int i = 0; i < ${String(rounds)}; i += 1) { ${statement} }
  putchar('>');
  return sum;
}
`;

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
export function measureCalls(
  guestCompiler: GuestCompiler,
  compileC: CompileC | undefined,
): CallCost[] | undefined {
  const costs: CallCost[] = [];
  for (const [call, statement, inC] of calls) {
    const sources = { 'Client.ts': clientText(statement), 'Server.ts': serverText };
    const process = costOf({ ...sources, [root]: assemblies.process }, guestCompiler);
    const capsule = costOf({ ...sources, [root]: assemblies.capsule }, guestCompiler);
    const processInC = compileC && costOf(objectsInC(inC, compileC), guestCompiler);
    if (process === undefined || capsule === undefined) return undefined;
    if (processInC === undefined && compileC !== undefined) return undefined;
    costs.push({ call, process, capsule, processInC: processInC ?? null });
  }
  return costs;
}

/** A call of CantripOS: so many bytes there and back, through the IPC buffer or a page that both have. */
export function costOfMessage(
  connector: string,
  where: 'process' | 'capsule',
  bytes: number,
  guestCompiler: GuestCompiler,
): Cost | undefined {
  const [declared, group] =
    where === 'process' ? [instances, ''] : [`group both { ${instances} }`, 'both.'];
  const assembly = `
    import <std_connector.camkes>;
    procedure Asking { }
    component Client { control; uses Asking server; }
    component Server { provides Asking server; }
    assembly {
      composition { ${declared} connection ${connector} calls(from ${group}client.server, to ${group}server.server); }
      configuration { client.heap_size = 0xc0000; server.heap_size = 0x10000; }
    }`;
  const client = `
    import { server } from "camkes";
    import { log } from "sel4";
    const message = new Uint8Array(${String(bytes)});
    export function run(): void {
      log("<");
      for (let i = 0; i < ${String(rounds)}; i++) server.call(0, message);
      log(">" + message.length.toString());
    }`;
  const answering = `
    import { server } from "camkes";
    const answer = new Uint8Array(${String(bytes)});
    export function server_request(badge: u32, label: u32): u32 { server.reply(answer); return 0; }`;
  const sources = { [root]: assembly, 'Client.ts': client, 'Server.ts': answering };
  return costOf(sources, guestCompiler);
}

const root = 'bench.camkes';

type Sources = Readonly<Record<string, string | Uint8Array>>;

/** With the header that the build makes for each of them. */
function objectsInC(statement: string, compileC: CompileC): Sources {
  const assembly = { [root]: assemblies.process };
  const { bindings = [] } = build(root, filesOf(assembly), { boards: [nexusBoard()] });
  const headers = componentHeaders(bindings);
  return {
    ...assembly,
    'Client.o': compileC(clientInC(statement), headers.get('Client') ?? ''),
    'Server.o': compileC(serverInC, headers.get('Server') ?? ''),
  };
}

function filesOf(sources: Sources): SourceFiles {
  const encoder = new TextEncoder();
  return {
    readText: (path) => {
      const source = sources[path];
      return typeof source === 'string' ? source : undefined;
    },
    readBytes: (path) => {
      const source = sources[path];
      return typeof source === 'string' ? encoder.encode(source) : source;
    },
  };
}

function costOf(sources: Sources, guestCompiler: GuestCompiler): Cost | undefined {
  const boards = [nexusBoard()];
  const options = { boards, guestCompiler, optimization: 'release' } as const;
  const built = build(root, filesOf(sources), options);
  if (hasErrors(built.diagnostics) || built.image === undefined) {
    printDiagnostics(built.diagnostics);
    return undefined;
  }
  const made = createPlatform(built.image, built.settings);
  if (!made.ok) {
    printError(`bench: the components that call each other cannot be booted.`);
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
    printError(`bench: the components that call each other did not come to their end.`);
    return undefined;
  }
  return {
    instructions: (after.instructions - before.instructions) / rounds,
    cycles: (after.cycles - before.cycles) / rounds,
  };
}

export function callsTable(costs: readonly CallCost[]): string {
  const count = (number: number | undefined): string => number?.toFixed(0) ?? '-';
  return alignedTable([
    ['a call with', 'capsule', 'processes', 'in C -O2', 'capsule', 'processes', 'in C -O2'],
    ['', 'instructions', '', '', 'cycles', '', ''],
    ...costs.map(({ call, process, capsule, processInC }) => [
      call,
      ...[capsule, process, processInC].map((cost) => count(cost?.instructions)),
      ...[capsule, process, processInC].map((cost) => count(cost?.cycles)),
    ]),
  ]);
}
